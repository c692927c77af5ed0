"""Work that one process does at a time, because a second one would do the same in vain."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from storage.store import Store


@contextmanager
def alone(store: Store, work: str) -> Iterator[bool]:
    """Whether nobody else is at this work, and nobody will be while the block runs; who dies over it lets it go.

    On SQLite always True: several processes of one host may be at it there, and what they write keeps it right, as it
    would everywhere.
    """
    if store.is_sqlite:
        yield True
        return
    with store.engine.connect() as connection:
        asked = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:work, 6))")
        yield bool(connection.execute(asked, {"work": work}).scalar_one())
