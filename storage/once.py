"""Rows that are written once: a second one with the same key changes nothing, on both databases in one statement."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, bindparam, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import SQLModel

from storage.store import Records


def add_once(
    records: Records, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> int:
    """Writes the rows whose `key` (the columns of a unique index) is not there yet, and gives how many they were."""
    if not rows:
        return 0
    records.session.flush()
    statement = _statement(records.session.get_bind().dialect.name, kind, tuple(key))
    return len(records.session.execute(statement, list(rows)).all())


def add_each_once(
    records: Records, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """The same for many rows whose number nobody asks for: several times as fast. All rows name the same columns."""
    if rows:
        records.session.flush()
        dialect = records.session.get_bind().dialect.name
        statement = _silently(dialect, kind, tuple(key), tuple(rows[0]))
        records.session.connection().execute(statement, list(rows))


@cache
def _silently(dialect: str, kind: type[SQLModel], key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    table = inspect(kind).local_table
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    named = insert.values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    return named.on_conflict_do_nothing(index_elements=key)


def put(
    records: Records, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Writes the rows, each in the place of the one that has its `key`; all rows name the same columns."""
    if rows:
        records.session.flush()
        dialect = records.session.get_bind().dialect.name
        records.session.execute(_replacing(dialect, kind, tuple(key), tuple(rows[0])), list(rows))


@cache
def _replacing(dialect: str, kind: type[SQLModel], key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    table = inspect(kind).local_table
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    new = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=new)


@cache
def _statement(dialect: str, kind: type[SQLModel], key: tuple[str, ...]) -> ReturningInsert[Any]:
    """Put together once: building it costs more than running it. The row count of such an insert is not to be trusted
    on PostgreSQL; the keys that it returns are."""
    table = inspect(kind).local_table
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=key).returning(*table.primary_key)
