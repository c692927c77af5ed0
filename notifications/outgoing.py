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
class Document:
    """A file that goes along. Its bytes lie in the file store under `sha256`; `file_name` is how people see it."""

    sha256: str
    file_name: str
    media_type: str


@dataclass(frozen=True)
class Outgoing:
    """A message ready for any channel. The first line of `text` is its headline; `text` holds no markup, and a
    channel that has markup escapes everything. Messages of one `slot` replace each other in place, in silence;
    one that `is_fresh` comes at the end instead, so that the phone makes itself heard, and the older one loses
    its buttons. `language` is the reader's, for what a channel itself has to say beside it.

    With a `menu` it is no message: the commands that this person is offered where the messenger has a place for
    them (label: what it does, data: the command), and nowhere else.

    With a `document` the text says what the file is. It never takes the place of a message: where one of its slot
    stands, it comes at the end."""

    kind: str
    text: str
    rows: tuple[tuple[Key, ...], ...] = ()
    slot: str | None = None
    wish: Wish | None = None
    is_fresh: bool = False
    language: str = "zh"
    menu: tuple[Key, ...] = ()
    document: Document | None = None
    is_only_change: bool = False
    """Of use only in the place of a message that stands: a channel that can't change that one says nothing."""

    def to_json(self) -> dict[str, Any]:
        """What every kind has, and of the rest what is said: there are a great many of these."""
        body: dict[str, Any] = {
            "kind": self.kind,
            "text": self.text,
            "rows": [[{"label": key.label, "data": key.data} for key in row] for row in self.rows],
            "slot": self.slot,
            "wish": self.wish,
            "is_fresh": self.is_fresh,
            "language": self.language,
        }
        if self.menu:
            body["menu"] = [{"label": key.label, "data": key.data} for key in self.menu]
        if self.document is not None:
            body["document"] = asdict(self.document)
        if self.is_only_change:
            body["is_only_change"] = True
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Outgoing":
        rows = tuple(tuple(Key(**key) for key in row) for row in body["rows"])
        wish = Wish(body["wish"]) if body.get("wish") else None
        menu = tuple(Key(**key) for key in body.get("menu", ()))
        is_fresh, language = bool(body.get("is_fresh")), body.get("language", "zh")
        document = Document(**body["document"]) if body.get("document") else None
        slot, is_only_change = body.get("slot"), bool(body.get("is_only_change"))
        return cls(
            body["kind"], body["text"], rows, slot, wish, is_fresh, language, menu, document, is_only_change
        )
