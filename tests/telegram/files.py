"""Files at Telegram: kept under an id for good, downloaded by a link that lives an hour."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.telegram import limits
from tests.telegram.refusals import bad_request, not_found

LONGEST_SIDE = 1280
THUMBNAIL_SIDE = 320


@dataclass
class Stored:
    """One file. `size` may be claimed, so that a test need not carry 20 MB about."""

    id: str
    unique_id: str
    content: bytes
    path: str
    size: int
    told: dict[str, Any]
    is_expired: bool = False
    linked_until: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_id: dict[str, Stored] = {}
        self._by_path: dict[str, Stored] = {}

    def add(
        self, content: bytes, folder: str, suffix: str, told: dict[str, Any], size: int | None = None
    ) -> Stored:
        number = len(self._by_id) + 1
        digest = hashlib.sha256(content + folder.encode()).hexdigest()
        size = len(content) if size is None else size
        stored = Stored(
            f"{folder}-{number:06d}-{digest[:16]}", f"u{digest[:14]}", content,
            f"{folder}/file_{number}{suffix}", size, told,
        )  # fmt: skip
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> Stored | None:
        stored = self._by_id.get(file_id)
        return None if stored is None or stored.is_expired else stored

    def expire(self, file_id: str) -> None:
        """From now on nobody can fetch or send this again."""
        self._by_id[file_id].is_expired = True

    def link(self, file_id: str) -> dict[str, Any]:
        """`getFile`: a path that is good for an hour."""
        stored = self.find(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > limits.DOWNLOAD:
            raise bad_request("file is too big")
        stored.linked_until = self._clock() + limits.FILE_LINK_LIFE
        return stored.as_json() | {"file_path": stored.path}

    def download(self, path: str) -> bytes:
        stored = self._by_path.get(path)
        if stored is None or stored.is_expired or self._clock() > stored.linked_until:
            raise not_found()
        return stored.content

    def photo(self, content: bytes) -> list[dict[str, Any]]:
        """A picture sent as a photo: pressed small, its EXIF gone, in two sizes; the last is the largest."""
        if len(content) > limits.PHOTO_UPLOAD:
            raise bad_request(f"file of size {len(content)} bytes is too big for a photo")
        sizes: list[dict[str, Any]] = []
        for side in (THUMBNAIL_SIDE, LONGEST_SIDE):
            pressed, width, height = _pressed(content, side)
            if sizes and sizes[-1]["width"] == width:
                sizes.clear()
            told = {"width": width, "height": height}
            sizes.append(self.add(pressed, "photos", ".jpg", told).as_json() | told)
        return sizes

    def document(
        self, content: bytes, name: str, kind: str = "application/octet-stream", size: int | None = None
    ) -> dict[str, Any]:
        """A picture sent as a file keeps every byte."""
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        told = {"file_name": name, "mime_type": kind}
        return self.add(content, "documents", suffix, told, size).as_json() | told

    def voice(self, content: bytes, seconds: int) -> dict[str, Any]:
        told = {"duration": seconds, "mime_type": "audio/ogg"}
        return self.add(content, "voice", ".oga", told).as_json() | told

    def sticker(self, emoji: str) -> dict[str, Any]:
        told = {
            "width": 512, "height": 512, "emoji": emoji, "is_animated": False, "is_video": False,
            "type": "regular",
        }  # fmt: skip
        return self.add(emoji.encode(), "stickers", ".webp", told).as_json() | told


def _pressed(content: bytes, side: int) -> tuple[bytes, int, int]:
    """As JPEG with the longest side at most `side`, without any metadata."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            plain = picture.convert("RGB")
    except (UnidentifiedImageError, OSError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if sum(plain.size) > limits.PHOTO_SIDES or max(plain.size) > limits.PHOTO_RATIO * min(plain.size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    plain.thumbnail((side, side))
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue(), plain.width, plain.height
