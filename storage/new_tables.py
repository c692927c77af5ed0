"""The tables of a new SQLite store, remembered as the migrations left them.

Some forty migrations in a row take a second of computing, and a process that has made one store need not take them
again for the next: the trial of every night is made anew each time. What is remembered is what SQLite itself keeps of
a store with nothing in it, word for word.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

_WHOLE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


@dataclass(frozen=True)
class NewTables:
    statements: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    """What a new store begins with, by table: its revision, a setting."""

    def make(self, connection: Connection) -> None:
        """In a store without any table."""
        for kind in ("CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX"):
            self._say_all(connection, kind)
        for table, row in self.rows:
            marks = ", ".join("?" * len(row))
            connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({marks})', row)
        self._say_all(connection, "CREATE TRIGGER")

    def _say_all(self, connection: Connection, kind: str) -> None:
        for statement in self.statements:
            if statement.startswith(f"{kind} "):
                connection.exec_driver_sql(statement)


def is_without_tables(connection: Connection) -> bool:
    return connection.exec_driver_sql(_TABLES).first() is None


def look_at(connection: Connection) -> NewTables:
    """Of a store that was without tables before it was migrated, in the same transaction."""
    tables = connection.exec_driver_sql(_TABLES).scalars().all()
    rows = [
        (table, tuple(row))
        for table in tables
        for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
    ]
    return NewTables(tuple(connection.exec_driver_sql(_WHOLE).scalars()), tuple(rows))
