"""How the bot takes its updates: it asks and waits (one poller at a time), or has them brought to a webhook."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from tests.telegram import limits
from tests.telegram.refusals import (
    OTHER_POLL,
    POLL_ENDED_BY_WEBHOOK,
    WEBHOOK_IS_SET,
    Refusal,
    bad_request,
    conflict,
)
from tests.telegram.request import Params
from tests.telegram.updates import Pending, written_out
from tests.telegram.webhook import Delivery
from tests.telegram.wire import Outcome, Reply
from tests.telegram.world import WebhookSetting, World

_SECRET = re.compile(r"[A-Za-z0-9_-]*")


class Receiving:
    """Lives on the server's loop."""

    def __init__(
        self,
        world: World,
        loop: asyncio.AbstractEventLoop,
        answer: Callable[[Any], Reply],
        call: Callable[[dict[str, Any]], None],
    ) -> None:
        self._world, self._loop = world, loop
        self._answer, self._call = answer, call
        self._poll: asyncio.Future[Refusal | None] | None = None
        self._delivery: Delivery | None = None
        world.updates.told = self._told

    def get_updates(self, params: Params) -> Outcome | Coroutine[Any, Any, Outcome]:
        """What came since; `offset` confirms all that is older, and nothing else does."""
        world = self._world
        if world.webhook.url:
            raise conflict(WEBHOOK_IS_SET)
        world.updates.allow(_kinds(params))
        world.updates.confirm(params.integer("offset"))
        world.changed.notify_all()
        limit = min(max(params.integer("limit", limits.UPDATES_AT_ONCE), 1), limits.UPDATES_AT_ONCE)
        timeout = min(max(params.integer("timeout"), 0), limits.LONGEST_POLL)
        batch = world.updates.batch(limit)
        if batch or not timeout:
            return Reply(200, written_out(batch))
        self._end_poll(conflict(OTHER_POLL))
        self._poll = self._loop.create_future()  # here, under the lock: no update slips in before it
        return self._wait(self._poll, limit, timeout)

    async def _wait(self, mine: "asyncio.Future[Refusal | None]", limit: int, seconds: float) -> Outcome:
        """The newer poll ends the older one. A line that is closed meanwhile takes its poll along."""
        refusal = None
        try:
            with contextlib.suppress(TimeoutError):
                refusal = await asyncio.wait_for(mine, seconds)
        finally:
            if self._poll is mine:
                self._poll = None
        if refusal is not None:
            return self._answer(refusal)
        with self._world.lock:
            return Reply(200, written_out(self._world.updates.batch(limit)))

    def _end_poll(self, refusal: Refusal | None) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(refusal)
        self._poll = None

    def _told(self, pending: Pending) -> None:
        """From any thread, for each new update."""
        if self._poll is not None or self._delivery is not None:
            with contextlib.suppress(RuntimeError):  # the server was stopped meanwhile
                self._loop.call_soon_threadsafe(self._take, pending)

    def _take(self, pending: Pending) -> None:
        if self._delivery is not None:
            self._delivery.add(pending)
        else:
            self._end_poll(None)

    def set_webhook(self, params: Params) -> tuple[Any, str]:
        """What is set, and the sentence that goes with it."""
        url = params.text("url")
        if not url:
            return self.delete_webhook(params)
        _check_webhook(url, params.text("secret_token"))
        world = self._world
        most = params.integer("max_connections", limits.WEBHOOK_CONNECTIONS)
        setting = WebhookSetting(
            url, params.text("secret_token"), min(max(most, 1), limits.MOST_WEBHOOK_CONNECTIONS)
        )
        world.updates.allow(_kinds(params))
        if params.flag("drop_pending_updates"):
            world.updates.drop_all()
        old = world.webhook
        if (old.url, old.secret_token, old.max_connections) == (
            url,
            setting.secret_token,
            setting.max_connections,
        ):
            return True, "Webhook is already set"
        self._end_poll(conflict(POLL_ENDED_BY_WEBHOOK))
        self._replace(setting)
        return True, "Webhook was set"

    def delete_webhook(self, params: Params) -> tuple[Any, str]:
        if params.flag("drop_pending_updates"):
            self._world.updates.drop_all()
        was_set = bool(self._world.webhook.url)
        if was_set:
            self._replace(WebhookSetting())
        return True, "Webhook was deleted" if was_set else "Webhook is already deleted"

    def webhook_info(self, params: Params) -> Any:
        setting, updates = self._world.webhook, self._world.updates
        told: dict[str, Any] = {
            "url": setting.url, "has_custom_certificate": False, "pending_update_count": len(updates.waiting()),
        }  # fmt: skip
        if setting.url:
            told |= {"max_connections": setting.max_connections, "ip_address": "127.0.0.1"}
        if setting.error:
            told |= {"last_error_date": setting.error_at, "last_error_message": setting.error}
        if (allowed := updates.allowed()) is not None:
            told["allowed_updates"] = allowed
        return told

    def _replace(self, setting: WebhookSetting) -> None:
        """What waits is delivered to the new address from the start."""
        if self._delivery is not None:
            self._closing = self._loop.create_task(self._delivery.close())
            self._delivery = None
        self._world.webhook = setting
        if setting.url:
            self._delivery = Delivery(self._world, self._call)
            for pending in self._world.updates.waiting():
                self._delivery.add(pending)

    def resume(self) -> None:
        """After the server was away."""
        if self._world.webhook.url:
            self._replace(self._world.webhook)

    async def close(self) -> None:
        self._world.updates.told = lambda pending: None
        self._end_poll(Refusal(500, "Internal Server Error: restart"))
        if self._delivery is not None:
            await self._delivery.close()
            self._delivery = None


def _kinds(params: Params) -> list[str] | None:
    """None: nothing was said of it."""
    return (
        None
        if params.get("allowed_updates") is None
        else [str(one) for one in params.sequence("allowed_updates")]
    )


def _check_webhook(url: str, secret: str) -> None:
    """As a server of one's own in local mode: plain HTTP and any port will do."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.scheme == "https":
        raise bad_request("bad webhook: the tests' server speaks plain HTTP only")
    if len(secret) > limits.SECRET_TOKEN:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
