"""The town of the journeys with Telegram on its phones: the same people, the same story, over real HTTP."""

from collections.abc import Collection, Sequence
from pathlib import Path

from inspection.evidence import MEDIA_TYPES
from notifications.buttons.data import ButtonData
from notifications.catalogue import label
from notifications.incoming import Attachment
from storage.store import Store
from tests.on_every_channel.town import Standing, TownWithAHouse
from tests.on_telegram.house import TelegramHouse
from tests.telegram.chats import Shown
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

FIRST_NUMBER = 5001


class TelegramTown(TownWithAHouse):
    def __init__(self, store: Store, telegram: FakeTelegram, folder: Path) -> None:
        super().__init__(store)
        self.telegram = telegram
        self.house = TelegramHouse(store, telegram, folder)
        self.phones: dict[str, Phone] = {}

    def enrol(self, who: str, code: str) -> None:
        """By the link that has the code in it."""
        self.phones[who] = self.telegram.phone(FIRST_NUMBER + len(self.phones), name=who)
        self.phones[who].starts(code)

    def chat_of(self, who: str) -> str:
        return str(self.phones[who].id)

    def standing(self, who: str) -> Sequence[Shown]:
        return self.phones[who].messages

    def is_part(self, shown: Standing, known: Collection[str]) -> bool:
        """A keyboard comes with a line of its own."""
        return isinstance(shown, Shown) and shown.text == label("how_to_send_location", "zh")

    def documents(self, who: str) -> list[tuple[str, bytes]]:
        told = [one.message["document"] for one in self.standing(who) if one.kind == "document"]
        kept = [(one["file_name"], self.telegram.world.files.find(one["file_id"])) for one in told]
        return [(name, file.content) for name, file in kept if file is not None]

    def comes_twice(self, number: int) -> None:
        self.telegram.faults.doubles_updates(number)

    def labels(self, who: str) -> list[str]:
        return [words for shown in self.standing(who) for row in shown.buttons for words in row]

    # --- doing

    def type(self, who: str, text: str) -> None:
        self.do(who, lambda: self.phones[who].types(text))

    def press_data(self, who: str, data: ButtonData | str) -> None:
        """The newest button with these data; where none stands any more, as from a message that was left behind."""
        phone, packed = self.phones[who], data if isinstance(data, str) else data.pack()
        shown, words = _button(phone, packed) or (_left_behind(phone, packed), "…")
        self.do(who, lambda: phone.presses_on(shown, words))

    def button(self, who: str, words: str) -> str:
        for shown in reversed(self.standing(who)):
            found = shown.inline_button(words)
            if found is not None and "callback_data" in found:
                return str(found["callback_data"])
        return self.from_before_by(who, words)

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        self.do(who, lambda: self.phones[who].sends_location(latitude, longitude))

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        content = self.files.read(attachment.sha256)
        kind = attachment.media_type or MEDIA_TYPES["JPEG"]
        name = attachment.file_name or "IMG.jpg"
        self.do(who, lambda: self.phones[who].sends_file(content, name, caption, kind=kind))


def _button(phone: Phone, packed: str) -> tuple[Shown, str] | None:
    for shown in reversed(phone.messages):
        for row in shown.rows:
            for one in row:
                if one.get("callback_data") == packed:
                    return shown, str(one["text"])
    return None


def _left_behind(phone: Phone, packed: str) -> Shown:
    """A message of ours from before, whose buttons a phone without signal still shows."""
    last = phone.last
    rows = {"inline_keyboard": [[{"text": "…", "callback_data": packed}]]}
    return Shown(dict(last.message), True, type(last.markup)(inline=rows))
