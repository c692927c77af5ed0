"""行政检查审批: before a visit the head of each of its authorities says yes; an urgent one is made up afterwards.

Source: 国办发〔2024〕54号, the documents of 2025 (审批 → 通知 → 实施 → 记录 → 反馈). Only schemes that say so need it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions import rights
from actions.access import require_lead
from actions.approval_check import missing_approvals, names_of_heads
from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.deciders import deciders
from actions.field_cards import object_name
from actions.on_site import officer_on_site
from actions.telling import tell
from actions.visits import start_visit
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS, is_within
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import APPROVAL, ApprovalState, ApprovalStep, DeadlineStep
from inspection.words import clean_words
from notifications.messages.visit_approvals import (
    ApprovalCard,
    ApprovalLine,
    ApprovalLines,
    ApprovalsDecided,
    VisitApproved,
    VisitNotApproved,
    VisitRefused,
)
from storage import assignments, people, visit_approvals
from storage.store import Records
from storage.tables.follow_ups import InspectionApproval
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import shown_object

NUDGE_AGAIN = timedelta(hours=1)
WORDS_LIMIT = 500
_CLOCK = {ApprovalState.AWAITED: RuleName.APPROVAL, ApprovalState.TO_MAKE_UP: RuleName.APPROVAL_MADE_UP}


def ask_approvals(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """Asks the head of every authority of the team; what was approved before the team changed stays approved."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if not scheme.needs_approval:
        return
    members = assignments.members(records, inspection.id)
    for department in dict.fromkeys(one.seat.department for one in members if one.seat.department != EXPERTS):
        id = f"{inspection.id}/{department}"
        if records.find(InspectionApproval, id) is None:
            approval = InspectionApproval(
                id=id,
                inspection_id=inspection.id,
                scheme_id=scheme.id,
                department=department,
                state=ApprovalState.AWAITED,
                asked_at=at,
            )
            records.add(approval)
            records.journal("approval.ask", id, by=None, at=at)
            _wait(records, approval, at=at)
            _tell_heads(records, approval, cause="asked", at=at)


def approve_visit(records: Records, approval_id: str, *, by: Person, at: datetime) -> InspectionApproval:
    """A head lets one visit take place, or makes up for one that had to start before."""
    approval = _locked(records, approval_id)
    _require_decider(records, approval, by)
    _refuse_decided(approval)
    _approve(records, approval, by=by, at=at)
    return approval


def approve_visits(
    records: Records, scheme_id: str, department: str, *, seen: int, by: Person, at: datetime
) -> list[InspectionApproval] | None:
    """A head approves all visits of a scheme that wait; None, and nothing changed, where the head's card showed
    another number of them than there are."""
    _require_head_of(records, scheme_id, department, by)
    waiting = visit_approvals.waiting(records, department, scheme_id)
    if not waiting:
        _refuse_all_decided(records, scheme_id, department)
    if len(waiting) != seen:
        return None
    locked = [_locked(records, one.id) for one in waiting]
    for approval in locked:
        _approve(records, approval, by=by, at=at)
    return locked


def refuse_visits(
    records: Records, approval_ids: Sequence[str], words: str, *, by: Person, at: datetime
) -> list[InspectionApproval]:
    """A head does not let these visits take place; the lead and the operators read why."""
    words = clean_words(words, WORDS_LIMIT)
    locked = [_locked(records, one) for one in sorted(approval_ids)]
    for approval in locked:
        _require_decider(records, approval, by)
        _refuse_decided(approval)
    for approval in locked:
        records.move(APPROVAL, approval, ApprovalStep.REFUSE, by=by.id, at=at)
        approval.decided_at, approval.decided_by, approval.words = at, by.id, words
        _end_clocks(records, approval, at=at, by=by)
        _tell_refusal(records, approval, by=by, at=at)
    return locked


def ask_again(records: Records, inspection_id: str, *, by: Person, at: datetime) -> list[InspectionApproval]:
    """The lead, or an operator of the lead department, asks anew where a head has refused."""
    rights.found(records, Inspection, inspection_id, Deed.ASK_APPROVAL)
    inspection = records.lock(Inspection, inspection_id)
    _require_asker(records, inspection, by)
    found = visit_approvals.of_inspection(records, inspection_id)
    refused = [one for one in found if one.state is ApprovalState.REFUSED]
    if not refused:
        asked = max((one.asked_at for one in found), default=None)
        if asked is None:
            raise IllegalStep
        raise AlreadyDone(what="done_approval_asked", done_at=asked)
    for approval in refused:
        records.lock(InspectionApproval, approval.id)
        records.move(APPROVAL, approval, ApprovalStep.ASK_AGAIN, by=by.id, at=at)
        approval.asked_at, approval.decided_at, approval.decided_by = at, None, None
        _wait(records, approval, at=at)
        _tell_heads(records, approval, cause="again", at=at)
    return refused


