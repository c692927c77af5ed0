"""Leaving a seat in three taps: kind, ground, words (or none); and the head's decision."""

from actions.access import own_assignment
from actions.assigning import is_drawn
from actions.leave import asked_message, decide_leave, decided_message, file_leave_request, refuse_asking
from actions.recusal_applications import firm_asked_message, firm_decided_message
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.leave import GROUND_RULES, Ground, LeaveKind, Origin, Verdict
from inspection.refusals import AlreadyDone, NotYours
from inspection.states import LeaveRequestState
from notifications.buttons.assignments import DecisionButton, FileLeaveButton, GroundButton, GroundsButton
from notifications.buttons.deadlines import RequestButton
from notifications.messages.assignments import AskGround, AskLeaveWords, LeaveFiled, RecusalHeld
from notifications.messages.message import Message
from notifications.messages.visit_approvals import AskAnswerWords
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.registers import Person
from storage.veils import shown_object


def on_grounds_button(turn: Turn, button: GroundsButton) -> Replies:
    """Shows the closed list; nothing is filed yet."""
    assignment = _asking(turn, button.assignment)
    turn.talk.end()
    return (AskGround(assignment=assignment.id, object=_object(turn, assignment), kind=button.kind),)


def on_ground_button(turn: Turn, button: GroundButton) -> Replies:
    """Asks for a short text, which may be left out."""
    assignment = _asking(turn, button.assignment)
    turn.talk.step(TalkStep.ASK_LEAVE_WORDS, assignment=assignment.id, ground=button.ground.value)
    rule = GROUND_RULES[button.ground]
    message = AskLeaveWords(
        assignment=assignment.id,
        object=_object(turn, assignment),
        ground=rule.ground,
        kind=rule.kind,
        default=rule.default,
        is_drawn=is_drawn(turn.records, assignment.inspection_id),
    )
    return (message,)


def on_file_leave_button(turn: Turn, button: FileLeaveButton) -> Replies:
    return _file(turn, button.assignment, button.ground, "")


def on_leave_words(turn: Turn) -> Replies:
    data = turn.talk.data
    return _file(turn, data["assignment"], Ground(data["ground"]), turn.incoming.text)


def on_decision_button(turn: Turn, button: DecisionButton) -> Replies:
    """A firm that is refused is answered in words, so these are asked first."""
    asked = turn.records.get(LeaveRequest, button.request)
    is_answered = asked.origin == Origin.FIRM and button.verdict is Verdict.REFUSE
    if is_answered and asked.decider_id == turn.person.id and asked.state is LeaveRequestState.PENDING:
        turn.talk.step(TalkStep.ASK_ANSWER_WORDS, request=asked.id)
        assignment = turn.records.get(Assignment, asked.assignment_id)
        person = turn.records.get(Person, assignment.person_id).name
        return (AskAnswerWords(request=asked.id, person=person, object=_object(turn, assignment)),)
    request = decide_leave(turn.records, button.request, button.verdict, by=turn.person, at=turn.at)
    return (_decided(turn, request),)


def on_answer_words(turn: Turn) -> Replies:
    data, words = turn.talk.data, turn.incoming.text
    request = decide_leave(turn.records, data["request"], Verdict.REFUSE, words, by=turn.person, at=turn.at)
    turn.talk.end()
    return (_decided(turn, request),)


def _decided(turn: Turn, request: LeaveRequest) -> Message:
    if request.origin == Origin.FIRM:
        return firm_decided_message(turn.records, request)
    return decided_message(turn.records, request)


def on_request_button(turn: Turn, button: RequestButton) -> Replies:
    """The request as it stands: still to be decided, or what was decided."""
    request = turn.records.get(LeaveRequest, button.request)
    if request.decider_id != turn.person.id:
        raise NotYours
    turn.talk.end()
    if request.state is LeaveRequestState.PENDING:
        if request.origin == Origin.FIRM:
            return (firm_asked_message(turn.records, request),)
        return (asked_message(turn.records, request),)
    if request.state is LeaveRequestState.DROPPED:
        raise AlreadyDone(what="done_released", done_at=request.decided_at or request.filed_at)
    return (_decided(turn, request),)


def _asking(turn: Turn, assignment_id: str) -> Assignment:
    """The person's own seat, while it can still be left; nobody is asked for a reason that can't count."""
    assignment = own_assignment(turn.records, assignment_id, turn.person)
    refuse_asking(turn.records, assignment, at=turn.at)
    return assignment


def _file(turn: Turn, assignment_id: str, ground: Ground, words: str) -> Replies:
    request = file_leave_request(turn.records, assignment_id, ground, words, by=turn.person, at=turn.at)
    turn.talk.end()
    assignment = turn.records.get(Assignment, assignment_id)
    name, drawn = _object(turn, assignment), is_drawn(turn.records, assignment.inspection_id)
    default = GROUND_RULES[ground].default
    if default is None or request.decide_by is None:
        return (
            RecusalHeld(assignment=assignment_id, object=name, ground=ground, at=turn.at, is_drawn=drawn),
        )
    return (
        LeaveFiled(
            assignment=assignment_id,
            object=name,
            ground=ground,
            kind=LeaveKind(request.kind),
            decide_by=request.decide_by,
            default=default,
        ),
    )


def _object(turn: Turn, assignment: Assignment) -> str:
    inspection = turn.records.get(Inspection, assignment.inspection_id)
    return shown_object(turn.records, inspection).name
