"""Due work: every deadline is a row; whoever ticks claims what is due, and a restart forgets nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlmodel import col

from storage.deadlines import WORK_SUBJECT
from storage.once import add_once
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment, Inspection
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, RegisteredObject

DONE, SUPERSEDED, CANCELLED = "done", "missed: superseded", "cancelled"
_WORKS: Table = DueWork.__table__  # type: ignore[attr-defined]
_WORK = _WORKS.c


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


def is_planned(records: Records, kind: str, subjects: str) -> bool:
    """Whether something of this kind waits for a subject that begins so."""
    waiting = select(col(DueWork.id)).where(
        col(DueWork.done_at).is_(None),
        col(DueWork.kind) == kind,
        col(DueWork.subject).startswith(subjects, autoescape=True),
    )
    return records.session.execute(waiting.limit(1)).first() is not None


_PENDING = (
    update(DueWork)
    .where(col(DueWork.subject) == bindparam("of"), col(DueWork.done_at).is_(None))
    .values(done_at=bindparam("at"), outcome=CANCELLED)
    .execution_options(synchronize_session=False)
)


def cancel(records: Records, subject: str, *, at: datetime, kind: str | None = None) -> None:
    """Takes back everything still pending for `subject`, or all of one kind, in the transaction of the answer that
    ended it."""
    pending = _PENDING if kind is None else _PENDING.where(col(DueWork.kind) == kind)
    records.session.execute(pending, {"of": subject, "at": at})


def claim(records: Records, *, at: datetime, limit: int, alone: Collection[str] = ()) -> list[DueWork]:
    """What is due by `at`, earliest first, held until the transaction ends; no other process sees it meanwhile.

    The kinds that are done `alone` one process has in hand at a time, the others pass them by: each of them moves what
    the next one has claimed, so that two processes at it would wait for each other.
    """
    rows = (
        select(DueWork)
        .where(col(DueWork.done_at).is_(None), col(DueWork.due_at) <= at)
        .order_by(col(DueWork.due_at), col(DueWork.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if alone and not _has_turn(records):
        rows = rows.where(col(DueWork.kind).not_in(alone))
    return list(records.session.execute(rows).scalars())


_TURN = 1_618_033_988
"""The number of the advisory lock."""


def _has_turn(records: Records) -> bool:
    """SQLite has one writer at a time anyway."""
    if records.session.get_bind().dialect.name != "postgresql":
        return True
    return bool(records.session.execute(select(func.pg_try_advisory_xact_lock(_TURN))).scalar_one())


def read_ahead(records: Records, works: Sequence[DueWork], *, until: datetime) -> None:
    """Reads in one go what most of these works will ask for one by one: the clock and whom it is for, the seat, its
    visit, its firm, its officer, and whether anything else is due for the same person by `until`."""
    records.session.info[_BY_THEMSELVES] = _by_themselves(records, works, until)
    clocks = _clocks(records, works)
    subjects = {work.subject for work in works} | {one.subject for one in clocks}
    people = select(Person).where(col(Person.id).in_({work.person_id for work in works} - {None}))
    records.hold(*clocks, *records.session.execute(people).scalars())
    rows = (
        select(Assignment, Inspection, RegisteredObject, Person)
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .join(Person, col(Person.id) == col(Assignment.person_id))
        .where(col(Assignment.id).in_(subjects))
    )
    for row in records.session.execute(rows):
        records.hold(*row)


_BY_THEMSELVES = "works without company"


def _by_themselves(records: Records, works: Sequence[DueWork], until: datetime) -> set[int | None]:
    """Which of these are the only one of their kind that is due for their person by then."""
    rows = (
        select(col(DueWork.kind), col(DueWork.person_id))
        .where(
            col(DueWork.person_id).in_({work.person_id for work in works} - {None}),
            col(DueWork.done_at).is_(None),
            col(DueWork.due_at) <= until,
        )
        .group_by(col(DueWork.kind), col(DueWork.person_id))
        .having(func.count() == 1)
    )
    single = {tuple(row) for row in records.session.execute(rows)}
    return {work.id for work in works if (work.kind, work.person_id) in single}


def _clocks(records: Records, works: Sequence[DueWork]) -> list[Deadline]:
    """Those that these works are about. None of them ends meanwhile elsewhere: that would take back the work that is
    held here."""
    subjects = [work.subject for work in works if work.subject.startswith(WORK_SUBJECT)]
    ids = {int(one.removeprefix(WORK_SUBJECT)) for one in subjects}
    return list(records.session.execute(select(Deadline).where(col(Deadline.id).in_(ids))).scalars())


def overtaken(
    records: Records, works: Sequence[DueWork], *, by: Mapping[str, Collection[str]], at: datetime
) -> set[int]:
    """Which of these are pointless because a later one of the same subject has come due too, as after an outage; `by`
    names for each kind the kinds that overtake it.

    A later one that is done counts only where it was planned later: on a clock that was set back an old one may bear a
    time to come.
    """
    named = [work for work in works if work.kind in by]
    if not named:
        return set()
    rows = records.session.execute(
        select(*(_WORK[name] for name in ("id", "subject", "kind", "due_at", "done_at"))).where(
            _WORK.subject.in_({work.subject for work in named}),
            _WORK.kind.in_({kind for work in named for kind in by[work.kind]}),
            _WORK.due_at <= at,
            or_(_WORK.done_at.is_(None), _WORK.outcome == DONE),
        )
    ).all()
    others: dict[str, list[Any]] = {}
    for row in rows:
        others.setdefault(row.subject, []).append(row)
    return {
        work.id
        for work in named
        if work.id is not None
        and any(_overtakes(other, work, by[work.kind]) for other in others.get(work.subject, ()))
    }


def _overtakes(other: Any, work: DueWork, kinds: Collection[str]) -> bool:
    is_later = (other.due_at, other.id) > (work.due_at, work.id)
    return is_later and other.kind in kinds and (other.done_at is None or other.id > work.id)


def finish(work: DueWork, *, at: datetime, outcome: str = DONE) -> None:
    """What was finished with another one keeps its outcome."""
    if work.done_at is None:
        work.done_at, work.outcome = at, outcome


_FINISHED = (
    update(_WORKS)
    .where(_WORK.id == bindparam("number"), or_(_WORK.done_at.is_(None), _WORK.outcome == CANCELLED))
    .values(done_at=bindparam("at"), outcome=bindparam("how"))
)


def finish_all(records: Records, outcomes: Mapping[int, str], *, at: datetime) -> None:
    """The same for many by their ids, in one go. What took back the rest of its matter, itself among it, was done."""
    if outcomes:
        records.session.flush()
        rows = [{"number": number, "how": how, "at": at} for number, how in outcomes.items()]
        records.session.connection().execute(_FINISHED, rows)


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
    if work.id in records.session.info.get(_BY_THEMSELVES, ()):
        return []
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
