"""Long texts in parts, marks that are only signs, and limits as Telegram counts them."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.parting import clean, units
from bot.channels.telegram.wording import CAPTION_LIMIT, TEXT_LIMIT, html, split
from tests.telegram.markup import read_html, utf16_length

_SIGNS = st.sampled_from("ab 好。！，、\n\t😀👍🏽\u200d\ufe0f\u0301🇨🇳👨🏭<&>") | st.characters()
_PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""The first text of a run waits for the table of all characters."""
_TEXTS = st.text(_SIGNS, max_size=400)


def _seen(text: str) -> str:
    return "".join(sign for sign in clean(text) if not sign.isspace() and unicodedata.category(sign) != "Cf")


def test_the_limits_are_telegrams() -> None:
    assert (TEXT_LIMIT, CAPTION_LIMIT) == (4096, 1024)


@_PATIENT
@given(_TEXTS, st.integers(2, 60), st.integers(2, 60))
@example("\u0301" * 100, 10, 10)
@example("😀" * 50, 3, 5)
def test_every_part_fits_and_nothing_visible_is_lost(text: str, first: int, rest: int) -> None:
    parts = split(text, first, rest)
    assert all(utf16_length(part) <= (rest if place else first) for place, part in enumerate(parts))
    assert all(part.strip() for part in parts)
    assert "".join(_seen(part) for part in parts) == _seen(text)


@_PATIENT
@given(_TEXTS)
def test_escaped_words_are_the_same_words_to_whoever_reads_them(text: str) -> None:
    for part in split(text):
        read, _ = read_html(html(part))
        assert read == part


@_PATIENT
@given(_TEXTS)
def test_units_are_counted_as_telegram_counts(text: str) -> None:
    assert units(clean(text)) == utf16_length(clean(text))


def test_a_text_that_fits_is_one_part() -> None:
    assert split("好" * 4096) == ["好" * 4096]
    assert split("😀" * 2048) == ["😀" * 2048]
    assert len(split("😀" * 2049)) == 2


@pytest.mark.parametrize(
    ("text", "room", "first"),
    [
        ("一二三\n四五\n\n六七八九十", 12, "一二三\n四五"),
        ("一二三四\n五六七八。九十", 10, "一二三四"),
        ("一二三四。五六，七八九十", 10, "一二三四。"),
        ("他说“行。”然后走了很远", 8, "他说“行。”"),
        ("Cost 3.5 now. Then more", 15, "Cost 3.5 now."),
        ("一二三四，五六七八九十", 8, "一二三四，"),
        ("alpha beta gamma", 12, "alpha beta"),
        ("一二三四五六七八九十", 4, "一二三四"),
        ("一。二三四五六七八九十十一十二十三", 12, "一。二三四五六七八九十十"),
    ],
)
def test_a_text_is_parted_where_the_sense_ends(text: str, room: int, first: str) -> None:
    assert split(text, room, 4096)[0] == first


@pytest.mark.parametrize("whole", ["😀", "e\u0301", "👨\u200d🏭", "👍🏽", "🇨🇳", "❤\ufe0f", "ཀ\u0f71"])
def test_one_sign_is_never_cut(whole: str) -> None:
    room = 11
    parts = split(whole * 30, room, room)
    assert all(part == whole * (len(part) // len(whole)) for part in parts)
    assert "".join(parts) == whole * 30


def test_the_headline_is_bold_where_more_follows() -> None:
    assert html("A & <B>\n第二行") == "<b>A &amp; &lt;B&gt;</b>\n第二行"
    assert html("只有一行") == "只有一行"
    assert html("A\nB", has_headline=False) == "A\nB"


def test_the_limit_holds_for_the_words_not_for_the_marks() -> None:
    (part,) = split("&" * 4096)
    assert len(html(part)) == 5 * 4096


def test_what_nobody_can_see_makes_no_message() -> None:
    assert split(" \n\u200b\ufeff\u3000") == []
    assert clean("a\0\x1b[1m\x85b\r\nc\rd\te\ud83d") == "a[1mb\nc\nd\te\ufffd"
