"""Files that hold an XLSForm: which of them do, their sheets as lines, and the lists that lie beside them.

Nothing of a file reaches pyxform before the looks of `storage.workbook_look` and the limits of `storage.spreadsheets`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inspection.forms.external_lists import lists_wanted
from inspection.forms.form_sheets import SURVEY, FormFile, Line
from inspection.registration.sheets import Cell
from storage.pages import FILE_LIMIT, Page, Unreadable, cell_of, pages_of, refuse_size
from storage.workbook_look import has_macros

FORM_ENDINGS = (".xlsx", ".xlsm", ".xls", ".et", ".csv", ".md")
LIST_ENDINGS = (".csv", ".xml", ".geojson")
_BETWEEN = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:-]+")


def read_form_file(path: Path, *, name: str = "") -> FormFile:
    """The file with the lists it asks for. Raises `Unreadable`; `name` is what problems call it."""
    pages = [] if path.suffix.lower() == ".md" else list(pages_of(path))
    found = form_of(path, pages, name=name)
    if found is None:
        raise Unreadable("no_survey_sheet")
    return found


def form_of(path: Path, pages: Sequence[Page], *, name: str = "") -> FormFile | None:
    """The form among these pages of a file, None when there is none. Raises `Unreadable`."""
    if path.suffix.lower() == ".md":
        sheets = _of_table(_lines_of_markdown(path))
    elif path.suffix.lower() == ".csv":
        sheets = _of_table([Line(number, row) for page in pages for number, row in enumerate(page.grid, 1)])
    else:
        sheets = {page.name: [Line(at, row) for at, row in enumerate(page.grid, 1)] for page in pages}
    if not any(one.strip().lower() == SURVEY for one in sheets):
        return None
    if any(page.is_too_far for page in pages):
        raise Unreadable("sheet_too_far")
    if has_macros(path):
        raise Unreadable("file_with_macros")
    form = FormFile(name or path.name, sheets)
    return replace(form, beside=_beside(path.parent, lists_wanted(form)))


def _beside(folder: Path, names: set[str]) -> dict[str, bytes]:
    """What is not there, or is no file of a fitting size, is left out: the reading says so at the row."""
    found = {}
    for path in (folder / name for name in sorted(names)):
        try:
            if path.is_file() and path.stat().st_size <= FILE_LIMIT:
                found[path.name] = path.read_bytes()
        except OSError:
            continue
    return found


def _of_table(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """A form as one table: the first column names the sheet and is empty in the sheet's own rows."""
    sheets: dict[str, list[Line]] = {}
    rows: list[Line] = []
    for line in lines:
        first, *others = line.cells or (None,)
        if first is not None:
            rows = sheets.setdefault(first.text, [])
        if any(others):
            rows.append(Line(line.number, [None, *others]))
    return sheets


def _lines_of_markdown(path: Path) -> list[Line]:
    """The rows of the tables; everything between them is prose."""
    try:
        refuse_size(path)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unreadable("file_unreadable") from fault
    return [
        Line(number, _cells_of_markdown(line))
        for number, line in enumerate(text.splitlines(), start=1)
        if line.lstrip().startswith("|") and not _RULE.fullmatch(line)
    ]


def _cells_of_markdown(line: str) -> list[Cell | None]:
    parts = _BETWEEN.split(line.strip().removeprefix("|").removesuffix("|"))
    return [cell_of(part.replace("\\|", "|"), at) for at, part in enumerate(parts)]
