"""Notices and office hours from a file: laid over the calendar, and every open due date counted again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from actions.deadlines import counted_end, recount_deadlines
from actions.field_cards import is_due_provisional, object_name
from actions.on_site import reviewers
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import Notice, OfficeHours
from inspection.calendar.reading import CalendarReading, read_calendar
from inspection.deadlines.rules import RuleName
from inspection.registration.problems import RowProblem, Severity
from notifications.messages.calendar import MovedLine, PublicityMoved
from storage import assignments, results
from storage.calendar_files import read_calendar_file
from storage.calendars import calendar_of, held_calendar, keep_calendar
from storage.pages import Unreadable
from storage.store import Records
from storage.tables.inspections import Inspection, Result
from storage.tables.registers import Scheme


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True)
class LoadedCalendar:
    """What a load did. `version` is None when the file held nothing new; `off` and `on` are the days that are off, or
    worked, from now on and were not before."""

    version: int | None
    notices: tuple[tuple[Notice, Change], ...]
    hours: tuple[tuple[OfficeHours, Change], ...]
    off: tuple[date, ...]
    on: tuple[date, ...]
    moved: tuple[MovedLine, ...]


def check_calendar(records: Records, path: Path) -> CalendarReading:
    """What a file holds against the calendar that stands, and everything that is wrong with it; nothing raises."""
    try:
        return read_calendar(path.name, read_calendar_file(path), calendar_of(records))
    except Unreadable as fault:
        problem = RowProblem(path.name, "", 0, "", "", fault.code, Severity.ERROR, fault.facts)
        return CalendarReading((), (), (problem,))


def load_calendar(
    records: Records, reading: CalendarReading, *, file: str, at: datetime, by: str | None = None
) -> LoadedCalendar:
    """Keeps what is new in a sound reading as the next version, and moves the due dates that follow from it.

    Loading the same again changes nothing; an empty reading only counts again, as after an upgrade of the program. `by`
    is the id of the person who loads, None for the installation itself.
    """
    before = held_calendar(records, will_change=True)
    notices = tuple((one, _change(before.notice(one.year, one.level), one)) for one in reading.notices)
    hours = tuple((one, _change(before.hours_of(one.district), one)) for one in reading.hours)
    new_notices = [one for one, change in notices if change is not Change.KNOWN]
    new_hours = [one for one, change in hours if change is not Change.KNOWN]
    version = None
    if new_notices or new_hours:
        kept = keep_calendar(records, new_notices, new_hours, file=file, at=at, by=by)
        version = kept.number
        records.journal("calendar.loaded", f"calendar:{version}", by=by, at=at, file=file, digest=kept.digest)
    after = calendar_of(records)
    off, on = _changed_days(before, after, new_notices)
    return LoadedCalendar(version, notices, hours, off, on, _recompute(records, by=by, at=at))


def _change(standing: object | None, given: object) -> Change:
    if standing is None:
        return Change.NEW
    return Change.KNOWN if standing == given else Change.CHANGED


def _changed_days(
    before: Calendar, after: Calendar, notices: Iterable[Notice]
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Days that are off now, and days that are worked now, around the years of the notices."""
    years = {year for one in notices for year in (one.year - 1, one.year)}
    days = [
        date(year, 1, 1) + timedelta(days=number)
        for year in sorted(years)
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    changed = [day for day in days if before.is_working_day(day) != after.is_working_day(day)]
    off = tuple(day for day in changed if not after.is_working_day(day))
    return off, tuple(day for day in changed if after.is_working_day(day))


# --- Due dates -------------------------------------------------------------------------------------------------------


def _recompute(records: Records, *, by: str | None, at: datetime) -> tuple[MovedLine, ...]:
    """Every result that is not public yet is due by the calendar that holds now; what is public keeps its date."""
    calendar = calendar_of(records)
    moving = [
        inspection_id
        for inspection_id, ended_at, due in results.due_and_open(records)
        if _counted(records, inspection_id, ended_at) != due
    ]
    found = (_move(records, calendar, inspection_id, by=by, at=at) for inspection_id in moving)
    moved = tuple(line for line in found if line is not None)
    recount_deadlines(records, by=by, at=at)
    _tell(records, moved, at=at)
    return moved


def _counted(records: Records, inspection_id: str, ended_at: datetime) -> date:
    """The last day of publicity by the rule that the visit's clock runs by, on the calendar that holds now."""
    return beijing_day(counted_end(records, RuleName.PUBLICITY, inspection_id, ended_at))


def _move(
    records: Records, calendar: Calendar, inspection_id: str, *, by: str | None, at: datetime
) -> MovedLine | None:
    """None where somebody published it before its lock was ours."""
    inspection = records.lock(Inspection, inspection_id)
    result = records.lock(Result, inspection_id)
    old, ended_at = result.publicity_due, inspection.ended_at
    if result.published_at is not None or old is None or ended_at is None:
        return None
    new = _counted(records, inspection_id, ended_at)
    result.publicity_due = new
    records.journal(
        "calendar.recomputed",
        inspection_id,
        by=by,
        at=at,
        old=old.isoformat(),
        new=new.isoformat(),
        calendar=calendar.version,
    )
    name = object_name(records, inspection)
    return MovedLine(inspection_id, name, old, new, is_due_provisional(records, inspection, new))


def _tell(records: Records, moved: Iterable[MovedLine], *, at: datetime) -> None:
    """One message to each person, whatever moved for them."""
    lines: dict[str, list[MovedLine]] = defaultdict(list)
    for line in moved:
        for person_id in _concerned(records, line.inspection):
            lines[person_id].append(line)
    for person_id, theirs in sorted(lines.items()):
        key = f"publicity_moved:{at.isoformat()}:{person_id}"
        tell(records, person_id, PublicityMoved(tuple(theirs)), key=key, at=at)


def _concerned(records: Records, inspection_id: str) -> set[str]:
    scheme = records.get(Scheme, records.get(Inspection, inspection_id).scheme_id)
    lead = assignments.lead_of(records, inspection_id)
    told = {person.id for person in reviewers(records, scheme)}
    return told | {lead.person_id} if lead is not None else told
