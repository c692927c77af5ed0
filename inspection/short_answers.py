"""Several answers in one message: `1 是 2 否 证照过期 3 不适用`, as somebody types who has one bar of signal.

An answer is a number, perhaps a sign, a value; what stands between it and the next answer is its note. Blanks may be
missing altogether, and notes may hold numbers of their own: `3号冰柜` is no answer, for 号 is no value.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspection.checklists import AnswerValue


@dataclass(frozen=True)
class ShortAnswer:
    """One answer as it was written; `note` is empty when nothing followed the value."""

    number: int
    value: AnswerValue
    note: str = ""


@dataclass(frozen=True)
class ShortAnswers:
    """What a message says, each question once, in the order of writing. `conflicts` are the numbers that were given two
    different values: which one was meant only the writer knows, so they are no answers."""

    answers: tuple[ShortAnswer, ...]
    conflicts: tuple[int, ...] = ()


_VALUES = {
    AnswerValue.NOT_APPLICABLE: r"不适用|无关(?!紧要|系)|n/a|na(?![a-z])",
    AnswerValue.YES: r"是的|是(?!否|不是)|yes(?![a-z])|y(?![a-z])|[√✓✔✅]",
    AnswerValue.NO: r"否(?![则认决定])|no(?![a-z]|\s+(?:problem|issue))|n(?![a-z/])|[×✗✘✖❌]|x(?![a-z])",
}
_VALUE = "|".join(f"(?P<{value.name}>{words})" for value, words in _VALUES.items())
_ANSWER = re.compile(
    rf"(?<![\d#])(?<!\d[.:/])(?<![\d][-~到至])(?:第\s*|#|(?<![a-z])q)?(?P<number>\d{{1,3}})"
    rf"(?P<gap>\s*题?\s*[.。、:)\-]?\s*)(?:{_VALUE})\ufe0f?"
)
"""The first `(?<!…)` keep the digits of `3.5`, `10:30` and `1-5` together: none of their ends begins an answer."""

_BETWEEN = " \t\r\n,，、;；:：。."


def read_short_answers(text: str) -> ShortAnswers | None:
    """The answers of a message that begins with one; None for words that are not meant so."""
    found = _answers(_plain(text))
    if not found or _plain(text)[: found[0].start()].strip(_BETWEEN):
        return None
    ends = [*(one.start() for one in found[1:]), len(text)]
    written = [
        ShortAnswer(int(one["number"]), _value(one), text[one.end() : end].strip(_BETWEEN))
        for one, end in zip(found, ends, strict=True)
    ]
    return _once_each(written)


def _answers(plain: str) -> list[re.Match[str]]:
    found = _without_sizes(list(_ANSWER.finditer(plain)), plain)
    if not found or not found[0]["gap"]:
        return found
    return [one for one in found if one["gap"] or not _is_inside_words(one, plain)]


def _without_sizes(found: Sequence[re.Match[str]], plain: str) -> list[re.Match[str]]:
    """`3x4规格` is a size and `1x2√` are two answers: an x between two numbers is a 否 if the second begins an
    answer."""
    kept: list[re.Match[str]] = []
    for one in reversed(found):
        is_size = one["NO"] in ("x", "×") and plain[one.end() : one.end() + 1].isdigit()
        if not is_size or (kept and kept[-1].start() == one.end()):
            kept.append(one)
    return kept[::-1]


def _is_inside_words(one: re.Match[str], plain: str) -> bool:
    """In a message that puts blanks between number and value, `冰柜3是坏的` is a piece of a note."""
    return one.start() > 0 and plain[one.start() - 1] not in _BETWEEN


def _value(one: re.Match[str]) -> AnswerValue:
    return next(value for value in AnswerValue if one[value.name])


def _plain(text: str) -> str:
    """The text sign for sign, with full-width digits and signs as plain ones; as long as before, so that notes can be
    cut from the original."""
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign).lower()
    return plain if len(plain) == 1 else sign


def _once_each(written: Iterable[ShortAnswer]) -> ShortAnswers:
    by_number: dict[int, list[ShortAnswer]] = {}
    for one in written:
        by_number.setdefault(one.number, []).append(one)
    conflicts = [number for number, same in by_number.items() if len({one.value for one in same}) > 1]
    answers = [
        ShortAnswer(number, same[0].value, "；".join(dict.fromkeys(one.note for one in same if one.note)))
        for number, same in by_number.items()
        if number not in conflicts
    ]
    return ShortAnswers(tuple(answers), tuple(conflicts))


_EXCEPT = re.compile(
    r"(?:其余|其他|全部|都|所有)?\s*(?:除了?|除去)\s*(?P<zh>[\d\s,，、和及第题#]+)(?:题|项)?\s*(?:以?外|之外)?\s*[,，]?\s*"
    r"(?:其余|其他|全部|都|均|所有)*\s*(?:是|合规|符合|没问题|√|✓)\s*[。.!！]?"
    r"|(?:其余|其他|全部|所有)\s*(?:题|项)?\s*(?:都|均|全)?\s*(?:是|合规|符合|没问题|√|✓)\s*[。.!！]?"
    r"|(?:all|everything|the rest)\s+(?:else\s+)?(?:is\s+)?(?:yes|ok|fine|complian(?:t|ce)|complies)"
    r"(?:\s*,?\s*except\s+(?P<en>[\d\s,and#]+))?\s*[.!]?"
)


def read_exceptions(text: str) -> tuple[int, ...] | None:
    """The numbers that are excepted where a message says that all else complies: `除3、5外都是`, `其余都是`,
    `all yes except 3 5`; None for other words."""
    found = _EXCEPT.fullmatch(_plain(text).strip())
    if found is None:
        return None
    named = found["zh"] or found["en"] or ""
    return tuple(dict.fromkeys(int(one) for one in re.findall(r"\d{1,3}", named)))


@dataclass(frozen=True)
class WrittenAnswer:
    """An answer of any kind: the number that people see, and the words."""

    number: str
    words: str


_WRITTEN = re.compile(
    r"\s*(?:第\s*)?(?P<number>\d{1,3}(?:-\d{1,2}){0,2})\s*题?\s*[:：=＝]\s*(?P<words>\S.*)", re.DOTALL
)


def read_written_answers(text: str) -> tuple[WrittenAnswer, ...] | None:
    """`5：12；6：昨天；10-1：-17.5`, one a line or one after the other with a semicolon between; None for a message of
    which any piece is none. A time of day alone (`9:30`) is no answer to question 9."""
    found = [_WRITTEN.fullmatch(piece) for piece in re.split(r"[\n;；]+", text.strip())]
    if re.fullmatch(r"\d{1,2}[:：]\d{2}", text.strip()) or None in found:
        return None
    return tuple(
        WrittenAnswer(one["number"].lstrip("0") or "0", one["words"].strip())
        for one in found
        if one is not None
    )
