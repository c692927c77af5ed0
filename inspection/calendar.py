"""Working days in Xinjiang: the State Council's yearly notice, and the region's two holidays of its own.

The national part comes from the `holidays` package, make-up working days included. No library knows the holidays of
the region (新疆维吾尔自治区人民政府令第174号): 肉孜节 has one day, 古尔邦节 three, and their dates come by a notice
each December. They are not the astronomical dates and can't be computed, so they are a table here. A year whose
national or regional notice is not in the tables is provisional, and whoever shows a date of it says so.

Counting follows 民法典 201 and 行政处罚法 85: the first day is not counted.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache

import holidays

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Official time; China has had no summer time since 1991, so a fixed offset is enough and reads no disk."""

PUBLICITY_WORKING_DAYS = 20
"""博州政办发〔2019〕33号: results are published within 20 working days after the inspection ended."""

_ONE_DAY = timedelta(days=1)

# Days off by the region's yearly notice, first and last day, weekends inside included.
_XINJIANG: dict[int, tuple[tuple[date, date], ...]] = {
    # 肉孜节 3 May with its day off moved to 5 May; 古尔邦节 10 July (notice as printed by 7tqp.com).
    2022: ((date(2022, 5, 5), date(2022, 5, 5)), (date(2022, 7, 9), date(2022, 7, 13))),
    # 肉孜节 22 April; 古尔邦节 29 June (notice as printed by meili43.com).
    2023: ((date(2023, 4, 21), date(2023, 4, 21)), (date(2023, 6, 28), date(2023, 6, 30))),
    # 肉孜节 31 March; 古尔邦节 6 June (notice as printed by mnw.cn and tkx.gov.cn).
    2025: ((date(2025, 3, 29), date(2025, 3, 31)), (date(2025, 6, 6), date(2025, 6, 10))),
    # 肉孜节 21 March; 古尔邦节 27 May (Uyghur text of the notice, v.alkuyi.com).
    2026: ((date(2026, 3, 20), date(2026, 3, 22)), (date(2026, 5, 27), date(2026, 5, 31))),
}


def beijing_day(at: datetime) -> date:
    """The calendar day in Beijing at this moment; `at` is aware."""
    return at.astimezone(BEIJING).date()


def is_working_day(day: date) -> bool:
    """Whether offices in Xinjiang work on this day; a weekend that is made up for is a working day."""
    if day in _days_off_in_xinjiang(day.year):
        return False
    days_off, made_up = _china(day.year)
    return day in made_up or (day.weekday() < 5 and day not in days_off)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which is itself not counted; 0 gives `day`."""
    return _walk(day, count, _ONE_DAY)


def working_days_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`, which is itself not counted; 0 gives `day`."""
    return _walk(day, count, -_ONE_DAY)


def working_days_from(first: date, last: date) -> int:
    """How many working days lie after `first` up to and with `last`; 0 when `last` is not later."""
    return sum(is_working_day(day) for day in _days(first, last))


def publicity_due(ended_at: datetime) -> date:
    """The last day on which the result may be published."""
    return working_days_after(beijing_day(ended_at), PUBLICITY_WORKING_DAYS)


def is_provisional(year: int) -> bool:
    """Whether a notice for this year is missing from the tables, so that dates in it may still move."""
    return not any(day.year == year for day in _china(year)[1]) or year not in _XINJIANG


def _walk(day: date, count: int, step: timedelta) -> date:
    if count < 0:
        raise ValueError(f"{count} working days: count the other way instead")
    while count:
        day += step
        count -= is_working_day(day)
    return day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(1, (last - first).days + 1))


@cache
def _china(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and made-up working days by the national notice. Every notice of recent times has made-up days, so a
    year without any is one that has not been announced."""
    calendar = holidays.country_holidays("CN", years=year)
    return frozenset(calendar), frozenset(calendar.weekend_workdays)


@cache
def _days_off_in_xinjiang(year: int) -> frozenset[date]:
    spans = _XINJIANG.get(year, ())
    return frozenset(
        first - _ONE_DAY + _ONE_DAY * n for first, last in spans for n in range(1, (last - first).days + 2)
    )
