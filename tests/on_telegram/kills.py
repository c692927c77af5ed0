"""Words and presses that go on while the program is killed again and again, and the account of them at the end."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from actions.enrolment import enrol
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from storage import inbox
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Inspector, Person, Scheme
from tests import nursery
from tests.actions.story import Story, a_story, rows_of
from tests.nursery import Child
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.program import Program
from tests.served import command
from tests.telegram.chats import Shown
from tests.telegram.keyboards import Markup
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

FIRST_OFFICER = 8001
SECONDS = (0.05, 0.8)
"""How long after the program is seen at work it is killed."""
WORDS, PRESSES = 15, 6
"""Of each, so many wait for it when it starts."""
BREATH = 0.02
"""Seconds between one who says something and the next, while it lives."""


class Officer:
    """Somebody who was drawn and can't make up their mind: accepts, takes it back, accepts …"""

    def __init__(self, phone: Phone, assignment: str) -> None:
        self.phone, self.assignment = phone, assignment
        self.pressed: Counter[str] = Counter()
        self._next = cycle((AssignmentAnswer.ACCEPT, AssignmentAnswer.WITHDRAW))

    def presses(self) -> None:
        """On the message as this phone still shows it, whatever was changed in it meanwhile."""
        answer = next(self._next)
        data = AssignmentButton(answer, self.assignment).pack()
        rows = {"inline_keyboard": [[{"text": answer.name, "callback_data": data}]]}
        shown = Shown({**self.phone.last.message}, True, Markup(inline=rows))
        self.phone.presses_on(shown, answer.name)
        self.pressed[f"assignment.{answer.name.lower()}"] += 1


class Load:
    """A crowd that talks, and the officers of a scheme drawn just now."""

    def __init__(self, store: Store, telegram: FakeTelegram, folder: Path, seed: int) -> None:
        self.store, self.telegram, self.dice = store, telegram, random.Random(seed)
        self.program = Program(store, telegram, folder)
        self.crowd = Crowd(store, telegram, size=120)
        self.officers = _officers(store, telegram)
        self.kills = 0
        self._turns = cycle(self.officers)
        self._own = {officer.phone.id: officer.phone.last.id for officer in self.officers}

    def goes_on(self, words: int, presses: int) -> None:
        acts = [self.crowd.says] * words + [lambda: next(self._turns).presses()] * presses
        self.dice.shuffle(acts)
        for act in acts:
            act()

    def is_killed_at_work(self) -> None:
        """Some of what is said waits for it, the rest comes while it lives; it is not asked to end."""
        self.goes_on(WORDS, PRESSES)
        seen, work = len(self.telegram.calls), self.dice.choice(("getUpdates", "sendMessage"))
        process = self._starts()
        try:
            self.telegram.waits_until(
                lambda: any(call.method == work for call in self.telegram.calls[seen:]), within=30
            )
            killed_at = time.monotonic() + self.dice.uniform(*SECONDS)
            while time.monotonic() < killed_at:
                self.goes_on(words=4, presses=self.dice.random() < 0.2)
                time.sleep(BREATH)
        finally:
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, self.program.log
        self.kills += 1

    def _starts(self) -> Child:
        """Nobody waits until its pages are there: it is at work before that."""
        _line, environment = command("serve", port=0, **self.program.settings)
        return nursery.begin(["serve"], environment, self.program.folder / "log")

    # --- what must have come of it

    def lost_nothing(self) -> None:
        heard = self.crowd.heard()
        assert [words for _, words in self.crowd.said if not heard[words]] == []
        for officer in self.officers:
            assert self._journalled(officer) == officer.pressed, officer.assignment

    def _journalled(self, officer: Officer) -> Counter[str]:
        with self.store.reading() as records:
            lines = rows_of(records, JournalLine, subject=officer.assignment)
        return Counter(line.verb for line in lines if line.verb in officer.pressed)

    def applied_each_once(self) -> None:
        updates = len(self.crowd.said) + sum(sum(one.pressed.values()) for one in self.officers)
        with self.store.reading() as records:
            assert inbox.counts(records) == {"done": updates}
            answered = Counter(
                line.key.split(":")[1]
                for line in rows_of(records, OutboxLine)
                if line.key.startswith("reply:") and line.key.endswith(":0")
            )
        assert len(answered) == updates
        assert set(answered.values()) == {1}

    def doubled(self) -> Counter[int]:
        """By phone: the messages there that nobody has on record, for their answer was lost with who was killed."""
        with self.store.reading() as records:
            known = {(line.chat, line.message_id) for line in rows_of(records, OutboxLine)}
        phones = [*self.crowd.phones, *(officer.phone for officer in self.officers)]
        return Counter(
            phone.id
            for phone in phones
            for shown in phone.messages
            if (str(phone.id), str(shown.id)) not in known and shown.id != self._own.get(phone.id)
        )

    def doubled_no_more_than_was_in_hand(self) -> int:
        """A queue is sent one by one: of each person's there was one message in hand at most, at each kill; and what
        stands there twice was taken in hand twice."""
        doubled = self.doubled()
        assert max(doubled.values(), default=0) <= self.kills
        with self.store.reading() as records:
            tries = {line.body["text"]: line.attempts for line in rows_of(records, OutboxLine)}
        for phone in self.crowd.phones:
            for text, times in Counter(shown.text for shown in phone.messages).items():
                assert times <= tries[text]
        return doubled.total()


def drawn_today(store: Store, channel: str, chat_of: Callable[[str], str]) -> dict[str, str]:
    """Who was drawn, with their assignments; on the world's clock, by which the program lives. Everybody is enrolled
    before the draw."""
    story: Story = a_story(store, officers=8, objects=5, count=3)
    story.at = datetime.now(UTC)
    with store.transaction("test") as records:
        scheme = records.get(Scheme, "S1")
        scheme.first_day, scheme.last_day = ((story.at + timedelta(days=days)).date() for days in (2, 16))
        for id in [inspector.id for inspector in rows_of(records, Inspector)]:
            enrol(records, records.get(Person, id), channel=channel, chat=chat_of(id), at=story.at)
    story.draw()
    return {one.person_id: one.id for one in story.assignments()}


def _officers(store: Store, telegram: FakeTelegram) -> list[Officer]:
    phones: dict[str, Phone] = {}

    def chat_of(id: str) -> str:
        phones[id] = telegram.phone(FIRST_OFFICER + len(phones), name=id, has_started=True)
        return str(phones[id].id)

    drawn = drawn_today(store, "telegram", chat_of)
    for phone in phones.values():
        telegram.answers("sendMessage", {"chat_id": phone.id, "text": "…"})
    return [Officer(phones[person], assignment) for person, assignment in drawn.items()]
