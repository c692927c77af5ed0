"""The service on a fake messenger, in a thread of its own: everything but the pages, on a clock moved by hand."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from pydantic import SecretStr

from bot.channels.channel import Channel
from bot.channels.pace import Pace
from bot.channels.telegram.reading import CHANNEL
from bot.delivering import Deliverer
from bot.fetching import Fetcher
from bot.messengers import Messenger, make_telegram
from bot.printing import Printer
from bot.settings import Settings
from bot.ticking import tick
from bot.working import Worker
from handlers.turn import Tools
from storage import awaited_files, inbox, paper_orders
from storage.files import FileStore
from storage.store import Store, StoreFault
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.builders import NOW
from tests.telegram.server import FakeTelegram

PATIENCE = 30.0
HURRY = 200
"""So many times as fast as Telegram's limits count, where they are not what is looked at."""
_LOOK = 0.03
"""Seconds between two looks at whether all is done: whoever looks without a pause takes half of the processor."""


class HouseOnAMessenger:
    """Receiver, worker, fetcher, printer and deliverer, each as `serve` runs it; the tick is the test's."""

    channel: str

    def __init__(
        self, store: Store, folder: Path, settings: Settings, hurry: float, channels: Mapping[str, Channel]
    ) -> None:
        self.store, self.now = store, NOW
        self.files = FileStore(folder / "files")
        self._settings = settings
        self._hurry, self._channels = hurry, channels
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def clock(self) -> datetime:
        return self.now

    # --- starting and stopping

    def __enter__(self) -> Self:
        self.starts()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stops()

    def starts(self) -> None:
        is_up = threading.Event()
        self._thread = threading.Thread(target=self._live, args=(is_up,), daemon=True)
        self._thread.start()
        assert is_up.wait(PATIENCE)

    def stops(self) -> None:
        """As SIGTERM does: what is in hand is finished."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive(), "it does not stop"
        self._loop = self._thread = None

    def dies(self) -> None:
        """As kill -9 does: what is in hand is left as it lies, and only the store knows of it."""
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(PATIENCE)
        self._loop = self._thread = None

    def _live(self, is_up: threading.Event) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._run(is_up))

    async def _run(self, is_up: threading.Event) -> None:
        self._main = cast("asyncio.Task[None]", asyncio.current_task())
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()

        def wake_worker() -> None:
            loop.call_soon_threadsafe(worker.wake)

        def after_work() -> None:
            deliverer.wake()
            fetcher.wake()
            printer.wake()

        self.wake_worker = wake_worker
        messenger = self._messenger(wake_worker)
        await self._opens(messenger)
        sources = {self.channel: messenger.files}
        deliverer = Deliverer(self.store, {self.channel: messenger.channel, **self._channels}, self.clock)
        fetcher = Fetcher(self.store, self.files, sources, self.clock, after=wake_worker)
        printer = Printer(self.store, self.files, self.clock, after=deliverer.wake)
        tools = Tools(new_secret=lambda: bytes(range(32)))
        worker = Worker(self.store, tools, self.clock, after=after_work)

        def wake_all() -> None:
            loop.call_soon_threadsafe(after_work)

        self._wake = wake_all
        parts = (messenger.receiver, worker, deliverer, fetcher, printer)
        tasks = [asyncio.create_task(one.run()) for one in parts]
        is_up.set()
        try:
            await self._stopping.wait()
        except asyncio.CancelledError:
            await self._closes()
            await _leave_everything(messenger)
            raise
        await self._closes()
        for one in parts:
            one.stop()
        await asyncio.gather(*tasks)
        await messenger.close()
        await asyncio.sleep(0)

    # --- what differs from messenger to messenger

    def _messenger(self, wake: Callable[[], None]) -> Messenger:
        raise NotImplementedError

    async def _opens(self, messenger: Messenger) -> None:
        """Where a messenger brings its updates, its door."""

    async def _closes(self) -> None: ...

    def _unconfirmed(self) -> int:
        """Updates that the messenger has not brought yet."""
        raise NotImplementedError

    def _seconds(self) -> float:
        return time.monotonic() * self._hurry

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._hurry)

    # --- time

    def wait(self, by: timedelta) -> None:
        """Moves the clock on; everything that falls due meanwhile is done when it ends."""
        self.now += by
        self.rests()

    def pause(self, seconds: float) -> None:
        """Time of the machine: what is tried again and again is tried some more."""
        time.sleep(seconds)

    def rests(self, within: float = PATIENCE) -> None:
        """Until nothing is left to do: all is confirmed, answered, fetched and sent that can be."""
        give_up_at = time.monotonic() + within
        # Twice: what was moving while one looked is seen at the second look.
        while not (self._is_at_rest() and self._is_at_rest()):
            assert time.monotonic() < give_up_at, f"it never comes to rest: {dict(self._left())}"
            time.sleep(_LOOK)

    def _is_at_rest(self) -> bool:
        try:
            if tick(self.store, self.clock, self._wake) or self._unconfirmed():
                return False
            return not any(number for _name, number in self._left())
        except StoreFault:
            return False

    def _left(self) -> Iterator[tuple[str, int]]:
        """What moves most comes first: mostly nobody asks for the rest."""
        with self.store.reading() as records:
            yield "inbox", inbox.counts(records).get("pending", 0)
            yield "outbox", self._movable(rows_of(records, OutboxLine, state=OutboxState.PENDING))
            yield "files", int(awaited_files.has_come(records, self.now))
            yield "papers", int(paper_orders.has_come(records, self.now))

    def _movable(self, lines: list[OutboxLine]) -> int:
        """Lines in hand or ready to be; what waits for its next try, and those behind it, do not move by themselves."""
        heads: dict[str, OutboxLine] = {}
        for line in sorted(lines, key=lambda line: line.id or 0):
            if self._has_come(line) or line.attempts:
                heads.setdefault(line.addressee, line)
        return sum(line.claimed_until is not None or self._has_come(line) for line in heads.values())

    def _has_come(self, line: OutboxLine) -> bool:
        return line.due_at <= self.now or line.due_at <= line.created_at


class TelegramHouse(HouseOnAMessenger):
    """On a fake Telegram, by polling."""

    channel = CHANNEL

    def __init__(
        self, store: Store, telegram: FakeTelegram, folder: Path, *, hurry: float = HURRY, **channels: Channel
    ) -> None:
        settings = Settings(
            data_dir=folder, telegram_token=SecretStr(telegram.token), telegram_api_url=telegram.url
        )
        super().__init__(store, folder, settings, hurry, channels)
        self.telegram = telegram

    def _messenger(self, wake: Callable[[], None]) -> Messenger:
        pace = Pace(30 * self._hurry, self._seconds, self._sleep)
        return make_telegram(self._settings, self.store, self.files, self.clock, wake, pace)

    def _unconfirmed(self) -> int:
        return self.telegram.pending


async def _leave_everything(messenger: Messenger) -> None:
    """The lines are closed, as the system does it for the dead."""
    mine = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() if task is not mine]
    for task in left:
        task.cancel()
    await asyncio.wait(left)
    await messenger.close()
    await asyncio.sleep(0.05)  # what is aborted is gone only some moments later
