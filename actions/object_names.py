"""Names of firms before and at their hour: whoever opens one early is on record, and at the hour everybody is told.

Whoever will be visited must not be warned. Yet an officer has to know the name to see whether to recuse, so it can be
opened; who knew early can then be proven.
"""

from collections import defaultdict
from datetime import datetime

from actions.assigning import card_of_drawn
from actions.rights import found, require
from actions.telling import tell
from inspection.refusals import Incomplete
from inspection.rights import Deed, Part
from inspection.states import AssignmentState
from notifications.messages.object_names import NamedFirm, NameOpened, NamesOpen
from storage import assignments, names_opened
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import is_veiled, visits_of

OPENED = "object.open_name"


def open_name(records: Records, inspection_id: str, *, by: Person, at: datetime) -> NameOpened:
    """The name of one firm for one person. Before the hour the first look of each is written down.

    For the team, for operator and head of the lead department, and for the auditor; refuses all others as for a visit
    that does not exist.
    """
    inspection = found(records, Inspection, inspection_id, Deed.OPEN_NAME)
    scheme = records.get(Scheme, inspection.scheme_id)
    sits = assignments.member(records, inspection_id, by.id) is not None
    require(
        Deed.OPEN_NAME,
        by,
        of=scheme.departments[0],
        in_=scheme.district,
        parts=(Part.MEMBER,) if sits else (),
    )
    is_early = is_veiled(scheme)
    first = names_opened.first_look(records, OPENED, inspection_id, by.id)
    if is_early and first is None:
        records.journal(OPENED, inspection_id, by=by.id, at=at)
    registered = records.get(RegisteredObject, inspection.object_id)
    return NameOpened(
        number=inspection.number,
        object=registered.name,
        credit_code=registered.credit_code,
        district=registered.district,
        address=registered.address,
        opened_at=first or at,
        opens_at=scheme.names_open_at if is_early else None,
    )


def require_names_open(records: Records, inspection: Inspection) -> None:
    """Refuses what names the firm on paper or to itself before the hour."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if is_veiled(scheme):
        raise Incomplete("names_not_open", opens_at=scheme.names_open_at)


def open_names_of_scheme(records: Records, work: DueWork, *, at: datetime) -> None:
    """The hour has come: from here on every message and page names the firms. Each of the teams hears theirs once, and
    a card that still waits for an answer is put right in its place."""
    scheme = records.lock(Scheme, work.subject)
    if not is_veiled(scheme):
        return
    scheme.names_opened_at = at
    records.journal("scheme.open_names", scheme.id, by=None, at=at)
    firms = defaultdict[str, list[NamedFirm]](list)
    for inspection in visits_of(records, scheme.id):
        registered = records.get(RegisteredObject, inspection.object_id)
        firm = NamedFirm(inspection.number, registered.name, registered.district, registered.address)
        for member in assignments.members(records, inspection.id):
            if member.assignment is not None:
                firms[member.assignment.person_id].append(firm)
                _refresh(records, member.assignment, at=at)
    for person, theirs in sorted(firms.items()):
        message = NamesOpen(scheme=scheme.name, firms=tuple(theirs))
        tell(records, person, message, key=f"names_open:{scheme.id}:{person}", at=at)


def _refresh(records: Records, assignment: Assignment, *, at: datetime) -> None:
    if assignment.state is not AssignmentState.NOTIFIED or assignment.answer_by is None:
        return
    tell(
        records,
        assignment.person_id,
        card_of_drawn(records, assignment, assignment.answer_by),
        key=f"named:{assignment.id}",
        at=at,
        subject=assignment.id,
        while_state=AssignmentState.NOTIFIED.value,
        is_fresh=False,
    )


def looks_of_scheme(
    records: Records, scheme_id: str, *, by: Person
) -> list[tuple[Inspection, list[tuple[Person, datetime]]]]:
    """Each visit of a scheme with who opened its name before the hour and when, for operator, head and auditor."""
    scheme = found(records, Scheme, scheme_id, Deed.OPEN_NAME)
    require(Deed.OPEN_NAME, by, of=scheme.departments[0], in_=scheme.district)
    visits = visits_of(records, scheme_id)
    looks = names_opened.looks(records, OPENED, [one.id for one in visits])
    return [
        (one, [(records.get(Person, person), at) for person, at in looks.get(one.id, [])]) for one in visits
    ]
