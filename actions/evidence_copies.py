"""Copies of evidence for eyes and papers, never in the place of the original: what is stored stays as it came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from actions.field_cards import object_name
from inspection.pictures import as_jpeg, bare_jpeg, redrawn
from notifications.fonts import Family, covering, signs_of
from notifications.formats import BEIJING, day
from storage.store import Records
from storage.tables.inspections import Inspection, Photo
from storage.tables.registers import Person

LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 320

_NARROWEST = 480
"""Pixels across in which the marks can still be read; a smaller picture is drawn larger."""
_SIGNS_ACROSS = 44
_SHADE = 110
"""Of 255: how dark the band under the marks is."""


@dataclass(frozen=True)
class Marks:
    """What a copy for the record says of its original."""

    received_at: datetime
    inspection: str
    object: str
    officer: str
    receipt: str

    def lines(self) -> tuple[str, ...]:
        local = self.received_at.astimezone(BEIJING)
        return (
            f"北京时间{local.year}年{day(local.date())}{local:%H:%M:%S}收到",
            f"案件 {self.inspection} · {self.object}",
            f"执法人员 {self.officer}",
            f"副本，原件回执 {self.receipt}",
        )


def marks_of(records: Records, photo: Photo) -> Marks:
    """The marks of a stored photo."""
    sender = records.find(Person, photo.sent_by)
    return Marks(
        received_at=photo.received_at,
        inspection=photo.inspection_id,
        object=object_name(records, records.get(Inspection, photo.inspection_id)),
        officer=sender.name if sender else "",
        receipt=photo.receipt,
    )


def public_copy(original: bytes) -> bytes:
    """JPEG without the camera's data, at most 1600 pixels a side. Raises `ValueError` for what is no picture."""
    return bare_jpeg(original, LONGEST_SIDE)


def thumbnail(original: bytes) -> bytes:
    """The same of at most 320 pixels."""
    return bare_jpeg(original, THUMBNAIL_SIDE)


def families_for(marks: Iterable[Marks], fonts: Path | None = None) -> tuple[Family, ...]:
    """The fonts that together show all these marks; refuses as `covering` does, for a box in the place of a name marks
    nothing. Looked up once for many copies: it reads the machine's fonts."""
    return covering("".join(line for one in marks for line in one.lines()), fonts)


def record_copy(
    original: bytes, marks: Marks, families: Sequence[Family], *, longest_side: int = LONGEST_SIDE
) -> bytes:
    """JPEG with the marks on a darkened band along its lower edge; the same original, marks and fonts give the same
    bytes. `families` are `families_for` these marks. Raises `ValueError` for what is no picture, or `OSError`."""
    picture = _wide_enough(redrawn(original, longest_side))
    size = picture.width // _SIGNS_ACROSS
    pen = _Pen(families, size)
    lines = [part for line in marks.lines() for part in pen.folded(line, picture.width - 2 * size)]
    step = size * 3 // 2
    band = step * len(lines) + size
    canvas = Image.new("RGB", (picture.width, max(picture.height, band)))
    canvas.paste(picture)
    top = canvas.height - band
    strip = canvas.crop((0, top, canvas.width, canvas.height)).point(
        lambda value: value * (255 - _SHADE) // 255
    )
    canvas.paste(strip, (0, top))
    drawing = ImageDraw.Draw(canvas)
    for number, line in enumerate(lines):
        pen.write(drawing, (size, top + size // 2 + number * step), line)
    return as_jpeg(canvas)


def _wide_enough(picture: Image.Image) -> Image.Image:
    if picture.width >= _NARROWEST:
        return picture
    height = max(1, picture.height * _NARROWEST // picture.width)
    return picture.resize((_NARROWEST, min(height, LONGEST_SIDE)), Image.Resampling.LANCZOS)


class _Pen:
    """Writes sign by sign, each with the first family that has it."""

    def __init__(self, families: Sequence[Family], size: int) -> None:
        # The plain layout: what a finer one does depends on libraries of the machine.
        self._fonts = [
            (
                family,
                ImageFont.truetype(str(path), size, number, layout_engine=ImageFont.Layout.BASIC),
            )
            for family in families
            for path, number in family.faces[:1]
        ]
        self._known: dict[str, ImageFont.FreeTypeFont] = {}

    def _font(self, sign: str) -> ImageFont.FreeTypeFont:
        if sign not in self._known:
            self._known[sign] = next(font for family, font in self._fonts if not family.lacks({ord(sign)}))
        return self._known[sign]

    def folded(self, line: str, width: int) -> list[str]:
        """The line in as many as it takes."""
        parts, used = [""], 0.0
        for sign in filter(signs_of, line):
            wide = self._font(sign).getlength(sign)
            if used + wide > width and parts[-1]:
                parts.append("")
                used = 0.0
            parts[-1] += sign
            used += wide
        return parts

    def write(self, drawing: ImageDraw.ImageDraw, place: tuple[int, int], line: str) -> None:
        x = float(place[0])
        for sign in line:
            font = self._font(sign)
            drawing.text((round(x), place[1]), sign, fill="white", font=font)
            x += font.getlength(sign)
