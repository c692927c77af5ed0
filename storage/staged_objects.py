"""Beside the register: the rows of a large list of objects, compared with it and taken into it by the database itself,
so that memory stays what a stretch of rows takes."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    exists,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects import postgresql

from inspection.departments import JOINT_OFFICE
from inspection.registration.changes import ChangeKind
from inspection.registration.quick_rows import Encoding
from inspection.registration.registers import OBJECTS
from inspection.registration.rows import Values
from storage.store import Records, written_as_json
from storage.tables.register_history import RegisterChange, RegisterVersion
from storage.tables.registers import RegisteredObject

_FIELDS = tuple(column.field for column in OBJECTS.columns)
_TABLE: Table = RegisteredObject.__table__  # type: ignore[attr-defined]
_CHANGES: Table = RegisterChange.__table__  # type: ignore[attr-defined]
_STAGED, _ARRIVING = (
    Table(
        name,
        MetaData(),
        Column("row_number", Integer),
        *(Column(name, inspect(RegisteredObject).columns[name].type) for name in _FIELDS),
    )
    for name in ("staged_object", "arriving_object")
)
_ASKED_FOR = ("row_number", "id", "credit_code", "status")
"""What the looks across a whole list ask for."""
STRETCH = 10_000
"""Rows that PostgreSQL is given at once."""

Rows = Iterable[tuple[Any, ...]]


class Beside(Protocol):
    """Where the rows are laid."""

    @property
    def encoding(self) -> Encoding: ...
    @property
    def taken(self) -> int | None:
        """How many of them the register has taken already, None where it takes none meanwhile."""

    def lay(self, rows: Rows) -> None: ...


@contextmanager
def beside(records: Records, first: RegisterVersion | None, stretch: int = STRETCH) -> Iterator[Beside]:
    """Rows are laid in the order of their numbers, in the database's own quickest way. The first version of a register
    PostgreSQL takes into it at once, while the next rows are read; anything else is left to `add_new`."""
    connection = records.session.connection()
    is_sqlite = _is_sqlite(records)
    for statement in _MAKE[is_sqlite]:
        connection.exec_driver_sql(statement)
    if is_sqlite:
        yield _Inserted(records)
        return
    if first is None:
        copied = _Copied(records, stretch)
        yield copied
        copied.send()
        return
    with ThreadPoolExecutor(max_workers=1) as hand:
        taken = _TakenAtOnce(records, stretch, first, hand)
        yield taken
        taken.send()
        taken.wait()


def _is_sqlite(records: Records) -> bool:
    return records.session.get_bind().dialect.name == "sqlite"


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
_MAKE_ARRIVING = (
    "DROP TABLE IF EXISTS pg_temp.arriving_object",
    "CREATE TEMP TABLE arriving_object AS SELECT * FROM staged_object WITH NO DATA",
)


class _Inserted:
    """SQLite, which has one writer and no network to wait for."""

    def __init__(self, records: Records) -> None:
        self.taken = None
        self.encoding = Encoding(_for_sqlite, int, float)
        self._connection = records.session.connection()
        self._insert = f"INSERT INTO staged_object VALUES ({', '.join('?' * (len(_FIELDS) + 1))})"

    def lay(self, rows: Rows) -> None:
        if held := list(rows):
            self._connection.exec_driver_sql(self._insert, held)


class _Copied:
    """PostgreSQL, by COPY."""

    taken: int | None = None
    _into = "staged_object"

    def __init__(self, records: Records, stretch: int) -> None:
        self.encoding = Encoding(_for_copy, str, str)
        self._connection, self._stretch = records.session.connection(), stretch
        self._lines: list[str] = []

    def lay(self, rows: Rows) -> None:
        self._lines += map("\t".join, rows)
        if len(self._lines) >= self._stretch:
            self.send()

    def send(self) -> None:
        """What was laid since the last time."""
        driver: Any = self._connection.connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self._into} FROM STDIN".encode()) as copy:
            copy.write("\n".join([*self._lines, ""]) if self._lines else "")
        self._lines.clear()


class _TakenAtOnce(_Copied):
    """PostgreSQL, into an empty register: while it takes one stretch, the next is read here. Beside the register there
    remains what the looks across the whole list ask for."""

    _into = "arriving_object"

    def __init__(
        self, records: Records, stretch: int, version: RegisterVersion, hand: ThreadPoolExecutor
    ) -> None:
        super().__init__(records, stretch)
        self.taken = 0
        self._version, self._hand = version, hand
        self._taking: Future[int] | None = None
        for statement in _MAKE_ARRIVING:
            self._connection.exec_driver_sql(statement)

    def send(self) -> None:
        self.wait()
        super().send()
        self._taking = self._hand.submit(_take_arrived, self._connection, self._version)

    def wait(self) -> None:
        """Nobody else speaks with the database until the stretch is taken."""
        if self._taking is not None:
            self.taken = (self.taken or 0) + self._taking.result()
            self._taking = None


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
        records.session.execute(
            text("CREATE INDEX IF NOT EXISTS staged_object_row ON staged_object (row_number)")
        )
    for start in range(0, len(numbers), size):
        part = numbers[start : start + size]
        rows = select(*columns).where(_STAGED.c.row_number.in_(part)).order_by(_STAGED.c.row_number)
        yield [dict(row) for row in records.session.execute(rows).mappings()]


def add_new(records: Records, version: RegisterVersion, *, was_empty: bool) -> int:
    """Takes the rows that the register does not know, each with its line in the feed; gives back how many."""
    unfold = func.json_each if _is_sqlite(records) else func.jsonb_array_elements_text
    is_new = ~exists(select(1).where(_TABLE.c.id == _STAGED.c.id))
    for lines in _feed_lines(_STAGED, version, unfold):
        rows = lines if was_empty else lines.where(is_new)
        records.session.execute(insert(RegisterChange).from_select(_FEED, rows))
    columns = [_STAGED.c[name] for name in _FIELDS]
    rows = select(*columns) if was_empty else select(*columns).where(is_new)
    adding = insert(_TABLE).from_select(list(_FIELDS), rows, include_defaults=False)
    added = records.session.execute(adding, execution_options={"preserve_rowcount": True})
    return int(added.rowcount)  # type: ignore[attr-defined]


def _take_arrived(connection: Connection, version: RegisterVersion) -> int:
    """The same of one stretch, in one statement. Of two rows about one thing the earlier is taken."""
    rows = select(*(_ARRIVING.c[name] for name in _FIELDS)).order_by(_ARRIVING.c.row_number)
    adding = postgresql.insert(_TABLE).from_select(list(_FIELDS), rows, include_defaults=False)
    new = adding.on_conflict_do_nothing().returning(_TABLE.c.id, _TABLE.c.departments).cte("new")
    lines = union_all(*_feed_lines(new, version, func.jsonb_array_elements_text))
    told = insert(RegisterChange).from_select(_FEED, lines).cte("told")
    kept = (
        insert(_STAGED)
        .from_select(_ASKED_FOR, select(*(_ARRIVING.c[name] for name in _ASKED_FOR)))
        .cte("kept")
    )
    counted = select(func.count()).select_from(new).add_cte(told, kept)
    number = int(connection.execute(counted).scalar_one())
    connection.exec_driver_sql("TRUNCATE arriving_object")
    return number


_FEED = ["register_id", "version", "key", "department", "kind", "at", "actor"]


def _feed_lines(objects: Table | CTE, version: RegisterVersion, unfold: Any) -> Iterator[Select[Any]]:
    """One line for each new object, and where it names who supervises it, one for each of them."""
    departments: ColumnElement[str] = literal_column(f"{objects.name}.departments")
    named = unfold(departments).table_valued("value", name="supervisor")
    for department, others in ((literal(JOINT_OFFICE), None), (named.c.value, named)):
        lines = select(
            literal(version.register_id), literal(version.number), objects.c.id, department,
            literal(ChangeKind.NEW.value), literal(version.loaded_at, _CHANGES.c.at.type),
            literal(version.loaded_by, _CHANGES.c.actor.type),
        )  # fmt: skip
        if others is None:
            yield lines.where(departments == literal_column("'[]'"))
        else:
            both = objects.join(others, literal(True))
            yield lines.select_from(both).where(departments != literal_column("'[]'"))


def missing_rows(records: Records) -> Iterator[Values]:
    """Active objects that the list does not name, one at a time."""
    columns = [_TABLE.c[name] for name in _FIELDS]
    rows = select(*columns).where(_TABLE.c.is_active, ~exists(select(1).where(_STAGED.c.id == _TABLE.c.id)))
    for row in records.session.execute(rows).mappings().all():
        yield dict(row)
