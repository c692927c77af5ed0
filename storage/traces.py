"""What belongs together: one short mark for whatever follows from one update, one piece of due work or one request.

Whoever begins something says so once (`caused_by`, `bear`); log lines carry the mark by themselves (`bot.logging`), and
what is written down for later, lines of the outbox and orders of papers, keeps it for whoever goes on with it, perhaps
in another process. It names nobody: it is a digest of what the thing is known by.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cause:
    """Why something is done just now. `asked_at` is when a person said what is being answered."""

    trace: str | None = None
    asked_at: datetime | None = None


_NOTHING = Cause()
_CAUSE: ContextVar[Cause] = ContextVar("cause", default=_NOTHING)


def trace_of_update(channel: str, update_id: str) -> str:
    """Of an update, by its channel and the number that it has there."""
    return _trace_of("update", channel, update_id)


def trace_of_work(key: str) -> str:
    """Of due work, by its key."""
    return _trace_of("due", key)


def _trace_of(*names: str) -> str:
    """Letters mostly: a run of digits might pass for a telephone number, which no log line may hold."""
    digest = hashlib.sha256("\n".join(names).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest[:10]).decode().lower()


@contextmanager
def caused_by(trace: str | None, asked_at: datetime | None = None) -> Iterator[None]:
    """Whatever is done inside belongs to this."""
    token = _CAUSE.set(Cause(trace, asked_at))
    try:
        yield
    finally:
        _CAUSE.reset(token)


def bear(trace: str | None) -> None:
    """The same to the end of this task or thread's errand, which is about nothing else."""
    _CAUSE.set(Cause(trace))


def cause() -> Cause:
    """What is being done just now belongs to this."""
    return _CAUSE.get()


def trace() -> str | None:
    """Its mark alone."""
    return _CAUSE.get().trace
