"""Words and presses that go on while the program is killed again and again, and the account of them at the end."""

import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from storage import inbox
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.messaging import OutboxLine
from tests import nursery
from tests.actions.story import rows_of
from tests.nursery import Child
from tests.on_telegram.kills import drawn_today
from tests.on_wecom.crowd import Crowd
from tests.served import command, free_port
from tests.wecom.phones import Phone
from tests.wecom.server import FakeWecom
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Shown

SECONDS = (0.05, 0.8)
"""How long after the program is seen at work it is killed."""
WORDS, PRESSES = 15, 6
"""Of each, so many wait for it when it starts."""
BREATH = 0.05
"""Seconds between one who says something and the next, while it lives."""


class Officer:
    """Somebody who was drawn and can't make up their mind: accepts, takes it back, accepts …"""

    def __init__(self, phone: Phone, assignment: str) -> None:
        self.phone, self.assignment = phone, assignment
        self.pressed: Counter[str] = Counter()
        self._next = cycle((AssignmentAnswer.ACCEPT, AssignmentAnswer.WITHDRAW))

    def presses(self) -> None:
        """On a card as this phone still shows it, whatever was changed in it meanwhile."""
        answer = next(self._next)
        data = AssignmentButton(answer, self.assignment).pack()
        shown = Shown("cleft", "card", card={"button_list": [{"type": 0, "text": answer.name, "key": data}]})
        self.phone.presses_on(shown, data)
        self.pressed[f"assignment.{answer.name.lower()}"] += 1


class Load:
    """A crowd that talks, and the officers of a scheme drawn just now; some of it is brought twice."""

    def __init__(self, store: Store, wecom: FakeWecom, folder: Path, seed: int) -> None:
        self.store, self.wecom, self.folder, self.dice = store, wecom, folder, random.Random(seed)
        drawn = drawn_today(store, "wecom", lambda id: wecom.phone(id).id)
        self.officers = [Officer(wecom.phone(person), assignment) for person, assignment in drawn.items()]
        self.crowd = Crowd(store, wecom, size=60)
        self.kills = 0
        self.settings: dict[str, object] = {
            "data_dir": folder, "database_url": store.engine.url.render_as_string(hide_password=False),
            "demo": 0, "port": free_port(), "wecom_corp_id": CORP_ID, "wecom_agent_id": AGENT_ID,
            "wecom_secret": SECRET, "wecom_token": TOKEN, "wecom_aes_key": AES_KEY, "wecom_api_url": wecom.url,
        }  # fmt: skip
        self._turns = cycle(self.officers)

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.settings['port']}/webhooks/wecom"

    def goes_on(self, words: int, presses: int) -> None:
        acts: list[Callable[[], None]] = [lambda: self.crowd.says(1)] * words
        acts += [lambda: next(self._turns).presses()] * presses
        self.dice.shuffle(acts)
        for act in acts:
            self.wecom.doubles += self.dice.random() < 0.2
            act()

    def is_killed_at_work(self) -> None:
        """Some of what is said waits for it, the rest comes while it lives; it is not asked to end."""
        self.goes_on(WORDS, PRESSES)
        seen = len(self.wecom.calls_of("message/send"))
        process = self._starts()
        try:
            self._waits(lambda: len(self.wecom.calls_of("message/send")) > seen)
            killed_at = time.monotonic() + self.dice.uniform(*SECONDS)
            while time.monotonic() < killed_at:
                self.goes_on(words=2, presses=self.dice.random() < 0.2)
                time.sleep(BREATH)
        finally:
            process.send_signal(signal.SIGKILL)
            self.wecom.door = ""
            assert process.wait() == -signal.SIGKILL, (self.folder / "log").read_text("utf-8")
        self.kills += 1

    def _starts(self) -> Child:
        _line, environment = command("serve", **self.settings)
        process = nursery.begin(["serve"], environment, self.folder / "log")
        self._waits(self._listens)
        self.wecom.door = self.door
        return process

    def _listens(self) -> bool:
        """WeCom keeps nothing for long: how long a start takes on a busy machine is not what is tried here."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(str(self.settings["port"])))) == 0

    def _waits(self, holds: Callable[[], bool], within: float = 120) -> None:
        give_up_at = time.monotonic() + within
        while not holds():
            assert time.monotonic() < give_up_at, (self.folder / "log").read_text("utf-8")[-2000:]
            time.sleep(0.02)

    def ends_well(self) -> None:
        """Started once more, it does all that is left."""
        process = self._starts()
        try:
            self._waits(lambda: not self.wecom.pending and self._is_done(), within=300)
        finally:
            process.terminate()
            process.wait(30)

    def _is_done(self) -> bool:
        with self.store.reading() as records:
            waiting = [
                line
                for line in rows_of(records, OutboxLine, state="pending")
                if line.key.startswith("reply:")
            ]
            return not waiting and not inbox.counts(records).get("pending")

    # --- what must have come of it

    def lost_nothing(self) -> None:
        assert self.wecom.lost == []
        heard = self.crowd.heard()
        assert [words for words in self.crowd.said if not heard[words]] == []
        for officer in self.officers:
            assert self._journalled(officer) == officer.pressed, officer.assignment

    def _journalled(self, officer: Officer) -> Counter[str]:
        with self.store.reading() as records:
            lines = rows_of(records, JournalLine, subject=officer.assignment)
        return Counter(line.verb for line in lines if line.verb in officer.pressed)

    def applied_each_once(self) -> None:
        updates = len(self.crowd.said) + sum(one.pressed.total() for one in self.officers)
        with self.store.reading() as records:
            assert inbox.counts(records) == {"done": updates}
            answered = Counter(
                line.key.split(":")[1]
                for line in rows_of(records, OutboxLine)
                if line.key.startswith("reply:") and line.key.endswith(":0")
            )
        assert (len(answered), set(answered.values())) == (updates, {1})

    def doubled_no_more_than_was_in_hand(self) -> int:
        """Of each person's texts there was one in hand at most, at each kill."""
        heard = self.crowd.heard()
        assert max(heard.values(), default=0) <= 1 + self.kills
        return sum(times - 1 for times in heard.values())
