"""The store: one engine, one way to open a transaction, on SQLite and PostgreSQL alike."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from threading import local
from typing import Any, TypeVar

import orjson
from sqlalchemy import Engine, Select, bindparam, create_engine, event, inspect, make_url, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.selectable import ForUpdateArg
from sqlmodel import Session, SQLModel

from inspection.calendar.calendar import Calendar
from inspection.refusals import NotFound, StateMoved
from inspection.states import Table, next_state
from storage.chain import seal
from storage.shelf import Shelf
from storage.tables.inspections import JournalLine
from storage.turns import Turns

Row = TypeVar("Row", bound=SQLModel)

_LONGEST_TURN = 10.0
"""Seconds, as long as SQLite itself waits."""
_LOCK = ForUpdateArg(key_share=True)

StoreFault = SQLAlchemyError
"""What the database raises when it cannot; the floors above catch it by this name and speak no SQL."""


def is_about_values(fault: BaseException) -> bool:
    """The database is well and refused what it was given: to do the same again would fail again, for ever."""
    return isinstance(fault, IntegrityError | DataError)


_CLASHES = {"40001", "40P01", "55P03"}
"""What PostgreSQL says when it undid one of two that stood in each other's way, or when a lock was not to be had in
time."""


def is_a_clash(fault: BaseException) -> bool:
    """Another transaction stood in the way: nothing is wrong with what was to be done, and it may be done again at
    once."""
    return isinstance(fault, DBAPIError) and getattr(fault.orig, "sqlstate", None) in _CLASHES


def written_as_json(value: Any) -> str:
    """What a JSON column holds. Half a sign, as a broken phone may send, is no text that a fast writer takes."""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, UnicodeError):
        return json.dumps(value)


def safe_text(value: object) -> str:
    """Anything, as JSON within the signs that every database takes."""
    return json.dumps(value, ensure_ascii=True, default=repr)


def read_json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def reason(fault: Exception) -> str:
    """The database's own first words, without a statement and its values: for whoever runs the program."""
    said = str(getattr(fault, "orig", None) or type(fault).__name__).strip()
    return said.splitlines()[0] if said else type(fault).__name__


