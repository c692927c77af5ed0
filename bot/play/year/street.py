"""Everybody's phone and the one clock of the year: what is due happens at its moment, what people do at theirs.

Worker, tick and deliverer are the real ones; the phones end here. Nothing sleeps: the clock is set to the next moment
at which the store has something due or somebody has something in mind, whichever comes first.
"""

import asyncio
import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from actions.keep_attachment import keep_attachment
from actions.receiving import receive_updates
from bot.channels.channel import Report, Sent
from bot.delivering import Deliverer
from bot.play.pictures import a_picture
from bot.ticking import tick
from bot.working import work_batch
from handlers.turn import Tools
from inspection.calendar.beijing import BEIJING
from inspection.departments import PREFECTURE
from notifications.buttons.data import ButtonData, unpack
from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Outgoing, Wish
from storage import due
from storage.calendars import calendar_of
from storage.files import FileStore
from storage.outbox import Letter
from storage.store import Store

CHANNEL = "year"
_MOST = 400
"""So many rounds there never are before everything is at rest: a street that goes in a circle is stuck."""
Kind = TypeVar("Kind", bound=ButtonData)
Value = TypeVar("Value")


class YearStopped(Exception):
    """The story can't go on: what should have come did not, or a door refused what it should take."""


@dataclass
class Shown:
    """One message as it stands on a phone; another object as soon as it is edited."""

    id: str
    outgoing: Outgoing
    buttons: tuple[ButtonData, ...]

    @property
    def kind(self) -> str:
        return self.outgoing.kind

    def all_of(self, kind: type[Kind]) -> list[Kind]:
        return [one for one in self.buttons if isinstance(one, kind)]

    def first(self, kind: type[Kind], /, **wanted: object) -> Kind | None:
        """The first button of this kind whose fields are as wanted."""
        fitting = (
            one
            for one in self.all_of(kind)
            if all(getattr(one, name) == value for name, value in wanted.items())
        )
        return next(fitting, None)


@dataclass
class Phone:
    """What one person sees, oldest first; an edited message comes last."""

    owner: str
    messages: dict[str, Shown] = field(default_factory=dict)

    def find(self, kind: type[Kind], /, **wanted: object) -> Kind | None:
        """The button on the message that changed last."""
        for shown in reversed(self.messages.values()):
            if (button := shown.first(kind, **wanted)) is not None:
                return button
        return None

    def newest(self) -> Shown | None:
        return next(reversed(self.messages.values()), None)


class Phones:
    """A channel that ends in this process; `news` collects what changed, for those who act on it."""

    name = CHANNEL

    def __init__(self) -> None:
        self._phones: dict[str, Phone] = {}
        self._ids = count(1)
        self.news: list[tuple[str, Shown]] = []
        self.kinds = Counter[str]()
        """How many messages of each kind went out, edits too."""
        self.papers = 0
        """And how many of them were a paper."""

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        for letter in letters:
            report(letter, Sent("" if letter.body.get("menu") else self._show(letter)))

    def of(self, who: str) -> Phone:
        return self._phones.setdefault(who, Phone(who))

    def _show(self, letter: Letter) -> str:
        phone, outgoing = self.of(letter.chat), Outgoing.from_json(letter.body)
        standing = phone.messages.pop(letter.replaces or "", None)
        packed = [key.data for row in outgoing.rows for key in row]
        buttons = tuple(unpack(one) for one in packed if not one.startswith("https://"))
        shown = Shown(standing.id if standing is not None else str(next(self._ids)), outgoing, buttons)
        phone.messages[shown.id] = shown
        self.kinds[outgoing.kind] += 1
        self.papers += outgoing.document is not None
        self.news.append((letter.chat, shown))
        return shown.id


