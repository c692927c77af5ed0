"""Updates wait until they are confirmed, and one receiver at a time has them: a poller, or a webhook."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken

from tests.telegram.answering import METHODS
from tests.telegram.server import FakeTelegram
from tests.telegram.updates import FIRST_ID


async def _texts(bot: Bot, **asked: Any) -> list[str | None]:
    return [update.message.text for update in await bot.get_updates(**asked) if update.message]


def _types(telegram: FakeTelegram, *words: str) -> None:
    phone = telegram.phone(7)
    for word in words:
        phone.types(word)


async def test_only_an_offset_confirms(telegram: FakeTelegram, bot: Bot) -> None:
    _types(telegram, "0", "1", "2", "3")
    assert await _texts(bot, limit=2) == ["0", "1"]
    assert await _texts(bot) == ["0", "1", "2", "3"]
    assert await _texts(bot, offset=FIRST_ID + 3) == ["3"]
    assert await _texts(bot, offset=0) == ["3"]
    assert telegram.pending == 1
    assert await _texts(bot, offset=FIRST_ID + 4) == []
    assert telegram.pending == 0


async def test_a_negative_offset_keeps_the_newest(telegram: FakeTelegram, bot: Bot) -> None:
    _types(telegram, "0", "1", "2", "3")
    assert await _texts(bot, offset=-2) == ["2", "3"]
    assert await _texts(bot) == ["2", "3"]


async def test_a_hundred_come_at_once(telegram: FakeTelegram, bot: Bot) -> None:
    _types(telegram, *(str(number) for number in range(120)))
    assert len(await _texts(bot)) == 100


async def test_what_waits_a_day_is_gone(telegram: FakeTelegram, bot: Bot) -> None:
    _types(telegram, "0")
    telegram.clock.move(timedelta(hours=23))
    _types(telegram, "1")
    telegram.clock.move(timedelta(hours=2))
    assert await _texts(bot) == ["1"]


async def test_a_poll_waits_for_what_comes(telegram: FakeTelegram, bot: Bot) -> None:
    polling = asyncio.create_task(_texts(bot, timeout=10))
    await asyncio.sleep(0.05)
    assert not polling.done()
    began = time.monotonic()
    await asyncio.to_thread(_types, telegram, "0")
    assert await polling == ["0"]
    assert time.monotonic() - began < 1


async def test_a_poll_ends_empty(telegram: FakeTelegram, bot: Bot) -> None:
    began = time.monotonic()
    assert await _texts(bot, timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3


async def test_no_update_slips_by_between_two_polls(telegram: FakeTelegram, bot: Bot) -> None:
    """Typed from another thread at any moment, everything is heard once and in order."""
    words = [str(number) for number in range(300)]
    typing = asyncio.create_task(asyncio.to_thread(_types, telegram, *words))
    heard: list[str] = []
    offset = 0
    while len(heard) < len(words):
        updates = await bot.get_updates(offset=offset, timeout=5)
        heard += [update.message.text or "" for update in updates if update.message]
        offset = updates[-1].update_id + 1
    await typing
    assert heard == words


async def test_of_two_pollers_the_older_is_sent_away(telegram: FakeTelegram, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(_texts(bot, timeout=5))
    with pytest.raises(
        Conflict, match=r"^Conflict: terminated by other getUpdates request; make sure that only one"
    ):
        await polling
    _types(telegram, "0")
    assert await second == ["0"]


async def test_a_poller_that_goes_away_leaves_its_place(telegram: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(httpx.ReadTimeout):
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(f"{telegram.api_url}{telegram.token}/getUpdates?timeout=50", timeout=0.1)
    _types(telegram, "0")
    assert await _texts(bot) == ["0"]


async def test_kinds_that_are_not_asked_for_do_not_come(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=[Update.CALLBACK_QUERY])
    _types(telegram, "0")
    assert telegram.pending == 0
    await bot.get_updates()  # as before
    _types(telegram, "1")
    await bot.get_updates(allowed_updates=[])
    _types(telegram, "2")
    assert await _texts(bot) == ["2"]


async def test_a_strange_update_keeps_its_place(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.emits_raw({"telepathy": {"id": 1}})
    _types(telegram, "0")
    strange, word = await bot.get_updates()
    assert strange.api_kwargs == {"telepathy": {"id": 1}}
    assert word.message


async def test_nobody_else_has_the_token(telegram: FakeTelegram) -> None:
    async with httpx.AsyncClient(trust_env=False, base_url=telegram.url) as client:
        refused = await client.get("/bot1000001:another/getMe")
        assert (refused.status_code, refused.json()) == (
            401, {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )  # fmt: skip
        unknown = await client.get(f"/bot{telegram.token}/getLost")
        assert unknown.json()["description"] == "Not Found: method not found"
        assert unknown.status_code == 404
        assert (await client.get("/")).json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_a_call_may_come_in_every_dress(telegram: FakeTelegram) -> None:
    """By address, as a form, with files, as JSON, in chunks; method names are read in any case."""
    telegram.phone(7, has_started=True)
    path = f"/bot{telegram.token}/sendMessage"
    asked = {"chat_id": "7", "text": "任务 1+1 & 2"}
    chunks = json.dumps(asked).encode()

    async def in_chunks() -> AsyncIterator[bytes]:
        for begin in range(0, len(chunks), 7):
            yield chunks[begin : begin + 7]

    async with httpx.AsyncClient(trust_env=False, base_url=telegram.url) as client:
        answers = [
            await client.get(path, params=asked),
            await client.post(path.lower().replace(telegram.token.lower(), telegram.token), data=asked),
            await client.post(path, data=asked, files={"other": ("a.txt", b"\r\n--x")}),
            await client.post(path, json=asked),
            await client.post(path, content=in_chunks(), headers={"Content-Type": "application/json"}),
        ]
    assert [answer.json()["result"]["text"] for answer in answers] == [asked["text"]] * 5


class Door:
    """A bot's webhook by hand: says what it is told to say, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self.says: list[tuple[int, bytes]] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                self.came.append(json.loads(body))
                self.secrets.append(headers.get("x-telegram-bot-api-secret-token", ""))
                status, answer = self.says.pop(0) if self.says else (200, b"")
                line = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(line.encode() + answer)
        except asyncio.IncompleteReadError:
            writer.close()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.came]

    async def hears(self, number: int) -> None:
        async with asyncio.timeout(5):
            while len(self.came) < number:  # noqa: ASYNC110 - another thread's doing
                await asyncio.sleep(0.005)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    server = await asyncio.start_server(door.serve, "127.0.0.1", 0)
    door.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?a=1"
    yield door
    server.close()


