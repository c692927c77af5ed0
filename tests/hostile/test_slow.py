"""Visitors who begin and do not go on: they are hung up, and nobody waits for them."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from bot import lines
from bot.lines import PatientLine
from tests.hostile.siege import a_siege, doors
from tests.stores import an_empty_store
from tests.web.houses import a_house, people
from web import patience
from web.app import make_app

SLOW = 150
HEADS = (b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
BODY = (
    b"POST /chat/p2/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
)


async def test_whoever_does_not_go_on_is_hung_up_and_nobody_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lines, "HEAD_WITHIN", 0.6)
    monkeypatch.setattr(patience, "BODY_SILENCE", 0.6)
    with an_empty_store("sqlite", tmp_path) as store, caplog.at_level(logging.ERROR):
        people(store, ("p2", "钱多多", ["officer"]))
        house = a_house(store, tmp_path, is_demo=True)
        config = uvicorn.Config(
            make_app(house.web),
            http=PatientLine,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0), backlog=SLOW)
        port = listening.getsockname()[1]
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.01)
        try:
            await _besiege(port)
        finally:
            house.web.live.close()
            server.should_exit = True
            await running
    assert caplog.records == []


def test_a_body_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every door, those of a library too, with its length told and without; and whoever has signed in."""
    monkeypatch.setattr(patience, "LONGEST_BODY", 300_000)
    head, piece = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n', b"x" * 100_000
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    given: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        yield head
        for number in range(100):
            given.append(number)
            yield piece

    with a_siege(tmp_path) as siege:
        for method, path in doors(siege.app):
            if method == "POST":
                told = siege.ask("POST", path, who="LI-market", content=head + piece * 4, headers=headers)
                assert told.status_code == 413, path
        for path in ("/registers/zh/objects/create", "/registers/load", "/exchange/resend", "/sign-in"):
            answer = siege.ask("POST", path, who="LI-market", content=endless(), headers=headers)
            assert answer.status_code < 500, path
    assert given
    assert max(given) < 10, "more was read than the limit"


async def _besiege(port: int) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(SLOW)]
    for number, (_, writer) in enumerate(opened):
        writer.write([*HEADS, BODY][number % 4])
    here = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)
    async with here as client, asyncio.timeout(5), client.stream("GET", "/chat/p2/stream") as stream:
        async with asyncio.timeout(1):
            said = await client.post("/chat/p2/say", json={"update_id": "u1", "text": "到了"})
        assert said.status_code == 202
        ends = await asyncio.gather(*(_end_of(reader) for reader, _ in opened))
        async for line in stream.aiter_lines():  # it has lived on, longer than any patience
            if line.startswith("data:"):
                break
    assert {end[:12] for end in ends} == {b"", b"HTTP/1.1 408"}
    for _, writer in opened:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _end_of(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(OSError):
        return await reader.read()
    return b""
