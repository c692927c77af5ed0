"""A town of fake phones and a clock that is moved by hand, around the real store, worker, tick and deliverer.

The idea is GoAlert's: a test says what each phone must receive, and at the end a message that nobody expected fails it.
"""

import asyncio
import atexit
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from actions.awaited_files import file_arrived, file_lost
from actions.enrolment import enrol
from actions.receiving import receive_updates
from bot.channels.channel import Fate, Report, SendError, Sent, Trouble
from bot.delivering import Deliverer
from bot.ticking import tick
from bot.working import work_batch
from handlers.turn import Tools
from notifications.buttons.data import ButtonData
from notifications.catalogue import label
from notifications.incoming import Attachment, Incoming, IncomingKind
from notifications.outgoing import Outgoing
from storage import awaited_files
from storage.outbox import Letter
from storage.store import Store
from storage.tables.registers import Person
from tests.builders import NOW

CHANNEL = "phone"
_ON_A_LOOP = asyncio.Runner(loop_factory=asyncio.new_event_loop)
"""One loop and one pool of threads for all towns: to make them took a fifth of what a journey computes."""
atexit.register(_ON_A_LOOP.close)


@dataclass
class Shown:
    """One message as it stands on a phone."""

    id: str
    outgoing: Outgoing
    is_read: bool = False


@dataclass
class Phone:
    """What one person sees, oldest first."""

    owner: str
    messages: list[Shown] = field(default_factory=list)

    def unread(self) -> list[Outgoing]:
        return [shown.outgoing for shown in self.messages if not shown.is_read]


class Messenger:
    """A channel whose phones are in this process. `broken_for` chats fail until they are taken out again."""

    name = CHANNEL

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.unreachable: set[str] = set()
        """Where the signal is bad just now."""
        self.blocked: set[str] = set()
        """Where nobody wants to hear from us."""
        self._last_id = 0
        self.sent_keys: list[str] = []
        self.menus: dict[str, list[tuple[str, ...]]] = {}
        """The commands that each chat was offered, newest last; no message shows them."""

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        for letter in letters:
            report(letter, self._show(letter))

    def _show(self, letter: Letter) -> Fate:
        if letter.chat in self.unreachable:
            return SendError(Trouble.AWAY, "no signal")
        if letter.chat in self.blocked:
            return SendError(Trouble.UNREACHABLE, "blocked by the user")
        self.sent_keys.append(letter.key)
        if letter.body.get("menu"):
            menu = Outgoing.from_json(letter.body).menu
            self.menus.setdefault(letter.chat, []).append(tuple(key.data for key in menu))
            return Sent("")
        phone = self.phones.setdefault(letter.chat, Phone(letter.chat))
        outgoing = Outgoing.from_json(letter.body)
        for shown in phone.messages:
            if shown.id == letter.replaces and not outgoing.is_fresh:
                shown.outgoing, shown.is_read = outgoing, False
                return Sent(shown.id)
        self._last_id += 1
        shown = Shown(str(self._last_id), outgoing)
        phone.messages.append(shown)
        return Sent(shown.id)


@dataclass(frozen=True)
class Kept:
    """What a town knows beside its store, at some moment."""

    now: datetime
    messenger: Messenger
    last_update: int
    enrolled: tuple[str, ...]


