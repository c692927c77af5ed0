"""Reads the files of a folder, .xlsx, .xls, .et and .csv, into sheets of cells under known titles.

People merge cells, put a title above the table, add columns of their own, type codes as numbers and save from three
programs in two encodings. What can be understood is read; what cannot is said with its place.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from inspection.registration.cells import excerpt, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.registers import REGISTERS, Register
from inspection.registration.sheets import Cell, CellKind, Sheet, SheetRow
from storage.workbook_look import (
    UNPACKED_LIMIT,
    Place,
    SheetLook,
    WorkbookBroken,
    WorkbookTooLarge,
    look_into,
)

CELL_LIMIT = 32_767
"""Characters: a spreadsheet's own limit. Files that were not written by one may hold more."""
FILE_LIMIT = 64 * 1024 * 1024
_TITLE_ROWS = 10  # the row of titles is looked for in the first so many
_ROW_NUMBER = "序号"  # half of all lists begin with it, and it says nothing
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
_NO_LOOK = SheetLook()

Grid = list[list[Cell | None]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class FolderContents:
    """`rejected` counts, per register, the rows of sheets that could not be taken at all."""

    sheets: list[Sheet] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Page:
    """One sheet as it lies in the file; the first cell of `grid` is A1."""

    file: str
    name: str
    grid: Grid
    merged: Sequence[Range] = ()
    is_hidden: bool = False
    is_too_far: bool = False


class _Unreadable(Exception):
    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


def read_folder(folder: Path) -> FolderContents:
    """All registers of a folder, in the order of file names. A file that cannot be read is a problem, not a stop."""
    contents = FolderContents()
    for path in _spreadsheets_in(folder):
        try:
            pages = list(_pages_of(path))
        except _Unreadable as fault:
            contents.problems.append(_about(path.name, "", fault.code, Severity.ERROR, **fault.facts))
            continue
        _take_pages(contents, path, pages)
    if not contents.sheets and not contents.problems:
        contents.problems.append(_about(folder.name, "", "nothing_to_load", Severity.ERROR))
    return contents


def _spreadsheets_in(folder: Path) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:  # it is not there, is no folder, or is closed to us
        return []
    return [
        path
        for path in found
        if path.suffix.lower() in (*_WORKBOOKS, ".csv") and not path.name.startswith(("~$", "."))
    ]


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _pages_of(path: Path) -> Iterator[_Page]:
    try:
        size = path.stat().st_size
        if size == 0:
            raise _Unreadable("file_empty")
        if size > FILE_LIMIT:
            raise _Unreadable("file_too_large", megabytes=size // 1024**2, limit=FILE_LIMIT // 1024**2)
        if path.suffix.lower() == ".csv":
            yield _Page(path.name, path.stem, _csv_grid(path))
        else:
            yield from _workbook_pages(path)
    except OSError as fault:  # a folder of that name, a link that leads nowhere, a file that is closed to us
        raise _Unreadable("file_unreadable") from fault


def _workbook_pages(path: Path) -> Iterator[_Page]:
    looks = _looked_into(path)
    try:
        with _opened(path) as workbook:
            for about in workbook.sheets_metadata:
                is_hidden = about.visible is not SheetVisibleEnum.Visible
                look = looks.get(about.name, _NO_LOOK)
                if look.is_too_far:
                    yield _Page(path.name, about.name, [], is_hidden=is_hidden, is_too_far=True)
                    continue
                sheet = workbook.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False)
                grid = [[_cell(value, at) for at, value in enumerate(row)] for row in rows]
                _mark_without_value(grid, look.without_value)
                yield _Page(path.name, about.name, grid, sheet.merged_cell_ranges or (), is_hidden)
    except PasswordError as fault:
        raise _Unreadable("file_has_a_password") from fault
    except (CalamineError, ValueError) as fault:
        raise _Unreadable("file_unreadable") from fault


def _opened(path: Path) -> CalamineWorkbook:
    """By its content, so that an .xls which is an .xlsx inside is opened as what it is; only by its name does the
    reader say that a password is missing."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except CalamineError:
        return CalamineWorkbook.from_path(path)


def _looked_into(path: Path) -> Mapping[str, SheetLook]:
    try:
        return look_into(path)
    except WorkbookTooLarge as fault:
        megabytes, limit = fault.size // 1024**2, UNPACKED_LIMIT // 1024**2
        raise _Unreadable("file_too_large", megabytes=megabytes, limit=limit) from fault
    except WorkbookBroken as fault:
        raise _Unreadable("file_unreadable") from fault


def _mark_without_value(grid: Grid, cells: Mapping[Place, str]) -> None:
    """A formula that failed or was never worked out is not an empty cell, unless it was only drawn down too far."""
    for (row, column), word in cells.items():
        if row < len(grid) and column < len(grid[row]) and any(grid[row]):
            grid[row][column] = Cell(column_letters(column), word or "=", CellKind.NO_VALUE)


def _csv_grid(path: Path) -> Grid:
    """UTF-8 as we write it, or GB 18030 as a Chinese spreadsheet program saves it."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _Unreadable("file_unreadable")
    csv.field_size_limit(
        FILE_LIMIT
    )  # the module's own, 131,072, would end the reading; ours is checked per cell
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as fault:
        raise _Unreadable("file_unreadable") from fault
    return [[_cell(value, at) for at, value in enumerate(row)] for row in rows]


def _cell(value: Any, at: int) -> Cell | None:
    column = column_letters(at)
    if isinstance(value, bool):
        return Cell(column, "是" if value else "否", CellKind.LOGICAL)
    if isinstance(value, (int, float)):
        return Cell(column, _number_text(value), CellKind.NUMBER)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(column, day.isoformat(), CellKind.DATE)
    text = str(value)
    if len(text) > CELL_LIMIT:
        return Cell(column, text[:CELL_LIMIT].strip(), CellKind.TOO_LONG)
    text = text.strip()
    return Cell(column, text) if text else None


def _number_text(value: int | float) -> str:
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)


