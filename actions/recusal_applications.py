"""申请回避: the firm applies for the recusal of an officer, on the page of its notice or by the mouth of the team.

行政处罚法 43: the authority reviews, its head decides, and nothing stops before the decision; the head may have the
visit wait all the same. What has been done before a grant is judged by the authority.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.field_cards import object_name
from actions.leave_deciding import decider_of, locked_request, note_decider, object_of
from actions.redraws import redraw_seats
from actions.rights import is_allowed
from actions.telling import tell
from draw.double_random import Cause
from inspection.deadlines.rules import RuleName
from inspection.leave import WORDS_LIMIT, Ground, LeaveKind, Origin, Verdict, grounds_of
from inspection.refusals import AlreadyDone, IllegalStep, NotYours, Unacceptable
from inspection.rights import Deed, Part
from inspection.states import (
    ASSIGNMENT,
    LEAVE_REQUEST,
    LIVE_ASSIGNMENTS,
    AssignmentState,
    AssignmentStep,
    InspectionState,
    LeaveRequestState,
    LeaveRequestStep,
)
from inspection.words import clean_words
from notifications.messages.visit_approvals import (
    AskFirmOfficer,
    FirmDecisionMade,
    FirmRecusalAsked,
    FirmRecusalDecided,
    OfficerChoice,
    VisitStopped,
)
from storage import assignments, notices
from storage.assignments import Member
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.registers import Person, Scheme

AT_MOST = 5
"""Applications about one visit within `WITHIN`: a page without a sign-in must not fill a head's screen."""
WITHIN = timedelta(hours=24)
_MAY_APPLY = frozenset({InspectionState.ASSEMBLING, InspectionState.READY, InspectionState.VISITING})
_MAY_LEAVE = (
    AssignmentState.NOTIFIED,
    AssignmentState.ACCEPTED,
    AssignmentState.CONFIRMED,
    AssignmentState.LEAVE_ASKED,
)


def apply_for_recusal(
    records: Records, assignment_id: str, ground: Ground, words: str, *, by: Person | None, at: datetime
) -> LeaveRequest:
    """The firm wants this officer off the visit; `by` is who writes it down, None where the firm does it itself. The
    head of the officer's authority is asked at once, and the visit goes on.

    Refuses whoever is not of the visit, a visit that is over, a ground that is none of recusal, empty words, a second
    application about the same officer while the first waits, and too many.
    """
    words = clean_words(words, WORDS_LIMIT)
    assignment = records.get(Assignment, assignment_id)
    inspection = records.lock(Inspection, assignment.inspection_id)
    assignment = records.lock(Assignment, assignment_id)
    if by is not None:
        require_recorder(records, inspection, by)
    _refuse_applying(records, inspection, assignment, ground, at=at)
    head = decider_of(records, assignment)
    officer = records.get(Person, assignment.person_id)
    if head is None:
        raise Unacceptable("no_head", department=officer.department)
    request = _new_application(records, assignment, ground, words, by=by, at=at)
    note_decider(records, request, head, department=officer.department, at=at)
    matter = Matter(
        department=head.department,
        district=object_of(records, assignment).district,
        inspection_id=inspection.id,
        asked_id=head.id,
    )
    clock = start_deadline(records, RuleName.RECUSAL_APPLICATION, request.id, matter=matter, at=at)
    request.decide_by = clock.due_at
    tell(records, head.id, firm_asked_message(records, request), key=f"asked:{request.id}", at=at)
    return request


def apply_by_form(
    records: Records, inspection_id: str, place: str, ground: str, words: str, *, at: datetime
) -> LeaveRequest:
    """The same as the firm fills it in: the officer by the place on the notice, from 1, and the ground by its letter
    and number."""
    officers = dict(enumerate(seated(records, inspection_id), start=1))
    chosen = officers.get(int(place)) if place.isascii() and place.isdigit() and len(place) < 4 else None
    meant = next((one for one in grounds_of(LeaveKind.RECUSAL) if one == ground), None)
    if chosen is None or meant is None:
        raise Unacceptable("application_incomplete")
    return apply_for_recusal(records, chosen[1].id, meant, words, by=None, at=at)


