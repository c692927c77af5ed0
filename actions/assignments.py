"""An officer's answer to a seat: accept, take the acceptance back, or let the time run out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.access import own_assignment
from actions.assigning import ask_again, is_drawn, visit_of
from actions.deadlines import end_deadline
from actions.redraws import redraw_seats, reopen_team
from actions.teams import tell_lead_when_complete
from actions.telling import tell
from draw.double_random import Cause
from inspection.deadlines.rules import RuleName
from inspection.refusals import AlreadyDone, TooLate
from inspection.states import ASSIGNMENT, AssignmentState, AssignmentStep, DeadlineStep, TeamState
from notifications.messages.assignments import AssignmentLapsed
from storage import assignments, due
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Team
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, Scheme

TIME_AFTER_WITHDRAWING = timedelta(hours=2)
"""An acceptance taken back near the deadline leaves at least so long to answer again."""

_WHAT_WAS_DONE = {
    AssignmentState.ACCEPTED: "done_accepted",
    AssignmentState.CONFIRMED: "done_accepted",
    AssignmentState.COMPLETED: "done_accepted",
    AssignmentState.LEAVE_ASKED: "done_filed",
    AssignmentState.RECUSED: "done_left",
    AssignmentState.UNAVAILABLE: "done_left",
    AssignmentState.LAPSED: "done_lapsed",
    AssignmentState.SENT_BACK: "done_sent_back",
    AssignmentState.ORDERED_OFF: "done_ordered_off",
    AssignmentState.RELEASED: "done_released",
}


@dataclass(frozen=True)
class Acceptance:
    """The accepted assignment and how far its team is."""

    assignment: Assignment
    accepted: int
    seats: int


def accept_assignment(records: Records, assignment_id: str, *, by: Person, at: datetime) -> Acceptance:
    """The officer takes the seat; with the last one of the team the lead is asked to confirm it.

    Refuses `NotYours`, `AlreadyDone` (whatever was answered before, with its time) and `TooLate`.
    """
    assignment = own_assignment(records, assignment_id, by)
    refuse_if_answered(assignment, at=at)
    if assignment.answer_by is not None and at > assignment.answer_by:
        raise TooLate
    records.move(ASSIGNMENT, assignment, AssignmentStep.ACCEPT, by=by.id, at=at)
    assignment.answered_at = at
    due.cancel(records, assignment.id, at=at)
    end_deadline(records, RuleName.ANSWER, assignment.id, at=at, by=by)
    tell_lead_when_complete(records, assignment.inspection_id, at=at)
    held = [member.assignment for member in assignments.members(records, assignment.inspection_id)]
    accepted = sum(1 for one in held if one is not None and one.state is AssignmentState.ACCEPTED)
    return Acceptance(assignment, accepted, len(held))


def withdraw_acceptance(records: Records, assignment_id: str, *, by: Person, at: datetime) -> Assignment:
    """Takes an acceptance back while the team is not confirmed; the question is open again, with its old deadline."""
    assignment = own_assignment(records, assignment_id, by)
    _refuse_withdrawing(records, assignment, at=at)
    records.move(ASSIGNMENT, assignment, AssignmentStep.WITHDRAW, by=by.id, at=at)
    assignment.answered_at = at
    inspection = records.get(Inspection, assignment.inspection_id)
    if records.lock(Team, inspection.id).state is TeamState.ASSEMBLED:
        reopen_team(records, inspection, assignment, at=at)
    answer_by = max(assignment.answer_by or at, at + TIME_AFTER_WITHDRAWING)
    ask_again(records, records.get(Scheme, inspection.scheme_id), assignment, answer_by=answer_by, at=at)
    return assignment


def _refuse_withdrawing(records: Records, assignment: Assignment, *, at: datetime) -> None:
    if assignment.state is AssignmentState.NOTIFIED and assignment.answered_at is not None:
        raise AlreadyDone(what="done_withdrawn", done_at=assignment.answered_at)
    if assignment.state in {AssignmentState.CONFIRMED, AssignmentState.COMPLETED}:
        confirmed_at = records.get(Team, assignment.inspection_id).confirmed_at
        raise AlreadyDone(what="done_confirmed_team", done_at=confirmed_at or at)
    if assignment.state is not AssignmentState.ACCEPTED:
        refuse_if_answered(assignment, at=at)


def lapse_assignment(records: Records, work: DueWork, *, at: datetime) -> None:
    """Nobody answered in time: the seat is drawn again, and the officer is told so. All seats of the draw whose time is
    over by now are drawn again in the same round."""
    first = records.get(Assignment, work.subject)
    inspection = records.get(Inspection, first.inspection_id)
    for inspection_id in assignments.with_lapsed(records, inspection, at=at):
        records.lock(Inspection, inspection_id)
    lapsed = [records.lock(Assignment, one) for one in assignments.lapsed(records, inspection, at=at)]
    for assignment in lapsed:
        _lapse(records, assignment, at=at)
    if lapsed:
        redraw_seats(records, lapsed, cause=Cause.LAPSED, at=at)


def _lapse(records: Records, assignment: Assignment, *, at: datetime) -> None:
    records.move(ASSIGNMENT, assignment, AssignmentStep.LAPSE, by=None, at=at)
    end_deadline(records, RuleName.ANSWER, assignment.id, DeadlineStep.MISS, at=at)
    assignment.answered_at = at
    visit = visit_of(records, records.get(Inspection, assignment.inspection_id))
    assert assignment.answer_by is not None
    message = AssignmentLapsed(
        assignment=assignment.id,
        visit=visit,
        answer_by=assignment.answer_by,
        is_drawn=is_drawn(records, assignment.inspection_id),
    )
    tell(records, assignment.person_id, message, key=f"lapsed:{assignment.id}", at=at)


def refuse_if_answered(assignment: Assignment, *, at: datetime) -> None:
    """Says what was done before and when; nothing to say while the question is open."""
    done = _WHAT_WAS_DONE.get(assignment.state)
    if done is not None:
        raise AlreadyDone(what=done, done_at=assignment.left_at or assignment.answered_at or at)
