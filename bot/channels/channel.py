"""What every channel does for the deliverer: carry letters to people and say of each how it went.

A channel is one file of this folder. It turns an `Outgoing` into its messenger's own call and the messenger's faults
into `SendError`; it decides nothing, remembers nothing, and one letter's fault never stops the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from storage.outbox import Letter


@dataclass(frozen=True)
class Sent:
    """It is with the person; `message_id` is the messenger's id, by which it can be edited in place."""

    message_id: str


@dataclass
class SendError(Exception):
    """It is not. `retryable` says that later may go better, `retry_after` how much later the messenger wants it;
    `reason` is for the operator and holds no secret. One that is not retryable means: this chat cannot be reached."""

    retryable: bool
    reason: str
    retry_after: timedelta | None = None


class Channel(Protocol):
    """One messenger."""

    @property
    def name(self) -> str:
        """What stands in `channel` columns, for ever."""
        ...

    async def send(self, letters: Sequence[Letter]) -> list[Sent | SendError]:
        """One outcome for each letter, in their order. A letter that was sent before (same `key`) is not shown to the
        person twice where the messenger makes that possible; one with `replaces` takes that message's place."""
        ...
