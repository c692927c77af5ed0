"""Pictures lie with Telegram until they are fetched."""

from typing import Any
from urllib.parse import urlsplit

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.channel import FetchError
from bot.channels.telegram.failures import seconds_of
from bot.channels.telegram.reading import SIZE_LIMIT
from bot.channels.telegram.wire import Calls, FileGone, FileTooLarge

TOO_BIG = "too big"
_PERHAPS_GONE = "temporarily unavailable"
_TRIES_OF_ONE_PERHAPS_GONE = 5
"""One sentence of Telegram's says that there is no such file, or that there is none just now: half a minute tells."""


async def fetch(calls: Calls, file_id: str) -> bytes:
    """Asks for a link and follows it; one that had died meanwhile is asked for once more. Raises `FetchError`."""
    try:
        try:
            return await _download(calls, file_id)
        except FileGone:
            return await _download(calls, file_id)
    except TelegramError as fault:
        raise _fetch_error(fault) from None


async def _download(calls: Calls, file_id: str) -> bytes:
    told = await calls.call("getFile", {"file_id": file_id})
    content = await calls.download(_path(told), SIZE_LIMIT)
    size = told.get("file_size")
    if isinstance(size, int) and size != len(content):
        raise FetchError(True, "not whole")
    return content


def _path(told: Any) -> str:
    path = told.get("file_path") if isinstance(told, dict) else None
    if not isinstance(path, str) or not path:
        raise FetchError(True, "no link to the file")
    if path.startswith("/") or urlsplit(path).scheme:
        raise FetchError(False, "the server is run with --local and keeps its files on its own disk")
    return path


def _fetch_error(fault: TelegramError) -> FetchError:
    if isinstance(fault, RetryAfter):
        return FetchError(True, "told to wait", seconds_of(fault))
    if isinstance(fault, FileTooLarge) or (isinstance(fault, BadRequest) and "too big" in str(fault).lower()):
        return FetchError(False, TOO_BIG)
    if isinstance(fault, BadRequest) and _PERHAPS_GONE in str(fault).lower():
        return FetchError(True, str(fault), tries=_TRIES_OF_ONE_PERHAPS_GONE)
    return FetchError(not isinstance(fault, BadRequest | Forbidden), f"{type(fault).__name__}: {fault}")
