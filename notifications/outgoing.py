"""What we say to a person, in words that every channel shares: plain text, rows of buttons, perhaps a wish."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Wish(StrEnum):
    """What the next message of the person should be; a channel shows its own means for it."""

    TEXT = "text"
    PHOTO = "photo"
    LOCATION = "location"


@dataclass(frozen=True)
class Key:
    """A button: what stands on it and what comes back (packed data of at most 64 bytes, or an `https://` address)."""

    label: str
    data: str


@dataclass(frozen=True)
class Outgoing:
    """A message ready for any channel. The first line of `text` is its headline; `text` holds no markup, and a
    channel that has markup escapes everything. Messages of one `slot` replace each other in place, in silence;
    one that `is_fresh` comes at the end instead, so that the phone makes itself heard, and the older one loses
    its buttons."""

    kind: str
    text: str
    rows: tuple[tuple[Key, ...], ...] = ()
    slot: str | None = None
    wish: Wish | None = None
    is_fresh: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Outgoing":
        rows = tuple(tuple(Key(**key) for key in row) for row in body["rows"])
        wish = Wish(body["wish"]) if body.get("wish") else None
        return cls(body["kind"], body["text"], rows, body.get("slot"), wish, bool(body.get("is_fresh")))
