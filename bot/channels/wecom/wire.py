"""The way to WeCom's API, and the access token that opens it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import orjson

from bot.channels.forms import Upload, as_form
from bot.channels.lines import Answer, LineFault, Lines, NoLine, TooLarge
from bot.channels.wecom.codes import Meaning
from bot.channels.wecom.faults import Garbled, Refused, TooBig, Unreached

API_URL = "https://qyapi.weixin.qq.com"
SECONDS = 15.0
MEDIA_SECONDS = 25.0
MARGIN = 300.0
"""Seconds before its end from which a token is not used any more: ours is not the only clock."""
_ONCE = ("message/send", "message/update_template_card", "media/upload")
"""What may be done twice when it is asked twice; all else that we call may be repeated."""

Asked = dict[str, Any]


class Calls(Protocol):
    """How the parts of this channel ask WeCom. All raise `WecomFault`."""

    async def call(
        self, path: str, body: Asked | None = None, query: Mapping[str, str] | None = None
    ) -> Asked:
        """The answer of a call whose `errcode` is 0; with a body a POST, without one a GET."""
        ...

    async def upload(self, kind: str, file: Upload) -> str:
        """The `media_id` of a file that is of this kind to WeCom."""
        ...

    async def download(self, media_id: str, limit: int) -> bytes:
        """A file that somebody sent, at most `limit` bytes."""
        ...


class AccessToken:
    """One for all: while one is on its way everybody waits for that one. WeCom limits how often it may be asked for,
    and a new one makes the old one void."""

    def __init__(self, ask: Callable[[], Awaitable[tuple[str, float]]]) -> None:
        """`ask` gives a token and the seconds that it lives."""
        self._ask, self._token, self._until = ask, "", 0.0
        self._asking: asyncio.Task[str] | None = None

    async def get(self) -> str:
        if self._token and asyncio.get_running_loop().time() < self._until:
            return self._token
        if self._asking is None:
            self._asking = asyncio.get_running_loop().create_task(self._renew())
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    def spoil(self, token: str) -> None:
        """WeCom does not take it any more. One that was renewed meanwhile stays."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait((self._asking,))

    async def _renew(self) -> str:
        token, seconds = await self._ask()
        self._token = token
        self._until = asyncio.get_running_loop().time() + max(seconds - MARGIN, seconds / 2)
        return token

    def _asked(self, asking: asyncio.Task[str]) -> None:
        self._asking = None
        if not asking.cancelled():
            asking.exception()  # whoever waited has it; where nobody waits any more nobody need be told


class Wire:
    """HTTP/1.1 with JSON bodies, and forms where files go along."""

    def __init__(self, corp_id: str, secret: str, api_url: str = API_URL, *, within: float = SECONDS) -> None:
        self._corp_id, self._secret, self._seconds = corp_id, secret, within
        scheme, _, rest = api_url.partition("://")
        host, _, folder = rest.partition("/")
        self._lines = Lines(f"{scheme}://{host}")
        self._folder = f"/{folder}".rstrip("/")
        self._common = f" HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n"
        self._token = AccessToken(self._ask_token)

    async def call(
        self, path: str, body: Asked | None = None, query: Mapping[str, str] | None = None
    ) -> Asked:
        within, is_repeatable = self._seconds, path not in _ONCE
        content = None if body is None else orjson.dumps(body)

        async def ask(token: str) -> Asked:
            request = self._request(path, {"access_token": token, **(query or {})}, content)
            return result_of(await self._answer(request, within, is_repeatable))

        found: Asked = await self._with_token(ask)
        return found

    async def upload(self, kind: str, file: Upload) -> str:
        content_type, content = as_form({}, [file])

        async def ask(token: str) -> Asked:
            query = {"access_token": token, "type": kind}
            request = self._request("media/upload", query, content, content_type)
            return result_of(await self._answer(request, MEDIA_SECONDS, False))

        told = await self._with_token(ask)
        media_id = told.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise Garbled("an upload was answered without a media_id")
        return media_id

    async def download(self, media_id: str, limit: int) -> bytes:
        async def ask(token: str) -> bytes:
            request = self._request("media/get", {"access_token": token, "media_id": media_id}, None)
            return content_of(await self._answer(request, MEDIA_SECONDS, True, limit))

        found: bytes = await self._with_token(ask)
        return found

    async def close(self) -> None:
        await self._token.close()
        self._lines.close()

    async def _with_token(self, ask: Callable[[str], Awaitable[Any]]) -> Any:
        """A token that died meanwhile is renewed, and what was refused for it asked once more."""
        token = await self._token.get()
        try:
            return await ask(token)
        except Refused as fault:
            if fault.meaning is not Meaning.TOKEN:
                raise
        self._token.spoil(token)
        return await ask(await self._token.get())

    async def _ask_token(self) -> tuple[str, float]:
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        told = result_of(await self._answer(self._request("gettoken", query, None), self._seconds, True))
        token, seconds = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Garbled("gettoken was answered without a token")
        return token, float(seconds)

    def _request(
        self, path: str, query: Mapping[str, str], content: bytes | None, kind: str = "application/json"
    ) -> bytes:
        address = f"{self._folder}/cgi-bin/{path}?{urlencode(query, quote_via=quote)}"
        if content is None:
            return f"GET {address}{self._common}\r\n".encode()
        head = f"POST {address}{self._common}Content-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    async def _answer(
        self, request: bytes, within: float, is_repeatable: bool, limit: int = 1_000_000
    ) -> Answer:
        try:
            return await self._lines.ask(request, within=within, is_repeatable=is_repeatable, limit=limit)
        except TooLarge as fault:
            raise TooBig(str(fault)) from None
        except LineFault as fault:
            raise Unreached(str(fault), is_open=not isinstance(fault, NoLine)) from None


def result_of(answer: Answer) -> Asked:
    """What WeCom answered. Raises `Refused` and `Garbled`, in whose words nothing of the request stands."""
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("errcode", 0), int) or answer.status != 200:
        raise Garbled(f"the answer ({answer.status}) is not WeCom's")
    if code := told.get("errcode", 0):
        raise Refused(code, str(told.get("errmsg", "")))
    return told


def content_of(answer: Answer) -> bytes:
    """The bytes of a download. An error comes as JSON in their place."""
    if answer.body[:200].lstrip().startswith(b'{"errcode"'):
        result_of(answer)
    if answer.status != 200:
        raise Garbled(f"the file was answered with {answer.status}")
    return answer.body
