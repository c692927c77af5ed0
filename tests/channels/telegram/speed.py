"""What one echo costs us: `python -m tests.channels.telegram.speed [echoes]`, with Telegram in a process of its own.

An echo is one update read and one message sent. Processor time of this process is counted, not the waiting.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import orjson
from telegram.request import HTTPXRequest

from bot.channels.telegram.reading import read_update
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.wire import Wire, make_bot
from tests.channels.telegram.letters import a_letter
from tests.telegram.server import FakeTelegram

PHONES = 64
_UPDATE = orjson.dumps({
    "update_id": 1, "message": {
        "message_id": 1, "date": 1, "text": "好的，马上到",
        "from": {"id": 1, "is_bot": False, "first_name": "王"},
        "chat": {"id": 1, "type": "private", "first_name": "王"},
    },
})  # fmt: skip


def main(echoes: int) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.channels.telegram.speed", "serve"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert serving.stdout is not None
    url, token = serving.stdout.readline().split()
    try:
        for what, measure in _MEASURES.items():
            cost, rate = asyncio.run(measure(url, token, echoes))
            sys.stdout.write(f"{what:34} {cost * 1e6:7.1f} µs each, {rate:8,.0f}/s\n")
    finally:
        serving.communicate("")


def serve() -> None:
    with FakeTelegram(keeps_calls=False) as telegram:
        for number in range(1, PHONES + 1):
            telegram.phone(number, has_started=True)
        sys.stdout.write(f"{telegram.url} {telegram.token}\n")
        sys.stdout.flush()
        sys.stdin.read()


async def _measured(echo: Callable[[int], Awaitable[object]], echoes: int) -> tuple[float, float]:
    """Processor time of one echo, and echoes a second, sixteen people talking at once."""

    async def talk(person: int, times: int) -> None:
        for _ in range(times):
            await echo(person)

    await talk(1, 20)
    began, at = time.process_time(), time.monotonic()
    await asyncio.gather(*(talk(person, echoes // 16) for person in range(1, 17)))
    done = echoes // 16 * 16
    return (time.process_time() - began) / done, done / (time.monotonic() - at)


async def our_call(url: str, token: str, echoes: int) -> tuple[float, float]:
    wire, at = Wire(token, url), datetime.now(UTC)

    async def echo(person: int) -> None:
        read = read_update(orjson.loads(_UPDATE), at)
        assert read is not None
        await wire.call("sendMessage", {"chat_id": person, "text": read.text, "parse_mode": "HTML"})

    try:
        return await _measured(echo, echoes)
    finally:
        await wire.shutdown()


class _NoPace:
    """A pace is for Telegram's sake, and waits."""

    async def turn(self, chat: str, *, is_reply: bool = False) -> None: ...

    def held_for(self, chat: str) -> float:
        return 0.0

    def hold(self, chat: str, seconds: float) -> None: ...


async def our_channel(url: str, token: str, echoes: int) -> tuple[float, float]:
    wire, at = Wire(token, url), datetime.now(UTC)
    channel = Telegram(wire, _NoPace())  # type: ignore[arg-type]

    async def echo(person: int) -> None:
        read = read_update(orjson.loads(_UPDATE), at)
        assert read is not None
        await channel.send([a_letter(f"收到\n{read.text}", chat=person)], lambda letter, fate: None)

    try:
        return await _measured(echo, echoes)
    finally:
        await wire.shutdown()


async def bot_on_our_wire(url: str, token: str, echoes: int) -> tuple[float, float]:
    wire = Wire(token, url)
    bot = make_bot(token, wire, url)
    try:
        return await _measured(lambda person: bot.send_message(person, "好的，马上到"), echoes)
    finally:
        await wire.shutdown()


async def bot_on_its_own(url: str, token: str, echoes: int) -> tuple[float, float]:
    async with HTTPXRequest(connection_pool_size=32, httpx_kwargs={"trust_env": False}) as request:
        bot = make_bot(token, request, url)
        return await _measured(lambda person: bot.send_message(person, "好的，马上到"), echoes // 4)


_MEASURES = {
    "read + Wire.call": our_call,
    "read + channel.send": our_channel,
    "the library's Bot on Wire": bot_on_our_wire,
    "the library's Bot on httpx": bot_on_its_own,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 8000)
