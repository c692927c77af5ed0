"""With the confirmed team the checklist is pinned and every member gets the card of the visit."""

from datetime import datetime

from actions.field_cards import visit_card
from actions.telling import tell
from inspection.states import AssignmentState, ChecklistState, ResultState
from storage import assignments, checklists
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection, Result
from storage.tables.registers import Scheme


def open_checklists(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """Opens one part for each department and the draft of the result, pins the newest version of the checklist, and
    tells every confirmed member. A team that is confirmed again keeps what it has, version and answers."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if inspection.checklist_version is None:
        inspection.checklist_version = checklists.newest_version(records, scheme.checklist_id)
    for department in scheme.departments:
        part_id = f"{inspection.id}/{department}"
        if records.find(ChecklistPart, part_id) is None:
            part = ChecklistPart(
                id=part_id, inspection_id=inspection.id, department=department, state=ChecklistState.OPEN
            )
            records.add(part)
            records.journal("checklist.open", part_id, by=None, at=at, version=inspection.checklist_version)
    if records.find(Result, inspection.id) is None:
        records.add(Result(inspection_id=inspection.id, state=ResultState.DRAFT))
    for member in assignments.members(records, inspection.id):
        held = member.assignment
        if held is not None and held.state is AssignmentState.CONFIRMED:
            key = f"visit_card:{held.id}:{at.isoformat()}"
            tell(records, held.person_id, visit_card(records, inspection, member), key=key, at=at)
