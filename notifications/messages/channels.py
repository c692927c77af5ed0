"""When a messenger no longer carries our words: of one person to those who need them, of everybody to who mends it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifications.catalogue import has_label, label
from notifications.messages.message import Message

NAMED_CHANNELS = frozenset({"web", "telegram", "wecom"})
"""Those that people know by a name of their own, `channel_…` of `labels.toml`; all others are `channel_other`."""


def channel_label(channel: str) -> str:
    """The key of `labels.toml` for what people call this channel."""
    return f"channel_{channel if channel in NAMED_CHANNELS else 'other'}"


_CODE = re.compile(r"(wecom) (-?\d+)\b")


def in_operators_words(reason: str, language: str) -> str:
    """A messenger's own reason, with what it means and what to do where we know that."""
    found = _CODE.match(reason)
    name = f"{found[1]}_{found[2]}" if found else ""
    if not name or not has_label(name, language):
        return reason
    return (
        f"{reason} ({label(name, language)})" if language == "en" else f"{reason}（{label(name, language)}）"
    )


@dataclass(frozen=True)
class CannotReach(Message):
    """To a lead, a head or the operators: somebody does not hear us any more. `objects` are those of the reader's
    inspections that this person is drawn for; `elsewhere` is where else the notices go, empty when nowhere."""

    person: str
    name: str
    department: str
    objects: tuple[str, ...]
    channel: str
    """A key of `labels.toml`, as `elsewhere`."""
    elsewhere: str
    since: datetime

    def slot(self) -> str | None:
        return f"reach:{self.person}"


@dataclass(frozen=True)
class ReachableAgain(Message):
    """In place of that, in silence."""

    person: str
    name: str
    department: str
    channel: str
    at: datetime

    def slot(self) -> str | None:
        return f"reach:{self.person}"


@dataclass(frozen=True)
class HandledElsewhere(Message):
    """In the place of a card that stands on another messenger of the same person, who has answered meanwhile: its
    buttons are gone, and where to go on is said."""

    place: str
    """Its slot."""
    headline: str
    channel: str
    """A key of `labels.toml`: where the answer was given."""
    at: datetime

    def slot(self) -> str | None:
        return self.place


class Ailment(StrEnum):
    """What can ail a channel as a whole; each has its words in `labels.toml`, what it means and what to do."""

    OTHER_POLLER = "other_poller"
    """Another program receives with our token."""
    WEBHOOK_SET = "webhook_set"
    """Updates go to an address that somebody set, so nobody may ask for them."""
    UNAUTHORIZED = "unauthorized"
    """The messenger does not know the token, or no more."""
    NO_NETWORK = "no_network"
    SERVER_FAILS = "server_fails"
    """The messenger, or something before it, answers with errors."""
    WEBHOOK_UNSET = "webhook_unset"
    """Updates do not go to our address: somebody took it away, or set another."""
    WEBHOOK_FAILS = "webhook_fails"
    """The messenger can't deliver to our address, for the reason that is told with it."""
    UNTRUSTED_IP = "untrusted_ip"
    """The messenger takes calls from listed addresses only, and ours is not listed."""
    NOT_ALLOWED = "not_allowed"
    """The messenger knows us, and an administrator has not given us what we need, or has taken it back."""
    OVER_LIMIT = "over_limit"
    """More was sent than the messenger carries in this time."""


@dataclass(frozen=True)
class _AboutChannel(Message):
    id: str
    """Its name in our tables."""
    channel: str
    """A key of `labels.toml`."""
    since: datetime

    def slot(self) -> str | None:
        return f"trouble:{self.id}"


@dataclass(frozen=True)
class ChannelTrouble(_AboutChannel):
    """To the operators: a whole channel is not well; `reason` is the messenger's own word."""

    ailment: Ailment
    reason: str


@dataclass(frozen=True)
class ChannelWell(_AboutChannel):
    """In place of that, in silence."""

    at: datetime
