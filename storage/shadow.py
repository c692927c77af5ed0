"""A store beside the real one, made anew each time it is opened: the same kind of database, and nobody's data.

Beside an SQLite file it is a file of its own; in PostgreSQL a schema of its own, whose connections see no other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, text

from storage.migrate import migrate
from storage.store import Store

_LOCK = 2_718_281_828
"""The number of its advisory lock."""


class ShadowTaken(Exception):
    """Another process has it open."""


@contextmanager
def shadow_store(url: str, folder: Path, name: str) -> Iterator[Store]:
    """The store `name` beside the one at `url`: empty, with all tables. What is left in it may be looked at until it is
    opened again.

    Raises `ShadowTaken`, and what the database raises: on PostgreSQL its account must be allowed to make a schema.
    """
    beside = _beside_postgres if url.startswith("postgresql") else _beside_sqlite
    with beside(url, folder, name) as address:
        migrate(address)
        with closing(Store(address)) as store:
            yield store


@contextmanager
def _beside_sqlite(_url: str, folder: Path, name: str) -> Iterator[str]:
    """The lock is SQLite's own, on a file beside: it goes with whoever holds it."""
    with closing(sqlite3.connect(folder / f"{name}.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as busy:
            raise ShadowTaken(name) from busy
        for ending in ("", "-wal", "-shm"):
            (folder / f"{name}.db{ending}").unlink(missing_ok=True)
        yield f"sqlite:///{folder / f'{name}.db'}"


@contextmanager
def _beside_postgres(url: str, _folder: Path, name: str) -> Iterator[str]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    with engine.connect() as lock:
        if not lock.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
            raise ShadowTaken(name)
        lock.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
        lock.execute(text(f'CREATE SCHEMA "{name}"'))
        address = make_url(url)
        options = " ".join([*_listed(address.query.get("options")), f"-c search_path={name}"])
        yield address.update_query_dict({"options": options}).render_as_string(hide_password=False)


def _listed(options: str | tuple[str, ...] | None) -> list[str]:
    return [options] if isinstance(options, str) else list(options or ())
