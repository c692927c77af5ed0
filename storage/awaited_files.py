"""Pictures whose bytes still lie with the messenger: written down when they were named, fetched beside the
conversation by whoever claims them, and placed when they are here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import col

from storage import bells
from storage.bells import Bell
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import AwaitedFile, AwaitedFileState, InboxState, InboxUpdate

LEASE = timedelta(minutes=2)
"""How long whoever claimed a file may take before another one tries."""

_PREFIX = "file:"


def keep(records: Records, awaited: AwaitedFile) -> bool:
    """Writes down that a picture is to be fetched; a second one of the same update changes nothing and gives False."""
    row = awaited.model_dump(exclude={"id"})
    bells.ring(records, Bell.FILES)
    return bool(add_once(records, AwaitedFile, [row], key=("channel", "update_id")))


def claim(records: Records, *, at: datetime, limit: int) -> list[AwaitedFile]:
    """What may be fetched by `at`, earliest first, held for `LEASE`; no other process sees it meanwhile."""
    is_free = or_(
        col(AwaitedFile.claimed_until).is_(None),
        col(AwaitedFile.claimed_until) <= at,
        col(AwaitedFile.claimed_until) > at + LEASE,  # written before somebody set the clock back
    )
    rows = (
        select(AwaitedFile)
        .where(col(AwaitedFile.state) == AwaitedFileState.AWAITED, _has_come(at), is_free)
        .order_by(col(AwaitedFile.due_at), col(AwaitedFile.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = list(records.session.execute(rows).scalars())
    for row in claimed:
        row.claimed_until, row.attempts = at + LEASE, row.attempts + 1
    return claimed


def let_go(records: Records) -> None:
    """What whoever died was fetching may be fetched at once, without waiting for `LEASE`: only where there is no other
    process."""
    held = col(AwaitedFile.state) == AwaitedFileState.AWAITED, col(AwaitedFile.claimed_until).is_not(None)
    records.session.execute(update(AwaitedFile).where(*held).values(claimed_until=None))


def _has_come(at: datetime) -> ColumnElement[bool]:
    """Nothing is put off for long: a time far ahead was written before somebody set the clock back."""
    return or_(col(AwaitedFile.due_at) <= at, col(AwaitedFile.due_at) > at + LEASE)


def put_off(records: Records, awaited_id: int, error: str, *, retry_at: datetime) -> None:
    """It could not be fetched just now and waits until then."""
    row = records.lock(AwaitedFile, awaited_id)
    row.error, row.claimed_until, row.due_at = error[:1000], None, retry_at


def arrived(row: AwaitedFile) -> None:
    row.state, row.claimed_until, row.error = AwaitedFileState.HERE, None, ""


def lost(row: AwaitedFile, error: str) -> None:
    row.state, row.claimed_until, row.error = AwaitedFileState.LOST, None, error[:1000]


def has_come(records: Records, at: datetime) -> bool:
    """Whether there is a file that may be fetched by `at`, perhaps in somebody's hands."""
    rows = select(col(AwaitedFile.id)).where(
        col(AwaitedFile.state) == AwaitedFileState.AWAITED, _has_come(at)
    )
    return records.session.execute(rows.limit(1)).first() is not None


def update_id_of(row: AwaitedFile) -> str:
    """Under which the inbox hears that the bytes are here: once, however often they were fetched."""
    return f"{_PREFIX}{row.id}"


def behind(records: Records, update_id: str) -> AwaitedFile | None:
    """The file of which such an update speaks; None for an update that speaks of none."""
    number = update_id.removeprefix(_PREFIX)
    is_one = update_id.startswith(_PREFIX) and number.isdecimal() and len(number) < 10
    return records.find(AwaitedFile, int(number)) if is_one else None


def album(records: Records, row: AwaitedFile) -> list[AwaitedFile]:
    """All pieces that were sent as one with this picture, itself among them, as they came."""
    return of_album(records, row.channel, row.chat, row.album) if row.album else [row]


def of_album(records: Records, channel: str, chat: str, album: str) -> list[AwaitedFile]:
    """All pieces that were sent as this album, here or not, as they came."""
    rows = (
        select(AwaitedFile)
        .where(
            col(AwaitedFile.channel) == channel,
            col(AwaitedFile.chat) == chat,
            col(AwaitedFile.album) == album,
        )
        .order_by(col(AwaitedFile.id))
    )
    return list(records.session.execute(rows).scalars())


def are_more_coming(records: Records, row: AwaitedFile) -> bool:
    """Whether other pictures for this one's question are on their way, or here and before their turn. One that was
    tried in vain may be long in coming and does not count."""
    others = select(col(AwaitedFile.id), col(AwaitedFile.state)).where(
        col(AwaitedFile.person_id) == row.person_id,
        col(AwaitedFile.inspection_id) == row.inspection_id,
        col(AwaitedFile.question_id) == row.question_id,
        or_(col(AwaitedFile.state) == AwaitedFileState.HERE, _is_untroubled()),
        col(AwaitedFile.id) != row.id,
    )
    states = {f"{_PREFIX}{id}": state for id, state in records.session.execute(others).all()}
    if AwaitedFileState.AWAITED in states.values():
        return True
    mine = select(col(InboxUpdate.id)).where(
        col(InboxUpdate.channel) == row.channel, col(InboxUpdate.update_id) == update_id_of(row)
    )
    later = select(col(InboxUpdate.id)).where(
        col(InboxUpdate.channel) == row.channel,
        col(InboxUpdate.update_id).in_(states),
        col(InboxUpdate.state) == InboxState.PENDING,
        col(InboxUpdate.id) > mine.scalar_subquery(),
    )
    return records.session.execute(later.limit(1)).first() is not None


def _is_untroubled() -> ColumnElement[bool]:
    return and_(col(AwaitedFile.state) == AwaitedFileState.AWAITED, col(AwaitedFile.error) == "")


def still_awaited(records: Records, person_id: str) -> list[AwaitedFile]:
    """What this person sent and what is not here yet."""
    rows = (
        select(AwaitedFile)
        .where(col(AwaitedFile.person_id) == person_id, col(AwaitedFile.state) == AwaitedFileState.AWAITED)
        .order_by(col(AwaitedFile.id))
    )
    return list(records.session.execute(rows).scalars())


def not_placed(records: Records, person_id: str) -> list[AwaitedFile]:
    """What this person sent and what is not here yet, or is here and has not had its turn."""
    arrived = select(col(InboxUpdate.update_id)).where(
        col(InboxUpdate.state) == InboxState.PENDING, col(InboxUpdate.update_id).startswith(_PREFIX)
    )
    here = [behind(records, update_id) for update_id in records.session.execute(arrived).scalars()]
    return still_awaited(records, person_id) + [one for one in here if one and one.person_id == person_id]


def counts(records: Records) -> Mapping[str, int]:
    """Files by state."""
    rows: Any = records.session.execute(
        select(col(AwaitedFile.state), func.count()).group_by(col(AwaitedFile.state))
    )
    return {state.value: number for state, number in rows}
