"""Buttons under an assignment: accept, take it back, look closer."""

from actions.access import own_assignment
from actions.assigning import visit_of
from actions.assignments import accept_assignment, withdraw_acceptance
from handlers.turn import Replies, Turn
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from notifications.messages.assignments import AcceptanceWithdrawn, AssignmentAccepted, AssignmentDetails
from storage.tables.inspections import Inspection, Seat
from storage.tables.registers import InspectionItem


def on_assignment_button(turn: Turn, button: AssignmentButton) -> Replies:
    answers = {
        AssignmentAnswer.ACCEPT: _accept,
        AssignmentAnswer.WITHDRAW: _withdraw,
        AssignmentAnswer.DETAILS: _details,
    }
    return answers[button.answer](turn, button.assignment)


def _accept(turn: Turn, assignment_id: str) -> Replies:
    acceptance = accept_assignment(turn.records, assignment_id, by=turn.person, at=turn.at)
    assignment = acceptance.assignment
    message = AssignmentAccepted(
        assignment=assignment.id,
        visit=visit_of(turn.records, turn.records.get(Inspection, assignment.inspection_id)),
        answered_at=turn.at,
        accepted=acceptance.accepted,
        seats=acceptance.seats,
        is_lead=turn.records.get(Seat, assignment.seat_id).is_lead,
    )
    return (message,)


def _withdraw(turn: Turn, assignment_id: str) -> Replies:
    assignment = withdraw_acceptance(turn.records, assignment_id, by=turn.person, at=turn.at)
    assert assignment.answer_by is not None
    visit = visit_of(turn.records, turn.records.get(Inspection, assignment.inspection_id))
    return (AcceptanceWithdrawn(assignment=assignment.id, visit=visit, answer_by=assignment.answer_by),)


def _details(turn: Turn, assignment_id: str) -> Replies:
    assignment = own_assignment(turn.records, assignment_id, turn.person)
    seat = turn.records.get(Seat, assignment.seat_id)
    inspection = turn.records.get(Inspection, assignment.inspection_id)
    items = [turn.records.get(InspectionItem, item) for item in inspection.items]
    message = AssignmentDetails(
        assignment=assignment.id,
        visit=visit_of(turn.records, inspection),
        state=assignment.state,
        inspection_state=inspection.state,
        department=seat.department,
        is_lead=seat.is_lead,
        answer_by=assignment.answer_by,
        items=tuple(item.title for item in items if item.department == seat.department),
    )
    return (message,)
