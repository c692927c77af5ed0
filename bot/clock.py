"""What time it is: the host's, the store's where several hosts share it, or in a demo the host's moved on by hand."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread

import structlog

from storage.store import Store, StoreFault
from storage.tables.messaging import Setting

ASKS_EVERY = 60.0
"""Seconds; two good clocks part by some milliseconds in this time."""
LOOKS_EVERY = 1.0
_SLEPT = 1.0
"""Seconds by which the host's clock may go otherwise than the one that nobody sets; beyond that the machine has slept,
or somebody did set it, and the store is asked anew."""
OFF = timedelta(seconds=5)
"""A host's clock that is further off is worth a word."""
_OFFSET = "clock_offset_seconds"
_log = structlog.get_logger()


def _host_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The present moment, aware, in UTC."""

    def __call__(self) -> datetime:
        return _host_now()

    def world(self) -> datetime:
        """The same, unless somebody has moved this clock on by hand: for what is so only while processes run."""
        return self()

    @property
    def host_off_by(self) -> timedelta | None:
        """How far the host's clock is ahead of this one, where that is worth a word."""
        return None

    def start(self) -> None:
        """From now on it keeps itself right, until `close`."""

    def close(self) -> None:
        pass


class StoreClock(Clock):
    """The store's time, which all processes have in common: a host whose clock is wrong would take from others what
    they have in hand, and end deadlines early.

    The store is asked now and then, and in between time goes on by a clock that nobody can set; while the store does
    not answer it goes on, too. Raises `StoreFault` where it does not answer at the beginning.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], float] = time.monotonic,
        host: Callable[[], datetime] = _host_now,
    ) -> None:
        self._store, self._now, self._host = store, now, host
        self._began: datetime | None = None
        self._is_off, self._stopping = False, Event()
        self._thread = Thread(target=self._run, name="clock", daemon=True)
        self.ask()

    def __call__(self) -> datetime:
        assert self._began is not None
        return self._began + timedelta(seconds=self._now())

    @property
    def host_off_by(self) -> timedelta | None:
        return self._off_by if self._is_off else None

    def ask(self) -> None:
        """Sets it by the store. The answer is of some moment between question and answer: taken for that in the
        middle, it is wrong by half of what they lie apart at most, and where that may be all, nothing is changed."""
        asked = self._now()
        told = self._store.now()
        heard = self._now()
        began = told - timedelta(seconds=(asked + heard) / 2)
        if self._began is None or abs(began - self._began) > timedelta(seconds=(heard - asked) / 2):
            self._began = began
        self._asked, self._host_began = heard, self._host_start()
        self._note_host()

    def look(self) -> None:
        """Asks when it is time to, and when the machine has slept. Raises nothing."""
        has_slept = abs((self._host_start() - self._host_began).total_seconds()) > _SLEPT
        if not has_slept and self._now() - self._asked < ASKS_EVERY:
            return
        try:
            self.ask()
        except StoreFault as fault:
            self._asked = self._now()
            _log.warning("store_fault", doing="asking the time", failure=type(fault).__name__)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)  # the store may hang

    def _run(self) -> None:
        while not self._stopping.wait(LOOKS_EVERY):
            self.look()

    def _host_start(self) -> datetime:
        """What the host's clock said when the other one stood at nought."""
        return self._host() - timedelta(seconds=self._now())

    def _note_host(self) -> None:
        """One line when it is found to be off, and one when it is right again."""
        assert self._began is not None
        self._off_by = self._host_began - self._began
        was_off, self._is_off = self._is_off, abs(self._off_by) > OFF
        if self._is_off and not was_off:
            _log.warning("host_clock_off", by=self._off_by.total_seconds())
        elif was_off and not self._is_off:
            _log.info("host_clock_right")


def clock_for(store: Store, *, is_demo: bool) -> Clock:
    """Of a store on SQLite there is one host, whose clock is everybody's. Raises `StoreFault`."""
    if is_demo:
        return DemoClock(store)
    return Clock() if store.is_sqlite else StoreClock(store)


class DemoClock(Clock):
    """A clock that a visitor may move forward; how far is kept in the store, over every restart."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        with store.reading() as records:
            kept = records.find(Setting, _OFFSET)
        self._offset = timedelta(seconds=float(kept.value) if kept else 0.0)

    def __call__(self) -> datetime:
        return _host_now() + self._offset

    def world(self) -> datetime:
        return _host_now()

    def move(self, by: timedelta) -> None:
        """Moves on by `by`; never back, since what has happened has happened."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        with self._lock:
            offset = self._offset + by
            with self._store.transaction() as records:
                kept = records.find(Setting, _OFFSET) or Setting(name=_OFFSET, value="")
                kept.value = str(offset.total_seconds())
                records.session.merge(kept)
            self._offset = offset  # only now: a push that was not kept would be taken back by the next start
