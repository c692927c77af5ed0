"""The lead and the team: complete, confirmed, or a seat sent back."""

from datetime import date, datetime
from typing import TypedDict

from actions.access import locked_by_lead, require_lead
from actions.assigning import is_drawn
from actions.briefing import brief_team
from actions.deadline_parties import matter_of
from actions.deadlines import end_deadline, start_deadline
from actions.groups import tell_group_of_team
from actions.on_site import refuse_while_gone
from actions.open_checklists import open_checklists
from actions.redraws import redraw_seats
from actions.rights import found
from actions.telling import tell
from actions.visit_approvals import ask_approvals
from draw.double_random import Cause
from inspection.certificates import is_certified_through
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.leave import WORDS_LIMIT
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.rights import Deed
from inspection.states import (
    ASSIGNMENT,
    INSPECTION,
    TEAM,
    AssignmentState,
    AssignmentStep,
    InspectionState,
    InspectionStep,
    TeamState,
    TeamStep,
)
from inspection.words import clean_words
from notifications.messages.assignments import SeatSentBack
from notifications.messages.teams import SeatLine, TeamReady
from storage import assignments, people
from storage.assignments import Member
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Team
from storage.tables.registers import Inspector, Person, Scheme
from storage.veils import shown_object

_MAY_BE_SENT_BACK = (AssignmentState.NOTIFIED, AssignmentState.ACCEPTED, AssignmentState.CONFIRMED)
_VISIT_IS_OVER = (InspectionState.VISITED, InspectionState.CLOSED, InspectionState.REPLACED)


class TeamFacts(TypedDict):
    """The fields that every message about a team begins with."""

    inspection: str
    object: str
    scheme: str
    first_day: date
    last_day: date
    seats: tuple[SeatLine, ...]


def tell_lead_when_complete(records: Records, inspection_id: str, *, at: datetime) -> None:
    """With the last acceptance the team is assembled, and its lead is asked to confirm it."""
    members = assignments.members(records, inspection_id)
    if any(one.assignment is None or one.assignment.state is not AssignmentState.ACCEPTED for one in members):
        return
    team = records.lock(Team, inspection_id)
    records.move(TEAM, team, TeamStep.COMPLETE, by=None, at=at)
    lead = next(member.assignment for member in members if member.seat.is_lead)
    assert lead is not None
    persons = "+".join(sorted(member.assignment.id for member in members if member.assignment))
    message = TeamReady(**team_facts(records, inspection_id), is_drawn=is_drawn(records, inspection_id))
    tell(records, lead.person_id, message, key=f"team_ready:{persons}:{at.isoformat()}", at=at)
    matter = matter_of(records, records.get(Inspection, inspection_id))
    start_deadline(records, RuleName.TEAM_CONFIRMATION, inspection_id, matter=matter, at=at)


