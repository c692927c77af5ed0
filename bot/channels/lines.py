"""HTTP/1.1 to one server, over lines that stay open. What a call costs here is most of what an answer costs."""

import asyncio
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

MOST_LINES = 64
IDLE_SECONDS = 25.0
"""A line that lay longer is not used again: routers on the way forget it without telling anybody."""
CONNECT_SECONDS = 5.0
"""For each of two tries: by whatever addresses there are, then by IPv4. Where IPv6 is set up but leads nowhere, the
first would last for minutes."""
LIMIT = 32_000_000
"""Bytes of one answer; a hundred updates are far smaller."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class LineFault(Exception):
    """There is no answer. What it says holds no address, for the address holds the bot's token."""


class NoLine(LineFault):
    """Nothing was sent: the server can't be reached."""


class LineBroke(LineFault):
    """The request was written, and whether it was carried out is not known. `is_stale`: the line was an old one and
    nothing of an answer had come, so most likely the server had closed it before."""

    def __init__(self, why: str, *, is_stale: bool = False) -> None:
        super().__init__(why)
        self.is_stale = is_stale


class TooLarge(LineFault):
    """The answer is larger than we take."""


class TooSlow(LineFault):
    """No answer in time; whether the request was carried out is not known."""


class Line(asyncio.Protocol):
    """One connection: one request, one answer, and again. It is its own parser's listener."""

    def __init__(self) -> None:
        self.free_since = 0.0
        self.is_old = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._pieces: list[bytes] = []
        self._size, self._limit = 0, LIMIT
        self._has_begun = False

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes, limit: int) -> asyncio.Future[Answer]:
        """Only on a line that is open and free. Whoever stops waiting must close the line."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._pieces, self._size, self._limit, self._has_begun = [], 0, limit, False
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # --- what the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._parser is None:
            self.close()  # an answer to nothing: this line can't be trusted with the next one
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(LineBroke("the answer is not HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = self._parser = None
        why = type(exc).__name__ if exc is not None else "closed by the server"
        self._fail(LineBroke(f"the line broke: {why}", is_stale=self.is_old and not self._has_begun))

    # --- what the parser says

    def on_message_begin(self) -> None:
        self._has_begun = True

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._limit:
            self._fail(TooLarge(f"the answer is larger than {self._limit} bytes"))
        else:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        answer, self._answer, parser = self._answer, None, self._parser
        if answer is None or parser is None:
            return
        pieces, self._pieces = self._pieces, []
        if not parser.should_keep_alive() and self._transport is not None:
            self._transport.close()
        if not answer.done():
            answer.set_result(
                Answer(parser.get_status_code(), pieces[0] if len(pieces) == 1 else b"".join(pieces))
            )

    def _fail(self, fault: LineFault) -> None:
        answer, self._answer = self._answer, None
        self._pieces = []
        if answer is not None and not answer.done():
            answer.set_exception(fault)
        self.close()


class Lines:
    """All lines to one server, at most so many; who finds none free waits for one."""

    def __init__(self, origin: str, most: int = MOST_LINES) -> None:
        """`origin` is the address without a path: `https://api.telegram.org`."""
        parts = urlsplit(origin)
        is_secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if is_secure else 80)
        self._tls = ssl.create_default_context() if is_secure else None
        self._most, self._busy, self._family = most, 0, int(socket.AF_UNSPEC)
        self._free: deque[Line] = deque()
        """The one that was laid down last is used first, so the one that lay longest is the first."""
        self._lines: set[Line] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def ask(self, request: bytes, *, within: float, is_repeatable: bool, limit: int = LIMIT) -> Answer:
        """In so many seconds, waiting for a line included. A request that `is_repeatable` goes out once more, on a new
        line, when an old line turns out to be dead. Raises `LineFault`."""
        try:
            async with asyncio.timeout(within):
                try:
                    return await self._ask(request, limit, must_be_new=False)
                except LineBroke as broke:
                    if not (is_repeatable and broke.is_stale):
                        raise
                return await self._ask(request, limit, must_be_new=True)
        except TimeoutError:
            raise TooSlow(f"no answer in {within:g} s") from None

    def close(self) -> None:
        """Whoever still waits for an answer is told that the line broke."""
        for line in list(self._lines):
            line.close()
        self._free.clear()

    async def _ask(self, request: bytes, limit: int, *, must_be_new: bool) -> Answer:
        if self._busy >= self._most:
            await self._wait_for_room()
        self._busy += 1
        line = None
        try:
            line = None if must_be_new else self._free_line()
            line = line or await self._new_line()
            return await line.ask(request, limit)
        except BaseException:
            if line is not None:
                line.close()
            raise
        finally:
            self._busy -= 1
            if line is not None:
                self._lay_down(line)
            self._wake_next()

    def _free_line(self) -> Line | None:
        now = asyncio.get_running_loop().time()
        self._let_go(now)
        while self._free:
            line = self._free.pop()
            if line.is_open:
                return line
            self._lines.discard(line)
        return None

    def _let_go(self, now: float) -> None:
        """Of what many at once needed, and nobody has since."""
        while self._free and now - self._free[0].free_since >= IDLE_SECONDS:
            line = self._free.popleft()
            line.close()
            self._lines.discard(line)

    async def _new_line(self) -> Line:
        line = await self._connect(self._family)
        if line is None and self._family == socket.AF_UNSPEC:
            line = await self._connect(socket.AF_INET)
            self._family = socket.AF_INET if line is not None else socket.AF_UNSPEC
        if line is None:
            raise NoLine("the server does not answer the call")
        self._lines.add(line)
        return line

    async def _connect(self, family: int) -> Line | None:
        """None: it took too long."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, line = await loop.create_connection(
                    Line, self._host, self._port, ssl=self._tls, family=family
                )
        except TimeoutError:
            return None
        except (OSError, UnicodeError) as fault:
            raise NoLine(f"the server can't be reached: {type(fault).__name__}") from None
        return line

    def _lay_down(self, line: Line) -> None:
        if line.is_open:
            line.free_since, line.is_old = asyncio.get_running_loop().time(), True
            self._free.append(line)
        else:
            self._lines.discard(line)

    async def _wait_for_room(self) -> None:
        """Until a line is laid down; a place that was given to somebody who left goes to the next."""
        while self._busy >= self._most:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._wake_next()
                raise

    def _wake_next(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