async def _rests(telegram: FakeTelegram) -> None:
    await asyncio.to_thread(telegram.waits_until, lambda: telegram.pending == 0)


async def test_a_webhook_is_brought_everything_with_its_secret(
    telegram: FakeTelegram, bot: Bot, door: Door
) -> None:
    _types(telegram, "0")
    assert await bot.set_webhook(door.url, secret_token="s-1", max_connections=3, allowed_updates=["message"])
    _types(telegram, "1", "2")
    await _rests(telegram)
    assert (door.texts(), set(door.secrets)) == (["0", "1", "2"], {"s-1"})
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections, info.last_error_message) == (
        door.url, 0, 3, None,
    )  # fmt: skip
    assert info.allowed_updates == ("message",)
    await bot.delete_webhook()
    _types(telegram, "3")
    assert await _texts(bot) == ["3"]
    assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_that_fails_is_tried_again_later_and_later(
    telegram: FakeTelegram, bot: Bot, door: Door
) -> None:
    door.says = [(500, b""), (502, b""), (503, b"")]
    await bot.set_webhook(door.url)
    _types(telegram, "0", "1")
    await _has_failed(telegram, 502)  # at once, and once more
    telegram.clock.move(1.9)
    await asyncio.sleep(0.05)
    info = await bot.get_webhook_info()
    assert (len(door.came), info.pending_update_count) == (2, 2)
    assert info.last_error_message == "Wrong response from the webhook: 502 Said"
    telegram.clock.move(0.2)
    await _has_failed(telegram, 503)
    telegram.clock.move(4.1)
    await _rests(telegram)
    assert door.texts() == ["0", "0", "0", "0", "1"]