def confirm_team(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Team:
    """The lead stands for the team: everybody accepted, every certificate valid through the window.

    From here on the checklist's version is pinned and the visit may start.
    """
    inspection = locked_by_lead(records, inspection_id, by)
    team = records.lock(Team, inspection_id)
    if team.state is TeamState.CONFIRMED and team.confirmed_at is not None:
        raise AlreadyDone(what="done_confirmed_team", done_at=team.confirmed_at)
    members = assignments.members(records, inspection_id)
    _refuse_incomplete(records, inspection, members)
    records.move(TEAM, team, TeamStep.CONFIRM, by=by.id, at=at)
    team.confirmed_at, team.confirmed_by = at, by.id
    for member in members:
        records.move(ASSIGNMENT, member.assignment, AssignmentStep.CONFIRM, by=by.id, at=at)
    if inspection.state is InspectionState.ASSEMBLING:
        records.move(INSPECTION, inspection, InspectionStep.CONFIRM_TEAM, by=by.id, at=at)
    _start_window(records, inspection, by=by, at=at)
    open_checklists(records, inspection, at=at)
    brief_team(records, inspection, at=at)
    ask_approvals(records, inspection, at=at)
    tell_group_of_team(records, inspection, at=at)
    return team


def _start_window(records: Records, inspection: Inspection, *, by: Person, at: datetime) -> None:
    end_deadline(records, RuleName.TEAM_CONFIRMATION, inspection.id, at=at, by=by)
    matter, scheme = matter_of(records, inspection), records.get(Scheme, inspection.scheme_id)
    start_deadline(records, RuleName.VISIT_WINDOW, inspection.id, matter=matter, at=at, day=scheme.last_day)


def send_back_seat(
    records: Records, assignment_id: str, words: str, *, by: Person, at: datetime
) -> Assignment:
    """The lead sends a seat back with a reason: it is drawn again, and the officer reads why."""
    if not words.strip():
        raise Incomplete("words_needed")
    words = clean_words(words, WORDS_LIMIT)
    assignment = found(records, Assignment, assignment_id, Deed.LEAD_TEAM)
    inspection = records.lock(Inspection, assignment.inspection_id)
    refuse_sending_back(records, assignment, by=by)
    records.move(ASSIGNMENT, assignment, AssignmentStep.SEND_BACK, by=by.id, at=at, words=words)
    registered = shown_object(records, inspection)
    message = SeatSentBack(
        assignment=assignment.id,
        object=registered.name,
        words=words,
        is_drawn=is_drawn(records, inspection.id),
    )
    tell(records, assignment.person_id, message, key=f"sent_back:{assignment.id}", at=at)
    redraw_seats(records, [assignment], cause=Cause.ORDERED, at=at)
    return assignment


def refuse_sending_back(records: Records, assignment: Assignment, *, by: Person) -> None:
    """Refuses anybody but the lead, the lead's own seat, a seat that was left before, and a visit that is over: for
    what has been done nobody can be drawn any more."""
    lead = require_lead(records, assignment.inspection_id, by)
    if lead.id == assignment.id:
        raise NotYours
    if assignment.state is AssignmentState.SENT_BACK and assignment.left_at is not None:
        raise AlreadyDone(what="done_sent_back", done_at=assignment.left_at)
    state = records.get(Inspection, assignment.inspection_id).state
    if assignment.state not in _MAY_BE_SENT_BACK or state in _VISIT_IS_OVER:
        raise IllegalStep


def refuse_choosing(records: Records, inspection_id: str, *, by: Person) -> None:
    """Refuses to list seats when none can go back any more."""
    require_lead(records, inspection_id, by)
    if records.get(Inspection, inspection_id).state in _VISIT_IS_OVER:
        raise IllegalStep


def team_facts(records: Records, inspection_id: str) -> TeamFacts:
    """What every message about a team shows, with each certificate's state."""
    inspection = records.get(Inspection, inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    members = assignments.members(records, inspection_id)
    officers = people.certificates(records, [member.person.id for member in members if member.person])
    return {
        "inspection": inspection_id,
        "object": shown_object(records, inspection).name,
        "scheme": scheme.name,
        "first_day": scheme.first_day,
        "last_day": scheme.last_day,
        "seats": tuple(_line(member, officers, scheme) for member in members),
    }


def _line(member: Member, officers: dict[str, Inspector], scheme: Scheme) -> SeatLine:
    officer = officers.get(member.person.id) if member.person else None
    return SeatLine(
        department=member.seat.department,
        person=member.person.name if member.person else "",
        assignment=member.assignment.id if member.assignment else "",
        state=member.assignment.state.value if member.assignment else "",
        certificate_number=officer.certificate_number if officer else "",
        certificate_expires=officer.certificate_expires if officer else None,
        is_certificate_valid=member.seat.department == EXPERTS
        or bool(officer and is_certified_through(officer.certificate_expires, scheme.last_day)),
        is_lead=member.seat.is_lead,
    )


def _refuse_incomplete(records: Records, inspection: Inspection, members: list[Member]) -> None:
    accepted = [
        member
        for member in members
        if member.assignment is not None and member.assignment.state is AssignmentState.ACCEPTED
    ]
    if len(accepted) < len(members):
        raise Incomplete("team_not_ready", accepted=len(accepted), seats=len(members))
    refuse_while_gone(inspection)
    if inspection.state not in (InspectionState.ASSEMBLING, InspectionState.VISITING):
        raise IllegalStep
    last_day = records.get(Scheme, inspection.scheme_id).last_day
    officers = people.certificates(records, [member.person.id for member in members if member.person])
    for member in members:
        officer = officers.get(member.person.id) if member.person else None
        if member.seat.department == EXPERTS:
            continue  # an expert has no certificate and needs none
        if officer is None or not is_certified_through(officer.certificate_expires, last_day):
            raise Unacceptable(
                "certificate_expired",
                person=member.person.name if member.person else "",
                expires=officer.certificate_expires if officer else last_day,
            )
