"""Brings a store to the tables of this version, whoever starts first; a second process waits and finds it done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text

from storage.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 3_141_592_653
"""The number of the advisory lock on PostgreSQL; SQLite's own write lock does the same."""


class StoreIsNewer(Exception):
    """A newer version of the program made this store; an older one must not touch it."""


def migrate(store: Store | str) -> None:
    """Upgrades the store (or the one at this address) to the newest tables, all steps or none.

    Raises `StoreIsNewer` when the store stands at a revision that this version does not know, and what the database
    raises when it cannot be written: a service that may only read would take in nothing.
    """
    with migrating(store) as connection:
        _refuse_a_newer_store(connection)
        command.upgrade(configuration(connection), "head")
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


@contextmanager
def migrating(store: Store | str) -> Iterator[Connection]:
    """One transaction that no other migration shares, on a connection of its own."""
    url = store if isinstance(store, str) else store.engine.url
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
        event.listen(engine, "begin", _take_the_write_lock)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection
        if engine.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def configuration(connection: Connection) -> Config:
    """What Alembic's commands ask for, without a file of settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_a_newer_store(connection: Connection) -> None:
    known = {
        script.revision for script in ScriptDirectory.from_config(configuration(connection)).walk_revisions()
    }
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise StoreIsNewer(
            f"The store stands at revision {', '.join(sorted(unknown))}, which this version does not know:"
            " start the newer version of the program, or another store."
        )


def _without_foreign_keys(connection: object, _record: object) -> None:
    """SQLite changes a table by copying it; with keys enforced, dropping the old copy would drop what points to it."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("busy_timeout=60000", "foreign_keys=OFF", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _take_the_write_lock(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(
            f"The migration left rows that point nowhere, in {sorted({row[0] for row in broken})}."
        )
