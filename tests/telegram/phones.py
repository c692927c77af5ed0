"""People's phones: what they do becomes updates, what the bot says stands on them until the test has named it."""

import random
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.telegram.chats import Account, Chat, Shown
from tests.telegram.looking import member_json
from tests.telegram.world import Press, World

T = TypeVar("T")


class Seen:
    """A chat as those who are in it see it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat = world, chat

    @property
    def messages(self) -> list[Shown]:
        """What the bot said that still stands, oldest first."""
        with self.world.lock:
            return self.chat.heard()

    @property
    def last(self) -> Shown:
        return self.messages[-1]

    def hears(self, words: str, within: float = 0.0) -> Shown:
        """The oldest unread message that holds these words; it counts as read now.

        `within` waits so many seconds for it. It blocks: beside a bot on the same loop, use `asyncio.to_thread`.
        """
        return self._hears(lambda shown: words in shown.text, repr(words), within)

    def hears_kind(self, kind: str, within: float = 0.0) -> Shown:
        """The same, for what has no words: "photo", "document", "location", "dice" …"""
        return self._hears(lambda shown: shown.kind == kind, f"a {kind}", within)

    def hears_again(self, words: str, within: float = 0.0) -> Shown:
        """A message that was edited in place."""
        return self._hears(lambda shown: shown.is_edited and words in shown.text, f"anew {words!r}", within)

    def hears_nothing_more(self) -> None:
        with self.world.lock:
            unread = [shown.text or shown.kind for shown in self.chat.unread()]
        assert not unread, unread

    def reads_everything(self) -> list[Shown]:
        """What a test does not look at: all of it counts as read."""
        with self.world.lock:
            unread = self.chat.unread()
            for shown in unread:
                shown.is_unread = False
        return unread

    def _hears(self, fits: Callable[[Shown], bool], what: str, within: float) -> Shown:
        give_up_at = time.monotonic() + within
        with self.world.changed:
            while True:
                unread = self.chat.unread()
                if found := next((shown for shown in unread if fits(shown)), None):
                    found.is_unread = False
                    return found
                left = give_up_at - time.monotonic()
                if left <= 0:
                    said = [shown.text or shown.kind for shown in unread]
                    raise AssertionError(f"{self.name} did not hear {what} but {said}")
                self.world.changed.wait(left)

    @property
    def name(self) -> str:
        return self.chat.title or (self.chat.account.first_name if self.chat.account else "")


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

    def types(self, text: str, to: "Group | None" = None, *, answers: Shown | None = None) -> Shown | None:
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._says(content, to, answers)

    def sends_photo(
        self, content: bytes, caption: str = "", to: "Group | None" = None, *, answers: Shown | None = None
    ) -> Shown | None:
        """As a photo: Telegram presses it and its EXIF is gone."""
        return self._says({"photo": self.world.files.photo(content), **_captioned(caption)}, to, answers)

    def sends_file(
        self, content: bytes, name: str, caption: str = "", to: "Group | None" = None, *,
        kind: str = "application/octet-stream", size: int | None = None,
    ) -> Shown | None:  # fmt: skip
        """As a file: every byte is kept. `size` claims another size, for a file too large to carry about."""
        document = self.world.files.document(content, name, kind, size)
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
                {"document": self.world.files.document(content, f"IMG_{place + 1}.jpg", "image/jpeg")}
                if as_files
                else {"photo": self.world.files.photo(content)}
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
        return self._says({"voice": self.world.files.voice(content, seconds)}, None, None)

    def sends_sticker(self, emoji: str = "👍") -> Shown | None:
        return self._says({"sticker": self.world.files.sticker(emoji)}, None, None)

    def sends_contact(self, number: str) -> Shown | None:
        contact = {"phone_number": number, "first_name": self.account.first_name, "user_id": self.id}
        return self._says({"contact": contact}, None, None)

    def sends(self, content: dict[str, Any], to: "Group | None" = None) -> Shown | None:
        """Anything else a message may hold, in the Bot API's own form."""
        return self._says(content, to, None)

    def edits(self, shown: Shown, text: str) -> None:
        """Changes what this phone said before: its text, or its caption."""
        self._do(lambda: self._edit(shown, text))

    # --- pressing

    def presses(
        self, label: str, on: "Seen | None" = None, *, place: tuple[float, float] | None = None
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

    def leaves(self, group: "Group") -> None:
        self._do(lambda: group.lets_go(self))

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

    def _says(self, content: dict[str, Any], to: "Group | None", answers: Shown | None) -> Shown | None:
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
        _tell_membership(self.world, self.chat, self.account, old, new)

    def _do(self, act: Callable[[], T]) -> T | None:
        if self._held is not None:
            self._held.append(lambda: self._locked(act))
            return None
        return self._locked(act)

    def _locked(self, act: Callable[[], T]) -> T:
        with self.world.lock:
            return act()


class Group(Seen):
    """Several people and the bot. With its privacy on, as it is by default, the bot hears commands and answers only."""

    def adds_bot(self, by: Phone) -> None:
        self._let("member", by)

    def removes_bot(self, by: Phone) -> None:
        self._let("kicked", by)

    def makes_bot_admin(self, by: Phone) -> None:
        """An administrator hears everything."""
        self._let("administrator", by)

    def adds(self, phone: Phone) -> None:
        with self.world.lock:
            self.chat.members[phone.id] = "member"
            self.world.say(self.chat, phone.account, {"new_chat_members": [phone.account.as_json()]})

    def lets_go(self, phone: Phone) -> None:
        with self.world.lock:
            self.chat.members[phone.id] = "left"
            self.world.say(self.chat, phone.account, {"left_chat_member": phone.account.as_json()})

    def _let(self, status: str, by: Phone) -> None:
        with self.world.lock:
            old, self.chat.bot_status = self.chat.bot_status, status
            _tell_membership(self.world, self.chat, by.account, old, status)


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


def _tell_membership(world: World, chat: Chat, by: Account, old: str, new: str) -> None:
    """What the bot is told of its own standing in a chat."""
    payload = {
        "chat": chat.json, "from": by.as_json(), "date": world.date(),
        "old_chat_member": member_json(world.bot_json, old),
        "new_chat_member": member_json(world.bot_json, new),
    }  # fmt: skip
    world.updates.emit("my_chat_member", payload, chat.id)
