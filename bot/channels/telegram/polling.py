"""Receiving by asking. What was asked for is on disk before Telegram is told that it arrived."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channels.health import Health, OnTrouble
from bot.channels.telegram.ailments import ailment_of
from bot.channels.telegram.answers import Garbled
from bot.channels.telegram.failures import seconds_of
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.reading import KINDS, Raw
from bot.channels.telegram.wire import Calls
from notifications.messages.channels import Ailment

POLL_SECONDS = 50
FIRST_POLL_SECONDS = 5
"""Long enough for another poller to show itself, short enough for whoever looks whether the new token works."""
LINE_SECONDS = 10
"""What an answer may take beyond the poll."""
BATCH = 100
LONGEST_WAIT = 30.0
TOKEN_WAIT = 60.0
STORE_WAIT = 1.0
GATHERING = 0.005
"""Where there is one update there are more in a moment, and they cost one request and one commit together."""
_log = structlog.get_logger()

StoreUpdates = Callable[[list[Raw]], Awaitable[None]]
"""Has them on disk when it returns, in this order; a repeat adds nothing. Whatever it raises, they come again."""


class Poller:
    """Runs until it is told to stop. It remembers nothing: the next request tells Telegram what has been stored, and
    after a restart Telegram sends what it was not told of."""

    def __init__(
        self,
        calls: Calls,
        store_updates: StoreUpdates,
        on_trouble: OnTrouble,
        *,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._calls, self._store, self._sleep = calls, store_updates, sleep
        self._poll_seconds = poll_seconds
        self._health = Health(on_trouble)
        self._presses = Presses(calls)
        self._stopping = asyncio.Event()
        self._offset = 0
        self._failures = 0
        self._has_taken_over = False

    def stop(self) -> None:
        """Lets `run` return at once; what is being stored is stored. Called on the loop."""
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                updates = await self._unless_stopped(self._ask())
            except TelegramError as fault:
                await self._unless_stopped(self._sleep(self._wait_after(fault)))
                continue
            except Exception as fault:  # a mistake of ours must not make the bot deaf
                _log.error("poll_failed", fault=type(fault).__name__, exc_info=True)
                await self._unless_stopped(self._sleep(self._longer_wait()))
                continue
            self._failures = 0
            if updates is not None:
                self._health.note(None)
                await self._keep(updates)
                if updates:
                    await asyncio.sleep(GATHERING)
        await self._presses.close()

    async def _unless_stopped(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Its result, or None when we are told to stop meanwhile."""
        task, stopping = asyncio.create_task(doing), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            task.cancel()  # which does nothing to one that is done
        await asyncio.wait((task,))
        return None if task.cancelled() else task.result()

    async def _ask(self) -> list[Raw]:
        """One poll. A webhook is taken away first: while one is set nobody may ask."""
        if not self._has_taken_over:
            await self._calls.call("deleteWebhook", {"drop_pending_updates": False})
            self._has_taken_over = True
        seconds = self._seconds()
        body = {"timeout": seconds, "limit": BATCH, "allowed_updates": KINDS}
        if self._offset:
            body["offset"] = self._offset
        updates = await self._calls.call("getUpdates", body, seconds + LINE_SECONDS)
        if not isinstance(updates, list):
            raise Garbled("getUpdates was answered with something else")
        return updates

    def _seconds(self) -> int:
        """After trouble a short look, so that the end of it is known at once; beside another poller a long one, for
        only that shows whether it is still there."""
        if not self._health.is_known:
            return min(FIRST_POLL_SECONDS, self._poll_seconds)
        is_quick = self._health.ailment not in (None, Ailment.OTHER_POLLER)
        return 0 if is_quick else self._poll_seconds

    async def _keep(self, updates: list[Raw]) -> None:
        """On disk first; only then the offset moves, and with it Telegram's memory."""
        if not updates:
            # All that lay before the offset is confirmed. Without it, ids that begin anew lower down are heard too.
            self._offset = 0
            return
        updates.sort(key=_number)
        try:
            await self._store(updates)
        except Exception as fault:  # a full disk, a store that is locked: Telegram keeps them meanwhile
            _log.error("updates_not_stored", number=len(updates), fault=type(fault).__name__, exc_info=True)
            await self._unless_stopped(self._sleep(STORE_WAIT))
            return
        self._offset = max(map(_number, updates)) + 1
        self._presses.answer(updates)

    def _wait_after(self, fault: TelegramError) -> float:
        """Seconds until the next try."""
        if isinstance(fault, RetryAfter):
            return seconds_of(fault).total_seconds()
        ailment = ailment_of(fault)
        self._health.note(ailment, str(fault))
        if ailment is Ailment.WEBHOOK_SET:
            self._has_taken_over = False
        if isinstance(fault, InvalidToken):
            return TOKEN_WAIT
        return self._longer_wait()

    def _longer_wait(self) -> float:
        self._failures += 1
        return float(min(2.0 ** min(self._failures - 1, 10), LONGEST_WAIT))


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 0
