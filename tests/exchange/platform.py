"""Another platform, as HTTP on loopback: it keeps every request, takes each delivery by the receiver that stands in
docs/exchange.md, and can be told to answer in any way that a platform does."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.house import ROOT

SECRET = "beispiel-geheimnis-0123456789"
HANG_UP, NEVER = "hangs up when it has the body", "has the body and does not answer"
CUT_SHORT = "says 200 and hangs up in the middle of its words"
Answer = int | str | tuple[int, Mapping[str, str], str]


def the_receiver() -> Callable[..., int]:
    """The example of the page, as it stands there."""
    page = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(import hashlib, hmac.*?)```", page, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found.group(1), names)
    receiver: Callable[..., int] = names["receive"]
    return receiver


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Platform:
    """`script` says how the next requests are answered, 200 when it is at its end."""

    clock: Callable[[], datetime]
    script: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    """What it did because of deliveries, each once."""
    seen: set[str] = field(default_factory=set)
    url: str = ""
    secrets: tuple[bytes, ...] = (SECRET.encode(),)
    lines: set[asyncio.Task[None]] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ids(self) -> list[str]:
        return [one.headers["shuangsuiji-delivery"] for one in self.requests]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.lines.add(task)
        task.add_done_callback(self.lines.discard)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        request = Request(head[0].split()[1], headers, body)
        self.requests.append(request)
        answer = self.script.pop(0) if self.script else 200
        if answer in (200, NEVER, HANG_UP, CUT_SHORT):
            verdict = self._take(request)
            answer = verdict if answer == 200 else answer
        self.arrived.set()
        if answer == NEVER:
            await asyncio.sleep(3600)
        if answer in (NEVER, HANG_UP):
            return False
        if answer == CUT_SHORT:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nok, bu")
            await writer.drain()
            return False
        writer.write(_response(answer))
        await writer.drain()
        return True

    def _take(self, request: Request) -> int:
        return the_receiver()(
            request.headers,
            request.body,
            self.secrets,
            self.seen,
            self.taken.append,
            now=lambda: self.clock().timestamp(),
        )


def _response(answer: Answer) -> bytes:
    assert not isinstance(answer, str), "an answer by deed has no words"
    status, headers, words = (answer, {}, "") if isinstance(answer, int) else answer
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(words.encode())}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + words).encode()


@asynccontextmanager
async def a_platform(clock: Callable[[], datetime], *script: Answer) -> AsyncIterator[Platform]:
    platform = Platform(clock, list(script))
    server = await asyncio.start_server(platform._serve, "127.0.0.1", 0)
    platform.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/take"
    try:
        yield platform
    finally:
        server.close()
        for line in list(platform.lines):
            line.cancel()
        await asyncio.gather(*platform.lines, return_exceptions=True)
