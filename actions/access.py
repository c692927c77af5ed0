"""What stands between a person and a seat, a team or a scheme, by the table of `inspection.rights`."""

from collections.abc import Collection

from actions.rights import found, require
from inspection.refusals import NotYours
from inspection.rights import Deed, Part
from inspection.states import AssignmentState
from storage import assignments
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Person, Scheme


def own_assignment(records: Records, assignment_id: str, person: Person) -> Assignment:
    """The person's own assignment, with the inspection locked first; anybody else's is refused like none at all."""
    held = found(records, Assignment, assignment_id, Deed.ANSWER_SEAT)
    require(Deed.ANSWER_SEAT, person, parts=(Part.HOLDER,) if held.person_id == person.id else ())
    records.lock(Inspection, held.inspection_id)
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
    found(records, Inspection, inspection_id, Deed.LEAD_TEAM)
    lead = assignments.lead_of(records, inspection_id)
    held = lead if lead is not None and lead.person_id == person.id else None
    require(Deed.LEAD_TEAM, person, parts=(Part.LEAD,) if held else ())
    assert held is not None
    return held


def locked_by_lead(records: Records, inspection_id: str, person: Person) -> Inspection:
    """The inspection, locked, when `person` leads its team; one that is not there is another's."""
    found(records, Inspection, inspection_id, Deed.LEAD_TEAM)
    inspection = records.lock(Inspection, inspection_id)
    require_lead(records, inspection_id, person)
    return inspection


def require_operator_of(records: Records, inspection_id: str, person: Person) -> Scheme:
    """The scheme of this inspection, when `person` is an operator of its lead department; locked."""
    inspection = found(records, Inspection, inspection_id, Deed.RUN_SCHEME)
    return require_operator(records, inspection.scheme_id, person)


def require_operator(records: Records, scheme_id: str, person: Person) -> Scheme:
    """The scheme, when `person` is an operator of its lead department; locked, since the next step changes it."""
    scheme = found(records, Scheme, scheme_id, Deed.RUN_SCHEME)
    require(Deed.RUN_SCHEME, person, of=scheme.departments[0], in_=scheme.district)
    return records.lock(Scheme, scheme_id)
