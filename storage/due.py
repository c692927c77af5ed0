"""Due work: every deadline is a row; whoever ticks claims what is due, and a restart forgets nothing."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from storage.store import Records
from storage.tables.messaging import DueWork


def plan(records: Records, *, kind: str, subject: str, due_at: datetime, key: str | None = None) -> None:
    """Writes down that `kind` is due for `subject`; the same key again moves nothing."""
    dialect = records.session.get_bind().dialect.name
    values = {"key": key or f"{kind}:{subject}", "kind": kind, "subject": subject, "due_at": due_at}
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(DueWork).values(**values)
    records.session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def cancel(records: Records, subject: str, *, at: datetime) -> None:
    """Takes back everything still pending for `subject`, in the transaction of the answer that ended it."""
    records.session.execute(
        update(DueWork)
        .where(col(DueWork.subject) == subject, col(DueWork.done_at).is_(None))
        .values(done_at=at, outcome="cancelled")
    )


def claim(records: Records, *, at: datetime, limit: int) -> list[DueWork]:
    """What is due by `at`, earliest first, held until the transaction ends; no other process sees it meanwhile."""
    rows = (
        select(DueWork)
        .where(col(DueWork.done_at).is_(None), col(DueWork.due_at) <= at)
        .order_by(col(DueWork.due_at), col(DueWork.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(records.session.execute(rows).scalars())


def finish(work: DueWork, *, at: datetime, outcome: str = "done") -> None:
    work.done_at, work.outcome = at, outcome


def next_due_at(records: Records) -> datetime | None:
    """The earliest moment at which something will be due."""
    rows = select(func.min(col(DueWork.due_at))).where(col(DueWork.done_at).is_(None))
    earliest: datetime | None = records.session.execute(rows).scalar_one()
    return earliest
