"""A calendar file read: notices and office hours, or everything that is wrong with it, each at its line.

The file is TOML, and docs/calendar.md shows one. One that contradicts itself, or what holds already, is not
taken at all.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from tomllib import loads
from typing import Any

from inspection.calendar import entries
from inspection.calendar.calendar import Calendar
from inspection.calendar.entries import BETWEEN_DAYS, CalendarFile, Entry
from inspection.calendar.lines import Lines
from inspection.calendar.notices import (
    EVERYWHERE,
    Level,
    Notice,
    OfficeHours,
    OfficeSpan,
    Season,
    Span,
    days_of,
)
from inspection.departments import DISTRICTS
from inspection.registration.problems import RowProblem

REGION = "xinjiang"
"""The one calendar that this program keeps, as a file may name it."""

_TOP = ("calendar", "notice", "office_hours")
_NOTICE = ("year", "level", "source", "published", "off", "on")
_OFFICE_HOURS = ("district", "from", "to", "spans", "source")
_SATURDAY = 5
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))
"""A national notice without New Year's Day, Labour Day and National Day is a part of one: the rest would be worked."""
_NEW_YEAR = timedelta(days=8)
"""A notice may begin so many days before its year: New Year's days off may lie in the old one."""
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class CalendarReading:
    """Notices by year and level, hours by district; both are empty when anything is wrong."""

    notices: tuple[Notice, ...]
    hours: tuple[OfficeHours, ...]
    problems: tuple[RowProblem, ...] = ()


def read_calendar(name: str, text: str, standing: Calendar) -> CalendarReading:
    """What the file of this name holds; `standing` is the calendar that it will be laid over. Nothing raises."""
    file = CalendarFile(name, Lines(text))
    try:
        content = loads(text)
    except (ValueError, RecursionError) as fault:
        found = _LINE.search(str(fault))
        file.fault(
            "calendar_syntax", int(found.group(1)) if found else text.count("\n") + 1, reason=str(fault)
        )
        return CalendarReading((), (), tuple(file.problems))
    _read_top(file, content)
    read = [(entry, _notice(entry)) for entry in _entries(file, content, "notice")]
    notices = [(entry, notice) for entry, notice in read if notice is not None]
    _refuse_twice(notices)
    _refuse_work_on_holidays(notices, standing.overlaid([notice for _, notice in notices], ()))
    hours = _hours(_entries(file, content, "office_hours"))
    if file.problems:
        return CalendarReading((), (), tuple(sorted(file.problems, key=lambda one: one.row)))
    return CalendarReading(tuple(notice for _, notice in notices), tuple(hours))


def _read_top(file: CalendarFile, content: dict[str, Any]) -> None:
    top = Entry(file, "", 0, content)
    for key in content:
        if key not in _TOP:
            file.fault("calendar_unknown_key", _line_of_top(file, key), key, value=key, keys=", ".join(_TOP))
    if content.get("calendar", REGION) != REGION:
        top.fault("calendar_unknown", "calendar", content["calendar"], known=REGION)
    if not any(content.get(name) for name in ("notice", "office_hours")):
        file.fault("calendar_nothing", 0)


def _line_of_top(file: CalendarFile, key: str) -> int:
    """A key of the file itself, or a table of that name."""
    return max(file.lines.of(key=key), file.lines.of(key))


def _entries(file: CalendarFile, content: dict[str, Any], name: str) -> Iterator[Entry]:
    tables = content.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        file.fault("calendar_not_tables", _line_of_top(file, name), name, value=name)
        return
    yield from (Entry(file, name, number, table) for number, table in enumerate(tables))


# --- Notices ---------------------------------------------------------------------------------------------------------


def _notice(entry: Entry) -> Notice | None:
    """None where year or level are not known; other faults stop the file later."""
    entry.refuse_unknown(_NOTICE)
    year = entry.value("year", "calendar_bad_year", entries.year)
    level = entry.value("level", "calendar_level", Level)
    source = entry.value("source", "calendar_bad_words", entries.words)
    published = entry.values("published", "calendar_bad_day", entries.day)
    if not entry.table.get("off"):
        entry.missing("off")
    off = entry.values("off", "calendar_bad_span", entries.span)
    on = entry.values("on", "calendar_bad_day", entries.day)
    if year is None or level is None:
        return None
    spans = [span for span in off if _is_sound_span(entry, span, year)]
    days_off = set(Notice(year, level, tuple(spans)).days_off())
    if level is Level.NATIONAL and spans and len(spans) == entry.length("off"):
        _refuse_a_part(entry, year, days_off)
    worked = [one for one in on if _is_sound_made_up_day(entry, one, year, days_off)]
    return Notice(year, level, tuple(spans), tuple(worked), source or "", next(iter(published), None))


def _refuse_a_part(entry: Entry, year: int, days_off: set[date]) -> None:
    missing = [day for day in (date(year, *one) for one in _ALWAYS_OFF) if day not in days_off]
    if missing:
        entry.fault("calendar_incomplete", "off", missing[0], year=year)