def shown(url: str) -> str:
    """A store's address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except StoreFault:
        return url.partition(":")[0]


@dataclass
class Records:
    """The rows of one open transaction. `channel` is where the person speaks; it stands in every journal line."""

    session: Session
    channel: str = "system"
    _held: list[SQLModel] = field(default_factory=list)
    """The session forgets a row that nobody holds any more, and would read it again for the next one who asks."""

    shelf: Shelf = field(default_factory=Shelf)
    """What earlier transactions have worked out."""

    fillings: dict[str, Any] = field(default_factory=dict)
    """Checklists being filled in, by inspection, as they stand in this transaction (`storage.fillings`)."""

    calendar: Calendar | None = None
    """The calendar that holds, once it was asked for in this transaction (`storage.calendars`)."""

    known: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Who is behind which account, as far as it was read in this transaction (`storage.people`)."""

    talks: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    """Conversations that were read in this transaction, None where there is none (`storage.people`)."""

    heard: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When accounts spoke, to be written at the end (`storage.people`)."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    """Lines for the outbox, to be written at the end (`storage.outbox`)."""

    rings: dict[str, set[str]] = field(default_factory=dict)
    """Whom the commit wakes in other processes, by bell the chats (`storage.bells`)."""

    journalled: list[JournalLine] = field(default_factory=list)
    """Lines of the journal that this transaction wrote, to be chained at the end (`storage.chain`)."""

    finishing: dict[Callable[["Records"], None], None] = field(default_factory=dict)
    """What writes them: a thousand rows at once cost hardly more than ten one by one."""

    def find(self, kind: type[Row], key: Any) -> Row | None:
        """The row with this primary key, or None."""
        parts = key if isinstance(key, tuple) else (key,)
        if inspect(kind).identity_key_from_primary_key(parts) in self.session.identity_map:
            row = self.session.get(kind, key)
        else:
            values = {f"key_{place}": part for place, part in enumerate(parts)}
            row = self.session.execute(_by_key(kind), values).scalar_one_or_none()
        if row is not None:
            self._held.append(row)
        return row

    def hold(self, *rows: SQLModel) -> None:
        """These were read for somebody who will ask for them in this transaction."""
        self._held += rows

    def get(self, kind: type[Row], key: Any) -> Row:
        """The row with this primary key; `NotFound`, in words that don't say whether it exists, when there is none."""
        row = self.find(kind, key)
        if row is None:
            raise NotFound
        return row

    def lock(self, kind: type[Row], key: Any) -> Row:
        """The row, read after taking its lock, so that two hands on one inspection come one after the other.

        The lock lets others point at the row (a redraw seats people in teams that it has not locked): with a stronger
        one, two redraws of one draw would wait for each other.
        """
        self.session.flush()
        row = self.session.get(kind, key, with_for_update=_LOCK, populate_existing=True)
        if row is None:
            raise NotFound
        return row

    def add(self, *rows: SQLModel) -> None:
        """New rows, written at once, so that a broken rule of the database speaks where it was broken."""
        self.session.add_all(rows)
        self.session.flush()

    def move(
        self, table: Table, row: Any, step: Any, *, by: str | None, at: datetime, **details: object
    ) -> None:
        """Takes one step of a status: legal by its table, from the state it was read in, with its journal line.

        Raises `IllegalStep` when the table has no such step and `StateMoved` when somebody else moved the row since.
        """
        old, new = row.state, next_state(table, row.state, step)
        self.session.flush()
        keys = inspect(type(row)).primary_key
        same_row = [column == getattr(row, column.key) for column in keys]
        changed = self.session.execute(
            update(type(row)).where(*same_row, type(row).state == old).values(state=new),
            execution_options={"synchronize_session": False},
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise StateMoved(what=table.name)
        set_committed_value(row, "state", new)
        subject = ":".join(str(getattr(row, column.key)) for column in keys)
        self.journal(
            f"{table.name}.{step}", subject, by=by, at=at, **{"from": old.value, "to": new.value}, **details
        )

    def journal(self, verb: str, subject: str, *, by: str | None, at: datetime, **details: object) -> None:
        """Who did what to which thing, when; private words never belong into `details`."""
        line = JournalLine(at=at, actor=by, channel=self.channel, verb=verb, subject=subject, details=details)
        self.session.add(line)
        self.journalled.append(line)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: what is done inside is undone when it raises, and the transaction goes on."""
        written, journalled = len(self.lines), len(self.journalled)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            self.fillings.clear()
            self.calendar = None
            del self.lines[written:], self.journalled[journalled:]
            raise

    @contextmanager
    def step(self) -> Iterator[None]:
        """A savepoint like `attempt`, at a tenth of the price where nothing is undone; where something is, all that
        was read in this transaction must be read again: rows from before are nobody's any more."""
        self.session.flush()
        written, journalled = len(self.lines), len(self.journalled)
        connection = self.session.connection()
        connection.exec_driver_sql("SAVEPOINT step")
        try:
            yield
            self.session.flush()
        except BaseException:
            if connection.in_transaction() and self.session.is_active:
                self.session.expunge_all()
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT step")
            self.forget()
            del self.lines[written:], self.journalled[journalled:]
            raise
        connection.exec_driver_sql("RELEASE SAVEPOINT step")

    def forget(self) -> None:
        """What was read in this transaction is read again."""
        self._held.clear()
        self.calendar = None
        for read in (self.fillings, self.known, self.talks):
            read.clear()

    def finish(self) -> None:
        """Writes what was left to the end."""
        for write in self.finishing:
            write(self)
        self.finishing.clear()
        if self.journalled:
            seal(self.session, self.journalled, _as_kept)
            self.journalled.clear()


@cache
def _by_key(kind: type[Row]) -> Select[Row]:
    """Put together once: the session's own way to ask for a row puts it together each time, at twice the price."""
    columns = inspect(kind).primary_key
    return select(kind).where(*(column == bindparam(f"key_{place}") for place, column in enumerate(columns)))


def _as_kept(value: dict[str, Any]) -> dict[str, Any]:
    """What a JSON column gives back of it: tuples are lists there, and states their values."""
    kept: dict[str, Any] = read_json(written_as_json(value))
    return kept


class Store:
    """Opens transactions. `url` is an SQLAlchemy address: `sqlite:///…` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        # Its exceptions would else quote the values of the statement: names, words, digests.
        self.engine = create_engine(
            url,
            pool_pre_ping=url.startswith("postgresql"),
            hide_parameters=True,
            json_serializer=written_as_json,
            json_deserializer=read_json,
        )
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._writers, self._mine = Turns(), local()
        self._shelf = Shelf()
        self._reading_engine = self.engine.execution_options(reads_only=True)

    @contextmanager
    def transaction(
        self, channel: str = "system", *, is_waited_for: bool = False, patience: float | None = None
    ) -> Iterator[Records]:
        """All or nothing: commits when the block ends well. `is_waited_for`: a messenger holds the line meanwhile, and
        it goes before others. `patience`: on PostgreSQL, the seconds that it waits for what another transaction holds;
        then it ends with a fault that `is_a_clash`."""
        is_kept = False
        with (
            self.turn_to_write(is_waited_for=is_waited_for),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            records = Records(session, channel, shelf=self._shelf)
            if patience is not None and not self.is_sqlite:
                session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {round(1000 * patience)}")
            yield records
            if session.in_transaction():  # whoever gave it up inside wants nothing written
                records.finish()
                is_kept = True
        if is_kept:
            self._shelf.put_back(records.fillings)

    @contextmanager
    def turn_to_write(self, *, is_waited_for: bool = False) -> Iterator[None]:
        """SQLite has one writer at a time, and whoever finds it busy sleeps and looks again: ten hands that wait so
        take ten times as long as ten hands in a queue. Between processes, and after `_LONGEST_TURN`, it is SQLite's
        own lock that speaks. A transaction takes its turn by itself; whoever wants to see first what there is to write
        by then takes it before, and the transactions of this thread inside the block wait no more."""
        if not self.is_sqlite or getattr(self._mine, "is_taken", False):
            yield
            return
        has_turn = self._writers.take(is_waited_for, _LONGEST_TURN)
        self._mine.is_taken = True
        try:
            yield
        finally:
            self._mine.is_taken = False
            if has_turn:
                self._writers.give_back()

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """For pages: sees one consistent moment, takes no write lock, keeps nothing."""
        with Session(self._reading_engine, expire_on_commit=False) as session:
            records = Records(session, shelf=self._shelf)
            yield records  # closing gives up the transaction and leaves the rows readable
        self._shelf.put_back(records.fillings)

    def now(self) -> datetime:
        """The time of PostgreSQL's host, at this moment."""
        with self.engine.connect() as connection:
            told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return told.astimezone(UTC)

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    """The driver's own transactions lose updates in silence; these settings do not (docs/decisions/0003)."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only")
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
