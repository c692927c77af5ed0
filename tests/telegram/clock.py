"""The hour at the fake Telegram: it stands until a test moves it, or runs on from where it was set."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Clock:
    """What a bot reads in dates, what rate limits, callbacks, links and webhook retries are counted by."""

    def __init__(self, start: datetime = START, *, is_running: bool = False) -> None:
        self._at = start.timestamp()
        self._since = time.monotonic() if is_running else None
        self._lock = threading.Lock()
        self._sleepers: list[Callable[[], None]] = []

    @property
    def is_running(self) -> bool:
        return self._since is not None

    def __call__(self) -> float:
        """Seconds since 1970, as Telegram counts."""
        return self._at if self._since is None else self._at + time.monotonic() - self._since

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)

    def move(self, by: timedelta | float) -> None:
        """On, or back: a machine's clock may be set back too."""
        with self._lock:
            self._at += by.total_seconds() if isinstance(by, timedelta) else by
            sleepers, self._sleepers = self._sleepers, []
        for wake in sleepers:
            wake()

    async def sleep(self, seconds: float) -> None:
        """Until the clock shows so much later, whoever moves it there."""
        due = self() + seconds
        while (left := due - self()) > 0:
            moved = asyncio.Event()
            loop = asyncio.get_running_loop()
            with self._lock:
                self._sleepers.append(lambda wake=moved.set, to=loop: _wake(to, wake))  # type: ignore[misc]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), left if self.is_running else None)


def _wake(loop: asyncio.AbstractEventLoop, wake: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # a server that was stopped meanwhile
        loop.call_soon_threadsafe(wake)
