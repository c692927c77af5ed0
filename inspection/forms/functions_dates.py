"""Functions on dates and times. "Now" is what the facts of the filling say, on the clocks of Beijing."""

import math
from collections.abc import Callable
from datetime import datetime, tzinfo

from inspection.forms.calls import Call
from inspection.forms.rules import Table
from inspection.forms.values import (
    Value,
    as_number,
    as_text,
    clock,
    day_text,
    first,
    moment_text,
    read_moment,
    seconds_of_day,
)


def _zone(call: Call) -> tzinfo:
    return call.focus.world.at.tzinfo  # type: ignore[return-value]


def _moment(call: Call, at: int = 0) -> datetime | None:
    return _moment_of(call.value(at), _zone(call))


def _moment_of(given: Value, zone: tzinfo) -> datetime | None:
    """A value as a moment: a text in ISO form, or days since 1970-01-01."""
    value = first(given)
    try:
        if isinstance(value, str):
            return read_moment(value, zone)
        number = as_number(value)
        if not math.isfinite(number):
            return None
        seconds = min(round((number - math.floor(number)) * 86_400), 86_399)
        start = read_moment(day_text(number), zone)
        return start.replace(hour=seconds // 3600, minute=seconds // 60 % 60, second=seconds % 60)
    except (ValueError, OverflowError):
        return None


def date_text(given: Value, zone: tzinfo) -> str:
    """A date as it is; a number as the date so many days after 1970-01-01; a date-time as its day; else ""."""
    moment = _moment_of(given, zone)
    return moment.date().isoformat() if moment else ""


def _date(call: Call) -> str:
    return date_text(call.value(0), _zone(call))


def _date_time(call: Call) -> str:
    moment = _moment(call)
    return moment_text(moment) if moment else ""


def _decimal_time(call: Call) -> float:
    try:
        text = as_text(first(call.value(0)))
        if "T" in text:
            return seconds_of_day(read_moment(text, _zone(call)).time()) / 86_400
        return seconds_of_day(clock(text)) / 86_400
    except ValueError:
        return math.nan


def _decimal_date_time(call: Call) -> float:
    return as_number(call.value(0), _zone(call))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_LETTERS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "m": lambda at: f"{at.month:02}",
    "n": lambda at: str(at.month),
    "b": lambda at: _MONTHS[at.month - 1],
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: str(at.day),
    "H": lambda at: f"{at.hour:02}",
    "h": lambda at: str(at.hour),
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "3": lambda at: f"{at.microsecond // 1000:03}",
    "a": lambda at: _DAYS[at.weekday()],
    "W": lambda at: f"{at.isocalendar().week:02}",
    "Z": lambda at: f"{at:%z}",
    "%": lambda at: "%",
}


def _formatted(call: Call) -> str:
    moment = _moment(call) or _clock_moment(call)
    if moment is None:
        return ""
    parts, letters = [], iter(call.text(1))
    for sign in letters:
        if sign != "%":
            parts.append(sign)
            continue
        letter = next(letters, "%")
        parts.append(_LETTERS[letter](moment) if letter in _LETTERS else letter)
    return "".join(parts)


def _clock_moment(call: Call) -> datetime | None:
    """A time of day alone, as on the first day of 1970."""
    try:
        return datetime.combine(datetime(1970, 1, 1, tzinfo=_zone(call)), clock(call.text(0)), _zone(call))
    except ValueError:
        return None


def _now(call: Call) -> Value:
    return moment_text(call.focus.world.at)


DATES: Table = {
    "today": (0, lambda call: call.focus.world.at.date().isoformat()),
    "now": (0, _now),
    "date": (1, _date),
    "date-time": (1, _date_time),
    "decimal-date-time": (1, _decimal_date_time),
    "decimal-time": (1, _decimal_time),
    "format-date": (2, _formatted),
    "format-date-time": (2, _formatted),
}
