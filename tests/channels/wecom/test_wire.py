"""The token that all share, what WeCom's answers mean, and what is repeated."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.channel import FetchError, Trouble
from bot.channels.forms import Upload
from bot.channels.wecom.codes import MEANINGS, TOLD_APART
from bot.channels.wecom.faults import Garbled, Refused, TooBig, Unreached, ailment_of, fetch_error, send_error
from bot.channels.wecom.wire import AccessToken, Wire
from notifications.catalogue import LANGUAGES, label
from notifications.messages.channels import Ailment, in_operators_words
from tests.wecom.server import FakeWecom
from tests.wecom.world import AGENT_ID, CORP_ID, SECRET

AGENT = {"agentid": str(AGENT_ID)}


async def _look(wire: Wire) -> object:
    return (await wire.call("agent/get", query=AGENT))["name"]


async def test_many_who_need_a_token_ask_for_one_and_one_that_dies_in_mid_flight_is_renewed_once(
    wecom: FakeWecom, wire: Wire
) -> None:
    assert set(await asyncio.gather(*(_look(wire) for _ in range(20)))) == {"抽查助手"}
    assert wecom.world.tokens_given == 1
    wecom.world.voided.add("at_1")  # 40014
    assert set(await asyncio.gather(*(_look(wire) for _ in range(20)))) == {"抽查助手"}
    assert wecom.world.tokens_given == 2
    wecom.world.clock.move(timedelta(hours=3))  # 42001: theirs has ended, and our clock does not say so
    assert await _look(wire) == "抽查助手"
    assert wecom.world.tokens_given == 3


async def test_a_token_that_was_renewed_meanwhile_is_not_spoilt_by_who_had_the_old_one() -> None:
    given = iter("abc")

    async def ask() -> tuple[str, float]:
        return next(given), 7200.0

    token = AccessToken(ask)
    assert await token.get() == "a"
    token.spoil("a")
    assert await token.get() == "b"
    token.spoil("a")
    assert await token.get() == "b"


async def test_a_token_that_is_refused_again_and_again_is_no_endless_quarrel(
    wecom: FakeWecom, wire: Wire
) -> None:
    wecom.faults.answers("agent/get", 40014, times=9)
    with pytest.raises(Refused) as refused:
        await _look(wire)
    assert (refused.value.code, wecom.world.tokens_given) == (40014, 2)
    assert ailment_of(refused.value) is Ailment.UNAUTHORIZED


async def test_whoever_stops_waiting_for_the_token_takes_it_from_nobody(wecom: FakeWecom, wire: Wire) -> None:
    impatient = asyncio.create_task(_look(wire))
    patient = asyncio.create_task(_look(wire))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "抽查助手"
    assert wecom.world.tokens_given == 1


async def test_a_wrong_secret_an_untrusted_ip_a_gateway_and_no_network_are_told_apart(
    wecom: FakeWecom, wire: Wire
) -> None:
    wrong = Wire(CORP_ID, "other", wecom.url)
    with pytest.raises(Refused) as refused:
        await _look(wrong)
    assert ailment_of(refused.value) is Ailment.UNAUTHORIZED
    await wrong.close()
    wecom.world.is_trusted = False
    with pytest.raises(Refused, match=r"wecom 60020: .*from ip: 203\.0\.113\.7") as refused:
        await _look(wire)
    assert ailment_of(refused.value) is Ailment.UNTRUSTED_IP
    assert send_error(refused.value).trouble is Trouble.AWAY
    wecom.faults.garbles("agent/get")
    with pytest.raises(Garbled) as garbled:
        await _look(wire)
    assert ailment_of(garbled.value) is Ailment.SERVER_FAILS
    wecom.goes_down()
    with pytest.raises(Unreached) as unreached:
        await _look(wire)
    assert ailment_of(unreached.value) is Ailment.NO_NETWORK
    assert SECRET not in str(unreached.value)


async def test_files_go_up_and_come_down_until_they_are_three_days_old(wecom: FakeWecom, wire: Wire) -> None:
    content = b"%PDF-1.7 \x00\xff" * 9
    media_id = await wire.upload("file", Upload("media", "笔录.pdf", content, "application/pdf"))
    assert wecom.world.media[media_id].file_name == "笔录.pdf"
    assert await wire.download(media_id, 1000) == content
    with pytest.raises(TooBig, match="larger") as too_big:
        await wire.download(media_id, 10)
    assert not fetch_error(too_big.value).retryable
    wecom.world.clock.move(timedelta(days=3, minutes=1))
    with pytest.raises(Refused) as refused:
        await wire.download(media_id, 1000)
    assert fetch_error(refused.value) == FetchError(True, "wecom 40007: invalid media_id, hint: [x]", tries=3)


def test_every_code_has_its_words_for_the_operator_in_both_languages() -> None:
    for code in TOLD_APART:
        told = [label(f"wecom_{code}", language) for language in LANGUAGES]
        assert all(told)
        assert told[0] != told[1]
    assert {45009, 60020, 81013, 42014, 40003, 48002, 301002} <= set(MEANINGS)
    assert in_operators_words("wecom 60020: not allow, from ip: 203.0.113.7", "zh") == (
        f"wecom 60020: not allow, from ip: 203.0.113.7（{label('wecom_60020', 'zh')}）"
    )
    assert "（" not in in_operators_words("wecom 99999: x", "zh") + in_operators_words("told to wait", "zh")
    fates = {code: send_error(Refused(code, "x")) for code in MEANINGS}
    assert fates[81013].trouble is Trouble.UNREACHABLE
    assert fates[45009].retry_after == timedelta(seconds=60)
    assert (fates[-1].trouble, send_error(Refused(40058, "x")).trouble) == (Trouble.LATER, Trouble.REFUSED)
