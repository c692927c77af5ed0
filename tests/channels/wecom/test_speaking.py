"""Letters at WeCom: what stands on the phone afterwards, and what the outbox hears."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.channels.channel import Fate, SendError, Sent, Trouble
from bot.channels.pace import Pace
from bot.channels.wecom.card_book import CardBook
from bot.channels.wecom.limits import MESSAGES_PER_HOUR, MESSAGES_PER_MINUTE
from bot.channels.wecom.speaking import WeCom, bucket_of
from bot.channels.wecom.wire import Wire
from notifications.outgoing import Document, Key, Outgoing
from storage import card_codes
from storage.card_codes import NewCode
from storage.outbox import Letter
from tests.channels.wecom.conftest import HOME, Rig
from tests.stores import on_both
from tests.wecom.server import FakeWecom
from tests.wecom.world import AGENT_ID

LONG = "字" * 700


def _letter(key: str, text: str = "任务", *, chat: str = "WangWu", **more: Any) -> Letter:
    about = {name: more.pop(name) for name in ("replaces", "attempts", "parts_sent") if name in more}
    rows = more.pop("rows", ((Key("好", "ok:1"),),))
    body = Outgoing("x", text, rows, **more).to_json()
    return Letter(1, key, "wecom", chat, body, more.get("slot"), **{"replaces": None, **about})


async def _fate(rig: Rig, letter: Letter) -> Fate:
    fates: list[Fate] = []
    await rig.channel.send([letter], lambda letter, fate: fates.append(fate))
    [fate] = fates
    return fate


async def _sent(rig: Rig, letter: Letter) -> str:
    fate = await _fate(rig, letter)
    assert isinstance(fate, Sent), fate
    return fate.message_id


async def test_a_card_is_changed_once_then_a_new_one_says_that_it_replaces_it(rig: Rig) -> None:
    """And once more after each press, by the code that came with it."""
    phone = rig.wecom.phone("WangWu")
    first = await _sent(rig, _letter("a", "一"))
    assert await _sent(rig, _letter("b", "二", replaces=first)) == first
    assert [one.text for one in phone.messages] == ["二"]
    second = await _sent(rig, _letter("c", "三", replaces=first))
    assert second != first
    old, new = phone.messages
    assert (old.text, new.text, new.card["source"]["desc"]) == ("二", "三", "代替之前的那条消息")
    for text in ("四", "五"):
        with rig.store.transaction("test") as records:
            code = rig.wecom.world.new_code(second, "WangWu")
            at = rig.wecom.world.clock.now()
            card_codes.keep(records, [NewCode("WangWu", second, code)], channel="wecom", at=at)
        assert await _sent(rig, _letter(text, text, replaces=second, rows=())) == second
    assert (new.text, new.card["card_type"]) == ("五", "text_notice")
    assert len(phone.messages) == 2


async def test_a_code_that_is_late_is_not_tried_and_one_that_wecom_refuses_is_no_lost_letter(
    rig: Rig,
) -> None:
    phone = rig.wecom.phone("WangWu")
    first = await _sent(rig, _letter("a", "一"))
    rig.wecom.world.clock.move(timedelta(hours=72))
    second = await _sent(rig, _letter("b", "二", replaces=first))
    assert [one.text for one in phone.messages] == ["一", "二"]
    assert rig.wecom.calls_of("message/update_template_card") == []
    for place, code in enumerate((42014, 42022, 40058)):
        rig.wecom.faults.answers("message/update_template_card", code)
        third = await _sent(rig, _letter(f"c{place}", "三", replaces=second))
        assert third != second
        second = third
    assert len(phone.messages) == 5


async def test_a_change_whose_answer_was_lost_is_not_said_twice(rig: Rig) -> None:
    phone = rig.wecom.phone("WangWu")
    first = await _sent(rig, _letter("a", "一"))
    rig.wecom.faults.drops_reply("message/update_template_card")
    lost = await _fate(rig, _letter("b", "二", replaces=first))
    assert isinstance(lost, SendError)
    assert lost.trouble is Trouble.AWAY
    assert await _sent(rig, _letter("b", "二", replaces=first, attempts=2)) == first
    assert [one.text for one in phone.messages] == ["二"]
    other = await _sent(rig, _letter("c", "三", replaces=first))
    assert other != first, "the code is another letter's"


async def test_what_only_closes_a_card_is_not_said_where_the_card_can_not_be_changed(rig: Rig) -> None:
    phone = rig.wecom.phone("WangWu")
    first = await _sent(rig, _letter("a", "一"))
    for key in ("b", "c"):
        closing = _letter(key, f"已在别处办理{key}", replaces=first, rows=(), is_only_change=True)
        assert await _sent(rig, closing) == first
    assert [one.text for one in phone.messages] == ["已在别处办理b"]
    second = await _sent(rig, _letter("d", "二"))
    await _sent(rig, _letter("e", LONG, replaces=second, rows=(), is_only_change=True))
    assert (len(phone.messages), phone.last.choices, phone.last.closed_with) == (2, {}, "已更新，不再使用")


async def test_a_card_whose_answer_was_lost_stands_there_once_and_texts_go_on_where_they_stopped(
    rig: Rig,
) -> None:
    phone = rig.wecom.phone("WangWu")
    rig.wecom.faults.drops_reply("message/send")
    assert isinstance(await _fate(rig, _letter("a", "一")), SendError)
    assert await _sent(rig, _letter("a", "一", attempts=2)) == phone.last.id
    assert len(phone.messages) == 1
    rig.wecom.faults.answers("message/send", -1, after=1)
    stopped = await _fate(rig, _letter("b", f"头\n{LONG}"))
    assert isinstance(stopped, SendError)
    assert (stopped.trouble, stopped.parts_sent) == (Trouble.LATER, 1)
    await _sent(rig, _letter("b", f"头\n{LONG}", attempts=2, parts_sent=1))
    said = "".join(one.text for one in phone.messages[1:-1])
    assert said.count("字") == 700
    assert phone.last.choices == {"ok:1": "好"}


async def test_a_process_that_died_after_it_had_sent_does_not_say_it_again(rig: Rig) -> None:
    first = await _sent(rig, _letter("a", "一"))
    sent = len(rig.wecom.calls_of("message/send"))
    assert await _sent(rig, _letter("a", "一", attempts=2)) == first
    assert len(rig.wecom.calls_of("message/send")) == sent


async def test_papers_and_pictures_go_along_and_the_words_with_the_buttons_stand_last(rig: Rig) -> None:
    phone = rig.wecom.phone("WangWu")
    for content, name, kind in (
        (b"%PDF-1.7 x", "笔录.pdf", "application/pdf"),
        (b"\x89PNG-x", "a.png", "image/png"),
    ):
        document = Document(rig.files.put(content), name, kind)
        await _sent(rig, _letter(name, "笔录\n草稿", document=document))
    assert [(one.kind, one.content[:4]) for one in phone.messages] == [
        ("file", b"%PDF"), ("card", b""), ("image", b"\x89PNG"), ("card", b""),
    ]  # fmt: skip
    gone = await _fate(rig, _letter("z", document=Document("0" * 64, "x.pdf", "application/pdf")))
    assert isinstance(gone, SendError)
    assert gone.trouble is Trouble.REFUSED


async def test_who_can_not_be_reached_is_told_from_what_is_away(rig: Rig) -> None:
    phone = rig.wecom.phone("LiSi")
    phone.member.is_in_range = False
    for chat in ("LiSi", "Nobody", "@all", "a|b", ""):
        fate = await _fate(rig, _letter(f"to {chat}", chat=chat))
        assert isinstance(fate, SendError)
        assert fate.trouble is Trouble.UNREACHABLE, chat
    assert all(call.asked["touser"] in ("LiSi", "Nobody") for call in rig.wecom.calls_of("message/send"))
    rig.wecom.faults.answers("message/send", 45009)
    slow = await _fate(rig, _letter("b"))
    assert isinstance(slow, SendError)
    assert (slow.trouble, slow.retry_after) == (Trouble.AWAY, timedelta(seconds=60))
    assert [str(fault)[:11] for fault in rig.faults if fault][-1] == "wecom 45009"


@on_both
async def test_the_newest_code_counts_and_one_that_comes_again_is_not_unused_again(rig: Rig) -> None:
    clock, store = rig.wecom.world.clock.now, rig.store
    book = CardBook(store, clock)
    await book.keep("WangWu", "c1", "rc1")
    standing = await book.take("WangWu", "c1", by="a")
    assert standing is not None
    assert (standing.code, standing.is_tried) == ("rc1", False)
    again = await book.take("WangWu", "c1", by="a")
    assert again is not None
    assert again.is_tried
    assert await book.take("WangWu", "c1", by="b") is None
    await book.keep("WangWu", "c1", "rc1")
    assert await book.take("WangWu", "c1", by="b") is None
    await book.keep("WangWu", "c1", "rc2")
    newest = await book.take("WangWu", "c1", by="b")
    assert newest is not None
    assert newest.code == "rc2"
    assert (await book.has("WangWu", "c1"), await book.has("LiSi", "c1")) == (True, False)
    assert book.forget_old() == 0
    rig.wecom.world.clock.move(timedelta(hours=73))
    assert await book.take("WangWu", "c1", by="b") is None
    assert book.forget_old() == 1


def test_nobody_gets_more_than_wecom_carries_in_a_minute_or_an_hour() -> None:
    """Beyond that it throws messages away without a word."""
    bucket, now, sent = bucket_of("WangWu", 0.0), 0.0, list[float]()
    while now < 2 * 3600:
        if bucket.due(now) <= now:
            bucket.take()
            sent.append(now)
        else:
            now = bucket.due(now)
    for span, most in ((60, MESSAGES_PER_MINUTE), (3600, MESSAGES_PER_HOUR)):
        assert max(sum(at <= one < at + span for one in sent) for at in sent[:100]) <= most
    assert sent[11] == 0, "a few at once need not wait"


async def test_the_channels_pace_keeps_below_what_is_thrown_away(
    wecom: FakeWecom, wire: Wire, rig: Rig
) -> None:
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01)  # what was let go arrives before the hour is another
        wecom.world.clock.move(seconds)

    pace = Pace(30, wecom.world.clock, sleep, bucket_of)
    rig.channel = WeCom(wire, AGENT_ID, CardBook(rig.store, wecom.world.clock.now), pace, rig.files, HOME)
    await asyncio.gather(*(_sent(rig, _letter(f"n{number}", rows=())) for number in range(45)))
    assert (len(wecom.phone("WangWu").messages), wecom.world.discarded) == (45, 0)
