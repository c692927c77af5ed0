"""One table of a calendar file: its values taken out by kind, and every fault noted at its line."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from inspection.calendar.lines import Lines
from inspection.calendar.notices import MonthDay, OfficeSpan, Span
from inspection.registration.problems import RowProblem, Severity

Value = TypeVar("Value")
BETWEEN_DAYS = ".."
_LEAP_YEAR = 2024
_SHOWN = 40
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_OFFICE_SPAN = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")


@dataclass
class CalendarFile:
    """A file under way, with what is wrong in it so far."""

    name: str
    lines: Lines
    problems: list[RowProblem] = field(default_factory=list)

    def fault(self, code: str, line: int, key: str = "", **facts: object) -> None:
        self.problems.append(RowProblem(self.name, "", line, "", key, code, Severity.ERROR, facts))


@dataclass(frozen=True)
class Entry:
    """The `number`-th table of this name, from 0. What is not there or cannot be read is None, with a fault noted."""

    file: CalendarFile
    name: str
    number: int
    table: dict[str, Any]

    def line(self, key: str = "", value: object = "") -> int:
        return self.file.lines.of(self.name, self.number, key, str(value))

    def fault(self, code: str, key: str = "", value: object = "", **facts: object) -> None:
        """`value` is as it is written in the file, where it is one of several."""
        self.file.fault(code, self.line(key, value), key, value=str(value)[:_SHOWN], **facts)

    def missing(self, key: str) -> None:
        self.file.fault("calendar_missing", self.line(key), key, value=key)

    def refuse_unknown(self, keys: tuple[str, ...]) -> None:
        for key in self.table:
            if key not in keys:
                self.fault("calendar_unknown_key", key, key, keys=", ".join(keys))

    def value(self, key: str, code: str, read: Callable[[Any], Value]) -> Value | None:
        """`read` raises ValueError for what it cannot read, and `code` says so."""
        if key not in self.table:
            self.missing(key)
            return None
        return self._read(key, self.table[key], code, read)

    def values(self, key: str, code: str, read: Callable[[Any], Value]) -> list[Value]:
        """A list, without what cannot be read. A list that is not there is empty."""
        given = self.table.get(key, [])
        if not isinstance(given, list):
            given = [given]
        found = (self._read(key, one, code, read) for one in given)
        return [one for one in found if one is not None]

    def length(self, key: str) -> int:
        """How many values are written, whether they can be read or not."""
        given = self.table.get(key, [])
        return len(given) if isinstance(given, list) else 1

    def _read(self, key: str, given: object, code: str, read: Callable[[Any], Value]) -> Value | None:
        try:
            return read(given)
        except ValueError:
            self.fault(code, key, given)
            return None


def words(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError
    return " ".join(given.split())


def year(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 2000 <= given <= 2100:
        raise ValueError
    return given


def day(given: object) -> date:
    """A date of TOML, or the same between quotation marks."""
    if isinstance(given, str):
        return date.fromisoformat(given.strip())
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise ValueError


def span(given: object) -> Span:
    """`2027-02-05..2027-02-11`, or one day."""
    if isinstance(given, str) and BETWEEN_DAYS in given:
        first, _, last = given.partition(BETWEEN_DAYS)
        return day(first), day(last)
    return day(given), day(given)


def month_day(given: object) -> MonthDay:
    """`05-01`; the 29th of February is one too."""
    if not isinstance(given, str):
        raise ValueError
    found = date.fromisoformat(f"{_LEAP_YEAR}-{given.strip()}")
    return found.month, found.day


def office_span(given: object) -> OfficeSpan:
    """`10:00-14:00`, by Beijing time."""
    found = _OFFICE_SPAN.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise ValueError
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    return time(begin_hour, begin_minute), time(end_hour, end_minute)
