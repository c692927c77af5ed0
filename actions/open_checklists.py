"""What the team will fill in: one part of the joint checklist per department, and the draft of the joint result."""

from datetime import datetime

from inspection.states import ChecklistState, ResultState
from storage import checklists
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection, Result
from storage.tables.registers import Scheme


def open_checklists(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """Pins the newest version of the checklist and lays out the parts; a team confirmed again goes on with its own."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if records.find(Result, inspection.id) is not None:
        return
    inspection.checklist_version = checklists.newest_version(records, scheme.checklist_id)
    records.add(
        *(
            ChecklistPart(
                id=f"{inspection.id}/{department}",
                inspection_id=inspection.id,
                department=department,
                state=ChecklistState.OPEN,
            )
            for department in scheme.departments
        ),
        Result(inspection_id=inspection.id, state=ResultState.DRAFT),
    )
    records.journal(
        "checklist.open", inspection.id, by=None, at=at, version=inspection.checklist_version or 0
    )
