"""What offices announce about their own time: the yearly notice of holidays, and the hours of a season."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

Span = tuple[date, date]
"""First and last day, both meant."""
MonthDay = tuple[int, int]
OfficeSpan = tuple[time, time]
"""Begin and end by Beijing time on one day; the end is not meant any more."""

EVERYWHERE = "*"
"""The district of hours that hold wherever a district has none of its own."""


class Level(StrEnum):
    """Who announces: the State Council for the country, the region's government for its own two holidays."""

    NATIONAL = "national"
    XINJIANG = "xinjiang"


@dataclass(frozen=True)
class Notice:
    """One yearly notice of one level. `off` are the days off with the weekends inside, `on` the weekend days that are
    worked for them; New Year's days off may begin in the December before. `published` is None where it is not known."""

    year: int
    level: Level
    off: tuple[Span, ...]
    on: tuple[date, ...] = ()
    source: str = ""
    published: date | None = None

    def days_off(self) -> Iterator[date]:
        return (day for span in self.off for day in days_of(span))


@dataclass(frozen=True)
class Season:
    """Office hours from the month and day `first` up to and with `last`, over New Year where `last` comes before."""

    first: MonthDay
    last: MonthDay
    spans: tuple[OfficeSpan, ...]
    source: str = ""

    def holds_on(self, day: MonthDay) -> bool:
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


@dataclass(frozen=True)
class OfficeHours:
    """The seasons of one district (`inspection.departments`), or of `EVERYWHERE`; no two of them share a day."""

    district: str
    seasons: tuple[Season, ...]

    def spans_on(self, day: date) -> tuple[OfficeSpan, ...] | None:
        """None on a day of the year that no season names."""
        found = (one.spans for one in self.seasons if one.holds_on((day.month, day.day)))
        return next(found, None)


def days_of(span: Span) -> Iterator[date]:
    first, last = span
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
