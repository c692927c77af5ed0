"""The way to the Bot API: our own for most, and python-telegram-bot's where a proxy stands before it."""

from typing import Any, Protocol
from urllib.parse import quote

import orjson
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import (
    RequestParameter,
)  # what `RequestData` is made of; it has no public door

from bot.channels.forms import Upload, as_form
from bot.channels.lines import Answer, LineFault, Lines, TooLarge, TooSlow
from bot.channels.telegram.answers import Garbled, result_of

API_URL = "https://api.telegram.org"
SECONDS = 20.0
"""For one call. A person waits for most of them."""
UPLOAD_SECONDS = 25.0
"""For a file on its way; with the wait for its turn it must be over before the letter's lease in the outbox."""

_DOUBLING = ("send", "forward", "copy", "create", "add", "upload")
"""What may be done twice when it is asked twice; all else that we call may be repeated."""


class FileGone(NetworkError):
    """The link to a file is no longer good."""


class FileTooLarge(NetworkError):
    """The file is larger than we asked for."""


class Calls(Protocol):
    """How the parts of this channel ask the Bot API. All raise `TelegramError`; none of its words hold the token."""

    async def call(self, method: str, body: dict[str, Any], within: float = 0.0) -> Any:
        """The `result` of a call, in so many seconds; 0: as for every call."""
        ...

    async def upload(self, method: str, body: dict[str, Any], file: Upload) -> Any:
        """The `result` of a call that brings a file along."""
        ...

    async def download(self, path: str, limit: int) -> bytes:
        """A file by the `file_path` of `getFile`, at most `limit` bytes. Raises `FileGone` and `FileTooLarge` too."""
        ...


class Wire(BaseRequest):
    """HTTP/1.1 with JSON bodies, and with forms where files go along; it serves `telegram.Bot` as its backend and,
    faster, us with `call`."""

    def __init__(self, token: str, api_url: str = API_URL, *, within: float = SECONDS) -> None:
        self._token, self._seconds = token.encode(), within
        origin, _, folder = api_url.partition("://")[2].partition("/")
        self._origin = f"{api_url.partition('://')[0]}://{origin}"
        self._lines = Lines(self._origin)
        self._folder = f"/{folder}".rstrip("/")
        self._common = f" HTTP/1.1\r\nHost: {origin}\r\nAccept: application/json\r\n".encode()
        self._heads: dict[str, bytes] = {}

    async def call(self, method: str, body: dict[str, Any], within: float = 0.0) -> Any:
        head = self._heads.get(method) or self._head(method)
        content = _as_json(body)
        request = b"%b%d\r\n\r\n%b" % (head, len(content), content)
        is_repeatable = not method.startswith(_DOUBLING)
        answer = await self._ask(request, within or self._seconds, is_repeatable)
        return result_of(answer.status, answer.body)

    async def upload(self, method: str, body: dict[str, Any], file: Upload) -> Any:
        """Never repeated: what went out may be with the person."""
        path = f"{self._folder}/bot{self._token.decode()}/{method}".encode()
        fields = {
            name: value if isinstance(value, str) else _as_json(value).decode()
            for name, value in body.items()
        }
        request = self._form(path, *as_form(fields, [file]))
        answer = await self._ask(request, UPLOAD_SECONDS, False)
        return result_of(answer.status, answer.body)

    async def download(self, path: str, limit: int) -> bytes:
        request = self._get(f"{self._folder}/file/bot{self._token.decode()}/{quote(path)}")
        answer = await self._ask(request, self._seconds * 3, True, limit)
        return content_of(answer.status, answer.body)

    def _head(self, method: str) -> bytes:
        path = f"{self._folder}/bot{self._token.decode()}/{method}".encode()
        self._heads[method] = head = self._post(path)
        return head

    def _post(self, path: bytes) -> bytes:
        return b"POST %b%bContent-Type: application/json\r\nContent-Length: " % (path, self._common)

    def _form(self, path: bytes, kind: str, content: bytes) -> bytes:
        head = b"POST %b%bContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
        return b"".join((head % (path, self._common, kind.encode(), len(content)), content))

    def _get(self, path: str) -> bytes:
        return b"GET %b%b\r\n" % (path.encode(), self._common)

    async def _ask(
        self, request: bytes, within: float, is_repeatable: bool, limit: int | None = None
    ) -> Answer:
        try:
            if limit is None:
                return await self._lines.ask(request, within=within, is_repeatable=is_repeatable)
            return await self._lines.ask(request, within=within, is_repeatable=is_repeatable, limit=limit)
        except TooSlow as fault:
            raise TimedOut(str(fault)) from None
        except TooLarge as fault:
            raise FileTooLarge(str(fault)) from None
        except LineFault as fault:
            raise NetworkError(str(fault)) from None

    # --- what python-telegram-bot asks of its backend

    @property
    def read_timeout(self) -> float:
        return self._seconds

    async def initialize(self) -> None:
        """Lines are opened when they are needed."""

    async def shutdown(self) -> None:
        self._lines.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = None,
        write_timeout: Any = None, connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        if not url.startswith(f"{self._origin}/"):
            raise BadRequest("this line leads to one server only")
        path = url.removeprefix(self._origin)
        request = self._get(path) if method == "GET" else self._request(path.encode(), request_data)
        is_repeatable = method == "GET" or not path.rpartition("/")[2].startswith(_DOUBLING)
        within = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        answer = await self._ask(request, within, is_repeatable)
        return answer.status, answer.body.replace(self._token, b"(token)")  # error pages repeat the address

    def _request(self, path: bytes, data: RequestData | None) -> bytes:
        if data is not None and data.contains_files:
            files = [
                Upload(field, name, content if isinstance(content, bytes) else content.read(), kind)
                for field, (name, content, kind) in (data.multipart_data or {}).items()
            ]
            return self._form(path, *as_form(data.json_parameters, files))
        content = b"" if data is None else data.json_payload
        return b"%b%d\r\n\r\n%b" % (self._post(path), len(content), content)


