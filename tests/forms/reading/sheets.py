"""Forms written down as tables for one test each, and what came of reading them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from inspection.forms.form_sheets import FormFile, Line
from inspection.forms.read_form import ReadForm
from inspection.forms.reading import Reading, read_checklist
from notifications.load_report import problem_line
from storage.pages import cell_of

Rows = Sequence[Sequence[str]]
Sheets = Mapping[str, Rows]
TITLES = ("type", "name", "label", "department")
CHOICES: Rows = (
    ("list_name", "name", "label"),
    ("answer", "yes", "是"),
    ("answer", "no", "否"),
    ("answer", "na", "不适用"),
    ("kind", "meat", "肉"),
    ("kind", "fish", "鱼"),
)
SETTINGS: Rows = (("form_title", "form_id", "version"), ("示例检查表", "CL-1", "7"))


def a_form(*rows: Sequence[str], titles: Sequence[str] = TITLES, **sheets: Rows) -> dict[str, Rows]:
    """The three sheets with these rows in the survey; `sheets` replace or add others."""
    return {"survey": (titles, *rows), "choices": CHOICES, "settings": SETTINGS, **sheets}


def a_file(sheets: Sheets, *, name: str = "form.xlsx", beside: Mapping[str, bytes] | None = None) -> FormFile:
    lines = {
        sheet: [
            Line(number, [cell_of(text, at) for at, text in enumerate(row)])
            for number, row in enumerate(rows, start=1)
        ]
        for sheet, rows in sheets.items()
    }
    return FormFile(name, lines, beside or {})


def read(sheets: Sheets, **beside: bytes) -> Reading:
    """`beside` are files of lists, with `_` for the dot of their names."""
    files = {name.replace("_", "."): data for name, data in beside.items()}
    return read_checklist(a_file(sheets, beside=files))


def good(sheets: Sheets, **beside: bytes) -> ReadForm:
    """A form that nothing is wrong with."""
    reading = read(sheets, **beside)
    assert reading.form is not None, told(reading)
    return reading.form


def places(reading: Reading) -> list[tuple[str, str, int, str]]:
    """Code, sheet, row and column letters of each problem."""
    return [(one.code, one.sheet, one.row, one.column) for one in reading.problems]


def told(reading: Reading, language: str = "zh") -> list[str]:
    return [problem_line(one, language) for one in reading.problems]


def write_form(path: Path, sheets: Sheets) -> Path:
    """The same tables as a workbook, a .csv or a .md, by the name's ending."""
    if path.suffix == ".xlsx":
        workbook = Workbook()
        del workbook["Sheet"]
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        workbook.save(path)
        return path
    lines: list[str] = []
    for name, rows in sheets.items():
        if path.suffix == ".md":
            lines += [f"| {name} |", *(f"| | {' | '.join(row)} |" for row in rows), ""]
        else:
            lines += [name, *(",".join(("", *(f'"{text}"' for text in row))) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
