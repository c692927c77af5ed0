"""Who is meant by the parties of a deadline rule: looked up when it is needed, from the registers as they stand."""

from dataclasses import dataclass

from actions.on_site import department_reviewers, reviewers
from inspection.deadlines.rules import Party
from inspection.departments import EXPERTS, JOINT_OFFICE, PREFECTURE
from inspection.roles import Role
from inspection.states import AssignmentState
from storage import assignments, people
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import RegisteredObject, Scheme


@dataclass(frozen=True)
class Matter:
    """What a deadline is about: `department` is whose liaisons and head are meant, `district` whose office hours
    count, `asked_id` the one person whose word is awaited."""

    department: str
    district: str = ""
    inspection_id: str | None = None
    asked_id: str | None = None


def matter_of(records: Records, inspection: Inspection, *, asked_id: str | None = None) -> Matter:
    """A visit concerns its lead department, in the district of the object."""
    return Matter(
        department=records.get(Scheme, inspection.scheme_id).departments[0],
        district=records.get(RegisteredObject, inspection.object_id).district,
        inspection_id=inspection.id,
        asked_id=asked_id,
    )


def people_of(records: Records, party: Party, matter: Matter) -> list[str]:
    """Ids of those who are this party now, in a settled order; none where the register names nobody."""
    if party is Party.ASKED:
        return [matter.asked_id] if matter.asked_id else []
    if party in {Party.LIAISON, Party.HEAD}:
        level = _level_of(records, matter)
        return [one.id for one in people.nearest(records, Role(party.value), matter.department, level)]
    if party is Party.JOINT_OFFICE:
        return joint_office(records)
    if matter.inspection_id is None:
        return []
    if party is Party.REVIEWER:
        return _reviewing(records, matter.inspection_id, matter.department)
    return _of_inspection(records, party, matter.inspection_id)


def _level_of(records: Records, matter: Matter) -> str:
    """Of a visit that of its scheme, wherever the firm is; of a clue or a scheme where it stands itself."""
    if matter.inspection_id is None:
        return matter.district
    return records.get(Scheme, records.get(Inspection, matter.inspection_id).scheme_id).district


def _reviewing(records: Records, inspection_id: str, department: str) -> list[str]:
    inspection = records.get(Inspection, inspection_id)
    found = department_reviewers(records, inspection, department)
    return [one.id for one in found or reviewers(records, records.get(Scheme, inspection.scheme_id))]


def _of_inspection(records: Records, party: Party, inspection_id: str) -> list[str]:
    if party is Party.LEAD:
        lead = assignments.lead_of(records, inspection_id)
        return [lead.person_id] if lead else []
    return [
        member.assignment.person_id
        for member in assignments.members(records, inspection_id)
        if member.assignment is not None
        and member.assignment.state is AssignmentState.CONFIRMED
        and member.seat.department != EXPERTS
    ]


def joint_office(records: Records, level: str = PREFECTURE) -> list[str]:
    """The liaisons of the joint office of a level, or its operators: the prefecture's, who watch over all, or a
    county's."""
    found = people.with_role(records, Role.LIAISON, JOINT_OFFICE, level)
    return [one.id for one in found or people.with_role(records, Role.OPERATOR, JOINT_OFFICE, level)]
