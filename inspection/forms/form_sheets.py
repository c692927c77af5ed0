"""The sheets of an XLSForm as rows of cells under their headings, with the place of every cell.

A heading is known by its parts, as every tool of the family reads it: `label::English (en)` is `("label", "English
(en)")`, and `relevance`, `relevant` and `bind::relevant` are all `("bind", "relevant")`. Our own columns may also bear
their Chinese names.
Source: xlsform.org; headings are taken apart by pyxform, so that both agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyxform import aliases  # type: ignore[import-untyped]
from pyxform.parsing.sheet_headers import process_header  # type: ignore[import-untyped]

from inspection.registration.cells import excerpt, is_invisible, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.sheets import Cell, CellKind

SURVEY, CHOICES, SETTINGS, EXTERNAL_CHOICES = "survey", "choices", "settings", "external_choices"
FORM_SHEETS = (SURVEY, CHOICES, SETTINGS, EXTERNAL_CHOICES)

DEPARTMENT, BASIS, IMPORTANT, RESULT_HINT = ("department",), ("basis",), ("important",), ("resultHint",)
OUR_COLUMNS = (DEPARTMENT, BASIS, IMPORTANT, RESULT_HINT)

Parts = tuple[str, ...]
_OUR_NAMES: Mapping[str, Parts] = {
    "department": DEPARTMENT, "责任部门": DEPARTMENT, "部门": DEPARTMENT,
    "basis": BASIS, "检查依据": BASIS,
    "important": IMPORTANT, "重要事项": IMPORTANT,
    "resulthint": RESULT_HINT, "result_hint": RESULT_HINT, "结果提示": RESULT_HINT,
}  # fmt: skip
_USUAL: Mapping[Parts, str] = {
    ("bind", "calculate"): "calculation",
    ("id_string",): "form_id",
    ("title",): "form_title",
}
_PLAIN = {
    SURVEY: {"type", "name", "label", "hint", "guidance_hint", "default", "choice_filter", "parameters",
             "trigger", "media", "bind", "control", "disabled", "save_to"},
    CHOICES: {"list_name", "name", "label", "media"},
    EXTERNAL_CHOICES: {"list_name", "name", "label", "media"},
    SETTINGS: {"version", "default_language", "style", "instance_name", "allow_choice_duplicates"},
}  # fmt: skip
_ALIASES: Mapping[str, Mapping[str, str | Parts]] = {
    SURVEY: aliases.survey_header,
    CHOICES: {**aliases.list_header, "list_name": "list_name", "list name": "list_name"},
    EXTERNAL_CHOICES: {**aliases.list_header, "list_name": "list_name", "list name": "list_name"},
    SETTINGS: {**aliases.settings_header, "id_string": "id_string", "title": "title"},
}


@dataclass(frozen=True)
class Line:
    """One row as it lies in the file: its number there, and its cells from column A on."""

    number: int
    cells: Sequence[Cell | None]


@dataclass(frozen=True)
class FormFile:
    """A file that may hold a form: the lines of its sheets by the sheets' names, and the bytes of the lists beside it
    by their file names."""

    name: str
    sheets: Mapping[str, Sequence[Line]]
    beside: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class FormSheet:
    """`headings` gives the letters of each column by its heading, `columns` the heading by its parts."""

    file: str
    name: str
    headings: Mapping[str, str]
    columns: Mapping[Parts, str]
    rows: "tuple[FormRow, ...]" = ()

    def languages_of(self, name: str) -> tuple[str, ...]:
        """The languages of a column such as `label`, in the order of the columns."""
        return tuple(parts[1] for parts in self.columns if len(parts) == 2 and parts[0] == name)


@dataclass(frozen=True)
class FormRow:
    """`cells` by heading; an empty cell is not there."""

    sheet: FormSheet
    number: int
    cells: Mapping[str, str]

    def text(self, *parts: str) -> str:
        """What stands under the column with these parts, empty when nothing does."""
        return self.cells.get(self.sheet.columns.get(parts, ""), "")

    def parts(self) -> Iterator[tuple[Parts, str]]:
        """The parts and the text of every cell that holds something."""
        for parts, heading in self.sheet.columns.items():
            if heading in self.cells:
                yield parts, self.cells[heading]

    def problem(
        self, parts: Parts, code: str, severity: Severity = Severity.ERROR, **facts: object
    ) -> RowProblem:
        """A problem of one cell; where the column is missing it bears the name it ought to have."""
        heading = self.sheet.columns.get(parts, "")
        letters = self.sheet.headings.get(heading, "")
        shown = heading or _USUAL.get(parts, "::".join(parts))
        return RowProblem(
            self.sheet.file, self.sheet.name, self.number, letters, shown, code, severity, facts
        )


def form_sheets(file: FormFile, problems: list[RowProblem]) -> dict[str, FormSheet]:
    """The sheets that mean something in an XLSForm, by their small-letter names."""
    found = {}
    for name, lines in file.sheets.items():
        known = name.strip().lower()
        if known in FORM_SHEETS and known not in found:
            found[known] = _sheet(file.name, name.strip(), known, lines, problems)
    return found


def _sheet(file: str, name: str, known: str, lines: Sequence[Line], problems: list[RowProblem]) -> FormSheet:
    head = lines[0] if lines else Line(1, ())
    headings: dict[str, str] = {}
    columns: dict[Parts, str] = {}
    at: dict[int, str] = {}
    titles = {index: cell for index, cell in enumerate(head.cells) if cell is not None}
    is_double = any("::" in cell.text for cell in titles.values())
    for index, cell in titles.items():
        heading = " ".join(cell.text.split())
        parts = parts_of(heading, known, is_double=is_double)
        if heading in headings or parts in columns:
            place = (file, name, head.number, cell.column, excerpt(heading))
            problems.append(RowProblem(*place, "column_twice", Severity.ERROR, {}))
            continue
        headings[heading], columns[parts], at[index] = cell.column, heading, heading
    empty = FormSheet(file, name, headings, columns)
    rows = tuple(_row(empty, line, at, problems) for line in lines[1:])
    return FormSheet(file, name, headings, columns, rows)


def parts_of(heading: str, sheet: str, *, is_double: bool) -> Parts:
    """A heading taken apart; unknown ones stay as they are written, for a filter may name them."""
    ours = _OUR_NAMES.get(narrow(heading).lower()) if sheet == SURVEY else None
    if ours is not None:
        return ours
    parts: Parts = process_header(heading, is_double, _ALIASES[sheet], _PLAIN[sheet])[1]
    return parts


def _row(sheet: FormSheet, line: Line, at: Mapping[int, str], problems: list[RowProblem]) -> FormRow:
    cells: dict[str, str] = {}
    for index, cell in enumerate(line.cells):
        if cell is None or index not in at:
            continue
        place = (sheet.file, sheet.name, line.number, cell.column, at[index])
        text = _clean(cell)
        if cell.kind in (CellKind.TOO_LONG, CellKind.NO_VALUE):
            code = "cell_too_large" if cell.kind is CellKind.TOO_LONG else "formula_without_value"
            problems.append(RowProblem(*place, code, Severity.ERROR, {"value": excerpt(cell.text, 12)}))
        elif cell.kind is not CellKind.LOGICAL and text != cell.text.replace("\u00a0", " ").strip():
            problems.append(RowProblem(*place, "invisible_signs", Severity.WARNING, {"value": excerpt(text)}))
        if text:
            cells[at[index]] = text
    return FormRow(sheet, line.number, cells)


def _clean(cell: Cell) -> str:
    if cell.kind is CellKind.LOGICAL:
        return "TRUE" if cell.text == "是" else "FALSE"
    return "".join(sign for sign in cell.text.replace("\u00a0", " ") if not is_invisible(sign)).strip()
