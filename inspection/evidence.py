"""证据: what the bytes of a picture or a document say about themselves, before they are kept as evidence.

The kind is told by the content, never by the name. The camera's own time and place (EXIF) are a claim: most
messengers strip them, so their absence means nothing and their presence proves nothing.
"""

import re
from dataclasses import dataclass
from math import isfinite

from PIL import ExifTags, Image

from inspection.disguises import refuse_disguises
from inspection.documents import DOCUMENT_TYPE, examine_document, is_document
from inspection.pictures import kind_of, opened
from inspection.refusals import Unacceptable

SIZE_LIMIT_MB = 20
SIZE_LIMIT = SIZE_LIMIT_MB * 1024 * 1024
"""Bytes; what the tightest messenger lets a bot download."""

PIXEL_LIMIT = 80_000_000
"""A small file can unfold into a picture that no memory holds."""

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}

_OTHER_PICTURES = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"\0\0\1\0", b"\xff\x0a", b"\0\0\0\x0cJXL ")
_OTHER_BRANDS = frozenset({b"avif", b"avis", b"hevc", b"hevx", b"msf1", b"crx "})
_EXIF_TIME = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})")


class PhotoWanted(Unacceptable):
    """A document came for a question that asks for a photo. Facts: `number`."""

    code = "photo_is_document"


@dataclass(frozen=True)
class Examined:
    """`taken_at` is the camera's local time as `YYYY-MM-DD HH:MM:SS` without a zone, or empty. A document has no width
    and no height."""

    size: int
    media_type: str
    width: int = 0
    height: int = 0
    taken_at: str = ""
    latitude: float | None = None
    longitude: float | None = None


def is_picture(media_type: str) -> bool:
    return media_type in MEDIA_TYPES.values()


def receipt_of(sha256: str) -> str:
    """`R-` and the first eight signs: short enough to read out, and anybody with the file can recompute it."""
    return f"R-{sha256[:8].upper()}"


def examine(data: bytes) -> Examined:
    """What these bytes are. Raises `Unacceptable` with a sentence of its own for each way of being no evidence:
    `photo_empty`, `photo_too_big`, `photo_not_an_image`, `photo_kind`, `photo_too_many_pixels`, `photo_animated`,
    `photo_broken`, `photo_two_kinds`, `photo_trailing`, `document_locked`, `document_active`, `document_broken`."""
    if not data:
        raise Unacceptable("photo_empty")
    if len(data) > SIZE_LIMIT:
        raise Unacceptable("photo_too_big")
    if is_document(data):
        examine_document(data)
        return Examined(len(data), DOCUMENT_TYPE)
    kind = kind_of(data)
    if kind is None:
        is_other = data.startswith(_OTHER_PICTURES) or (data[4:8] == b"ftyp" and data[8:12] in _OTHER_BRANDS)
        raise Unacceptable("photo_kind" if is_other else "photo_not_an_image")
    return _examine_picture(data, kind)


def _examine_picture(data: bytes, kind: str) -> Examined:
    with _opened(data, kind) as picture:
        if picture.width * picture.height > PIXEL_LIMIT:
            raise Unacceptable("photo_too_many_pixels")
        # A JPEG with a second exposure behind the first is called MPO: cameras write it, and nothing in it moves.
        if getattr(picture, "is_animated", False) and picture.format != "MPO":
            raise Unacceptable("photo_animated")
        refuse_disguises(data, kind)
        width, height = picture.size
        _read_to_the_end(
            picture
        )  # first: looking for camera data may read it too, and swallows what it finds broken
        taken_at, place = _camera_data(picture)
        return Examined(len(data), MEDIA_TYPES[kind], width, height, taken_at, *place)


def _opened(data: bytes, kind: str) -> Image.Image:
    try:
        return opened(data, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Unacceptable("photo_too_many_pixels") from bomb
    except Exception as broken:  # a damaged header surfaces as whatever the reader of that format met first
        raise Unacceptable("photo_broken") from broken


def _read_to_the_end(picture: Image.Image) -> None:
    """A cut-off file has a whole header; only reading all of it shows. JPEG is read at an eighth of its size."""
    try:
        picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
    except Exception as broken:
        raise Unacceptable("photo_broken") from broken


def _camera_data(picture: Image.Image) -> tuple[str, tuple[float | None, float | None]]:
    try:
        exif = picture.getexif()
        taken = _EXIF_TIME.fullmatch(
            str(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, ""))
        )
        return "{}-{}-{} {}".format(*taken.groups()) if taken else "", _place(
            exif.get_ifd(ExifTags.IFD.GPSInfo)
        )
    except Exception:  # camera data are a bonus: when they can't be read, the picture still counts
        return "", (None, None)


def _place(gps: dict[int, object]) -> tuple[float | None, float | None]:
    tags = ExifTags.GPS
    latitude = _degrees(gps.get(tags.GPSLatitude), gps.get(tags.GPSLatitudeRef), "S", 90)
    longitude = _degrees(gps.get(tags.GPSLongitude), gps.get(tags.GPSLongitudeRef), "W", 180)
    return (None, None) if latitude is None or longitude is None else (latitude, longitude)


def _degrees(parts: object, reference: object, negative: str, limit: int) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not isfinite(value) or not 0 <= value <= limit:
        return None
    return round(-value if reference == negative else value, 6)
