"""Enrolment codes, and the wrong ones that were tried."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import JournalLine
from storage.tables.messaging import ChannelAccount, EnrolmentCode
from storage.tables.registers import Person

_FAILED = "enrolment.failed"
_FAILED_SIGN_IN = "sign_in.failed"


def use(records: Records, digest: str, *, at: datetime) -> bool:
    """Spends a code; False when somebody had spent it before, even a moment ago."""
    spent = records.session.execute(
        update(EnrolmentCode)
        .where(col(EnrolmentCode.digest) == digest, col(EnrolmentCode.used_at).is_(None))
        .values(used_at=at),
        execution_options={"synchronize_session": False},
    )
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]


def note_failed_try(records: Records, source: str, *, at: datetime) -> None:
    """Writes a wrong code down; `source` is a digest."""
    records.journal(_FAILED, _FAILED, by=None, at=at, source=source)


def failed_tries(records: Records, *, since: datetime) -> list[str]:
    """The sources of the wrong codes since then, one entry for each."""
    source = col(JournalLine.details)["source"].as_string()  # no rows: a flood of guesses must cost little
    lines = select(source).where(col(JournalLine.subject) == _FAILED, col(JournalLine.at) > since)
    return [str(one) for one in records.session.execute(lines).scalars()]


def note_failed_sign_in(records: Records, source: str, *, at: datetime) -> None:
    """Writes down that somebody we know sent a sign-in code that is none."""
    records.journal(_FAILED_SIGN_IN, source, by=None, at=at)


def failed_tries_of(records: Records, source: str, *, since: datetime) -> int:
    """How many of those came from one of us since then."""
    lines = select(func.count()).where(
        col(JournalLine.subject) == source,
        col(JournalLine.verb) == _FAILED_SIGN_IN,
        col(JournalLine.at) > since,
    )
    return int(records.session.execute(lines).scalar_one())


def accounts_ever(records: Records, person_id: str) -> list[ChannelAccount]:
    """All that ever spoke for a person and has not gone over to another, ended or not."""
    rows = select(ChannelAccount).where(col(ChannelAccount.person_id) == person_id)
    return list(records.session.execute(rows).scalars())


def people_without_account(records: Records) -> list[Person]:
    """Active people whom no messenger reaches yet, by id."""
    known = select(col(ChannelAccount.person_id)).where(col(ChannelAccount.revoked_at).is_(None))
    rows = select(Person).where(col(Person.is_active), col(Person.id).not_in(known)).order_by(col(Person.id))
    return list(records.session.execute(rows).scalars())
