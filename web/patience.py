"""A visitor who begins a request and does not go on, or does not end: the line is given up, and nobody waits for it."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_SILENCE = 30.0
"""Seconds between two pieces of a body; a picture over a bad line may take as long as it likes while it comes."""
LONGEST_BODY = 100_000_000
"""Bytes. Each door has a lower limit of its own, and words for it; this is for those that a library reads."""

_TOO_LONG, _TOO_SLOW = (
    Response(status_code=status, headers={"Connection": "close"}) for status in (413, 408)
)


class Patience:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _told_length(scope) > LONGEST_BODY:
            await _TOO_LONG(scope, receive, send)
            return
        line = _Line(scope, receive, send)
        with suppress(ClientDisconnect):  # whoever goes in the middle is no fault of ours, and fills no log
            await self._app(scope, line.receive, line.send)


def _told_length(scope: Scope) -> int:
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0


class _Line:
    """One request on its way in. Once it is given up and answered, what else is said to it is said to nobody."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._is_whole, self._is_answered, self._is_over, self._size = False, False, False, 0

    async def receive(self) -> Message:
        """Once the body is whole, what is waited for is only that the visitor goes: that may take for ever."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout(BODY_SILENCE):
                message = await self._receive()
        except TimeoutError:
            return await self._give_up(_TOO_SLOW)
        self._is_whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        return message if self._size <= LONGEST_BODY else await self._give_up(_TOO_LONG)

    async def send(self, message: Message) -> None:
        self._is_answered = True
        if not self._is_over:
            await self._send(message)

    async def _give_up(self, answer: Response) -> Message:
        if not self._is_answered:
            await answer(self._scope, self._receive, self._send)
        self._is_over = True
        return {"type": "http.disconnect"}
