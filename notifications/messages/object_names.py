"""Firms that are not named until an hour: who opens one early hears it, and at the hour the teams hear theirs."""

from dataclasses import dataclass
from datetime import datetime

from notifications.messages.message import Message


@dataclass(frozen=True)
class NameOpened(Message):
    """To whoever pressed, and nobody else. `opens_at` is None once the names are no secret any more."""

    number: int
    object: str
    credit_code: str
    district: str
    address: str
    opened_at: datetime
    opens_at: datetime | None


@dataclass(frozen=True)
class NamedFirm:
    number: int
    object: str
    district: str
    address: str


@dataclass(frozen=True)
class NamesOpen(Message):
    """At the hour, to each of the teams: the firms that this person goes to."""

    scheme: str
    firms: tuple[NamedFirm, ...]
