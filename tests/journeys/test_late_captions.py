"""Not every messenger has captions: words after pictures say what they are of, on all alike."""

from pathlib import Path
from typing import Any

import pytest

from actions.receiving import receive_updates
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage.files import FileStore
from storage.tables.inspections import Photo
from tests.journeys.stages import ENROLLED, Stage
from tests.journeys.test_forms_in_chat import Filled, being_filled
from tests.journeys.town import CHANNEL, Town
from tests.journeys.visit import ON_SITE, Visit

PHOTO, TEXT = IncomingKind.PHOTO, IncomingKind.TEXT


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage[Any]:
    return ON_SITE if "visit" in request.fixturenames else ENROLLED


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Visit:
    """On site, with the first question on the screen."""
    visit = Visit(town, FileStore(tmp_path / "files"), ON_SITE.cast(town.store))
    town.press(visit.lead, "open_checklist")
    visit.read_all()
    return visit


def _send(visit: Visit, colour: str, *, is_here: bool = True) -> None:
    sent = visit.photo(colour) if is_here else Attachment(remote=colour, size=1000)
    visit.town.send(visit.lead, PHOTO, attachment=sent, message_id=f"m-{colour}")


def _photos(visit: Visit) -> dict[str, str]:
    """Where each picture is, by its colour."""
    colours = {visit.photo(colour).sha256: colour for colour in ("red", "green", "blue")}
    return {colours[one.sha256]: one.question_id for one in visit.rows(Photo)}


@pytest.mark.parametrize("is_here", [True, False], ids=["here", "on its way"])
@pytest.mark.parametrize("words", ["2", "第2题"])
def test_a_number_after_a_picture_is_its_caption(visit: Visit, words: str, is_here: bool) -> None:
    _send(visit, "red", is_here=is_here)
    visit.town.type(visit.lead, words)
    visit.town.bring_files(visit.photo)
    assert _photos(visit) == {"red": "q2"}


def test_a_number_is_the_caption_of_a_picture_that_is_here_and_waits_for_its_turn(visit: Visit) -> None:
    """Words and bytes come at the same moment; the words first."""
    town = visit.town
    _send(visit, "red", is_here=False)
    words = Incoming(CHANNEL, visit.lead, "words", TEXT, town.now, text="第2题")
    receive_updates(town.store, [words], channel=CHANNEL, at=town.now)
    town.bring_files(visit.photo)
    assert _photos(visit) == {"red": "q2"}


def test_a_number_after_several_in_a_row_is_for_all_of_them_and_for_no_earlier_ones(visit: Visit) -> None:
    _send(visit, "red")
    visit.town.type(visit.lead, "第1题")
    assert (
        "没有重复保存" in [one.text for one in visit.town.shown(visit.lead) if one.kind == "photo_kept"][-1]
    )
    _send(visit, "green", is_here=False)
    visit.town.bring_files(visit.photo)
    _send(visit, "blue", is_here=False)
    visit.town.type(visit.lead, "2")
    visit.town.bring_files(visit.photo)
    assert _photos(visit) == {"red": "q1", "green": "q2", "blue": "q2"}


def test_after_anything_else_a_number_is_no_caption(visit: Visit) -> None:
    _send(visit, "red")
    visit.town.type(visit.lead, "/where")
    visit.read_all()
    visit.town.type(visit.lead, "第2题")
    visit.town.hears(visit.lead, "words_on_question")
    assert _photos(visit) == {"red": "q1"}


def test_a_bare_figure_answers_the_question_that_wants_one(town: Town, tmp_path: Path) -> None:
    filled: Filled = being_filled(town, FileStore(tmp_path / "files"))
    filled.show("q5")
    sent = filled.visit.photo("red")
    filled.town.send(filled.who, PHOTO, attachment=sent, message_id="m1")
    filled.type("12")
    assert filled.answers()["q5"] == "12"
