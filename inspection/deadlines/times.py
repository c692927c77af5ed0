"""When a deadline ends, when people are reminded before it, and when others hear after it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.calendar.calendar import Calendar
from inspection.deadlines.rules import DUE, HALF, DeadlineRule, Party, Point, Span, SpanUnit, Unit

BEFORE_CLOSING = timedelta(minutes=30)
"""What can't wait until the office opens again is said so long before it closes."""
LAST_MINUTE = time(23, 59)
"""A deadline of days ends with its last day; this is how that reads on a screen."""


@dataclass(frozen=True)
class Reminder:
    """One moment at which to remind; `point` is how the rule names it."""

    point: str
    at: datetime


@dataclass(frozen=True)
class Escalation:
    """One rung of a chain with its moment."""

    party: Party
    at: datetime


def due_at(
    rule: DeadlineRule,
    started_at: datetime,
    calendar: Calendar,
    *,
    hours: int | None = None,
    day: date | None = None,
) -> datetime:
    """When it ends. `hours` are those that a scheme was filed with, and hold where the rule lets them; `day` is what
    the event brings, and must be there where the rule's unit is `given`."""
    first = beijing_day(started_at)
    if rule.unit is Unit.HOURS:
        length = hours if hours is not None and rule.scheme_sets_length else rule.length
        return started_at + timedelta(hours=length)
    if rule.unit is Unit.GIVEN:
        if day is None:
            raise ValueError(f"the event of {rule.name} must bring its last day")
        return end_of(day)
    if rule.unit is Unit.DATE:
        assert rule.on is not None
        this_year = date(first.year, *rule.on)
        return end_of(this_year if first <= this_year else date(first.year + 1, *rule.on))
    if rule.unit is Unit.DAYS:
        return end_of(first + timedelta(days=rule.length))
    return end_of(calendar.working_days_after(first, rule.length))


def end_of(day: date) -> datetime:
    """The last minute of a day in Beijing."""
    return datetime.combine(day, LAST_MINUTE, BEIJING)


def reminder_times(
    rule: DeadlineRule, started_at: datetime, due: datetime, calendar: Calendar, district: str
) -> list[Reminder]:
    """The moments between start and end, the earliest first, each once.

    What falls outside the office is moved: to when it opens next, or to when it closed last where that would be too
    late. A moment before the start means nothing and is left out; only the point `0` may come after the end.
    """
    found: dict[datetime, Reminder] = {}
    for point in rule.remind:
        at = _moment_of(point, started_at, due, calendar)
        if rule.waits_for_office:
            at = _in_office(at, due, calendar, district, may_be_late=point == DUE)
        if started_at < at and (at < due or point == DUE):
            found.setdefault(at, Reminder(str(point), at))
    return [found[at] for at in sorted(found)]


def escalation_times(
    rule: DeadlineRule, due: datetime, calendar: Calendar, district: str
) -> list[Escalation]:
    """The chain with its moments, in its order."""
    return [
        Escalation(rung.party, _after(rung.after, rule, due, calendar, district)) for rung in rule.escalate
    ]


def snoozed_until(at: datetime, wanted: datetime, due: datetime) -> datetime:
    """As wished, but before the end: what would come too late comes at half of what is left."""
    return at + (due - at) / 2 if at < due <= wanted else wanted


def _moment_of(point: Point, started_at: datetime, due: datetime, calendar: Calendar) -> datetime:
    if not isinstance(point, Span):
        return started_at + (due - started_at) / 2 if point == HALF else due
    if point.unit is not SpanUnit.WORKING_DAYS:
        return due - point.plain
    return _start_of(calendar.working_days_before(beijing_day(due), point.number))


def _after(span: Span, rule: DeadlineRule, due: datetime, calendar: Calendar, district: str) -> datetime:
    at = due + span.plain
    if span.unit is SpanUnit.WORKING_DAYS and span.number:
        at = _start_of(calendar.working_days_after(beijing_day(due), span.number))
    return calendar.next_office_moment(at, district) if rule.waits_for_office else at


def _in_office(
    at: datetime, due: datetime, calendar: Calendar, district: str, *, may_be_late: bool
) -> datetime:
    opened = calendar.next_office_moment(at, district)
    if opened < due or may_be_late:
        return opened
    closed = calendar.last_office_moment(at, district)
    before = closed - BEFORE_CLOSING
    return before if calendar.in_office(before, district) else closed - timedelta(minutes=1)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, BEIJING)
