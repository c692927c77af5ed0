"""证据: what the bytes of a picture say about themselves, before they are kept as evidence.

The kind is told by the content, never by the name. The camera's own time and place (EXIF) are a claim: most
messengers strip them, so their absence means nothing and their presence proves nothing.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from math import isfinite

from PIL import ExifTags, Image, UnidentifiedImageError

from inspection.refusals import Unacceptable

SIZE_LIMIT_MB = 20
SIZE_LIMIT = SIZE_LIMIT_MB * 1024 * 1024
"""Bytes; what the tightest messenger lets a bot download."""

PIXEL_LIMIT = 80_000_000
"""A small file can unfold into a picture that no memory holds."""

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_EXIF_TIME = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})")


@dataclass(frozen=True)
class Examined:
    """`taken_at` is the camera's local time as `YYYY-MM-DD HH:MM:SS` without a zone, or empty."""

    size: int
    media_type: str
    width: int
    height: int
    taken_at: str = ""
    latitude: float | None = None
    longitude: float | None = None


def examine(data: bytes) -> Examined:
    """What these bytes are. Raises `Unacceptable` with a sentence of its own for each way of being no evidence:
    `photo_empty`, `photo_too_big`, `photo_heic`, `photo_not_an_image`, `photo_kind`, `photo_too_many_pixels`,
    `photo_animated`, `photo_broken`."""
    if not data:
        raise Unacceptable("photo_empty")
    if len(data) > SIZE_LIMIT:
        raise Unacceptable("photo_too_big")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Unacceptable("photo_heic")
    with _opened(data) as picture:
        if picture.format not in MEDIA_TYPES:
            raise Unacceptable("photo_kind")
        if picture.width * picture.height > PIXEL_LIMIT:
            raise Unacceptable("photo_too_many_pixels")
        if getattr(picture, "is_animated", False):
            raise Unacceptable("photo_animated")
        width, height = picture.size
        taken_at, place = _camera_data(picture)
        _read_to_the_end(picture)
        return Examined(len(data), MEDIA_TYPES[picture.format], width, height, taken_at, *place)


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Unacceptable("photo_too_many_pixels") from bomb
    except UnidentifiedImageError as unknown:
        raise Unacceptable("photo_not_an_image") from unknown
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
