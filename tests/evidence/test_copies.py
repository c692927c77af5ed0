"""Copies: without what the camera wrote, and for the record with marks that can be read."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from actions.evidence_copies import (
    LONGEST_SIDE,
    Marks,
    families_for,
    marks_of,
    public_copy,
    record_copy,
    thumbnail,
)
from inspection.evidence import examine
from inspection.refusals import Unacceptable
from notifications.fonts import Family
from storage.tables.inspections import Photo
from tests.evidence.attacks import A_HEIC, a_pdf
from tests.field.pictures import a_picture
from tests.journeys.visit import Visit
from tests.papers.sheets import needs_a_font

MARKS = Marks(
    received_at=datetime(2026, 7, 13, 2, 30, 15, tzinfo=UTC),
    inspection="2026-07.000041",
    object="博乐市赛湖明珠餐饮有限责任公司",
    officer="阿卜杜热合曼·吐尔逊",
    receipt="R-1A2B3C4D",
)
PHOTO = a_picture(size=(800, 600), noise=True, taken="2026:05:15 10:11:12", place=(44.9, 82.07))


@cache
def _families() -> tuple[Family, ...]:
    return families_for([MARKS, replace(MARKS, officer="周立新")])


def _copy(original: bytes, marks: Marks = MARKS, longest_side: int = LONGEST_SIDE) -> bytes:
    return record_copy(original, marks, _families(), longest_side=longest_side)


def test_the_marks_say_beijing_time_with_weekday_case_officer_and_receipt() -> None:
    assert MARKS.lines() == (
        "北京时间2026年7月13日（周一）10:30:15收到",
        "案件 2026-07.000041 · 博乐市赛湖明珠餐饮有限责任公司",
        "执法人员 阿卜杜热合曼·吐尔逊",
        "副本，原件回执 R-1A2B3C4D",
    )


@pytest.mark.parametrize("copy", [public_copy, thumbnail])
@pytest.mark.parametrize("original", [PHOTO, A_HEIC], ids=["JPEG", "HEIC"])
def test_a_public_copy_has_lost_time_place_and_everything_else(copy: object, original: bytes) -> None:
    assert callable(copy)
    copied = copy(original)
    found = examine(copied)
    assert (found.media_type, found.taken_at, found.latitude) == ("image/jpeg", "", None)
    with Image.open(BytesIO(copied)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in copied


def test_a_copy_stands_upright_and_fits() -> None:
    out, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (4000, 3000), "red").save(out, "JPEG", exif=exif)
    with Image.open(BytesIO(public_copy(out.getvalue()))) as picture:
        assert picture.size == (1200, LONGEST_SIDE)
    with Image.open(BytesIO(thumbnail(out.getvalue()))) as picture:
        assert picture.size == (240, 320)


@needs_a_font
def test_a_copy_for_the_record_is_the_same_bytes_each_time_and_the_original_stays_as_it_came() -> None:
    before = hashlib.sha256(PHOTO).hexdigest()
    first = _copy(PHOTO)
    assert first == _copy(PHOTO)
    assert first != _copy(PHOTO, replace(MARKS, officer="周立新"))
    assert hashlib.sha256(PHOTO).hexdigest() == before
    assert examine(first).taken_at == ""


@needs_a_font
def test_the_marks_stand_on_the_lower_part_and_leave_the_rest_alone() -> None:
    white = a_picture("PNG", size=(1200, 900), colour="white")
    with Image.open(BytesIO(_copy(white))) as copied:
        changed = ImageChops.difference(copied, Image.new("RGB", copied.size, "white")).convert("L")
        box = changed.point(lambda value: 255 if value > 40 else 0).getbbox()
    assert box is not None
    assert box[1] > 900 * 2 // 3
    assert box[3] == 900


@needs_a_font
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (64, 48), (3000, 40), (40, 3000), (1600, 1200)])
def test_marks_can_be_read_on_a_picture_of_any_shape(size: tuple[int, int]) -> None:
    copied = _copy(a_picture("PNG", size=size))
    with Image.open(BytesIO(copied)) as picture:
        assert picture.width >= 480
        assert picture.height >= 60


@needs_a_font
def test_a_name_too_long_for_a_line_is_folded_and_not_cut() -> None:
    one, many = (
        _copy(a_picture(size=(480, 480)), replace(MARKS, object="博" * number)) for number in (5, 120)
    )
    assert _dark_rows(many) > _dark_rows(one)


def _dark_rows(copied: bytes) -> int:
    """How high the band is on a teal picture, seen at its right edge."""
    with Image.open(BytesIO(copied)) as picture:
        edge = [picture.getpixel((picture.width - 1, y)) for y in range(picture.height)]
    return sum(isinstance(pixel, tuple) and pixel[1] < 100 for pixel in edge)


@needs_a_font
def test_rare_signs_are_really_there() -> None:
    rare = replace(MARKS, officer="䶮㛃𬭛")
    families = families_for([rare])
    for sign in rare.officer:
        assert any(not family.lacks({ord(sign)}) for family in families)
    assert record_copy(PHOTO, rare, families) != record_copy(PHOTO, MARKS, families)


@needs_a_font
def test_a_sign_that_no_font_has_is_refused_by_name_and_no_box_is_drawn() -> None:
    with pytest.raises(Unacceptable) as refused:
        families_for([replace(MARKS, officer="王\U000f1234")])
    assert refused.value.facts["signs"] == ["〔\U000f1234〕U+F1234"]


def test_without_a_font_there_is_no_marked_copy_and_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unacceptable) as refused:
        families_for([MARKS], tmp_path)
    assert refused.value.sentence == "paper_no_chinese_font"


@needs_a_font
def test_a_copy_for_a_paper_is_small_and_keeps_nothing_of_the_camera() -> None:
    large = a_picture(size=(3000, 2000), taken="2026:11:25 10:00:00", place=(44.9, 82.07))
    with Image.open(BytesIO(_copy(large, longest_side=1200))) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1200, 800), {})


@needs_a_font
@pytest.mark.parametrize(
    "original", [a_picture("PNG"), a_picture("WEBP"), A_HEIC], ids=["PNG", "WebP", "HEIC"]
)
def test_pictures_of_other_kinds_become_jpeg(original: bytes) -> None:
    with Image.open(BytesIO(_copy(original))) as picture:
        assert picture.format == "JPEG"


def test_a_document_has_no_copies() -> None:
    with pytest.raises(ValueError, match="no picture"):
        public_copy(a_pdf())


def test_the_marks_of_a_stored_photo_come_from_its_row(visit: Visit) -> None:
    visit.town.send_photo(visit.lead, visit.photo(), "1")
    with visit.town.store.reading() as records:
        (photo,) = visit.rows(Photo)
        marks = marks_of(records, photo)
    assert (marks.inspection, marks.receipt, marks.received_at) == (
        visit.id,
        photo.receipt,
        photo.received_at,
    )
    assert marks.object
    assert marks.officer
