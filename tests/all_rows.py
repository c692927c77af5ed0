"""Every row of a store, to show that something changed none of them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

Rows = dict[str, list[dict[str, Any]]]


def all_rows(connection: Connection, *, but: Collection[str] = ()) -> Rows:
    """By table, those alone that hold some: a story fills a quarter of them. As the database has the rows, and in its
    own order: rows that nobody touched keep it."""
    names = [table.name for table in SQLModel.metadata.sorted_tables if table.name not in but]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    filled = connection.exec_driver_sql(asked).scalars().all()
    return {name: _rows(connection, name) for name in filled}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')]
