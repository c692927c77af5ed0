"""The pace, on a clock that moves only when everybody sleeps."""

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count, pairwise
from typing import Any

import pytest

from bot.channels import pace as pacing
from bot.channels.pace import NoMoreTurns, Pace
from tests.telegram.flood import Flood


class Hours:
    """A clock, and the sleep that goes with it: time passes when nobody has anything else to do."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), wake))
        await wake

    async def run(self, *doing: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(one) for one in doing]
        while not all(task.done() for task in tasks):
            for _ in range(6):
                await asyncio.sleep(0)
            if all(task.done() for task in tasks):
                break
            at, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                self.now = max(self.now, at)
                wake.set_result(None)
        for task in tasks:
            task.result()


class Talk:
    """Who spoke when."""

    def __init__(self) -> None:
        self.hours = Hours()
        self.pace = Pace(clock=self.hours, sleep=self.hours.sleep)
        self.said: list[tuple[str, float]] = []

    async def say(self, chat: str, times: int = 1, *, is_reply: bool = False, after: float = 0.0) -> None:
        if after:
            await self.hours.sleep(after)
        for _ in range(times):
            await self.pace.turn(chat, is_reply=is_reply)
            self.said.append((chat, self.hours.now - 100))

    def times(self, chat: str) -> list[float]:
        return [at for name, at in self.said if name == chat]


async def test_who_speaks_seldom_never_waits() -> None:
    talk = Talk()
    for chat in range(5):
        await asyncio.wait_for(talk.say(str(chat)), 1)
    assert {at for _, at in talk.said} == {0.0}


async def test_a_person_hears_three_at_once_and_then_one_a_second() -> None:
    talk = Talk()
    await talk.hours.run(talk.say("7", 6))
    times = talk.times("7")
    assert times[:3] == [0, 0, 0]
    assert all(1.0 < later - at < 1.1 for at, later in pairwise(times[2:]))


async def test_a_group_hears_at_most_twenty_in_any_minute() -> None:
    talk = Talk()
    await talk.hours.run(talk.say("-100", 60))
    times = talk.times("-100")
    assert max(sum(at <= one < at + 60 for one in times) for at in times) <= 20
    assert times[-1] < 60 * 60 / 16


async def test_all_together_stay_below_thirty_a_second() -> None:
    talk = Talk()
    await talk.hours.run(*(talk.say(str(chat)) for chat in range(200)))
    assert 190 / 29.5 - 0.1 < talk.said[-1][1] < 190 / 29.5 + 0.1


async def test_telegram_itself_would_refuse_nothing_of_it() -> None:
    talk = Talk()
    flood = Flood(talk.hours)
    flood.is_on = True

    async def tell(chat: str) -> None:
        for _ in range(5):
            await talk.pace.turn(chat)
            flood.take(int(chat))

    await talk.hours.run(*(tell(str(chat)) for chat in [*range(1, 60), -1, -2]))
    assert flood.refused == 0


async def test_replies_go_before_notices() -> None:
    talk = Talk()
    notices = [talk.say(f"n{place}") for place in range(60)]
    replies = [talk.say(f"r{place}", is_reply=True, after=0.5) for place in range(5)]
    await talk.hours.run(*notices, *replies)
    assert max(at for chat, at in talk.said if chat.startswith("r")) < 0.8
    assert [chat for chat, _ in talk.said if chat.startswith("n")] == [f"n{place}" for place in range(60)]


async def test_a_chat_that_must_wait_holds_up_nobody_else() -> None:
    talk = Talk()
    talk.pace.hold("7", 30)
    await talk.hours.run(talk.say("7", is_reply=True), talk.say("8", 3), talk.say("9", 3))
    assert talk.times("7") == [30]
    assert max(talk.times("8") + talk.times("9")) == 0


async def test_two_chats_that_must_wait_mean_everybody() -> None:
    talk = Talk()
    talk.pace.hold("7", 30)
    talk.pace.hold("8", 5)
    await talk.hours.run(talk.say("9"))
    assert talk.times("9") == [30]


async def test_the_same_chat_twice_or_one_after_the_other_does_not() -> None:
    talk = Talk()
    talk.pace.hold("7", 5)
    talk.pace.hold("7", 3)
    await talk.hours.run(talk.say("9"), talk.say("7"))
    assert (talk.times("9"), talk.times("7")) == ([0], [5])
    talk.pace.hold("8", 3)
    await talk.hours.run(talk.say("9"))
    assert talk.times("9") == [0, 5]


async def test_who_is_ready_sooner_is_woken_sooner() -> None:
    talk = Talk()
    talk.pace.hold("7", 100)
    await talk.hours.run(talk.say("7"), talk.say("8", 4, after=1))
    assert talk.times("8")[-1] < 3


async def test_who_goes_away_leaves_nothing_behind() -> None:
    talk = Talk()
    talk.pace.hold("7", 10)
    waiting = asyncio.create_task(talk.pace.turn("7"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await talk.hours.run(talk.say("7", 3))
    assert talk.times("7") == [10, 10, 10]


async def test_quiet_chats_are_forgotten_and_those_that_wait_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "REMEMBERED", 50)
    talk = Talk()
    talk.pace.hold("held", 1_000_000)
    for chat in range(2_000):
        await talk.hours.run(talk.say(str(chat)))
        talk.hours.now += 0.1
    assert len(talk.pace._chats) < 4_000 / 10
    assert "held" in talk.pace._chats


async def test_whoever_waits_when_the_end_comes_hears_it_at_once() -> None:
    pace = Pace(1.0)
    await pace.turn("a")
    waiting = [asyncio.create_task(pace.turn(chat, is_reply=chat == "b")) for chat in ("b", "c", "d")]
    await asyncio.sleep(0)
    pace.close()
    async with asyncio.timeout(0.5):
        heard = await asyncio.gather(*waiting, pace.turn("e"), return_exceptions=True)
    assert [type(one) for one in heard] == [NoMoreTurns] * 4
