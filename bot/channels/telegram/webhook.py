"""Receiving by being told. Telegram hears 200 when the update is on disk; whatever else it hears, it comes again."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channels.gathering import Gathering
from bot.channels.health import Health, OnTrouble
from bot.channels.telegram.ailments import ailment_of
from bot.channels.telegram.answers import read_json
from bot.channels.telegram.failures import seconds_of
from bot.channels.telegram.polling import StoreUpdates
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.reading import KINDS, Raw
from bot.channels.telegram.wire import Calls
from notifications.messages.channels import Ailment

BODY_LIMIT = 1_000_000
LOOK_SECONDS = 60.0
LINES = 40
_LABEL = b"shuangsuiji: secret of the Telegram webhook"
_log = structlog.get_logger()


def secret_of(token: str) -> str:
    """What Telegram shows with every delivery, so that nobody else's is believed. It follows from the token, so there
    is nothing to set and all processes know it; the token does not follow from it."""
    return hmac.new(token.encode(), _LABEL, hashlib.sha256).hexdigest()


class Webhook:
    """`receive` is called for each delivery, by whatever serves HTTP, in any number of processes."""

    def __init__(self, calls: Calls, secret: str, store_updates: StoreUpdates) -> None:
        self._secret, self._gathering, self._presses = (
            secret,
            Gathering[Raw](lambda take: store_updates(take())),
            Presses(calls),
        )

    async def receive(self, secret: str | None, body: bytes) -> int:
        """The HTTP status for a delivery. `secret` is its header X-Telegram-Bot-Api-Secret-Token; nothing of a body
        is read before that is right."""
        if not hmac.compare_digest((secret or "").encode(), self._secret.encode()):
            return 403
        if len(body) > BODY_LIMIT:
            return 413
        update = read_json(body)
        if not isinstance(update, dict):
            return 400
        if not await self._gathering.stored(update):
            return 503
        self._presses.answer([update])
        return 200

    async def close(self) -> None:
        """Waits a little for the presses that are being answered."""
        await self._presses.close()


class WebhookWatch:
    """Sets the webhook, and looks again and again whether it stands, until it is told to stop. One process alone does
    so: two with different addresses would take it from each other."""

    def __init__(
        self,
        bot: Bot,
        url: str,
        secret: str,
        on_trouble: OnTrouble,
        *,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        self._bot, self._url, self._secret, self._sleep = bot, url, secret, sleep
        self._health = Health(on_trouble)
        self._stopping = asyncio.Event()
        self._last_error: datetime | None = None
        self._is_set, self._failures = False, 0

    def stop(self) -> None:
        """Lets `run` return; the webhook stays set, for whoever is started next. Called on the loop."""
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait = await self._look()
            except TelegramError as fault:
                wait = self._wait_after(fault)
            except Exception as fault:  # a mistake of ours must not end the watch
                _log.error("look_failed", fault=type(fault).__name__, exc_info=True)
                wait = LOOK_SECONDS
            await self._pause(wait)

    async def _look(self) -> float:
        """Seconds until the next."""
        if self._is_set:
            await self._compare(await self._bot.get_webhook_info())
        else:
            await self._set()
            self._last_error = (await self._bot.get_webhook_info()).last_error_date
            self._is_set = True
            self._health.note(None)
        self._failures = 0
        return LOOK_SECONDS

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=KINDS,
            max_connections=LINES,
            drop_pending_updates=False,
        )

    async def _compare(self, told: WebhookInfo) -> None:
        if told.url != self._url:
            self._health.note(Ailment.WEBHOOK_UNSET, "set to another address" if told.url else "not set")
            await self._set()
        elif self._is_failing_anew(told):
            self._health.note(Ailment.WEBHOOK_FAILS, told.last_error_message or "")
        else:
            self._health.note(None)
        self._last_error = told.last_error_date

    def _is_failing_anew(self, told: WebhookInfo) -> bool:
        error = told.last_error_date
        return error is not None and (self._last_error is None or error > self._last_error)

    def _wait_after(self, fault: TelegramError) -> float:
        if isinstance(fault, RetryAfter):
            return seconds_of(fault).total_seconds()
        self._health.note(ailment_of(fault), str(fault))
        if self._is_set or isinstance(fault, InvalidToken):
            return LOOK_SECONDS
        self._failures += 1
        return float(min(2.0 ** min(self._failures - 1, 10), LOOK_SECONDS))

    async def _pause(self, seconds: float) -> None:
        pause, stopping = (
            asyncio.create_task(self._sleep(seconds)),
            asyncio.create_task(self._stopping.wait()),
        )
        await asyncio.wait((pause, stopping), return_when=asyncio.FIRST_COMPLETED)
        pause.cancel()
        stopping.cancel()
