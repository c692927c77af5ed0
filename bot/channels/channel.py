"""What every channel does for the deliverer: carry letters to people and say of each how it went.

A channel is one file of this folder, or one folder of it. It turns an `Outgoing` into its messenger's own call and the
messenger's faults into `SendError`; it decides nothing, remembers nothing that must outlive it, and one letter's fault
never stops the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from storage.outbox import Letter


@dataclass(frozen=True)
class Sent:
    """It is with the person; `message_id` is the messenger's id, by which it can be edited in place."""

    message_id: str


class Trouble(StrEnum):
    AWAY = "away"
    """The messenger can't be reached, or wants us to wait: nothing is known about this letter."""
    LATER = "later"
    """It was reached and failed over this letter, in a way that may pass."""
    UNREACHABLE = "unreachable"
    """Nobody can write to this person here: blocked, account gone, never started."""
    REFUSED = "refused"
    """The messenger does not take this letter, whoever it is for: a mistake of ours."""


@dataclass
class SendError(Exception):
    """It is not with the person. `retry_after` is how much later the messenger wants it; `reason` is for the operator
    and holds no secret. `parts_sent` counts what of a letter in several messages has arrived, so that the next try
    goes on from there."""

    trouble: Trouble
    reason: str
    retry_after: timedelta | None = None
    parts_sent: int = 0


Fate = Sent | SendError


def not_held() -> SendError:
    """Of a letter whose lease ran out while it waited for its turn."""
    return SendError(Trouble.AWAY, "held for too long")


Report = Callable[[Letter, Fate], None]
"""Called on the loop, once for each letter."""


class Channel(Protocol):
    """One messenger."""

    @property
    def name(self) -> str:
        """What stands in `channel` columns, for ever."""
        ...

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        """Carries letters, at most one for a chat at a time, and reports each one's fate as soon as it is known; it
        returns when all are reported. A letter that is not `is_held` any more when its turn has come is not sent: it is
        reported with `not_held`. A letter that was sent before (same `key`) is not shown to the person twice
        where the messenger makes that possible; one with `replaces` takes that message's place."""
        ...


@dataclass
class FetchError(Exception):
    """A file can't be had: for now, or, when it is not `retryable`, ever. `tries` is how often it is asked for at most,
    where the messenger's answer may mean either."""

    retryable: bool
    reason: str
    retry_after: timedelta | None = None
    tries: int | None = None


class FileSource(Protocol):
    """A channel whose files lie with the messenger until they are fetched."""

    async def fetch(self, remote: str) -> bytes:
        """The bytes of `Attachment.remote`. Raises `FetchError`."""
        ...
