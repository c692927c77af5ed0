"""One file, .xlsx, .xls, .et or .csv, as pages of cells: guarded, in two encodings, whatever program saved it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from inspection.registration.sheets import Cell, CellKind
from inspection.registration.written import unguarded
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
_NO_LOOK = SheetLook()

Grid = list[list[Cell | None]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Page:
    """One sheet as it lies in the file; the first cell of `grid` is A1."""

    file: str
    name: str
    grid: Grid
    merged: Sequence[Range] = ()
    is_hidden: bool = False
    is_too_far: bool = False


class Unreadable(Exception):
    """The file cannot be taken; `code` and `facts` become a problem of the whole file."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def refuse_size(path: Path) -> None:
    """Raises `Unreadable` for a file that is empty or larger than any list is."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("file_empty")
    if size > FILE_LIMIT:
        raise Unreadable("file_too_large", megabytes=size // 1024**2, limit=FILE_LIMIT // 1024**2)


def pages_of(path: Path) -> Iterator[Page]:
    """The sheets of a file in its order; a .csv is one page. Raises `Unreadable`."""
    try:
        refuse_size(path)
        if path.suffix.lower() == ".csv":
            yield Page(path.name, path.stem, _csv_grid(path))
        else:
            yield from _workbook_pages(path)
    except OSError as fault:  # a folder of that name, a link that leads nowhere, a file that is closed to us
        raise Unreadable("file_unreadable") from fault


def _workbook_pages(path: Path) -> Iterator[Page]:
    looks = _looked_into(path)
    try:
        with _opened(path) as workbook:
            for about in workbook.sheets_metadata:
                is_hidden = about.visible is not SheetVisibleEnum.Visible
                look = looks.get(about.name, _NO_LOOK)
                if look.is_too_far:
                    yield Page(path.name, about.name, [], is_hidden=is_hidden, is_too_far=True)
                    continue
                sheet = workbook.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False)
                grid = [[cell_of(value, at) for at, value in enumerate(row)] for row in rows]
                _mark_without_value(grid, look.without_value)
                yield Page(path.name, about.name, grid, sheet.merged_cell_ranges or (), is_hidden)
    except PasswordError as fault:
        raise Unreadable("file_has_a_password") from fault
    except (CalamineError, ValueError) as fault:
        raise Unreadable("file_unreadable") from fault


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
        raise Unreadable("file_too_large", megabytes=megabytes, limit=limit) from fault
    except WorkbookBroken as fault:
        raise Unreadable("file_unreadable") from fault


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
        raise Unreadable("file_unreadable")
    csv.field_size_limit(
        FILE_LIMIT
    )  # the module's own, 131,072, would end the reading; ours is checked per cell
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as fault:
        raise Unreadable("file_unreadable") from fault
    return [[cell_of(unguarded(value), at) for at, value in enumerate(row)] for row in rows]


def cell_of(value: Any, at: int) -> Cell | None:
    """A value as a cell of the column with this index; None for nothing."""
    column = column_letters(at)
    if isinstance(value, bool):
        return Cell(column, "是" if value else "否", CellKind.LOGICAL)
    if isinstance(value, (int, float)):
        return Cell(column, _number_text(value), CellKind.NUMBER)
    if isinstance(value, date):
        if isinstance(value, datetime):
            clock = value.time().isoformat("seconds") if value.time() != time() else ""
            return Cell(column, value.date().isoformat(), CellKind.DATE, clock)
        return Cell(column, value.isoformat(), CellKind.DATE)
    text = str(value)
    if len(text) > CELL_LIMIT:
        return Cell(column, text[:CELL_LIMIT].strip(), CellKind.TOO_LONG)
    text = text.strip()
    return Cell(column, text) if text else None


def _number_text(value: int | float) -> str:
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)
