"""Heads approve visits; teams wait, start urgently, make the notice, and write down what the firm applies for."""

from actions.field_cards import object_name, visit_card
from actions.notices import ask_service, issue_notice, notice_card, serve_notice
from actions.on_site import member_on_site
from actions.recusal_applications import (
    apply_for_recusal,
    ask_officer,
    firm_asked_message,
    require_recorder,
    stop_visit,
)
from actions.visit_approvals import (
    approval_card,
    approval_line,
    approval_lines,
    approve_visit,
    approve_visits,
    ask_again,
    decided_message,
    nudge_heads,
    refuse_visits,
    start_urgently,
    waiting_ids,
)
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.leave import Ground
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeAct,
    NoticeButton,
    OneApprovalAct,
    OneApprovalButton,
    ServiceButton,
    StartAct,
    StartButton,
    StopButton,
    VisitApprovalAct,
    VisitApprovalButton,
)
from notifications.messages.visit_approvals import (
    AskApprovalWords,
    AskFirmGround,
    AskFirmWords,
    FirmApplied,
    HeadsNudged,
)
from storage.tables.follow_ups import InspectionApproval
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Person


def on_visit_approval_button(turn: Turn, button: VisitApprovalButton) -> Replies:
    """All visits of one scheme that wait for this head."""
    records, by = turn.records, turn.person
    lines = approval_lines(records, button.scheme, button.department, by=by)
    if button.act is VisitApprovalAct.LINES:
        return (lines,)
    if button.act is VisitApprovalAct.CARD:
        turn.talk.end()
        return (approval_card(records, button.scheme, button.department),)
    ids = waiting_ids(records, button.scheme, button.department, by=by)
    if button.act is VisitApprovalAct.REFUSE_ALL:
        return _ask_words(turn, ids)
    seen = int(button.seen) if button.seen.isdecimal() else 0
    decided = approve_visits(records, button.scheme, button.department, seen=seen, by=by, at=turn.at)
    if decided is None:  # others have come meanwhile: the head sees them first
        return (approval_card(records, button.scheme, button.department),)
    return (decided_message(records, decided, is_approved=True, at=turn.at),)


def on_one_approval_button(turn: Turn, button: OneApprovalButton) -> Replies:
    line = approval_line(turn.records, button.approval, by=turn.person)
    if button.act is OneApprovalAct.VIEW:
        return (line,)
    if button.act is OneApprovalAct.REFUSE:
        return _ask_words(turn, [button.approval])
    approval = approve_visit(turn.records, button.approval, by=turn.person, at=turn.at)
    return (decided_message(turn.records, [approval], is_approved=True, at=turn.at),)


def on_approval_words(turn: Turn) -> Replies:
    ids = turn.talk.data["approvals"].split()
    decided = refuse_visits(turn.records, ids, turn.incoming.text, by=turn.person, at=turn.at)
    turn.talk.end()
    return (decided_message(turn.records, decided, is_approved=False, at=turn.at),)


def on_start_button(turn: Turn, button: StartButton) -> Replies:
    """What a team does while its visit is not approved."""
    records, inspection_id = turn.records, button.inspection
    if button.act is StartAct.URGENT:
        inspection = start_urgently(records, inspection_id, by=turn.person, at=turn.at)
        member = member_on_site(records, inspection_id, turn.person)
        return (visit_card(records, inspection, member),)
    if button.act is StartAct.NUDGE:
        departments = nudge_heads(records, inspection_id, by=turn.person, at=turn.at)
    else:
        asked = ask_again(records, inspection_id, by=turn.person, at=turn.at)
        departments = [one.department for one in asked]
    name = object_name(records, records.get(Inspection, inspection_id))
    nudged = HeadsNudged(inspection=inspection_id, object=name, departments=tuple(departments), at=turn.at)
    return (nudged,)


def on_notice_button(turn: Turn, button: NoticeButton) -> Replies:
    records, inspection_id = turn.records, button.inspection
    if button.act is NoticeAct.SERVE:
        return (ask_service(records, inspection_id, by=turn.person),)
    if button.act is NoticeAct.APPLY:
        turn.talk.end()
        return (ask_officer(records, inspection_id, by=turn.person),)
    secret = turn.tools.new_secret()
    issue_notice(records, inspection_id, secret=secret, by=turn.person, at=turn.at)
    return (notice_card(records, inspection_id, by=turn.person),)


def on_service_button(turn: Turn, button: ServiceButton) -> Replies:
    serve_notice(turn.records, button.inspection, button.service, by=turn.person, at=turn.at)
    return (notice_card(turn.records, button.inspection, by=turn.person),)


def on_firm_grounds_button(turn: Turn, button: FirmGroundsButton) -> Replies:
    assignment, inspection = _assignment(turn, button.assignment)
    turn.talk.end()
    message = AskFirmGround(
        inspection=inspection.id,
        object=object_name(turn.records, inspection),
        assignment=assignment.id,
        person=turn.records.get(Person, assignment.person_id).name,
    )
    return (message,)


def on_firm_ground_button(turn: Turn, button: FirmGroundButton) -> Replies:
    assignment, inspection = _assignment(turn, button.assignment)
    turn.talk.step(TalkStep.ASK_FIRM_WORDS, assignment=assignment.id, ground=button.ground.value)
    message = AskFirmWords(
        inspection=inspection.id,
        object=object_name(turn.records, inspection),
        assignment=assignment.id,
        person=turn.records.get(Person, assignment.person_id).name,
        ground=button.ground,
    )
    return (message,)


def on_firm_words(turn: Turn) -> Replies:
    data = turn.talk.data
    ground, words = Ground(data["ground"]), turn.incoming.text
    request = apply_for_recusal(turn.records, data["assignment"], ground, words, by=turn.person, at=turn.at)
    turn.talk.end()
    assignment, inspection = _assignment(turn, request.assignment_id)
    assert request.decide_by is not None
    message = FirmApplied(
        inspection=inspection.id,
        object=object_name(turn.records, inspection),
        person=turn.records.get(Person, assignment.person_id).name,
        decide_by=request.decide_by,
    )
    return (message,)


def on_stop_button(turn: Turn, button: StopButton) -> Replies:
    request = stop_visit(turn.records, button.request, by=turn.person, at=turn.at)
    return (firm_asked_message(turn.records, request),)


def _ask_words(turn: Turn, approval_ids: list[str]) -> Replies:
    found = [turn.records.get(InspectionApproval, one) for one in approval_ids]
    turn.talk.step(TalkStep.ASK_APPROVAL_WORDS, approvals=" ".join(approval_ids))
    names = (object_name(turn.records, turn.records.get(Inspection, one.inspection_id)) for one in found)
    message = AskApprovalWords(
        scheme=found[0].scheme_id, department=found[0].department, objects=tuple(names)
    )
    return (message,)


def _assignment(turn: Turn, assignment_id: str) -> tuple[Assignment, Inspection]:
    assignment = turn.records.get(Assignment, assignment_id)
    inspection = turn.records.get(Inspection, assignment.inspection_id)
    require_recorder(turn.records, inspection, turn.person)
    return assignment, inspection