def _take_pages(contents: FolderContents, path: Path, pages: list[_Page]) -> None:
    for page, register in zip(pages, _registers_of(path, pages), strict=True):
        if page.is_too_far:
            contents.problems.append(_about(page.file, page.name, "sheet_too_far", Severity.ERROR))
        elif not any(cell for row in page.grid for cell in row):
            continue
        elif register is not None:
            if page.is_hidden:
                contents.problems.append(_about(page.file, page.name, "sheet_hidden", Severity.WARNING))
            _take_page(contents, page, register)
        elif not page.is_hidden:  # a hidden one holds the words that others choose from
            contents.problems.append(_about(page.file, page.name, "sheet_unknown", Severity.WARNING))


def _registers_of(path: Path, pages: list[_Page]) -> list[Register | None]:
    """By the sheet's name; where no sheet of the file has a known name, the first one by the file's."""
    by_title = {register.title: register for register in REGISTERS.values()}
    found = [by_title.get(narrow(page.name)) for page in pages]
    if not any(found) and found:
        by_file = {name: one for one in REGISTERS.values() for name in (one.stem, one.title)}
        found[0] = by_file.get(narrow(path.stem)) or by_file.get(narrow(path.stem).lower())
    return found


def _take_page(contents: FolderContents, page: _Page, register: Register) -> None:
    title_row, fields = _titles(page, register)
    columns = {name: column_letters(at) for at, name in fields.items()}
    faults = _faults_of_titles(page, register, title_row, columns)
    contents.problems += faults
    _fill_merged(contents, page, title_row, fields)
    rows = tuple(_rows_below(page.grid, title_row, fields))
    if any(fault.is_error for fault in faults):
        contents.rejected[register.id] = contents.rejected.get(register.id, 0) + len(rows)
        return
    contents.sheets.append(Sheet(page.file, page.name, register.id, columns, rows))


