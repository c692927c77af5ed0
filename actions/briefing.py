"""任务交底: every member of a confirmed team is told the own part and what to mind, and says that it was read
(博州政办发〔2019〕33号, 二㈢3)."""

from datetime import datetime, timedelta

from actions.access import require_operator
from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.checklists import progress
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.refusals import AlreadyDone, Incomplete, NotYours
from inspection.states import (
    BRIEFING,
    LIVE_ASSIGNMENTS,
    AssignmentState,
    BriefingState,
    BriefingStep,
    DeadlineStep,
)
from inspection.words import clean_words, shortened
from notifications.messages.briefing import Briefed, BriefedMember, PartOfDepartment
from storage import approvals, assignments, briefings, checklists
from storage.assignments import Member
from storage.results import last_journalled
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.tables.schemes import Briefing
from storage.veils import shown_object

SUPPLEMENT_LIMIT = 800
_ASKED = "briefing.asked_lead"
_A_DAY = timedelta(days=1)


def brief_team(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """With the confirmed team; whoever was briefed on this seat before is not told again."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if not scheme.needs_briefing:
        return
    for held in _confirmed(records, inspection.id):
        if not briefings.of_assignment(records, held.id):
            _brief(records, scheme, held, "", at=at)


def read_briefing(records: Records, briefing_id: str, *, by: Person, at: datetime) -> Briefing:
    """The member says so; it is written down with the time. Refuses anybody else, and a second time."""
    briefing = own_briefing(records, briefing_id, by=by)
    if briefing.state is BriefingState.READ and briefing.read_at is not None:
        raise AlreadyDone(what="done_read_briefing", done_at=briefing.read_at)
    records.move(BRIEFING, briefing, BriefingStep.READ, by=by.id, at=at)
    briefing.read_at = at
    end_deadline(records, RuleName.BRIEFING, briefing.id, at=at, by=by)
    return briefing


def own_briefing(records: Records, briefing_id: str, *, by: Person) -> Briefing:
    """The person's own, locked, while the seat is theirs."""
    found = records.get(Briefing, briefing_id)
    held = records.get(Assignment, found.assignment_id)
    if held.person_id != by.id or held.state not in {*LIVE_ASSIGNMENTS, AssignmentState.COMPLETED}:
        raise NotYours
    return records.lock(Briefing, briefing_id)


def supplement_scheme(
    records: Records, scheme_id: str, words: str, *, by: Person, at: datetime
) -> tuple[int, int]:
    """The operator's word more to all confirmed teams of a scheme; everybody says again that it was read. Gives the
    number of people and of teams."""
    scheme, teams = confirmed_of(records, scheme_id, by=by)
    if not words.strip():
        raise Incomplete("words_needed")
    words = clean_words(words, SUPPLEMENT_LIMIT)
    members = [held for team in teams for held in _confirmed(records, team)]
    for held in members:
        _brief(records, scheme, held, words, at=at)
    records.journal("scheme.supplement", scheme.id, by=by.id, at=at, teams=len(teams), people=len(members))
    return len({held.person_id for held in members}), len(teams)


def confirmed_of(records: Records, scheme_id: str, *, by: Person) -> tuple[Scheme, list[str]]:
    """The operator's scheme with its confirmed teams; refuses while there is none."""
    scheme = require_operator(records, scheme_id, by)
    teams = briefings.confirmed_teams(records, scheme_id)
    if not teams:
        raise Incomplete("no_confirmed_team")
    return scheme, teams


def people_of_teams(records: Records, teams: list[str]) -> int:
    """How many people sit in these teams."""
    return len({held.person_id for team in teams for held in _confirmed(records, team)})


def names_to_ask_about(records: Records, inspection_id: str, *, by: Person, at: datetime) -> tuple[str, ...]:
    """Who has not read, when the lead starts the visit: the lead is asked once, and it blocks nothing."""
    lead = assignments.lead_of(records, inspection_id)
    if lead is None or lead.person_id != by.id:
        return ()
    unread = briefings.unread_of(records, inspection_id)
    if not unread or last_journalled(records, _ASKED, inspection_id) is not None:
        return ()
    records.journal(_ASKED, inspection_id, by=by.id, at=at, unread=[one.id for one in unread])
    return tuple(one.name for one in unread)


def stop_briefing_clocks(records: Records, inspection_id: str, *, at: datetime) -> None:
    """Nobody is reminded any more: the visit has begun, or the team is open again."""
    for briefing_id in briefings.ids_of(records, inspection_id):
        end_deadline(records, RuleName.BRIEFING, briefing_id, DeadlineStep.CANCEL, at=at)


def briefing_card(records: Records, briefing: Briefing) -> Briefed:
    """What the member reads, with the time when it was read."""
    inspection = records.get(Inspection, briefing.inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    members = assignments.members(records, inspection.id)
    own = next(
        one for one in members if one.assignment is not None and one.assignment.id == briefing.assignment_id
    )
    parts = {one: _part_of(records, inspection, scheme, one) for one in scheme.departments}
    department = own.seat.department
    return Briefed(
        briefing=briefing.id,
        inspection=inspection.id,
        object=registered.name,
        district=registered.district,
        scheme=scheme.name,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        team=tuple(_line(one) for one in members if one.person is not None),
        own=parts.get(department, PartOfDepartment(department, (), 0)),
        others=tuple(part for one, part in parts.items() if one != department),
        is_expert=department == EXPERTS,
        key_points=shortened(scheme.key_points),
        notes=shortened(scheme.notes or scheme.requirements),
        supplement=briefing.words,
        read_at=briefing.read_at,
    )


def _line(member: Member) -> BriefedMember:
    assert member.person is not None
    return BriefedMember(member.seat.department, member.person.name, member.seat.is_lead)


def _part_of(records: Records, inspection: Inspection, scheme: Scheme, department: str) -> PartOfDepartment:
    """As the checklist stands before its first answer: what depends on answers may be added on site."""
    items = approvals.items_by_id(records, inspection.items or scheme.items)
    asked = progress(checklists.entries(records, inspection, department)).questions
    titles = tuple(one.title for one in items if one.department == department)
    return PartOfDepartment(department, titles, asked)


def _confirmed(records: Records, inspection_id: str) -> list[Assignment]:
    held = [one.assignment for one in assignments.members(records, inspection_id)]
    return [one for one in held if one is not None and one.state is AssignmentState.CONFIRMED]


def _brief(records: Records, scheme: Scheme, held: Assignment, words: str, *, at: datetime) -> None:
    number = len(briefings.of_assignment(records, held.id)) + 1
    briefing = Briefing(
        id=f"{held.id}/b{number}",
        assignment_id=held.id,
        inspection_id=held.inspection_id,
        person_id=held.person_id,
        words=words,
        state=BriefingState.SENT,
        sent_at=at,
    )
    records.add(briefing)
    records.journal("briefing.send", briefing.id, by=None, at=at)
    tell(records, held.person_id, briefing_card(records, briefing), key=f"briefing:{briefing.id}", at=at)
    inspection = records.get(Inspection, held.inspection_id)
    if inspection.started_at is not None:
        return  # a reminder before the first day has no sense any more
    matter = Matter(
        department=scheme.departments[0],
        district=records.get(RegisteredObject, inspection.object_id).district,
        inspection_id=inspection.id,
        asked_id=held.person_id,
    )
    day = max(scheme.first_day - _A_DAY, beijing_day(at))
    start_deadline(records, RuleName.BRIEFING, briefing.id, matter=matter, at=at, day=day)
