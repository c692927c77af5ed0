"""What time it is: the world's, or in a demo the world's moved on by hand."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from storage.store import Store
from storage.tables.messaging import Setting

_OFFSET = "clock_offset_seconds"


class Clock:
    """The present moment, aware, in UTC."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class DemoClock(Clock):
    """A clock that a visitor may move forward; how far is kept in the store, over every restart."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        with store.reading() as records:
            kept = records.find(Setting, _OFFSET)
        self._offset = timedelta(seconds=float(kept.value) if kept else 0.0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset

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