def _titles(page: _Page, register: Register) -> tuple[int, dict[int, str]]:
    """Where the titles stand, and which field each column fills: the row that knows most of them."""
    best: tuple[int, dict[int, str]] = (0, {})
    for number, row in enumerate(page.grid[:_TITLE_ROWS]):
        fields = _fields_of(row, register)
        if len(fields) > len(best[1]):
            best = (number, fields)
    return best


def _fields_of(row: list[Cell | None], register: Register) -> dict[int, str]:
    """A column's own title goes before another way to head it: some lists have 住所 and 实际经营地址."""
    titles = [_plain_title(cell.text) if cell else "" for cell in row]
    found: dict[int, str] = {}
    for column in register.columns:
        wanted = [_plain_title(title) for title in (column.title, *column.also)]
        at = next((titles.index(title) for title in wanted if title in titles), None)
        if at is not None:
            found.setdefault(at, column.field)
    return found


def _plain_title(title: str) -> str:
    """Titles come with stars, remarks in brackets of either width, and line breaks."""
    return "".join(narrow(title[:200]).removesuffix("(必填)").replace("*", "").split())


def _faults_of_titles(
    page: _Page, register: Register, title_row: int, columns: dict[str, str]
) -> list[RowProblem]:
    if not columns:
        titles = "、".join(column.title for column in register.columns if column.is_required)
        return [_about(page.file, page.name, "no_titles", Severity.ERROR, titles=titles)]
    faults = [
        RowProblem(
            page.file, page.name, title_row + 1, "", column.title, "column_missing", Severity.ERROR, {}
        )
        for column in register.columns
        if column.is_required and column.field not in columns
    ]
    cells = [cell for cell in page.grid[title_row] if cell is not None]
    used = {_plain_title(cell.text) for cell in cells if cell.column in columns.values()}
    for cell in cells:
        if cell.column not in columns.values() and _plain_title(cell.text) != _ROW_NUMBER:
            place = (page.file, page.name, title_row + 1, cell.column, excerpt(cell.text))
            code = "column_twice" if _plain_title(cell.text) in used else "column_unused"
            severity = Severity.ERROR if code == "column_twice" else Severity.WARNING
            faults.append(RowProblem(*place, code, severity, {}))
    return faults


def _fill_merged(contents: FolderContents, page: _Page, title_row: int, fields: dict[int, str]) -> None:
    """A value merged down over several rows is meant for each of them; across columns it stays in the first."""
    for (top, left), (bottom, right) in page.merged:
        touched = [at for at in range(left, right + 1) if at in fields]
        if bottom <= title_row or not touched:
            continue
        extent = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        heading = _cell_text(page.grid[title_row], touched[0])
        place = (page.file, page.name, top + 1, column_letters(left), heading)
        contents.problems.append(RowProblem(*place, "merged_cells", Severity.WARNING, {"extent": extent}))
        for row in page.grid[max(top, title_row) + 1 : bottom + 1]:
            if left < len(row) and any(row[at] for at in range(len(row)) if at in fields):
                row[left] = row[left] or page.grid[top][left]


def _cell_text(row: list[Cell | None], at: int) -> str:
    cell = row[at] if at < len(row) else None
    return excerpt(cell.text) if cell else ""


def _rows_below(grid: Grid, title_row: int, fields: dict[int, str]) -> Iterator[SheetRow]:
    """Rows with anything in a known column; empty ones between are skipped, and the numbers stay the spreadsheet's."""
    for number, row in enumerate(grid[title_row + 1 :], start=title_row + 2):
        cells = {fields[at]: cell for at, cell in enumerate(row) if cell is not None and at in fields}
        if cells:
            yield SheetRow(number, cells)


def _about(file: str, sheet: str, code: str, severity: Severity, **facts: object) -> RowProblem:
    return RowProblem(file, sheet, 0, "", "", code, severity, facts)
