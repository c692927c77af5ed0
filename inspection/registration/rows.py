"""From the rows of a sheet to values: every cell by its column's reader, then what only a whole row can show.

The values carry the field names of the tables; nothing here knows a table or a disk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from inspection.calendar.beijing import BEIJING
from inspection.registration.cells import excerpt, narrow
from inspection.registration.problems import CellFault, RowProblem, Severity
from inspection.registration.registers import (
    CLUES,
    OBJECTS,
    PLAN_LINES,
    SCHEMES,
    STRATA,
    STRATUM_FIELDS,
    Column,
    Register,
    sheet_kind,
)
from inspection.registration.sheets import Cell, Sheet, SheetRow
from inspection.registration.words import KINDS_WITH_A_CREDIT_CODE, OBJECT_KIND_WORDS, WHAT_A_KIND_NEEDS

Values = dict[str, Any]
KIND_WORDS = {value: word for word, value in OBJECT_KIND_WORDS.items()}


@dataclass(frozen=True)
class GoodRow:
    """A row that could be read, with its place, for what is found out about it later."""

    sheet: Sheet
    number: int
    values: Values

    def problem(
        self, field_name: str, code: str, severity: Severity = Severity.ERROR, **facts: object
    ) -> RowProblem:
        """A problem of one cell of this row."""
        return _problem(self.sheet, self.number, field_name, code, severity, facts)


@dataclass(frozen=True)
class ReadRows:
    """What came of the rows: the good ones, every problem, and the rows that cannot be taken.

    `spoiled` is what the rejected rows say in their first key column: a checklist or a scheme of which a row is missing
    must not be taken as if it were whole.
    """

    good: tuple[GoodRow, ...]
    problems: tuple[RowProblem, ...]
    rejected: int
    spoiled: frozenset[str]


def read_rows(sheets: Iterable[Sheet]) -> ReadRows:
    """Reads all sheets of one register. Of two rows for the same thing the first is taken, the second is an error."""
    good: dict[tuple[Any, ...], GoodRow] = {}
    problems: list[RowProblem] = []
    spoiled: list[str] = []
    for sheet in sheets:
        register = sheet_kind(sheet.register)
        for row in sheet.rows:
            values, found = read_row(register, sheet, row)
            problems += found
            if any(problem.is_error for problem in found):
                spoiled.append(_first_key(register, row))
                continue
            key = tuple(values[name] for name in register.key)
            if key in good:
                problems.append(_repeated(sheet, row, register, good[key]))
                spoiled.append(_first_key(register, row))
                continue
            good[key] = GoodRow(sheet, row.number, values)
    return ReadRows(tuple(good.values()), tuple(problems), len(spoiled), frozenset(spoiled))


def stratum_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The row as `Scheme.strata` keeps it: name, `where`, a ratio or a count, and `items` and `split` where given."""
    where = {name: values[name] for name in STRATUM_FIELDS if values[name]}
    quota = {"count": values["count"]} if values["count"] is not None else {"ratio": values["ratio"]}
    more = {name: values[name] for name in ("items", "split") if values[name]}
    return {"name": values["name"], "where": where, **more, **quota}


def read_fields(register: Register, cells: Mapping[str, str]) -> tuple[Values, list[RowProblem]]:
    """A form as one row: texts by field; what can be read as values, and every problem with its field's heading.

    An empty field is an empty cell.
    """
    given = {name: Cell("", text.strip()) for name, text in cells.items() if text.strip()}
    sheet = Sheet("", "", register.id, {}, ())
    return read_row(register, sheet, SheetRow(0, given))


def read_row(register: Register, sheet: Sheet, row: SheetRow) -> tuple[Values, list[RowProblem]]:
    """One row: its values, and what is wrong with it; with an error among that the values are not whole."""
    values: Values = {}
    problems: list[RowProblem] = []
    for column in register.columns:
        note = partial(_note, problems, sheet, row.number, column.field)
        try:
            values[column.field] = _value(column, row, note)
        except CellFault as fault:
            problems.append(
                _problem(sheet, row.number, column.field, fault.code, Severity.ERROR, fault.facts)
            )
    if not any(problem.is_error for problem in problems):
        problems += _whole_row(register, GoodRow(sheet, row.number, values))
    return values, problems


def _value(column: Column, row: SheetRow, note: Any) -> Any:
    cell = row.cells.get(column.field)
    if cell is not None:
        return column.read(cell, note)
    if column.default is None:
        raise CellFault("missing")
    return column.default()