def decide_application(
    records: Records,
    request: LeaveRequest,
    assignment: Assignment,
    verdict: Verdict,
    words: str,
    *,
    by: Person,
    at: datetime,
) -> None:
    """The head's word on it. A grant takes the officer off and the seat is drawn again, unless the visit is over; a
    refusal is answered to the firm in words. The caller has looked who decides, and holds the locks."""
    is_grant = verdict is Verdict.GRANT
    request.answer_words = clean_words(words, WORDS_LIMIT) if words or not is_grant else ""
    step = LeaveRequestStep.GRANT if is_grant else LeaveRequestStep.REFUSE
    records.move(LEAVE_REQUEST, request, step, by=by.id, at=at, origin=Origin.FIRM.value)
    request.decided_at, request.decided_by, request.stops_visit = at, by.id, False
    end_deadline(records, RuleName.RECUSAL_APPLICATION, request.id, at=at, by=by)
    inspection = records.get(Inspection, assignment.inspection_id)
    is_after_visit = inspection.state not in _MAY_APPLY
    if is_grant and not is_after_visit and assignment.state in _MAY_LEAVE:
        records.move(ASSIGNMENT, assignment, AssignmentStep.RECUSE, by=by.id, at=at)
        redraw_seats(records, [assignment], cause=Cause.RECUSED, at=at)
    _tell_decision(records, request, assignment, verdict, is_after_visit=is_after_visit, at=at)


def stop_visit(records: Records, request_id: str, *, by: Person, at: datetime) -> LeaveRequest:
    """The head wants the visit to wait until the application is decided."""
    request, assignment = locked_request(records, request_id)
    if request.decider_id != by.id or request.origin != Origin.FIRM:
        raise NotYours
    if request.state is not LeaveRequestState.PENDING or request.stops_visit:
        raise AlreadyDone(what="done_matter", done_at=request.decided_at or request.filed_at)
    request.stops_visit = True
    records.journal("leave_request.stop_visit", request.id, by=by.id, at=at)
    inspection = records.get(Inspection, assignment.inspection_id)
    lead = assignments.lead_of(records, inspection.id)
    if lead is not None and lead.person_id != by.id:
        message = VisitStopped(inspection=inspection.id, object=object_name(records, inspection), at=at)
        tell(records, lead.person_id, message, key=f"stopped:{request.id}", at=at)
    return request


def firm_asked_message(records: Records, request: LeaveRequest) -> FirmRecusalAsked:
    """What the head is asked."""
    assignment = records.get(Assignment, request.assignment_id)
    inspection = records.get(Inspection, assignment.inspection_id)
    assert request.decide_by is not None
    return FirmRecusalAsked(
        request=request.id,
        person=records.get(Person, assignment.person_id).name,
        object=object_of(records, assignment).name,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        ground=Ground(request.ground),
        words=request.words,
        decide_by=request.decide_by,
        has_begun=inspection.started_at is not None,
        is_stopped=request.stops_visit,
    )


def firm_decided_message(records: Records, request: LeaveRequest) -> FirmDecisionMade:
    """What the head reads in place of the question."""
    assignment = records.get(Assignment, request.assignment_id)
    return FirmDecisionMade(
        request=request.id,
        person=records.get(Person, assignment.person_id).name,
        object=object_of(records, assignment).name,
        verdict=Verdict.GRANT if request.state is LeaveRequestState.GRANTED else Verdict.REFUSE,
        answer=request.answer_words,
        at=request.decided_at or request.filed_at,
    )


