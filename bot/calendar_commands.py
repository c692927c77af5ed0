"""`shuangsuiji calendar …`: see the calendar of work with its sources, and load what was announced since."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from actions.load_calendar import LoadedCalendar, check_calendar, load_calendar
from bot.clock import Clock
from bot.console import helped, opened_store
from inspection.calendar import national
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import EVERYWHERE, Level, Season, Span
from inspection.calendar.reading import CalendarReading
from inspection.calendar.spans import holidays_of, runs
from inspection.departments import district_name
from notifications.command_line import said
from notifications.formats import dated, moment
from notifications.load_report import problem_line
from storage.calendars import calendar_of, newest_version
from storage.store import Records

calendar_app = typer.Typer(no_args_is_help=True, help=helped("calendar"))


@calendar_app.command(help=helped("calendar_load"))
def load(
    file: Annotated[Path | None, typer.Argument(help=helped("calendar_file"))] = None,
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            reading = CalendarReading((), ()) if file is None else check_calendar(records, file)
            loaded = None
            if not reading.problems:
                name = file.name if file else ""
                loaded = load_calendar(records, reading, file=name, at=Clock()())
        lines = (
            _refused(reading, settings.language) if loaded is None else _told(loaded, file, settings.language)
        )
        for line in lines:
            typer.echo(line)
    if loaded is None:
        raise typer.Exit(1)


@calendar_app.command(help=helped("calendar_show"))
def show(
    year: Annotated[int | None, typer.Argument(min=2000, max=2100, help=helped("calendar_year"))] = None,
) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        wanted = year or beijing_day(Clock()()).year
        calendar = calendar_of(records)
        for line in _shown(records, calendar, wanted, settings.language):
            typer.echo(line)


# --- What a load did --------------------------------------------------------------------------------------------------


def _refused(reading: CalendarReading, language: str) -> Iterator[str]:
    yield from (problem_line(problem, language) for problem in reading.problems)
    yield said("calendar_refused", language, errors=len(reading.problems))


def _told(loaded: LoadedCalendar, file: Path | None, language: str) -> Iterator[str]:
    for notice, change in loaded.notices:
        yield said(
            f"calendar_notice_{change}", language, year=notice.year, level=_level(notice.level, language)
        )
    for hours, change in loaded.hours:
        yield said(f"calendar_hours_{change}", language, district=_district(hours.district, language))
    for name, days in (("calendar_days_off", loaded.off), ("calendar_days_on", loaded.on)):
        if days:
            yield said(name, language, days=_spans(runs(days), language))
    if loaded.version is not None and file is not None:
        yield said("calendar_kept", language, file=file.name, version=loaded.version)
    elif file is not None:
        yield said("calendar_same", language)
    for line in loaded.moved:
        facts = {"object": line.object, "inspection": line.inspection}
        yield said("calendar_moved", language, **facts, old=line.old, new=line.new)
    if loaded.moved:
        yield said("calendar_moved_number", language, number=len(loaded.moved))
    else:
        yield said("calendar_moved_none", language)


# --- The calendar as it stands ----------------------------------------------------------------------------------------


def _shown(records: Records, calendar: Calendar, year: int, language: str) -> Iterator[str]:
    missing = [_level(level, language) for level in Level if not calendar.is_announced(year, level)]
    if missing:
        names = said("comma", language).join(missing)
        yield said("calendar_provisional", language, year=year, missing=names)
    else:
        yield said("calendar_announced", language, year=year)
    for level in Level:
        yield from _of_level(calendar, year, level, language)
    yield said("calendar_hours", language)
    for hours in calendar.hours:
        for season in hours.seasons:
            yield _season(hours.district, season, language)
    version = newest_version(records)
    if version is None:
        yield said("calendar_version_none", language, digest=calendar.version[:16])
    else:
        facts = {"version": version.number, "at": moment(version.loaded_at, language)}
        yield said("calendar_version", language, **facts, digest=calendar.version[:16])


def _of_level(calendar: Calendar, year: int, level: Level, language: str) -> Iterator[str]:
    """Days off, then made-up days; what was announced for the year, or what the package takes for it."""
    name, days = _level(level, language), _spans(holidays_of(calendar, year, level), language)
    if not days:
        yield said("calendar_not_there", language, level=name)
        return
    kind = "calendar_off" if calendar.is_announced(year, level) else "calendar_estimate"
    yield said(kind, language, level=name, days=days, source=_source(calendar, year, level, language))
    _, made_up = calendar.announced(year, level)
    if made_up:
        yield said("calendar_on", language, level=name, days=_spans(runs(made_up), language))


def _source(calendar: Calendar, year: int, level: Level, language: str) -> str:
    notice = calendar.notice(year, level)
    if notice is None:
        return national.SOURCE
    source = notice.source or said("calendar_source_here", language)
    if notice.published is None:
        return source
    return said("calendar_published", language, source=source, day=dated(notice.published, language))


def _season(district: str, season: Season, language: str) -> str:
    spans = said("comma", language).join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in season.spans)
    first, last = ("{:02d}-{:02d}".format(*one) for one in (season.first, season.last))
    facts = {"district": _district(district, language), "first": first, "last": last, "spans": spans}
    source = season.source or said("calendar_source_here", language)
    return said("calendar_season", language, **facts, source=source)


def _level(level: Level, language: str) -> str:
    return said(f"calendar_level_{level}", language)


def _district(district: str, language: str) -> str:
    if district == EVERYWHERE:
        return said("calendar_everywhere", language)
    return district_name(district, language)


def _spans(spans: Iterable[Span], language: str) -> str:
    return said("comma", language).join(_span(*one) for one in spans)


def _span(first: date, last: date) -> str:
    return str(first) if first == last else f"{first}..{last}"
