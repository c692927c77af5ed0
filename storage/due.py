"""Due work: every deadline is a row; whoever ticks claims what is due, and a restart forgets nothing."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlmodel import col

from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import DueWork


def plan(
    records: Records,
    *,
    kind: str,
    subject: str,
    due_at: datetime,
    key: str | None = None,
    person_id: str | None = None,
) -> None:
    """Writes down that `kind` is due for `subject`; the same key again moves nothing. With `person_id` it is to be
    said to this person, together with what else is."""
    row = {
        "key": key or f"{kind}:{subject}",
        "kind": kind,
        "subject": subject,
        "due_at": due_at,
        "person_id": person_id,
    }
    add_once(records, DueWork, [row], key=("key",))


_PENDING = (
    update(DueWork)
    .where(col(DueWork.subject) == bindparam("of"), col(DueWork.done_at).is_(None))
    .values(done_at=bindparam("at"), outcome="cancelled")
    .execution_options(synchronize_session=False)
)


def cancel(records: Records, subject: str, *, at: datetime, kind: str | None = None) -> None:
    """Takes back everything still pending for `subject`, or all of one kind, in the transaction of the answer that
    ended it."""
    pending = _PENDING if kind is None else _PENDING.where(col(DueWork.kind) == kind)
    records.session.execute(pending, {"of": subject, "at": at})


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
    """What was finished with another one keeps its outcome."""
    if work.done_at is None:
        work.done_at, work.outcome = at, outcome


def next_due_at(records: Records) -> datetime | None:
    """The earliest moment at which something will be due."""
    rows = select(func.min(col(DueWork.due_at))).where(col(DueWork.done_at).is_(None))
    earliest: datetime | None = records.session.execute(rows).scalar_one()
    return earliest


# --- What is said to one person -------------------------------------------------------------------------------------


def told_with(work_id: int) -> str:
    """The outcome of all that went out in the message of this work."""
    return f"told:{work_id}"


def also_due(records: Records, work: DueWork, *, until: datetime) -> list[DueWork]:
    """The other work of this kind for the same person by then, held until the transaction ends."""
    rows = (
        select(DueWork)
        .where(
            col(DueWork.person_id) == work.person_id,
            col(DueWork.done_at).is_(None),
            col(DueWork.due_at) <= until,
            col(DueWork.kind) == work.kind,
            col(DueWork.id) != work.id,
        )
        .order_by(col(DueWork.due_at), col(DueWork.id))
        .with_for_update(skip_locked=True)
    )
    return list(records.session.execute(rows).scalars())


def told_works(records: Records, work_id: int | str, person_id: str) -> list[DueWork]:
    """All that went out to this person in the message of that work."""
    rows = select(DueWork).where(
        col(DueWork.person_id) == person_id, col(DueWork.outcome) == f"told:{work_id}"
    )
    return list(records.session.execute(rows.order_by(col(DueWork.id))).scalars())


def told_about(records: Records, subject: str) -> list[DueWork]:
    """What was told about this thing, whatever else stood in the same message."""
    rows = select(DueWork).where(col(DueWork.subject) == subject, col(DueWork.outcome).startswith("told:"))
    return list(records.session.execute(rows.order_by(col(DueWork.id))).scalars())


def cancel_reminders(
    records: Records, subject: str, person_id: str, *, until: datetime, at: datetime
) -> None:
    """Takes back what this person would be told of this thing up to then."""
    records.session.execute(
        update(DueWork)
        .where(
            col(DueWork.subject) == subject,
            col(DueWork.person_id) == person_id,
            col(DueWork.done_at).is_(None),
            col(DueWork.due_at) <= until,
        )
        .values(done_at=at, outcome="snoozed")
        .execution_options(synchronize_session=False)
    )
