"""No message carries the number of a person, whatever it quotes; none of a clue says what was complained of."""

import dataclasses
from collections.abc import Iterator

import pytest
from jinja2 import UndefinedError

from inspection.refusals import Refusal
from notifications.catalogue import LANGUAGES, refusal_sentence, render
from notifications.masking import masked
from notifications.messages.message import Message
from notifications.outgoing import Outgoing
from tests.messages.examples_refused import FACTS
from tests.messages.test_snapshots import EXAMPLES

MOBILE, CITIZEN = "13812345678", "652701199003071234"
TYPED = f"她的电话{MOBILE}，身份证{CITIZEN}"


def _all_of(outgoing: Outgoing) -> str:
    return "\n".join([outgoing.text, *(key.label for row in outgoing.rows for key in row)])


def _quoting(example: Message) -> Iterator[Message]:
    """The example once for each of its texts, with both numbers in it; also where texts are listed."""
    for field in dataclasses.fields(example):  # type: ignore[arg-type]
        value = getattr(example, field.name)
        if type(value) is str:
            yield dataclasses.replace(example, **{field.name: value + TYPED})  # type: ignore[type-var]
        elif isinstance(value, tuple) and value and type(value[0]) is str:
            yield dataclasses.replace(example, **{field.name: (value[0] + TYPED, *value[1:])})  # type: ignore[type-var]


def _rendered(message: Message, language: str) -> str:
    """Empty where a text is a name of ours, which knows no numbers."""
    try:
        return _all_of(render(message, language))
    except (KeyError, ValueError, AssertionError, UndefinedError):
        return ""


def _sentence(refusal: Refusal) -> str:
    try:
        return refusal_sentence(refusal, LANGUAGES[0])
    except (KeyError, ValueError, UndefinedError):
        return ""


def test_no_example_holds_a_number_of_a_person_and_none_can_be_made_to() -> None:
    quoted = 0
    for example in EXAMPLES:
        for language in LANGUAGES:
            plain = _all_of(render(example, language))
            assert masked(plain) == plain, type(example).__name__
        for message in _quoting(example):
            text = _rendered(message, LANGUAGES[0])
            assert MOBILE not in text, type(example).__name__
            assert CITIZEN not in text, type(example).__name__
            quoted += "138****5678" in text
    assert quoted > 300
    for code, facts in FACTS.items():
        told = {name: value + TYPED if type(value) is str else value for name, value in facts.items()}
        sentence = _sentence(Refusal(code, **told))
        assert MOBILE not in sentence, code
        assert CITIZEN not in sentence, code


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("证号65270119900307123X", "证号652701****3X"),
        ("批次650000202611240007，注册号652701050012345", "批次650000202611240007，注册号652701050012345"),
        ("信用代码91652701MA77TEST0X", "信用代码91652701MA77TEST0X"),
        ("投诉电话12345，座机0909-2345678", "投诉电话12345，座机0909-2345678"),
        ("摘要ab13812345678cd", "摘要ab13812345678cd"),
        ("计划65270020260001，时间20261127180000", "计划65270020260001，时间20261127180000"),
        ("费用 1381234567 元", "费用 1381234567 元"),
    ],
)
def test_only_what_has_the_shape_of_a_persons_number_is_hidden(said: str, shown: str) -> None:
    assert masked(said) == shown
