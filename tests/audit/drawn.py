"""A store with one drawn scheme, played once and copied for every test that begins there."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.store import Store
from tests.actions.story import Story, a_drawn_story
from tests.stores import an_empty_store


@contextmanager
def a_drawn_store(database: str, folder: Path) -> Iterator[Story]:
    """Its story, at the moment of the draw; on PostgreSQL it is drawn anew."""
    if database != "sqlite":
        with an_empty_store(database, folder) as store:
            yield a_drawn_story(store)
        return
    shutil.copyfile(_drawn_file(), folder / "store.db")
    with closing(Store(f"sqlite:///{folder / 'store.db'}")) as store:
        yield Story(store)


@functools.cache
def _drawn_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="drawn-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with an_empty_store("sqlite", folder) as store:
        a_drawn_story(store)
    return folder / "store.db"
