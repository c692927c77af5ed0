"""What a handler is given and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.talk import Talk
from notifications.incoming import Incoming
from notifications.messages.message import Message
from storage.store import Records
from storage.tables.registers import Person


@dataclass(frozen=True)
class Tools:
    """What only the outer floor can give: dice."""

    new_secret: Callable[[], bytes]
    """32 random bytes for the draw that is being announced."""


@dataclass(frozen=True)
class Turn:
    """One update of one known person, inside the transaction that will close it."""

    records: Records
    person: Person
    incoming: Incoming
    talk: Talk
    at: datetime
    tools: Tools


Replies = tuple[Message, ...]
"""What the person hears at once; notices to others are the action's business."""