class Town:
    """The people of a store, each with a phone."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        self.messenger = Messenger()
        self._tools = Tools(new_secret=lambda: bytes(range(32)))
        self._deliverer = Deliverer(store, {CHANNEL: self.messenger}, self.clock)
        self._last_update = 0
        self.enrolled: list[str] = []

    def kept(self) -> Kept:
        return Kept(self.now, deepcopy(self.messenger), self._last_update, tuple(self.enrolled))

    @classmethod
    def again(cls, store: Store, kept: Kept) -> Self:
        """The town as it was then, over a copy of its store of that moment."""
        town = cls(store)
        town.now, town._last_update, town.enrolled = kept.now, kept.last_update, list(kept.enrolled)
        town.messenger = deepcopy(kept.messenger)
        town._deliverer = Deliverer(store, {CHANNEL: town.messenger}, town.clock)
        return town

    def clock(self) -> datetime:
        return self.now

    def enrol_everybody(self, *ids: str) -> None:
        with self.store.transaction("test") as records:
            for id in ids:
                enrol(records, records.get(Person, id), channel=CHANNEL, chat=id, at=self.now)
        self.enrolled += ids

    def type(self, who: str, text: str) -> None:
        self._send(who, Incoming(CHANNEL, who, self._next(), IncomingKind.TEXT, self.now, text=text))

    def block(self, who: str, *, says_so: bool = True) -> None:
        """The person wants to hear nothing more; a messenger may say so at once, or only when we write."""
        self.messenger.blocked.add(who)
        if says_so:
            self._send(who, Incoming(CHANNEL, who, self._next(), IncomingKind.BLOCKED, self.now))

    def unblock(self, who: str) -> None:
        self.messenger.blocked.discard(who)
        self._send(who, Incoming(CHANNEL, who, self._next(), IncomingKind.UNBLOCKED, self.now))

    def type_in(self, group: str, who: str, text: str) -> None:
        """Words in a chat of several people, whose phone is the group's."""
        update = Incoming(CHANNEL, group, self._next(), IncomingKind.TEXT, self.now, text=text, sender=who)
        self._send(who, update)

    def press_in(self, group: str, who: str, name: str) -> None:
        packed = self.button(group, label(name, "zh"))
        update = Incoming(
            CHANNEL, group, self._next(), IncomingKind.BUTTON, self.now, button=packed, sender=who
        )
        self._send(who, update)

    def group_is(self, group: str, kind: IncomingKind, *, by: str = "", text: str = "") -> None:
        """What the messenger says of our own standing in a group."""
        self._send(group, Incoming(CHANNEL, group, self._next(), kind, self.now, text=text, sender=by))

    def send_unsupported(self, who: str) -> None:
        """A voice note, a sticker, or what no channel knows yet."""
        self._send(who, Incoming(CHANNEL, who, self._next(), IncomingKind.UNSUPPORTED, self.now))

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        update = Incoming(
            CHANNEL, who, self._next(), IncomingKind.PHOTO, self.now, text=caption, attachment=attachment
        )
        self._send(who, update)

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        update = Incoming(
            CHANNEL,
            who,
            self._next(),
            IncomingKind.LOCATION,
            self.now,
            latitude=latitude,
            longitude=longitude,
        )
        self._send(who, update)

    def send(self, who: str, kind: IncomingKind, *, update_id: str = "", **sent: Any) -> None:
        """Anything a channel may bring, at this moment or once more under an old `update_id`."""
        self._send(who, Incoming(CHANNEL, who, update_id or self._next(), kind, self.now, **sent))

    def bring_files(self, bring: Callable[[str], Attachment | None]) -> None:
        """Fetches every picture that is due, as the downloader does: by its `remote`; None is one that is lost."""
        with self.store.transaction("test") as records:
            claimed = [(row.id or 0, row.body["attachment"]["remote"]) for row in awaited_files.claim(
                records, at=self.now, limit=100)]  # fmt: skip
        for number, remote in claimed:
            found = bring(remote)
            with self.store.transaction("test") as records:
                if found is None:
                    file_lost(records, number, "gone", at=self.now)
                else:
                    file_arrived(records, number, found, at=self.now)
        self.settle()

    def hold_draw(self, number: str = "4 1 6") -> None:
        """The whole ceremony of the small scheme: announced, the witness's number given, drawn."""
        self.type("OP", "/schemes")
        self.press_text("OP", "示例餐饮联合抽查")
        self.press("OP", "scheme_prepare")
        self.press("OP", "scheme_announce")
        self.type("W1", number)
        self.press("W1", "number_send")
        self.press("OP", "scheme_draw")

    def hears_the_draw(self, who: str) -> None:
        """Reads what operator or witness heard of it to the end."""
        kinds = (
            ("scheme_list", "draw_announced", "draw_finished")
            if who == "OP"
            else ("witness_invited", "number_taken", "draw_recorded")
        )
        for kind in kinds:
            self.hears(who, kind)

    def press_data(self, who: str, data: ButtonData | str) -> None:
        packed = data if isinstance(data, str) else data.pack()
        self._send(who, Incoming(CHANNEL, who, self._next(), IncomingKind.BUTTON, self.now, button=packed))

    def press(self, who: str, name: str, *, mark: str = "", **facts: object) -> None:
        """Presses the newest button on the person's phone that bears this label of `labels.toml`."""
        words = label(name, "zh", **facts)
        self.press_data(who, self.button(who, f"{mark} {words}" if mark else words))

    def press_text(self, who: str, words: str) -> None:
        """Presses the newest button that bears these very words, such as a firm's name."""
        self.press_data(who, self.button(who, words))

    def button(self, who: str, words: str) -> str:
        for shown in reversed(self.messenger.phones[who].messages):
            for row in shown.outgoing.rows:
                for key in row:
                    if key.label == words:
                        return key.data
        seen = [
            [key.label for row in one.outgoing.rows for key in row]
            for one in self.messenger.phones[who].messages
        ]
        raise AssertionError(f"{who} has no button {words!r}: {seen}")

    def has_button(self, who: str, name: str) -> bool:
        """Whether a message on the person's phone offers this."""
        rows = [row for shown in self.messenger.phones[who].messages for row in shown.outgoing.rows]
        return any(key.label == label(name, "zh") for row in rows for key in row)

    def shown(self, who: str) -> list[Outgoing]:
        """All that stands on the person's phone, oldest first."""
        phone = self.messenger.phones.get(who)
        return [shown.outgoing for shown in phone.messages] if phone else []

    def read_all(self) -> None:
        """Everybody has read what stands on their phone."""
        for phone in self.messenger.phones.values():
            for shown in phone.messages:
                shown.is_read = True

    def hears(self, who: str, kind: str) -> Outgoing:
        """The next unread message of this kind on the person's phone; it counts as read now."""
        phone = self.messenger.phones.get(who)
        for shown in phone.messages if phone else []:
            if shown.outgoing.kind == kind and not shown.is_read:
                shown.is_read = True
                return shown.outgoing
        unread = [one.kind for one in phone.unread()] if phone else []
        raise AssertionError(f"{who} did not hear {kind!r} but {unread}")

    def holders_who_hear(self, kind: str) -> list[str]:
        """Everybody with an unread message of this kind, which is read now."""
        found = []
        for who, phone in sorted(self.messenger.phones.items()):
            if any(one.kind == kind for one in phone.unread()):
                self.hears(who, kind)
                found.append(who)
        return found

    def nobody_hears_more(self) -> None:
        unread = {who: [one.kind for one in phone.unread()] for who, phone in self.messenger.phones.items()}
        assert not any(unread.values()), {who: kinds for who, kinds in unread.items() if kinds}

    def wait(self, by: timedelta) -> None:
        """Moves the clock on; everything that falls due meanwhile is done when it ends, in its order."""
        self.now += by
        self.settle()

    def settle(self) -> None:
        """Works, ticks and delivers until nothing is left to do."""
        for _ in range(50):
            worked = work_batch(self.store, self._tools, self.clock)
            due = tick(self.store, self.clock, lambda: None)
            sent = _ON_A_LOOP.run(self._deliverer.deliver_batch())
            if not (worked or due or sent):
                return
        raise AssertionError("the town never comes to rest")

    def _send(self, who: str, update: Incoming) -> None:
        assert receive_updates(self.store, [update], channel=update.channel, at=update.received_at) == 1, who
        self.settle()

    def _next(self) -> str:
        self._last_update += 1
        return f"u{self._last_update}"
