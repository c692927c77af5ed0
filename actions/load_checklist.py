"""One checklist from one file: look it through, or keep it as a new version."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspection.forms.read_form import ReadForm
from inspection.forms.reading import Reading, read_checklist
from inspection.registration.problems import RowProblem, Severity
from storage import registers
from storage.form_files import read_form_file
from storage.pages import Unreadable
from storage.store import Records


@dataclass(frozen=True)
class KeptChecklist:
    """`version` is the newest one now; `is_new` when this form has made it."""

    form: ReadForm
    version: int
    is_new: bool


def check_checklist(path: Path) -> Reading:
    """What a file holds, and everything that is wrong with it; nothing about a file raises."""
    try:
        return read_checklist(read_form_file(path))
    except Unreadable as fault:
        place = (path.name, "", 0, "", "")
        return Reading(None, (RowProblem(*place, fault.code, Severity.ERROR, fault.facts),))


def keep_checklist(records: Records, form: ReadForm, *, at: datetime, by: str | None = None) -> KeptChecklist:
    """A form that is the same as the newest version makes none. Inspections keep the version they have begun with.

    `by` is the id of the person who loads, None for the installation itself.
    """
    written = registers.write_checklists(records, [form], at=at)
    version = registers.newest_checklist_version(records, form.id)
    if not written.unchanged:
        records.journal("checklist.loaded", form.id, by=by, at=at, version=version, digest=form.digest)
    return KeptChecklist(form, version, is_new=not written.unchanged)
