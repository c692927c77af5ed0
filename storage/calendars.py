"""The calendar that holds: what the program knows, with the newest of what was loaded laid over it."""

from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlmodel import col

from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import Level, MonthDay, Notice, OfficeHours, OfficeSpan, Season, Span
from storage.store import Records
from storage.tables.calendars import CalendarHours, CalendarNotice, CalendarVersion

_LOADED: dict[str, Calendar] = {}
"""Calendars that this process has read, by digest: to know the digest that holds costs one short query."""
_KEPT = 8
_LOCK = 2_033_174
"""Any number that nobody else locks; this one from the papers on publicity and on the region's holidays."""


def calendar_of(records: Records) -> Calendar:
    """The calendar as it stands in this transaction; read once in it."""
    if records.calendar is None:
        records.calendar = _read(records, newest_version(records))
    return records.calendar


def held_calendar(records: Records, *, will_change: bool = False) -> Calendar:
    """The calendar that holds, for a date that is kept: until this transaction ends nobody loads another one, and
    whoever `will_change` it waits until all such dates are written, so that none is missed when they are counted again.

    A transaction on SQLite is alone anyway.
    """
    if records.session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if will_change else func.pg_advisory_xact_lock_shared
        records.session.execute(select(lock(_LOCK)))
    records.calendar = None
    return calendar_of(records)


def calendar_as_of(records: Records, at: datetime) -> Calendar:
    """The calendar as it stood at this moment, by the loads up to then: what a date that is kept was counted by."""
    return _read(records, newest_version(records, loaded_by=at))


def newest_version(records: Records, *, loaded_by: datetime | None = None) -> CalendarVersion | None:
    """The last load, or the last one up to a moment; None where nothing was loaded."""
    rows = select(CalendarVersion).order_by(col(CalendarVersion.number).desc()).limit(1)
    if loaded_by is not None:
        rows = rows.where(col(CalendarVersion.loaded_at) <= loaded_by)
    return records.session.execute(rows).scalars().first()


def keep_calendar(
    records: Records,
    notices: Iterable[Notice],
    hours: Iterable[OfficeHours],
    *,
    file: str,
    at: datetime,
    by: str | None,
) -> CalendarVersion:
    """Writes these as the next version, and gives it; from here on in this transaction it is the one that holds."""
    notices, hours, newest = tuple(notices), tuple(hours), newest_version(records)
    calendar = calendar_of(records).overlaid(notices, hours)
    version = CalendarVersion(
        number=newest.number + 1 if newest else 1,
        digest=calendar.version,
        file=file,
        loaded_at=at,
        loaded_by=by,
    )
    records.add(version)
    records.add(*(_notice_row(version.number, one) for one in notices))
    records.add(*(_hours_row(version.number, one) for one in hours))
    records.calendar = calendar
    return version


def _read(records: Records, version: CalendarVersion | None) -> Calendar:
    if version is None:
        return Calendar.built_in()
    known = _LOADED.get(version.digest)
    if known is None:
        known = _overlaid(records, version.number)
        if len(_LOADED) >= _KEPT:
            _LOADED.clear()
        _LOADED[version.digest] = known
    return known


def _overlaid(records: Records, number: int) -> Calendar:
    """All versions up to this one, the later over the earlier."""
    notices = (
        select(CalendarNotice)
        .where(col(CalendarNotice.version) <= number)
        .order_by(col(CalendarNotice.version))
    )
    hours = (
        select(CalendarHours).where(col(CalendarHours.version) <= number).order_by(col(CalendarHours.version))
    )
    return Calendar.built_in().overlaid(
        [_notice(row) for row in records.session.execute(notices).scalars()],
        [_hours(row) for row in records.session.execute(hours).scalars()],
    )


# --- Rows and what they hold ------------------------------------------------------------------------------------------


def _notice_row(version: int, notice: Notice) -> CalendarNotice:
    return CalendarNotice(
        version=version,
        year=notice.year,
        level=notice.level.value,
        off=[f"{first}/{last}" for first, last in notice.off],
        made_up=[str(day) for day in notice.on],
        source=notice.source,
        published=notice.published,
    )


def _notice(row: CalendarNotice) -> Notice:
    return Notice(
        year=row.year,
        level=Level(row.level),
        off=tuple(_span(one) for one in row.off),
        on=tuple(date.fromisoformat(one) for one in row.made_up),
        source=row.source,
        published=row.published,
    )


def _span(text: str) -> Span:
    first, last = text.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def _hours_row(version: int, hours: OfficeHours) -> CalendarHours:
    seasons = {_season_name(one): [one.source, *map(_office_name, one.spans)] for one in hours.seasons}
    return CalendarHours(version=version, district=hours.district, seasons=seasons)


def _season_name(season: Season) -> str:
    (from_month, from_day), (to_month, to_day) = season.first, season.last
    return f"{from_month:02d}-{from_day:02d}/{to_month:02d}-{to_day:02d}"


def _office_name(span: OfficeSpan) -> str:
    return f"{span[0]:%H:%M}-{span[1]:%H:%M}"


def _hours(row: CalendarHours) -> OfficeHours:
    return OfficeHours(
        row.district,
        tuple(
            Season(_month_day(name[:5]), _month_day(name[6:]), tuple(map(_office_span, spans)), source)
            for name, (source, *spans) in sorted(row.seasons.items())
        ),
    )


def _month_day(text: str) -> MonthDay:
    month, day = text.split("-")
    return int(month), int(day)


def _office_span(text: str) -> OfficeSpan:
    begin, end = text.split("-")
    return time.fromisoformat(begin), time.fromisoformat(end)
