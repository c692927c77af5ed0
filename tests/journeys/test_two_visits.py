"""One officer with two visits at the same time: what is done about one must not touch the other."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.results import Category
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, TeamAct, TeamButton
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton
from notifications.buttons.results import CategoryButton, FindingsButton, ResultAct, ResultButton
from notifications.buttons.strays import StrayAct, StrayButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.incoming import Attachment
from storage.files import FileStore
from storage.store import Store
from storage.tables.inspections import Answer, Assignment, CheckIn, Inspection, Photo
from tests.actions.story import rows_of
from tests.builders import a_small_register
from tests.field.pictures import a_picture
from tests.journeys.town import Town


class TwoVisits:
    """Two inspections under way with the same four officers; `lead` leads the first and sits in the second."""

    def __init__(self, store: Store, files: FileStore) -> None:
        self.files, self.town = files, Town(store)
        with store.transaction("test") as records:
            a_small_register(records, officers=2, objects=2, count=2)
        officers = ("market-1", "market-2", "fire-1", "fire-2")
        self.town.enrol_everybody("OP", "W1", "RV", "HD-market", "HD-fire", *officers)
        self.town.hold_draw()
        with store.reading() as records:
            self.first, self.second = (one.id for one in rows_of(records, Inspection))
            seated = {one.seat_id: one.person_id for one in rows_of(records, Assignment)}
        for seat, person in seated.items():
            self.town.press_data(person, AssignmentButton(AssignmentAnswer.ACCEPT, f"{seat}/1"))
        for inspection in (self.first, self.second):
            lead = seated[f"{inspection}/market/1"]
            self.town.press_data(lead, TeamButton(TeamAct.CONFIRM, inspection))
            self.town.press_data(lead, VisitButton(VisitAct.START, inspection))
        self.lead, self.fire = seated[f"{self.first}/market/1"], seated[f"{self.first}/fire/1"]

    def photo(self, colour: str) -> Attachment:
        return keep_attachment(self.files, a_picture(colour=colour), file_name="IMG.jpg")

    def photos(self, inspection: str) -> list[str]:
        """The questions that have a photo."""
        return [one.question_id for one in self.rows(Photo) if one.inspection_id == inspection]

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.town.store.reading() as records:
            return rows_of(records, kind)

    def open(self, who: str, inspection: str) -> None:
        self.town.press_data(who, PartButton(PartAct.OPEN, inspection))

    def fill_in_first(self) -> None:
        self._fill_in(self.lead, "T-market", "q1", "q2")
        self._fill_in(self.fire, "T-fire", "q3", "q4")

    def _fill_in(self, who: str, item: str, important: str, ordinary: str) -> None:
        self.open(who, self.first)
        self.town.send_photo(who, self.photo("navy" if who == self.lead else "maroon"))
        for question in (important, ordinary):
            self.town.press_data(who, AnswerButton(AnswerValue.YES, self.first, question))
        self.town.press_data(who, PartButton(PartAct.FINISH, self.first))
        self.town.press_data(who, CategoryButton(Category.CLEAN, self.first, item))


@pytest.fixture
def visits(store: Store, tmp_path: Path) -> TwoVisits:
    return TwoVisits(store, FileStore(tmp_path / "files"))


@pytest.mark.parametrize(
    "card", [PartButton(PartAct.SUMMARY, "1"), FindingsButton("1")], ids=["summary", "findings"]
)
def test_a_question_stays_on_the_screen_while_a_card_of_another_visit_is_looked_at(
    visits: TwoVisits, card: PartButton | FindingsButton
) -> None:
    visits.fill_in_first()
    visits.open(visits.lead, visits.second)
    visits.town.press_data(visits.lead, replace(card, inspection=visits.first))
    visits.town.send_photo(visits.lead, visits.photo("green"))
    assert visits.photos(visits.second) == ["q1"]


@pytest.mark.parametrize("caption", ["", "第1题"])
def test_a_photo_belongs_to_the_question_on_the_screen_though_another_visit_was_just_ended(
    visits: TwoVisits, caption: str
) -> None:
    visits.fill_in_first()
    visits.open(visits.lead, visits.second)
    visits.town.press_data(visits.lead, VisitButton(VisitAct.END, visits.first))
    visits.town.press_data(visits.lead, ResultButton(ResultAct.SUBMIT, visits.first))
    visits.town.press_data(visits.lead, ResultButton(ResultAct.VIEW, visits.first))
    visits.town.send_photo(visits.lead, visits.photo("green"), caption=caption)
    assert visits.photos(visits.second) == ["q1"]


def test_a_check_in_is_at_the_visit_on_the_screen_and_never_at_a_guess(visits: TwoVisits) -> None:
    visits.town.send_place(visits.lead, 44.9, 82.07)
    assert "哪一户" in visits.town.hears(visits.lead, "stray_asked").text
    assert visits.rows(CheckIn) == []
    visits.town.press_data(visits.lead, StrayButton(StrayAct.VISIT, "1", visits.second))
    assert "约" in visits.town.hears(visits.lead, "checked_in").text
    visits.open(visits.lead, visits.first)
    visits.town.wait(timedelta(minutes=1))
    visits.town.send_place(visits.lead, 44.9, 82.07)
    assert [one.inspection_id for one in visits.rows(CheckIn)] == [visits.first, visits.second]


def test_a_number_alone_does_not_say_which_of_two_visits_a_photo_is_of(visits: TwoVisits) -> None:
    visits.town.send_photo(visits.lead, visits.photo("green"), caption="第1题")
    assert "哪一户" in visits.town.hears(visits.lead, "stray_asked").text
    assert visits.photos(visits.first) == visits.photos(visits.second) == []
    visits.town.press_data(visits.lead, StrayButton(StrayAct.VISIT, "1", visits.second))
    visits.town.press(visits.lead, "jump", number=1)
    assert "R-" in visits.town.hears(visits.lead, "photo_kept").text
    assert (visits.photos(visits.first), visits.photos(visits.second)) == ([], ["q1"])


def test_answers_say_which_of_two_visits_they_are_for_before_they_are_recorded(visits: TwoVisits) -> None:
    visits.town.type(visits.lead, "1 是 2 否 证照过期")
    assert "哪一户" in visits.town.hears(visits.lead, "stray_asked").text
    assert visits.rows(Answer) == []
    visits.town.press_data(visits.lead, StrayButton(StrayAct.VISIT, "1", visits.second))
    assert "已记录2题" in visits.town.hears(visits.lead, "answers_kept").text
    assert {one.part_id for one in visits.rows(Answer)} == {f"{visits.second}/market"}
    visits.town.press_data(visits.lead, StrayButton(StrayAct.VISIT, "1", visits.first))
    assert "没有重复办理" in visits.town.hears(visits.lead, "refused").text
    assert len(visits.rows(Answer)) == 2


def test_a_number_is_enough_when_the_other_visit_is_locked(visits: TwoVisits) -> None:
    visits.fill_in_first()
    visits.town.press_data(visits.lead, VisitButton(VisitAct.END, visits.first))
    visits.town.press_data(visits.lead, ResultButton(ResultAct.SUBMIT, visits.first))
    visits.town.send_photo(visits.lead, visits.photo("green"), caption="第1题")
    assert visits.photos(visits.second) == ["q1"]
