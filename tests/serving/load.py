"""What people do in a region while it is troubled: they talk on Telegram and in the web chat, accept and take it back,
send pictures from a visit, and are reminded."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random

import httpx
from sqlalchemy import select
from sqlmodel import col

from actions.deadlines import plan_wished_reminder
from actions.enrolment import code_of, enrol, issue_code
from actions.visits import start_visit
from inspection.deadlines.rules import RuleName
from storage.store import StoreFault
from storage.tables.deadlines import Deadline
from storage.tables.registers import Inspector, Person, Scheme
from tests.actions.story import Story, a_story, rows_of
from tests.builders import a_person
from tests.field.pictures import a_picture
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.kills import Officer
from tests.served import PATIENCE
from tests.serving.region import Region
from tests.telegram.phones import Phone

FIRST_OFFICER = 8001
CROWD, VISITORS = 60, 4
BREATH = 0.1
"""Seconds between two words on Telegram."""
PRESSES, PICTURES, REMINDERS = 5, 20, 7
"""Among so many words there is one of each."""
BROWSERS_BREATH = 0.4


@dataclass
class Reminder:
    """One that falls due in a moment, for somebody who does not answer."""

    clock: Deadline
    person: str
    number: int

    @property
    def key(self) -> str:
        return f"remind:{self.clock.id}:{self.person}:wished:{self.at.isoformat()}"

    @property
    def at(self) -> datetime:
        """When it was asked for: a moment of its own, by which it is told from the others."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.number)


@dataclass
class Picture:
    """As it was sent: from whom, and what the store must hold of it."""

    phone: Phone
    sha256: str


@dataclass
class Post:
    """Words in the web chat. `acknowledged` as soon as a process said 202."""

    person: str
    number: int
    acknowledged: bool = False
    tries: int = 0

    @property
    def words(self) -> str:
        return f"网页第{self.number:05d}句"

    @property
    def update_id(self) -> str:
        return f"post-{self.number}"


