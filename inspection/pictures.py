"""Opening and redrawing pictures: one reader for each kind, chosen by the content and never by the name.

No other reader of the library ever sees the bytes, so that a file can't choose which of them it wants to break.
"""

from io import BytesIO

import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageOps

pi_heif.register_heif_opener()

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
"""Still pictures; the brands of sequences (`hevc`, `msf1`) are films."""

_QUALITY = 84


def kind_of(data: bytes) -> str | None:
    """`JPEG`, `PNG`, `WEBP` or `HEIF`, as the first bytes say; None for all else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "HEIF"
    return None


def opened(data: bytes, kind: str) -> Image.Image:
    """The picture with its header read and nothing else; whatever the reader of that kind raises."""
    return Image.open(BytesIO(data), formats=[kind])


def redrawn(data: bytes, longest_side: int) -> Image.Image:
    """The picture drawn anew in RGB, turned upright, at most `longest_side` pixels long: nothing but its pixels is in
    it, no camera's data, no colour profile, no second picture. Raises `ValueError` for what is no picture."""
    kind = kind_of(data)
    if kind is None:
        raise ValueError("no picture")
    with opened(data, kind) as kept:
        kept.draft("RGB", (longest_side, longest_side))
        upright = _turned_upright(kept)
        upright.thumbnail((longest_side, longest_side))
        pixels = _on_white(upright)
    bare = Image.new("RGB", pixels.size)
    bare.paste(pixels)
    return bare


def _on_white(picture: Image.Image) -> Image.Image:
    """What can be seen through lies on paper; without a ground it would come out black, or in colours nobody saw."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return ground.convert("RGB")


def _turned_upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # the camera's data are a bonus: when they can't be read, the picture lies as it lies
        return picture


def as_jpeg(picture: Image.Image) -> bytes:
    """The same pixels give the same bytes."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def bare_jpeg(data: bytes, longest_side: int) -> bytes:
    """A copy for eyes other than the examiner's: for a screen, a page or the public. HEIC becomes JPEG here too."""
    return as_jpeg(redrawn(data, longest_side))
