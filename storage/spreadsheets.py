"""Reads the files of a folder, .xlsx, .xls, .et and .csv, into sheets of cells under known titles.

People merge cells, put a title above the table, add columns of their own, type codes as numbers and save from three
programs in two encodings. What can be understood is read; what cannot is said with its place.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path

from inspection.forms.form_sheets import FormFile
from inspection.registration.cells import excerpt, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.registers import FILED, OBJECTS, REGISTERS, Register
from inspection.registration.sheets import Cell, Sheet, SheetRow
from storage.form_files import FORM_ENDINGS, LIST_ENDINGS, form_of
from storage.large_lists import LargeList, csv_rows
from storage.pages import Grid, Page, Unreadable, cell_of, column_letters, pages_of

_TITLE_ROWS = 10  # the row of titles is looked for in the first so many
_ROW_NUMBER = "序号"  # half of all lists begin with it, and it says nothing
CHECKLIST_FOLDER = "checklists"
"""The subfolder that holds forms and the lists they ask for, and nothing else."""


@dataclass
class FolderContents:
    """`rejected` counts, per register, the rows of sheets that could not be taken at all."""

    sheets: list[Sheet] = field(default_factory=list)
    forms: list[FormFile] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)
    large: LargeList | None = None
    """A list of objects that is too large to be held: it is read when it is loaded."""
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 over the bytes of each file that was read."""

    def digests_by_register(self) -> dict[str, str]:
        """What was loaded into each register, as one digest: that of its file, or over those of its files."""
        files: dict[str, dict[str, str]] = {}
        for sheet in (*self.sheets, *((self.large.sheet,) if self.large else ())):
            files.setdefault(sheet.register, {})[sheet.file] = self.digests.get(sheet.file, "")
        return {
            register: next(iter(found.values()))
            if len(found) == 1
            else sha256("".join(found.values()).encode()).hexdigest()
            for register, found in files.items()
        }


def read_folder(folder: Path, *, large_from: int | None = None) -> FolderContents:
    """All registers of a folder, in the order of file names, or of one file. A file that cannot be read is a problem,
    not a stop. A .csv of objects of `large_from` bytes or more is only looked at, where it is the only one of objects.
    """
    contents = FolderContents()
    strays: list[tuple[Path, list[Page]]] = []
    large = _large_list(folder, large_from)
    for path in _files_in(folder):
        with _told(contents, path.name):
            if path == large:
                _look_at_large(contents, path)
                continue
            pages = [] if _is_markdown(path) else list(pages_of(path))
            contents.digests[path.name] = _digest(path)
            form = form_of(path, pages)
            if form is not None:
                contents.forms.append(form)
            elif not _is_markdown(path):
                strays.append((path, pages))
    _take_checklist_folder(contents, folder / CHECKLIST_FOLDER)
    asked_for = {name for form in contents.forms for name in form.beside}
    for path, pages in strays:
        if path.name not in asked_for:
            _take_pages(contents, path, pages)
    if not contents.sheets and not contents.large and not contents.forms and not contents.problems:
        contents.problems.append(_about(folder.name, "", "nothing_to_load", Severity.ERROR))
    contents.problems = sorted(contents.problems, key=lambda one: one.file)
    return contents


def read_workbook(path: Path, kinds: Mapping[str, Register]) -> FolderContents:
    """The sheets of one file that are of these kinds; what else is wrong with the file stands among the problems."""
    contents = FolderContents()
    with _told(contents, path.name):
        _take_pages(contents, path, list(pages_of(path)), kinds)
    return contents


def read_filed(path: Path, register: Register) -> FolderContents:
    """One file of one register: the sheets that bear its name, or the first one where none does. A file that cannot be
    read is a problem."""
    contents = FolderContents()
    with _told(contents, path.name):
        pages = list(pages_of(path))
        named = [page for page in pages if narrow(page.name) == register.title]
        for page in named or pages[:1]:
            if page.is_too_far:
                contents.problems.append(_about(page.file, page.name, "sheet_too_far", Severity.ERROR))
            elif any(cell for row in page.grid for cell in row):
                _take_page(contents, page, register)
    if not contents.sheets and not contents.problems:
        contents.problems.append(_about(path.name, "", "nothing_to_file", Severity.ERROR))
    return contents


def read_filed_bytes(name: str, content: bytes, register: Register) -> FolderContents:
    """The same of a file that somebody sent; `name` is what they call it."""
    ending = Path(name).suffix.lower()
    if ending not in FORM_ENDINGS or ending == ".md":
        problem = _about(excerpt(name), "", "not_a_spreadsheet", Severity.ERROR)
        return FolderContents(problems=[problem])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{excerpt(Path(name).stem.replace('/', ' '), 60) or 'plan'}{ending}"
        path.write_bytes(content)
        return read_filed(path, register)


