"""The pictures themselves: as wide as a phone's screen, the same bytes each time, and nothing told by colour alone."""

import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from inspection.refusals import Unacceptable
from notifications.pictures.facts import Picture
from notifications.pictures.pictures import draw
from notifications.pictures.values import values_of
from notifications.typesetting import texts_in
from tests.papers.sheets import needs_a_font
from tests.pictures.examples import a_calendar, a_progress

PICTURES: dict[str, Picture] = {
    "progress": a_progress(),
    "calm": a_progress(late=False),
    "due": a_calendar(),
    "idle": a_calendar([]),
}
RED = (163, 40, 28)


@needs_a_font
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_fits_a_phone_and_a_messenger(picture: Picture, language: str) -> None:
    png = draw(picture, language)
    with Image.open(BytesIO(png)) as seen:
        width, height = seen.size
    assert width == 1080
    assert width < height < 3 * width
    assert len(png) < 1_000_000


@needs_a_font
def test_the_same_facts_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from notifications.pictures.pictures import draw; "
        "from tests.pictures.test_drawing import PICTURES; "
        "print(*(hashlib.sha256(draw(one, 'zh')).hexdigest() for one in PICTURES.values()))"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert other.split() == [hashlib.sha256(draw(one, "zh")).hexdigest() for one in PICTURES.values()]


@needs_a_font
def test_what_is_late_is_red_and_says_so() -> None:
    for name, is_late in (("progress", True), ("calm", False), ("due", True), ("idle", False)):
        words = list(
            texts_in({key: text for key, text in values_of(PICTURES[name], "zh").items() if key == "late"})
        )
        assert bool(words) == is_late
        with Image.open(BytesIO(draw(PICTURES[name], "zh"))) as seen:
            colours = {colour for _, colour in seen.convert("RGB").getcolors(1 << 20) or ()}
        assert (RED in colours) == is_late
    assert values_of(PICTURES["progress"], "zh")["districts"][0]["late"] == "逾期4"
    assert values_of(PICTURES["progress"], "zh")["picture_late"] == "逾期"


@needs_a_font
def test_markup_in_a_name_is_drawn_and_never_read() -> None:
    assert draw(a_progress(name='#panic("x") *_$ <b>'), "zh")


@needs_a_font
def test_a_thousand_visits_find_room() -> None:
    assert draw(a_progress(scale=1000), "en")


@needs_a_font
def test_a_sign_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(Unacceptable) as refused:
        draw(a_progress(name="\U0010fffd"), "zh")
    assert refused.value.sentence == "paper_signs_missing"


def test_a_machine_without_a_chinese_font_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unacceptable) as refused:
        draw(a_progress(), "zh", fonts=tmp_path)
    assert refused.value.sentence == "paper_no_chinese_font"
