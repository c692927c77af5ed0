"""The 20-working-day clock, on the calendar of Xinjiang."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.calendar.national import national_year
from inspection.calendar.notices import Level, Notice
from inspection.calendar.spans import holidays_of, runs

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


# --- What is laid over it ---------------------------------------------------------------------------------------------

spring_2027 = Notice(
    2027,
    Level.NATIONAL,
    off=((date(2026, 12, 31), date(2027, 1, 3)), (date(2027, 2, 5), date(2027, 2, 11))),
    on=(date(2027, 2, 20),),
)
region_2027 = Notice(2027, Level.XINJIANG, off=((date(2027, 2, 20), date(2027, 2, 20)),))


def test_a_year_is_certain_once_both_notices_are_there() -> None:
    country = CALENDAR.overlaid([spring_2027], ())
    assert country.is_provisional(2027)
    assert not country.overlaid([region_2027], ()).is_provisional(2027)
    assert CALENDAR.is_provisional(2027)


def test_days_off_of_new_year_may_lie_in_the_old_year() -> None:
    later = CALENDAR.overlaid([spring_2027], ())
    assert CALENDAR.is_working_day(date(2026, 12, 31))
    assert not later.is_working_day(date(2026, 12, 31))
    assert later.is_working_day(date(2026, 10, 10))
    assert not later.is_working_day(date(2026, 10, 1))


def test_the_region_may_rest_on_a_day_that_the_country_makes_up_for() -> None:
    country = CALENDAR.overlaid([spring_2027], ())
    assert country.is_working_day(date(2027, 2, 20))
    assert not country.overlaid([region_2027], ()).is_working_day(date(2027, 2, 20))


def test_a_later_notice_takes_the_place_of_the_earlier_one() -> None:
    mended = replace(spring_2027, on=())
    assert CALENDAR.overlaid([spring_2027], ()).overlaid([mended], ()) == CALENDAR.overlaid([mended], ())


@given(st.sampled_from(range(2020, 2027)), st.data())
def test_a_notice_that_says_what_was_known_changes_no_day(year: int, data: st.DataObject) -> None:
    known = national_year(year)
    notice = Notice(year, Level.NATIONAL, runs(known.off), tuple(sorted(known.on)))
    again = CALENDAR.overlaid([notice, *CALENDAR.notices], CALENDAR.hours)
    day = data.draw(st.dates(date(year, 1, 1), date(year, 12, 31)))
    assert again.is_working_day(day) == CALENDAR.is_working_day(day)
    assert again.is_provisional(year) == CALENDAR.is_provisional(year)


def test_two_calendars_of_one_content_have_one_version() -> None:
    assert CALENDAR.overlaid(CALENDAR.notices, CALENDAR.hours).version == CALENDAR.version
    assert CALENDAR.overlaid([spring_2027], ()).version != CALENDAR.version
    assert (
        CALENDAR.overlaid([spring_2027], ()).version
        == CALENDAR.overlaid([spring_2027, spring_2027], ()).version
    )


@pytest.mark.parametrize(
    ("year", "level", "spans"),
    [
        (2026, Level.XINJIANG, ["03-20 03-22", "05-27 05-31"]),
        (2025, Level.XINJIANG, ["03-29 03-31", "06-06 06-10"]),
        (
            2026,
            Level.NATIONAL,
            [
                "01-01 01-03",
                "02-15 02-23",
                "04-04 04-06",
                "05-01 05-05",
                "06-19 06-21",
                "09-25 09-27",
                "10-01 10-07",
            ],
        ),
    ],
)
def test_holidays_are_shown_as_their_notice_reads(year: int, level: Level, spans: list[str]) -> None:
    found = holidays_of(CALENDAR, year, level)
    assert [f"{first:%m-%d} {last:%m-%d}" for first, last in found] == spans


def test_the_made_up_days_of_2026_are_those_of_the_notice() -> None:
    _, on = CALENDAR.announced(2026, Level.NATIONAL)
    assert [f"{day:%m-%d}" for day in sorted(on)] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
