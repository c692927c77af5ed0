"""Leaving a seat: recusal for a ground of the closed list, or unavailability with the head's consent."""

from datetime import datetime

from actions.access import own_assignment
from actions.assigning import ask_again, is_drawn, visit_of
from actions.assignments import refuse_if_answered
from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.leave_deciding import decider_of, locked_request, note_decider, object_of
from actions.recusal_applications import decide_application
from actions.redraws import redraw_seats, reopen_team
from actions.telling import tell
from draw.double_random import Cause
from inspection.deadlines.rules import RuleName
from inspection.leave import GROUND_RULES, WORDS_LIMIT, Ground, LeaveKind, Origin, Verdict
from inspection.refusals import AlreadyDone, IllegalStep, NotYours, TooLate, Unacceptable
from inspection.states import (
    ASSIGNMENT,
    LEAVE_REQUEST,
    AssignmentState,
    AssignmentStep,
    DeadlineStep,
    InspectionState,
    LeaveRequestState,
    LeaveRequestStep,
)
from inspection.words import clean_words
from notifications.messages.assignments import (
    LeaveAsked,
    LeaveDecided,
    LeaveGranted,
    LeaveRefused,
    RecusalNoted,
)
from storage import assignments, due
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, Scheme

_MAY_ASK = (AssignmentState.NOTIFIED, AssignmentState.ACCEPTED, AssignmentState.CONFIRMED)
_DECIDED = {
    LeaveRequestState.GRANTED: "done_decided_grant",
    LeaveRequestState.REFUSED: "done_decided_refuse",
    LeaveRequestState.DROPPED: "done_released",
}
_VISIT_IS_OVER = (InspectionState.VISITED, InspectionState.CLOSED)
"""Nobody can be drawn any more for what has been done; whoever was there stands in the record."""


def file_leave_request(
    records: Records, assignment_id: str, ground: Ground, words: str, *, by: Person, at: datetime
) -> LeaveRequest:
    """An officer asks to leave a seat. A mandatory relation holds at once and the seat is redrawn; all else goes to
    the head of the officer's department, with a time limit and a stated default (`inspection.leave`).

    Refuses `NotYours`, `AlreadyDone`, `TooLate` (an open question whose time is over) and words that can't be read or
    are too long; empty ones were left out on purpose.
    """
    words = clean_words(words, WORDS_LIMIT) if words else ""
    assignment = own_assignment(records, assignment_id, by)
    refuse_asking(records, assignment, at=at)
    request = _new_request(records, assignment, ground, words, at=at)
    due.cancel(records, assignment.id, at=at)
    end_deadline(records, RuleName.ANSWER, assignment.id, at=at, by=by)
    assignment.answered_at = at
    if GROUND_RULES[ground].holds_at_once:
        _hold_at_once(records, assignment, request, by=by, at=at)
    else:
        _ask_head(records, assignment, request, by=by, at=at)
    return request


def decide_leave(
    records: Records, request_id: str, verdict: Verdict, words: str = "", *, by: Person, at: datetime
) -> LeaveRequest:
    """The head of the officer's department grants or refuses. Refuses anybody else, and a second decision. `words` are
    what a firm reads that has applied and is refused; an officer who asked needs none."""
    request, assignment = locked_request(records, request_id)
    if request.decider_id != by.id:
        raise NotYours
    if request.state is not LeaveRequestState.PENDING:
        raise AlreadyDone(what=_DECIDED[request.state], done_at=request.decided_at or at)
    if request.origin == Origin.FIRM:
        decide_application(records, request, assignment, verdict, words, by=by, at=at)
    else:
        _decide(records, request, assignment, verdict, by=by, at=at)
    return request


def decide_by_default(records: Records, work: DueWork, *, at: datetime) -> None:
    """The head's time is over: what was stated beforehand holds, and the head is told."""
    request, assignment = locked_request(records, work.subject)
    if request.state is not LeaveRequestState.PENDING:
        return
    default = GROUND_RULES[Ground(request.ground)].default
    assert default is not None
    _decide(records, request, assignment, default, by=None, at=at)
    if request.decider_id is not None:
        tell(
            records,
            request.decider_id,
            decided_message(records, request),
            key=f"default:{request.id}",
            at=at,
        )


def asked_message(records: Records, request: LeaveRequest) -> LeaveAsked:
    """What the head is asked, with the time and what holds without an answer."""
    assignment = records.get(Assignment, request.assignment_id)
    inspection = records.get(Inspection, assignment.inspection_id)
    default = GROUND_RULES[Ground(request.ground)].default
    assert default is not None
    assert request.decide_by is not None
    return LeaveAsked(
        request=request.id,
        person=records.get(Person, assignment.person_id).name,
        object=object_of(records, assignment).name,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        kind=LeaveKind(request.kind),
        ground=Ground(request.ground),
        words=request.words,
        decide_by=request.decide_by,
        default=default,
        is_drawn=is_drawn(records, inspection.id),
    )


def decided_message(records: Records, request: LeaveRequest) -> LeaveDecided:
    """What the head reads in place of the question."""
    assignment = records.get(Assignment, request.assignment_id)
    granted = request.state is LeaveRequestState.GRANTED
    return LeaveDecided(
        request=request.id,
        person=records.get(Person, assignment.person_id).name,
        object=object_of(records, assignment).name,
        verdict=Verdict.GRANT if granted else Verdict.REFUSE,
        is_by_default=request.is_by_default,
        at=request.decided_at or request.filed_at,
        is_drawn=is_drawn(records, assignment.inspection_id),
    )


