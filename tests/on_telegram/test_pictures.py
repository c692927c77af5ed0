"""A picture on a phone with Telegram: a photo in the chat, or a file where Telegram would not take it as one."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from actions.enrolment import enrol
from actions.telling import answer
from bot.channels.telegram.reading import CHANNEL
from notifications.messages.pictures import ProgressMade
from storage.files import FileStore
from storage.tables.registers import Person
from tests.on_telegram.house import TelegramHouse
from tests.papers.kept_visits import a_kept_visit
from tests.papers.sheets import needs_a_font
from tests.pictures.examples import a_progress
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

NUMBER = 6201


class Site:
    """The operator has Telegram."""

    def __init__(self, house: TelegramHouse, phone: Phone, files: FileStore) -> None:
        self.house, self.phone, self.files = house, phone, files
        self._keys = count()

    def send(self, picture: bytes) -> None:
        """A picture as if it had been drawn."""
        message = ProgressMade(a_progress(), self.files.put(picture), "进度图-S1.png")
        place = {"channel": CHANNEL, "chat": str(NUMBER)}
        with self.house.store.transaction("test") as records:
            answer(
                records,
                message,
                language="zh",
                key=f"picture:{next(self._keys)}",
                is_fresh=True,
                at=self.house.now,
                **place,
            )
        self.house.wait(timedelta(seconds=1))


@pytest.fixture
def site(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    with a_kept_visit("sqlite", tmp_path) as (store, visit):
        house = TelegramHouse(store, telegram, tmp_path)
        house.now = visit.at
        phone = telegram.phone(NUMBER, name="OP", has_started=True)
        with store.transaction("test") as records:
            enrol(records, records.get(Person, "OP"), channel=CHANNEL, chat=str(NUMBER), at=visit.at)
        house.starts()
        house.rests()
        phone.reads_everything()
        yield Site(house, phone, FileStore(tmp_path / "files"))
        house.stops()
        telegram.every_press_was_answered()


@needs_a_font
def test_the_calendar_comes_as_a_photo_with_its_words_under_it(site: Site) -> None:
    site.phone.types("/due")
    site.house.rests()
    shown = site.phone.messages[-1]
    assert shown.kind == "photo"
    assert shown.marked("bold") == ["日历：人员OP"]
    assert "公示1户" in shown.text
    assert shown.buttons == [["重新生成"]]


def _png(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def test_what_telegram_takes_for_no_photo_comes_as_a_file(site: Site) -> None:
    """10,000 pixels of both sides together, one side twenty times the other, ten million bytes."""
    for picture, kind in (
        (_png(1080, 8920), "photo"),
        (_png(1080, 8921), "document"),
        (_png(100, 2000), "photo"),
        (_png(100, 2001), "document"),
        (_png(10, 10) + bytes(10_000_001), "document"),
    ):
        site.send(picture)
        assert site.phone.messages[-1].kind == kind
