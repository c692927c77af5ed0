"""From the seats that a round of the draw filled to people who know of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from actions.deadline_parties import Matter
from actions.deadlines import start_deadline
from actions.telling import tell
from draw.double_random import DrawnObject, FilledSeat
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.states import (
    ASSIGNMENT,
    AssignmentState,
    AssignmentStep,
    InspectionState,
    TeamState,
)
from notifications.messages.assignments import AssignmentDrawn, Visit
from storage import assignments, due
from storage.store import Records
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat, Selection, Team
from storage.tables.registers import RegisteredObject, Scheme
from storage.veils import drawn_visit, is_veiled, next_number, shown_object, visit_id

NAMES_OPEN = "names_open"
"""Due work: the hour of the names of a scheme's firms."""


def is_drawn(records: Records, inspection_id: str) -> bool:
    """Whether this visit came from a draw of ours: a vacancy is then drawn again, and else somebody is named."""
    return records.get(Inspection, inspection_id).draw_id is not None


def visit_of(records: Records, inspection: Inspection) -> Visit:
    """What every message about this visit names."""
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    return Visit(
        scheme=scheme.name,
        object=registered.name,
        district=registered.district,
        address=registered.address,
        departments=tuple(scheme.departments),
        first_day=scheme.first_day,
        last_day=scheme.last_day,
    )


def open_inspections(
    records: Records,
    scheme: Scheme,
    draw: DrawRecord,
    drawn: Iterable[DrawnObject],
    items: Mapping[str, list[str]],
    *,
    at: datetime,
) -> None:
    """One inspection with its team and empty seats for each drawn object; `items` by object, see `actions.pools`."""
    plan_naming(records, scheme)
    for number, one in enumerate(drawn, start=next_number(records, scheme.id)):
        inspection_id = visit_id(scheme, one.id, number)
        records.add(
            Inspection(
                id=inspection_id,
                scheme_id=scheme.id,
                draw_id=draw.id,
                object_id=one.id,
                stratum=one.stratum,
                items=items[one.id],
                state=InspectionState.ASSEMBLING,
                number=number,
            )
        )
        records.add(
            Team(inspection_id=inspection_id, state=TeamState.ASSEMBLING), *_seats(scheme, inspection_id)
        )
        records.journal("inspection.open", inspection_id, by=None, at=at, draw=draw.id, stratum=one.stratum)


def plan_naming(records: Records, scheme: Scheme) -> None:
    """Where the scheme sets an hour for the names of its firms, the clock opens them then."""
    if is_veiled(scheme):
        assert scheme.names_open_at is not None
        due.plan(records, kind=NAMES_OPEN, subject=scheme.id, due_at=scheme.names_open_at)


def _seats(scheme: Scheme, inspection_id: str) -> list[Seat]:
    numbers = dict.fromkeys(scheme.departments, scheme.seats_per_department) | {EXPERTS: scheme.expert_seats}
    return [
        Seat(
            id=f"{inspection_id}/{department}/{number}",
            inspection_id=inspection_id,
            department=department,
            number=number,
            is_lead=department == scheme.departments[0] and number == 1,
        )
        for department, seats in numbers.items()
        for number in range(1, seats + 1)
    ]


def assign(
    records: Records, scheme: Scheme, filled: Iterable[FilledSeat], *, round_number: int, at: datetime
) -> None:
    """Puts the drawn people on their seats and tells each; `filled` names seats as the draw does, `<object>/…`."""
    for one in filled:
        object_id, _, place = one.seat.partition("/")
        seat = records.get(Seat, f"{_visit(records, scheme, object_id)}/{place}")
        number = assignments.history_length(records, seat.id) + 1
        assignment = Assignment(
            id=f"{seat.id}/{number}",
            seat_id=seat.id,
            inspection_id=seat.inspection_id,
            person_id=one.inspector,
            round=round_number,
            state=AssignmentState.DRAWN,
            drawn_at=at,
        )
        records.add(assignment)
        records.journal(
            "assignment.draw", assignment.id, by=None, at=at, person=one.inspector, round=round_number
        )
        notify(records, scheme, assignment, at=at)


def _visit(records: Records, scheme: Scheme, object_id: str) -> str:
    """The id of a visit; it is read from the store only where it does not follow from the object."""
    if scheme.names_open_at is None:
        return visit_id(scheme, object_id, 0)
    return drawn_visit(records, scheme.id, object_id).id


def notify(records: Records, scheme: Scheme, assignment: Assignment, *, at: datetime) -> None:
    """Tells a drawn person and starts the clock of the answer."""
    records.move(ASSIGNMENT, assignment, AssignmentStep.NOTIFY, by=None, at=at)
    assignment.notified_at = at
    answer_by = ask_again(records, scheme, assignment, at=at)
    tell(
        records,
        assignment.person_id,
        card_of_drawn(records, assignment, answer_by),
        key=f"drawn:{assignment.id}",
        at=at,
        subject=assignment.id,
        while_state=AssignmentState.NOTIFIED.value,
    )


def card_of_drawn(records: Records, assignment: Assignment, answer_by: datetime) -> AssignmentDrawn:
    """What somebody reads who was drawn, until they answer."""
    seat = records.get(Seat, assignment.seat_id)
    inspection = records.get(Inspection, assignment.inspection_id)
    return AssignmentDrawn(
        assignment=assignment.id,
        visit=visit_of(records, inspection),
        department=seat.department,
        is_lead=seat.is_lead,
        is_redraw=assignment.round > 0,
        answer_by=answer_by,
        **_origin(records, inspection),
    )


def _origin(records: Records, inspection: Inspection) -> dict[str, str]:
    """Said where nothing was drawn here, so that nobody takes it for a draw of ours."""
    if inspection.selection_id is None:
        return {}
    selection = records.get(Selection, inspection.selection_id)
    return {"origin": selection.origin, "platform": selection.platform}


def ask_again(
    records: Records,
    scheme: Scheme,
    assignment: Assignment,
    *,
    answer_by: datetime | None = None,
    at: datetime,
) -> datetime:
    """Sets the time to answer by, which is as the rule has it where it was not promised before, and gives it. The
    clock reminds before its end, and the seat lapses there."""
    inspection = records.get(Inspection, assignment.inspection_id)
    matter = Matter(
        department=records.get(Seat, assignment.seat_id).department,
        district=records.get(RegisteredObject, inspection.object_id).district,
        inspection_id=inspection.id,
        asked_id=assignment.person_id,
    )
    deadline = start_deadline(
        records,
        RuleName.ANSWER,
        assignment.id,
        matter=matter,
        at=at,
        ends_at=answer_by,
        hours=scheme.answer_hours,
    )
    assignment.answer_by = deadline.due_at
    return deadline.due_at
