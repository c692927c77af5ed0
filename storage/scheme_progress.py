"""How far the visits of a scheme are, and what is due by when: one query for each question, however many visits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from inspection.departments import level_of
from inspection.states import (
    LIVE_ASSIGNMENTS,
    NO_VISITS,
    AssignmentState,
    InspectionState,
    LeaveRequestState,
    ResultState,
    SchemeState,
    TeamState,
)
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest, Result, Seat, Team
from storage.tables.registers import RegisteredObject, Scheme
from storage.veils import shown_name, veiled_rows

HELD = LIVE_ASSIGNMENTS | {AssignmentState.COMPLETED}


@dataclass(frozen=True, slots=True)
class Visit:
    """One drawn object; `publicity_due` is set once the visit has ended."""

    id: str
    object: str
    district: str
    state: InspectionState
    team: TeamState
    result: ResultState | None
    publicity_due: date | None
    last_day: date


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat of a visit that stands; `state` is None while nobody holds it."""

    id: str
    inspection: str
    object: str
    department: str
    state: AssignmentState | None
    answer_by: datetime | None
    decide_by: datetime | None
    """By when a head decides what its holder asked; None where nothing is asked."""


def visits_of_scheme(records: Records, scheme_id: str) -> list[Visit]:
    """Every visit that was ever drawn, by id."""
    return _visits(records, col(Inspection.scheme_id) == scheme_id)


def open_visits(records: Records, department: str, district: str) -> list[Visit]:
    """Those of drawn schemes that this department leads at this level, and whose result is not public, by id."""
    schemes = select(col(Scheme.id), col(Scheme.departments), col(Scheme.district)).where(
        col(Scheme.state) == SchemeState.DRAWN
    )
    led = [
        id
        for id, departments, level in records.session.execute(schemes)
        if departments[0] == department and level_of(level) == level_of(district)
    ]
    return _visits(records, col(Inspection.scheme_id).in_(led), _is_open())


def led_visits(records: Records, person_id: str) -> list[Visit]:
    """Those whose team this person leads, and whose result is not public, by id."""
    led = (
        select(col(Seat.inspection_id))
        .join(Assignment, col(Assignment.seat_id) == col(Seat.id))
        .where(col(Assignment.person_id) == person_id, col(Assignment.state).in_(HELD), col(Seat.is_lead))
    )
    return _visits(records, col(Inspection.id).in_(led), _is_open())


def seated_visits(records: Records, person_id: str) -> list[Visit]:
    """Those that this person has agreed to go on, and which have not ended, by id."""
    agreed = select(col(Assignment.inspection_id)).where(
        col(Assignment.person_id) == person_id,
        col(Assignment.state).in_((AssignmentState.ACCEPTED, AssignmentState.CONFIRMED)),
    )
    return _visits(records, col(Inspection.id).in_(agreed), col(Inspection.ended_at).is_(None), _is_open())


def leads_in(records: Records, scheme_id: str, person_id: str) -> bool:
    """Whether this person leads a team of the scheme."""
    rows = (
        select(col(Assignment.id))
        .join(Seat, col(Seat.id) == col(Assignment.seat_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(
            col(Inspection.scheme_id) == scheme_id,
            col(Assignment.person_id) == person_id,
            col(Assignment.state).in_(HELD),
            col(Seat.is_lead),
        )
    )
    return records.session.execute(rows.limit(1)).first() is not None


def seats_of_scheme(records: Records, scheme_id: str) -> list[HeldSeat]:
    """Every seat of the visits that stand, by id."""
    rows = _seats().where(col(Inspection.scheme_id) == scheme_id)
    return _held(records, rows)


def seats_to_answer(records: Records, person_id: str) -> list[HeldSeat]:
    """Those that this person was drawn for and has not answered."""
    mine = col(Assignment.person_id) == person_id, col(Assignment.state) == AssignmentState.NOTIFIED
    return _held(records, _seats().where(*mine))


def seats_to_decide(records: Records, head_id: str) -> list[HeldSeat]:
    """Those whose holders have asked this head to be let off."""
    asked = (
        select(col(Assignment.seat_id))
        .join(LeaveRequest, col(LeaveRequest.assignment_id) == col(Assignment.id))
        .where(col(LeaveRequest.decider_id) == head_id, col(LeaveRequest.state) == LeaveRequestState.PENDING)
    )
    rows = _seats().where(col(Seat.id).in_(asked), col(LeaveRequest.decider_id) == head_id)
    return _held(records, rows)


def _held(records: Records, rows: Any) -> list[HeldSeat]:
    return [
        replace(one, object=shown_name(records, one.inspection, one.object, is_behind_veil=bool(veil)))
        for *row, veil in records.session.execute(rows)
        for one in (HeldSeat(*row),)
    ]


def _visits(records: Records, *which: ColumnElement[bool]) -> list[Visit]:
    return [
        replace(one, object=shown_name(records, one.id, one.object, is_behind_veil=bool(veil)))
        for *row, veil in _rows(records, *which)
        for one in (Visit(*row),)
    ]


def _rows(records: Records, *which: ColumnElement[bool]) -> Iterator[Any]:
    rows = (
        select(
            col(Inspection.id),
            col(RegisteredObject.name),
            col(RegisteredObject.district),
            col(Inspection.state),
            col(Team.state),
            col(Result.state),
            col(Result.publicity_due),
            col(Scheme.last_day),
            veiled_rows(),
        )
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .join(Team, col(Team.inspection_id) == col(Inspection.id))
        .outerjoin(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(*which)
        .order_by(col(Inspection.id))
    )
    return iter(records.session.execute(rows))


def _is_open() -> ColumnElement[bool]:
    return col(Result.published_at).is_(None) & col(Inspection.state).not_in(NO_VISITS)


def _seats() -> Select[str, str, str, str, AssignmentState, datetime | None, datetime | None, bool]:
    is_asked = col(LeaveRequest.state) == LeaveRequestState.PENDING
    return (
        select(
            col(Seat.id),
            col(Seat.inspection_id),
            col(RegisteredObject.name),
            col(Seat.department),
            col(Assignment.state),
            col(Assignment.answer_by),
            col(LeaveRequest.decide_by),
            veiled_rows(),
        )
        .join(Inspection, col(Inspection.id) == col(Seat.inspection_id))
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .outerjoin(Assignment, (col(Assignment.seat_id) == col(Seat.id)) & col(Assignment.state).in_(HELD))
        .outerjoin(LeaveRequest, (col(LeaveRequest.assignment_id) == col(Assignment.id)) & is_asked)
        .where(col(Inspection.state).not_in(NO_VISITS))
        .order_by(col(Seat.id))
    )
