"""Who may handle what follows from a visit: the staff of its department, looked up in every action."""

from collections.abc import Sequence
from datetime import datetime

from actions.deadline_parties import Matter
from actions.rights import is_allowed, require
from actions.telling import tell
from inspection.departments import is_within
from inspection.refusals import AlreadyDone, NotYours
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import AssignmentState
from notifications.messages.message import Message
from storage import assignments, people
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, RegisteredObject, Scheme

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def team_of(records: Records, inspection_id: str, department: str) -> list[Person]:
    """The officers of a department who made this visit, by seat."""
    return [
        member.person
        for member in assignments.members(records, inspection_id)
        if member.person
        and member.assignment
        and member.assignment.state in _SEATED
        and member.seat.department == department
    ]


def require_staff(records: Records, inspection_id: str, department: str, by: Person) -> None:
    """A liaison or a head of the department, or one of its officers who made the visit."""
    if not is_staff(records, inspection_id, department, by):
        raise NotYours


def is_staff(records: Records, inspection_id: str, department: str, by: Person) -> bool:
    if not by.is_active or by.department != department:
        return False
    level = district_of(records, inspection_id)
    return is_allowed(Deed.HANDLE_MATTER, by, of=department, in_=level) or by.id in {
        one.id for one in team_of(records, inspection_id, department)
    }


def require_speaker(records: Records, inspection_id: str, department: str, by: Person) -> None:
    """A liaison or a head: who speaks for the department."""
    require(Deed.SPEAK, by, of=department, in_=district_of(records, inspection_id))


def require_head(records: Records, inspection_id: str, department: str, by: Person) -> None:
    require(Deed.DECIDE_MATTER, by, of=department, in_=district_of(records, inspection_id))


def district_of(records: Records, inspection_id: str) -> str:
    """The level of a visit and of what follows from it: that of its scheme."""
    return records.get(Scheme, records.get(Inspection, inspection_id).scheme_id).district


def concerns(records: Records, inspection_id: str, person: Person) -> bool:
    """Whether a visit is of the person's own level or one below it."""
    return is_within(district_of(records, inspection_id), person.district)


def speakers(records: Records, inspection_id: str, department: str) -> list[str]:
    """The liaisons of a department at the level of the visit, or the next above, by id. While the register names
    none, nobody is told: the chain of the matter's clock reaches the head."""
    level = district_of(records, inspection_id)
    return [one.id for one in people.nearest(records, Role.LIAISON, department, level)]


def tell_each(
    records: Records, told: Sequence[str | None], message: Message, *, key: str, at: datetime
) -> None:
    """The same to each of these once."""
    for person in dict.fromkeys(one for one in told if one):
        tell(records, person, message, key=f"{key}:{person}", at=at)


def matter_for(
    records: Records, inspection_id: str, department: str, *, asked_id: str | None = None
) -> Matter:
    """Whom a clock about a follow-up concerns."""
    inspection = records.get(Inspection, inspection_id)
    return Matter(
        department=department,
        district=records.get(RegisteredObject, inspection.object_id).district,
        inspection_id=inspection_id,
        asked_id=asked_id,
    )


def done_before(moved_at: datetime | None, at: datetime) -> AlreadyDone:
    """The step was taken: since when it stands where it is."""
    return AlreadyDone(what="done_matter", done_at=moved_at or at)
