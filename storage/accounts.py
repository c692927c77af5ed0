"""By what a person comes in: accounts of messengers, codes, tokens of programs; to list and to end them."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from storage import people
from storage.store import Records
from storage.tables.exchange import ApiToken
from storage.tables.messaging import ChannelAccount, EnrolmentCode
from storage.tables.registers import Person


def of_person(records: Records, person_id: str) -> list[ChannelAccount]:
    """The accounts that speak for a person, the one used last first."""
    rows = select(ChannelAccount).where(
        col(ChannelAccount.person_id) == person_id, col(ChannelAccount.revoked_at).is_(None)
    )
    ordered = rows.order_by(col(ChannelAccount.last_used_at).desc(), col(ChannelAccount.chat))
    return list(records.session.execute(ordered).scalars())


def ref_of_account(channel: str, chat: str) -> str:
    """Names an account in a button or on a page, where the chat's own number has no business."""
    return f"a{hashlib.sha256(f'{channel}:{chat}'.encode()).hexdigest()[:16]}"


def ref_of_session(session_id: str) -> str:
    """The same of a browser."""
    return f"s{session_id[:16]}"


def revoke(records: Records, account: ChannelAccount, *, at: datetime) -> None:
    """From now on nobody speaks from here, and nothing goes there."""
    account.revoked_at = at
    records.session.flush()
    people.forget_account(records, account.channel, account.chat)


def revoke_codes(records: Records, person_ids: Collection[str], *, at: datetime) -> int:
    """The codes of these people that nobody has used yet; gives how many there were."""
    taken = records.session.execute(
        update(EnrolmentCode)
        .where(
            col(EnrolmentCode.person_id).in_(person_ids),
            col(EnrolmentCode.used_at).is_(None),
            col(EnrolmentCode.revoked_at).is_(None),
            col(EnrolmentCode.expires_at) > at,
        )
        .values(revoked_at=at)
    )
    return int(taken.rowcount)  # type: ignore[attr-defined]


def open_codes(records: Records, person_id: str, *, at: datetime) -> list[EnrolmentCode]:
    """The codes of a person that could be used now."""
    rows = select(EnrolmentCode).where(
        col(EnrolmentCode.person_id) == person_id,
        col(EnrolmentCode.used_at).is_(None),
        col(EnrolmentCode.revoked_at).is_(None),
        col(EnrolmentCode.expires_at) > at,
    )
    return list(records.session.execute(rows.order_by(col(EnrolmentCode.expires_at))).scalars())


def tokens_of(records: Records, person_ids: Collection[str]) -> list[ApiToken]:
    """The tokens of programs that these people answer for and that nobody has revoked."""
    rows = select(ApiToken).where(col(ApiToken.person_id).in_(person_ids), col(ApiToken.revoked_at).is_(None))
    return list(records.session.execute(rows.order_by(col(ApiToken.id))).scalars())


def found_by(records: Records, words: str, *, limit: int = 30) -> list[Person]:
    """People whose id or name holds these words, by id; those who left too."""
    pattern = words.strip()
    rows = select(Person).where(
        (col(Person.id) == pattern) | col(Person.name).contains(pattern, autoescape=True)
    )
    return list(records.session.execute(rows.order_by(col(Person.id)).limit(limit)).scalars())
