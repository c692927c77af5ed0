"""The pace, on a clock that moves only when everybody sleeps."""

import asyncio
import heapq
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from bot.channels import pace as pacing
from bot.channels.pace import PER_SECOND, NoMoreTurns, Pace, Pacing
from bot.channels.shared_pace import SharedPace, _Wish
from bot.channels.wecom.speaking import bucket_of
from storage.store import Store
from storage.tables.messaging import PaceMark
from tests.actions.story import rows_of
from tests.stores import an_empty_store
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

    async def until(self, moment: float) -> None:
        """While somebody else runs it."""
        for _ in range(10_000):
            if self.now >= moment:
                return
            await asyncio.sleep(0)

    async def run(self, *doing: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(one) for one in doing]
        while not all(task.done() for task in tasks):
            for _ in range(15):
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
    """Who spoke when: in one process, or in several on one store."""

    def __init__(self, store: Store | None = None, processes: int = 1, **more: Any) -> None:
        self.hours = Hours()
        if store is None:
            self.paces: list[Pacing] = [Pace(clock=self.hours, sleep=self.hours.sleep, **more)]
        else:
            self.paces = [_shared(store, self.hours, **more) for _ in range(processes)]
        self.pace = self.paces[0]
        self.said: list[tuple[str, float]] = []

    async def say(
        self, chat: str, times: int = 1, *, is_reply: bool = False, after: float = 0.0, by: int = 0
    ) -> None:
        if after:
            await self.hours.sleep(after)
        for _ in range(times):
            await self.paces[by].turn(chat, is_reply=is_reply)
            self.said.append((chat, self.hours.now - 100))

    def times(self, chat: str) -> list[float]:
        return [at for name, at in self.said if name == chat]


def _shared(store: Store, hours: Hours, **more: Any) -> SharedPace:
    return SharedPace(store, "telegram", hours, sleep=hours.sleep, in_thread=_at_once, **more)


async def _at_once(doing: Callable[..., Any], *given: Any) -> Any:
    """Time must not move on while a round is on its way."""
    return doing(*given)


@pytest.fixture(params=["in memory", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store | None]:
    """Where the pace is counted; None is the process's own memory."""
    if request.param == "in memory":
        yield None
    else:
        with an_empty_store(request.param, tmp_path) as store:
            yield store


async def test_who_speaks_seldom_never_waits(ledger: Store | None) -> None:
    talk = Talk(ledger)
    for chat in range(5):
        await asyncio.wait_for(talk.say(str(chat)), 1)
    assert {at for _, at in talk.said} == {0.0}


async def test_a_person_hears_three_at_once_and_then_one_a_second(ledger: Store | None) -> None:
    talk = Talk(ledger)
    await talk.hours.run(talk.say("7", 6))
    times = talk.times("7")
    assert times[:3] == [0, 0, 0]
    assert all(1.0 < later - at < 1.1 for at, later in pairwise(times[2:]))


async def test_a_group_hears_at_most_twenty_in_any_minute(ledger: Store | None) -> None:
    talk = Talk(ledger)
    await talk.hours.run(talk.say("-100", 60))
    times = talk.times("-100")
    assert max(sum(at <= one < at + 60 for one in times) for at in times) <= 20
    assert times[-1] < 60 * 60 / 16


async def test_all_together_stay_below_thirty_a_second(ledger: Store | None) -> None:
    talk = Talk(ledger)
    await talk.hours.run(*(talk.say(str(chat)) for chat in range(200)))
    assert 190 / 29.5 - 0.1 < talk.said[-1][1] < 190 / 29.5 + 0.1


async def test_telegram_itself_would_refuse_nothing_of_it(ledger: Store | None) -> None:
    talk = Talk(ledger)
    flood = Flood(talk.hours)
    flood.is_on = True

    async def tell(chat: str) -> None:
        for _ in range(5):
            await talk.pace.turn(chat)
            flood.take(int(chat))

    await talk.hours.run(*(tell(str(chat)) for chat in [*range(1, 60 if ledger is None else 20), -1, -2]))
    assert flood.refused == 0


async def test_replies_go_before_notices(ledger: Store | None) -> None:
    talk = Talk(ledger)
    notices = [talk.say(f"n{place}") for place in range(60)]
    replies = [talk.say(f"r{place}", is_reply=True, after=0.5) for place in range(5)]
    await talk.hours.run(*notices, *replies)
    assert max(at for chat, at in talk.said if chat.startswith("r")) < 0.8
    assert [chat for chat, _ in talk.said if chat.startswith("n")] == [f"n{place}" for place in range(60)]


async def test_a_chat_that_must_wait_holds_up_nobody_else(ledger: Store | None) -> None:
    talk = Talk(ledger)
    talk.pace.hold("7", 30)
    await talk.hours.run(talk.say("7", is_reply=True), talk.say("8", 3), talk.say("9", 3))
    assert talk.times("7") == [30]
    assert max(talk.times("8") + talk.times("9")) == 0


async def test_two_chats_that_must_wait_mean_everybody(ledger: Store | None) -> None:
    talk = Talk(ledger)
    talk.pace.hold("7", 30)
    talk.pace.hold("8", 5)
    await talk.hours.run(talk.say("9"))
    assert talk.times("9") == [30]


async def test_the_same_chat_twice_or_one_after_the_other_does_not(ledger: Store | None) -> None:
    talk = Talk(ledger)
    talk.pace.hold("7", 5)
    talk.pace.hold("7", 3)
    await talk.hours.run(talk.say("9"), talk.say("7"))
    assert (talk.times("9"), talk.times("7")) == ([0], [5])
    talk.pace.hold("8", 3)
    await talk.hours.run(talk.say("9"))
    assert talk.times("9") == [0, 5]


async def test_who_is_ready_sooner_is_woken_sooner(ledger: Store | None) -> None:
    talk = Talk(ledger)
    talk.pace.hold("7", 100)
    await talk.hours.run(talk.say("7"), talk.say("8", 4, after=1))
    assert talk.times("8")[-1] < 3


async def test_who_goes_away_leaves_nothing_behind(ledger: Store | None) -> None:
    talk = Talk(ledger)
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
    assert isinstance(talk.pace, Pace)
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


# Several processes.


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Store]:
    with an_empty_store("postgresql", tmp_path) as store:
        yield store


