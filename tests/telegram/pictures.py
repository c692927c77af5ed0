"""Small pictures for phones to send."""

import io

from PIL import Image

_MAKE = 0x010F


def a_picture(*, width: int = 8, height: int = 6, maker: str = "") -> bytes:
    """A JPEG; `maker` stands in its EXIF."""
    picture = Image.new("RGB", (width, height), (40, 90, 160))
    exif = Image.Exif()
    if maker:
        exif[_MAKE] = maker
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def maker_of(content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as picture:
        return str(picture.getexif().get(_MAKE, ""))
