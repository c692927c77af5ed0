"""The four kinds of value of an XForms expression, and how one becomes another.

A value is a text, a number, a truth or a list of nodes. Dates are texts in ISO form that count as days since
1970-01-01 wherever a number is wanted, as ODK has it; a time of day counts as its part of a day.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Protocol


class Holder(Protocol):
    """A node that holds a text; `is_numeric` when its bind says int or decimal."""

    @property
    def text(self) -> str: ...

    @property
    def is_numeric(self) -> bool: ...


Value = str | float | bool | Sequence[Holder]

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*\Z")
_DATE = re.compile(r"\s*(\d{4})-(\d\d?)-(\d\d?)\s*\Z")
_ZONED_TIME = r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?\s*\Z"
_TIME = re.compile(r"\s*" + _ZONED_TIME)
_DATETIME = re.compile(r"\s*(\d{4}-\d\d?-\d\d?)[T ]" + _ZONED_TIME)
_EPOCH = date(1970, 1, 1)


def first(value: Value) -> str | float | bool:
    """A list of nodes as one value: that of its first node, "" when there is none."""
    if isinstance(value, str | float | int):
        return value
    if not value:
        return ""
    node = value[0]
    return as_number(node.text) if node.is_numeric and node.text else node.text


def each(value: Value) -> list[str | float | bool]:
    """A list of nodes as their values; a single value as a list of one."""
    if isinstance(value, str | float | int):
        return [value]
    return [first([node]) for node in value]


def as_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return number_text(float(value))
    return value[0].text if value else ""


def number_text(number: float) -> str:
    """A number without an exponent and, when whole, without a point."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def as_number(value: Value, zone: tzinfo = UTC) -> float:
    value = first(value)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float | int):
        return float(value)
    if _NUMBER.match(value):
        return float(value)
    return days(value, zone)


def as_truth(value: Value) -> bool:
    """Zero, NaN and the empty text are false; any other text is true, also "false"."""
    value = first(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, float | int):
        return value != 0 and not math.isnan(value)
    return bool(value)


def days(text: str, zone: tzinfo = UTC) -> float:
    """A date, date-time or time of day as days since 1970-01-01 on the clocks of `zone`; NaN for another text."""
    if not text or not text.strip()[:1].isdigit():
        return math.nan
    try:
        if found := _DATE.match(text):
            return float((date(*map(int, found.groups())) - _EPOCH).days)
        if found := _TIME.match(text):
            return seconds_of_day(clock(text)) / 86400
        if _DATETIME.match(text):
            moment = read_moment(text, zone)
            return float((moment.date() - _EPOCH).days) + seconds_of_day(moment.time()) / 86400
    except ValueError:
        return math.nan
    return math.nan


def seconds_of_day(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1_000_000


def clock(text: str) -> time:
    """The time of day on the clock face, whatever its zone; raises ValueError."""
    found = _TIME.match(text)
    if found is None:
        raise ValueError(text)
    hour, minute, second, fraction, _zone = found.groups()
    return time(int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")))


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A date or date-time on the clocks of `zone`; one without its own zone is taken to be there. Raises ValueError."""
    if found := _DATE.match(text):
        return datetime(*map(int, found.groups()), tzinfo=zone)  # type: ignore[misc, arg-type]
    found = _DATETIME.match(text)
    if found is None:
        raise ValueError(text)
    day, hour, minute, second, fraction, offset = found.groups()
    padded = "-".join(part.zfill(2) for part in day.split("-"))
    micro = (fraction or "0").ljust(6, "0")
    moment = datetime.fromisoformat(f"{padded}T{hour}:{minute}:{second or '00'}.{micro}{_offset(offset)}")
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _offset(offset: str | None) -> str:
    if not offset:
        return ""
    if offset == "Z":
        return "+00:00"
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return f"{offset[0]}{digits[:2]}:{digits[2:]}"


def moment_text(moment: datetime) -> str:
    """A moment as XForms write it: milliseconds and an offset."""
    return moment.isoformat(timespec="milliseconds")


def day_text(number: float) -> str:
    """The date so many days after 1970-01-01, "" when there is no such date."""
    if math.isnan(number) or math.isinf(number):
        return ""
    try:
        return date.fromordinal(_EPOCH.toordinal() + math.floor(number)).isoformat()
    except (ValueError, OverflowError):
        return ""
