"""Who may touch what during a visit: looked up anew in every action, after the inspection's lock."""

from inspection.departments import EXPERTS
from inspection.forms.filling import Asked
from inspection.refusals import IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import (
    AssignmentState,
    ChecklistState,
    InspectionState,
    LeaveRequestState,
    ResultState,
    TeamState,
)
from storage import assignments, checklists, notices, people
from storage.assignments import Member
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection, Result, Team
from storage.tables.registers import Person, Scheme

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def member_on_site(records: Records, inspection_id: str, person: Person) -> Member:
    """The person's confirmed seat in this team. While the team is open again, a member hears that; anybody else
    hears what a stranger hears."""
    member = assignments.member(records, inspection_id, person.id)
    held = member.assignment if member else None
    if member is not None and held is not None and held.state in _SEATED:
        return member
    if held is not None and held.state is AssignmentState.ACCEPTED:
        raise Incomplete("team_not_confirmed")
    raise NotYours


def officer_on_site(records: Records, inspection_id: str, person: Person) -> Member:
    """The same for what only officers do: an expert of the team advises, and neither inspects nor answers
    (notice 二㈢2: experts may join once there are officers enough)."""
    member = member_on_site(records, inspection_id, person)
    if member.seat.department == EXPERTS:
        raise NotYours("expert_advises")
    return member


def require_confirmed_team(records: Records, inspection_id: str) -> None:
    """A seat that fell vacant on the way must be filled before the visit can end."""
    if records.get(Team, inspection_id).state is not TeamState.CONFIRMED:
        raise Incomplete("team_not_confirmed")


def refuse_while_gone(inspection: Inspection) -> None:
    """While the lead department verifies whether the object is gone, everything waits, and whoever presses hears so."""
    if inspection.state is InspectionState.GONE_REPORTED:
        raise IllegalStep("gone_pending")


def refuse_while_stopped(records: Records, inspection_id: str) -> None:
    """A head wants the visit to wait until the firm's application for recusal is decided."""
    if any(
        one.stops_visit and one.state is LeaveRequestState.PENDING
        for one in notices.applications(records, inspection_id)
    ):
        raise IllegalStep("visit_stopped")


def changeable_part(records: Records, inspection: Inspection, person: Person) -> ChecklistPart:
    """The part of the person's department, locked as a row, while it may still be changed: from the start of the
    visit until submission, and again after a reviewer has returned it or a published result was found wrong."""
    member = officer_on_site(records, inspection.id, person)
    if inspection.state in {InspectionState.ASSEMBLING, InspectionState.READY}:
        raise Incomplete("visit_not_started")
    refuse_while_gone(inspection)
    in_field = inspection.state in {InspectionState.VISITING, InspectionState.VISITED}
    if not in_field and not is_in_correction(records, inspection):
        raise IllegalStep
    part = records.lock(ChecklistPart, f"{inspection.id}/{member.seat.department}")
    if part.state is ChecklistState.LOCKED:
        raise IllegalStep("checklist_locked")
    return part


def is_in_correction(records: Records, inspection: Inspection) -> bool:
    """Whether the team has a result in hand that is public already and was found wrong."""
    if inspection.state is not InspectionState.CLOSED:
        return False
    return records.get(Result, inspection.id).state in {ResultState.CORRECTING, ResultState.RETURNED}


def own_question(records: Records, inspection: Inspection, department: str, question_id: str) -> Asked:
    """A question that this department answers here; refuses one that nobody is asked, or that is another's."""
    found = checklists.question(records, inspection, question_id)
    if found is None:
        raise Unacceptable("no_such_question")
    question, competent = found
    if competent != department:
        raise NotYours("not_your_question", number=checklists.number_of(question), department=competent)
    return question


def reviewers(records: Records, scheme: Scheme) -> list[Person]:
    """Who reviews: the reviewers of the lead department, or its head while the register names none."""
    lead, level = scheme.departments[0], scheme.district
    found = people.with_role(records, Role.REVIEWER, lead, level)
    return found or people.with_role(records, Role.HEAD, lead, level)


def department_reviewers(records: Records, inspection: Inspection, department: str) -> list[Person]:
    """Who reviews what this department found: its reviewers, or its heads where it has none; nobody who was ever drawn
    for this visit. Nobody at all: then the reviewers of the lead department do it along with the joint result."""
    drawn = assignments.ever_drawn(records, inspection.id)
    level = records.get(Scheme, inspection.scheme_id).district
    for role in (Role.REVIEWER, Role.HEAD):
        found = [one for one in people.with_role(records, role, department, level) if one.id not in drawn]
        if found:
            return found
    return []


def joint_reviewers(records: Records, inspection: Inspection) -> list[Person]:
    """Who approves the joint result: the reviewers of the lead department."""
    lead = records.get(Scheme, inspection.scheme_id).departments[0]
    return department_reviewers(records, inspection, lead)


def require_reviewer(records: Records, inspection: Inspection, person: Person) -> None:
    """A reviewer of the lead department who was never of the team: nobody approves a result of their own."""
    if any(one.id == person.id for one in joint_reviewers(records, inspection)):
        return
    scheme = records.get(Scheme, inspection.scheme_id)
    if any(one.id == person.id for one in reviewers(records, scheme)):
        raise NotYours("own_result")
    raise NotYours


def require_department_reviewer(
    records: Records, inspection: Inspection, department: str, person: Person
) -> None:
    """The same for what one department found."""
    if any(one.id == person.id for one in department_reviewers(records, inspection, department)):
        return
    has_role = {Role.REVIEWER, Role.HEAD}.intersection(person.roles) and person.department == department
    if has_role and person.id in assignments.ever_drawn(records, inspection.id):
        raise NotYours("own_result")
    raise NotYours
