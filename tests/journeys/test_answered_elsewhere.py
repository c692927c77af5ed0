"""Somebody with two accounts: what is answered with one, by a press or by words, is put away on the other."""

from pathlib import Path
from typing import Any

import pytest

from actions.enrolment import enrol
from notifications.buttons.checklists import PartAct, PartButton
from storage.files import FileStore
from storage.tables.registers import Person
from tests.journeys.stages import ENROLLED, Stage
from tests.journeys.town import CHANNEL, Town
from tests.journeys.visit import ON_SITE, Visit


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage[Any]:
    return ON_SITE if "visit" in request.fixturenames else ENROLLED


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Visit:
    """On site; the lead has another account, on which the checklist is open."""
    visit = Visit(town, FileStore(tmp_path / "files"), ON_SITE.cast(town.store))
    with town.store.transaction("test") as records:
        enrol(records, records.get(Person, visit.lead), channel=CHANNEL, chat="second", at=town.now)
    town.press_data("second", PartButton(PartAct.OPEN, visit.id))
    town.hears("second", "ask_question")
    return visit


@pytest.mark.parametrize("words", ["1 是 2 是", "2 是", "除2题外都是"])
def test_typed_answers_put_away_the_card_on_the_other_account(visit: Visit, words: str) -> None:
    town = visit.town
    town.type(visit.lead, words)
    assert not town.has_button("second", "answer_yes")
    (closed,) = (one for one in town.shown("second") if one.kind == "handled_elsewhere")
    assert closed.text.startswith("★1. 示例问题1")
    town.type(visit.lead, words)
    assert [one.kind for one in town.shown("second")].count("handled_elsewhere") == 1


@pytest.mark.parametrize("words", ["/schemes", "方案"])
def test_whoever_only_looks_leaves_what_the_other_account_shows(town: Town, words: str) -> None:
    with town.store.transaction("test") as records:
        enrol(records, records.get(Person, "OP"), channel=CHANNEL, chat="second", at=town.now)
    town.type("second", words)
    town.type("OP", words)
    assert [one.kind for one in town.shown("second")] == ["scheme_list"]


@pytest.mark.parametrize("words", ["看起来不错", "99"])
def test_words_that_answer_nothing_leave_it_there(visit: Visit, words: str) -> None:
    visit.town.type(visit.lead, words)
    assert visit.town.has_button("second", "answer_yes")


def test_a_picture_leaves_it_there(visit: Visit) -> None:
    """Photographed with the phone, while the checklist is filled in on a larger screen."""
    visit.town.send_photo(visit.lead, visit.photo(), "1")
    visit.town.hears(visit.lead, "photo_kept")
    assert visit.town.has_button("second", "answer_yes")
