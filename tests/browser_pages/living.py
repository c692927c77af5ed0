"""A house that lives: pages, worker, deliverer on one loop, wired as `bot/service.py` does it, with a frozen clock."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from actions.enrolment import open_web_chats
from bot.channels.webchat import WebChat
from bot.delivering import Deliverer
from bot.play.doors import Doors
from bot.play.pictures import a_picture
from bot.working import Worker
from handlers.turn import Tools
from notifications.catalogue import label
from notifications.incoming import Incoming
from storage import web_chat
from storage.store import Store
from storage.tables.inspections import Assignment, Publication, Seat
from storage.tables.messaging import InboxState, InboxUpdate, OutboxLine, OutboxState
from storage.tables.registers import RegisteredObject
from tests.actions.story import rows_of
from tests.builders import NOW, a_small_register
from tests.web.houses import House, a_house, serving

FIRM = "博尔塔拉蒙古自治州博乐市<b>示例</b>阳光里社区家常拌面与烧烤餐饮服务有限责任公司"
"""A long name with markup in it, as some registers hold."""
PATIENCE = 20.0
_LOOK = 0.01


@dataclass
class LivingHouse:
    """`address` is where its pages are; what people do by its doors is done for the pages that a test does not open."""

    house: House
    address: str
    doors: Doors
    _updates: "itertools.count[int]" = field(default_factory=itertools.count)

    async def say(self, who: str, text: str) -> None:
        """Types words and waits for the answer."""
        async with self._answered(who):
            await self.doors.say(who, self._next(), text)

    async def press(self, who: str, name: str, **facts: object) -> None:
        """Presses the newest button that bears this label, as soon as it is there, and waits for the answer."""
        await self.press_words(who, label(name, "zh", **facts))

    async def press_words(self, who: str, words: str) -> None:
        message = await self.until(who, lambda one: words in _labels(one))
        data = _labels(message)[words]
        async with self._answered(who):
            await self.doors.press(who, self._next(), data, message["id"])

    async def show(self, who: str, picture: bytes) -> None:
        async with self._answered(who):
            await self.doors.show(who, self._next(), picture, caption="", as_file=True)

    async def until(self, who: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest message that fits, as soon as there is one."""
        with self.house.web.live.listening(who) as ear:
            while True:
                messages = await self.doors.messages(who, 0)
                found = [one for one in messages if fits(one)]
                if found:
                    return found[-1]
                assert await ear.wait(PATIENCE), [one["text"] for one in messages]

    @contextlib.asynccontextmanager
    async def _answered(self, who: str) -> AsyncIterator[None]:
        before = self._theirs(who)
        with self.house.web.live.listening(who) as ear:
            yield
            while self._theirs(who) == before:
                assert await ear.wait(PATIENCE), f"nobody answers {who}"
        give_up_at = time.monotonic() + PATIENCE
        while self._is_answering(who):
            assert time.monotonic() < give_up_at, f"only half an answer for {who}"
            await asyncio.sleep(_LOOK)

    def _theirs(self, who: str) -> int:
        """The newest revision of what the bot said."""
        with self.house.store.reading() as records:
            return max((one.revision for one in web_chat.page(records, who) if not one.is_mine), default=0)

    def _is_answering(self, who: str) -> bool:
        """An answer may come in several messages, and nothing is pressed before the last of them is there."""
        with self.house.store.reading() as records:
            taken = [
                row for row in rows_of(records, InboxUpdate, state=InboxState.PENDING) if row.chat == who
            ]
            told = rows_of(records, OutboxLine, state=OutboxState.PENDING, chat=who, is_reply=True)
        return bool(taken or told)

    def inbox_of(self, who: str) -> list[Incoming]:
        """Everything that this person ever sent, oldest first."""
        with self.house.store.reading() as records:
            return [Incoming.from_json(row.body) for row in rows_of(records, InboxUpdate) if row.chat == who]

    def drawn(self) -> list[str]:
        """Everybody on a seat, the lead first."""
        with self.house.store.reading() as records:
            leading = {seat.id for seat in rows_of(records, Seat) if seat.is_lead}
            seated = rows_of(records, Assignment)
        return [one.person_id for one in sorted(seated, key=lambda one: one.seat_id not in leading)]

    def results(self) -> list[str]:
        """The inspections whose result is public."""
        with self.house.store.reading() as records:
            return [one.inspection_id for one in rows_of(records, Publication)]

    def _next(self) -> str:
        return f"by-door-{next(self._updates)}"


def _labels(message: dict[str, Any]) -> dict[str, str]:
    return {key["label"]: key["data"] for row in message["rows"] for key in row}


def settle_in(store: Store) -> None:
    """The small register with firms of a long name, and a web chat for everybody."""
    with store.transaction("test") as records:
        a_small_register(records)
        for row in rows_of(records, RegisteredObject):
            row.name = f"{FIRM}{row.id}"
        open_web_chats(records, at=NOW)


@contextlib.asynccontextmanager
async def living(store: Store, folder: Path, *, is_demo: bool = True) -> AsyncIterator[LivingHouse]:
    """The whole house on this store, until the block ends."""
    loop = asyncio.get_running_loop()
    house = a_house(store, folder, is_demo=is_demo)
    house.clock.now = NOW
    deliverer = Deliverer(store, {WebChat.name: house.channel}, house.clock)
    tools = Tools(new_secret=lambda: bytes(range(32)))
    worker = Worker(store, tools, house.clock, after=deliverer.wake)

    def wake_worker() -> None:
        loop.call_soon_threadsafe(worker.wake)

    house.web = replace(house.web, wake=wake_worker)
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(deliverer.run())]
    try:
        async with serving(house) as address, Doors(address) as doors:
            yield LivingHouse(house, address, doors)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --- The story, as far as a test wants it told ----------------------------------------------------------------------


async def draw(town: LivingHouse) -> None:
    """The operator announces the scheme and draws; everybody drawn has been told."""
    await town.say("OP", "/schemes")
    await town.press_words("OP", "示例餐饮联合抽查")
    await town.press("OP", "scheme_prepare")
    await town.press("OP", "scheme_announce")
    await town.say("W1", "4 1 6")
    await town.press("W1", "number_send")
    await town.press("OP", "scheme_draw")
    for who in town.drawn():
        await town.until(who, lambda one: label("accept", "zh") in _labels(one))


async def begin_visit(town: LivingHouse) -> str:
    """Draws, confirms the team and begins the visit; gives the lead."""
    await draw(town)
    lead, *others = town.drawn()
    for who in (lead, *others):
        await town.press(who, "accept")
    await town.press(lead, "confirm_team")
    await town.press(lead, "start_visit")
    return lead


async def publish(town: LivingHouse) -> None:
    """Tells the whole story to the published result."""
    lead = await begin_visit(town)
    fire = next(who for who in town.drawn() if who.startswith("fire"))
    for who in (lead, fire):
        await town.press(who, "open_checklist")
        await town.press(who, "answer_yes")
        await town.show(who, a_picture(who))
        await town.press(who, "answer_yes")
        await town.press(who, "finish_part")
        await town.press(who, "enter_findings")
        await town.press(who, "category_clean")
    await town.press(lead, "overview")
    await town.press(lead, "end_visit")
    await town.press(lead, "submit_result")
    await town.press("HD-fire", "agree_findings")
    await town.press("RV", "approve_result")