def refuse_asking(records: Records, assignment: Assignment, *, at: datetime) -> None:
    """Refuses whoever can't ask to leave this seat any more, before the first question is put."""
    if assignment.state not in _MAY_ASK:
        refuse_if_answered(assignment, at=at)
    if records.get(Inspection, assignment.inspection_id).state in _VISIT_IS_OVER:
        raise IllegalStep
    is_open = assignment.state is AssignmentState.NOTIFIED
    if is_open and assignment.answer_by is not None and at > assignment.answer_by:
        raise TooLate


def _new_request(
    records: Records, assignment: Assignment, ground: Ground, words: str, *, at: datetime
) -> LeaveRequest:
    number = len(assignments.requests_of(records, assignment.id)) + 1
    request = LeaveRequest(
        id=f"{assignment.id}/r{number}",
        assignment_id=assignment.id,
        kind=GROUND_RULES[ground].kind.value,
        ground=ground.value,
        words=words,
        state=LeaveRequestState.PENDING,
        filed_at=at,
    )
    records.add(request)
    records.journal("leave_request.file", request.id, by=assignment.person_id, at=at, ground=ground.value)
    return request


def _hold_at_once(
    records: Records, assignment: Assignment, request: LeaveRequest, *, by: Person, at: datetime
) -> None:
    records.move(LEAVE_REQUEST, request, LeaveRequestStep.GRANT, by=None, at=at)
    request.decided_at = at
    records.move(ASSIGNMENT, assignment, AssignmentStep.RECUSE, by=by.id, at=at)
    head = decider_of(records, assignment)
    if head is not None:
        message = RecusalNoted(
            request=request.id,
            person=by.name,
            object=object_of(records, assignment).name,
            ground=Ground(request.ground),
            words=request.words,
            is_drawn=is_drawn(records, assignment.inspection_id),
        )
        tell(records, head.id, message, key=f"noted:{request.id}", at=at)
    redraw_seats(records, [assignment], cause=Cause.RECUSED, at=at)


def _ask_head(
    records: Records, assignment: Assignment, request: LeaveRequest, *, by: Person, at: datetime
) -> None:
    inspection = records.get(Inspection, assignment.inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    head = decider_of(records, assignment)
    if head is None:
        raise Unacceptable("no_head", department=by.department)
    note_decider(records, request, head, department=by.department, at=at)
    records.move(ASSIGNMENT, assignment, AssignmentStep.ASK_LEAVE, by=by.id, at=at)
    reopen_team(records, inspection, assignment, at=at)
    matter = Matter(
        department=head.department,
        district=object_of(records, assignment).district,
        inspection_id=inspection.id,
        asked_id=head.id,
    )
    request.decide_by = start_deadline(
        records, RuleName.LEAVE_DECISION, request.id, matter=matter, at=at, hours=scheme.decision_hours
    ).due_at
    tell(records, head.id, asked_message(records, request), key=f"asked:{request.id}", at=at)


def _decide(
    records: Records,
    request: LeaveRequest,
    assignment: Assignment,
    verdict: Verdict,
    *,
    by: Person | None,
    at: datetime,
) -> None:
    decider = by.id if by else None
    decision = LeaveRequestStep.GRANT if verdict is Verdict.GRANT else LeaveRequestStep.REFUSE
    records.move(LEAVE_REQUEST, request, decision, by=decider, at=at)
    request.decided_at, request.decided_by, request.is_by_default = at, decider, by is None
    due.cancel(records, request.id, at=at)
    step = DeadlineStep.MEET if by else DeadlineStep.MISS
    end_deadline(records, RuleName.LEAVE_DECISION, request.id, step, at=at, by=by)
    if verdict is Verdict.GRANT:
        _leave(records, request, assignment, by=decider, at=at)
    else:
        _stay(records, request, assignment, by=decider, at=at)


def _leave(
    records: Records, request: LeaveRequest, assignment: Assignment, *, by: str | None, at: datetime
) -> None:
    is_recusal = request.kind == LeaveKind.RECUSAL.value
    step = AssignmentStep.RECUSE if is_recusal else AssignmentStep.EXCUSE
    records.move(ASSIGNMENT, assignment, step, by=by, at=at)
    message = LeaveGranted(
        assignment=assignment.id,
        object=object_of(records, assignment).name,
        kind=LeaveKind(request.kind),
        is_by_default=request.is_by_default,
        at=at,
        is_drawn=is_drawn(records, assignment.inspection_id),
    )
    tell(records, assignment.person_id, message, key=f"decided:{request.id}", at=at)
    cause = Cause.RECUSED if is_recusal else Cause.UNAVAILABLE
    redraw_seats(records, [assignment], cause=cause, bars_people=not is_recusal, at=at)


def _stay(
    records: Records, request: LeaveRequest, assignment: Assignment, *, by: str | None, at: datetime
) -> None:
    inspection = records.get(Inspection, assignment.inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    records.move(ASSIGNMENT, assignment, AssignmentStep.REFUSE_LEAVE, by=by, at=at)
    assignment.answered_at = None
    answer_by = ask_again(records, scheme, assignment, at=at)
    message = LeaveRefused(
        assignment=assignment.id,
        visit=visit_of(records, inspection),
        kind=LeaveKind(request.kind),
        is_by_default=request.is_by_default,
        answer_by=answer_by,
    )
    tell(records, assignment.person_id, message, key=f"decided:{request.id}", at=at)
