"""The town of the journeys with WeCom on its phones: the same people, the same story, over real HTTP."""

from pathlib import Path

from actions.enrolment import enrol
from bot.channels.channel import Channel
from notifications.buttons.data import ButtonData
from notifications.catalogue import label
from notifications.incoming import Attachment, Incoming
from notifications.outgoing import Outgoing
from storage.store import Store
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.journeys.town import Town
from tests.on_telegram.house import HURRY
from tests.on_wecom.house import WecomHouse
from tests.wecom.phones import Phone
from tests.wecom.server import FakeWecom
from tests.wecom.world import Shown

CHANNEL = "wecom"


class WecomTown(Town):
    """Whatever somebody does is done on their phone; each deed waits until the house is at rest."""

    def __init__(
        self, store: Store, wecom: FakeWecom, folder: Path, *, hurry: float = HURRY, **channels: Channel
    ) -> None:
        super().__init__(store)
        self.wecom = wecom
        self.house = WecomHouse(store, wecom, folder, hurry=hurry, **channels)
        self.phones: dict[str, Phone] = {}
        self.from_before: list[tuple[str, str]] = []

    def settle(self) -> None:
        self.house.now = self.now
        self.house.rests()

    def enrol_everybody(self, *ids: str) -> None:
        """By the ids of the directory, which are as the administrator has written them."""
        with self.store.transaction("test") as records:
            for id in ids:
                self.phones[id] = self.wecom.phone(f"wx.{id}")
                enrol(records, records.get(Person, id), channel=CHANNEL, chat=f"wx.{id}", at=self.now)
        self.enrolled += ids

    def type(self, who: str, text: str) -> None:
        self.phones[who].types(text)
        self.settle()

    def press_data(self, who: str, data: ButtonData | str) -> None:
        """The newest button or choice with these data; where none stands any more, as on a card left behind."""
        phone, packed = self.phones[who], data if isinstance(data, str) else data.pack()
        found = [shown for shown in phone.messages if packed in shown.choices]
        phone.presses_on(found[-1] if found else _left_behind(packed), packed)
        self.settle()

    def button(self, who: str, words: str) -> str:
        """By what stands on the phone; a choice that is too long for its line bears a number, its words above."""
        phone = self.phones[who]
        for shown in reversed(phone.messages):
            for data, label_of in shown.choices.items():
                if label_of == words or (shown.pick and self._said(who, data) == words):
                    return data
        found = next((data for data, said in reversed(self._ever(who)) if said == words), None)
        if found is None:
            seen = [list(one.choices.values()) for one in phone.messages if one.choices]
            raise AssertionError(f"{who} never had a button {words!r}: {seen[-8:]}")
        self.from_before.append((who, words))
        return found

    def _said(self, who: str, data: str) -> str:
        """The words of the newest button with these data, as they were meant."""
        return next((words for key, words in reversed(self._ever(who)) if key == data), "")

    def _ever(self, who: str) -> list[tuple[str, str]]:
        return [
            (key["data"], key["label"])
            for line in self._lines(who)
            for row in line.body["rows"]
            for key in row
        ]

    def _lines(self, who: str) -> list[OutboxLine]:
        with self.store.reading() as records:
            lines = rows_of(records, OutboxLine, chat=self.phones[who].id)
        return sorted(lines, key=lambda line: line.id or 0)

    def hears(self, who: str, kind: str) -> Outgoing:
        for shown, outgoing in self._unread(who):
            if outgoing.kind == kind:
                shown.is_unread = False
                return outgoing
        raise AssertionError(f"{who} did not hear {kind!r} but {[one.kind for _, one in self._unread(who)]}")

    def holders_who_hear(self, kind: str) -> list[str]:
        found = [who for who in sorted(self.phones) if kind in (one.kind for _, one in self._unread(who))]
        for who in found:
            self.hears(who, kind)
        return found

    def nobody_hears_more(self) -> None:
        unread = {who: [one.kind for _, one in self._unread(who)] for who in self.phones}
        assert not any(unread.values()), {who: kinds for who, kinds in unread.items() if kinds}

    def has_button(self, who: str, name: str) -> bool:
        return any(label(name, "zh") in one.choices.values() for one in self.phones[who].messages)

    def _unread(self, who: str) -> list[tuple[Shown, Outgoing]]:
        """What stands on the phone and was not named yet, with what it was meant to say; a text before its card and a
        file before its words are parts of those."""
        said = {line.message_id: Outgoing.from_json(line.body) for line in self._lines(who)}
        return [
            (shown, said[shown.id])
            for shown in self.phones[who].messages
            if shown.is_unread and shown.id in said
        ]

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        self.phones[who].sends_location(latitude, longitude)
        self.settle()

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        """WeCom has no captions: what belongs to a picture is said after it."""
        self.phones[who].sends_image(self.house.files.read(attachment.sha256))
        self.settle()
        if caption:
            self.type(who, caption)

    def _send(self, who: str, update: Incoming) -> None:
        raise AssertionError(f"{update.kind} of {who} did not come by a phone")


def _left_behind(packed: str) -> Shown:
    """A card of ours from before, whose buttons a phone without signal still shows."""
    return Shown("cleft", "card", card={"button_list": [{"type": 0, "text": "…", "key": packed}]})
