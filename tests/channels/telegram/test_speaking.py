"""Letters as they stand on phones, and what becomes of those that do not arrive."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from structlog.testing import capture_logs

from bot.channels.channel import Channel, SendError, Sent, Trouble
from bot.channels.pace import Pace
from bot.channels.telegram import speaking
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.wire import Wire
from notifications.outgoing import Key, Wish
from tests.channels.telegram.letters import a_letter, failed, fates_of, sent
from tests.telegram.clock import Clock
from tests.telegram.faults import Faults
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

LONG = "\n\n".join(f"第{place}段：" + "检" * 1500 for place in range(1, 6))
"""Five paragraphs, of which two fit in one message: three messages."""


@pytest.fixture
def channel(wire: Wire) -> Channel:
    """Without any waiting: whenever it looks at its clock, ten seconds have passed."""
    return Telegram(wire, Pace(clock=count(0, 10).__next__))


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, name="王检查", has_started=True)


async def test_a_letter_stands_on_the_phone_with_its_headline_and_buttons(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    message_id = await sent(channel, a_letter("抽中任务 <b> & 😀\n请在今天内答复"))
    shown = wang.last
    assert shown.text == "抽中任务 <b> & 😀\n请在今天内答复"
    assert shown.marked("bold") == ["抽中任务 <b> & 😀"]
    assert shown.buttons == [["好"]]
    assert message_id == str(shown.id)
    (call,) = telegram.calls_of("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_a_button_opens_an_address_or_comes_back_as_it_was_packed(
    channel: Channel, wang: Phone
) -> None:
    await sent(channel, a_letter(rows=((Key("看", "https://a.example/1"), Key("好", "x" * 64)),)))
    (first, second) = wang.last.rows[0]
    assert first == {"text": "看", "url": "https://a.example/1"}
    assert second == {"text": "好", "callback_data": "x" * 64}


@pytest.mark.parametrize("data", ["x" * 65, "好" * 22, ""])
async def test_a_button_that_telegram_would_not_take_is_our_mistake(
    channel: Channel, telegram: FakeTelegram, wang: Phone, data: str
) -> None:
    error = await failed(channel, a_letter(rows=((Key("好", data),),)))
    assert error.trouble is Trouble.REFUSED
    assert telegram.calls == []


async def test_an_empty_text_is_our_mistake(channel: Channel) -> None:
    assert (await failed(channel, a_letter(" \n\u200b"))).trouble is Trouble.REFUSED


# --- in place, or at the end


async def test_a_letter_that_replaces_changes_the_message_in_silence(channel: Channel, wang: Phone) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    rows = ((Key("新", "new"),),)
    assert await sent(channel, a_letter("第二题", slot="q", rows=rows, replaces=first)) == first
    assert len(wang.messages) == 1
    assert (wang.last.text, wang.last.buttons, wang.last.is_edited) == ("第二题", [["新"]], True)
    assert await sent(channel, a_letter("完了", slot="q", rows=(), replaces=first)) == first
    assert (wang.last.text, wang.last.buttons) == ("完了", [])


async def test_what_stands_there_already_counts_as_sent(channel: Channel, wang: Phone) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    assert await sent(channel, a_letter("旧", slot="q", replaces=first)) == first


async def test_what_only_closes_a_card_is_not_said_where_the_card_is_gone(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    fates = await fates_of(channel, [a_letter("卡片")])
    [first] = [fate.message_id for fate in fates if isinstance(fate, Sent)]
    closing = a_letter("已在别处办理", rows=(), replaces=first, slot="s", is_only_change=True)
    assert await fates_of(channel, [closing]) == [Sent(first)]
    assert wang.last.text == "已在别处办理"
    gone = a_letter("已在别处办理", rows=(), replaces="99999", slot="s", is_only_change=True)
    assert await fates_of(channel, [gone]) == [Sent("99999")]
    assert len(wang.messages) == 1


@pytest.mark.parametrize("gone", ["deleted", "unknown", "another messenger's"])
async def test_what_can_not_be_changed_is_sent_anew(
    channel: Channel, wang: Phone, telegram: FakeTelegram, gone: str
) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    if gone == "deleted":
        telegram.answers("deleteMessage", {"chat_id": 7, "message_id": int(first)})
    replaces = {"deleted": first, "unknown": "99999", "another messenger's": "m-abc"}[gone]
    second = await sent(channel, a_letter("新", slot="q", replaces=replaces))
    assert second not in (first, replaces)
    assert (wang.last.text, wang.last.buttons) == ("新", [["好"]])


async def test_a_fresh_letter_stands_at_the_end_and_the_old_one_loses_its_buttons(
    channel: Channel, wang: Phone
) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    second = await sent(channel, a_letter("新", slot="q", replaces=first, is_fresh=True))
    assert first != second
    assert [(one.text, one.buttons) for one in wang.messages] == [("旧", []), ("新", [["好"]])]


async def test_buttons_that_stay_fail_no_letter(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    for spoil, times in ((telegram.faults.closes, 2), (telegram.faults.refuses, 1)):
        spoil("editMessageReplyMarkup", times)
        with capture_logs() as logs:
            await sent(channel, a_letter("新", slot="q", replaces=first, is_fresh=True))
        assert [line["log_level"] for line in logs] == ["debug"]
    with capture_logs() as logs:
        for _ in range(2):  # the second time there is nothing to take away
            await sent(channel, a_letter("新", slot="q", replaces=first, is_fresh=True))
    assert logs == []


# --- in several messages


async def test_a_long_letter_comes_in_parts_of_which_the_last_has_the_buttons(
    channel: Channel, wang: Phone
) -> None:
    message_id = await sent(channel, a_letter(LONG))
    assert "\n\n".join(one.text for one in wang.messages) == LONG
    assert [one.buttons for one in wang.messages] == [[], [], [["好"]]]
    assert message_id == str(wang.last.id)
    assert wang.messages[1].entities == []


async def test_a_long_letter_that_broke_off_goes_on_where_it_stopped(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    telegram.faults.refuses("sendMessage", after=1)
    error = await failed(channel, a_letter(LONG))
    assert (error.trouble, error.parts_sent) == (Trouble.AWAY, 1)
    telegram.faults.closes("sendMessage", after=1)
    error = await failed(channel, a_letter(LONG, parts_sent=1))
    assert error.parts_sent == 2
    await sent(channel, a_letter(LONG, parts_sent=2))
    assert "\n\n".join(one.text for one in wang.messages) == LONG


async def test_the_last_part_is_sent_even_if_all_are_said_to_have_arrived(
    channel: Channel, wang: Phone
) -> None:
    assert await sent(channel, a_letter(LONG, parts_sent=9)) == str(wang.last.id)
    assert len(wang.messages) == 1


async def test_a_long_letter_that_replaces_comes_anew_and_the_old_one_loses_its_buttons(
    channel: Channel, wang: Phone
) -> None:
    first = await sent(channel, a_letter("旧", slot="q"))
    await sent(channel, a_letter(LONG, slot="q", replaces=first))
    assert [one.buttons for one in wang.messages] == [[], [], [], [["好"]]]
    assert wang.messages[0].text == "旧"


# --- menus, places, photos


async def test_a_menu_is_no_message(channel: Channel, wang: Phone, telegram: FakeTelegram) -> None:
    li = telegram.phone(8, has_started=True)
    menu = (Key("我的任务", "tasks"), Key("帮助", "/help"))
    assert await sent(channel, a_letter("", rows=(), menu=menu)) == ""
    assert wang.menu == ["tasks", "help"]
    assert li.menu == []
    assert wang.messages == []


async def test_a_wish_for_the_place_shows_a_key_that_sends_it(channel: Channel, wang: Phone) -> None:
    await sent(channel, a_letter("到了吗？", rows=(), wish=Wish.LOCATION))
    assert wang.keyboard == [["📍 发送我的位置"]]
    assert wang.chat.keyboard is not None
    assert wang.chat.keyboard["one_time_keyboard"]
    wang.presses("📍 发送我的位置", place=(43.8, 87.6))
    await sent(channel, a_letter("记下了。", rows=()))
    assert wang.keyboard == []


async def test_beside_buttons_the_key_comes_with_a_line_of_its_own(channel: Channel, wang: Phone) -> None:
    message_id = await sent(channel, a_letter("检查开始", wish=Wish.LOCATION, language="en"))
    note, card = wang.messages
    assert "Send my location" in note.text
    assert wang.keyboard == [["📍 Send my location"]]
    assert (card.text, card.buttons, message_id) == ("检查开始", [["好"]], str(card.id))


async def test_the_line_beside_the_key_counts_as_a_part(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    telegram.faults.closes("sendMessage", after=1)
    error = await failed(channel, a_letter("检查开始", wish=Wish.LOCATION))
    assert error.parts_sent == 1
    await sent(channel, a_letter("检查开始", wish=Wish.LOCATION, parts_sent=1))
    assert [one.text for one in wang.messages][1:] == ["检查开始"]


async def test_a_card_that_is_changed_again_and_again_brings_the_key_once(
    channel: Channel, wang: Phone
) -> None:
    first = await sent(channel, a_letter("检查", slot="v"))
    for text in ("开始", "一题", "二题"):
        again = a_letter(text, slot="v", wish=Wish.LOCATION, replaces=first)
        assert await sent(channel, again) == first
    assert wang.messages[0].text == "二题"
    assert len(wang.messages) == 2
    assert wang.keyboard


async def test_what_may_be_changed_later_takes_a_keyboard_away_only_where_one_is_up(
    channel: Channel, wang: Phone, telegram: FakeTelegram
) -> None:
    """Telegram changes no message that did."""
    await sent(channel, a_letter("到了吗？", rows=(), wish=Wish.LOCATION))
    for text in ("检查已结束", "状态"):
        await sent(channel, a_letter(text, rows=(), slot="s"))
        assert not wang.keyboard
    _, took, left = telegram.calls_of("sendMessage")
    assert took.params["reply_markup"] == {"remove_keyboard": True}
    assert left.params.get("reply_markup") is None


async def test_no_group_is_asked_where_it_is(channel: Channel, telegram: FakeTelegram, wang: Phone) -> None:
    group = telegram.group("检查一组", wang)
    for rows in ((), ((Key("好", "ok"),),)):
        await sent(channel, a_letter("到了吗？", chat=group.chat.id, rows=rows, wish=Wish.LOCATION))
    assert group.chat.keyboard is None
    assert [one.text for one in group.messages] == ["到了吗？"] * 2


async def test_a_wish_for_a_photo_says_why_a_file_is_better(channel: Channel, wang: Phone) -> None:
    await sent(channel, a_letter("第3题\n请拍照", wish=Wish.PHOTO))
    assert wang.last.text.startswith("第3题\n请拍照\n\n发照片请选“文件”")


# --- what goes wrong


async def test_whoever_does_not_want_us_or_is_gone_is_unreachable(
    channel: Channel, telegram: FakeTelegram
) -> None:
    telegram.phone(1, has_started=True).blocks_bot()
    telegram.phone(2, has_started=True).closes_account()
    telegram.phone(3)
    group = telegram.group("组", telegram.phone(5, has_started=True))
    group.removes_bot(by=telegram.phone(5))
    letters = [a_letter(chat=chat) for chat in (1, 2, 3, 404, group.chat.id, "c1")]
    for fate in await fates_of(channel, letters):
        assert not isinstance(fate, Sent)
        assert fate.trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        (lambda faults: faults.closes("sendMessage"), Trouble.AWAY),
        (lambda faults: faults.drops_reply("sendMessage"), Trouble.AWAY),
        (lambda faults: faults.refuses("sendMessage"), Trouble.AWAY),
        (lambda faults: faults.garbles("sendMessage"), Trouble.AWAY),
        (lambda faults: faults.refuses("sendMessage", status=500), Trouble.LATER),
        (lambda faults: faults.unauthorizes("sendMessage"), Trouble.AWAY),
        (lambda faults: faults.delays("sendMessage", 1), Trouble.AWAY),
    ],
)
async def test_each_fault_is_named_and_nothing_is_tried_twice(
    telegram: FakeTelegram,
    wang: Phone,
    spoil: Callable[[Faults], None],
    trouble: Trouble,
) -> None:
    wire = Wire(telegram.token, telegram.url, within=0.3)
    channel = Telegram(wire)
    spoil(telegram.faults)
    assert (await failed(channel, a_letter("一"))).trouble is trouble
    await sent(channel, a_letter("二"))
    await asyncio.sleep(0.05)
    assert len([one for one in wang.messages if one.text == "一"]) <= 1
    await wire.shutdown()


async def test_a_slow_line_is_only_slow(channel: Channel, telegram: FakeTelegram, wang: Phone) -> None:
    telegram.faults.trickles("sendMessage", seconds=0.005)
    await sent(channel, a_letter("一"))


async def test_a_letter_that_telegram_does_not_take_is_given_back(
    channel: Channel, telegram: FakeTelegram, wang: Phone
) -> None:
    error = await failed(channel, a_letter(rows=((Key(" ", "ok"),),)))
    assert error.trouble is Trouble.REFUSED
    assert "BUTTON_TEXT_INVALID" in error.reason.upper()


async def test_a_group_that_got_another_number_is_tried_later(
    channel: Channel, telegram: FakeTelegram, wang: Phone
) -> None:
    group = telegram.group("组", wang, kind="group")
    old = group.chat.id
    group.becomes_supergroup(by=wang)
    assert (await failed(channel, a_letter(chat=old))).trouble is Trouble.LATER


async def test_one_letters_fault_stops_no_other(channel: Channel, telegram: FakeTelegram) -> None:
    phones = [telegram.phone(number, has_started=True) for number in range(1, 9)]
    phones[3].blocks_bot()
    telegram.faults.delays("sendMessage", 0.3)
    fates = await fates_of(channel, [a_letter(chat=one.id) for one in phones])
    assert [isinstance(fate, Sent) for fate in fates] == [place != 3 for place in range(8)]


async def test_whoever_must_wait_is_told_how_long_and_the_others_go_on(
    wire: Wire, telegram: FakeTelegram, wang: Phone
) -> None:
    channel = Telegram(wire)
    li = telegram.phone(8, has_started=True)
    telegram.faults.floods("sendMessage", 40)
    error = await failed(channel, a_letter("一"))
    assert (error.trouble, error.retry_after) == (Trouble.AWAY, timedelta(seconds=40))
    again = await failed(channel, a_letter("二"))  # Telegram is not even asked
    assert again.retry_after is not None
    assert timedelta(seconds=39) < again.retry_after <= timedelta(seconds=40)
    assert len(telegram.calls_of("sendMessage")) == 0
    await sent(channel, a_letter("三", chat=8))
    assert li.last.text == "三"
    assert wang.messages == []


async def test_a_letter_whose_turn_does_not_come_goes_back_with_what_was_sent(
    wire: Wire, wang: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "TURN_SECONDS", 0.1)
    error = await failed(Telegram(wire), a_letter("\n\n".join([LONG] * 2)))
    assert (error.trouble, error.parts_sent, error.retry_after) == (Trouble.AWAY, 3, timedelta(seconds=1))
    assert len(wang.messages) == 3


async def test_a_mistake_over_one_letter_is_not_the_others(channel: Channel, wang: Phone) -> None:
    broken = replace(a_letter(), body={"text": "no Outgoing"})
    with capture_logs() as logs:
        bad, good = await fates_of(channel, [broken, a_letter("好")])
    assert bad == SendError(Trouble.LATER, "KeyError")
    assert isinstance(good, Sent)
    assert [line["event"] for line in logs] == ["letter_failed"]


@pytest.fixture
def strict() -> Iterator[FakeTelegram]:
    with FakeTelegram(clock=Clock(is_running=True)) as running:
        running.world.flood.is_on = True
        yield running


async def test_telegrams_own_limits_are_never_touched(strict: FakeTelegram) -> None:
    for number in range(1, 26):
        strict.phone(number, has_started=True)
    wire = Wire(strict.token, strict.url)
    letters = [a_letter(chat=number, is_urgent=number % 2 == 0) for number in range(1, 26)] * 2
    channel = Telegram(wire)
    for group in (letters[:25], letters[25:]):
        assert all(isinstance(fate, Sent) for fate in await fates_of(channel, group))
    assert strict.world.flood.refused == 0
    await wire.shutdown()


async def test_nothing_to_send_is_no_fault(channel: Channel) -> None:
    assert await fates_of(channel, []) == []
