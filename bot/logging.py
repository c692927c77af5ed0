"""Log lines without secrets and without personal data, for the eye or for a collector.

Both kinds of caller pass through the same redaction: our own (`structlog.get_logger()`) and the libraries that use
the standard `logging`. Redaction goes by the key's name and, as a second net, by the shape of what stands in a text.
Two things no net can sort, so they are left out: what a library says below a warning (it tells what it was given:
statements, addresses, the place inside a photo), and an exception's own words (it quotes what it choked on).
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from storage import traces

HIDDEN = "‹hidden›"

_SECRET_KEYS = frozenset(
    {
        "api_key",
        "authorization",
        "cookie",
        "credential",
        "password",
        "private_key",
        "secret",
        "session",
        "token",
    }
)
_PERSONAL_KEYS = frozenset({"address", "id_number", "latitude", "longitude", "mobile", "name", "phone"})
_WORDS_KEYS = frozenset({"body", "caption", "ground", "note", "reason", "text", "words"})
_HIDDEN_KEYS = _SECRET_KEYS | _PERSONAL_KEYS | _WORDS_KEYS

_SHAPES = (
    re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"),  # a bot's token, also inside an address
    re.compile(r"(?<=://)[^/@\s:]*:[^/@\s]+(?=@)"),  # account and password in an address
    re.compile(
        r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dXx])"
    ),  # 身份证号
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)"),  # 手机号
)
_MAY_HOLD_A_SHAPE = re.compile(r"\d{11}|:")
"""Each of them holds one of the two: most words are let through at one look instead of four."""


def set_up_logging(level: str, form: Literal["console", "json"], stream: TextIO | None = None) -> None:
    """Sends every log line of the process, redacted, to `stream` (default: standard error). May be called again."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        trace_added,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(_trace),  # as text here, so that redaction sees it as well
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_is_worth_a_line)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(form, handler.stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    is_ours = isinstance(record.msg, dict)  # structlog's events come as what they are
    return is_ours or record.levelno >= logging.WARNING


def _trace(exc_info: ExcInfo) -> str:
    """Where it went wrong, and through which kinds of exceptions; the first one first."""
    traces = [
        "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__
        for error in _chain(exc_info[1])
    ]
    return "Traceback (most recent call last):\n" + "\nled to:\n".join(reversed(traces))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _renderer(form: Literal["console", "json"], stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False)
    # The rich tracebacks that structlog prefers show local variables, secrets among them.
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def trace_added(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Each line carries the mark of what it belongs to, where that is known: one search finds all of a matter."""
    if (trace := traces.trace()) is not None:
        event.setdefault("trace", trace)
    return event


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hides what must not be in a log: values under a telling key, and telling shapes in any text."""
    return {key: value if key.startswith("_") else _cleaned(key, value) for key, value in event.items()}


def _cleaned(key: object, value: Any) -> Any:
    return HIDDEN if value is not None and _tells(key) else _clean(value)


@lru_cache(maxsize=1024)
def _tells(key: object) -> bool:
    """`token`, `telegram_token` and `recusal_words` tell; `tokens_left` and `named` do not. Every line asks this of all
    its keys, of which there are few."""
    return isinstance(key, str) and any(
        key.lower() == hidden or key.lower().endswith(f"_{hidden}") for hidden in _HIDDEN_KEYS
    )


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _cleaned(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    if isinstance(value, BaseException):
        return type(value).__qualname__
    text = str(value)  # a record would otherwise be written out by the renderer, past this net
    if not _MAY_HOLD_A_SHAPE.search(text):
        return text
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    return text
