"""What a database says of how it would find the rows of each statement that was heard, were its tables big."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Enum, Table, event, select
from sqlmodel import SQLModel

from storage.store import Store
from tests.builders import NOW

_HOUSE = Path(__file__).parents[2]
_ROOMS = ("storage", "actions", "handlers", "web", "bot")
_SPEAKERS = ("storage.store", "storage.once")
"""They say what others have put together."""
_READS = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_BIG = 1_000_000
"""So many rows a table that grows is said to have."""


@dataclass
class Heard:
    """Each statement once, with the values it came with first, and the functions that had it issued, the nearest
    first: `storage.outbox.claim`."""

    statements: dict[str, tuple[Any, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Walk:
    """A table that a statement reads from one end to the other."""

    table: str
    how: str
    issued_by: tuple[str, ...]
    statement: str

    def __str__(self) -> str:
        return f"{self.table} ({self.how})\n  by {' < '.join(self.issued_by[:4])}\n  {self.statement}"


@contextmanager
def hearing(store: Store) -> Iterator[Heard]:
    """Everything that is said to the store while the block runs, whoever says it."""
    heard = Heard()

    def hear(_line: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement not in heard.statements and _READS.match(statement):
            issued_by = tuple(_issued_by())
            if issued_by:  # else it is the test itself that looks
                heard.statements[statement] = (values[0] if many else values, issued_by)

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)


def _issued_by() -> Iterator[str]:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_HOUSE):
            module = ".".join(file.relative_to(_HOUSE).with_suffix("").parts)
            if module.startswith(_ROOMS) and module not in _SPEAKERS:
                yield f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back


def walks(store: Store, heard: Heard, *, small: Mapping[str, str]) -> list[Walk]:
    """Of all that was heard what would read the whole of a table that is not `small`. What reads the first rows of an
    index and stops, and what reads an index that holds nothing but what it looks for, does not."""
    find = _walks_of_sqlite if store.is_sqlite else _walks_of_postgresql
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            _tell_it_is_big(connection, small)
        return [
            Walk(table, how, issued_by, " ".join(statement.split()))
            for statement, (values, issued_by) in heard.statements.items()
            for table, how in find(connection, statement, values)
            if table in SQLModel.metadata.tables and table not in small
        ]


def _partial() -> set[str]:
    indices = (index for table in SQLModel.metadata.tables.values() for index in table.indexes)
    return {str(one.name) for one in indices if one.dialect_options["sqlite"]["where"] is not None}


def _walks_of_sqlite(connection: Connection, statement: str, values: Any) -> Iterator[tuple[str, str]]:
    plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    is_sorted = any("TEMP B-TREE" in line for line in plan)
    stops = "LIMIT" in statement and "WHERE" not in statement and not is_sorted
    named = re.findall(r'\b(?:FROM|JOIN|UPDATE|INTO|,)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?', statement)
    tables = {alias or table: table for table, alias in named}
    for line in plan:
        walked = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)
        if walked and not stops and walked[2] not in _partial():
            yield tables.get(str(walked[1]), str(walked[1])), str(line)


def _tell_it_is_big(connection: Connection, small: Mapping[str, str]) -> None:
    """In a transaction that is given up. With every other way switched off a table is walked through only where no
    index leads to what is asked for."""
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for table in SQLModel.metadata.tables.values():
        if connection.execute(select(table).limit(1)).first() is None:
            connection.execute(table.insert(), {one.name: _some(one) for one in table.columns})
    connection.exec_driver_sql("DELETE FROM pg_statistic")  # whatever its housekeeping has seen meanwhile
    big = [name for name in SQLModel.metadata.tables if name not in small]
    connection.exec_driver_sql(
        "UPDATE pg_class SET reltuples = %(rows)s, relpages = 1"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname = ANY(%(big)s)",
        {"rows": _BIG, "big": big},
    )
    for table in map(SQLModel.metadata.tables.__getitem__, big):
        for column in _telling_apart(table):
            connection.exec_driver_sql(_MANY_VALUES, {"relation": table.name, "attribute": column})


_MANY_VALUES = """
    SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', %(relation)s::text, 'attname',
        %(attribute)s::text, 'inherited', false, 'null_frac', 0::real, 'avg_width', 16, 'n_distinct', -0.2::real)
"""
_FEW_VALUES = re.compile(r"department|district|target|channel|kind|year|version|part$")


def _telling_apart(table: Table) -> set[str]:
    """The columns that an index begins with, but for those that have few values: to the others a big table has
    hundreds of thousands."""
    first = {next(iter(index.columns)) for index in table.indexes} | set(table.primary_key.columns)
    return {
        one.name
        for one in first
        if not isinstance(one.type, Enum | Boolean) and not _FEW_VALUES.search(one.name)
    }


def _some(column: Column[Any]) -> Any:
    """Anything that the column takes: a table without a page is said to be empty, whatever else is said of it."""
    kind = column.type
    if column.nullable and str(column) != "inspection.draw_id":  # a visit has a draw, or else a selection
        return None
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class or kind.enums))
    if isinstance(kind, JSON):
        return []
    return NOW if "DateTime" in type(kind).__name__ else _VALUES.get(kind.python_type, "")


_VALUES = {int: 1, float: 1.0, bool: True, bytes: b"", date: NOW.date()}


def _walks_of_postgresql(connection: Connection, statement: str, values: Any) -> Iterator[tuple[str, str]]:
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    yield from _walks_below(explained[0]["Plan"], stops=False)


def _walks_below(node: dict[str, Any], *, stops: bool) -> Iterator[tuple[str, str]]:
    kind, asked = node["Node Type"], node.get("Filter", "")
    if kind == "Seq Scan":
        yield node["Relation Name"], f"{kind} {asked}"
    elif _is_a_whole_index(node) and not (stops and not asked):
        yield node.get("Relation Name", ""), f"{kind} {node['Index Name']} {asked}"
    passes_on = kind in ("Limit", "LockRows", "Result", "Subquery Scan", "Unique")
    for below in node.get("Plans", ()):
        yield from _walks_below(below, stops=kind == "Limit" or (stops and passes_on))


def _is_a_whole_index(node: dict[str, Any]) -> bool:
    kinds = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
    return node["Node Type"] in kinds and "Index Cond" not in node and node["Index Name"] not in _partial()
