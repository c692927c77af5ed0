"""Who may do what: looked up anew in every action, never believed from a button."""

from collections.abc import Collection

from inspection.refusals import NotYours
from inspection.roles import Role
from inspection.states import AssignmentState
from storage import assignments
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Person, Scheme


def own_assignment(records: Records, assignment_id: str, person: Person) -> Assignment:
    """The person's own assignment, with the inspection locked first; anybody else's is refused like none at all."""
    found = records.get(Assignment, assignment_id)
    if found.person_id != person.id:
        raise NotYours
    records.lock(Inspection, found.inspection_id)
    return records.lock(Assignment, assignment_id)


def seated(
    records: Records, inspection_id: str, person: Person, states: Collection[AssignmentState]
) -> Assignment:
    """The person's assignment in this team, when it stands in one of `states`."""
    member = assignments.member(records, inspection_id, person.id)
    held = member.assignment if member else None
    if held is None or held.state not in states:
        raise NotYours
    return held


def require_lead(records: Records, inspection_id: str, person: Person) -> Assignment:
    """The lead's assignment of this team, when `person` holds it."""
    lead = assignments.lead_of(records, inspection_id)
    if lead is None or lead.person_id != person.id:
        raise NotYours("not_lead")
    return lead


def require_role(person: Person, role: Role, department: str) -> None:
    """Refuses unless `person` has the role in that department."""
    if role not in person.roles or person.department != department or not person.is_active:
        raise NotYours("not_operator" if role is Role.OPERATOR else "not_yours")


def require_operator(records: Records, scheme_id: str, person: Person) -> Scheme:
    """The scheme, when `person` is an operator of its lead department; locked, since the next step changes it."""
    scheme = records.get(Scheme, scheme_id)
    require_role(person, Role.OPERATOR, scheme.departments[0])
    return records.lock(Scheme, scheme_id)
