"""Every row of a store, to show that something changed none of them."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

Rows = dict[str, list[dict[str, Any]]]


def all_rows(connection: Connection, *, but: Collection[str] = ()) -> Rows:
    """By table, those alone that hold some: a story fills a quarter of them. As the database has the rows, and in its
    own order: rows that nobody touched keep it."""
    return {name: _rows(connection, name) for name in filled_tables(connection, but=but)}


def filled_tables(connection: Connection, *, but: Collection[str] = ()) -> list[str]:
    """Those that hold any row, in an order in which each comes after those it points to."""
    return list(connection.exec_driver_sql(_asking_which(frozenset(but))).scalars())


@cache
def _asking_which(but: frozenset[str]) -> str:
    names = [table.name for table in SQLModel.metadata.sorted_tables if table.name not in but]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')]
