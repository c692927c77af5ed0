"""Working days and office hours in Xinjiang: the State Council's yearly notice, the region's own, and what was loaded.

A year whose national or regional notice is not in the tables is provisional, and whoever shows a date of it says so.
Counting follows 民法典 201 and 行政处罚法 85: the first day is not counted.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property

from inspection.calendar import national
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.calendar.notices import EVERYWHERE, Level, Notice, OfficeHours
from inspection.calendar.tables import OFFICE_HOURS, XINJIANG

PUBLICITY_WORKING_DAYS = 20
"""博州政办发〔2019〕33号: results are published within 20 working days after the inspection ended."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Year:
    """`worked` are weekend days that are worked, `off` all days off, be they on a weekend or not."""

    worked: frozenset[date]
    off: frozenset[date]
    is_provisional: bool


@dataclass(frozen=True)
class Calendar:
    """One version of the calendar. `notices` holds one notice per year and level at most, and `hours` one entry per
    district; a year without a national notice here is as the `holidays` package knows it."""

    notices: tuple[Notice, ...]
    hours: tuple[OfficeHours, ...]
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was worked out before."""

    @classmethod
    @cache
    def built_in(cls) -> "Calendar":
        """What the program itself knows."""
        return cls(XINJIANG, OFFICE_HOURS)

    def overlaid(self, notices: Iterable[Notice], hours: Iterable[OfficeHours]) -> "Calendar":
        """These laid over it: a notice replaces that of its year and level, hours replace their district's."""
        kept_notices = {(one.year, one.level): one for one in (*self.notices, *notices)}
        kept_hours = {one.district: one for one in (*self.hours, *hours)}
        return Calendar(
            tuple(kept_notices[key] for key in sorted(kept_notices)),
            tuple(kept_hours[key] for key in sorted(kept_hours)),
        )

    @cached_property
    def version(self) -> str:
        """SHA-256 in hex of all that it holds: two calendars that count alike by the same sources have the same."""
        held = "\n".join([national.SOURCE, *map(repr, self.notices), *map(repr, self.hours)])
        return hashlib.sha256(held.encode()).hexdigest()

    # Days.

    def is_working_day(self, day: date) -> bool:
        """Whether offices in Xinjiang work on this day; a weekend that is made up for is a working day."""
        year = self._year(day.year)
        return day in year.worked or (day.weekday() < 5 and day not in year.off)

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is itself not counted; 0 gives `day`."""
        return self._walk(day, count, _ONE_DAY)

    def working_days_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`, which is itself not counted; 0 gives `day`."""
        return self._walk(day, count, -_ONE_DAY)

    def working_days_from(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; 0 when `last` is not later."""
        days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def publicity_due(self, ended_at: datetime) -> date:
        """The last day on which the result may be published."""
        return self.working_days_after(beijing_day(ended_at), PUBLICITY_WORKING_DAYS)

    def is_provisional(self, year: int) -> bool:
        """Whether a notice for this year is missing, so that dates in it may still move."""
        return self._year(year).is_provisional

    def notice(self, year: int, level: Level) -> Notice | None:
        """The notice as it was laid down here; None where there is none, or where it is the package's."""
        return next((one for one in self.notices if (one.year, one.level) == (year, level)), None)

    def is_announced(self, year: int, level: Level) -> bool:
        if self.notice(year, level) is not None:
            return True
        return level is Level.NATIONAL and national.national_year(year).is_announced

    def announced(self, year: int, level: Level) -> tuple[frozenset[date], frozenset[date]]:
        """Days off and made-up days in this year by its own notice and the one of the year after; of a year without a
        national notice, the holidays of the package, be they announced or estimated."""
        found = [one for one in self.notices if one.level is level and one.year in (year, year + 1)]
        off = frozenset(day for one in found for day in one.days_off() if day.year == year)
        on = frozenset(day for one in found for day in one.on if day.year == year)
        if level is Level.NATIONAL and self.notice(year, level) is None:
            package = national.national_year(year)
            return off | package.off, on | package.on
        return off, on

    # Hours.

    def hours_of(self, district: str) -> OfficeHours | None:
        """The district's own, without those of everywhere."""
        return next((one for one in self.hours if one.district == district), None)

    def office_hours(self, day: date, district: str) -> tuple[tuple[datetime, datetime], ...]:
        """When offices of the district are open on this day of Beijing, as aware UTC times in order, the end not meant
        any more; empty on a day off. An unknown district has the hours of everywhere."""
        if not self.is_working_day(day):
            return ()
        for hours in (self.hours_of(district), self.hours_of(EVERYWHERE)):
            spans = hours.spans_on(day) if hours is not None else None
            if spans is not None:
                return tuple((_at(day, begin), _at(day, end)) for begin, end in spans)
        return ()

    def in_office(self, at: datetime, district: str) -> bool:
        return any(begin <= at < end for begin, end in self.office_hours(beijing_day(at), district))

    def next_office_moment(self, at: datetime, district: str) -> datetime:
        """`at` itself within office hours, else when the offices of the district open next."""
        for day in _days(beijing_day(at), _ONE_DAY):
            for begin, end in self.office_hours(day, district):
                if at < end:
                    return max(at, begin)
        raise AssertionError("the days do not end")

    def last_office_moment(self, at: datetime, district: str) -> datetime:
        """`at` itself within office hours, else when the offices of the district closed last."""
        for day in _days(beijing_day(at), -_ONE_DAY):
            for begin, end in reversed(self.office_hours(day, district)):
                if at >= begin:
                    return min(at, end)
        raise AssertionError("the days do not end")

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        if count < 0:
            raise ValueError(f"{count} working days: count the other way instead")
        while count:
            day += step
            count -= self.is_working_day(day)
        return day

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._worked_out(year)
        return known

    def _worked_out(self, year: int) -> _Year:
        """The region comes after the country: its days off hold on a weekend that the country makes up for."""
        country_off, country_on = self.announced(year, Level.NATIONAL)
        region_off, region_on = self.announced(year, Level.XINJIANG)
        return _Year(
            worked=(country_on - region_off) | region_on,
            off=country_off | region_off,
            is_provisional=not all(self.is_announced(year, level) for level in Level),
        )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BEIJING).astimezone(UTC)


def _days(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