def start_urgently(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Inspection:
    """Starts a visit before the heads have spoken; that it was so stays on record, and the approval is made up within
    its own time. A head's no is not passed over."""
    inspection = records.lock(Inspection, inspection_id)
    officer_on_site(records, inspection_id, by)
    if inspection.started_at is not None:
        raise AlreadyDone(what="done_started_visit", done_at=inspection.started_at)
    found = visit_approvals.of_inspection(records, inspection_id)
    refused = [one for one in found if one.state is ApprovalState.REFUSED]
    if refused:
        raise Incomplete("visit_refused", departments=[one.department for one in refused])
    for approval in found:
        if approval.state is ApprovalState.AWAITED:
            records.lock(InspectionApproval, approval.id)
            end_deadline(records, RuleName.APPROVAL, approval.id, DeadlineStep.CANCEL, at=at)
            records.move(APPROVAL, approval, ApprovalStep.START_URGENTLY, by=by.id, at=at)
            approval.urgent_at, approval.urgent_by = at, by.id
            _wait(records, approval, at=at)
            _tell_heads(records, approval, cause="urgent", at=at, is_fresh=True)
    return start_visit(records, inspection_id, by=by, at=at)


def nudge_heads(records: Records, inspection_id: str, *, by: Person, at: datetime) -> list[str]:
    """Reminds the heads who have not spoken yet, at most once an hour; gives their departments."""
    inspection = records.lock(Inspection, inspection_id)
    officer_on_site(records, inspection_id, by)
    found = visit_approvals.of_inspection(records, inspection_id)
    waiting = [one for one in found if one.state is ApprovalState.AWAITED]
    if not waiting:
        raise IllegalStep
    last = max((one.nudged_at for one in waiting if one.nudged_at), default=None)
    if last is not None and at - last < NUDGE_AGAIN:
        raise AlreadyDone(what="done_nudged", done_at=last)
    for approval in waiting:
        approval.nudged_at = at
        _tell_heads(records, approval, cause="nudge", at=at, is_fresh=True)
    records.journal("approval.nudge", inspection.id, by=by.id, at=at)
    return [one.department for one in waiting]


def not_approved_card(records: Records, inspection: Inspection) -> VisitNotApproved | None:
    """What stands between a team and its visit, for whoever wants to start it; None where nothing does."""
    missing = missing_approvals(records, inspection)
    if inspection.started_at is not None or not missing:
        return None
    return VisitNotApproved(
        inspection=inspection.id,
        object=object_name(records, inspection),
        waiting=tuple(one.department for one in missing if one.state is ApprovalState.AWAITED),
        refused=tuple(one.department for one in missing if one.state is ApprovalState.REFUSED),
        heads=names_of_heads(records, missing),
    )


def approval_card(records: Records, scheme_id: str, department: str) -> ApprovalCard:
    """The one card of a head for all visits of a scheme that wait."""
    lines = _lines(records, visit_approvals.waiting(records, department, scheme_id))
    return ApprovalCard(
        scheme=scheme_id, name=records.get(Scheme, scheme_id).name, department=department, visits=lines
    )


def approval_lines(records: Records, scheme_id: str, department: str, *, by: Person) -> ApprovalLines:
    """The same visits one by one."""
    _require_head_of(records, scheme_id, department, by)
    lines = _lines(records, visit_approvals.waiting(records, department, scheme_id))
    return ApprovalLines(
        scheme=scheme_id, name=records.get(Scheme, scheme_id).name, department=department, visits=lines
    )


def approval_line(records: Records, approval_id: str, *, by: Person) -> ApprovalLine:
    """One visit that waits for this head."""
    approval = records.get(InspectionApproval, approval_id)
    _require_decider(records, approval, by)
    _refuse_decided(approval)
    return _line(records, approval)


def waiting_ids(records: Records, scheme_id: str, department: str, *, by: Person) -> list[str]:
    """All that this head may decide in a scheme now."""
    _require_head_of(records, scheme_id, department, by)
    waiting = visit_approvals.waiting(records, department, scheme_id)
    if not waiting:
        _refuse_all_decided(records, scheme_id, department)
    return [one.id for one in waiting]


def decided_message(
    records: Records, decided: Sequence[InspectionApproval], *, is_approved: bool, at: datetime
) -> ApprovalsDecided:
    """What the head reads in place of the question, and what still waits."""
    first = decided[0]
    return ApprovalsDecided(
        scheme=first.scheme_id,
        department=first.department,
        objects=tuple(object_name(records, records.get(Inspection, one.inspection_id)) for one in decided),
        is_approved=is_approved,
        words="" if is_approved else first.words,
        at=at,
        rest=len(visit_approvals.waiting(records, first.department, first.scheme_id)),
    )


def first_waiting(records: Records, head: Person) -> ApprovalCard | None:
    """The card of the scheme that has waited longest for this head, if any does."""
    if Role.HEAD not in head.roles:
        return None
    waiting = [
        one
        for one in visit_approvals.waiting(records, head.department)
        if is_within(records.get(Scheme, one.scheme_id).district, head.district)
    ]
    if not waiting:
        return None
    first = min(waiting, key=lambda one: (one.asked_at, one.id))
    return approval_card(records, first.scheme_id, head.department)


def _wait(records: Records, approval: InspectionApproval, *, at: datetime) -> None:
    inspection = records.get(Inspection, approval.inspection_id)
    matter = Matter(
        department=approval.department,
        district=records.get(RegisteredObject, inspection.object_id).district,
        inspection_id=inspection.id,
    )
    start_deadline(records, _CLOCK[approval.state], approval.id, matter=matter, at=at)


def _tell_heads(
    records: Records, approval: InspectionApproval, *, cause: str, at: datetime, is_fresh: bool | None = None
) -> None:
    """One card for all that waits in the scheme: it rings with the first, and changes in silence with the others."""
    records.session.flush()
    card = approval_card(records, approval.scheme_id, approval.department)
    rings = len(card.visits) == 1 if is_fresh is None else is_fresh
    district = records.get(Scheme, approval.scheme_id).district
    for head in deciders(records, approval.department, district):
        key = f"approval:{approval.id}:{cause}:{at.isoformat()}:{head.id}"
        tell(records, head.id, card, key=key, at=at, is_fresh=rings)


def _approve(records: Records, approval: InspectionApproval, *, by: Person, at: datetime) -> None:
    is_late = approval.state is ApprovalState.TO_MAKE_UP
    step = ApprovalStep.MAKE_UP if is_late else ApprovalStep.APPROVE
    records.move(APPROVAL, approval, step, by=by.id, at=at)
    approval.decided_at, approval.decided_by, approval.words = at, by.id, ""
    _end_clocks(records, approval, at=at, by=by)
    records.session.flush()
    inspection = records.get(Inspection, approval.inspection_id)
    lead = assignments.lead_of(records, inspection.id)
    if lead is None or is_late or missing_approvals(records, inspection):
        return
    message = VisitApproved(inspection=inspection.id, object=object_name(records, inspection), at=at)
    tell(records, lead.person_id, message, key=f"approved:{inspection.id}:{at.isoformat()}", at=at)


def _tell_refusal(records: Records, approval: InspectionApproval, *, by: Person, at: datetime) -> None:
    inspection = records.get(Inspection, approval.inspection_id)
    lead = assignments.lead_of(records, inspection.id)
    scheme = records.get(Scheme, inspection.scheme_id)
    operators = [
        one.id for one in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district)
    ]
    message = VisitRefused(
        inspection=inspection.id,
        object=object_name(records, inspection),
        department=approval.department,
        head=by.name,
        words=approval.words,
        has_started=inspection.started_at is not None,
        at=at,
    )
    for person in dict.fromkeys([*([lead.person_id] if lead else []), *operators]):
        tell(records, person, message, key=f"refused:{approval.id}:{at.isoformat()}:{person}", at=at)


