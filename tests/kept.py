"""What was played once is not played again: its rows are laid into the next store that asks for the same.

Half of what the tests computed was the same few schemes, drawn anew for every test. What is laid down is what the play
has written, row by row; a row that stands there already is refused by the database.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from storage.store import Store
from tests.all_rows import filled_tables
from tests.postgres import server

Told = TypeVar("Told")


@dataclass(frozen=True)
class Play:
    rows: dict[str, list[Any]]
    counts: dict[str, int]
    """How far PostgreSQL has counted; SQLite counts from its rows."""
    told: object


_PLAYS: dict[Hashable, Play] = {}


def played(store: Store, key: Hashable, play: Callable[[], Told]) -> Told:
    """`play` fills the store and tells something that nobody changes; it must do the same each time, and `key` names
    all that it depends on but what stands in the store before."""
    if not store.is_sqlite and not server().has(store.engine.url):
        return play()  # a server of its own, whose databases nobody lends
    before = _rows(store)
    known = (store.is_sqlite, key, frozenset((table, tuple(rows)) for table, rows in before.items()))
    kept = _PLAYS.get(known)
    if kept is None:
        told = play()
        rows = {table: _new(before.get(table, []), after) for table, after in _rows(store).items()}
        _PLAYS[known] = Play({table: new for table, new in rows.items() if new}, _counts(store), told)
        return told
    _lay(store, kept)
    return cast("Told", kept.told)


def _new(before: list[Any], after: list[Any]) -> list[Any]:
    stood = set(before)
    assert stood <= set(after), "a play changes nothing that stood there before"
    return [row for row in after if row not in stood]


def _rows(store: Store) -> dict[str, list[Any]]:
    if not store.is_sqlite:
        return server().rows_of(_database(store))
    with store.engine.connect() as connection:
        names = filled_tables(connection)
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
            for name in names
        }


def _counts(store: Store) -> dict[str, int]:
    return {} if store.is_sqlite else server().counts_of(_database(store))


def _lay(store: Store, kept: Play) -> None:
    if not store.is_sqlite:
        server().put_rows(_database(store), kept.rows)
        server().count_from(_database(store), kept.counts)
        return
    with store.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name, rows in kept.rows.items():
            marks = ", ".join("?" * len(rows[0]))
            connection.exec_driver_sql(f'INSERT INTO "{name}" VALUES ({marks})', rows)


def _database(store: Store) -> str:
    return store.engine.url.database or ""
