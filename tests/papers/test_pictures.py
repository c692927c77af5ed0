"""Pictures that are not plain JPEG, as screens and papers show them."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from actions.papers import pdf_of
from inspection.pictures import bare_jpeg, redrawn
from storage.files import FileStore
from tests.evidence.attacks import A_HEIC
from tests.papers.sheets import a_photo, a_record, needs_a_font

TEAL = (0, 128, 128)
CLEAR = (0, 0, 0, 0)


def _png(picture: Image.Image, **more: Any) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **more)
    return out.getvalue()


def _of_one_colour_to_see_through() -> bytes:
    """A palette of which the first entry is clear, as drawing programs write it."""
    picture = Image.new("P", (64, 48), 0)
    picture.putpalette([0, 0, 0, 0, 128, 128])
    return _png(picture, transparency=0)


SEEN_THROUGH = {
    "RGBA": _png(Image.new("RGBA", (64, 48), CLEAR)),
    "grey": _png(Image.new("LA", (64, 48), (0, 0))),
    "palette": _of_one_colour_to_see_through(),
    "one colour": _png(Image.new("RGB", (64, 48), "black"), transparency=(0, 0, 0)),
    "grey, one shade": _png(Image.new("L", (64, 48), 0), transparency=0),
}


@pytest.mark.parametrize("name", SEEN_THROUGH)
def test_what_can_be_seen_through_lies_on_white(name: str) -> None:
    shown = Image.open(BytesIO(bare_jpeg(SEEN_THROUGH[name], 1600)))
    assert min(shown.getpixel((30, 20))) > 250  # type: ignore[arg-type]


def test_half_clear_is_half_white_and_the_rest_keeps_its_colour() -> None:
    picture = Image.new("RGBA", (64, 48), (*TEAL, 255))
    picture.paste((0, 0, 0, 128), (32, 0, 64, 48))
    shown = redrawn(_png(picture), 1600)
    assert shown.mode == "RGB"
    assert shown.getpixel((10, 10)) == TEAL
    assert shown.getpixel((50, 10)) == (127, 127, 127)


@pytest.mark.parametrize("mode", ["1", "I;16"])
def test_pictures_of_rarer_kinds_are_shown_too(mode: str) -> None:
    picture = Image.new(mode, (64, 48))
    for more in ({}, {"transparency": 0}):
        assert redrawn(_png(picture, **more), 1600).size == (64, 48)


@needs_a_font
@pytest.mark.parametrize(("photo", "colour"), [(A_HEIC, TEAL), (SEEN_THROUGH["RGBA"], (255, 255, 255))])
def test_a_heic_and_a_picture_to_see_through_print_as_they_are_seen(
    tmp_path: Path, photo: bytes, colour: tuple[int, int, int]
) -> None:
    files = FileStore(tmp_path)
    record = replace(a_record(photos=1), photos=(replace(a_photo(1), sha256=files.put(photo)),))
    pictures = [one for page in PdfReader(BytesIO(pdf_of(record, files))).pages for one in page.images]
    assert len(pictures) == 1
    (seen,) = pictures
    assert seen.image is not None
    upper = seen.image.convert("RGB").getpixel((seen.image.width // 2, 5))
    assert all(abs(is_ - should) < 12 for is_, should in zip(upper, colour, strict=True))  # type: ignore[arg-type]
