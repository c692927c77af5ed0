"""The 20-working-day clock, on the calendar of Xinjiang."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar

CALENDAR = Calendar.built_in()

days = st.dates(date(2022, 1, 1), date(2027, 12, 31))
counts = st.integers(0, 60)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (date(2025, 5, 12), date(2025, 6, 13)),
        (date(2025, 5, 30), date(2025, 7, 3)),
        (date(2026, 3, 2), date(2026, 3, 31)),
        (date(2026, 5, 15), date(2026, 6, 17)),
        (date(2026, 9, 14), date(2026, 10, 16)),
    ],
)
def test_twenty_working_days_are_counted_as_xinjiang_works(ended: date, due: date) -> None:
    assert CALENDAR.working_days_after(ended, 20) == due
    assert CALENDAR.working_days_from(ended, due) == 20


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 3, 20), False),  # 肉孜节, a Friday that the rest of China works
        (date(2026, 5, 27), False),  # 古尔邦节
        (date(2026, 6, 1), True),
        (date(2022, 5, 5), False),
        (date(2023, 6, 30), False),
        (date(2025, 6, 10), False),
    ],
)
def test_a_day_is_worked_or_off_by_both_notices(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


def test_a_year_without_its_notices_is_provisional() -> None:
    assert [year for year in range(2022, 2029) if CALENDAR.is_provisional(year)] == [2024, 2027, 2028]


def test_the_visit_ends_on_its_day_in_beijing() -> None:
    late = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
    assert beijing_day(late) == date(2026, 5, 15)
    assert CALENDAR.publicity_due(late) == date(2026, 6, 17)


@given(days, counts)
def test_there_and_back_ends_no_later_than_it_began(day: date, count: int) -> None:
    due = CALENDAR.working_days_after(day, count)
    assert CALENDAR.working_days_before(due, count) <= day or count == 0
    assert CALENDAR.working_days_from(day, due) == count
    assert count == 0 or CALENDAR.is_working_day(due)


@given(days, counts)
def test_one_more_working_day_is_always_later(day: date, count: int) -> None:
    assert CALENDAR.working_days_after(day, count) < CALENDAR.working_days_after(day, count + 1)


@given(days, st.integers(1, 60))
def test_starting_on_a_day_off_or_the_working_day_before_it_comes_to_the_same(day: date, count: int) -> None:
    if not CALENDAR.is_working_day(day):
        earlier = CALENDAR.working_days_before(day, 1)
        assert CALENDAR.working_days_after(day, count) == CALENDAR.working_days_after(earlier, count)
    assert CALENDAR.working_days_after(day, 1) > day


@given(days)
def test_a_count_never_goes_backwards(day: date) -> None:
    assert CALENDAR.working_days_from(day, day - timedelta(days=3)) == 0
    with pytest.raises(ValueError, match="other way"):
        CALENDAR.working_days_after(day, -1)