def ask_officer(records: Records, inspection_id: str, *, by: Person) -> AskFirmOfficer:
    """Which officers of the visit an application can be about."""
    inspection = records.get(Inspection, inspection_id)
    require_recorder(records, inspection, by)
    if inspection.state not in _MAY_APPLY:
        raise IllegalStep("recusal_after_visit")
    return AskFirmOfficer(
        inspection=inspection_id,
        object=object_name(records, inspection),
        officers=tuple(
            OfficerChoice(held.id, person.name, member.seat.department)
            for member, held, person in seated(records, inspection_id)
        ),
    )


def seated(records: Records, inspection_id: str) -> Iterable[tuple[Member, Assignment, Person]]:
    """Who sits on the seats of a visit now, in their order."""
    for member in assignments.members(records, inspection_id):
        if member.assignment is not None and member.person is not None:
            yield member, member.assignment, member.person


def require_recorder(records: Records, inspection: Inspection, by: Person) -> None:
    """Somebody of the team, or a liaison, an operator or a head of one of its departments, writes down what the firm
    says."""
    member = assignments.member(records, inspection.id, by.id)
    is_member = (
        member is not None and member.assignment is not None and member.assignment.state in LIVE_ASSIGNMENTS
    )
    scheme = records.get(Scheme, inspection.scheme_id)
    parts = (Part.MEMBER,) if is_member else ()
    if not any(
        is_allowed(Deed.RECORD_FOR_FIRM, by, of=one, in_=scheme.district, parts=parts)
        for one in scheme.departments
    ):
        raise NotYours


def _refuse_applying(
    records: Records, inspection: Inspection, assignment: Assignment, ground: Ground, *, at: datetime
) -> None:
    if ground not in grounds_of(LeaveKind.RECUSAL):
        raise Unacceptable("unknown_button")
    if inspection.state not in _MAY_APPLY:
        raise IllegalStep("recusal_after_visit")
    if assignment.state not in _MAY_LEAVE:
        raise IllegalStep("officer_left")
    filed = notices.applications(records, inspection.id)
    for one in filed:
        if one.assignment_id == assignment.id and one.state is LeaveRequestState.PENDING:
            raise AlreadyDone(what="done_filed", done_at=one.filed_at)
    if sum(one.filed_at > at - WITHIN for one in filed) >= AT_MOST:
        raise Unacceptable("too_many_applications", limit=AT_MOST)


def _new_application(
    records: Records, assignment: Assignment, ground: Ground, words: str, *, by: Person | None, at: datetime
) -> LeaveRequest:
    number = len(assignments.requests_of(records, assignment.id)) + 1
    request = LeaveRequest(
        id=f"{assignment.id}/r{number}",
        assignment_id=assignment.id,
        kind=LeaveKind.RECUSAL.value,
        ground=ground.value,
        words=words,
        state=LeaveRequestState.PENDING,
        filed_at=at,
        origin=Origin.FIRM.value,
        filed_by=by.id if by else None,
    )
    records.add(request)
    facts = {"ground": ground.value, "origin": Origin.FIRM.value}
    records.journal("leave_request.file", request.id, by=by.id if by else None, at=at, **facts)
    return request


def _tell_decision(
    records: Records,
    request: LeaveRequest,
    assignment: Assignment,
    verdict: Verdict,
    *,
    is_after_visit: bool,
    at: datetime,
) -> None:
    """The officer hears of a grant only: nobody has to know who wanted them gone in vain."""
    inspection = records.get(Inspection, assignment.inspection_id)
    lead = assignments.lead_of(records, inspection.id)
    told = [lead.person_id if lead else None, request.filed_by]
    if verdict is Verdict.GRANT:
        told.append(assignment.person_id)
    message = FirmRecusalDecided(
        inspection=inspection.id,
        object=object_name(records, inspection),
        person=records.get(Person, assignment.person_id).name,
        verdict=verdict,
        is_after_visit=is_after_visit,
        at=at,
    )
    for person in dict.fromkeys(one for one in told if one and one != request.decided_by):
        tell(records, person, message, key=f"firm_decided:{request.id}:{person}", at=at)
