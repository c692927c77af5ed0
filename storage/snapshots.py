"""A whole store as it stood at one moment, taken while others write, and put into an empty place.

SQLite is copied by its own online backup inside a read transaction. PostgreSQL gives its tables by COPY inside one
transaction that sees a single moment, and takes them back into tables that the migrations have made: rows only, so that
a file somebody else has written can bring no statement along, and no program of PostgreSQL's has to be there
(docs/decisions/0014).
"""

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic import command
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, make_url, text

from storage.migrate import configuration, migrating
from storage.named_files import named_files
from storage.store import Store

Progress = Callable[[int, int], None]
"""Called with what is done and what there is."""
SQLITE_FILE = "store.db"
_PAGES = 2000
"""Pages of SQLite that are copied between two looks at the bar: 8 MB."""
_PIECE = 1024 * 1024
_REVISIONS = "alembic_version"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class SnapshotUnusable(Exception):
    """What was kept can't be put back; `reason` says why, for whoever runs the program."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Facts:
    """What a store holds, so that it can be held against what came back."""

    database: str
    """`sqlite` or `postgresql`."""
    revision: str
    rows: Mapping[str, int]
    """Rows by table; in the order in which they can be put back, what is pointed at first."""
    journal: str
    """SHA-256 of the newest line of the journal, with its number and all it says; empty without one."""
    columns: Mapping[str, Sequence[str]]
    counters: Mapping[str, int]
    """On PostgreSQL, the number each sequence has given last."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Facts":
        """From a manifest. Raises `SnapshotUnusable`."""
        try:
            facts = cls(**{name: body[name] for name in cls.__dataclass_fields__})
            names = [*facts.rows, *facts.columns, *facts.counters]
            if not all(_NAME.fullmatch(name) for name in names) or facts.rows.keys() != facts.columns.keys():
                raise ValueError("names")
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise SnapshotUnusable(f"the manifest does not describe a store ({wrong})") from wrong
        return facts

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# --- Taking -----------------------------------------------------------------------------------------------------------


def take(store: Store, folder: Path, progress: Progress, on_file: Callable[[str], object]) -> Facts:
    """Writes the snapshot into `folder`; `on_file` is told the SHA-256 of every file that its rows name. Raises
    `OSError` and what the database raises."""
    taking = _taking_sqlite if store.is_sqlite else _taking_postgres
    with taking(store, folder, progress) as (facts, connection):
        for name in named_files(connection):
            on_file(name)
    return facts


@contextmanager
def _taking_sqlite(store: Store, folder: Path, progress: Progress) -> Iterator[tuple[Facts, Connection]]:
    copy = folder / SQLITE_FILE
    with closing(sqlite3.connect(_sqlite_file(store), isolation_level=None, timeout=60)) as source:
        # Its own transaction holds the moment: otherwise each page that somebody writes would begin the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=_PAGES, progress=lambda _, left, whole: progress(whole - left, whole))
            target.execute("PRAGMA journal_mode=DELETE")  # one file, that needs no other beside it
    with _opened(_reading_engine(copy)) as connection:
        yield _facts(connection), connection


def _sqlite_file(store: Store) -> str:
    return store.engine.url.database or ""


def _reading_engine(file: Path) -> Engine:
    address = f"file:{quote(str(file.resolve()))}?mode=ro"
    return create_engine(
        "sqlite://",
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(address, uri=True),
        hide_parameters=True,
    )


@contextmanager
def _opened(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@contextmanager
def _taking_postgres(store: Store, folder: Path, progress: Progress) -> Iterator[tuple[Facts, Connection]]:
    with store.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        facts = _facts(connection)
        done, whole = 0, sum(facts.rows.values())
        for table, columns in facts.columns.items():
            with (
                (folder / f"{table}.copy").open("wb") as file,
                _driver(connection).cursor() as cursor,
                cursor.copy(_copy_words(table, columns, "TO STDOUT")) as rows,
            ):
                for piece in rows:
                    file.write(piece)
            progress(done := done + facts.rows[table], whole)
        yield facts, connection


def _driver(connection: Connection) -> Any:
    """psycopg's own connection, in the same transaction: SQLAlchemy has no word for COPY."""
    connection.execute(text("SELECT 1"))  # a transaction that has not begun would begin inside the copy
    return connection.connection.dbapi_connection


def _copy_words(table: str, columns: Sequence[str], way: str) -> sql.Composed:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) ").format(sql.Identifier(table), named) + sql.SQL(way)


