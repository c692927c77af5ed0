"""One mark for each request: taken over from whoever stands in front, or made; in the answer and in the log."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.traces import bear
from web.house import WebHouse

HEADER = "X-Request-ID"
_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Wraps the whole app. The mark is not taken off at the end: a request is a task of its own, and the server's own
    line about a fault comes last of all."""

    def __init__(self, app: ASGIApp, house: WebHouse) -> None:
        self._app, self._new = app, house.new_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        mark = given if _FORM.fullmatch(given) else self._new()
        bear(mark)

        async def send_with_mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = mark
            await send(message)

        await self._app(scope, receive, send_with_mark)
