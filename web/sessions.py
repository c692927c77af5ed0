"""What becomes of a session while it is used: it lasts on, its token is turned, and its person is kept to a pace."""

from collections.abc import Iterator
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage import web_chat, web_sessions
from storage.store import StoreFault
from storage.tables.messaging import WebSession
from web.api.pace import Pace
from web.cookies import COOKIE, set_session_cookie
from web.house import WebHouse, house_of
from web.pages import refusal_page
from web.visitors import token_digest
from web.wording import wording

_ELSEWHERE = ("/static/", "/api/", "/webhooks/", "/health", "/ready", "/metrics", "/sign-out")
"""Where no session is looked at, or where it ends."""


class Sessions:
    """Wraps the app, inside `Guard`."""

    def __init__(self, app: ASGIApp, house: WebHouse) -> None:
        self._app = app
        self._pace = Pace(house.pages_per_minute, house.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_ELSEWHERE):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        token = request.cookies.get(COOKIE)
        if not token or house_of(request).is_demo:
            await self._app(scope, receive, send)
            return
        seconds, cookies = await run_in_threadpool(self._use, request, token)
        if seconds:
            await _too_often(request, seconds)(scope, receive, send)
            return

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                ours = f"{COOKIE}="
                if not any(one.startswith(ours) for one in headers.getlist("set-cookie")):
                    for one in cookies:
                        headers.append("set-cookie", one)
            await send(message)

        await self._app(scope, receive, send_with_cookies)

    def _use(self, request: Request, token: str) -> tuple[int, list[str]]:
        """The seconds to wait, 0 where it may go on; and the cookies that go out with the answer."""
        house, digest = house_of(request), token_digest(token)
        at = house.clock()
        try:
            with house.store.reading() as records:
                session = web_sessions.session_of(records, digest, at=at)
                if session is None:
                    return 0, []
                chat, must_write = session.chat, web_sessions.wants_writing(session, digest, at=at)
            seconds = self._pace.wait_for(chat)
            if seconds or not must_write:
                return seconds, []
            return 0, list(self._note(request, digest, at))
        except StoreFault:  # the page itself says what is wrong
            return 0, []

    def _note(self, request: Request, digest: str, at: datetime) -> Iterator[str]:
        house = house_of(request)
        token, session = "", None
        with house.store.transaction(web_chat.CHANNEL) as records:
            session = web_sessions.session_of(records, digest, at=at)
            if session is None:
                return
            web_sessions.note_use(records, session, digest, at=at)
            if _may_turn(request) and web_sessions.wants_new_token(session, digest, at=at):
                token = house.new_token()
                web_sessions.give_new_token(records, session, token_digest(token))
            seconds = _seconds_left(session, at)
        if token:
            carried = Response()
            set_session_cookie(request, carried, token, seconds=seconds)
            yield from carried.headers.getlist("set-cookie")


def _may_turn(request: Request) -> bool:
    """Only with a page that a person opens, for which the browser waits; not with a line that stays open."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _seconds_left(session: WebSession, at: datetime) -> int:
    return max(1, int((session.expires_at - at).total_seconds()))


def _too_often(request: Request, seconds: int) -> Response:
    language = house_of(request).language
    sentence = wording(language)("error_too_often", seconds=seconds)
    headers = {"Retry-After": str(seconds)}
    if request.method == "POST" or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status_code=429, headers=headers)
    answer = refusal_page(sentence, language, status=429)
    answer.headers.update(headers)
    return answer