class Load:
    """Goes on in threads of its own from `begins` to `ends`; all that was done is written down."""

    def __init__(self, region: Region, seed: int) -> None:
        self.region, self.store, self.dice = region, region.store, Random(seed)
        self.crowd = Crowd(region.store, region.telegram, size=CROWD)
        self.scene = Scene(region)
        self.said_at: dict[str, float] = {}
        self.pictures: list[Picture] = []
        self.reminders: list[Reminder] = []
        self.posts: list[Post] = []
        self._browsers: dict[str, httpx.Client] = {}
        self._turns, self._clocks = cycle(self.scene.officers), cycle(self.scene.silent)
        self._cameras = cycle(self.scene.cameras)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._mishaps: list[BaseException] = []
        self._unplanned: list[Reminder] = []

    # --- beginning and ending

    def sign_in(self) -> None:
        """The visitors, with codes, at a process that shows pages."""
        address = next(host.member.url for host in self.region.hosts if host.has_web)
        for number in range(VISITORS):
            id, code = f"V{number}", code_of(f"visitor {number}")
            with self.store.transaction("test") as records:
                records.add(a_person(id))
                records.session.flush()
                issue_code(records, id, code, at=datetime.now(UTC), valid_for=timedelta(hours=1))
            browser = httpx.Client(trust_env=False, timeout=10, headers={"sec-fetch-site": "same-origin"})
            answer = browser.post(f"{address}/sign-in", data={"code": code})
            assert answer.status_code == 303, answer.text
            self._browsers[id] = browser

    def begins(self) -> None:
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._noting_mishaps, args=(act,), daemon=True)
            for act in (self._talk, self._browse)
        ]
        for one in self._threads:
            one.start()

    def ends(self) -> None:
        """Whatever was begun is taken: what a browser was not told of it sends until it is."""
        self._stopping.set()
        for one in self._threads:
            one.join(4 * PATIENCE)
            assert not one.is_alive(), "somebody is not heard by anybody"
        if self._mishaps:
            raise self._mishaps[0]

    def close(self) -> None:
        self._stopping.set()
        for one in self._browsers.values():
            one.close()

    def _noting_mishaps(self, act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as mishap:  # it is raised where the test looks
            self._mishaps.append(mishap)

    # --- on Telegram

    def _talk(self) -> None:
        while not self._stopping.is_set():
            self._says()
            if self.dice.randrange(PRESSES) == 0:
                next(self._turns).presses()
            if self.dice.randrange(PICTURES) == 0:
                self._shows()
            if self.dice.randrange(REMINDERS) == 0:
                self._reminds()
            time.sleep(BREATH)
        while self._unplanned:
            self._plan()
            time.sleep(BREATH)

    def _says(self) -> None:
        began = time.monotonic()
        self.crowd.says()
        self.said_at[self.crowd.said[-1][1]] = began

    def _shows(self) -> None:
        """Each is another picture."""
        phone, question = next(self._cameras)
        number = len(self.pictures)
        content = a_picture(size=(64 + number % 97, 48 + number // 97))
        self.pictures.append(Picture(phone, hashlib.sha256(content).hexdigest()))
        phone.sends_file(content, f"IMG_{number}.jpg", question, kind="image/jpeg")

    def _reminds(self) -> None:
        clock, person = next(self._clocks)
        reminder = Reminder(clock, person, len(self.reminders))
        self.reminders.append(reminder)
        self._unplanned.append(reminder)
        self._plan()

    def _plan(self) -> None:
        """Again with the same keys, where the store did not answer: nobody knows whether it took them."""
        due_at = datetime.now(UTC) + timedelta(seconds=1)
        try:
            with self.store.transaction("test") as records:
                for one in self._unplanned:
                    plan_wished_reminder(records, one.clock, one.person, wished_at=one.at, at=due_at)
        except StoreFault:
            return
        self._unplanned.clear()

    # --- in the web chat

    def _browse(self) -> None:
        for person in cycle(self._browsers):
            if self._stopping.is_set():
                return
            post = Post(person, len(self.posts))
            self.posts.append(post)
            self._sends_until_it_is_told(post)
            time.sleep(BROWSERS_BREATH)

    def _sends_until_it_is_told(self, post: Post) -> None:
        """As the page does: it says the same again, here to whichever process answers."""
        give_up_at = time.monotonic() + 3 * PATIENCE
        for host in cycle([host for host in self.region.hosts if host.has_web]):
            post.tries += 1
            if self._is_taken(post, host.member.url):
                post.acknowledged = True
                return
            assert time.monotonic() < give_up_at, "nobody takes a post"
            time.sleep(BREATH)

    def _is_taken(self, post: Post, address: str) -> bool:
        body = {"update_id": post.update_id, "text": post.words}
        try:
            answer = self._browsers[post.person].post(f"{address}/chat/{post.person}/say", json=body)
        except httpx.TransportError:
            return False
        return answer.status_code == 202


class Scene:
    """A scheme drawn just now, on the world's clock: of one object the team is at work, of the last nobody answers, and
    those of the others cannot make up their minds."""

    def __init__(self, region: Region) -> None:
        self.store, self._telegram = region.store, region.telegram
        self.story: Story = a_story(self.store, officers=8, objects=6, count=4)
        self.story.at = datetime.now(UTC)
        self.phones = self._enrolled()
        self.story.draw()
        self.field, *torn, silent = self.story.inspections()
        self._visit()
        self.cameras = list(self._cameras())
        asked = [one for one in self.story.assignments() if one.inspection_id in torn]
        self.officers = [Officer(self.phones[one.person_id], one.id) for one in asked]
        self.silent = list(self._silent(silent))
        self._own = self._something_to_press_on()

    def _enrolled(self) -> dict[str, Phone]:
        """Everybody has Telegram before the draw."""
        with self.store.transaction("test") as records:
            scheme = records.get(Scheme, "S1")
            scheme.first_day, scheme.last_day = (
                (self.story.at + timedelta(days=days)).date() for days in (2, 16)
            )
            ids = [inspector.id for inspector in rows_of(records, Inspector)]
            phones = {
                id: self._telegram.phone(FIRST_OFFICER + place, name=id, has_started=True)
                for place, id in enumerate(ids)
            }
            for id, phone in phones.items():
                enrol(
                    records,
                    records.get(Person, id),
                    channel="telegram",
                    chat=str(phone.id),
                    at=self.story.at,
                )
        return phones

    def _visit(self) -> None:
        self.story.confirm(self.field)
        self.story.do(start_visit, self.field, by=self.story.lead(self.field).person_id)

    def _cameras(self) -> Iterator[tuple[Phone, str]]:
        """Whose pictures are taken for which question: one of each department."""
        for department, question in (("market", "1"), ("fire", "3")):
            holder = next(one for one in self.story.live(self.field) if f"/{department}/" in one.seat_id)
            yield self.phones[holder.person_id], question

    def _silent(self, inspection: str) -> Iterator[tuple[Deadline, str]]:
        asked = {one.id: one.person_id for one in self.story.live(inspection)}
        with self.store.reading() as records:
            rows = select(Deadline).where(
                col(Deadline.subject).in_(asked), col(Deadline.rule) == RuleName.ANSWER.value
            )
            clocks = list(records.session.execute(rows).scalars())
        assert len(clocks) == len(asked)
        for clock in clocks:
            yield clock, asked[clock.subject]

    def _something_to_press_on(self) -> set[tuple[int, int]]:
        """A message on each phone that the four did not send."""
        for phone in self.phones.values():
            self._telegram.answers("sendMessage", {"chat_id": phone.id, "text": "…"})
        return {(phone.id, phone.last.id) for phone in self.phones.values()}

    def is_ours(self, phone: int, message: int) -> bool:
        """Whether the scene itself put it there."""
        return (phone, message) in self._own
