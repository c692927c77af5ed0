"""The visit: started, checked in, ended."""

from datetime import datetime

from actions.access import locked_by_lead
from actions.approval_check import require_approvals
from actions.briefing import stop_briefing_clocks
from actions.deadline_parties import matter_of
from actions.deadlines import end_deadline, start_deadline
from actions.field_cards import ended_card, open_ends, overview_card, visit_card
from actions.groups import tell_group_of_end, tell_group_of_progress
from actions.object_names import require_names_open
from actions.on_site import (
    member_on_site,
    officer_on_site,
    refuse_while_gone,
    refuse_while_stopped,
    require_confirmed_team,
)
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.deadlines.rules import RuleName
from inspection.places import check_place, distance_m
from inspection.refusals import AlreadyDone, Incomplete
from inspection.states import (
    CHECKLIST,
    INSPECTION,
    AssignmentState,
    ChecklistState,
    ChecklistStep,
    InspectionState,
    InspectionStep,
)
from storage import assignments, checklists
from storage.calendars import held_calendar
from storage.store import Records
from storage.tables.inspections import CheckIn, Inspection, Result
from storage.tables.registers import Person, RegisteredObject


def start_visit(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Inspection:
    """A confirmed member starts the visit for the whole team; the others get the card of a visit that has started."""
    inspection = records.lock(Inspection, inspection_id)
    officer_on_site(records, inspection_id, by)
    if inspection.state not in {InspectionState.ASSEMBLING, InspectionState.READY} and inspection.started_at:
        raise AlreadyDone(what="done_started_visit", done_at=inspection.started_at)
    refuse_while_gone(inspection)
    require_names_open(records, inspection)
    require_approvals(records, inspection)
    refuse_while_stopped(records, inspection_id)
    records.move(INSPECTION, inspection, InspectionStep.START_VISIT, by=by.id, at=at)
    inspection.started_at = inspection.started_at or at
    stop_briefing_clocks(records, inspection_id, at=at)
    records.session.flush()
    for member in assignments.members(records, inspection_id):
        held = member.assignment
        if held is not None and held.person_id != by.id and held.state is AssignmentState.CONFIRMED:
            message = visit_card(records, inspection, member)
            tell(records, held.person_id, message, key=f"visit_started:{held.id}:{at.isoformat()}", at=at)
    tell_group_of_progress(records, inspection, cause="start", at=at, is_fresh=True)
    return inspection


def check_in(
    records: Records,
    inspection_id: str,
    latitude: float | None,
    longitude: float | None,
    *,
    by: Person,
    at: datetime,
) -> CheckIn:
    """Keeps where an officer's phone says it is, with the metres to the registered place (None without one)."""
    inspection = records.lock(Inspection, inspection_id)
    member_on_site(records, inspection_id, by)
    if inspection.state is not InspectionState.VISITING:
        raise Incomplete("no_visit_here")
    here = check_place(latitude, longitude)
    registered = records.get(RegisteredObject, inspection.object_id)
    away = None
    if registered.latitude is not None and registered.longitude is not None:
        away = distance_m(here, (registered.latitude, registered.longitude))
    standing = records.find(CheckIn, (inspection_id, by.id, at))
    if standing is not None:
        return standing
    kept = CheckIn(
        inspection_id=inspection_id,
        person_id=by.id,
        at=at,
        latitude=here[0],
        longitude=here[1],
        distance_m=away,
    )
    records.add(kept)
    records.journal("visit.check_in", inspection_id, by=by.id, at=at, distance_m=away)
    return kept


def end_visit(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Inspection:
    """The lead ends the visit when every part is finished and every finding can stand: the parts are locked, and the
    working days to submission and publicity begin."""
    inspection = locked_by_lead(records, inspection_id, by)
    if inspection.ended_at is not None:
        raise AlreadyDone(what="done_ended_visit", done_at=inspection.ended_at)
    refuse_while_gone(inspection)
    if inspection.state is not InspectionState.VISITING:
        raise Incomplete("visit_not_started")
    require_confirmed_team(records, inspection_id)
    refuse_while_stopped(records, inspection_id)
    ends = open_ends(records, inspection)
    if ends:
        raise Incomplete("visit_incomplete", lines=ends)
    records.move(INSPECTION, inspection, InspectionStep.END_VISIT, by=by.id, at=at)
    inspection.ended_at = at
    lock_parts(records, inspection_id, by=by, at=at)
    start_clocks_of_result(records, inspection, by=by, at=at)
    _tell_the_end(records, inspection, by=by, at=at)
    tell_group_of_end(records, inspection, at=at)
    return inspection


def lock_parts(records: Records, inspection_id: str, *, by: Person, at: datetime) -> None:
    """Locks every finished part; the caller has seen that none is open."""
    for part in checklists.parts(records, inspection_id):
        if part.state is not ChecklistState.LOCKED:
            records.move(CHECKLIST, part, ChecklistStep.LOCK, by=by.id, at=at)


def start_clocks_of_result(records: Records, inspection: Inspection, *, by: Person, at: datetime) -> None:
    """The window is kept; the result must be submitted, and be public by its last day."""
    held_calendar(records)
    end_deadline(records, RuleName.VISIT_WINDOW, inspection.id, at=at, by=by)
    matter = matter_of(records, inspection)
    start_deadline(records, RuleName.SUBMISSION, inspection.id, matter=matter, at=at)
    publicity = start_deadline(records, RuleName.PUBLICITY, inspection.id, matter=matter, at=at)
    records.get(Result, inspection.id).publicity_due = beijing_day(publicity.due_at)


def tell_lead_progress(
    records: Records, inspection: Inspection, *, cause: str, by: Person, at: datetime
) -> None:
    """Edits the lead's overview in place after another member's step, and rings when nothing is open any more;
    `cause` makes the notice's key."""
    lead = assignments.lead_of(records, inspection.id)
    if lead is None or lead.person_id == by.id:
        return
    records.session.flush()
    message = overview_card(records, inspection, at=at)
    key = f"overview:{inspection.id}:{cause}:{at.isoformat()}"
    tell(records, lead.person_id, message, key=key, at=at, is_fresh=message.is_ready)


def _tell_the_end(records: Records, inspection: Inspection, *, by: Person, at: datetime) -> None:
    message = ended_card(records, inspection)
    for member in assignments.members(records, inspection.id):
        held = member.assignment
        if held is not None and held.person_id != by.id and held.state is AssignmentState.CONFIRMED:
            tell(records, held.person_id, message, key=f"visit_ended:{held.id}", at=at)
