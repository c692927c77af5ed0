"""The State Council's yearly notices as the `holidays` package knows them, make-up days included."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from holidays.version import __version__

SOURCE = f"holidays {__version__}"


@dataclass(frozen=True)
class NationalYear:
    """`off` are the holidays and the days moved for them, `on` the weekend days made up for. A year that is not
    announced yet has the package's estimate of its holidays, without any moved day."""

    off: frozenset[date]
    on: frozenset[date]
    is_announced: bool


@cache
def national_year(year: int) -> NationalYear:
    """Every notice of recent times has made-up days, so a year without any is one that has not been announced."""
    calendar = holidays.country_holidays("CN", years=year)
    made_up = frozenset(day for day in calendar.weekend_workdays if day.year == year)
    return NationalYear(frozenset(calendar), made_up, is_announced=bool(made_up))
