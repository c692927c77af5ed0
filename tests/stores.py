"""Stores for tests, on SQLite and on PostgreSQL: made once in a process, copied for every test."""

import atexit
import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from storage import growing
from storage.migrate import migrate
from storage.store import Records, Store
from tests.postgres import Prepare, fresh_database

DATABASES = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("store", DATABASES, indirect=True)
"""For a test where the fixture `store` is of SQLite alone otherwise."""


def on_both_the_first(name: str, values: Iterable[Any]) -> pytest.MarkDecorator:
    """Every value on SQLite, and the first on PostgreSQL too: for values that change what is decided and not what is
    asked of the store."""
    given = list(values)
    cases = [("postgresql", given[0]), *(("sqlite", one) for one in given)]
    return pytest.mark.parametrize(("store", name), cases, indirect=["store"])


@contextmanager
def an_empty_store(database: str, folder: Path) -> Iterator[Store]:
    """A store of its own, closed after; `folder` is where an SQLite file may lie."""
    with a_prepared_store(database, folder, migrate) as store:
        yield store


@contextmanager
def a_prepared_store(database: str, folder: Path, prepare: Prepare) -> Iterator[Store]:
    """As `prepare` leaves an empty store whose address it gets; it is asked once for each kind of database."""
    with _url(database, folder, *_steps(prepare)) as url, opened(url) as store:
        yield store


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """One that is closed after."""
    store = Store(url)
    yield store
    store.close()


def _steps(prepare: Prepare) -> tuple[Prepare, ...]:
    return (migrate,) if prepare is migrate else (migrate, prepare)


@contextmanager
def _url(database: str, folder: Path, *steps: Prepare) -> Iterator[str]:
    if database == "sqlite":
        yield lay_a_store(folder / "store.db", *steps)
    else:
        with fresh_database(*steps) as url:
            yield url


def lay_a_store(file: Path, *steps: Prepare) -> str:
    """A store in a new SQLite file, for a program to find there: empty with all tables, or as these have left one.
    Gives its address."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template_file(*steps or (migrate,)), file)
    return f"sqlite:///{file}"


def lay_a_data_folder(folder: Path) -> str:
    """The data folder of a program that was started before: with an empty store. Gives the store's address."""
    return lay_a_store(folder / "shuangsuiji.db")


@functools.cache
def _template_file(*steps: Prepare) -> Path:
    """An SQLite file that is whole: nothing of it is still in a log beside it."""
    folder = Path(tempfile.mkdtemp(prefix="store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file, (*before, last) = folder / "template.db", steps
    if before:
        shutil.copyfile(_template_file(*before), file)
    last(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@contextmanager
def owned(records: Records) -> Iterator[None]:
    """Does what only the owner of a database can: changes evidence that its triggers guard."""
    growing.unguard(records.session.connection())
    yield
    records.session.flush()
    growing.guard(records.session.connection())
