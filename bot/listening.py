"""The listener: hears what other processes ring, and wakes who works on it here."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from bot.errands import Errand, Errands
from storage import bells
from storage.bells import Bell, Ring
from storage.store import Store, StoreFault
from web.live import Live

LISTENS = 0.5
"""Seconds after which it looks whether it is to stop."""
LOOKS = 0.02
"""Seconds after which SQLite is asked again whether somebody has committed."""
CHATS = 0.5
"""Seconds between two rings for all chats, there: whoever looks at one asks the store then."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds before it tries again to get a line, each time twice as long."""
_log = structlog.get_logger()


class Listener:
    """One for each process. `wakes` says whom a bell wakes, by a call from the listener's thread with the chat for
    which it was rung; `wake_all` is called whenever a line begins, since nobody knows what was rung before.
    """

    def __init__(
        self, store: Store, wakes: Mapping[Bell, Callable[[str], None]], wake_all: Callable[[], None]
    ) -> None:
        self._store, self._wakes, self._wake_all = store, wakes, wake_all
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """When it returns nobody is woken any more, unless the store hangs."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with _hearing(self._store) as hear:
                    self._wake_all()
                    pause = FIRST_PAUSE
                    self._listen(hear)
            except StoreFault as fault:
                _log.warning("store_fault", doing="listening", failure=type(fault).__name__)
                self._stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _listen(self, hear: bells.Hear) -> None:
        while not self._stopping.is_set():
            for ring in hear(LISTENS):
                self._wake(ring)

    def _wake(self, ring: Ring) -> None:
        wake = self._wakes.get(ring.bell)
        if wake is not None:
            wake(ring.chat)


@contextmanager
def _hearing(store: Store) -> Iterator[bells.Hear]:
    """Raises `StoreFault` when the line breaks."""
    if store.is_sqlite:
        with bells.watching(store) as version:
            yield _Watch(version).hear
    else:
        with bells.listening(store) as hear:
            yield hear


class _Watch:
    """Rings every bell when somebody has committed to a file of SQLite's: it does not say what."""

    def __init__(self, version: Callable[[], int]) -> None:
        self._version, self._known = version, version()
        self._chats_at = time.monotonic()
        self._chats_wait = False

    def hear(self, seconds: float) -> list[Ring]:
        ends = time.monotonic() + seconds
        while not (heard := self._look()) and time.monotonic() < ends:
            time.sleep(LOOKS)
        return heard

    def _look(self) -> list[Ring]:
        version, now = self._version(), time.monotonic()
        has_changed, self._known = version != self._known, version
        self._chats_wait |= has_changed
        rings = [Ring(bell) for bell in Bell if bell is not Bell.CHAT] if has_changed else []
        if self._chats_wait and now >= self._chats_at:
            self._chats_wait, self._chats_at = False, now + CHATS
            rings.append(Ring(Bell.CHAT))
        return rings


_ERRANDS: Mapping[Bell, Errand] = {
    Bell.INBOX: Errand.ANSWER,
    Bell.OUTBOX: Errand.SEND,
    Bell.FILES: Errand.FETCH,
    Bell.PAPERS: Errand.PRINT,
}


def listening_for(store: Store, errands: Errands, live: Live) -> Listener:
    """A listener that wakes who does these errands here, and the browsers that look at a chat."""

    def calling(errand: Errand) -> Callable[[str], None]:
        return lambda _chat: errands.call(errand)

    def poke(chat: str) -> None:
        live.poke(chat) if chat else live.poke_everybody()

    def wake_all() -> None:
        live.poke_everybody()
        errands.call(*Errand)

    wakes = {bell: calling(errand) for bell, errand in _ERRANDS.items()}
    return Listener(store, {**wakes, Bell.CHAT: poke}, wake_all)