async def test_two_processes_keep_the_limits_together_and_replies_of_each_go_before_notices(
    on_postgres: Store,
) -> None:
    talk = Talk(on_postgres, processes=2)
    notices = [talk.say(f"n{place}", by=place % 2) for place in range(120)]
    chat = [talk.say("7", 4, by=by) for by in (0, 1)]
    replies = [talk.say(f"r{place}", is_reply=True, after=1.0, by=1) for place in range(5)]
    await talk.hours.run(*notices, *chat, *replies)
    times = sorted(at for _, at in talk.said)
    _is_within(times, pacing.BURST, PER_SECOND)
    assert max(at for chat, at in talk.said if chat.startswith("n")) < 133 / 29.5
    _is_within(talk.times("7"), 3, 0.95)
    assert max(at for chat, at in talk.said if chat.startswith("r")) < 1.25


def test_rounds_of_many_processes_at_one_moment_come_one_after_the_other(on_postgres: Store) -> None:
    ledgers = [_shared(on_postgres, Hours())._ledger for _ in range(4)]
    wishes = [_Wish([f"{place}-{chat}" for chat in range(5)], [], {}) for place in range(4)]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda ledger, wish: ledger.answer(wish), ledgers, wishes))
    assert sum(sum(one.replies) for one in answers) == pacing.BURST


async def test_a_wait_that_one_process_is_told_of_holds_for_all(on_postgres: Store) -> None:
    talk = Talk(on_postgres, processes=2)
    talk.paces[0].hold("7", 30)
    await talk.hours.run(talk.say("8"))
    await talk.hours.run(talk.say("7", by=1))
    assert talk.times("7") == [30]
    talk.paces[0].hold("7", 20)
    talk.paces[1].hold("8", 10)
    await talk.hours.run(talk.say("9", by=1))
    assert talk.times("9") == [50]


async def test_what_was_quiet_is_forgotten_in_the_store_and_what_must_wait_is_not(on_postgres: Store) -> None:
    talk = Talk(on_postgres)
    talk.pace.hold("held", 1_000_000)
    for chat in range(30):
        await talk.hours.run(talk.say(str(chat)))
        talk.hours.now += 100
    with on_postgres.reading() as records:
        left = {one.chat for one in rows_of(records, PaceMark)}
    assert {"", "held", "29"} < left
    assert len(left) < 12


async def test_a_store_that_does_not_answer_lets_nobody_speak(on_postgres: Store) -> None:
    talk = Talk(on_postgres)
    with on_postgres.transaction() as records:
        records.session.execute(text("ALTER TABLE pace_mark RENAME TO elsewhere"))
    waiting = asyncio.create_task(talk.hours.run(talk.say("7", is_reply=True)))
    await talk.hours.until(105)
    assert talk.said == []
    with on_postgres.transaction() as records:
        records.session.execute(text("ALTER TABLE elsewhere RENAME TO pace_mark"))
    await waiting
    assert [chat for chat, _ in talk.said] == ["7"]


async def test_clocks_that_differ_a_little_give_nobody_more(on_postgres: Store) -> None:
    """And one that was set back an hour does not silence the bot for an hour."""
    talk = Talk(on_postgres, processes=1)
    late = _shared(on_postgres, talk.hours)
    late._ledger.clock = lambda: talk.hours.now - 0.5
    talk.paces.append(late)
    await talk.hours.run(*(talk.say(str(place), by=place % 2) for place in range(120)))
    assert talk.said[-1][1] > 109 / 29.5
    talk.hours.now -= 3_600
    before = talk.hours.now
    await talk.hours.run(talk.say("a", 3))
    assert talk.hours.now - before < 1


_SAYINGS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "-3", "change:4"]), st.integers(1, 8), st.booleans(), st.floats(0, 5),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@pytest.mark.parametrize("fresh", [None, bucket_of], ids=["telegram", "wecom"])
@given(sayings=_SAYINGS)
@settings(max_examples=15, deadline=None)
def test_however_it_is_shared_no_more_goes_out_than_one_process_might_send(
    fresh: Any, sayings: list[tuple[str, int, bool, float, int]]
) -> None:
    """In any stretch of time, to each chat and in all, at most what was saved up and what has come back since."""
    with tempfile.TemporaryDirectory() as folder, an_empty_store("sqlite", Path(folder)) as store:
        event.listen(store.engine, "checkout", _in_a_hurry)
        talk = Talk(store, processes=3, per_second=3.0, fresh=fresh)

        async def run() -> None:
            said = (talk.say(chat, times, is_reply=r, after=at, by=by) for chat, times, r, at, by in sayings)
            await talk.hours.run(*said)

        asyncio.run(run())
    assert len(talk.said) == sum(times for _, times, *_ in sayings)
    _is_within(sorted(at for _, at in talk.said), 3.0, 3.0)
    for chat in {chat for chat, _ in talk.said}:
        bucket = (fresh or pacing.telegram_bucket)(chat, 0.0)
        _is_within(sorted(talk.times(chat)), bucket.height, bucket.rate)


def _in_a_hurry(connection: Any, *_: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _is_within(times: list[float], height: float, rate: float) -> None:
    for first, at in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= height + (times[last] - at) * rate + 0.001