def _is_sound_span(entry: Entry, span: Span, year: int) -> bool:
    first, last = span
    written = _written(span)
    if last < first:
        entry.fault("calendar_backwards", "off", written)
    elif not (_is_of_year(first, year) and _is_of_year(last, year)):
        entry.fault("calendar_other_year", "off", written, year=year)
    else:
        return True
    return False


def _is_sound_made_up_day(entry: Entry, day: date, year: int, days_off: set[date]) -> bool:
    if not _is_of_year(day, year):
        entry.fault("calendar_other_year", "on", day, year=year)
    elif day in days_off:
        entry.fault("calendar_off_and_on", "on", day)
    elif day.weekday() < _SATURDAY:
        entry.fault("calendar_weekday", "on", day)
    else:
        return True
    return False


def _is_of_year(day: date, year: int) -> bool:
    return date(year, 1, 1) - _NEW_YEAR <= day <= date(year, 12, 31)


def _refuse_twice(notices: list[tuple[Entry, Notice]]) -> None:
    seen: dict[tuple[int, Level], int] = {}
    for entry, notice in notices:
        key = (notice.year, notice.level)
        if key in seen:
            entry.fault("calendar_twice", "year", notice.year, level=notice.level.value, earlier=seen[key])
        seen.setdefault(key, entry.line())


def _refuse_work_on_holidays(notices: list[tuple[Entry, Notice]], calendar: Calendar) -> None:
    """The region may rest on a day that the country makes up for, but nobody works on a national holiday."""
    for entry, notice in notices:
        if notice.level is Level.NATIONAL:
            named = [("off", _written(span), day) for span in notice.off for day in days_of(span)]
        else:
            named = [("on", str(day), day) for day in notice.on]
        for key, written, day in named:
            off, _ = calendar.announced(day.year, Level.NATIONAL)
            _, on = calendar.announced(day.year, Level.XINJIANG)
            if day in off & on:
                entry.fault("calendar_work_on_holiday", key, written, day=day)


def _written(span: Span) -> str:
    """As the file has it, so that its line is found."""
    first, last = span
    return str(first) if first == last else f"{first}{BETWEEN_DAYS}{last}"


# --- Office hours ----------------------------------------------------------------------------------------------------


def _hours(given: Iterator[Entry]) -> list[OfficeHours]:
    by_district: dict[str, list[tuple[Entry, Season]]] = defaultdict(list)
    for entry in given:
        district = entry.value("district", "calendar_bad_words", entries.words)
        season = _season(entry)
        if district is not None and district != EVERYWHERE and district not in DISTRICTS:
            entry.fault("calendar_district", "district", district, known=", ".join(DISTRICTS))
        elif district is not None and season is not None:
            by_district[district].append((entry, season))
    for district, seasons in by_district.items():
        _refuse_seasons_that_meet(seasons)
        if district == EVERYWHERE:
            _refuse_gaps(seasons)
    return [
        OfficeHours(district, tuple(sorted((one for _, one in seasons), key=lambda one: one.first)))
        for district, seasons in sorted(by_district.items())
    ]


def _season(entry: Entry) -> Season | None:
    entry.refuse_unknown(_OFFICE_HOURS)
    first = entry.value("from", "calendar_bad_season", entries.month_day)
    last = entry.value("to", "calendar_bad_season", entries.month_day)
    source = entry.value("source", "calendar_bad_words", entries.words)
    if not entry.table.get("spans"):
        entry.missing("spans")
    spans = sorted(entry.values("spans", "calendar_bad_hours", entries.office_span))
    _refuse_spans_that_meet(entry, spans)
    if first is None or last is None:
        return None
    return Season(first, last, tuple(spans), source or "")


def _refuse_spans_that_meet(entry: Entry, spans: list[OfficeSpan]) -> None:
    for begin, end in spans:
        if end <= begin:
            entry.fault("calendar_backwards", "spans", f"{begin:%H:%M}-{end:%H:%M}")
    for (_, end), (begin, later) in pairwise(spans):
        if begin < end:
            entry.fault("calendar_hours_overlap", "spans", f"{begin:%H:%M}-{later:%H:%M}")


def _refuse_seasons_that_meet(seasons: list[tuple[Entry, Season]]) -> None:
    for number, (entry, season) in enumerate(seasons):
        for other, earlier in seasons[:number]:
            if earlier.holds_on(season.first) or season.holds_on(earlier.first):
                entry.fault("calendar_seasons_overlap", "from", entry.table["from"], earlier=other.line())


def _refuse_gaps(seasons: list[tuple[Entry, Season]]) -> None:
    for day in (date(2024, 1, 1) + timedelta(days=number) for number in range(366)):
        if not any(season.holds_on((day.month, day.day)) for _, season in seasons):
            seasons[0][0].fault("calendar_season_gap", "", f"{day:%m-%d}")
            return
