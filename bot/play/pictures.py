"""Pictures that the play's phones take: small, each with its own bytes, some with what a camera writes into them."""

import hashlib
import io

from PIL import Image

_SIZE = (240, 180)
_DATE_TAKEN, _SUB_IFD, _MODEL = 0x9003, 0x8769, 0x0110


def a_picture(name: str, *, taken_at: str | None = None) -> bytes:
    """A JPEG that follows from `name`; with `taken_at` (`YYYY:MM:DD hh:mm:ss`) it carries EXIF, as a file would."""
    seed = hashlib.sha256(name.encode()).digest()
    coarse = Image.frombytes("RGB", (4, 2), seed[:24])
    picture = coarse.resize(_SIZE, Image.Resampling.BICUBIC)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=70, exif=_exif(taken_at))
    return written.getvalue()


def _exif(taken_at: str | None) -> Image.Exif:
    exif = Image.Exif()
    if taken_at is not None:
        exif[_MODEL] = "示例手机"
        exif.get_ifd(_SUB_IFD)[_DATE_TAKEN] = taken_at
    return exif
