"""Receiving by asking: nothing is confirmed before it is stored, and every fault is told apart and outlived."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.telegram.polling import Poller
from bot.channels.telegram.reading import KINDS
from bot.channels.telegram.wire import Wire
from notifications.messages.channels import Ailment
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, has_started=True)


class Post:
    """A poller with its store, what it was told, and how long it meant to sleep (nobody waits for that)."""

    def __init__(self, wire: Any) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.batches: list[list[int]] = []
        self.troubles: list[Ailment | None] = []
        self.reasons: list[str] = []
        self.slept: list[float] = []
        self.failures = 0
        self.began_well = False
        self.poller = Poller(wire, self.store, self.told, sleep=self.sleep)

    async def store(self, updates: list[dict[str, Any]]) -> None:
        self.batches.append([one["update_id"] for one in updates])
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.rows.update({one["update_id"]: one for one in updates})

    def told(self, ailment: Ailment | None, reason: str) -> None:
        if ailment is None and not self.troubles:
            self.began_well = True
            return
        self.troubles.append(ailment)
        self.reasons.append(reason)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.01)

    @property
    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.rows.values() if "message" in one]

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Post"]:
        running = asyncio.create_task(self.poller.run())
        try:
            yield self
        finally:
            self.poller.stop()
            await asyncio.wait_for(running, 5)


async def _until(holds: Callable[[], bool], within: float = 5.0) -> None:
    give_up_at = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up_at, "it never came to that"
        await asyncio.sleep(0.005)


async def test_what_is_said_is_stored_and_then_confirmed(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    async with Post(wire).open() as post:
        wang.types("一")
        await _until(lambda: telegram.pending == 0 and len(post.rows) == 1)
        wang.types("二")
        await _until(lambda: telegram.pending == 0 and len(post.rows) == 2)
    assert post.texts == ["一", "二"]
    assert post.began_well, "what ailed the process before us is over"
    assert post.troubles == []
    first, asked = (one.params for one in telegram.calls_of("getUpdates")[:2])
    assert asked["allowed_updates"] == list(KINDS)
    assert (first["timeout"], asked["timeout"], asked["limit"]) == (5, 50, 100)


async def test_a_store_that_fails_confirms_nothing(telegram: FakeTelegram, wire: Wire, wang: Phone) -> None:
    post = Post(wire)
    post.failures = 3
    wang.types("一")
    wang.types("二")
    async with post.open():
        await _until(lambda: post.failures == 0)
        assert all(call.params.get("offset", 0) == 0 for call in telegram.calls_of("getUpdates")[:4])
        await _until(lambda: telegram.pending == 0)
    assert post.texts == ["一", "二"]
    assert post.slept == [1.0] * 3


async def test_a_batch_is_stored_in_the_order_of_its_numbers(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    telegram.faults.shuffles_updates()
    telegram.faults.doubles_updates(5)
    for number in range(250):
        wang.types(str(number))
    async with Post(wire).open() as post:
        await _until(lambda: telegram.pending == 0 and len(post.rows) == 250)
    assert all(batch == sorted(batch) for batch in post.batches)
    assert post.texts == [str(number) for number in range(250)]


async def test_numbers_may_begin_anew_lower_down(telegram: FakeTelegram, wire: Wire, wang: Phone) -> None:
    post = Post(wire)
    post.poller._poll_seconds = 1
    async with post.open():
        wang.types("一")
        await _until(lambda: len(telegram.calls_of("getUpdates")) >= 3)
        telegram.world.updates._next = 5
        wang.types("二")
        await _until(lambda: 5 in post.rows)
    assert post.texts == ["一", "二"]
    before, confirming, after = telegram.calls_of("getUpdates")[:3]
    assert confirming.params["offset"] == 700_000_002
    assert "offset" not in before.params  # an offset too high would confirm what nobody has seen
    assert "offset" not in after.params


async def test_a_stop_ends_the_poll_at_once_and_loses_nothing(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    post = Post(wire)
    running = asyncio.create_task(post.poller.run())
    await _until(lambda: len(telegram.calls_of("getUpdates")) == 1)
    began = time.monotonic()
    post.poller.stop()
    await running
    assert time.monotonic() - began < 1
    wang.types("夜里")
    async with Post(wire).open() as next_one:
        await _until(lambda: next_one.texts == ["夜里"])


async def test_a_stop_while_something_is_stored_waits_for_it(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    post = Post(wire)
    is_storing = asyncio.Event()

    async def slowly(updates: list[dict[str, Any]]) -> None:
        is_storing.set()
        await asyncio.sleep(0.2)
        await post.store(updates)

    poller = Poller(wire, slowly, post.told)
    wang.types("一")
    running = asyncio.create_task(poller.run())
    await is_storing.wait()
    poller.stop()
    await running
    assert post.texts == ["一"]
    assert telegram.pending == 1


async def test_a_stop_ends_a_long_wait_too(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.faults.floods("getUpdates", 3600)
    poller = Poller(wire, Post(wire).store, lambda ailment, reason: None)
    running = asyncio.create_task(poller.run())
    await _until(lambda: len(telegram.calls_of("deleteWebhook")) == 1)
    await asyncio.sleep(0.05)
    poller.stop()
    await asyncio.wait_for(running, 1)


async def test_a_network_that_comes_and_goes_is_outlived(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    post = Post(wire)
    telegram.goes_down()
    async with post.open():
        await _until(lambda: len(post.slept) == 8)
        telegram.comes_up()
        wang.types("一")
        await _until(lambda: post.texts == ["一"])
        assert post.slept[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
        assert post.troubles == [Ailment.NO_NETWORK, None]
        telegram.goes_down()
        telegram.comes_up()
        wang.types("二")
        await _until(lambda: post.texts == ["一", "二"])
    assert all(telegram.token not in reason for reason in post.reasons)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda faults: faults.refuses("getUpdates", 2),
        lambda faults: faults.garbles("getUpdates", 2),
        lambda faults: faults.refuses("getUpdates", 2, status=500),
    ],
)
async def test_a_server_that_fails_is_told_from_a_network_that_does(
    telegram: FakeTelegram, wire: Wire, wang: Phone, spoil: Callable[[Any], None]
) -> None:
    spoil(telegram.faults)
    async with Post(wire).open() as post:
        wang.types("一")
        await _until(lambda: post.texts == ["一"])
    assert post.troubles == [Ailment.SERVER_FAILS, None]
    assert post.slept == [1, 2]


async def test_an_answer_that_was_lost_comes_again(telegram: FakeTelegram, wire: Wire, wang: Phone) -> None:
    telegram.faults.drops_reply("getUpdates", 3)
    wang.types("一")
    async with Post(wire).open() as post:
        await _until(lambda: telegram.pending == 0 and len(post.rows) == 1)


async def test_another_poller_is_told_from_a_webhook(telegram: FakeTelegram, wire: Wire, wang: Phone) -> None:
    telegram.faults.conflicts(2)
    async with Post(wire).open() as post:
        await _until(lambda: post.troubles == [Ailment.OTHER_POLLER])
        wang.types("一")
        await _until(lambda: post.texts == ["一"])
        assert post.troubles == [Ailment.OTHER_POLLER, None]
        await wire.call("setWebhook", {"url": "http://127.0.0.1:9/somebody"})
        await _until(lambda: Ailment.WEBHOOK_SET in post.troubles)
        await _until(lambda: post.troubles[-1] is None)
        wang.types("二")
        await _until(lambda: "二" in post.texts)
    assert post.troubles[2:] == [Ailment.WEBHOOK_SET, None]


async def test_a_token_that_was_taken_back_is_tried_once_a_minute(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    telegram.faults.unauthorizes(times=3)
    async with Post(wire).open() as post:
        wang.types("一")
        await _until(lambda: post.texts == ["一"])
    assert post.troubles == [Ailment.UNAUTHORIZED, None]
    assert post.slept == [60, 60, 60]


async def test_telegrams_word_to_wait_is_kept_and_is_no_trouble(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    telegram.faults.floods("getUpdates", 17)
    async with Post(wire).open() as post:
        wang.types("一")
        await _until(lambda: post.texts == ["一"])
    assert post.slept == [17]
    assert post.troubles == []


async def test_pressed_buttons_are_answered_without_holding_up_the_poll(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}
    telegram.answers("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": markup})
    telegram.faults.delays("answerCallbackQuery", 0.5)
    telegram.faults.closes("answerCallbackQuery", 2)
    async with Post(wire).open() as post:
        for _ in range(3):
            wang.presses("好")
        wang.types("一")
        await _until(lambda: post.texts == ["一"], 0.4)
        await asyncio.to_thread(telegram.comes_to_rest, 0.8)
        telegram.every_press_was_answered()


async def test_a_press_that_is_too_old_troubles_nobody(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}
    telegram.answers("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": markup})
    wang.presses("好")
    telegram.clock.move(60)
    async with Post(wire).open() as post:
        await _until(lambda: len(telegram.calls_of("answerCallbackQuery")) == 1)
        await asyncio.sleep(0.05)
    assert len(telegram.calls_of("answerCallbackQuery")) == 1
    assert post.troubles == []


async def test_no_press_is_answered_before_it_is_stored(
    telegram: FakeTelegram, wire: Wire, wang: Phone
) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}
    telegram.answers("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": markup})
    wang.presses("好")
    post = Post(wire)
    post.failures = 1
    async with post.open():
        await _until(lambda: post.slept == [1.0])
        assert telegram.calls_of("answerCallbackQuery") == []
        await _until(lambda: len(telegram.calls_of("answerCallbackQuery")) == 1)


async def test_a_mistake_of_ours_does_not_make_the_bot_deaf(
    telegram: FakeTelegram, wire: Wire, wang: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(*asked: Any) -> Any:
        monkeypatch.undo()
        raise RuntimeError("a mistake")

    monkeypatch.setattr(wire, "call", fail_once)
    wang.types("一")
    async with Post(wire).open() as post:
        await _until(lambda: post.texts == ["一"])
    assert post.slept == [1]


async def test_who_cancels_it_leaves_no_poll_behind(telegram: FakeTelegram, wire: Wire) -> None:
    running = asyncio.create_task(Post(wire).poller.run())
    await _until(lambda: len(telegram.calls_of("getUpdates")) == 1)
    running.cancel()
    await asyncio.wait((running,))
    await asyncio.sleep(0.05)
    assert not [task for task in asyncio.all_tasks() if "_ask" in repr(task.get_coro())]
