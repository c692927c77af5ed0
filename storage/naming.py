"""Who may be named for seats that no draw fills, and the records of what was not drawn here."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import exists, func, select
from sqlmodel import col

from inspection.departments import EXPERTS
from inspection.naming import Candidate
from inspection.states import LIVE_ASSIGNMENTS, AssignmentState, InspectionState
from storage import assignments
from storage.draws import absent_between
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Seat, Selection
from storage.tables.registers import DeclaredInterest, Expert, Inspector, Person

_HELD = LIVE_ASSIGNMENTS | {AssignmentState.COMPLETED}


def candidates_of(records: Records, department: str, *, first_day: date, last_day: date) -> list[Candidate]:
    """Everybody in the register of a department (for `EXPERTS`, every expert), by id, as they stand for that window."""
    if department == EXPERTS:
        found = [(expert, None) for expert in _experts(records)]
        return _candidates(records, found, first_day=first_day, last_day=last_day)
    rows = (
        select(Inspector, Person)
        .join(Person, col(Person.id) == col(Inspector.id))
        .where(col(Inspector.department) == department)
        .order_by(col(Inspector.id))
    )
    return _candidates(records, records.session.execute(rows).all(), first_day=first_day, last_day=last_day)


def _experts(records: Records) -> list[Expert]:
    return list(records.session.execute(select(Expert).order_by(col(Expert.id))).scalars())


def _candidates(
    records: Records,
    found: Iterable[tuple[Inspector | Expert, Person | None]],
    *,
    first_day: date,
    last_day: date,
) -> list[Candidate]:
    rows = list(found)
    ids = [one.id for one, _person in rows]
    loads, absent = assignments.loads(records, ids), absent_between(records, first_day, last_day)
    interests = _interests(records, ids)
    return [
        Candidate(
            id=one.id,
            name=person.name if person else getattr(one, "name", one.id),
            department=EXPERTS if isinstance(one, Expert) else one.department,
            district=one.district,
            is_active=one.is_active and (person is None or person.is_active),
            certified_until=None if isinstance(one, Expert) else one.certificate_expires,
            qualifications=(one.field,) if isinstance(one, Expert) else tuple(one.qualifications),
            may_lead=False if isinstance(one, Expert) else one.may_lead,
            capacity=one.capacity,
            load=loads.get(one.id, 0),
            is_absent=one.id in absent,
            interests=frozenset(interests[one.id]),
        )
        for one, person in rows
    ]


def _interests(records: Records, ids: list[str]) -> defaultdict[str, set[str]]:
    rows = select(col(DeclaredInterest.inspector_id), col(DeclaredInterest.object_id)).where(
        col(DeclaredInterest.inspector_id).in_(ids)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for person, registered in records.session.execute(rows):
        found[person].add(registered)
    return found


def who_left(records: Records, inspection: Inspection) -> set[str]:
    """Who has left this object, or may not serve in its scheme any more because a head excused them from it."""
    at_object = select(col(Assignment.person_id)).where(
        col(Assignment.inspection_id) == inspection.id, col(Assignment.state).not_in(_HELD)
    )
    excused = (
        select(col(Assignment.person_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(
            col(Inspection.scheme_id) == inspection.scheme_id,
            col(Assignment.state) == AssignmentState.UNAVAILABLE,
        )
    )
    return {*records.session.execute(at_object).scalars(), *records.session.execute(excused).scalars()}


def open_seats(records: Records) -> list[Seat]:
    """Seats that nobody holds, in teams that were not drawn, by id."""
    taken = exists().where(col(Assignment.seat_id) == col(Seat.id), col(Assignment.state).in_(_HELD))
    rows = (
        select(Seat)
        .join(Inspection, col(Inspection.id) == col(Seat.inspection_id))
        .where(
            col(Inspection.selection_id).is_not(None),
            col(Inspection.state) == InspectionState.ASSEMBLING,
            ~taken,
        )
        .order_by(col(Seat.id))
    )
    return list(records.session.execute(rows).scalars())


def selections_of(records: Records, scheme_id: str) -> list[Selection]:
    """The selections of a scheme, oldest first."""
    rows = select(Selection).where(col(Selection.scheme_id) == scheme_id).order_by(col(Selection.id))
    return list(records.session.execute(rows).scalars())


def number_of_selections(records: Records, scheme_id: str) -> int:
    rows = select(func.count()).where(col(Selection.scheme_id) == scheme_id)
    number: int = records.session.execute(rows).scalar_one()
    return number
