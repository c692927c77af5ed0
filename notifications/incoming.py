"""What a person sent, in words that every channel shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from inspection.evidence import SIZE_LIMIT_MB


class IncomingKind(StrEnum):
    TEXT = "text"
    BUTTON = "button"
    PHOTO = "photo"
    LOCATION = "location"
    FILE = "file"
    """The bytes of a picture that was sent before are here now; nobody said anything."""
    UNSUPPORTED = "unsupported"
    """A voice note, a sticker, a kind the channel got only yesterday: answered politely, never dropped."""
    BLOCKED = "blocked"
    """The person does not want to hear from us here any more."""
    UNBLOCKED = "unblocked"
    GROUP_JOINED = "group_joined"
    """We were added to a chat of several people."""
    GROUP_LEFT = "group_left"
    GROUP_MOVED = "group_moved"
    """The group has another number now; it stands in `text`."""


@dataclass(frozen=True)
class Attachment:
    """A file whose bytes are already in the file store under `sha256`, or, while that is empty, still lie with the
    messenger under `remote`. `is_original` says that the channel passed it on unchanged (sent as a file), so that the
    camera's data are still inside. `refused` names the sentence of the catalogue that says why the bytes can't serve
    as evidence; then nothing else is filled but name, size, and what would have been the limit here."""

    sha256: str = ""
    size: int = 0
    media_type: str = ""
    width: int = 0
    height: int = 0
    file_name: str = ""
    is_original: bool = False
    taken_at: str = ""
    latitude: float | None = None
    longitude: float | None = None
    refused: str = ""
    limit_mb: int = SIZE_LIMIT_MB
    remote: str = ""


@dataclass(frozen=True)
class Incoming:
    """One update. (`channel`, `update_id`) is unique for ever; `chat` is where the answer goes.

    `text` is also a picture's caption; `button` is packed `notifications.buttons` data; `message_id` is the person's
    own message, or for a button the one that it stood under. `sender` is who said it where that is not the chat itself:
    in a group. `album` joins pictures that were sent as one. `is_edit` says that these words take the place of what
    the message said before."""

    channel: str
    chat: str
    update_id: str
    kind: IncomingKind
    received_at: datetime
    text: str = ""
    button: str = ""
    message_id: str | None = None
    attachment: Attachment | None = None
    latitude: float | None = None
    longitude: float | None = None
    sender: str = ""
    album: str = ""
    is_edit: bool = False

    @property
    def account(self) -> str:
        """Whose words they are: the person's own chat, which no group can stand for."""
        return self.sender or self.chat

    @property
    def is_in_group(self) -> bool:
        return self.sender not in ("", self.chat)

    def to_json(self) -> dict[str, Any]:
        """What is not said is left out: there are a great many of these."""
        body: dict[str, Any] = {
            name: value
            for name, value in self.__dict__.items()
            if value is not None and value != "" and value is not False and name != "attachment"
        }
        body["received_at"] = self.received_at.isoformat()
        if self.attachment is not None:
            body["attachment"] = dict(self.attachment.__dict__)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Incoming":
        attachment = body.get("attachment")
        return cls(
            **{
                **body,
                "kind": IncomingKind(body["kind"]),
                "received_at": datetime.fromisoformat(body["received_at"]),
                "attachment": Attachment(**attachment) if attachment else None,
            }
        )
