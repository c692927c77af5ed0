"""The play itself: everybody's phone, looked at in turn, until the last result is public.

The robot keeps nothing of its own on disk. What is done next follows from what stands in the chats, and a deed that was
done before is recognised by its id; so it may be broken off and started again, as the server may.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.play.doors import Doors, News, Taken, update_id
from bot.play.habits import Deed, Knowledge, Locate, Press, Say, Show, Step, next_deed
from bot.play.phone import Phone, Shown, Waiting
from bot.play.pictures import a_picture
from bot.play.story import LEAST, Story
from inspection.roles import Role
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton

_POLL = 0.08
_PATIENCE = 15.0
"""Seconds after which an answer is no longer waited for; the server may have been restarted meanwhile."""
_STUCK = 150.0
_OFTEN = 60
"""No button of the story is pressed so often by one person."""
_ANSWER_TIME = timedelta(hours=24, minutes=1)
_MOST_OF_A_DAY = timedelta(hours=12)
_PLACE = (44.906, 82.066)


class Stuck(Exception):
    """Nothing has moved for `_STUCK` seconds, or somebody goes in a circle, and the story is not at its end."""


@dataclass
class Progress:
    """How far the play is; each as (done, of how many)."""

    answered: tuple[int, int] = (0, 1)
    confirmed: tuple[int, int] = (0, 1)
    entered: tuple[int, int] = (0, 1)
    published: tuple[int, int] = (0, 1)


class Robot:
    """Plays one scheme through `doors`; `report` hears of every progress."""

    def __init__(self, doors: Doors, scheme: str, report: Callable[[Progress], None]) -> None:
        self._doors, self._report = doors, report
        self._known = Knowledge(scheme)
        self._phones: dict[str, Phone] = {}
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seats: dict[str, Shown] = {}
        """By assignment: its card as it stands."""
        self._seats_in_all = 0
        self._draw, self._draw_named = "", re.compile(rf"D-{re.escape(scheme)}-\d+")
        self._confirmed: set[str] = set()
        self._entered: set[tuple[str, str]] = set()
        self._published: set[str] = set()
        self._moved_at = time.monotonic()
        self._presses = Counter[tuple[str, str]]()
        self.deeds = 0
        self.refusals: list[str] = []

    async def play(self) -> None:
        """Returns when the last result is public and the server has nothing left in hand."""
        try:
            await self._begin()
            while not self._is_over():
                await self._round()
                await asyncio.sleep(_POLL)
        finally:
            await self._lay_down_phones()
        await self._settle()
        self._report(self._progress())

    async def _begin(self) -> None:
        cast = await self._doors.cast()
        lead = next(one["lead"] for one in cast["schemes"] if one["id"] == self._known.scheme)
        colleagues = [one for one in cast["people"] if one["department"] == lead]
        self._known.first_operator = min(one["id"] for one in colleagues if Role.OPERATOR in one["roles"])
        self._known.first_reviewer = min(one["id"] for one in colleagues if Role.REVIEWER in one["roles"])
        self._known.reviewers = _reviewers(cast["people"])
        operator = self._known.first_operator
        await self._doors.say(operator, update_id("schemes", self._known.scheme), "/schemes")

    async def _round(self) -> None:
        news = await self._doors.news()
        for chat, revision in news.chats.items():
            phone = self._phones.setdefault(chat, Phone(chat))
            if chat not in self._busy and (phone.revision < revision or self._wants_turn(phone)):
                self._start_turn(phone)
        for task in [one for one in self._tasks if one.done()]:
            self._tasks.discard(task)
            task.result()
        await self._learn_story()
        await self._push_clock_when_all_have_answered(news)
        self._report(self._progress())
        if time.monotonic() - self._moved_at > _STUCK:
            raise Stuck(f"{self._progress()}; refusals: {self.refusals[-5:]}")

    def _wants_turn(self, phone: Phone) -> bool:
        """Somebody whose next deed hung on others, or whose last answer never came."""
        return phone.is_answered(time.monotonic(), _PATIENCE) and next_deed(phone, self._known) is not None

    def _start_turn(self, phone: Phone) -> None:
        self._busy.add(phone.chat)
        task = asyncio.create_task(self._turn(phone))
        self._tasks.add(task)

    async def _turn(self, phone: Phone) -> None:
        try:
            news = await phone.read(self._doors)
            if news:
                self._moved_at = time.monotonic()
            self.refusals += [
                f"{phone.chat}: {one.text.partition(chr(10))[0]}" for one in news if one.is_refusal
            ]
            self._learn(phone, news)
            while phone.is_answered(time.monotonic(), _PATIENCE):
                deed = next_deed(phone, self._known)
                if deed is None:
                    return
                await self._do(phone, deed)
        finally:
            self._busy.discard(phone.chat)

    async def _do(self, phone: Phone, deed: Deed) -> None:
        message = deed.message
        phone.touched.add((message.id, message.revision))
        phone.opening = deed.opens or phone.opening
        began, answered, is_old = time.monotonic(), phone.newest_answered(), True
        for step in deed.steps:
            is_old &= await self._step(phone, deed, step)
        if is_old and any(isinstance(step, Press) and step.once for step in deed.steps):
            phone.touched.discard(
                (message.id, message.revision)
            )  # done long ago: the message asks for something else
        self.deeds += len(deed.steps)
        phone.waiting = None if is_old else Waiting(answered, began)
        self._moved_at = time.monotonic()

    async def _step(self, phone: Phone, deed: Deed, step: Step) -> bool:
        """Does it; True when it had been done before this play began, so that no answer will come."""
        message, doors = deed.message, self._doors
        here = (phone.chat, message.id, message.revision)
        if isinstance(step, Press):
            data = step.button.pack()
            self._notice_a_circle(phone.chat, data)
            once = update_id("once", step.once) if step.once else update_id(*here, data)
            taken = await doors.press(phone.chat, once, data, message.id)
            if step.once:
                phone.done_once.add(step.once)
        elif isinstance(step, Say):
            taken = await doors.say(phone.chat, update_id(*here, "words"), step.text)
        elif isinstance(step, Locate):
            taken = await doors.locate(phone.chat, update_id("here", phone.chat, step.inspection), *_PLACE)
            phone.done_once.add(f"here:{step.inspection}")
        else:
            taken = await self._show(phone, step)
        return taken.is_old

    def _notice_a_circle(self, chat: str, data: str) -> None:
        """Somebody who presses the same button for ever is as stuck as one who does nothing."""
        self._presses[chat, data] += 1
        if self._presses[chat, data] > _OFTEN:
            raise Stuck(f"{chat} pressed {data} {_OFTEN} times; refusals: {self.refusals[-5:]}")

    async def _show(self, phone: Phone, step: Show) -> Taken:
        """A picture that was refused is sent anew when its question asks for it again; one that was kept is known by
        its bytes."""
        name = f"{step.inspection}/{step.question}"
        picture = a_picture(name, taken_at="2026:06:01 12:00:00" if step.as_file else None)
        return await self._doors.show(
            phone.chat,
            update_id("photo", name, phone.refusals()),
            picture,
            caption=f"第{step.number}题",
            as_file=step.as_file,
        )

    # --- What everybody may know -------------------------------------------------------------------------------------

    def _learn(self, phone: Phone, news: list[Shown]) -> None:
        for one in news:
            if one.is_mine:
                continue
            if (seat := one.slot_of("assignment")) is not None:
                self._seats[seat] = one
            if (visit := one.slot_of("visit")) is not None:
                self._confirmed.add(visit)
            if (work := one.slot_of("work")) is not None and one.is_end_of_findings:
                self._entered.add((work, phone.seats.get(work, phone.chat).rpartition("/")[0]))
            result = one.slot_of("result")
            if phone.chat == self._known.first_operator and result is not None:
                self._published.add(result)
            if phone.chat == self._known.first_operator and (named := self._draw_named.search(one.text)):
                self._draw = max(self._draw, named.group())

    async def _learn_story(self) -> None:
        """With the first card of a drawn officer the draw is public: its record gives everybody's part. A play that
        goes on may read that card before the operator's chat, which names the draw."""
        if self._known.story is not None or not self._seats or not self._draw:
            return
        record = await self._doors.transcript(self._draw)
        drawn = sorted(one["id"] for one in record["rounds"][0]["objects"])
        departments = [row["department"] for row in record["announcement"]["team_rule"]]
        if len(drawn) < LEAST:
            raise Stuck(f"{len(drawn)} objects were drawn; the story needs {LEAST}")
        story = Story([f"{self._known.scheme}.{one}" for one in drawn], departments)
        self._seats_in_all = len(drawn) * sum(row["seats"] for row in record["announcement"]["team_rule"])
        self._known.story = story

    def _accepted(self) -> set[str]:
        """Assignments whose card says so now."""
        return {
            assignment
            for assignment, card in self._seats.items()
            if card.first(AssignmentButton, answer=AssignmentAnswer.WITHDRAW)
        }

    def _hear_of_lapse(self, story: Story) -> None:
        card = self._seats.get(story.silent)
        self._known.has_lapsed |= card is not None and not card.buttons

    async def _push_clock_when_all_have_answered(self, news: News) -> None:
        """The silent one's time runs out only when nobody else's can."""
        story = self._known.story
        if story is None:
            return
        self._hear_of_lapse(story)
        card = self._seats.get(story.silent)
        if self._known.has_lapsed or card is None or not self._have_all_others_answered(story):
            return
        left = card.at + _ANSWER_TIME - news.now
        if left > timedelta(0) and await self._doors.push_clock("day" if left > _MOST_OF_A_DAY else "hour"):
            self._moved_at = time.monotonic()

    def _have_all_others_answered(self, story: Story) -> bool:
        accepted = self._accepted()
        has_thought_twice = any(
            f"withdraw:{story.twice_thought}" in one.done_once for one in self._phones.values()
        )
        return (
            len(accepted) == self._seats_in_all - 1
            and {story.after_sending_back, story.twice_thought} <= accepted
            and has_thought_twice
        )

    def _progress(self) -> Progress:
        story = self._known.story
        if story is None:
            return Progress()
        teams = len(story.inspections)
        parts = teams * len(story.departments)
        return Progress(
            (min(len(self._accepted()), self._seats_in_all), self._seats_in_all),
            (min(len(self._confirmed), teams), teams),
            (min(len(self._entered), parts), parts),
            (len(self._published), teams),
        )

    def _is_over(self) -> bool:
        story = self._known.story
        return story is not None and len(self._published) >= len(story.inspections)

    async def _lay_down_phones(self) -> None:
        """Whatever ends the play, nobody is left asking at doors that are closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _settle(self) -> None:
        """Until everything that was said has been carried out and told."""
        while True:
            if not await self._doors.waiting():
                return
            await asyncio.sleep(_POLL)


def _reviewers(people: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Who reviews for each department: its first reviewer, or its first head."""
    found: dict[str, str] = {}
    for role in (Role.HEAD, Role.REVIEWER):
        of_role = [one for one in people if role in one["roles"]]
        for department in {one["department"] for one in of_role}:
            found[department] = min(one["id"] for one in of_role if one["department"] == department)
    return found