def _note(
    problems: list[RowProblem], sheet: Sheet, row: int, field_name: str, code: str, **facts: object
) -> None:
    problems.append(_problem(sheet, row, field_name, code, Severity.WARNING, facts))


def _whole_row(register: Register, row: GoodRow) -> list[RowProblem]:
    problems = []
    if register.period:
        first, last = (row.values[name] for name in register.period)
        if last < first:
            problems.append(
                row.problem(register.period[1], "ends_before_it_begins", first=str(first), last=str(last))
            )
    if register is OBJECTS:
        problems += _whole_object(row)
    problems += _belonging(register, row)
    lead = row.values.get("lead_department", row.values.get("department"))
    if lead in row.values.get("joining", ()):
        problems.append(row.problem("joining", "lead_joins_itself"))
    return problems


def _belonging(register: Register, row: GoodRow) -> list[RowProblem]:
    """Cells of one row that need each other, or must not both be there."""
    problems = []
    if register is STRATA and (row.values["ratio"] is None) == (row.values["count"] is None):
        problems.append(row.problem("ratio", "ratio_or_count"))
    if register is STRATA and row.values["count"] is not None and row.values["split"]:
        problems.append(row.problem("count", "split_needs_ratio"))
    if register is SCHEMES and (row.values["expert_seats"] > 0) != bool(row.values["expert_field"]):
        problems.append(row.problem("expert_seats", "half_an_expert"))
    if register is CLUES and bool(row.values["object_id"]) == bool(row.values["place"]):
        problems.append(row.problem("object_id", "object_or_place"))
    if register is SCHEMES and bool(row.values["paper_approver"]) != bool(row.values["paper_approved_on"]):
        problems.append(row.problem("paper_approved_on", "half_an_approval"))
    if register is SCHEMES:
        problems += _hour_of_names(row)
    if register is PLAN_LINES and row.values["ratio"] is None and not row.values["about_count"]:
        problems.append(row.problem("ratio", "ratio_or_number"))
    return problems


def _hour_of_names(row: GoodRow) -> list[RowProblem]:
    """Whoever goes must know where before the first day of visits begins."""
    opens_at, first = row.values["names_open_at"], row.values["first_day"]
    if opens_at is None or opens_at <= datetime.combine(first, time(), BEIJING):
        return []
    return [row.problem("names_open_at", "names_open_too_late", first=str(first))]


def _whole_object(row: GoodRow) -> list[RowProblem]:
    problems = []
    if row.values["kind"] in KINDS_WITH_A_CREDIT_CODE and not row.values["credit_code"]:
        problems.append(row.problem("credit_code", "credit_code_missing", Severity.WARNING))
    if (row.values["latitude"] is None) != (row.values["longitude"] is None):
        problems.append(row.problem("latitude", "half_a_place"))
    problems += _needs_of_its_kind(row)
    return problems


def _needs_of_its_kind(row: GoodRow) -> list[RowProblem]:
    """Only of a list that has such columns: one that knows no products by number is not asked for them row by row."""
    needed = WHAT_A_KIND_NEEDS.get(row.values["kind"], ())
    if not any(name in row.sheet.columns for name in needed if name != "address"):
        return []
    facts = {"kind": KIND_WORDS[row.values["kind"]]} if needed else {}
    return [
        row.problem(name, "kind_needs", Severity.WARNING, **facts) for name in needed if not row.values[name]
    ]


def _first_key(register: Register, row: SheetRow) -> str:
    cell = row.cells.get(register.key[0])
    return narrow(cell.text) if cell else ""


def _repeated(sheet: Sheet, row: SheetRow, register: Register, first: GoodRow) -> RowProblem:
    value = " ".join(str(first.values[name]) for name in register.key)
    facts = {"value": excerpt(value), "first_file": first.sheet.file, "first_row": first.number}
    return _problem(sheet, row.number, register.key[0], "repeated", Severity.ERROR, facts)


def _problem(
    sheet: Sheet, row: int, field_name: str, code: str, severity: Severity, facts: Mapping[str, object]
) -> RowProblem:
    heading = sheet_kind(sheet.register).column_of(field_name).title
    column = sheet.columns.get(field_name, "")
    return RowProblem(sheet.file, sheet.name, row, column, heading, code, severity, facts)
