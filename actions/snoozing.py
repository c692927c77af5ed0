"""Later, please: what a reminder told is told again in an hour or in the morning, as far as it is still open."""

from datetime import datetime, time, timedelta

from actions.deadlines import id_of, plan_wished_reminder, work_subject
from actions.reminding import reminder_line
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.deadlines.times import snoozed_until
from inspection.refusals import NotYours, Unacceptable
from notifications.buttons.deadlines import Later
from notifications.messages.deadlines import SHOWN, ReminderSnoozed
from storage import deadlines, due
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.registers import Person

AN_HOUR = timedelta(hours=1)


def snooze(records: Records, work: str, later: Later, *, by: Person, at: datetime) -> ReminderSnoozed:
    """Puts off everything that this reminder told and that still runs; the reminders in between are left out. Before
    its end each is told again in any case.

    Refuses `NotYours` for another's reminder, and `nothing_to_snooze` when all of it is done by now.
    """
    told = due.told_works(records, work, by.id)
    if not told:
        raise NotYours
    open_now = deadlines.running_of(records, {id_of(one.subject) for one in told}).values()
    if not open_now:
        raise Unacceptable("nothing_to_snooze")
    times = [_put_off(records, one, later, by=by, at=at) for one in open_now]
    shown = sorted(open_now, key=lambda one: (one.due_at, one.id or 0))[:SHOWN]
    lines = tuple(reminder_line(records, one) for one in shown)
    return ReminderSnoozed(work=work, lines=lines, until=min(times))


def _put_off(records: Records, deadline: Deadline, later: Later, *, by: Person, at: datetime) -> datetime:
    until = snoozed_until(at, _wanted(records, deadline, later, at), deadline.due_at)
    due.cancel_reminders(records, work_subject(deadline), by.id, until=until, at=at)
    plan_wished_reminder(records, deadline, by.id, wished_at=at, at=until)
    return until


def _wanted(records: Records, deadline: Deadline, later: Later, at: datetime) -> datetime:
    if later is Later.HOUR:
        return at + AN_HOUR
    tomorrow = datetime.combine(beijing_day(at) + timedelta(days=1), time.min, BEIJING)
    return calendar_of(records).next_office_moment(tomorrow, deadline.district)
