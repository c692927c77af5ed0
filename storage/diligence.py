"""What stands on record of one officer's part in inspections."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import col

from inspection.calendar.beijing import BEIJING
from inspection.roles import Role
from inspection.states import DeadlineState
from storage.beginnings import begins
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment, CheckIn, Inspection, JournalLine, Seat
from storage.tables.registers import Person


def drawn_between(
    records: Records, person_id: str, first_day: date, last_day: date
) -> list[tuple[Assignment, Seat, Inspection]]:
    """Every seat that this person was drawn or named for on days of Beijing, both included, in order."""
    first = datetime.combine(first_day, time.min, BEIJING)
    after = datetime.combine(last_day + timedelta(days=1), time.min, BEIJING)
    rows = (
        select(Assignment, Seat, Inspection)
        .join(Seat, col(Seat.id) == col(Assignment.seat_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(
            col(Assignment.person_id) == person_id,
            col(Assignment.drawn_at) >= first,
            col(Assignment.drawn_at) < after,
        )
        .order_by(col(Assignment.drawn_at), col(Assignment.id))
    )
    return [(one, seat, inspection) for one, seat, inspection in records.session.execute(rows)]


def first_check_in(records: Records, inspection_id: str, person_id: str) -> CheckIn | None:
    rows = (
        select(CheckIn)
        .where(col(CheckIn.inspection_id) == inspection_id, col(CheckIn.person_id) == person_id)
        .order_by(col(CheckIn.at))
        .limit(1)
    )
    return records.session.execute(rows).scalar_one_or_none()


def own_deeds(
    records: Records, inspection_id: str, subjects: Collection[str], person_id: str
) -> list[JournalLine]:
    """What the journal says this person did in an inspection: to it, to these subjects, and to what is below it."""
    below = begins(records, JournalLine.subject, f"{inspection_id}/")
    found: dict[int, JournalLine] = {}
    for which in (col(JournalLine.subject).in_({inspection_id, *subjects}), below):
        rows = select(JournalLine).where(which, col(JournalLine.actor) == person_id)
        found |= {line.id or 0: line for line in records.session.execute(rows).scalars()}
    return [found[id] for id in sorted(found)]


def last_clock(records: Records, rule: str, inspection_id: str) -> Deadline | None:
    """The newest clock of this rule for an inspection that ran to an end, in time or too late, or runs."""
    rows = (
        select(Deadline)
        .where(
            col(Deadline.subject) == inspection_id,
            col(Deadline.rule) == rule,
            col(Deadline.state) != DeadlineState.CANCELLED,
        )
        .order_by(col(Deadline.id).desc())
        .limit(1)
    )
    found: Deadline | None = records.session.execute(rows).scalar()
    return found


def officers_of(records: Records, department: str | None) -> list[Person]:
    """Active officers of a department, or of all, by department, name and id."""
    rows = select(Person).where(col(Person.is_active))
    if department is not None:
        rows = rows.where(col(Person.department) == department)
    ordered = rows.order_by(col(Person.department), col(Person.name), col(Person.id))
    return [one for one in records.session.execute(ordered).scalars() if Role.OFFICER in one.roles]