def _end_clocks(records: Records, approval: InspectionApproval, *, at: datetime, by: Person) -> None:
    for rule in _CLOCK.values():
        end_deadline(records, rule, approval.id, at=at, by=by)


def _locked(records: Records, approval_id: str) -> InspectionApproval:
    records.lock(Inspection, records.get(InspectionApproval, approval_id).inspection_id)
    return records.lock(InspectionApproval, approval_id)


def _require_decider(records: Records, approval: InspectionApproval, by: Person) -> None:
    _require_head_of(records, approval.scheme_id, approval.department, by)


def _require_head_of(records: Records, scheme_id: str, department: str, by: Person) -> None:
    scheme = rights.found(records, Scheme, scheme_id, Deed.APPROVE_VISIT)
    if by.id not in {one.id for one in deciders(records, department, scheme.district)}:
        raise NotYours


def _require_asker(records: Records, inspection: Inspection, by: Person) -> None:
    scheme = records.get(Scheme, inspection.scheme_id)
    if not rights.is_allowed(Deed.ASK_APPROVAL, by, of=scheme.departments[0], in_=scheme.district):
        require_lead(records, inspection.id, by)


def _refuse_decided(approval: InspectionApproval) -> None:
    if approval.state in visit_approvals.WAITING:
        return
    if approval.decided_at is None:
        raise IllegalStep
    is_refused = approval.state is ApprovalState.REFUSED
    raise AlreadyDone(
        what="done_visit_refused" if is_refused else "done_visit_approved", done_at=approval.decided_at
    )


def _refuse_all_decided(records: Records, scheme_id: str, department: str) -> None:
    """Nothing waits any more: says what became of the last one."""
    last = visit_approvals.last_decided(records, department, scheme_id)
    if last is None:
        raise NotYours
    _refuse_decided(last)
    raise IllegalStep


def _lines(records: Records, found: Sequence[InspectionApproval]) -> tuple[ApprovalLine, ...]:
    return tuple(_line(records, one) for one in found)


def _line(records: Records, approval: InspectionApproval) -> ApprovalLine:
    inspection = records.get(Inspection, approval.inspection_id)
    scheme = records.get(Scheme, approval.scheme_id)
    registered = shown_object(records, inspection)
    return ApprovalLine(
        approval=approval.id,
        scheme=scheme.id,
        department=approval.department,
        object=registered.name,
        district=registered.district,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        items=len(inspection.items),
        is_urgent=approval.urgent_at is not None,
    )
