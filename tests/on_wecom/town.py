"""The town of the journeys with WeCom on its phones: the same people, the same story, over real HTTP."""

from collections.abc import Collection, Sequence
from pathlib import Path

from bot.channels.channel import Channel
from notifications.buttons.data import ButtonData
from notifications.incoming import Attachment
from storage.store import Store
from tests.on_every_channel.town import Standing, TownWithAHouse
from tests.on_telegram.house import HURRY
from tests.on_wecom.house import WecomHouse
from tests.wecom.phones import Phone
from tests.wecom.server import FakeWecom
from tests.wecom.world import Shown

CHANNEL = "wecom"


class WecomTown(TownWithAHouse):
    def __init__(
        self, store: Store, wecom: FakeWecom, folder: Path, *, hurry: float = HURRY, **channels: Channel
    ) -> None:
        super().__init__(store)
        self.wecom = wecom
        self.house = WecomHouse(store, wecom, folder, hurry=hurry, **channels)
        self.phones: dict[str, Phone] = {}

    def enrol(self, who: str, code: str) -> None:
        """The bare code is typed into the conversation with the app."""
        self.phones[who] = self.wecom.phone(f"wx.{who}")
        self.phones[who].types(code)

    def chat_of(self, who: str) -> str:
        return self.phones[who].id

    def standing(self, who: str) -> Sequence[Shown]:
        return self.phones[who].messages

    def is_part(self, shown: Standing, known: Collection[str]) -> bool:
        """A text before its card and a file before its words are parts of those."""
        return shown.id not in known

    def documents(self, who: str) -> list[tuple[str, bytes]]:
        return [(one.file_name, one.content) for one in self.standing(who) if one.kind == "file"]

    def comes_twice(self, number: int) -> None:
        self.wecom.doubles = number

    def labels(self, who: str) -> list[str]:
        return [words for shown in self.standing(who) for words in shown.choices.values()]

    # --- doing

    def type(self, who: str, text: str) -> None:
        self.do(who, lambda: self.phones[who].types(text))

    def press_data(self, who: str, data: ButtonData | str) -> None:
        """The newest button or choice with these data; where none stands any more, as on a card left behind."""
        phone, packed = self.phones[who], data if isinstance(data, str) else data.pack()
        found = [shown for shown in phone.messages if packed in shown.choices]
        self.do(who, lambda: phone.presses_on(found[-1] if found else _left_behind(packed), packed))

    def button(self, who: str, words: str) -> str:
        """By what stands on the phone; a choice that is too long for its line bears a number, its words above."""
        for shown in reversed(self.standing(who)):
            for data, label_of in shown.choices.items():
                if label_of == words or (shown.pick and self._said(who, data) == words):
                    return data
        return self.from_before_by(who, words)

    def _said(self, who: str, data: str) -> str:
        """The words of the newest button with these data, as they were meant."""
        return next((words for key, words in reversed(self.ever(who)) if key == data), "")

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        self.do(who, lambda: self.phones[who].sends_location(latitude, longitude))

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        """WeCom has no captions: what belongs to a picture is said right after it."""
        content, phone = self.files.read(attachment.sha256), self.phones[who]

        def send() -> None:
            phone.sends_image(content)
            if caption:
                phone.types(caption)

        self.do(who, send)


def _left_behind(packed: str) -> Shown:
    """A card of ours from before, whose buttons a phone without signal still shows."""
    return Shown("cleft", "card", card={"button_list": [{"type": 0, "text": "…", "key": packed}]})
