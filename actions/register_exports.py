"""The registers as they stand or stood, under the headings of the departments; the changes of one department."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspection.refusals import Unacceptable
from inspection.registration.changes import VERSIONED, ChangeKind, concerned, key_text, subject_of
from inspection.registration.registers import REGISTERS
from inspection.registration.rights import OF_ONE_DEPARTMENT, Keeper, shown_to
from inspection.registration.rows import Values
from inspection.registration.written import CellValue, cell_value
from storage import register_history as history
from storage.register_rows import all_rows, keepers_of_subjects, rows_by_first
from storage.store import Records


@dataclass(frozen=True)
class Export:
    """`name` is the name of the sheet, `stem` that of the file; the rows come one at a time."""

    name: str
    stem: str
    titles: Sequence[str]
    rows: Iterator[Sequence[CellValue]]


def export_register(
    records: Records,
    register: str,
    *,
    department: str | None = None,
    version: int | None = None,
    day: date | None = None,
    reader: Keeper | None = None,
) -> Export:
    """The whole register, or what one department keeps of it; as a version had left it, or as it stood on a day; as
    the `reader` may see it (None: the installation itself). Refuses `no_such_register` and `no_such_version`."""
    need_register(register)
    if reader and not reader.is_joint_office and register in OF_ONE_DEPARTMENT:
        department = reader.department
    about = REGISTERS[register]
    number = version if day is None else history.version_on(records, register, day)
    newest = history.newest_numbers(records).get(register, 0)
    if number is not None and not (0 if day else 1) <= number <= newest:
        raise Unacceptable("no_such_version", register=about.title, number=number, newest=newest)
    rows = (
        all_rows(records, register, department)
        if number is None or number == newest
        else _rows_at(records, register, number, department)
    )
    if reader and not reader.is_prefecture and register in OF_ONE_DEPARTMENT:
        rows = _of_level(records, reader, rows)
    seen = (shown_to(reader, register, row) for row in rows) if reader else rows
    cells = ([cell_value(about, one.field, row[one.field]) for one in about.columns] for row in seen)
    return Export(about.title, about.stem, [one.title for one in about.columns], cells)


def _of_level(records: Records, reader: Keeper, rows: Iterable[Values]) -> Iterator[Values]:
    """What is private about officers goes no further than the level where they serve."""
    officers = {one["id"]: one for one in all_rows(records, "inspectors", reader.department)}
    return (one for one in rows if reader.reaches(officers.get(one["inspector_id"], {})))


def need_register(register: str) -> None:
    if register not in VERSIONED:
        raise Unacceptable("no_such_register", value=register[:40], choices=list(VERSIONED))


def names_of(records: Records, changes: Sequence[history.SeenChange]) -> dict[tuple[str, str], str]:
    """What the changed rows are called, by register and key; a label is its own name."""
    found: dict[tuple[str, str], str] = {}
    for register in {one.register for one in changes}:
        firsts = {one.key.split(" ")[0] for one in changes if one.register == register}
        for key, row in rows_by_first(records, register, firsts).items():
            found[register, key_text(key)] = str(row.get("name") or row.get("title") or "")
    return found


def _rows_at(records: Records, register: str, number: int, department: str | None) -> Iterator[Values]:
    """What later versions did is taken back, the last first. A row that moved between departments is given to the one
    that kept it then, so all rows are looked at."""
    undone: dict[str, dict[str, Any] | None] = {}
    for change in history.changes_after(records, register, number):
        if change.kind is ChangeKind.NEW:
            undone[change.key] = None
        else:
            undone[change.key] = {**(undone.get(change.key) or {}), **change.before}
    names = REGISTERS[register].key
    for row in all_rows(records, register):
        key = key_text(tuple(row[name] for name in names))
        before = undone.get(key, {})
        if before is None:
            continue
        then = {**row, **before}
        if department is None or department in _concerned(records, register, then):
            yield then


def _concerned(records: Records, register: str, row: Values) -> tuple[str, ...]:
    is_about_others = register in {"labels", "absences", "interests"}
    subjects = keepers_of_subjects(records, {subject_of(register, row)}) if is_about_others else {}
    return concerned(register, row, subjects)
