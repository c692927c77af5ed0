"""What a person sent, in words that every channel shares."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from inspection.evidence import SIZE_LIMIT_MB


class IncomingKind(StrEnum):
    TEXT = "text"
    BUTTON = "button"
    PHOTO = "photo"
    LOCATION = "location"
    UNSUPPORTED = "unsupported"
    """A voice note, a sticker, a kind the channel got only yesterday: answered politely, never dropped."""


@dataclass(frozen=True)
class Attachment:
    """A file whose bytes are already in the file store under `sha256`. `is_original` says that the channel passed it
    on unchanged (sent as a file), so that the camera's data are still inside. `refused` names the sentence of the
    catalogue that says why the bytes can't serve as evidence; then nothing else is filled but name, size, and what
    would have been the limit here."""

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


@dataclass(frozen=True)
class Incoming:
    """One update. (`channel`, `update_id`) is unique for ever; `chat` is where the answer goes; `text` is also a
    picture's caption; `button` is packed `notifications.buttons` data; `message_id` is the message it stood under."""

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

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "received_at": self.received_at.isoformat()}

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
