"""What every channel keeps to. A new channel adds its maker to `CHANNELS`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from bot.channels.channel import Channel, Fate, Sent
from bot.channels.pace import Pace
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.wire import Wire
from bot.channels.wecom.card_book import CardBook
from bot.channels.wecom.speaking import WeCom
from bot.channels.wecom.wire import Wire as WecomWire
from notifications.outgoing import Document, Key, Outgoing
from storage import web_chat
from storage.files import FileStore
from storage.outbox import Letter
from storage.store import Store
from tests.telegram.server import FakeTelegram
from tests.web.houses import a_house
from tests.wecom.server import FakeWecom
from tests.wecom.world import AGENT_ID, CORP_ID, SECRET
from web.chat import as_shown


class Rig(Protocol):
    """A channel, and what a person with its messenger sees."""

    channel: Channel
    knows_repeats: bool
    """Whether the messenger tells by a letter's key that it has it. Telegram takes no key: a letter whose answer was
    lost may stand there twice. WeCom knows its cards."""
    files: FileStore
    """Where the bytes of documents lie."""
    standing: dict[tuple[str, str], str]
    """As the store does: which message stands in a chat's slot."""

    def chat(self, name: str) -> str:
        """The messenger's own id of a chat that tests call c1, c2."""
        ...

    def seen(self, chat: str) -> list[tuple[str, list[str]]]:
        """Texts with the labels of their buttons, oldest first."""
        ...

    def documents(self, chat: str) -> list[tuple[str, bytes]]:
        """Names and bytes of the files that came, oldest first."""
        ...


class WebRig:
    knows_repeats = True

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        house = a_house(store, folder)
        self.channel: Channel = house.channel
        self.files = house.web.files
        self.standing: dict[tuple[str, str], str] = {}

    def chat(self, name: str) -> str:
        return name

    def seen(self, chat: str) -> list[tuple[str, list[str]]]:
        with self._store.reading() as records:
            messages = web_chat.page(records, chat)
        return [
            (one.body["text"], [key["label"] for row in one.body["rows"] for key in row]) for one in messages
        ]

    def documents(self, chat: str) -> list[tuple[str, bytes]]:
        with self._store.reading() as records:
            told = [as_shown(one)["document"] for one in web_chat.page(records, chat)]
        return [(one["file_name"], self.files.read(one["sha256"])) for one in told if one]


@asynccontextmanager
async def web(store: Store, folder: Path) -> AsyncIterator[Rig]:
    yield WebRig(store, folder)


class TelegramRig:
    knows_repeats = False

    def __init__(self, telegram: FakeTelegram, wire: Wire, folder: Path) -> None:
        self._telegram = telegram
        self.files = FileStore(folder / "files")
        pace = Pace(clock=count(0, 10).__next__)  # which never waits
        self.channel: Channel = Telegram(wire, pace, self.files)
        self.standing: dict[tuple[str, str], str] = {}

    def chat(self, name: str) -> str:
        return str(self._telegram.phone(int(name.removeprefix("c")), has_started=True).id)

    def seen(self, chat: str) -> list[tuple[str, list[str]]]:
        phone = self._telegram.phone(int(chat.removeprefix("c")))
        return [(one.text, [label for row in one.buttons for label in row]) for one in phone.messages]

    def documents(self, chat: str) -> list[tuple[str, bytes]]:
        phone, kept = self._telegram.phone(int(chat.removeprefix("c"))), self._telegram.world.files
        told = [one.message["document"] for one in phone.messages if one.kind == "document"]
        stored = [(one["file_name"], kept.find(one["file_id"])) for one in told]
        return [(name, file.content) for name, file in stored if file is not None]


@asynccontextmanager
async def telegram(store: Store, folder: Path) -> AsyncIterator[Rig]:
    with FakeTelegram() as running:
        wire = Wire(running.token, running.url)
        yield TelegramRig(running, wire, folder)
        await wire.shutdown()


class WecomRig:
    knows_repeats = True

    def __init__(self, wecom: FakeWecom, wire: WecomWire, store: Store, folder: Path) -> None:
        self._wecom = wecom
        self.files = FileStore(folder / "files")
        pace = Pace(clock=count(0, 10).__next__)  # which never waits
        book = CardBook(store, wecom.world.clock.now)
        self.channel: Channel = WeCom(wire, AGENT_ID, book, pace, self.files, "https://inspect.example")
        self.standing: dict[tuple[str, str], str] = {}

    def chat(self, name: str) -> str:
        return self._wecom.phone(name).id

    def seen(self, chat: str) -> list[tuple[str, list[str]]]:
        shown = [one for one in self._wecom.phone(chat).messages if one.kind in ("text", "card")]
        return [(one.text, list(one.choices.values())) for one in shown]

    def documents(self, chat: str) -> list[tuple[str, bytes]]:
        shown = self._wecom.phone(chat).messages
        return [(one.file_name, one.content) for one in shown if one.kind == "file"]


@asynccontextmanager
async def wecom(store: Store, folder: Path) -> AsyncIterator[Rig]:
    with FakeWecom() as running:
        wire = WecomWire(CORP_ID, SECRET, running.url)
        yield WecomRig(running, wire, store, folder)
        await wire.close()


CHANNELS: dict[str, Callable[[Store, Path], AbstractAsyncContextManager[Rig]]] = {
    "web": web,
    "telegram": telegram,
    "wecom": wecom,
}


