"""A .csv of objects that is too large to be held: read a chunk at a time, laid beside the register, compared there.

Everything after the reading is done by the database, so that memory stays what a chunk takes.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    exists,
    func,
    insert,
    inspect,
    literal,
    null,
    select,
    text,
)

from inspection.departments import JOINT_OFFICE
from inspection.registration.changes import ChangeKind
from inspection.registration.problems import RowProblem
from inspection.registration.quick_rows import QuickRows
from inspection.registration.registers import OBJECTS
from inspection.registration.rows import Values
from inspection.registration.sheets import Sheet
from inspection.registration.written import unguarded
from storage.pages import FILE_LIMIT, Unreadable, cell_of
from storage.store import Records, written_as_json
from storage.tables.register_history import RegisterChange, RegisterVersion
from storage.tables.registers import RegisteredObject

LARGE_FROM = 8 * 1024 * 1024
"""Bytes from which a list of objects is read so."""
_CHUNK = 5_000
_PROBLEMS = 1_000
"""Problems that are kept; further ones are counted."""
_FIELDS = tuple(column.field for column in OBJECTS.columns)
_TABLE: Table = RegisteredObject.__table__  # type: ignore[attr-defined]
_CHANGES: Table = RegisterChange.__table__  # type: ignore[attr-defined]
_STAGED = Table(
    "staged_object",
    MetaData(),
    Column("row_number", Integer),
    *(Column(name, inspect(RegisteredObject).columns[name].type) for name in _FIELDS),
)

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
    """What came of the reading: how many rows lie beside the register, how many could not be taken, and why."""

    rows: int = 0
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


def stage(records: Records, large: LargeList, progress: Progress | None = None) -> Staged:
    """Reads the file into a table beside the register. Raises `Unreadable` where it is no .csv after all."""
    staged = Staged()
    is_sqlite = records.session.get_bind().dialect.name == "sqlite"
    connection = records.session.connection()
    for statement in _MAKE[is_sqlite]:
        connection.exec_driver_sql(statement)
    reader = QuickRows(large.sheet, large.places, _for_sqlite if is_sqlite else _for_copy, _cell)
    size = large.path.stat().st_size
    with csv_rows(large.path) as (rows, done), _writer(records, is_sqlite) as write:
        for number, chunk in _chunks(rows, large.above):
            found = reader.read(chunk, number)
            write(found.rows)
            staged.rows += len(found.rows)
            staged.rejected += len(found.spoiled)
            staged.spoiled.update(found.spoiled)
            staged.note(found.problems)
            if progress is not None:
                progress(min(done(), size), size)
    return staged


def _chunks(rows: Iterator[list[str]], above: int) -> Iterator[tuple[int, list[list[str]]]]:
    """The spreadsheet's number of the first row of each chunk, and the rows."""
    number, chunk = 1, []
    try:
        for row in rows:
            if number > above:
                chunk.append(row)
                if len(chunk) == _CHUNK:
                    yield number - _CHUNK + 1, chunk
                    chunk = []
            number += 1
    except csv.Error as fault:
        raise Unreadable("file_unreadable") from fault
    if chunk:
        yield number - len(chunk), chunk


def _cell(text: str, at: int) -> Any:
    return cell_of(unguarded(text), at)


_COLUMNS = ", ".join(_FIELDS)
_MAKE = {
    True: (
        "DROP TABLE IF EXISTS temp.staged_object",
        f"CREATE TEMP TABLE staged_object AS SELECT 0 AS row_number, {_COLUMNS} FROM registered_object LIMIT 0",
    ),
    False: (
        "SET LOCAL work_mem = '64MB'",  # a million ids are sorted in memory
        "DROP TABLE IF EXISTS pg_temp.staged_object",
        f"CREATE TEMP TABLE staged_object AS SELECT 0 AS row_number, {_COLUMNS} FROM registered_object WITH NO DATA",
    ),
}


@contextmanager
def _writer(records: Records, is_sqlite: bool) -> Iterator[Callable[[list[tuple[Any, ...]]], None]]:
    """Takes chunks in the database's own quickest way."""
    connection = records.session.connection()
    if is_sqlite:
        marks = ", ".join("?" * (len(_FIELDS) + 1))

        def insert_rows(rows: list[tuple[Any, ...]]) -> None:
            if rows:
                connection.exec_driver_sql(f"INSERT INTO staged_object VALUES ({marks})", rows)

        yield insert_rows
        return
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy("COPY staged_object FROM STDIN") as copy:

        def copy_rows(rows: list[tuple[Any, ...]]) -> None:
            copy.write("".join(["\t".join((str(row[0]), *row[1:])) + "\n" for row in rows]))

        yield copy_rows


