"""Several answers in one message are read as they were meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checklists import AnswerValue
from inspection.short_answers import ShortAnswer, ShortAnswers, read_short_answers, read_written_answers

YES, NO, NA = AnswerValue.YES, AnswerValue.NO, AnswerValue.NOT_APPLICABLE
_THREE = (ShortAnswer(1, YES), ShortAnswer(2, NO, "证照过期"), ShortAnswer(3, NA))


@pytest.mark.parametrize(
    "text",
    [
        "1 是 2 否 证照过期 3 不适用",
        "1是2否证照过期3不适用",
        "1.是\n2.否 证照过期\n3.不适用",
        "1、是，2、否，证照过期，3、不适用。",
        "１：是；２：否，证照过期；３：不适用",
        "第1题 是 第2题 否 证照过期 第3题 不适用",
        "1题是 2题否 证照过期 3题不适用",
        "q1 yes q2 no 证照过期 Q3 N/A",
        "1) y 2) n 证照过期 3) na",
        "1√2×证照过期3无关",
        "1✔️ 2❌证照过期 3 无关",
        "1-是 2-x 证照过期 3-na",
        "  1 是的\r\n\r\n2 否：证照过期\r\n3 NA",
        "1 是 2 否 证照过期 3 不适用 1 是",
    ],
)
def test_three_answers_in_whichever_way_they_are_written(text: str) -> None:
    assert read_short_answers(text) == ShortAnswers(_THREE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "看起来不错 👍",
        "3",
        "416",
        "第3题",
        "3号冰柜过期",
        "1 是否需要复查",
        "1是不是要重拍",
        "2 否则要处罚",
        "2 no problem",
        "1-5 是",
        "1000 是",
        "3.5 是标准",
        "老板说1是2否",
        "10:30 是他来的时间",
        "3x4规格的冷柜",
        "1 yesterday",
        "/where 1 是",
    ],
)
def test_other_words_are_no_answers(text: str) -> None:
    assert read_short_answers(text) is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("2 否 3号冰柜过期 3 不适用", "3号冰柜过期"),
        ("2 否 冰柜3是坏的 3 不适用", "冰柜3是坏的"),
        ("2否有3个不合格3不适用", "有3个不合格"),
        ("2 否 3x4规格的冷柜没有盖 3 不适用", "3x4规格的冷柜没有盖"),
        ("2 否 温度3.5是标准以上 3 不适用", "温度3.5是标准以上"),
        ("2 否 1-5号灭火器是空的 3 不适用", "1-5号灭火器是空的"),
        ("2 否，是否换证未说明\n3 不适用", "是否换证未说明"),
        ("２否，凭证：Ａ１号，已过期；３不适用", "凭证：Ａ１号，已过期"),
        ("2 否 <b>*_[ 👩‍🍳 3 不适用", "<b>*_[ 👩‍🍳"),
    ],
)
def test_a_note_may_hold_numbers_and_keeps_its_signs(text: str, note: str) -> None:
    assert read_short_answers(text) == ShortAnswers((ShortAnswer(2, NO, note), ShortAnswer(3, NA)))


def test_crosses_without_blanks_are_answers_and_no_size() -> None:
    read = read_short_answers("1x2x3√4×")
    assert read is not None
    assert [(one.number, one.value) for one in read.answers] == [(1, NO), (2, NO), (3, YES), (4, NO)]


def test_a_question_with_two_values_is_a_conflict_and_no_answer() -> None:
    assert read_short_answers("1 是 2 否 坏了 1 否") == ShortAnswers((ShortAnswer(2, NO, "坏了"),), (1,))


def test_a_question_answered_twice_keeps_both_notes() -> None:
    assert read_short_answers("1 否 坏了 1 否 没有盖 1 否 坏了") == ShortAnswers(
        (ShortAnswer(1, NO, "坏了；没有盖"),)
    )


_WRITTEN = {YES: ("是", "√", "yes", "Ｙ"), NO: ("否", "×", "no", "✗"), NA: ("不适用", "n/a", "无关", "NA")}
_notes = st.lists(
    st.sampled_from(
        ["证照过期", "3号冰柜", "缺 12 份记录", "后门堆放<杂物>", "2026年到期", "是否整改待查", "*_["]
    ),
    max_size=3,
    unique=True,
).map("，".join)
_answers = st.lists(
    st.builds(ShortAnswer, number=st.integers(1, 999), value=st.sampled_from(AnswerValue), note=_notes),
    min_size=1,
    max_size=14,
    unique_by=lambda one: one.number,
).map(tuple)


@given(_answers, st.data())
def test_what_is_written_from_answers_is_read_back(
    answers: tuple[ShortAnswer, ...], data: st.DataObject
) -> None:
    after_number = data.draw(st.sampled_from([" ", ". ", "、", "：", ") ", "．", "-"]))
    between = data.draw(st.sampled_from([" ", "\n", "，", "；", "\r\n"]))
    text = between.join(
        f"{one.number}{after_number}{data.draw(st.sampled_from(_WRITTEN[one.value]))} {one.note}".rstrip()
        for one in answers
    )
    assert read_short_answers(text) == ShortAnswers(answers)


@given(_answers)
def test_what_is_written_without_a_blank_is_read_back(answers: tuple[ShortAnswer, ...]) -> None:
    text = "".join(f"{one.number}{_WRITTEN[one.value][0]}{one.note}" for one in answers)
    assert read_short_answers(text) == ShortAnswers(answers)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    read = read_short_answers(text)
    assert read is None or read.answers or read.conflicts


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("5：12；6：昨天", [("5", "12"), ("6", "昨天")]),
        ("第5题: 12\n10-1 = -17.5", [("5", "12"), ("10-1", "-17.5")]),
        ("05：门封：老化", [("5", "门封：老化")]),
        ("9:30", None),
        ("9：30；5：12", [("9", "30"), ("5", "12")]),
        ("5：12；完了", None),
        ("5：", None),
        ("备注：12", None),
        ("", None),
    ],
)
def test_answers_of_any_kind_are_written_with_number_and_colon(
    text: str, answers: list[tuple[str, str]] | None
) -> None:
    written = read_written_answers(text)
    assert (written and [(one.number, one.words) for one in written]) == answers
