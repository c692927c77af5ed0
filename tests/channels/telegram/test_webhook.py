"""Receiving by being told: 200 only after the commit, nobody is believed without the secret, and who looks after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.channels.telegram.webhook import BODY_LIMIT, Webhook, WebhookWatch, secret_of
from bot.channels.telegram.wire import Wire, make_bot
from notifications.messages.channels import Ailment
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

SECRET = secret_of("1:token")


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, has_started=True)


class Door:
    """A webhook with its store, on a small HTTP server of its own, and a watchman who sleeps until he is woken."""

    def __init__(self, telegram: FakeTelegram, wire: Wire, *, is_slow: bool = False) -> None:
        self.telegram, self.wire = telegram, wire
        self.rows: list[dict[str, Any]] = []
        self.batches: list[int] = []
        self.failures = 0
        self.troubles: list[tuple[Ailment | None, str]] = []
        self.began_well = False
        self.looks = 0
        self.slept: list[float] = []
        self._is_slow = is_slow
        self._next_look = asyncio.Event()
        self.webhook = Webhook(wire, SECRET, self.store)

    def at(self, url: str) -> WebhookWatch:
        bot = make_bot(self.telegram.token, self.wire, self.telegram.url)
        return WebhookWatch(bot, url, SECRET, self.told, sleep=self.sleep)

    async def store(self, updates: list[dict[str, Any]]) -> None:
        self.batches.append(len(updates))
        if self._is_slow:
            await asyncio.sleep(0.05)
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.rows += updates

    def told(self, ailment: Ailment | None, reason: str) -> None:
        if ailment is None and not self.troubles:
            self.began_well = True
        else:
            self.troubles.append((ailment, reason))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.looks += 1
        self._next_look.clear()
        await self._next_look.wait()

    async def a_minute_passes(self) -> None:
        before = self.looks
        self._next_look.set()
        for _ in range(500):
            await asyncio.sleep(0.01)
            if self.looks > before:
                return
        raise AssertionError("nobody looked")

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Door"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        watch = self.at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/telegram")
        watching = asyncio.create_task(watch.run())
        async with server:
            for _ in range(500):
                await asyncio.sleep(0.01)
                if self.looks:
                    break
            yield self
            watch.stop()
            await asyncio.wait_for(watching, 3)
            await self.wire.call("deleteWebhook", {})
            await asyncio.sleep(0.05)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
                named = dict(one.split(": ", 1) for one in head[1:] if ": " in one)
                body = await reader.readexactly(int(named["content-length"]))
                status = await self.webhook.receive(named.get("x-telegram-bot-api-secret-token"), body)
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _update(number: int) -> bytes:
    return orjson.dumps({"update_id": number, "message": {"text": "x"}})


def test_the_secret_follows_from_the_token_and_tells_nothing_of_it() -> None:
    assert secret_of("1:token") == SECRET != secret_of("1:tokeN")
    assert "token" not in SECRET
    assert len(SECRET) == 64


async def test_what_is_delivered_is_stored_before_it_is_acknowledged(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    async with Door(telegram, wire).open() as door:
        for number in range(20):
            wang.types(str(number))
        await asyncio.to_thread(telegram.comes_to_rest)
        assert [one["message"]["text"] for one in door.rows] == [str(number) for number in range(20)]
        setting = telegram.world.webhook
        assert (setting.secret_token, setting.max_connections) == (SECRET, 40)
        assert telegram.world.updates.allowed() == [
            "callback_query", "edited_message", "message", "my_chat_member",
        ]  # fmt: skip
    assert (door.troubles, door.began_well) == ([], True), "what ailed the process before us is over"


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é", SECRET.upper()])
async def test_nobody_is_believed_without_the_secret(
    telegram: FakeTelegram, wire: Wire, secret: str | None
) -> None:
    door = Door(telegram, wire)
    assert await door.webhook.receive(secret, _update(1)) == 403
    assert await door.webhook.receive(secret, b"x" * (BODY_LIMIT + 1)) == 403
    assert door.batches == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"not JSON", 400), (b"[]", 400), (b"x" * (BODY_LIMIT + 1), 413), (b"{}", 200)],
)
async def test_what_is_no_update_is_refused(
    telegram: FakeTelegram, wire: Wire, body: bytes, status: int
) -> None:
    assert await Door(telegram, wire).webhook.receive(SECRET, body) == status


async def test_those_that_come_together_share_a_commit(telegram: FakeTelegram, wire: Wire) -> None:
    door = Door(telegram, wire, is_slow=True)
    statuses = await asyncio.gather(*(door.webhook.receive(SECRET, _update(n)) for n in range(40)))
    assert statuses == [200] * 40
    assert [one["update_id"] for one in door.rows] == list(range(40))
    assert len(door.batches) <= 2


async def test_a_commit_that_fails_is_acknowledged_to_nobody_in_it(
    telegram: FakeTelegram, wire: Wire
) -> None:
    door = Door(telegram, wire, is_slow=True)
    door.failures = 1
    first = asyncio.create_task(door.webhook.receive(SECRET, _update(1)))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(door.webhook.receive(SECRET, _update(n))) for n in (2, 3)]
    assert await first == 503
    assert [await one for one in others] == [200, 200]
    assert [one["update_id"] for one in door.rows] == [2, 3]


async def test_a_line_that_breaks_before_the_commit_stops_nobody_else(
    telegram: FakeTelegram, wire: Wire
) -> None:
    door = Door(telegram, wire, is_slow=True)
    left = asyncio.create_task(door.webhook.receive(SECRET, _update(1)))
    await asyncio.sleep(0.01)
    other = asyncio.create_task(door.webhook.receive(SECRET, _update(2)))
    await asyncio.sleep(0.01)
    left.cancel()
    assert await other == 200
    assert [one["update_id"] for one in door.rows] == [1, 2]


async def test_telegram_comes_again_with_what_could_not_be_stored(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    door = Door(telegram, wire)
    door.failures = 1
    async with door.open():
        wang.types("一")
        await asyncio.to_thread(telegram.comes_to_rest)
        assert [one["message"]["text"] for one in door.rows] == ["一"]
        telegram.clock.move(timedelta(minutes=1))
        await door.a_minute_passes()
        assert [ailment for ailment, _ in door.troubles] == [Ailment.WEBHOOK_FAILS]
        assert "503" in door.troubles[0][1]
        await door.a_minute_passes()
        assert [ailment for ailment, _ in door.troubles] == [Ailment.WEBHOOK_FAILS, None]


async def test_pressed_buttons_are_answered(telegram: FakeTelegram, wire: Wire, wang: Phone) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}
    telegram.answers("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": markup})
    async with Door(telegram, wire).open():
        wang.presses("好")
        await asyncio.to_thread(telegram.comes_to_rest)
        telegram.every_press_was_answered()


@pytest.mark.parametrize("other", ["", "http://127.0.0.1:9/somebody-elses"])
async def test_a_webhook_that_was_taken_away_is_noticed_and_set_again(
    telegram: FakeTelegram, wire: Wire, wang: Phone, other: str
) -> None:
    async with Door(telegram, wire).open() as door:
        ours = telegram.world.webhook.url
        await wire.call("setWebhook", {"url": other})
        await door.a_minute_passes()
        assert [ailment for ailment, _ in door.troubles] == [Ailment.WEBHOOK_UNSET]
        assert telegram.world.webhook.url == ours
        await door.a_minute_passes()
        assert [ailment for ailment, _ in door.troubles] == [Ailment.WEBHOOK_UNSET, None]
        wang.types("一")
        await asyncio.to_thread(telegram.comes_to_rest)
        assert len(door.rows) == 1


async def test_it_is_set_as_soon_as_telegram_can_be_reached(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.faults.closes("setWebhook", 2)
    telegram.faults.unauthorizes("setWebhook")
    async with Door(telegram, wire).open() as door:
        assert telegram.world.webhook.url == ""
        for _ in range(3):
            await door.a_minute_passes()
        assert telegram.world.webhook.url
        assert door.slept == [1, 2, 60, 60]
        await door.a_minute_passes()
        assert [ailment for ailment, _ in door.troubles] == [
            Ailment.NO_NETWORK, Ailment.UNAUTHORIZED, None,
        ]  # fmt: skip
        assert all(telegram.token not in reason for _, reason in door.troubles)
