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
    channel that has markup escapes everything. Messages of one `slot` replace each other in place."""

    kind: str
    text: str
    rows: tuple[tuple[Key, ...], ...] = ()
    slot: str | None = None
    wish: Wish | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Outgoing":
        rows = tuple(tuple(Key(**key) for key in row) for row in body["rows"])
        wish = Wish(body["wish"]) if body.get("wish") else None
        return cls(kind=body["kind"], text=body["text"], rows=rows, slot=body.get("slot"), wish=wish)
