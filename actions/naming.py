"""What was not drawn here: objects and officers that are brought in, and seats for which a head names somebody.

Everything after that is as with a draw of ours: the officer is told, accepts or recuses, the team is confirmed, the
visit is made. Only a vacancy is not drawn again, for there is no order to draw on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.assigning import notify, plan_naming
from actions.telling import tell
from draw.double_random import Cause
from inspection.departments import EXPERTS, may_visit
from inspection.naming import LEAST_OFFICERS, Candidate, Hindrance, Origin, Wanted, hindrance
from inspection.refusals import AlreadyDone, IllegalStep, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import (
    SCHEME,
    AssignmentState,
    InspectionState,
    SchemeState,
    SchemeStep,
    TeamState,
)
from notifications.messages.naming import SHOWN, CandidateLine, SeatNamed, SeatToName
from storage import assignments, naming, people
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Seat, Selection, Team
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import next_number, shown_object, visit_id, visit_to

NEVER_FILLED = "never_filled"
"""Why a seat is open that nobody was brought in for."""


@dataclass(frozen=True)
class VisitTakenIn:
    """One object with its team. `people` are person ids by seat, `<department>/<number>`, numbers from 1; a seat of the
    scheme that is missing stays open, and its head is asked. `items` empty means all of the scheme."""

    object_id: str
    people: Mapping[str, str]
    items: tuple[str, ...] = ()
    stratum: str = ""


@dataclass(frozen=True)
class NamingProblem:
    """Why a visit can't be taken in as it is. `cause` is a `Hindrance`, or `too_few`, `no_object`, `seat_unknown`,
    `visited_before`, `other_district` (a county's scheme, and the object lies elsewhere); `seat` and `person` are empty
    where the whole visit is meant."""

    object_id: str
    seat: str
    person: str
    cause: str


def problems_of(
    records: Records, scheme: Scheme, visits: Sequence[VisitTakenIn], *, may_be_open: bool = False
) -> list[NamingProblem]:
    """Everything that speaks against these teams, visit by visit; empty when they can be taken in. With `may_be_open`
    fewer officers than the scheme asks for are allowed, and the seats stay open."""
    registers = _registers(records, scheme, [*scheme.departments, EXPERTS])
    found = []
    loads: dict[str, int] = {}
    for visit in visits:
        found += _problems_of_visit(records, scheme, visit, registers, loads, may_be_open=may_be_open)
    return found


def take_in(
    records: Records,
    scheme_id: str,
    visits: Sequence[VisitTakenIn],
    *,
    origin: Origin,
    reason: str = "",
    platform: str = "",
    batch: str = "",
    evidence_digest: str = "",
    chosen_at: datetime,
    may_be_open: bool = False,
    by: Person | None,
    at: datetime,
) -> Selection:
    """Takes in objects and teams that were not drawn here; everybody on a seat is told as after a draw, and for every
    open seat somebody is asked to name one. Whoever calls this has checked who may.

    Refuses a scheme that is not filed (approved), and `teams_do_not_fit` with the first of `problems_of`.
    """
    scheme = records.lock(Scheme, scheme_id)
    if scheme.state is not SchemeState.FILED:
        raise IllegalStep
    problems = problems_of(records, scheme, visits, may_be_open=may_be_open)
    if problems:
        first = problems[0]
        raise _refusal(records, first, number=len(problems))
    selection = Selection(
        id=f"N-{scheme.id}-{naming.number_of_selections(records, scheme.id) + 1}",
        scheme_id=scheme.id,
        origin=origin.value,
        reason=reason,
        platform=platform,
        batch=batch,
        evidence_digest=evidence_digest,
        chosen_at=chosen_at,
        entered_at=at,
        entered_by=by.id if by else None,
    )
    records.add(selection)
    records.move(SCHEME, scheme, SchemeStep.TAKE_IN, by=by.id if by else None, at=at, selection=selection.id)
    for visit in visits:
        _open(records, scheme, selection, visit, at=at)
    return selection


def name_officer(records: Records, seat_id: str, person_id: str, *, by: Person, at: datetime) -> Assignment:
    """Somebody who may (`namers_of`) puts an eligible officer on an open seat; the officer is told and answers.

    Refuses `NotYours`, `AlreadyDone` where the seat is held again, and `not_eligible` with the hindrance.
    """
    seat = records.get(Seat, seat_id)
    inspection = records.lock(Inspection, seat.inspection_id)
    scheme = _require_namer(records, inspection, seat, by)
    holder = _holder_of(records, seat)
    if holder is not None:
        raise AlreadyDone(what="done_named_officer", done_at=holder.drawn_at)
    if inspection.state is not InspectionState.ASSEMBLING:
        raise IllegalStep
    candidate = next((one for one in _all(records, scheme, seat.department) if one.id == person_id), None)
    why = _why_not(records, scheme, inspection, seat, candidate)
    if why is not None or candidate is None:
        name = candidate.name if candidate else person_id
        raise Unacceptable("not_eligible", person=name, why=f"hindrance_{why or Hindrance.UNKNOWN}")
    assignment = _seat(records, scheme, seat, person_id, by=by.id, at=at)
    said = SeatNamed(seat=seat.id, object=_name(records, inspection), person=candidate.name, by=by.name)
    for other in namers_of(records, scheme, seat):
        if other.id != by.id:
            tell(records, other.id, said, key=f"named:{assignment.id}:{other.id}", at=at)
    return assignment


def ask_to_name(records: Records, left: Iterable[Assignment], *, cause: Cause, at: datetime) -> None:
    """These have left seats that no draw fills: whoever may name is asked for each."""
    for assignment in left:
        seat = records.get(Seat, assignment.seat_id)
        _ask(records, seat, cause.value, key=f"vacant:{assignment.id}", at=at)


def seat_message(
    records: Records, seat_id: str, *, by: Person, first: int = 0, cause: str = ""
) -> SeatToName:
    """What somebody who may name reads about an open seat; refuses everybody else, and a seat that is held again."""
    seat = records.get(Seat, seat_id)
    inspection = records.get(Inspection, seat.inspection_id)
    scheme = _require_namer(records, inspection, seat, by)
    holder = _holder_of(records, seat)
    if holder is not None:
        raise AlreadyDone(what="done_named_officer", done_at=holder.drawn_at)
    return _message(records, scheme, inspection, seat, cause or _last_cause(records, seat), first)


def seats_to_name(records: Records, person: Person) -> list[Seat]:
    """The open seats for which this person may name somebody."""
    if not {Role.HEAD, Role.LIAISON, Role.OPERATOR}.intersection(person.roles):
        return []
    return [
        seat for seat in naming.open_seats(records) if person.id in {one.id for one in _namers(records, seat)}
    ]


def namers_of(records: Records, scheme: Scheme, seat: Seat) -> list[Person]:
    """Who names for a seat: the heads of its department; without one its liaisons, without those the operators of the
    lead department. For experts, who have no department, those of the lead department."""
    department = scheme.departments[0] if seat.department == EXPERTS else seat.department
    return (
        people.nearest(records, Role.HEAD, department, scheme.district)
        or people.nearest(records, Role.LIAISON, department, scheme.district)
        or people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district)
    )


# --- Taking in -------------------------------------------------------------------------------------------------------


def _registers(
    records: Records, scheme: Scheme, departments: Iterable[str]
) -> dict[str, dict[str, Candidate]]:
    return {one: {found.id: found for found in _all(records, scheme, one)} for one in departments}


def _all(records: Records, scheme: Scheme, department: str) -> list[Candidate]:
    return naming.candidates_of(records, department, first_day=scheme.first_day, last_day=scheme.last_day)


def _problems_of_visit(
    records: Records,
    scheme: Scheme,
    visit: VisitTakenIn,
    registers: Mapping[str, Mapping[str, Candidate]],
    loads: dict[str, int],
    *,
    may_be_open: bool,
) -> list[NamingProblem]:
    registered = records.find(RegisteredObject, visit.object_id)
    if registered is None:
        return [NamingProblem(visit.object_id, "", "", "no_object")]
    if visit_to(records, scheme.id, visit.object_id) is not None:
        return [NamingProblem(visit.object_id, "", "", "visited_before")]
    if not may_visit(scheme.district, registered.district):
        return [NamingProblem(visit.object_id, "", "", "other_district")]
    found, team = [], set[str]()
    for seat, person in sorted(visit.people.items()):
        department, _, number = seat.partition("/")
        if department not in registers or not number.isdecimal() or int(number) < 1:
            found.append(NamingProblem(visit.object_id, seat, person, "seat_unknown"))
            continue
        wanted = _wanted(scheme, registered, department, is_lead=_leads(scheme, department, int(number)))
        candidate = registers[department].get(person)
        why = _hindrance_with(wanted, candidate, team, loads)
        if why is not None:
            found.append(NamingProblem(visit.object_id, seat, person, why.value))
        team.add(person)
        loads[person] = loads.get(person, 0) + 1
    if not may_be_open:
        found += _departments_with_too_few(scheme, visit)
    return found


def _hindrance_with(
    wanted: Wanted, candidate: Candidate | None, team: set[str], loads: Mapping[str, int]
) -> Hindrance | None:
    """`loads` are the seats that this very load gives, beside those held before."""
    if candidate is None:
        return Hindrance.UNKNOWN
    why = hindrance(wanted, candidate, team=team, left=())
    if why is None and candidate.load + loads.get(candidate.id, 0) >= candidate.capacity:
        return Hindrance.FULL
    return why


def _departments_with_too_few(scheme: Scheme, visit: VisitTakenIn) -> list[NamingProblem]:
    least = max(scheme.seats_per_department, 1)
    seated = [seat.partition("/")[0] for seat in visit.people]
    return [
        NamingProblem(visit.object_id, department, "", "too_few")
        for department in scheme.departments
        if seated.count(department) < min(least, LEAST_OFFICERS)
    ]


_SENTENCES = {
    "too_few": "taken_in_too_few",
    "no_object": "taken_in_no_object",
    "seat_unknown": "taken_in_seat_unknown",
    "visited_before": "taken_in_visited_before",
    "other_district": "taken_in_other_district",
}


def _refusal(records: Records, problem: NamingProblem, *, number: int) -> Unacceptable:
    facts = _facts(records, problem)
    sentence = _SENTENCES.get(problem.cause)
    if sentence is None:
        return Unacceptable("taken_in_not_eligible", number=number, why=f"hindrance_{problem.cause}", **facts)
    return Unacceptable(sentence, number=number, **facts)


def _facts(records: Records, problem: NamingProblem) -> dict[str, object]:
    registered = records.find(RegisteredObject, problem.object_id)
    person = records.find(Person, problem.person) if problem.person else None
    return {
        "object": registered.name if registered else problem.object_id,
        "department": problem.seat.partition("/")[0],
        "person": person.name if person else problem.person,
    }


def _open(
    records: Records, scheme: Scheme, selection: Selection, visit: VisitTakenIn, *, at: datetime
) -> None:
    plan_naming(records, scheme)
    number = next_number(records, scheme.id)
    inspection_id = visit_id(scheme, visit.object_id, number)
    inspection = Inspection(
        id=inspection_id,
        scheme_id=scheme.id,
        selection_id=selection.id,
        object_id=visit.object_id,
        stratum=visit.stratum,
        items=list(visit.items or scheme.items),
        state=InspectionState.ASSEMBLING,
        number=number,
    )
    records.add(inspection)
    seats = _seats(scheme, visit, inspection_id)
    records.add(Team(inspection_id=inspection_id, state=TeamState.ASSEMBLING), *seats)
    records.journal("inspection.open", inspection_id, by=None, at=at, selection=selection.id)
    for seat in seats:
        person = visit.people.get(f"{seat.department}/{seat.number}")
        if person is not None:
            _seat(records, scheme, seat, person, by=None, at=at)
        else:
            _ask(records, seat, NEVER_FILLED, key=f"vacant:{seat.id}", at=at)


def _seats(scheme: Scheme, visit: VisitTakenIn, inspection_id: str) -> list[Seat]:
    """As many as the scheme asks for, and more where more people came along."""
    numbers = dict.fromkeys(scheme.departments, scheme.seats_per_department) | {EXPERTS: scheme.expert_seats}
    for seat in visit.people:
        department, _, number = seat.partition("/")
        numbers[department] = max(numbers[department], int(number))
    return [
        Seat(
            id=f"{inspection_id}/{department}/{number}",
            inspection_id=inspection_id,
            department=department,
            number=number,
            is_lead=_leads(scheme, department, number),
        )
        for department, seats in numbers.items()
        for number in range(1, seats + 1)
    ]


def _leads(scheme: Scheme, department: str, number: int) -> bool:
    return bool(department == scheme.departments[0] and number == 1)


def _seat(
    records: Records, scheme: Scheme, seat: Seat, person_id: str, *, by: str | None, at: datetime
) -> Assignment:
    number = assignments.history_length(records, seat.id) + 1
    assignment = Assignment(
        id=f"{seat.id}/{number}",
        seat_id=seat.id,
        inspection_id=seat.inspection_id,
        person_id=person_id,
        round=number - 1,
        state=AssignmentState.DRAWN,
        drawn_at=at,
    )
    records.add(assignment)
    records.journal("assignment.name", assignment.id, by=by, at=at, person=person_id)
    notify(records, scheme, assignment, at=at)
    return assignment


# --- Open seats ------------------------------------------------------------------------------------------------------


def _wanted(scheme: Scheme, registered: RegisteredObject, department: str, *, is_lead: bool) -> Wanted:
    asked = [scheme.expert_field] if department == EXPERTS else scheme.qualifications.get(department, [])
    return Wanted(
        department=department,
        is_lead=is_lead,
        object_id=registered.id,
        object_district=registered.district,
        district_rule=scheme.district_rule,
        qualifications=tuple(one for one in asked if one),
        last_day=scheme.last_day,
    )


def _why_not(
    records: Records, scheme: Scheme, inspection: Inspection, seat: Seat, candidate: Candidate | None
) -> Hindrance | None:
    if candidate is None:
        return Hindrance.UNKNOWN
    registered = records.get(RegisteredObject, inspection.object_id)
    wanted = _wanted(scheme, registered, seat.department, is_lead=seat.is_lead)
    return hindrance(
        wanted,
        candidate,
        team=_team(records, inspection.id),
        left=naming.who_left(records, inspection),
    )


def _team(records: Records, inspection_id: str) -> set[str]:
    members = assignments.members(records, inspection_id)
    return {member.assignment.person_id for member in members if member.assignment is not None}


def _holder_of(records: Records, seat: Seat) -> Assignment | None:
    members = assignments.members(records, seat.inspection_id)
    return next((one.assignment for one in members if one.seat.id == seat.id), None)


def _ask(records: Records, seat: Seat, cause: str, *, key: str, at: datetime) -> None:
    inspection = records.get(Inspection, seat.inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    message = _message(records, scheme, inspection, seat, cause, 0)
    for person in namers_of(records, scheme, seat):
        tell(records, person.id, message, key=f"{key}:{person.id}", at=at)


def _message(
    records: Records, scheme: Scheme, inspection: Inspection, seat: Seat, cause: str, first: int
) -> SeatToName:
    """The least burdened first, so that the usual choice is also the fair one."""
    registered = shown_object(records, inspection)
    wanted = _wanted(scheme, registered, seat.department, is_lead=seat.is_lead)
    team, left = _team(records, inspection.id), naming.who_left(records, inspection)
    fit = [
        one
        for one in _all(records, scheme, seat.department)
        if hindrance(wanted, one, team=team, left=left) is None
    ]
    fit.sort(key=lambda one: (one.load, one.id))
    return SeatToName(
        seat=seat.id,
        object=registered.name,
        scheme=scheme.name,
        department=seat.department,
        is_lead=seat.is_lead,
        cause=cause,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        candidates=tuple(CandidateLine(one.id, one.name, one.load) for one in fit[first : first + SHOWN]),
        first=first,
        number=len(fit),
    )


def _last_cause(records: Records, seat: Seat) -> str:
    """Why the seat is open, told from how its last holder left it."""
    causes = {
        AssignmentState.RECUSED: Cause.RECUSED.value,
        AssignmentState.UNAVAILABLE: Cause.UNAVAILABLE.value,
        AssignmentState.LAPSED: Cause.LAPSED.value,
    }
    number = assignments.history_length(records, seat.id)
    if number == 0:
        return NEVER_FILLED
    return causes.get(records.get(Assignment, f"{seat.id}/{number}").state, Cause.ORDERED.value)


def _namers(records: Records, seat: Seat) -> list[Person]:
    scheme_id = records.get(Inspection, seat.inspection_id).scheme_id
    return namers_of(records, records.get(Scheme, scheme_id), seat)


def _require_namer(records: Records, inspection: Inspection, seat: Seat, person: Person) -> Scheme:
    scheme = records.get(Scheme, inspection.scheme_id)
    is_theirs = person.id in {one.id for one in namers_of(records, scheme, seat)}
    if inspection.selection_id is None or not is_theirs:
        raise NotYours
    return scheme


def _name(records: Records, inspection: Inspection) -> str:
    name: str = shown_object(records, inspection).name
    return name
