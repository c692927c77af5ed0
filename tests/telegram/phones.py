"""People's phones: what they do becomes updates, what the bot says stands on them until the test has named it."""

import random
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.telegram.chats import Account, Chat, Shown
from tests.telegram.membership import tell_membership
from tests.telegram.seen import Seen
from tests.telegram.world import Press, World

T = TypeVar("T")


class Phone(Seen):
    """One person's. Everything is done in the private chat with the bot, or with `to=` in a group."""

    def __init__(self, world: World, account: Account, chat: Chat) -> None:
        super().__init__(world, chat)
        self.account = account
        self._held: list[Callable[[], object]] | None = None

    @property
    def id(self) -> int:
        return self.account.id

    # --- saying

    def starts(self, code: str = "") -> Shown | None:
        """Opens t.me/<bot>?start=<code> and presses Start, which also lifts a block."""
        self.unblocks()
        return self.types(f"/start {code}".rstrip())

    def types(self, text: str, to: Seen | None = None, *, answers: Shown | None = None) -> Shown | None:
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._says(content, to, answers)

    def sends_photo(
        self, content: bytes, caption: str = "", to: Seen | None = None, *, answers: Shown | None = None
    ) -> Shown | None:
        """As a photo: Telegram presses it and its EXIF is gone."""
        return self._says({"photo": self._photo(content), **_captioned(caption)}, to, answers)

    def sends_file(
        self, content: bytes, name: str, caption: str = "", to: Seen | None = None, *,
        kind: str = "application/octet-stream", size: int | None = None,
    ) -> Shown | None:  # fmt: skip
        """As a file: every byte is kept. `size` claims another size, for a file too large to carry about."""
        document = self._file(content, name, kind, size)
        return self._says({"document": document, **_captioned(caption)}, to, None)

    def sends_album(
        self, contents: Iterable[bytes], captions: Iterable[str] = (), *, as_files: bool = False
    ) -> list[Shown | None]:
        """Each piece is a message and an update of its own; one number joins them."""
        group = {"media_group_id": str(13_000_000_000_000 + next(self.world.numbers))}
        words = list(captions)
        said = []
        for place, content in enumerate(contents):
            caption = words[place] if place < len(words) else ""
            media = (
                {"document": self._file(content, f"IMG_{place + 1}.jpg", "image/jpeg")}
                if as_files
                else {"photo": self._photo(content)}
            )
            said.append(self._says({**group, **media, **_captioned(caption)}, None, None))
        return said

    def sends_location(
        self, latitude: float, longitude: float, *, accuracy: float | None = None
    ) -> Shown | None:
        place = {"latitude": latitude, "longitude": longitude}
        more = {} if accuracy is None else {"horizontal_accuracy": accuracy}
        return self._says({"location": place | more}, None, None)

    def sends_voice(self, content: bytes = b"OggS", seconds: int = 3) -> Shown | None:
        with self.world.lock:
            voice = self.world.files.voice(content, seconds)
        return self._says({"voice": voice}, None, None)

    def sends_sticker(self, emoji: str = "👍") -> Shown | None:
        with self.world.lock:
            sticker = self.world.files.sticker(emoji)
        return self._says({"sticker": sticker}, None, None)

    def sends_contact(self, number: str) -> Shown | None:
        contact = {"phone_number": number, "first_name": self.account.first_name, "user_id": self.id}
        return self._says({"contact": contact}, None, None)

    def sends(self, content: dict[str, Any], to: Seen | None = None) -> Shown | None:
        """Anything else a message may hold, in the Bot API's own form."""
        return self._says(content, to, None)

    def edits(self, shown: Shown, text: str) -> None:
        """Changes what this phone said before: its text, or its caption."""
        self._do(lambda: self._edit(shown, text))

    # --- pressing

    def presses(
        self, label: str, on: Seen | None = None, *, place: tuple[float, float] | None = None
    ) -> Press | None:
        """Presses the newest button of this label: below a message, or on the keyboard the bot has shown.

        A key that asks for the place sends `place`. A press turns until the bot answers it: `press.answer`.
        """
        chat = on.chat if on else self.chat
        with self.world.lock:
            for shown in reversed(chat.heard()):
                if button := shown.inline_button(label):
                    return self._press(chat, shown, button)
            key = _key(chat, label)
        if key is None:
            seen = [shown.buttons for shown in chat.heard() if shown.buttons]
            raise AssertionError(f"{self.name} has no button {label!r}: {seen}, {chat.keyboard}")
        if key.get("request_location"):
            assert place is not None, f"{label!r} asks for the place"
            self.sends_location(*place)
        elif key.get("request_contact"):
            self.sends_contact(f"+86{self.id}")
        else:
            self.types(label)
        return None

    def presses_on(self, shown: Shown, label: str) -> Press | None:
        """The button of one message, an old one perhaps."""
        with self.world.lock:
            button = shown.inline_button(label)
            assert button is not None, f"no button {label!r}: {shown.buttons}"
            chat = self.world.chats[shown.message["chat"]["id"]]
            return self._press(chat, shown, button)

    def has_button(self, label: str) -> bool:
        with self.world.lock:
            found = any(shown.inline_button(label) for shown in self.chat.heard())
            return found or _key(self.chat, label) is not None

    @property
    def keyboard(self) -> list[list[str]]:
        """The keys the bot has put in place of the phone's own."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [[str(key["text"]) for key in row] for row in rows]

    @property
    def toasts(self) -> list[str]:
        """The words in which the bot answered this person's presses."""
        with self.world.lock:
            mine = [press for press in self.world.presses.values() if press.by == self.id]
            return [str(press.answer["text"]) for press in mine if press.answer and press.answer["text"]]

    @property
    def menu(self) -> list[str]:
        """The commands this person is offered in the private chat: of the narrowest scope that has any."""
        scopes = (
            f'{{"type": "chat", "chat_id": {self.id}}}',
            '{"type": "all_private_chats"}',
            '{"type": "default"}',
        )
        with self.world.lock:
            for scope in scopes:
                for language in (self.account.language_code.partition("-")[0], ""):
                    if found := self.world.commands.get((scope, language)):
                        return [one["command"] for one in found]
        return []

    # --- coming and going

    def blocks_bot(self) -> None:
        self._do(lambda: self._block(True))

    def unblocks(self) -> None:
        if self.chat.is_blocked:
            self._do(lambda: self._block(False))

    def closes_account(self) -> None:
        """The person has left Telegram; the bot learns of it when it writes next."""
        with self.world.lock:
            self.account.is_deactivated = True

    def leaves(self, group: Seen) -> None:
        self._do(lambda: self._leave(group.chat))

    def loses_signal(self) -> None:
        """From now on everything that is done on this phone waits on it."""
        self._held = []

    def finds_signal(self, *, seed: int | None = None) -> None:
        """All of it is sent now, and is dated now; with `seed` in an order of chance, as albums and retries are."""
        held, self._held = self._held or [], None
        if seed is not None:
            random.Random(seed).shuffle(held)
        for act in held:
            act()

    # --- how it is done

    def _photo(self, content: bytes) -> list[dict[str, Any]]:
        with self.world.lock:
            return self.world.files.photo(content)

    def _file(self, content: bytes, name: str, kind: str, size: int | None = None) -> dict[str, Any]:
        with self.world.lock:
            return self.world.files.document(content, name, kind, size)

    def _says(self, content: dict[str, Any], to: Seen | None, answers: Shown | None) -> Shown | None:
        """None: there is no signal, and it waits."""
        chat = to.chat if to else self.chat
        if answers is not None:
            content = {"reply_to_message": answers.message, **content}
        return self._do(lambda: self._say(chat, content))

    def _say(self, chat: Chat, content: dict[str, Any]) -> Shown:
        if chat.is_private:
            assert not chat.is_blocked, f"{self.name} has blocked the bot"
            chat.has_started = True
        return self.world.say(chat, self.account, content, reaches_bot=_reaches(self.world, chat, content))

    def _edit(self, shown: Shown, text: str) -> None:
        key = "text" if "text" in shown.message else "caption"
        shown.message = {**shown.message, key: text, "edit_date": self.world.date()}
        shown.is_edited = True
        chat = self.world.chats[shown.message["chat"]["id"]]
        if _reaches(self.world, chat, shown.message):
            self.world.updates.emit("edited_message", shown.message, chat.id)

    def _press(self, chat: Chat, shown: Shown, button: dict[str, Any]) -> Press | None:
        assert "callback_data" in button, f"{button['text']!r} opens {button.get('url')}"
        return self._do(lambda: self._query(chat, shown, button))

    def _query(self, chat: Chat, shown: Shown, button: dict[str, Any]) -> Press:
        world = self.world
        press = Press(
            str(4_000_000_000_000 + next(world.numbers)), chat, self.id, button["text"], world.clock()
        )
        world.presses[press.id] = press
        is_there = shown.id in chat.shown
        gone = {"chat": chat.json, "message_id": shown.id, "date": 0}
        query = {
            "id": press.id, "from": self.account.as_json(), "message": shown.message if is_there else gone,
            "chat_instance": str(5_000_000_000_000 + abs(chat.id)), "data": button["callback_data"],
        }  # fmt: skip
        world.updates.emit("callback_query", query, chat.id)
        return press

    def _block(self, is_blocked: bool) -> None:
        old, new = ("member", "kicked") if is_blocked else ("kicked", "member")
        self.chat.is_blocked = is_blocked
        tell_membership(self.world, self.chat, self.account, old, new)

    def _leave(self, chat: Chat) -> None:
        chat.members[self.id] = "left"
        self.world.say(chat, self.account, {"left_chat_member": self.account.as_json()})

    def _do(self, act: Callable[[], T]) -> T | None:
        if self._held is not None:
            self._held.append(lambda: self._locked(act))
            return None
        return self._locked(act)

    def _locked(self, act: Callable[[], T]) -> T:
        with self.world.lock:
            return act()


def _captioned(caption: str) -> dict[str, Any]:
    return {"caption": caption} if caption else {}


def _key(chat: Chat, label: str) -> dict[str, Any] | None:
    rows = (chat.keyboard or {}).get("keyboard", [])
    return next((key for row in rows for key in row if key["text"] == label), None)


def _reaches(world: World, chat: Chat, content: dict[str, Any]) -> bool:
    """Whether the bot gets to hear of it."""
    if chat.is_private:
        return True
    if chat.bot_status in {"left", "kicked"}:
        return False
    if chat.bot_status == "administrator" or world.reads_all_in_groups:
        return True
    answered = content.get("reply_to_message", {}).get("from", {}).get("id")
    command, _, bot = str(content.get("text", "")).partition(" ")[0].partition("@")
    is_ours = command.startswith("/") and bot in ("", world.bot.username)
    return is_ours or answered == world.bot.id
