"""Days in a row, as a notice is read out: days off together with the weekends that belong to them."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import Level, Span

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def holidays_of(calendar: Calendar, year: int, level: Level) -> tuple[Span, ...]:
    """The days off of a level within this year, in order; a weekend that touches them is part of them, unless it is
    made up for."""
    off, on = calendar.announced(year, level)
    days = set(off)
    for day in off:
        for step in (_ONE_DAY, -_ONE_DAY):
            near = day + step
            while near.year == year and near.weekday() >= _SATURDAY and near not in on:
                days.add(near)
                near += step
    return runs(days)


def runs(days: Iterable[date]) -> tuple[Span, ...]:
    """Days that follow each other, as one span each."""
    ordered = sorted(set(days))
    rows = groupby(enumerate(ordered), key=lambda one: one[1].toordinal() - one[0])
    groups = [[day for _, day in row] for _, row in rows]
    return tuple((group[0], group[-1]) for group in groups)
