"""A .csv of objects that is too large to be held: read a chunk at a time, laid beside the register, compared there.

Everything after the reading is done by the database, so that memory stays what a chunk takes.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from inspection.registration.problems import RowProblem
from inspection.registration.quick_rows import QuickRows
from inspection.registration.sheets import Sheet
from inspection.registration.written import unguarded
from storage.pages import FILE_LIMIT, Unreadable, cell_of
from storage.staged_objects import STRETCH, beside
from storage.store import Records
from storage.tables.register_history import RegisterVersion

LARGE_FROM = 8 * 1024 * 1024
"""Bytes from which a list of objects is read so."""
_CHUNK = 500
"""Rows that are read together: more of them would not stay in the processor's cache."""
_PROBLEMS = 1_000
"""Problems that are kept; further ones are counted."""

Progress = Callable[[int, int], None]
"""`progress(done, all)`, in bytes of the file."""


@dataclass(frozen=True)
class LargeList:
    """The file, its sheet without rows, where the fields stand in a row, and how many rows lie above the first."""

    path: Path
    sheet: Sheet
    places: Mapping[str, int]
    above: int


@dataclass
class Staged:
    """What came of the reading: how many rows lie beside the register, how many of them it has taken already, how many
    could not be laid there, and why."""

    rows: int = 0
    taken: int | None = None
    rejected: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    untold: int = 0
    untold_errors: int = 0
    spoiled: set[str] = field(default_factory=set)

    def note(self, problems: Sequence[RowProblem]) -> None:
        """Keeps the first ones; a list of a million faults is not read to the end by anybody."""
        room = _PROBLEMS - len(self.problems)
        self.problems += problems[:room]
        self.untold += len(problems[room:]) if room < len(problems) else 0


def encoding_of(path: Path) -> str:
    """UTF-8 as we write it, or GB 18030 as a Chinese spreadsheet program saves it. Raises `Unreadable`."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while data := file.read(1 << 20):
                    decoder.decode(data)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("file_unreadable")


@contextmanager
def csv_rows(path: Path) -> Iterator[tuple[Iterator[list[str]], Callable[[], int]]]:
    """The rows of a .csv, and how many bytes of it were read so far. Raises `Unreadable`."""
    csv.field_size_limit(FILE_LIMIT)
    encoding = encoding_of(path)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as lines:
        yield csv.reader(lines), raw.tell


def stage(
    records: Records,
    large: LargeList,
    first: RegisterVersion | None,
    progress: Progress | None = None,
    stretch: int = STRETCH,
) -> Staged:
    """Reads the file into a table beside the register; where it is to be the register's first version, the store may
    take it meanwhile. Raises `Unreadable` where it is no .csv after all."""
    staged = Staged()
    size = large.path.stat().st_size
    with csv_rows(large.path) as (rows, done), beside(records, first, stretch) as table:
        reader = QuickRows(large.sheet, large.places, table.encoding, _cell)
        for number, chunk in _chunks(rows, large.above):
            found = reader.read(chunk, number)
            table.lay(found.rows)
            staged.rows += found.number
            staged.rejected += len(found.spoiled)
            staged.spoiled.update(found.spoiled)
            staged.note(found.problems)
            if progress is not None:
                progress(min(done(), size), size)
    staged.taken = table.taken
    return staged


def _chunks(rows: Iterator[list[str]], above: int) -> Iterator[tuple[int, list[list[str]]]]:
    """The spreadsheet's number of the first row of each chunk, and the rows."""
    number = 1 + above
    try:
        next(islice(rows, above, above), None)
        while chunk := list(islice(rows, _CHUNK)):
            yield number, chunk
            number += len(chunk)
    except csv.Error as fault:
        raise Unreadable("file_unreadable") from fault


def _cell(text: str, at: int) -> Any:
    return cell_of(unguarded(text), at)
