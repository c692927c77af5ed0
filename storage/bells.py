"""Wake-ups between processes: a transaction that leaves work for others rings, and whoever listens need not wait until
it looks by itself.

PostgreSQL carries the rings at the commit, to every process of the store. They say where to look and no more: one that
is lost costs the second until somebody looks. SQLite carries none, but says at any time whether somebody has committed:
then every bell rings there.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.store import Records, Store


class Bell(StrEnum):
    INBOX = "inbox"
    OUTBOX = "outbox"
    FILES = "files"
    PAPERS = "papers"
    CHAT = "chat"
    """Of the web chat; rung with its name, or without it for all of them."""


@dataclass(frozen=True)
class Ring:
    bell: Bell
    chat: str = ""


_LINE = "shuangsuiji"
_LONGEST = 6000
"""Characters of one notice, of the 8000 bytes that PostgreSQL takes; names of chats are ASCII but for a few."""
_RING = text("SELECT pg_notify(:line, said) FROM unnest(CAST(:said AS text[])) said")
Hear = Callable[[float], list[Ring]]


def ring(records: Records, bell: Bell, chat: str = "") -> None:
    """At the commit, once however often it is asked for: those that notify commit one after the other."""
    if records.session.get_bind().dialect.name == "postgresql":
        records.rings.setdefault(bell, set()).add(chat)
        records.finishing[_ring_all] = None


def _ring_all(records: Records) -> None:
    said = [notice for bell, chats in records.rings.items() for notice in _notices(bell, sorted(chats))]
    records.rings.clear()
    records.session.execute(_RING, {"line": _LINE, "said": said})


def _notices(bell: str, chats: list[str]) -> Iterator[str]:
    """One, unless it names more chats than go into one."""
    named, length = list[str](), 0
    for chat in chats:
        if named and length + len(chat.encode()) >= _LONGEST:
            yield "\n".join([bell, *named])
            named, length = [], 0
        named.append(chat)
        length += len(chat.encode()) + 1
    yield "\n".join([bell, *named])


@contextmanager
def listening(store: Store) -> Iterator[Hear]:
    """On PostgreSQL: gives what waits, at most so many seconds, for the next rings and gives them. It has a connection
    of its own. Raises `StoreFault` as soon as that breaks: what was rung since is unknown.
    """
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        line = connection.connection.driver_connection
        connection.detach()  # the pool's are for work
        assert isinstance(line, psycopg.Connection)
        line.execute(f"LISTEN {_LINE}")

        def hear(seconds: float) -> list[Ring]:
            try:
                heard = list(line.notifies(timeout=seconds, stop_after=1))
                if not heard:
                    line.execute(
                        f"LISTEN {_LINE}"
                    )  # a line that was cut is as silent as one on which nobody speaks
            except psycopg.Error as fault:
                raise OperationalError("LISTEN", {}, fault) from fault
            return [one for notice in heard for one in _read(notice.payload)]

        yield hear


@contextmanager
def watching(store: Store) -> Iterator[Callable[[], int]]:
    """On SQLite: gives what tells a number, which is another one as soon as anybody else has committed, this process
    included. It takes microseconds, on a connection of its own, for the thread that called. Raises `StoreFault`.

    `PRAGMA data_version`: sqlite.org/pragma.html.
    """
    line = store.engine.raw_connection()
    file = line.driver_connection
    assert isinstance(file, sqlite3.Connection)
    line.detach()  # the pool's are for work
    asked = "PRAGMA data_version"

    def version() -> int:
        try:
            return int(file.execute(asked).fetchone()[0])
        except sqlite3.Error as fault:
            raise OperationalError(asked, {}, fault) from fault

    with closing(line):
        yield version


def _read(said: str) -> Iterator[Ring]:
    """Nothing of what a later version of ours may say."""
    bell, *chats = said.split("\n")
    if bell in set(Bell):
        yield from (Ring(Bell(bell), chat) for chat in chats or [""])
