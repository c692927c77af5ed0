"""What bytes say about themselves before they count as evidence."""

from io import BytesIO

import pytest
from PIL import Image

from inspection.evidence import SIZE_LIMIT, examine
from inspection.refusals import Unacceptable
from tests.field.pictures import a_picture


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_the_kind_is_told_by_the_content(kind: str, media_type: str) -> None:
    found = examine(a_picture(kind, size=(640, 480)))
    assert (found.media_type, found.width, found.height) == (media_type, 640, 480)
    assert (found.taken_at, found.latitude) == ("", None)


def test_the_cameras_time_and_place_are_read() -> None:
    found = examine(a_picture(taken="2026:05:15 10:11:12", place=(44.9, 82.07)))
    assert found.taken_at == "2026-05-15 10:11:12"
    assert found.latitude == pytest.approx(44.9)
    assert found.longitude == pytest.approx(82.07)


def test_nonsense_in_the_cameras_data_does_no_harm() -> None:
    found = examine(a_picture(taken="yesterday", place=(144.9, 82.07)))
    assert (found.taken_at, found.latitude, found.longitude) == ("", None, None)


def _animated() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _gif() -> bytes:
    out = BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return out.getvalue()


def _bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "photo_empty"),
        (b"\xff" * (SIZE_LIMIT + 1), "photo_too_big"),
        (b"hello, this is no picture", "photo_not_an_image"),
        (b"%PDF-1.7 not a picture either", "photo_not_an_image"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "photo_broken"),
        (_gif(), "photo_kind"),
        (_animated(), "photo_animated"),
        (_bomb(), "photo_too_many_pixels"),
        (a_picture(size=(640, 480), noise=True)[:-4000], "photo_broken"),
        (a_picture("PNG", size=(640, 480), noise=True)[:-4000], "photo_broken"),
        (a_picture("WEBP", size=(640, 480), noise=True)[:-4000], "photo_broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_evidence_is_refused_by_name(data: bytes, sentence: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        examine(data)
    assert refused.value.sentence == sentence
