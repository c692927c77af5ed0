"""A visit that has ended, with its files: played once on SQLite and copied from then on, for playing takes a second."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.store import Store
from tests.actions.story import Story
from tests.papers.visits import an_ended_visit, officers
from tests.stores import an_empty_store


@dataclass(frozen=True)
class Visit:
    """Who is who in it, and when it stands still. Its pictures lie in `files` of the folder that it was made in."""

    id: str
    lead: str
    fire: str
    at: datetime


def seen(story: Story, inspection: str) -> Visit:
    lead, fire = officers(story, inspection)
    return Visit(inspection, lead, fire, story.at)


@contextmanager
def a_kept_visit(database: str, folder: Path) -> Iterator[tuple[Store, Visit]]:
    """The store that it stands in, closed after; `folder` holds the files, and the store's where it is SQLite."""
    if database != "sqlite":
        with an_empty_store(database, folder) as store:
            story, inspection, _ = an_ended_visit(store, folder)
            yield store, seen(story, inspection)
        return
    kept, visit = _played()
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    store = Store(f"sqlite:///{folder / 'store.db'}")
    yield store, visit
    store.close()


@functools.cache
def _played() -> tuple[Path, Visit]:
    folder = Path(tempfile.mkdtemp(prefix="visit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with an_empty_store("sqlite", folder) as store:
        story, inspection, _ = an_ended_visit(store, folder)
    return folder, seen(story, inspection)
