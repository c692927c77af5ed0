"""Pictures for a phone: how far a scheme is, and what is due, as PNG of 1,080 pixels across."""

from pathlib import Path
from tempfile import TemporaryDirectory

from notifications import typesetting
from notifications.fonts import ON_SCREEN
from notifications.pictures.facts import Picture, Progress
from notifications.pictures.values import values_of

PIXELS_PER_INCH = 216
"""The templates measure a phone of 360 points across; at this each of them is three pixels."""

_HERE = Path(__file__).parent
_SHEET = _HERE / "sheet.typ"


def draw(picture: Picture, language: str, *, fonts: Path | None = None) -> bytes:
    """The PNG. The same facts, language and fonts give the same bytes, in every process. Raises `Unacceptable`
    (`notifications.fonts.covering`) rather than draw a box in place of a sign."""
    template = _HERE / ("progress.typ" if isinstance(picture, Progress) else "due.typ")
    with TemporaryDirectory(prefix="picture-") as folder:
        sheet = typesetting.laid_out(
            (template, _SHEET), values_of(picture, language), Path(folder), fonts=fonts, faces=ON_SCREEN
        )
        png = sheet.compile(format="png", ppi=PIXELS_PER_INCH)
    assert isinstance(png, bytes)
    return png
