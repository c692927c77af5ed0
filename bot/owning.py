"""What one process alone may do, whichever of them does it: asking Telegram for updates, watching over a webhook."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.rounds import note_fault
from storage.ownership import ANSWER_SECONDS, Ownership

LOOK_SECONDS = 1.0
"""Between two looks, of who owns it whether that is still so, and of who does not whether it is free."""
SETTLE_SECONDS = 1.0
"""For whoever takes it over: the one before hears of its loss at once, and at the latest in its next look."""
_log = structlog.get_logger()


class Receiver(Protocol):
    """What runs beside the house until it is told to stop."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


def own_name() -> str:
    """This process among all that share a store."""
    return f"{socket.gethostname()}/{os.getpid()}"


class Owned:
    """A receiver that runs while this process owns what it is for, and waits for that otherwise.

    Each time it is ours a new one is made: it must not know where the one before had stopped, for another process has
    gone on since.
    """

    def __init__(
        self,
        ownership: Ownership,
        make: Callable[[], Receiver],
        thing: str,
        on_change: Callable[[bool], Awaitable[None]],
        *,
        look_seconds: float = LOOK_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        """`thing` is its name in the log; `on_change` hears, beside it, that it is ours, and that we gave it back."""
        self._ownership, self._make, self._thing, self._on_change = ownership, make, thing, on_change
        self._look_seconds, self._settle_seconds = look_seconds, settle_seconds
        self._stopping = asyncio.Event()
        self._told: set[asyncio.Task[None]] = set()
        self._asking: asyncio.Future[bool] | None = None

    def stop(self) -> None:
        """Lets `run` return when what the receiver has in hand is stored; called on the loop."""
        self._stopping.set()

    async def run(self) -> None:
        has_waited = False
        try:
            while not self._stopping.is_set():
                if await self._take():
                    if has_waited:
                        await self._pause(self._settle_seconds)
                    await self._receive()
                elif not has_waited:
                    _log.info("waiting_to_own", thing=self._thing)
                has_waited = True
                await self._pause(self._look_seconds)
        finally:
            await self._give_back()
            if self._told:
                await asyncio.wait(self._told)

    async def _take(self) -> bool:
        """A store that does not answer lets nobody own anything."""
        try:
            return await self._ask(self._ownership.take)
        except Exception as fault:
            note_fault(f"taking {self._thing}", fault)
            return False

    async def _receive(self) -> None:
        """Until it is no longer ours, or we are told to stop."""
        if self._stopping.is_set() or not await self._is_kept():
            return
        _log.info("owned", thing=self._thing, by=own_name())
        self._tell(True)
        receiver = self._make()
        receiving = asyncio.create_task(receiver.run())
        losing = asyncio.create_task(self._lost())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((receiving, losing, stopping), return_when=asyncio.FIRST_COMPLETED)
            is_lost = losing.done()
            receiver.stop()
            await receiving
        finally:
            for task in (receiving, losing, stopping):
                task.cancel()
        await self._give_back()
        if is_lost:
            _log.warning("owned_no_longer", thing=self._thing)
        else:
            self._tell(False)

    def _tell(self, is_ours: bool) -> None:
        task = asyncio.ensure_future(self._on_change(is_ours))
        self._told.add(task)
        task.add_done_callback(self._told.discard)

    async def _lost(self) -> None:
        """Returns when it is no longer ours: told by the line at once where one was cut, else by asking."""
        while True:
            await self._until_something_is_heard()
            if not await self._is_kept():
                return

    async def _is_kept(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._ask(self._ownership.is_kept)
        except TimeoutError:
            return False
        except Exception as fault:
            note_fault(f"keeping {self._thing}", fault)
            return False

    async def _ask(self, question: Callable[[], bool]) -> bool:
        """In a thread, which goes on when nobody waits for it any more."""
        self._asking = asyncio.ensure_future(asyncio.to_thread(question))
        return await asyncio.shield(self._asking)

    async def _give_back(self) -> None:
        """After a question on its way, so that two threads are never at it, and none takes it behind our back."""
        if self._asking is not None and not self._asking.done():
            self._ownership.abandon()
            await asyncio.wait((self._asking,))
        self._ownership.give_back()

    async def _until_something_is_heard(self) -> None:
        line, heard = self._ownership.line(), asyncio.Event()
        loop = asyncio.get_running_loop()
        if line is not None:
            loop.add_reader(line, heard.set)
        try:
            async with asyncio.timeout(self._look_seconds):
                await heard.wait()
        except TimeoutError:
            pass
        finally:
            if line is not None:
                loop.remove_reader(line)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