def _for_sqlite(_field: str, value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return written_as_json(value)
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _for_copy(_field: str, value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, (list, dict)):
        value = written_as_json(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("\t", "\\t")
        return escaped.replace("\n", "\\n").replace("\r", "\\r")
    return str(value)


# --- Beside the register ---------------------------------------------------------------------------------------------


def repeated_ids(records: Records) -> list[tuple[str, int, int]]:
    """Rows for a thing that an earlier row is about: id, number of the first row, number of this one. They are taken
    out."""
    twice = select(_STAGED.c.id).group_by(_STAGED.c.id).having(func.count() > 1)
    ids = list(records.session.execute(twice).scalars())
    if not ids:
        return []
    records.session.execute(text("CREATE INDEX staged_object_id ON staged_object (id)"))
    found = []
    for id in ids:
        rows = select(_STAGED.c.row_number).where(_STAGED.c.id == id).order_by(_STAGED.c.row_number)
        first, *others = records.session.execute(rows).scalars().all()
        found += [(id, first, other) for other in others]
        records.session.execute(_STAGED.delete().where(_STAGED.c.id == id, _STAGED.c.row_number > first))
    return found


def repeated_codes(records: Records, limit: int) -> list[tuple[str, str, int, int]]:
    """Two objects under one credit code: code, id of the first, its row, row of the other."""
    twice = (
        select(_STAGED.c.credit_code)
        .where(_STAGED.c.credit_code != "")
        .group_by(_STAGED.c.credit_code)
        .having(func.count() > 1)
        .limit(limit)
    )
    codes = list(records.session.execute(twice).scalars())
    found: list[tuple[str, str, int, int]] = []
    firsts: dict[str, tuple[str, int]] = {}
    rows = select(_STAGED.c.credit_code, _STAGED.c.id, _STAGED.c.row_number)
    for code, id, number in records.session.execute(
        rows.where(_STAGED.c.credit_code.in_(codes)).order_by(_STAGED.c.row_number)
    ):
        first = firsts.setdefault(code, (id, number))
        if first[1] != number:
            found.append((code, first[0], first[1], number))
    return found


def staged_as_open(records: Records, ids: Sequence[str]) -> list[tuple[str, int]]:
    """Which of these the list calls open, with their rows."""
    rows = select(_STAGED.c.id, _STAGED.c.row_number).where(_STAGED.c.status == "open", _STAGED.c.id.in_(ids))
    return [(id, number) for id, number in records.session.execute(rows)]


def staged_ids(records: Records, ids: Sequence[str]) -> set[str]:
    """Which of these stand in the list."""
    return set(records.session.execute(select(_STAGED.c.id).where(_STAGED.c.id.in_(ids))).scalars())


def differing_rows(records: Records, size: int = 1_000) -> Iterator[list[Values]]:
    """Rows of the list that are not as the register has them, some at a time."""
    differs = _TABLE.c.id == _STAGED.c.id
    unequal = [_STAGED.c[name].is_distinct_from(_TABLE.c[name]) for name in _FIELDS if name != "id"]
    some = unequal[0]
    for one in unequal[1:]:
        some = some | one
    numbers = list(
        records.session.execute(
            select(_STAGED.c.row_number).select_from(_STAGED.join(_TABLE, differs)).where(some)
        ).scalars()
    )
    columns = [_STAGED.c[name] for name in _FIELDS]
    if numbers:
        records.session.execute(text("CREATE INDEX staged_object_row ON staged_object (row_number)"))
    for start in range(0, len(numbers), size):
        part = numbers[start : start + size]
        rows = select(*columns).where(_STAGED.c.row_number.in_(part)).order_by(_STAGED.c.row_number)
        yield [dict(row) for row in records.session.execute(rows).mappings()]


def add_new(records: Records, version: RegisterVersion, *, was_empty: bool) -> int:
    """Takes the rows that the register does not know, each with its line in the feed; gives back how many."""
    is_new = ~exists(select(1).where(_TABLE.c.id == _STAGED.c.id))
    for lines in _feed_lines(records, version):
        rows = lines if was_empty else lines.where(is_new)
        records.session.execute(insert(RegisterChange).from_select(_FEED, rows))
    columns = [_STAGED.c[name] for name in _FIELDS]
    rows = select(*columns) if was_empty else select(*columns).where(is_new)
    adding = insert(_TABLE).from_select(list(_FIELDS), rows, include_defaults=False)
    added = records.session.execute(adding, execution_options={"preserve_rowcount": True})
    return int(added.rowcount)  # type: ignore[attr-defined]


_FEED = ["register_id", "version", "key", "department", "kind", "before", "after", "at", "actor"]


def _feed_lines(records: Records, version: RegisterVersion) -> Iterator[Any]:
    """One line for each new row, and where it names who supervises it, one for each of them."""
    is_sqlite = records.session.get_bind().dialect.name == "sqlite"
    has_none = text("staged_object.departments = '[]'")
    unfold = func.json_each if is_sqlite else func.jsonb_array_elements_text
    named = unfold(_STAGED.c.departments).table_valued("value", name="supervisor")
    for department, rows in ((literal(JOINT_OFFICE), None), (named.c.value, named)):
        lines = select(
            literal(version.register_id), literal(version.number), _STAGED.c.id, department,
            literal(ChangeKind.NEW.value), null(), null(),
            literal(version.loaded_at, _CHANGES.c.at.type), literal(version.loaded_by),
        )  # fmt: skip
        if rows is None:
            yield lines.where(has_none)
        else:
            yield lines.select_from(_STAGED.join(rows, literal(True))).where(
                text("staged_object.departments <> '[]'")
            )


def missing_rows(records: Records) -> Iterator[Values]:
    """Active objects that the list does not name, one at a time."""
    columns = [_TABLE.c[name] for name in _FIELDS]
    rows = select(*columns).where(_TABLE.c.is_active, ~exists(select(1).where(_STAGED.c.id == _TABLE.c.id)))
    for row in records.session.execute(rows).mappings().all():
        yield dict(row)
