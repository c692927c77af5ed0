"""A pressed button turns on the phone until it is answered: that is done at once, whatever the answer will be."""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.channels.telegram.wire import Calls

AT_ONCE = 16
SECONDS = 10.0
"""Later than that Telegram takes no answer."""
_log = structlog.get_logger()


class Presses:
    """Answers beside everything else; nobody waits for it, and nothing depends on it."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._room = asyncio.Semaphore(AT_ONCE)
        self._answering: set[asyncio.Task[None]] = set()

    def answer(self, updates: Iterable[Any]) -> None:
        """Every press among these updates."""
        for update in updates:
            press = update.get("callback_query") if isinstance(update, dict) else None
            if isinstance(press, dict) and isinstance(press.get("id"), str):
                task = asyncio.get_running_loop().create_task(self._answer(press["id"]))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def close(self, within: float = 2.0) -> None:
        """Waits a little for those on their way."""
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=within)
            for task in late:
                task.cancel()

    async def _answer(self, press: str) -> None:
        async with self._room:
            try:
                try:
                    await self._call(press)
                except BadRequest:
                    raise  # too old, or answered by the try before
                except NetworkError:
                    await self._call(press)
            except TelegramError as fault:
                _log.debug("press_not_answered", fault=type(fault).__name__)

    async def _call(self, press: str) -> None:
        await self._calls.call("answerCallbackQuery", {"callback_query_id": press}, SECONDS)
