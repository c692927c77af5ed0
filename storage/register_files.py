"""The files of a load in one piece, to be kept until its day, and out again; and the export as .csv and .xlsx."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from inspection.file_names import clean_file_name
from inspection.registration.written import CellValue, guarded
from storage.form_files import FORM_ENDINGS


def files_of(path: Path) -> list[tuple[str, bytes]]:
    """The lists of a folder, or one file: name and content."""
    files = [path] if path.is_file() else sorted(path.iterdir())
    wanted = [one for one in files if one.is_file() and one.suffix.lower() in FORM_ENDINGS]
    return [(one.name, one.read_bytes()) for one in wanted]


_LONGEST_STEM = 200
"""Bytes; a disk takes 255 with the ending."""


def pack_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files by name; of a name stays what may be a file's name on any disk."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(_on_disk(name), content)
    return packed.getvalue()


def _on_disk(name: str) -> str:
    """No folder, no "..", and no longer than a disk takes, in bytes; the ending, which says what it is, stays."""
    clean = clean_file_name(name)
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > len("geojson"):
        stem, dot, ending = clean, "", ""
    short = stem.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{short}{dot}{ending}" if short else f"file{dot}{ending}"


@contextmanager
def unpacked(content: bytes) -> Iterator[Path]:
    """A folder with the files of a load, gone afterwards."""
    with TemporaryDirectory(prefix="registers-") as folder, zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            (Path(folder) / Path(name).name).write_bytes(archive.read(name))
        yield Path(folder)


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> Iterator[str]:
    """A .csv line by line, in UTF-8 with the mark by which spreadsheets know it; no text is a formula."""
    line = io.StringIO()
    writer = csv.writer(line)
    for number, row in enumerate(_with_titles(titles, rows)):
        writer.writerow([guarded(value) for value in row])
        yield ("\ufeff" if number == 0 else "") + line.getvalue()
        line.seek(0)
        line.truncate()


def _with_titles(titles: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> Iterator[Sequence[CellValue]]:
    yield titles
    yield from rows


def workbook(sheet: str, titles: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """An .xlsx of one sheet; texts are texts whatever they begin with."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    heads = []
    for title in titles:
        head = WriteOnlyCell(page, value=title)
        head.font = Font(bold=True)
        heads.append(head)
    page.append(heads)
    for row in rows:
        page.append([_cell(page, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(page: Any, value: CellValue) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(page, value=value)
        cell.data_type = "s"  # "=…" would become a formula
        cell.number_format = "@"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(page)
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value