async def _has_failed(telegram: FakeTelegram, status: int) -> None:
    """It knows of the answer, and from then on counts the time until it tries again."""
    await asyncio.to_thread(telegram.waits_until, lambda: str(status) in telegram.world.webhook.error)


async def test_a_chat_that_fails_does_not_hold_up_another(
    telegram: FakeTelegram, bot: Bot, door: Door
) -> None:
    door.says = [(500, b""), (500, b"")]
    await bot.set_webhook(door.url, max_connections=1)
    _types(telegram, "0")
    await door.hears(2)
    telegram.phone(8).types("8")
    await door.hears(3)
    assert door.texts() == ["0", "0", "8"]
    assert telegram.pending == 1


async def test_a_webhook_nobody_answers_keeps_everything(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    _types(telegram, "0")
    await asyncio.to_thread(telegram.waits_until, lambda: telegram.world.webhook.error != "")
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert telegram.pending == 0


async def test_poller_and_webhook_exclude_each_other(telegram: FakeTelegram, bot: Bot, door: Door) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await bot.set_webhook(door.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling
    with pytest.raises(
        Conflict, match="can't use getUpdates method while webhook is active; use deleteWebhook"
    ):
        await bot.get_updates()


async def test_a_webhook_may_answer_with_a_call(telegram: FakeTelegram, bot: Bot, door: Door) -> None:
    await bot.set_webhook(door.url)
    door.says = [(200, json.dumps({"method": "sendMessage", "chat_id": 7, "text": "收到"}).encode())]
    phone = telegram.phone(7)
    phone.types("0")
    await asyncio.to_thread(phone.hears, "收到", 5)


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [("ftp://a", "", "Invalid webhook url"), ("http://127.0.0.1", "a b", "unallowed characters")],
)
async def test_a_webhook_is_looked_at_first(
    telegram: FakeTelegram, bot: Bot, url: str, secret: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.set_webhook(url, secret_token=secret or None)


async def test_a_taken_back_token_is_told(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.unauthorizes("getUpdates")
    with pytest.raises(InvalidToken):
        await bot.get_updates()


_ODD: list[Any] = [
    None, True, -1, 0, 7, 10**20, 1.5, "", " ", "x", "7", "[", "[]", "{}", '[{"type": 1}]', "attach://x", "<b",
    [], [1], [[]], {}, {"type": 1}, {"type": "chat"}, {"type": "chat_member", "chat_id": 7, "user_id": "x"},
    {"inline_keyboard": 1}, {"inline_keyboard": [[1]]}, {"inline_keyboard": [[{"text": "a", "url": "http://["}]]},
    {"keyboard": [[None]]}, {"keyboard": [["a"]]}, {"message_id": "x"}, {"message_id": 1, "chat_id": []},
    [{"type": "photo"}], [{"type": "document", "media": []}], [{"type": "bold", "offset": -1, "length": 10**9}],
    [{"type": "text_link", "offset": 0, "length": 1}], [{"command": None, "description": 1}],
]  # fmt: skip
_NAMES = st.sampled_from([
    "text", "entities", "caption_entities", "parse_mode", "reply_markup", "reply_parameters", "message_id",
    "message_ids", "media", "photo", "document", "latitude", "longitude", "commands", "scope", "menu_button",
    "user_id", "offset", "limit", "allowed_updates", "url", "max_connections", "callback_query_id", "file_id", "emoji",
])  # fmt: skip


@given(
    st.sampled_from(sorted(METHODS)),
    st.dictionaries(_NAMES, st.sampled_from(_ODD), max_size=4),
    st.booleans(),
)
def test_whatever_is_asked_gets_an_answer(method: str, asked: dict[str, Any], is_there: bool) -> None:
    """Nonsense is refused, as the real server does, and never takes the fake by surprise."""
    telegram = FakeTelegram()
    phone = telegram.phone(7, has_started=True)
    phone.types("一")
    told = {"chat_id": phone.id, "text": "一", **asked} if is_there else asked
    reply = telegram.answers(method, told)
    assert reply.status in {200, 400, 403, 404}, reply
    assert json.loads(reply.body)["ok"] == (reply.status == 200)
