"""The town of the journeys with Telegram on its phones: the same people, the same story, over real HTTP."""

from pathlib import Path

from actions.enrolment import issue_code
from inspection.evidence import MEDIA_TYPES
from notifications.buttons.data import ButtonData
from notifications.catalogue import label
from notifications.incoming import Attachment, Incoming
from notifications.outgoing import Outgoing
from storage.store import Store
from storage.tables.messaging import OutboxLine
from tests.actions.story import rows_of
from tests.journeys.town import Town
from tests.on_telegram.house import TelegramHouse
from tests.telegram.chats import Shown
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

FIRST_NUMBER = 5001
DAYS = 30


class TelegramTown(Town):
    """Whatever somebody does is done on their phone; each deed waits until the house is at rest."""

    def __init__(self, store: Store, telegram: FakeTelegram, folder: Path) -> None:
        super().__init__(store)
        self.telegram = telegram
        self.house = TelegramHouse(store, telegram, folder)
        self.phones: dict[str, Phone] = {}
        self.from_before: list[tuple[str, str]] = []

    def settle(self) -> None:
        self.house.now = self.now
        self.house.rests()

    def enrol_everybody(self, *ids: str) -> None:
        """By the link with the code, as everybody does it."""
        for id in ids:
            self.phones[id] = self.telegram.phone(FIRST_NUMBER + len(self.phones), name=id)
            with self.store.transaction("test") as records:
                code = f"CODE{len(self.phones):09d}"
                issue_code(
                    records, id, code, at=self.now, valid_for=DAYS * self.now.resolution * 86_400_000_000
                )
            self.phones[id].starts(code)
        self.settle()
        self.enrolled += ids

    def type(self, who: str, text: str) -> None:
        self.phones[who].types(text)
        self.settle()

    def press_data(self, who: str, data: ButtonData | str) -> None:
        """The newest button with these data; where none stands any more, as from a message that was left behind."""
        phone, packed = self.phones[who], data if isinstance(data, str) else data.pack()
        shown, words = _button(phone, packed) or (_left_behind(phone, packed), "…")
        phone.presses_on(shown, words)
        self.settle()

    def button(self, who: str, words: str) -> str:
        for shown in reversed(self.phones[who].messages):
            found = shown.inline_button(words)
            if found is not None and "callback_data" in found:
                return str(found["callback_data"])
        return self._seen_before(who, words)

    def _seen_before(self, who: str, words: str) -> str:
        """A button that was there and went with its message: phones without signal show it still."""
        chat = str(self.phones[who].id)
        with self.store.reading() as records:
            lines = sorted(rows_of(records, OutboxLine, chat=chat), key=lambda line: line.id or 0)
        for line in reversed(lines):
            for row in line.body["rows"]:
                for key in row:
                    if key["label"] == words:
                        self.from_before.append((who, words))
                        return str(key["data"])
        raise AssertionError(f"{who} never had a button {words!r}")

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
        return self.phones[who].has_button(label(name, "zh"))

    def _unread(self, who: str) -> list[tuple[Shown, Outgoing]]:
        """What stands on the phone and was not named yet, with what it was meant to say."""
        phone, beside = self.phones[who], label("how_to_send_location", "zh")
        with self.store.reading() as records:
            lines = sorted(rows_of(records, OutboxLine, chat=str(phone.id)), key=lambda line: line.id or 0)
        said = {line.message_id: Outgoing.from_json(line.body) for line in lines}
        return [
            (shown, said[str(shown.id)])
            for shown in phone.messages
            if shown.is_unread and shown.text != beside
        ]

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        self.phones[who].sends_location(latitude, longitude)
        self.settle()

    def _send(self, who: str, update: Incoming) -> None:
        raise AssertionError(f"{update.kind} of {who} did not come by a phone")

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        content = self.house.files.read(attachment.sha256)
        kind = attachment.media_type or MEDIA_TYPES["JPEG"]
        self.phones[who].sends_file(content, attachment.file_name or "IMG.jpg", caption, kind=kind)
        self.settle()


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