def _large_list(folder: Path, large_from: int | None) -> Path | None:
    """The only list of objects, by the names of the files, where it is large."""
    names = {OBJECTS.stem, OBJECTS.title}
    found = [path for path in _files_in(folder) if narrow(path.stem).lower() in names]
    if large_from is None or len(found) != 1 or found[0].suffix.lower() != ".csv":
        return None
    return found[0] if found[0].stat().st_size >= large_from else None


def _look_at_large(contents: FolderContents, path: Path) -> None:
    """Its titles, from the first rows; the rows stay in the file."""
    with csv_rows(path) as (rows, _done):
        top = [[cell_of(value, at) for at, value in enumerate(row)] for row in islice(rows, _TITLE_ROWS)]
    page = Page(path.name, path.stem, top)
    title_row, fields = _titles(page, OBJECTS)
    columns = {name: column_letters(at) for at, name in fields.items()}
    faults = _faults_of_titles(page, OBJECTS, title_row, columns)
    contents.problems += faults
    contents.digests[path.name] = _digest(path)
    if any(fault.is_error for fault in faults):
        contents.rejected[OBJECTS.id] = 0
        return
    sheet = Sheet(page.file, page.name, OBJECTS.id, columns, ())
    contents.large = LargeList(path, sheet, {name: at for at, name in fields.items()}, title_row + 1)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _take_checklist_folder(contents: FolderContents, folder: Path) -> None:
    """Here everything is a form, but for the lists that forms ask for and what somebody wrote about them."""
    for path in _files_in(folder):
        name = f"{folder.name}/{path.name}"
        with _told(contents, name):
            form = form_of(path, [] if _is_markdown(path) else list(pages_of(path)), name=name)
            if form is not None:
                contents.forms.append(form)
            elif not _is_markdown(path) and path.suffix.lower() not in LIST_ENDINGS:
                raise Unreadable("no_survey_sheet")


@contextmanager
def _told(contents: FolderContents, name: str) -> Iterator[None]:
    try:
        yield
    except Unreadable as fault:
        contents.problems.append(_about(name, "", fault.code, Severity.ERROR, **fault.facts))


def _is_markdown(path: Path) -> bool:
    return path.suffix.lower() == ".md"


def _files_in(folder: Path) -> list[Path]:
    try:
        found = [folder] if folder.is_file() else sorted(folder.iterdir())
    except OSError:  # it is not there, is no folder, or is closed to us
        return []
    return [
        path
        for path in found
        if path.suffix.lower() in FORM_ENDINGS and not path.name.startswith(("~$", "."))
    ]


def _take_pages(
    contents: FolderContents, path: Path, pages: list[Page], known: Mapping[str, Register] = REGISTERS
) -> None:
    for page, register in zip(pages, _registers_of(path, pages, known), strict=True):
        if page.is_too_far:
            contents.problems.append(_about(page.file, page.name, "sheet_too_far", Severity.ERROR))
        elif not any(cell for row in page.grid for cell in row):
            continue
        elif narrow(page.name) == REGISTERS["checklists"].title:
            contents.problems.append(_about(page.file, page.name, "checklist_is_a_form", Severity.ERROR))
        elif register is not None:
            if page.is_hidden:
                contents.problems.append(_about(page.file, page.name, "sheet_hidden", Severity.WARNING))
            _take_page(contents, page, register)
        elif not page.is_hidden:  # a hidden one holds the words that others choose from
            contents.problems.append(_about(page.file, page.name, "sheet_unknown", Severity.WARNING))


def _registers_of(path: Path, pages: list[Page], known: Mapping[str, Register]) -> list[Register | None]:
    """By the sheet's name; where no sheet of the file has a known name, the first one by the file's."""
    read = [register for register in known.values() if register.columns and register.id not in FILED]
    by_title = {register.title: register for register in read}
    found = [by_title.get(narrow(page.name)) for page in pages]
    if not any(found) and found:
        by_file = {name: one for one in read for name in (one.stem, one.title)}
        found[0] = by_file.get(narrow(path.stem)) or by_file.get(narrow(path.stem).lower())
    return found


def _take_page(contents: FolderContents, page: Page, register: Register) -> None:
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


def _titles(page: Page, register: Register) -> tuple[int, dict[int, str]]:
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
    page: Page, register: Register, title_row: int, columns: dict[str, str]
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


def _fill_merged(contents: FolderContents, page: Page, title_row: int, fields: dict[int, str]) -> None:
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
