"""The play's doors over a wire that is cut and a server that is busy: silence is borne, a refusal is not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator

import pytest

from bot.play.doors import Doors, DoorShut, Taken

CUT = b""
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_NO = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_HALF = b"HTTP/1.1 202 Accepted\r\ncontent-length: 500\r\nconnection: close\r\n\r\n{"


def _yes(body: str) -> bytes:
    return f"HTTP/1.1 202 Accepted\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()


_TAKEN, _KNOWN = _yes('{"is_new": true}'), _yes('{"is_new": false}')


class _Wire:
    """Answers each call with the next of the given answers; `calls` counts."""

    def __init__(self, answers: Iterable[bytes]) -> None:
        self._answers: Iterator[bytes] = iter(answers)
        self.calls = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(self._answers))
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def _doors(*answers: bytes) -> AsyncIterator[tuple[Doors, _Wire]]:
    wire = _Wire(answers)
    server = await asyncio.start_server(wire.answer, "127.0.0.1", 0)
    async with server, Doors(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as doors:
        yield doors, wire


@pytest.mark.parametrize("silence", [CUT, _BUSY, _HALF], ids=["cut", "busy", "half an answer"])
async def test_a_deed_is_sent_again_until_it_is_answered_for(silence: bytes) -> None:
    async with _doors(silence, silence, _KNOWN) as (doors, wire):
        taken = await doors.say("a", "u1", "好")
    assert (taken, taken.is_old) == (Taken(is_new=False, was_retried=True), False)
    assert wire.calls == 3


async def test_what_was_there_before_the_first_try_is_old() -> None:
    async with _doors(_KNOWN, _TAKEN) as (doors, _wire):
        first, second = await doors.say("a", "u1", "好"), await doors.say("a", "u2", "好")
    assert (first.is_old, second.is_old) == (True, False)


async def test_a_refusal_is_final() -> None:
    async with _doors(_NO) as (doors, wire):
        with pytest.raises(DoorShut, match="400"):
            await doors.say("a", "u1", "好")
    assert wire.calls == 1


@pytest.mark.parametrize("silence", [CUT, _BUSY, _HALF], ids=["cut", "busy", "half an answer"])
async def test_the_clock_is_not_pushed_twice_when_no_answer_came(silence: bytes) -> None:
    async with _doors(silence, _yes("{}")) as (doors, wire):
        assert not await doors.push_clock("day")
        assert wire.calls == 1
        assert await doors.push_clock("hour")


async def test_a_clock_that_may_not_be_pushed_ends_the_play() -> None:
    async with _doors(_NO) as (doors, _wire):
        with pytest.raises(DoorShut):
            await doors.push_clock("day")
