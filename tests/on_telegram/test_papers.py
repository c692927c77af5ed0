"""The papers of a visit on a phone with Telegram: asked for by a button, there as files with every byte."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from actions.enrolment import enrol
from actions.papers import pdf_of, read_paper
from bot.channels.telegram.reading import CHANNEL
from notifications.buttons.papers import PaperKind
from storage import outbox
from storage.files import FileStore
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.on_telegram.house import TelegramHouse
from tests.papers.kept_visits import Visit, a_kept_visit
from tests.papers.sheets import needs_a_font
from tests.papers.visits import NAME
from tests.telegram.chats import Shown
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

pytestmark = needs_a_font
NUMBER = 6101


class Site:
    """A visit that has ended; its lead has Telegram."""

    def __init__(self, store: Store, visit: Visit, telegram: FakeTelegram, folder: Path) -> None:
        self.store, self.telegram, self.files = store, telegram, FileStore(folder / "files")
        self.id, self.lead = visit.id, visit.lead
        self.house = TelegramHouse(store, telegram, folder)
        self.house.now = visit.at
        self.phone: Phone = telegram.phone(NUMBER, name=self.lead, has_started=True)
        with store.transaction("test") as records:
            enrol(records, records.get(Person, self.lead), channel=CHANNEL, chat=str(NUMBER), at=visit.at)
        self.house.starts()
        self.house.rests()
        self.phone.types("/where")
        self.house.rests()
        self.press("查看结果")

    def press(self, words: str) -> None:
        self.phone.presses(words)
        self.house.rests()

    def bytes_of(self, shown: Shown) -> bytes:
        stored = self.telegram.world.files.find(shown.message["document"]["file_id"])
        assert stored is not None
        return stored.content

    def paper(self, kind: PaperKind) -> bytes:
        """As the page gives it."""
        with self.store.transaction("test") as records:
            paper = read_paper(records, self.id, kind, by=records.get(Person, self.lead), at=self.house.now)
        return pdf_of(paper, self.files)

    def line(self) -> OutboxLine:
        with self.store.reading() as records:
            (line,) = rows_of(records, OutboxLine, kind="paper_made")
        found: OutboxLine = line
        return found


@pytest.fixture
def site(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    with a_kept_visit("sqlite", tmp_path) as (store, visit):
        made = Site(store, visit, telegram, tmp_path)
        made.phone.reads_everything()
        yield made
        telegram.faults.end()
        made.house.stops()
        telegram.every_press_was_answered()


def test_a_paper_comes_as_a_file_with_its_words_below_and_asked_for_again_it_is_the_same(site: Site) -> None:
    title = "联合检查汇总表"
    for _ in range(2):
        site.press(title)
        shown = site.phone.messages[-1]
        assert shown.message["document"]["mime_type"] == "application/pdf"
        assert site.bytes_of(shown) == site.paper(PaperKind.SUMMARY)
        assert NAME in PdfReader(BytesIO(site.bytes_of(shown))).pages[0].extract_text()
        assert shown.marked("bold") == [f"{title}（草稿）"]
        assert shown.buttons == [["查看结果"]]
    (told,) = (one for one in site.phone.messages if "已生成" in one.text)
    assert told.is_edited


def test_a_document_that_does_not_get_through_comes_later_and_once(
    site: Site, telegram: FakeTelegram
) -> None:
    telegram.faults.refuses("sendDocument", 2)
    site.press("现场检查笔录")
    for _ in range(3):
        site.house.wait(timedelta(minutes=1))
    (shown,) = (one for one in site.phone.messages if one.kind == "document")
    assert site.bytes_of(shown) == site.paper(PaperKind.RECORD)
    assert site.line().state is OutboxState.SENT


def test_a_process_killed_while_the_document_goes_out_leaves_it_to_the_next(
    site: Site, telegram: FakeTelegram
) -> None:
    telegram.faults.delays("sendDocument", 30)
    site.phone.presses("现场检查笔录")
    telegram.waits_until(lambda: any("已生成" in one.text for one in site.phone.messages))
    site.house.dies()
    telegram.faults.end()
    site.house.starts()
    site.house.wait(outbox.LEASE + timedelta(seconds=1))
    assert [one.kind for one in site.phone.messages].count("document") == 1


def test_bytes_that_are_damaged_on_the_way_are_given_up_with_a_reason(
    site: Site, telegram: FakeTelegram
) -> None:
    telegram.faults.refuses("sendDocument")
    site.press("联合检查汇总表")
    sha256 = site.line().body["document"]["sha256"]
    (site.files._folder / sha256[:2] / sha256).write_bytes(b"other")
    site.house.wait(timedelta(minutes=1))
    line = site.line()
    assert (line.state, "FileDamaged" in line.error) == (OutboxState.DEAD, True)
    assert not any(one.kind == "document" for one in site.phone.messages)
