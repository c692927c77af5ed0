"""Words, signs and kinds that nobody asked for: each gets one clear answer, and nothing is lost by it."""

from datetime import timedelta

import pytest

from actions.enrolment import issue_code
from inspection.leave import Ground
from inspection.states import AssignmentState
from storage.tables.inspections import Assignment, DrawSource, LeaveRequest
from storage.tables.messaging import ChannelAccount, Conversation, EnrolmentCode
from tests.actions.story import rows_of
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey

_DAY = timedelta(days=1)
CODE = "XKCD-4711-ABCD"
STRANGE = {
    "emoji": "👍👍🏽",
    "ten thousand signs": "长" * 10_000,
    "direction marks": "\u202e登记\u200f\u2066",
    "only direction marks": "\u202e \u200f",
    "markup": "<b>&amp;</b> *_[x](y) {{ 7*7 }} {% if %}",
    "a number": "42",
    "an old command": "/report@bot now",
    "blanks": "  \n ",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_words_out_of_the_blue_are_answered_in_one_message_that_says_what_is_possible(
    town: Town, text: str
) -> None:
    town.type("market-1", text)
    (said,) = town.messenger.phones["market-1"].unread()
    assert said.kind == "not_understood"
    assert "/where" in said.text
    assert len(said.text) < 200
    assert not any(mark in said.text for mark in "\u202e\u200f\u2066")


def test_a_voice_note_is_answered_and_the_conversation_stays_where_it_was(town: Town) -> None:
    town.send_unsupported("market-1")
    assert "收不了" in town.hears("market-1", "not_carried").text
    town.nobody_hears_more()
    town.send_unsupported("nobody")
    town.hears("nobody", "ask_code")


@pytest.mark.parametrize(
    "sent", ["an old command", "ten thousand signs", "only direction marks", "a voice note"]
)
def test_what_cannot_be_a_reason_is_none_and_the_question_stays_open(journey: Journey, sent: str) -> None:
    town = journey.town
    who = _asked_for_a_reason(journey)
    _send(town, who, sent)
    assert _requests(town) == []
    assert _talk(town, who) == "leave_words"
    town.type(who, "\u202e家里有人 <b>住院</b> *_[")
    (request,) = _requests(town)
    assert (request.ground, request.words) == (Ground.BANQUET, "家里有人 <b>住院</b> *_[")


def test_words_after_a_press_on_something_else_are_no_reason(journey: Journey) -> None:
    town = journey.town
    who = _asked_for_a_reason(journey)
    town.type(who, "/tasks")
    town.press_text(who, _object_name(town, who))
    town.type(who, "好的")
    town.hears(who, "not_understood")
    assert _requests(town) == []


@pytest.mark.parametrize("words", ["等一下", "第三个 3 号", "\u202e", "416 号"])
def test_words_that_are_no_number_give_none(journey: Journey, words: str) -> None:
    town, stages = journey.town, journey.stages()
    next(stage for stage in stages if stage == "announced")
    town.type("W1", words)
    assert "没有提交" in town.hears("W1", "refused").text
    town.type("W1", "４ 1、6")
    assert "您的数字是：416" in town.hears("W1", "number_check").text
    with town.store.reading() as records:
        assert [one.value for one in rows_of(records, DrawSource) if one.witness_id] == [None]
    town.press("W1", "number_send")
    town.hears("W1", "number_taken")


@pytest.mark.parametrize("text", ["/start", f"/start {CODE}"])
def test_start_from_somebody_we_know_says_who_they_are_and_uses_no_code(town: Town, text: str) -> None:
    with town.store.transaction("test") as records:
        issue_code(records, "market-2", CODE, at=town.now, valid_for=_DAY)
    town.type("market-1", text)
    said = town.hears("market-1", "already_enrolled").text
    assert "人员market-1" in said
    assert ("没有使用" in said) is (CODE in text)
    with town.store.reading() as records:
        assert [one.used_at for one in rows_of(records, EnrolmentCode)] == [None]
        (account,) = rows_of(records, ChannelAccount, chat="market-1")
    assert account.person_id == "market-1"


def test_a_stranger_enrols_with_a_code_and_hears_what_waits(town: Town) -> None:
    with town.store.transaction("test") as records:
        issue_code(records, "RV", CODE, at=town.now, valid_for=_DAY)
    town.type("nobody", "/start")
    assert "登记码" in town.hears("nobody", "ask_code").text
    town.type("nobody", "/start wrong")
    assert "不正确" in town.hears("nobody", "refused").text
    town.type("nobody", f"/start {CODE}")
    assert "登记成功：人员RV" in town.hears("nobody", "enrolled").text
    town.type("somebody", CODE)
    assert "已经用过" in town.hears("somebody", "refused").text
    town.type("nobody", "/help")
    assert "审核员" in town.hears("nobody", "help").text


def test_a_list_of_schemes_is_for_operators_only(town: Town) -> None:
    town.type("market-1", "方案")
    assert "经办人" in town.hears("market-1", "refused").text
    town.type("OP", "方案")
    town.hears("OP", "scheme_list")


def _asked_for_a_reason(journey: Journey) -> str:
    for stage in journey.stages():
        if stage == "asked for a reason":
            break
    return journey.holders("fire")[0]


def _send(town: Town, who: str, sent: str) -> None:
    if sent in STRANGE:
        town.type(who, STRANGE[sent])
    else:
        town.send_unsupported(who)


def _requests(town: Town) -> list[LeaveRequest]:
    with town.store.reading() as records:
        return rows_of(records, LeaveRequest)


def _talk(town: Town, who: str) -> str:
    with town.store.reading() as records:
        (row,) = rows_of(records, Conversation, chat=who)
    return str(row.state)


def _object_name(town: Town, who: str) -> str:
    with town.store.reading() as records:
        (held,) = rows_of(records, Assignment, person_id=who)
    assert held.state is AssignmentState.NOTIFIED
    return f"示例商户{held.inspection_id.partition('.')[2]}"
