"""Pictures come into the chat of whoever may see them: asked for, drawn beside the conversation, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.printing import Printer
from inspection.states import PaperOrderState
from notifications.buttons.pictures import ProgressButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.outgoing import Outgoing
from storage.store import Store
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person
from tests.actions.story import changing, rows_of
from tests.journeys.town import Town
from tests.papers.kept_visits import seen
from tests.papers.sheets import needs_a_font
from tests.papers.visits import NAME, a_started_visit
from tests.stores import an_empty_store


class Site:
    """A visit that is going on, whose people have phones; pictures are drawn when the test says so."""

    def __init__(self, store: Store, folder: Path) -> None:
        story, inspection, self.files = a_started_visit(store, folder)
        visit = seen(story, inspection)
        self.store, self.folder, self.town = store, folder, Town(store)
        self.id, self.lead, self.fire = visit.id, visit.lead, visit.fire
        self.town.now = visit.at
        self.town.enrol_everybody("OP", "RV", "HD-fire", self.lead, self.fire)
        self.town.settle()
        for phone in self.town.messenger.phones.values():
            for shown in phone.messages:
                shown.is_read = True

    def draw(self, fonts: Path | None = None) -> int:
        printer, number = Printer(self.store, self.files, self.town.clock, lambda: None, fonts), 0
        while printer.print_next():
            number += 1
        self.town.settle()
        return number

    def hears_picture(self, who: str, kind: str) -> Outgoing:
        outgoing = self.town.hears(who, kind)
        assert outgoing.document is not None
        assert outgoing.document.media_type == "image/png"
        assert self.files.read(outgoing.document.sha256).startswith(b"\x89PNG")
        return outgoing

    def orders(self) -> list[PaperOrder]:
        with self.store.reading() as records:
            return rows_of(records, PaperOrder)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with an_empty_store("sqlite", tmp_path) as store:
        yield Site(store, tmp_path)


@needs_a_font
def test_the_operator_sees_the_progress_under_the_card_of_the_scheme(site: Site) -> None:
    site.town.press_data("OP", SchemeButton(SchemeAct.VIEW, "S1"))
    site.town.press("OP", "progress_picture")
    assert "进度图正在生成…" in site.town.hears("OP", "picture_ordered").text
    assert site.draw() == 1
    assert "进度图已生成" in site.town.hears("OP", "picture_ordered").text
    text = site.hears_picture("OP", "progress_made").text
    assert "共1户：检查中 1" in text
    assert "没有逾期事项" in text


@needs_a_font
def test_the_lead_sees_it_under_the_overview_and_asks_again(site: Site) -> None:
    site.town.press_data(site.lead, VisitButton(VisitAct.OVERVIEW, site.id))
    site.town.press(site.lead, "progress_picture")
    site.draw()
    site.hears_picture(site.lead, "progress_made")
    site.town.press(site.lead, "picture_again")
    site.draw()
    site.hears_picture(site.lead, "progress_made")
    assert [one.state for one in site.orders()] == [PaperOrderState.MADE] * 2


@needs_a_font
@pytest.mark.parametrize("words", ["/due", "日历"])
def test_everybody_has_a_calendar_of_their_own(site: Site, words: str) -> None:
    for who in (site.fire, "RV"):
        site.town.type(who, words)
        assert "日历正在生成…" in site.town.hears(who, "picture_ordered").text
    assert site.draw() == 2
    assert f"检查1户：{NAME}" in site.hears_picture(site.fire, "due_made").text
    assert "没有要办的事项" in site.hears_picture("RV", "due_made").text


@needs_a_font
def test_the_calendar_stands_under_the_tasks(site: Site) -> None:
    site.town.type(site.fire, "/tasks")
    site.town.press(site.fire, "due_picture")
    site.draw()
    site.hears_picture(site.fire, "due_made")


@needs_a_font
def test_pressed_twice_while_it_is_in_work_draws_one(site: Site) -> None:
    for _ in range(2):
        site.town.press_data("OP", ProgressButton("S1"))
    assert "没有重复办理" in site.town.hears("OP", "picture_ordered").text
    assert site.draw() == 1


def test_whom_the_scheme_does_not_concern_hears_so_and_nothing_is_ordered(site: Site) -> None:
    for who, scheme in (("RV", "S1"), (site.fire, "S1"), ("OP", "S9")):
        site.town.press_data(who, ProgressButton(scheme))
        assert "您不能查看它的进度" in site.town.hears(who, "refused").text
    assert site.orders() == []


def test_whoever_may_not_see_it_any_more_does_not_get_what_was_ordered(site: Site) -> None:
    site.town.press_data("HD-fire", ProgressButton("S1"))
    with changing(site.store) as records:
        records.get(Person, "HD-fire").department = "housing"
    site.draw()
    assert "您不能查看它的进度" in site.town.hears("HD-fire", "picture_refused").text
    assert [one.state for one in site.orders()] == [PaperOrderState.REFUSED]


def test_a_machine_without_a_chinese_font_says_so_once(site: Site) -> None:
    empty = site.folder / "no-fonts"
    empty.mkdir()
    site.town.press_data("OP", ProgressButton("S1"))
    site.draw(empty)
    told = site.town.hears("OP", "picture_refused").text
    assert told.startswith("进度图没有生成")
    assert "fonts-noto-cjk" in told
    assert site.draw() == 0
