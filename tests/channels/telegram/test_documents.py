"""Documents on their way to phones: with their words, their buttons and every byte."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import TelegramError

from bot.channels.channel import Channel, Trouble
from bot.channels.forms import Upload, as_form
from bot.channels.pace import Pace
from bot.channels.telegram import speaking
from bot.channels.telegram.speaking import DOCUMENT_LIMIT, Telegram
from bot.channels.telegram.wire import Wire
from notifications.outgoing import Document
from storage.files import FileStore, PlaceAway
from tests.channels.telegram.letters import a_letter, failed, sent
from tests.telegram import limits
from tests.telegram.chats import Shown
from tests.telegram.phones import Phone
from tests.telegram.request import Params, read_params
from tests.telegram.request import Upload as Read
from tests.telegram.server import FakeTelegram

PDF = b"%PDF-1.7\r\n--" + bytes(range(256)) * 9
NAME = "现场检查笔录-S2601.BL00123.pdf"
CAPTION = "现场检查笔录（草稿）\n检查对象：博乐市<b>示例</b>餐饮店"


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def channel(wire: Wire, files: FileStore) -> Channel:
    return Telegram(wire, Pace(clock=count(0, 10).__next__), files)


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, name="王检查", has_started=True)


@pytest.fixture
def document(files: FileStore) -> Document:
    return Document(files.put(PDF), NAME, "application/pdf")


def _bytes_of(telegram: FakeTelegram, shown: Shown) -> bytes:
    stored = telegram.world.files.find(shown.message["document"]["file_id"])
    assert stored is not None
    return stored.content


async def test_a_document_stands_with_its_name_its_words_and_its_buttons(
    channel: Channel, wang: Phone, telegram: FakeTelegram, document: Document
) -> None:
    message_id = await sent(channel, a_letter(CAPTION, document=document))
    (shown,) = wang.messages
    told = shown.message["document"]
    assert (told["file_name"], told["mime_type"]) == (NAME, "application/pdf")
    assert _bytes_of(telegram, shown) == PDF
    assert (shown.text, shown.marked("bold")) == (CAPTION, ["现场检查笔录（草稿）"])
    assert shown.buttons == [["好"]]
    assert message_id == str(shown.id)
    assert "has_protected_content" not in shown.message


@pytest.mark.parametrize(
    ("text", "is_caption"),
    [
        ("检" * limits.CAPTION, True),
        ("检" * (limits.CAPTION + 1), False),
        ("😀" * (limits.CAPTION // 2), True),
        ("😀" * (limits.CAPTION // 2 + 1), False),
        ("<&>" * 340, True),
    ],
)
async def test_what_is_longer_than_a_caption_goes_before_as_a_message(
    channel: Channel, wang: Phone, document: Document, text: str, is_caption: bool
) -> None:
    message_id = await sent(channel, a_letter(text, document=document))
    assert [one.text for one in wang.messages] == ([text] if is_caption else [text, ""])
    assert [one.buttons for one in wang.messages][-1] == [["好"]]
    assert wang.last.kind == "document"
    assert message_id == str(wang.last.id)


async def test_a_document_without_words_is_a_document(
    channel: Channel, wang: Phone, document: Document
) -> None:
    await sent(channel, a_letter("", rows=(), document=document))
    assert (wang.last.kind, wang.last.text) == ("document", "")


async def test_a_document_takes_no_messages_place_and_the_older_one_loses_its_buttons(
    channel: Channel, wang: Phone, document: Document
) -> None:
    first = await sent(channel, a_letter("正在生成…", slot="p"))
    second = await sent(channel, a_letter(CAPTION, slot="p", replaces=first, document=document))
    assert second != first
    assert [one.kind for one in wang.messages] == ["text", "document"]
    assert [one.buttons for one in wang.messages] == [[], [["好"]]]
    third = await sent(channel, a_letter("正在生成…", slot="p", replaces=second))
    assert third != second
    assert [one.kind for one in wang.messages] == ["text", "document", "text"]


async def test_words_that_have_arrived_do_not_come_again_before_their_document(
    channel: Channel, wang: Phone, telegram: FakeTelegram, document: Document
) -> None:
    telegram.faults.refuses("sendDocument")
    error = await failed(channel, a_letter("检" * 2000, document=document))
    assert (error.trouble, error.parts_sent) == (Trouble.AWAY, 1)
    await sent(channel, a_letter("检" * 2000, document=document, parts_sent=1))
    assert [one.kind for one in wang.messages] == ["text", "document"]


async def test_a_document_waits_for_its_turn_like_every_message(
    wire: Wire, wang: Phone, files: FileStore, document: Document, telegram: FakeTelegram
) -> None:
    turns: list[str] = []

    class _Counting(Pace):
        async def turn(self, chat: str, *, is_reply: bool = False) -> None:
            turns.append(chat)

    await sent(Telegram(wire, _Counting(), files), a_letter("检" * 2000, document=document))
    assert turns == ["7", "7"]
    telegram.faults.floods("sendDocument", 9)
    error = await failed(Telegram(wire, _Counting(), files), a_letter(document=document))
    assert error.trouble is Trouble.AWAY
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 9


def _damage(files: FileStore, sha256: str) -> None:
    (files._folder / sha256[:2] / sha256).write_bytes(b"something else")


def _lose(files: FileStore, sha256: str) -> None:
    (files._folder / sha256[:2] / sha256).unlink()


@pytest.mark.parametrize(("spoil", "reason"), [(_damage, "FileDamaged"), (_lose, "FileMissing")])
async def test_bytes_that_are_damaged_or_gone_are_given_up_where_an_operator_sees_it(
    channel: Channel, wang: Phone, files: FileStore, document: Document,
    spoil: Callable[[FileStore, str], None], reason: str, telegram: FakeTelegram,
) -> None:  # fmt: skip
    spoil(files, document.sha256)
    error = await failed(channel, a_letter(CAPTION, document=document))
    assert error.trouble is Trouble.REFUSED
    assert reason in error.reason
    assert telegram.calls == []


class _Away(FileStore):
    def read(self, sha256: str) -> bytes:
        raise PlaceAway("no line")


async def test_a_file_store_that_is_away_is_asked_later(
    wire: Wire, tmp_path: Path, document: Document
) -> None:
    error = await failed(Telegram(wire, Pace(), _Away(tmp_path)), a_letter(document=document))
    assert error.trouble is Trouble.LATER


async def test_without_a_file_store_no_document_can_be_sent(wire: Wire, document: Document) -> None:
    error = await failed(Telegram(wire, Pace()), a_letter(document=document))
    assert error.trouble is Trouble.REFUSED


async def test_what_is_too_large_for_telegram_is_never_sent(
    channel: Channel, document: Document, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DOCUMENT_LIMIT == limits.UPLOAD
    monkeypatch.setattr(speaking, "DOCUMENT_LIMIT", len(PDF) - 1)
    error = await failed(channel, a_letter(document=document))
    assert error.trouble is Trouble.REFUSED
    assert str(len(PDF)) in error.reason
    assert telegram.calls == []


async def test_the_fake_takes_nothing_that_is_too_large(
    wire: Wire, telegram: FakeTelegram, wang: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOAD", 1000)
    with pytest.raises(TelegramError, match="Too Large"):
        await wire.upload("sendDocument", {"chat_id": 7}, Upload("document", NAME, PDF, "application/pdf"))


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("abc"), st.text(st.characters(codec="utf-8"), max_size=20)),
    st.binary(max_size=60),
    st.text(st.characters(codec="utf-8", exclude_characters='"%'), max_size=20),
)
def test_a_form_is_read_as_it_was_written(fields: dict[str, str], content: bytes, name: str) -> None:
    file = Upload("document", name, content, "application/pdf")
    kind, body = as_form(fields, [file])
    as_written = name.replace("\r", "%0D").replace("\n", "%0A")
    expected = Params({**fields, "document": Read(as_written, content, "application/pdf")})
    assert read_params("", kind, body) == expected
