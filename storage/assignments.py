"""Seats and who sits on them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import col

from inspection.departments import EXPERTS, is_within
from inspection.states import LIVE_ASSIGNMENTS, AssignmentState
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest, Seat
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import veiled


@dataclass(frozen=True)
class Member:
    """A seat and who holds it now; `assignment` and `person` are None while the seat is open."""

    seat: Seat
    assignment: Assignment | None
    person: Person | None


_HOLDS = col(Assignment.state).in_(LIVE_ASSIGNMENTS | {AssignmentState.COMPLETED})
_ALL_SEATS = (
    select(Seat, Assignment, Person)
    .outerjoin(Assignment, (col(Assignment.seat_id) == col(Seat.id)) & _HOLDS)
    .outerjoin(Person, col(Person.id) == col(Assignment.person_id))
    .execution_options(populate_existing=True)
)
_SEATS = _ALL_SEATS.where(col(Seat.inspection_id) == bindparam("inspection"))
_SEAT_OF = _SEATS.where(func.coalesce(col(Assignment.person_id), "") == bindparam("person"))
"""Asked by nearly every step, so they are put together once. No index of persons is of use here: by it SQLite would
walk through all the seats that this one has ever held."""


def members(records: Records, inspection_id: str) -> list[Member]:
    """All seats of a team in their order (departments as the scheme lists them), open ones included.

    Read anew each time: another process may have moved a seat since this transaction first saw it.
    """
    found = [Member(*row) for row in records.session.execute(_SEATS, {"inspection": inspection_id})]
    return _in_order(records, records.get(Inspection, inspection_id), found)


def members_of_each(records: Records, inspections: Collection[Inspection]) -> dict[str, list[Member]]:
    """The same of each of these visits by its id, with one question to the store."""
    rows = _ALL_SEATS.where(col(Seat.inspection_id).in_([one.id for one in inspections]))
    found: defaultdict[str, list[Member]] = defaultdict(list)
    for row in records.session.execute(rows):
        found[row[0].inspection_id].append(Member(*row))
    return {one.id: _in_order(records, one, found[one.id]) for one in inspections}


def _in_order(records: Records, inspection: Inspection, team: list[Member]) -> list[Member]:
    order = [*records.get(Scheme, inspection.scheme_id).departments, EXPERTS]
    return sorted(team, key=lambda member: (order.index(member.seat.department), member.seat.number))


def member(records: Records, inspection_id: str, person_id: str) -> Member | None:
    """The seat that this person holds in the team; read anew each time, as `members`."""
    row = records.session.execute(_SEAT_OF, {"inspection": inspection_id, "person": person_id}).first()
    return Member(*row) if row else None


def ever_drawn(records: Records, inspection_id: str) -> set[str]:
    """Ids of everybody who was ever drawn for this visit, whatever came of it."""
    rows = select(col(Assignment.person_id)).where(col(Assignment.inspection_id) == inspection_id)
    return set(records.session.execute(rows.distinct()).scalars())


def was_released(records: Records, inspection_id: str, person_id: str) -> bool:
    """Whether this person was of the team when the visit was given up."""
    rows = select(col(Assignment.id)).where(
        col(Assignment.inspection_id) == inspection_id,
        col(Assignment.person_id) == person_id,
        col(Assignment.state) == AssignmentState.RELEASED,
    )
    return records.session.execute(rows).first() is not None


def lead_of(records: Records, inspection_id: str) -> Assignment | None:
    """Who holds the lead's seat now."""
    return next(
        (member.assignment for member in members(records, inspection_id) if member.seat.is_lead), None
    )


def live_of_person(records: Records, person_id: str) -> list[tuple[Assignment, Inspection, RegisteredObject]]:
    """What a person holds now, the most urgent answer first; with each firm as it may be shown."""
    rows = records.session.execute(
        select(Assignment, Inspection, RegisteredObject)
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .where(col(Assignment.person_id) == person_id, col(Assignment.state).in_(LIVE_ASSIGNMENTS))
        .order_by(col(Assignment.answer_by), col(Assignment.id))
    )
    return [
        (assignment, inspection, veiled(records, inspection, registered))
        for assignment, inspection, registered in rows
    ]


def live_in_department(records: Records, department: str) -> list[tuple[Person, int]]:
    """Who of a department holds seats now and how many, by name and id."""
    seats = func.count(col(Assignment.id))
    rows = (
        select(Person, seats)
        .join(Assignment, col(Assignment.person_id) == col(Person.id))
        .where(col(Person.department) == department, col(Assignment.state).in_(LIVE_ASSIGNMENTS))
        .group_by(col(Person.id))
        .order_by(col(Person.name), col(Person.id))
    )
    return [(person, number) for person, number in records.session.execute(rows)]


def live_experts(records: Records, lead: str, district: str) -> list[tuple[Person, int]]:
    """Experts who hold seats now in schemes of this lead department, of this level and below, and how many, by
    name and id."""
    rows = (
        select(Person, Scheme)
        .join(Assignment, col(Assignment.person_id) == col(Person.id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Person.department) == EXPERTS, col(Assignment.state).in_(LIVE_ASSIGNMENTS))
        .order_by(col(Person.name), col(Person.id))
    )
    people: dict[str, Person] = {}
    seats = Counter[str]()
    for person, scheme in records.session.execute(rows):
        if scheme.departments[0] == lead and is_within(scheme.district, district):
            people[person.id] = person
            seats[person.id] += 1
    return [(person, seats[id]) for id, person in people.items()]


def history_length(records: Records, seat_id: str) -> int:
    """How many people this seat has had, the present one included."""
    rows = select(func.count()).where(col(Assignment.seat_id) == seat_id)
    number: int = records.session.execute(rows).scalar_one()
    return number


def _lapsed_with(inspection: Inspection, at: datetime) -> Select[str, str]:
    together = (
        col(Inspection.draw_id) == inspection.draw_id
        if inspection.draw_id is not None
        else col(Inspection.selection_id) == inspection.selection_id
    )
    return (
        select(col(Assignment.id), col(Assignment.inspection_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(
            together,
            col(Assignment.state) == AssignmentState.NOTIFIED,
            col(Assignment.answer_by) <= at,
        )
        .order_by(col(Assignment.id))
    )


def lapsed(records: Records, inspection: Inspection, *, at: datetime) -> list[str]:
    """The assignments that nobody answered in time, by id, of all that was drawn, or named, together with this one."""
    return [id for id, _ in records.session.execute(_lapsed_with(inspection, at))]


def with_lapsed(records: Records, inspection: Inspection, *, at: datetime) -> list[str]:
    """The inspections that these belong to, by id: the order in which to lock them."""
    return sorted({of for _, of in records.session.execute(_lapsed_with(inspection, at))})


def loads(records: Records, person_ids: list[str]) -> dict[str, int]:
    """Seats that each person holds now, over all draws."""
    rows = records.session.execute(
        select(col(Assignment.person_id), func.count())
        .where(col(Assignment.state).in_(LIVE_ASSIGNMENTS), col(Assignment.person_id).in_(person_ids))
        .group_by(col(Assignment.person_id))
    )
    return dict(rows.all())


def requests_of(records: Records, assignment_id: str) -> list[LeaveRequest]:
    """Every leave request of an assignment, oldest first."""
    rows = (
        select(LeaveRequest)
        .where(col(LeaveRequest.assignment_id) == assignment_id)
        .order_by(col(LeaveRequest.filed_at), col(LeaveRequest.id))
    )
    return list(records.session.execute(rows).scalars())
