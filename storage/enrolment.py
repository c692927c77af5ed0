"""Enrolment codes, and the wrong ones that were tried."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import JournalLine
from storage.tables.messaging import ChannelAccount, EnrolmentCode
from storage.tables.registers import Person

_FAILED = "enrolment.failed"


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


def people_without_account(records: Records) -> list[Person]:
    """Active people whom no messenger reaches yet, by id."""
    known = select(col(ChannelAccount.person_id)).where(col(ChannelAccount.revoked_at).is_(None))
    rows = select(Person).where(col(Person.is_active), col(Person.id).not_in(known)).order_by(col(Person.id))
    return list(records.session.execute(rows).scalars())
