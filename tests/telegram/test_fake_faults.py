"""Each fault of the switch as python-telegram-bot meets it, and what had been done by then."""

import asyncio
import math
import time
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError

from tests.telegram.clock import Clock
from tests.telegram.server import FakeTelegram


async def test_a_reply_is_lost_after_the_deed(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    telegram.faults.drops_reply("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(7, "一")
    phone.hears("一")
    await bot.send_message(7, "二")
    phone.hears("二")


async def test_a_line_is_closed_before_the_deed(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    telegram.faults.closes("*", times=2, after=1)
    await bot.send_message(7, "一")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(7, "二")
    await bot.send_message(7, "三")
    assert [shown.text for shown in phone.messages] == ["一", "三"]
    assert [call.status for call in telegram.calls_of("sendMessage")] == [200, 200]


@pytest.mark.parametrize(
    ("status", "words"), [(502, "Bad Gateway"), (500, "Internal Server Error"), (504, "Gateway Timeout")]
)
async def test_a_server_on_the_way_refuses(telegram: FakeTelegram, bot: Bot, status: int, words: str) -> None:
    phone = telegram.phone(7, has_started=True)
    telegram.faults.refuses("sendMessage", status=status)
    with pytest.raises(NetworkError, match=words):
        await bot.send_message(7, "一")
    assert phone.messages == []


async def test_an_answer_is_garbage(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7).types("一")
    telegram.faults.garbles("getUpdates")
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_an_answer_comes_late(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.delays("getMe", 0.2)
    began = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - began >= 0.2


async def test_an_answer_comes_in_small_pieces(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.trickles("getMe", seconds=0.005)
    began = time.monotonic()
    assert (await bot.get_me()).is_bot
    assert time.monotonic() - began >= 0.09


async def test_telegram_asks_to_wait(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7, has_started=True)
    telegram.faults.floods("sendMessage", retry_after=17)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(7, "一")
    assert refused.value._retry_after == timedelta(seconds=17)


async def test_another_bot_seems_to_poll(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.conflicts()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await bot.get_updates()
    await bot.get_updates()


async def test_an_update_comes_twice(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.doubles_updates(1)
    phone = telegram.phone(7)
    phone.types("一")
    phone.types("二")
    updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["一", "一", "二"]
    assert updates[0] == updates[1]


async def test_updates_come_in_disorder_the_same_in_every_run(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7)
    for number in range(9):
        phone.types(str(number))
    in_order = [update.update_id for update in await bot.get_updates()]
    telegram.faults.shuffles_updates(seed=3)
    first = [update.update_id for update in await bot.get_updates()]
    telegram.faults.shuffles_updates(seed=3)
    assert [update.update_id for update in await bot.get_updates()] == first != in_order
    telegram.faults.end()
    assert [update.update_id for update in await bot.get_updates()] == in_order


async def test_a_lost_answer_confirms_nothing(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7).types("一")
    telegram.faults.drops_reply("getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_a_server_that_was_away_knows_all_it_knew(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7)
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await asyncio.to_thread(telegram.goes_down)
    with pytest.raises(NetworkError):
        await polling
    phone.types("一")
    with pytest.raises(NetworkError):
        await bot.get_me()
    await asyncio.to_thread(telegram.comes_up)
    assert len(await bot.get_updates(timeout=5)) == 1


def test_a_fault_of_the_fake_s_own_is_not_laid_to_the_bot() -> None:
    telegram = FakeTelegram()
    telegram.phone(7, has_started=True)
    telegram.clock.move(math.inf)  # no such hour: dates cannot be told any more
    with pytest.raises(OverflowError):
        telegram.answers("sendMessage", {"chat_id": 7, "text": "a"})
    with pytest.raises(OverflowError):
        telegram.__exit__(None, None, None)


async def test_a_download_breaks_off(telegram: FakeTelegram, bot: Bot) -> None:
    shown = telegram.phone(7).sends_file(b"x", "a.txt")
    assert shown
    file = await bot.get_file(shown.message["document"]["file_id"])
    telegram.faults.closes("file")
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == b"x"


def test_a_clock_runs_or_stands_and_is_moved_either_way() -> None:
    stands, runs = Clock(), Clock(is_running=True)
    before = stands(), runs()
    time.sleep(0.02)
    assert (stands(), runs() > before[1]) == (before[0], True)
    stands.move(timedelta(hours=-1))
    assert stands() == before[0] - 3600


async def test_a_test_can_wait_for_rest(telegram: FakeTelegram, bot: Bot) -> None:
    """Everything is confirmed and the bot says nothing more."""
    phone = telegram.phone(7)
    phone.types("一")
    with pytest.raises(AssertionError, match="no rest"):
        await asyncio.to_thread(telegram.comes_to_rest, 0.05, 0.1)
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    await asyncio.to_thread(telegram.comes_to_rest, 0.05)
