"""When a rule said no, or something of ours broke."""

from dataclasses import dataclass

from notifications.messages.message import Message


@dataclass(frozen=True)
class Refused(Message):
    """One clear sentence; nothing was changed. `sentence` comes from `notifications.catalogue.refusal_sentence`."""

    sentence: str


@dataclass(frozen=True)
class SetAside(Message):
    """What came in broke something of ours: it is kept, and a person will look at it."""

    number: int