class ProxyWire(HTTPXRequest):
    """Through a proxy, with the library's own backend: slower by far, and seldom needed."""

    def __init__(self, token: str, api_url: str, proxy: str) -> None:
        super().__init__(
            connection_pool_size=64, proxy=proxy, read_timeout=SECONDS, write_timeout=SECONDS,
            connect_timeout=SECONDS, pool_timeout=SECONDS, httpx_kwargs={"trust_env": False},
        )  # fmt: skip
        self._token = token
        self._api, self._files = f"{api_url}/bot{token}", f"{api_url}/file/bot{token}"

    async def call(self, method: str, body: dict[str, Any], within: float = 0.0) -> Any:
        data = RequestData([RequestParameter(name, value, None) for name, value in body.items()])
        status, content = await self._quietly("POST", f"{self._api}/{method}", within or SECONDS, data)
        return result_of(status, content)

    async def upload(self, method: str, body: dict[str, Any], file: Upload) -> Any:
        sent = InputFile(file.content, file.file_name, attach=False)
        sent.mimetype = file.media_type
        named = [RequestParameter(name, value, None) for name, value in body.items()]
        data = RequestData([*named, RequestParameter(file.field, None, [sent])])
        status, content = await self._quietly("POST", f"{self._api}/{method}", UPLOAD_SECONDS, data)
        return result_of(status, content)

    async def download(self, path: str, limit: int) -> bytes:
        status, content = await self._quietly("GET", f"{self._files}/{quote(path)}", SECONDS * 3, None)
        if len(content) > limit:
            raise FileTooLarge(f"the answer is larger than {limit} bytes")
        return content_of(status, content)

    async def _quietly(
        self, method: str, url: str, within: float, data: RequestData | None
    ) -> tuple[int, bytes]:
        try:
            return await self.do_request(url, method, data, read_timeout=within)
        except TelegramError as fault:
            kind = TimedOut if isinstance(fault, TimedOut) else NetworkError
            raise kind(str(fault).replace(self._token, "(token)")) from None


def make_wire(token: str, api_url: str = API_URL, proxy: str | None = None) -> Wire | ProxyWire:
    """`api_url` is where the Bot API is, without `/bot`."""
    return ProxyWire(token, api_url, proxy) if proxy else Wire(token, api_url)


def make_bot(token: str, wire: BaseRequest, api_url: str = API_URL) -> Bot:
    """python-telegram-bot's own `Bot` on our wire, for what is asked seldom. Never `initialize` it: that asks `getMe`
    and, where this fails, says the token aloud."""
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=wire,
        get_updates_request=wire,
    )


def _as_json(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError as fault:
        raise BadRequest(f"can't be written as JSON: {fault}") from None


def content_of(status: int, body: bytes) -> bytes:
    """The bytes of a download."""
    if status == 200:
        return body
    if status in (404, 410):
        raise FileGone("there is no such file any more")
    raise Garbled(f"the file was answered with {status}")
