"""Who alone may do a thing among all processes on one store: with PostgreSQL a lock that ends with its connection, with
SQLite one of a file that ends with its process. Either way nothing needs clearing up after a process that was killed.
"""

import contextlib
import fcntl
import hashlib
import hmac
import os
import socket
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from storage.store import Store

ANSWER_SECONDS = 3
"""In which the database must say that a lock is still ours: whoever hears nothing for so long has lost it."""
_SILENCE = {"tcp_keepalives_idle": 5, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3}
"""After these the database gives up a process that has gone without a word, 11 seconds in all: later than that process
itself stops, which hears from the database every second."""
_LABEL = b"shuangsuiji: owner of "


class Ownership(Protocol):
    """Of one thing. Not for two threads at once, but for `abandon`. What the database raises passes through."""

    def take(self) -> bool:
        """Whether it is ours from now on; False: somebody else's."""

    def is_kept(self) -> bool:
        """Whether it still is; False for good, until it is taken again."""

    def give_back(self) -> None:
        """The next one may take it at once. Harmless when it is not ours."""

    def abandon(self) -> None:
        """The same from another thread, while one of the others does not return: that one fails then."""

    def line(self) -> int | None:
        """A file to watch: something to read on it means that `is_kept` should be asked at once."""


def ownership_of(store: Store, thing: str, secret: str) -> Ownership:
    """Of `thing` (a word for the name of a lock) at whoever knows `secret`, of which nothing is told to anybody."""
    digest = hmac.new(secret.encode(), _LABEL + thing.encode(), hashlib.sha256)
    if not store.is_sqlite:
        return LockInPostgres(store.engine, int.from_bytes(digest.digest()[:8], "big", signed=True))
    database = Path(store.engine.url.database or "store")
    return LockedFile(database.with_name(f"{database.name}.{thing}-{digest.hexdigest()[:8]}.lock"))


class LockInPostgres:
    """An advisory lock of a session, on a connection that does nothing else. Not through a pooler that lends one
    connection to many: `is_kept` notices that, and the lock is lost at once, again and again."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._number = number
        self._engine = create_engine(
            engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={
                "connect_timeout": ANSWER_SECONDS,
                "keepalives": 1,
                "keepalives_idle": 2,
                "keepalives_interval": 1,
                "keepalives_count": 2,
                "tcp_user_timeout": ANSWER_SECONDS * 1000,
                "prepare_threshold": None,
            },
        )
        self._connection: Connection | None = None
        self._process: int | None = None
        self._line: int | None = None

    def take(self) -> bool:
        try:
            return self._take()
        except BaseException:
            self.give_back()
            raise

    def _take(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
            for name, value in _SILENCE.items():
                self._connection.exec_driver_sql(f"SET {name} = {value}")
        asked = text("SELECT pg_try_advisory_lock(:number), pg_backend_pid()")
        is_ours, self._process = self._connection.execute(asked, {"number": self._number}).one()
        self._line = _driver(self._connection).fileno() if is_ours else None
        return bool(is_ours)

    def is_kept(self) -> bool:
        if self._connection is None or self._line is None:
            return False
        try:
            is_kept = self._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() == self._process
        except SQLAlchemyError:
            is_kept = False
        if not is_kept:
            self.give_back()
        return is_kept

    def give_back(self) -> None:
        connection, self._connection, self._line = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.invalidate()  # closes it, and with it goes the lock
                connection.close()

    def abandon(self) -> None:
        if (line := self._line) is not None:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(line)) as same:
                same.shutdown(socket.SHUT_RDWR)

    def line(self) -> int | None:
        return self._line


class LockedFile:
    """`flock`: the kernel gives it back when the process ends, however it ends."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: int | None = None

    def take(self) -> bool:
        if self._held is None:
            held = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(held)
                return False
            self._held = held
        return self.is_kept()

    def is_kept(self) -> bool:
        """A file that somebody removed locks out nobody who makes it anew."""
        if self._held is None:
            return False
        try:
            is_kept = os.path.samestat(os.fstat(self._held), self._file.stat())
        except FileNotFoundError:
            is_kept = False
        if not is_kept:
            self.give_back()
        return is_kept

    def give_back(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)

    def abandon(self) -> None:
        """Nothing here keeps anybody waiting."""

    def line(self) -> int | None:
        return None


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