@pytest.fixture(params=CHANNELS)
async def rig(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> AsyncIterator[Rig]:
    async with CHANNELS[request.param](store, tmp_path) as made:
        yield made


def _letter(
    rig: Rig, key: str, text: str, *, chat: str = "c1", slot: str | None = None, is_fresh: bool = False
) -> Letter:
    body = Outgoing("x", text, ((Key("好", "ok:1"),),), slot, is_fresh=is_fresh).to_json()
    return Letter(1, key, rig.channel.name, rig.chat(chat), body, slot, None)


async def _send(rig: Rig, letters: Sequence[Letter]) -> list[str]:
    """One after another, each with what the store would say stands in its slot."""
    fates: list[Fate] = []
    for letter in letters:
        told = replace(letter, replaces=rig.standing.get((letter.chat, letter.slot or "")))
        await rig.channel.send([told], lambda letter, fate: fates.append(fate))
        if letter.slot and isinstance(fates[-1], Sent):
            rig.standing[letter.chat, letter.slot] = fates[-1].message_id
    assert len(fates) == len(letters)
    assert all(isinstance(fate, Sent) for fate in fates), fates
    return [fate.message_id for fate in fates if isinstance(fate, Sent)]


async def test_letters_arrive_in_order_each_in_its_chat(rig: Rig) -> None:
    letters = [_letter(rig, "a", "一"), _letter(rig, "b", "二", chat="c2"), _letter(rig, "c", "三")]
    first, _, third = await _send(rig, letters)
    assert first != third
    assert rig.seen("c1") == [("一", ["好"]), ("三", ["好"])]
    assert rig.seen("c2") == [("二", ["好"])]


async def test_a_letter_sent_twice_is_seen_once(rig: Rig) -> None:
    if not rig.knows_repeats:
        pytest.skip("this messenger takes no key")
    letters = [_letter(rig, "a", "一"), _letter(rig, "b", "二")]
    assert await _send(rig, letters) == await _send(rig, letters)
    assert [text for text, _ in rig.seen("c1")] == ["一", "二"]


async def test_a_letter_takes_the_place_of_its_slot(rig: Rig) -> None:
    first = await _send(rig, [_letter(rig, "a", "第一题", slot="q")])
    await _send(rig, [_letter(rig, "b", "旁的")])
    assert await _send(rig, [_letter(rig, "c", "第二题", slot="q")]) == first
    assert [text for text, _ in rig.seen("c1")] == ["第二题", "旁的"]


async def test_a_late_repeat_does_not_bring_back_what_was_replaced(rig: Rig) -> None:
    if not rig.knows_repeats:
        pytest.skip("this messenger takes no key")
    old = _letter(rig, "a", "第一题", slot="q")
    await _send(rig, [old])
    await _send(rig, [_letter(rig, "b", "第二题", slot="q")])
    await _send(rig, [old])
    await _send(rig, [_letter(rig, "c", "第三题", slot="q", is_fresh=True)])
    await _send(rig, [old])
    assert [text for text, _ in rig.seen("c1")] == ["第二题", "第三题"]


async def test_a_fresh_letter_stands_at_the_end_and_the_older_loses_its_buttons(rig: Rig) -> None:
    await _send(rig, [_letter(rig, "a", "旧", slot="q"), _letter(rig, "b", "旁的")])
    await _send(rig, [_letter(rig, "c", "新", slot="q", is_fresh=True)])
    assert rig.seen("c1") == [("旧", []), ("旁的", ["好"]), ("新", ["好"])]


async def test_markup_arrives_as_written(rig: Rig) -> None:
    text = "<b>店</b> *_[ & \u202eabc 😀"
    await _send(rig, [_letter(rig, "a", text)])
    assert rig.seen("c1")[0][0] == text


async def test_a_menu_of_commands_is_no_message(rig: Rig) -> None:
    menu = Outgoing("command_menu", "", menu=(Key("我的任务", "/tasks"),)).to_json()
    await _send(
        rig, [Letter(1, "m", rig.channel.name, rig.chat("c1"), menu, None, None), _letter(rig, "a", "一")]
    )
    assert [text for text, _ in rig.seen("c1")] == ["一"]


async def test_a_document_arrives_with_every_byte_its_name_its_words_and_its_buttons(rig: Rig) -> None:
    document = Document(rig.files.put(b"%PDF-1.7 \x00\xff"), "现场检查笔录-S1.B1.pdf", "application/pdf")
    body = Outgoing("x", "笔录\n草稿", ((Key("好", "ok:1"),),), "p", document=document).to_json()
    letters = [Letter(1, "b", rig.channel.name, rig.chat("c1"), body, None, None), _letter(rig, "c", "后面")]
    await _send(rig, [_letter(rig, "a", "前面"), *letters])
    assert rig.documents("c1") == [("现场检查笔录-S1.B1.pdf", b"%PDF-1.7 \x00\xff")]
    assert rig.seen("c1") == [("前面", ["好"]), ("笔录\n草稿", ["好"]), ("后面", ["好"])]
    assert rig.documents("c2") == []


async def test_nothing_to_send_is_no_fault(rig: Rig) -> None:
    await rig.channel.send([], lambda letter, fate: pytest.fail(f"{letter} {fate}"))
