"""Empty stores for tests, on SQLite and on PostgreSQL: migrated once, copied for every test."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import growing
from storage.migrate import migrate
from storage.store import Records, Store
from tests.dialects import share_compiled
from tests.postgres import fresh_database

DATABASES = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("store", DATABASES, indirect=True)
"""For a test where the fixture `store` is of SQLite alone otherwise."""


@contextmanager
def an_empty_store(database: str, folder: Path) -> Iterator[Store]:
    """A store of its own, closed after; `folder` is where an SQLite file may lie."""
    with _url(database, folder) as url:
        store = Store(url)
        share_compiled(store.engine, store._reading_engine)
        yield store
        store.close()


@contextmanager
def _url(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield lay_a_store(folder / "store.db")
    else:
        with fresh_database(migrate) as url:
            yield url


def lay_a_store(file: Path) -> str:
    """An empty store with all tables in a new SQLite file, for a program to find there; gives its address."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template_file(), file)
    return f"sqlite:///{file}"


def lay_a_data_folder(folder: Path) -> str:
    """The data folder of a program that was started before: with an empty store. Gives the store's address."""
    return lay_a_store(folder / "shuangsuiji.db")


@functools.cache
def _template_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


@contextmanager
def owned(records: Records) -> Iterator[None]:
    """Does what only the owner of a database can: changes evidence that its triggers guard."""
    growing.unguard(records.session.connection())
    yield
    records.session.flush()
    growing.guard(records.session.connection())