# --- What it holds ----------------------------------------------------------------------------------------------------


def _facts(connection: Connection) -> Facts:
    seen = inspect(connection)
    tables = [
        name for name, _ in seen.get_sorted_table_and_fkc_names() if name is not None and name != _REVISIONS
    ]
    columns = {
        table: [one["name"] for one in seen.get_columns(table) if "computed" not in one] for table in tables
    }
    return Facts(
        database=connection.dialect.name,
        revision=str(connection.execute(text(f"SELECT version_num FROM {_REVISIONS}")).scalar_one()),
        rows={table: _number_of_rows(connection, table) for table in tables},
        journal=_journal_head(connection),
        columns=columns,
        counters=_counters(connection),
    )


def _number_of_rows(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def _journal_head(connection: Connection) -> str:
    line = connection.execute(text("SELECT * FROM journal_line ORDER BY id DESC LIMIT 1")).mappings().first()
    if line is None:
        return ""
    told = json.dumps(dict(line), ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _counters(connection: Connection) -> dict[str, int]:
    if connection.dialect.name != "postgresql":
        return {}
    given = text(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1"
    )
    return {name: int(number) for name, number in connection.execute(given)}


# --- Putting back -----------------------------------------------------------------------------------------------------


def is_known(revision: str) -> bool:
    """Whether this version of the program has the migrations up to there."""
    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    return revision in {one.revision for one in script.walk_revisions()}


def is_empty(url: str) -> bool:
    """Whether nothing stands at this address: no file, or no table. Makes nothing; raises what the database raises."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return not Path(address.database or "").exists()
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def put_back(url: str, folder: Path, facts: Facts, progress: Progress) -> None:
    """Fills the empty place at `url` with the snapshot, all of it or nothing, at the revision that it was taken at. The
    next migration brings it to this version's tables. Raises `SnapshotUnusable`, `OSError` and what the database
    raises."""
    if make_url(url).get_backend_name() == "sqlite":
        _put_back_sqlite(Path(make_url(url).database or ""), folder, facts)
    else:
        with migrating(url) as connection:
            command.upgrade(configuration(connection), facts.revision)
            _fill(connection, folder, facts, progress)
            _hold_against(_facts(connection), facts)


def _put_back_sqlite(file: Path, folder: Path, facts: Facts) -> None:
    aside = file.with_name(f".{file.name}.restoring")
    try:
        shutil.copyfile(folder / SQLITE_FILE, aside)
        with _opened(_reading_engine(aside)) as connection:
            _hold_against(_facts(connection), facts)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _fill(connection: Connection, folder: Path, facts: Facts, progress: Progress) -> None:
    done, whole = 0, sum(facts.rows.values())
    seen = inspect(connection)
    here = {table: {one["name"] for one in seen.get_columns(table)} for table in seen.get_table_names()}
    if any(not set(columns) <= here.get(table, set()) for table, columns in facts.columns.items()):
        raise SnapshotUnusable("it has tables or columns that its revision does not have")
    for table in reversed(
        list(facts.rows)
    ):  # what a migration writes into its tables by itself is in the copy too
        if _number_of_rows(connection, table):
            connection.execute(text(f'DELETE FROM "{table}"'))
    for table, columns in facts.columns.items():
        _fill_table(connection, folder / f"{table}.copy", table, columns)
        progress(done := done + facts.rows[table], whole)
    for name, number in facts.counters.items():
        connection.execute(
            text("SELECT setval(quote_ident(:name), :number)"), {"name": name, "number": number}
        )


def _fill_table(connection: Connection, part: Path, table: str, columns: Sequence[str]) -> None:
    with (
        part.open("rb") as file,
        _driver(connection).cursor() as cursor,
        cursor.copy(_copy_words(table, columns, "FROM STDIN")) as rows,
    ):
        while piece := file.read(_PIECE):
            rows.write(piece)


def _hold_against(found: Facts, wanted: Facts) -> None:
    for what in ("revision", "rows", "journal"):
        if getattr(found, what) != getattr(wanted, what):
            raise SnapshotUnusable(f"what came back differs from what was kept: {what}")
