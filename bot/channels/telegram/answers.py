"""What an answer of the Bot API means: its `result`, or one of python-telegram-bot's errors.

TelegramError
├── RetryAfter          429: not yet
├── Forbidden           403: this person or group will not have us
├── InvalidToken        401, 404: the token is not (or no more) a bot's
├── Conflict            409: somebody else receives our updates
├── ChatMigrated        the group has another number now
└── NetworkError
    ├── BadRequest      400, 413: a mistake of ours, or a chat or message that is gone
    ├── TimedOut        no answer in time
    ├── ServerFault     5xx of the Bot API's own: it failed over this request
    └── Garbled         answered by something that is not the Bot API, or not whole: a gateway, a portal, a filter

A status is believed only with the Bot API's own JSON: a portal that answers 403 with a page must not make everybody
look as if they had blocked us.
"""

import json
import os
from typing import Any

import orjson
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

os.environ["PTB_TIMEDELTA"] = (
    "1"  # `RetryAfter.retry_after` as a timedelta; without it the library warns each time
)

DEFAULT_WAIT = 5
"""Seconds, where a 429 does not say how long."""


class ServerFault(NetworkError):
    """The Bot API itself failed."""


class Garbled(NetworkError):
    """Something on the way answered in its place."""


_BY_CODE: dict[int, type[TelegramError]] = {
    400: BadRequest, 401: InvalidToken, 403: Forbidden, 404: InvalidToken, 409: Conflict, 413: BadRequest,
}  # fmt: skip


def result_of(status: int, body: bytes) -> Any:
    """The `result`. Raises `TelegramError`, in whose words nothing of the request stands."""
    told = read_json(body)
    if not isinstance(told, dict) or "ok" not in told:
        raise Garbled(f"the answer ({status}) is not the Bot API's")
    if status == 200 and told["ok"] is True and "result" in told:
        return told["result"]
    raise _fault(status, told)


def read_json(body: bytes) -> Any:
    """The fast reader first; the slow one takes half a character too, over which a batch must not be stuck for ever.
    None: it is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _fault(status: int, told: dict[str, Any]) -> TelegramError:
    words = str(told.get("description", ""))[:300] or f"error {status}"
    parameters = told.get("parameters")
    more = parameters if isinstance(parameters, dict) else {}
    if isinstance(number := more.get("migrate_to_chat_id"), int):
        return ChatMigrated(number)
    if status == 429:
        wait = more.get("retry_after")
        return RetryAfter(wait if isinstance(wait, int) and wait > 0 else DEFAULT_WAIT)
    if status in _BY_CODE:
        return _BY_CODE[status](words)
    return ServerFault(words) if status == 500 else Garbled(f"{words} ({status})")
