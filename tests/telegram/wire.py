"""HTTP/1.1 as far as a Bot API needs it, by hand: a framework would cost more than all the rest of an answer."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from tests.telegram import limits
from tests.telegram.refusals import REASONS

_TOO_MUCH = limits.UPLOAD + 100_000
_REQUEST_TOO_LARGE = b'{"ok":false,"error_code":413,"description":"Request Entity Too Large"}'


@dataclass(slots=True)
class Request:
    path: str
    query: str
    content_type: str
    body: bytes


@dataclass(slots=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int = 0
    pause: float = 0.0
    """Seconds between one piece and the next, where the line is slow."""


Outcome = Reply | None
"""None: the line is closed without a word."""
Handler = Callable[[Request], Outcome | Coroutine[Any, Any, Outcome]]


@dataclass(slots=True)
class _Head:
    line: str
    length: int
    is_chunked: bool
    expects: bool
    content_type: str


def _read_head(raw: bytes) -> _Head:
    line, _, rest = raw.decode("latin-1").partition("\r\n")
    head = _Head(line, 0, False, False, "")
    for header in rest.split("\r\n"):
        name, _, value = header.partition(":")
        match name.lower():
            case "content-length":
                head.length = int(value)
            case "content-type":
                head.content_type = value.strip()
            case "transfer-encoding":
                head.is_chunked = "chunked" in value.lower()
            case "expect":
                head.expects = True
    return head


class Wire(asyncio.Protocol):
    """One connection. Requests are answered in their order, one after another."""

    def __init__(self, handle: Handler, open_wires: "set[Wire]") -> None:
        self._handle, self._open = handle, open_wires
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        self._transport = None
        if self._task is not None:
            self._task.cancel()

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._go_on()

    def _go_on(self) -> None:
        while self._task is None and self._transport is not None and (request := self._next()) is not None:
            outcome = self._handle(request)
            if outcome is None or isinstance(outcome, Reply):
                self._write(outcome)
            else:
                self._task = asyncio.get_running_loop().create_task(self._later(outcome))
                self._task.add_done_callback(partial(_put_away, outcome))

    async def _later(self, coming: Coroutine[Any, Any, Outcome]) -> None:
        outcome = await coming
        if outcome is not None and outcome.pause:
            await self._trickle(outcome)
        else:
            self._write(outcome)
        self._task = None
        self._go_on()

    async def _trickle(self, reply: Reply) -> None:
        whole = _written(reply)
        step = max(1, len(whole) // 20)
        for begin in range(0, len(whole), step):
            if self._transport is None:
                return
            self._transport.write(whole[begin : begin + step])
            await asyncio.sleep(reply.pause)

    def _write(self, outcome: Outcome) -> None:
        if self._transport is None:
            return
        if outcome is None:
            self._transport.abort()
        else:
            self._transport.write(_written(outcome))

    def _next(self) -> Request | None:
        """The next whole request in the buffer."""
        head = self._head
        if head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self._head = _read_head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if head.length > _TOO_MUCH:
                self._refuse_length()
                return None
            if head.expects and self._transport is not None:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._chunked_body() if head.is_chunked else self._plain_body(head.length)
        if body is None:
            return None
        self._head = None
        path, _, query = head.line.split(" ")[1].partition("?")
        return Request(unquote(path) if "%" in path else path, query, head.content_type, body)

    def _plain_body(self, length: int) -> bytes | None:
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _chunked_body(self) -> bytes | None:
        at = 0
        pieces: list[bytes] = []
        while (end := self._buffer.find(b"\r\n", at)) >= 0:
            size = int(bytes(self._buffer[at:end]).partition(b";")[0], 16)
            begin = end + 2
            if len(self._buffer) < begin + size + 2:
                return None
            if size == 0:
                del self._buffer[: begin + 2]
                return b"".join(pieces)
            pieces.append(bytes(self._buffer[begin : begin + size]))
            at = begin + size + 2
        return None

    def _refuse_length(self) -> None:
        if self._transport is not None:
            self._transport.write(_written(Reply(413, _REQUEST_TOO_LARGE)))
            self._transport.close()


def _put_away(coming: Coroutine[Any, Any, Outcome], task: asyncio.Task[None]) -> None:
    """Where the line broke before it was begun."""
    coming.close()


def _written(reply: Reply) -> bytes:
    more = f"Retry-After: {reply.retry_after}\r\n" if reply.retry_after else ""
    head = (
        f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Unknown')}\r\nServer: nginx\r\n{more}"
        f"Content-Type: {reply.content_type}\r\nContent-Length: {len(reply.body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode("latin-1") + reply.body