class Street:
    """The people of a store with their phones, and what each has in mind to do at which moment."""

    def __init__(self, store: Store, files: FileStore, now: datetime) -> None:
        self.store, self.files, self.now = store, files, now
        self.phones = Phones()
        self.react: Callable[[str, Shown], None] = _nothing
        """Told of every message that came or changed."""
        self.beside: list[Callable[[], bool]] = []
        """What else works when the street rests, such as signer and printer; says whether it did anything."""
        self.daily: list[Callable[[], None]] = []
        """What is done once a day."""
        self.updates, self.due_done, self.moments = 0, 0, 0
        self._heard: list[tuple[str, Shown]] = []
        self._plans: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers, self._secrets = count(1), count(1)
        self._deliverer = Deliverer(store, {CHANNEL: self.phones}, self.clock)
        self._tools = Tools(new_secret=lambda: _secret(next(self._secrets)))
        self._loop = asyncio.Runner()
        with store.reading() as records:
            self._calendar = calendar_of(records)

    def close(self) -> None:
        self._loop.close()

    def clock(self) -> datetime:
        return self.now

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Runs it on the street's own loop."""
        return self._loop.run(work)

    # --- What is going to happen ---

    def plan(self, at: datetime, deed: Callable[[], None]) -> None:
        """Somebody will do this then, or at once when the moment is over."""
        heapq.heappush(self._plans, (max(at, self.now), next(self._numbers), deed))

    def plan_in_office(self, after: timedelta, deed: Callable[[], None]) -> None:
        """After this time, or when the offices open next."""
        self.plan(self.office_moment(self.now + after), deed)

    def office_moment(self, at: datetime) -> datetime:
        return self._calendar.next_office_moment(at, PREFECTURE)

    def wait_until(self, until: datetime) -> None:
        """Lives on to this moment."""
        while True:
            self.settle()
            moment = min((one for one in (self._due_at(), self._planned_at()) if one), default=until)
            if moment >= until:
                break
            self._move_to(moment)
            self._do_plans()
        self._move_to(until)
        self.settle()

    def _move_to(self, moment: datetime) -> None:
        before, self.now = self.now, max(self.now, moment)
        self.moments += 1
        if before.astimezone(BEIJING).date() != self.now.astimezone(BEIJING).date():
            for each in self.daily:
                each()

    def _due_at(self) -> datetime | None:
        with self.store.reading() as records:
            return due.next_due_at(records)

    def _planned_at(self) -> datetime | None:
        return self._plans[0][0] if self._plans else None

    def _do_plans(self) -> None:
        while self._plans and self._plans[0][0] <= self.now:
            _at, _number, deed = heapq.heappop(self._plans)
            deed()

    def settle(self) -> None:
        """Works, ticks and delivers until nothing is left to do, and lets everybody see what is new."""
        for _ in range(_MOST):
            worked = work_batch(self.store, self._tools, self.clock)
            ticked = tick(self.store, self.clock, _no_wake)
            sent = self._loop.run(self._deliverer.deliver_batch())
            self.due_done += ticked
            if not (worked or ticked or sent or self._work_beside()):
                break
        else:
            raise YearStopped("it never comes to rest")
        news, self.phones.news = self.phones.news, []
        self._heard = news
        for who, shown in news:
            self.react(who, shown)

    def _work_beside(self) -> bool:
        has_done = False
        for work in self.beside:
            has_done |= work()
        return has_done

    # --- What people do ---

    def say(self, who: str, text: str) -> None:
        self._receive(Incoming(CHANNEL, who, self._next(), IncomingKind.TEXT, self.now, text=text))

    def press(self, who: str, button: ButtonData) -> None:
        packed = button.pack()
        self._receive(Incoming(CHANNEL, who, self._next(), IncomingKind.BUTTON, self.now, button=packed))

    def press_and_say(self, who: str, button: ButtonData, words: str) -> None:
        """Presses a button that asks for words, and gives them."""
        self.press(who, button)
        if not any(one.outgoing.wish is Wish.TEXT for one in self.heard(who)):
            raise YearStopped(f"{who} pressed {button} and was not asked for words: {self.last_words(who)}")
        self.say(who, words)

    def press_found(self, who: str, kind: type[Kind], /, **wanted: object) -> Kind:
        """Presses the newest button of this kind on the phone."""
        button = self.phones.of(who).find(kind, **wanted)
        if button is None:
            raise YearStopped(f"{who} has no {kind.__name__} {wanted}: {self.last_words(who)}")
        self.press(who, button)
        return button

    def show(self, who: str, name: str, *, as_file: bool, caption: str = "") -> None:
        """Sends a picture that was just taken."""
        local = self.now.astimezone(BEIJING)
        picture = a_picture(name, taken_at=local.strftime("%Y:%m:%d %H:%M:%S") if as_file else None)
        kept = keep_attachment(self.files, picture, file_name="现场.jpg", is_original=as_file)
        self._receive(
            Incoming(CHANNEL, who, self._next(), IncomingKind.PHOTO, self.now, text=caption, attachment=kept)
        )

    def heard(self, who: str, kind: str = "") -> list[Shown]:
        """What came to this phone, or changed on it, since the last thing that anybody did; of one kind, or all."""
        return [shown for one, shown in self._heard if one == who and kind in ("", shown.kind)]

    def last_words(self, who: str) -> str:
        newest = self.phones.of(who).newest()
        return f"{newest.kind}: {newest.outgoing.text[:300]}" if newest else "nothing"

    def has(self, who: str, kind: type[ButtonData], /, **wanted: object) -> bool:
        return self.phones.of(who).find(kind, **wanted) is not None

    def _receive(self, update: Incoming) -> None:
        receive_updates(self.store, [update], channel=CHANNEL, at=self.now)
        self.updates += 1
        self.settle()

    def _next(self) -> str:
        return f"y{next(self._numbers)}"


def _nothing(_who: str, _shown: Shown) -> None:
    pass


def _no_wake() -> None:
    pass


def _secret(number: int) -> bytes:
    """Invented, so that two plays draw alike; a real secret comes from good dice (`bot.service`)."""
    return hashlib.sha256(f"a year in the life {number}".encode()).digest()
