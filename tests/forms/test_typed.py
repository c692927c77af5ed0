"""What people type, read as values: what is plain is taken, what could mean two things is not guessed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.forms.filling import Unfit
from inspection.forms.form import Kind
from inspection.forms.lexical import kept
from inspection.forms.typed import read_typed

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.INTEGER, "12", "12"),
        (Kind.INTEGER, "１２", "12"),
        (Kind.INTEGER, " 007 ", "7"),
        (Kind.INTEGER, "−3", "-3"),
        (Kind.DECIMAL, "3.5", "3.5"),
        (Kind.DECIMAL, "－１８．５", "-18.5"),
        (Kind.DATE, "2026-11-26", "2026-11-26"),
        (Kind.DATE, "2026年11月6日", "2026-11-06"),
        (Kind.DATE, "2026/1/5", "2026-01-05"),
        (Kind.DATE, "11月26日", "2026-11-26"),
        (Kind.DATE, "12月1日", "2026-12-01"),
        (Kind.DATE, "今天", "2026-11-26"),
        (Kind.DATE, "昨天", "2026-11-25"),
        (Kind.DATE, "yesterday", "2026-11-25"),
        (Kind.TIME, "9:30", "09:30:00.000+08:00"),
        (Kind.TIME, "９：３０", "09:30:00.000+08:00"),
        (Kind.TIME, "9点半", "09:30:00.000+08:00"),
        (Kind.TIME, "下午3点", "15:00:00.000+08:00"),
        (Kind.TIME, "3点一刻", "03:15:00.000+08:00"),
        (Kind.TIME, "9:30 pm", "21:30:00.000+08:00"),
        (Kind.DATETIME, "2026-11-26 9:30", "2026-11-26T09:30:00.000+08:00"),
        (Kind.DATETIME, "昨天下午3点", "2026-11-25T15:00:00.000+08:00"),
        (Kind.GEOPOINT, "44.9, 82.07", "44.9 82.07 0 0"),
        (Kind.ACKNOWLEDGE, "好的", "OK"),
        (Kind.TEXT, " 冰柜１号 ", "冰柜１号"),
        (Kind.INTEGER, "  ", ""),
    ],
)
def test_what_is_plain_is_taken(kind: Kind, text: str, value: str) -> None:
    assert read_typed(kind, text, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (Kind.INTEGER, "3.5", "unfit_integer"),
        (Kind.INTEGER, "1,000", "unfit_integer"),
        (Kind.INTEGER, "三", "unfit_integer"),
        (Kind.DECIMAL, "12,5", "unfit_decimal"),
        (Kind.DECIMAL, "3.5度", "unfit_decimal"),
        (Kind.DECIMAL, "1e5", "unfit_decimal"),
        (Kind.DATE, "26.11.2026", "unfit_date"),
        (Kind.DATE, "11/26", "unfit_date"),
        (Kind.DATE, "2026-02-30", "unfit_date"),
        (Kind.DATE, "2月30日", "unfit_date"),
        (Kind.TIME, "25:00", "unfit_time"),
        (Kind.TIME, "9:60", "unfit_time"),
        (Kind.TIME, "半", "unfit_time"),
        (Kind.DATETIME, "昨天", "unfit_datetime"),
        (Kind.GEOPOINT, "91 82", "unfit_geopoint"),
        (Kind.GEOPOINT, "44.9", "unfit_geopoint"),
        (Kind.ACKNOWLEDGE, "不", "unfit_acknowledge"),
    ],
)
def test_what_could_mean_something_else_is_refused_with_what_would_be_right(
    kind: Kind, text: str, sentence: str
) -> None:
    with pytest.raises(Unfit) as refused:
        read_typed(kind, text, TODAY)
    assert refused.value.sentence == sentence
    assert refused.value.facts["value"] == text


def test_a_date_without_a_year_is_last_years_when_it_would_lie_far_ahead() -> None:
    assert read_typed(Kind.DATE, "12月31日", date(2026, 1, 2)) == "2025-12-31"
    assert read_typed(Kind.DATE, "1月5日", date(2026, 12, 30)) == "2026-01-05"


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.REPEAT]),
    text=st.text(max_size=20) | st.text("0123456789.-:/年月日点半 +T", max_size=16),
)
def test_whatever_is_typed_becomes_a_value_of_the_kind_or_is_refused(kind: Kind, text: str) -> None:
    try:
        value = read_typed(kind, text, TODAY)
    except Unfit:
        return
    assert kept(kind, value) == value
