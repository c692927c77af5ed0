"""Brings a store to the tables of this version, whoever starts first; a second process waits and finds it done.

On PostgreSQL processes of the version before may serve meanwhile (docs/decisions/0023): each migration is a transaction
of its own that waits for a lock for a moment only, and a newer store says from which version on it may be served.
"""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from storage.new_tables import NewTables, is_without_tables, look_at
from storage.store import Store
from storage.while_serving import BESIDE_OTHERS

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 3_141_592_653
"""The number of the advisory lock on PostgreSQL; SQLite's own write lock does the same."""


OLDEST = "oldest_serving_revision"
"""The name of a setting: programs whose newest migration is this one, or a later one, may serve the store."""
LOCK_SECONDS = 1
"""For so long a migration stands before a table in use: whoever comes after it waits behind it."""
LOCK_TRIES = 200
_LOCK_NOT_TO_BE_HAD = "55P03"


class StoreIsNewer(Exception):
    """A newer version of the program made this store, and says that this one must not touch it any more."""


class StoreIsOlder(Exception):
    """The tables are those of an older version, and this process was told not to change them."""


def migrate(store: Store | str, more: Sequence[Path] = ()) -> None:
    """Upgrades the store (or the one at this address) to the newest tables; `more` are further folders of migrations.
    On SQLite all steps or none, on PostgreSQL each of them wholly or not.

    A store of a newer version that this one may still serve is left as it is. Raises `StoreIsNewer` when it may not,
    and what the database raises when it cannot be written: a service that may only read would take in nothing.
    """
    engine = _engine(store)
    if engine.dialect.name == "sqlite":
        with migrating(store) as connection:
            _make_or_upgrade(connection, tuple(more))
    else:
        with engine.connect() as connection:
            _wait_for_the_lock(connection)
            _upgrade_beside_others(connection, more)  # closing the connection gives the lock back


def is_migrated(store: Store | str) -> bool:
    """Whether this version may serve the store as it stands. Raises `StoreIsNewer`."""
    with _engine(store).connect() as connection:
        return stands_ahead(connection) or _revision(connection) == _script().get_current_head()


def stands_ahead(connection: Connection) -> bool:
    """The store is a newer version's, which lets this one serve it. Raises `StoreIsNewer` where it does not."""
    known = {script.revision for script in _script().walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown and _oldest(connection) not in known:
        raise StoreIsNewer(
            f"The store stands at revision {', '.join(sorted(unknown))}, which this version does not know:"
            " start the newer version of the program, or another store."
        )
    return bool(unknown)


_made: dict[tuple[Path, ...], NewTables] = {}
"""As this process left the first store that had no tables, by the folders of migrations."""


def _make_or_upgrade(connection: Connection, more: tuple[Path, ...]) -> None:
    is_new = is_without_tables(connection)
    if is_new and more in _made:
        _made[more].make(connection)
        return
    _upgrade(connection, more)
    if is_new:
        _made[more] = look_at(connection)


def _upgrade(connection: Connection, more: Sequence[Path]) -> None:
    if not stands_ahead(connection):
        if not _is_newest(connection, more):
            command.upgrade(configuration(connection, more), "head")
        _keep_oldest(connection, more)
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def _upgrade_beside_others(connection: Connection, more: Sequence[Path]) -> None:
    """Begins anew where it could not have a lock: what was done stays done."""
    for left in reversed(range(LOCK_TRIES)):
        try:
            connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
            connection.commit()
            is_ahead = stands_ahead(connection)
            is_ready = is_ahead or _is_newest(connection, more)
            connection.commit()  # so that Alembic begins a transaction for each migration
            if not is_ready:
                config = configuration(connection, more)
                config.attributes[BESIDE_OTHERS] = True
                command.upgrade(config, "head")
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            if not is_ahead:
                _keep_oldest(connection, more)
            connection.commit()
            return
        except OperationalError as fault:
            connection.rollback()
            if getattr(fault.orig, "sqlstate", "") != _LOCK_NOT_TO_BE_HAD or not left:
                raise
            _pause(connection)


def _wait_for_the_lock(connection: Connection) -> None:
    """By asking again and again: an index that is built beside others would wait for whoever stood waiting here, and
    that one for it."""
    while not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
        _pause(connection)


def _pause(connection: Connection) -> None:
    connection.rollback()
    connection.execute(text("SELECT pg_sleep(0.3)"))
    connection.rollback()


def _oldest(connection: Connection) -> str:
    """Empty where a store does not say."""
    if not inspect(connection).has_table("setting"):
        return ""
    asked = text("SELECT value FROM setting WHERE name = :name")
    return connection.execute(asked, {"name": OLDEST}).scalar() or ""


def _keep_oldest(connection: Connection, more: Sequence[Path]) -> None:
    """What the newest migration says that says anything (`oldest_serving`)."""
    said = (getattr(one.module, "oldest_serving", None) for one in _script(more).walk_revisions())
    oldest = next((one for one in said if one), "")
    if oldest and oldest != _oldest(connection):
        connection.execute(
            text(
                "INSERT INTO setting (name, value) VALUES (:name, :value)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            ),
            {"name": OLDEST, "value": oldest},
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_newest(connection: Connection, more: Sequence[Path]) -> bool:
    """Then Alembic need not be asked, which would read all the migrations once more."""
    return set(MigrationContext.configure(connection).get_current_heads()) == set(_script(more).get_heads())


def _script(more: Sequence[Path] = ()) -> ScriptDirectory:
    return _read_script(tuple(more))


@functools.cache
def _read_script(more: tuple[Path, ...]) -> ScriptDirectory:
    return ScriptDirectory.from_config(_places(more))


def _engine(store: Store | str) -> Engine:
    url = store if isinstance(store, str) else store.engine.url
    return create_engine(url, poolclass=NullPool, hide_parameters=True)


@contextmanager
def migrating(store: Store | str) -> Iterator[Connection]:
    """One transaction that no other migration shares, on a connection of its own."""
    engine = _engine(store)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
        event.listen(engine, "begin", _take_the_write_lock)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection
        if engine.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def configuration(connection: Connection, more: Sequence[Path] = ()) -> Config:
    """What Alembic's commands ask for, without a file of settings; `more` are further folders of migrations."""
    config = _places(more)
    config.attributes["connection"] = connection
    return config


def _places(more: Sequence[Path]) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if more:
        places = os.pathsep.join(str(one) for one in (MIGRATIONS / "versions", *more))
        config.set_main_option("version_locations", places.replace("%", "%%"))
    return config


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
