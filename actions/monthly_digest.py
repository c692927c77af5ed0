"""The month in five lines, on its first working day: to heads for their department, to the joint office for all."""

from datetime import date, datetime, timedelta

from actions.deadline_parties import Matter, people_of
from actions.statistics import count
from actions.summary_times import Summary, plan_next
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.deadlines.rules import Party
from inspection.roles import Role
from inspection.statistics import Wanted
from notifications.messages.monthly_digest import MonthlyDigest
from storage import archives, deadlines, due, people
from storage.store import Records
from storage.tables.messaging import DueWork
from storage.tables.registers import Person

FOR_MONTH = "summary_for_month"


def digest_month(records: Records, work: DueWork, *, at: datetime) -> None:
    """Each reader is a piece of work of its own, so that one that fails takes no other along."""
    plan_next(records, Summary.MONTH, at=at)
    whole = people_of(records, Party.JOINT_OFFICE, Matter(department=""))
    heads = [one.id for one in people.of_the_prefecture(records, Role.HEAD)]
    for subject in (*(f"{one}:" for one in whole), *(f"{one}:own" for one in heads)):
        key = f"{FOR_MONTH}:{subject}:{beijing_day(at)}"
        due.plan(records, kind=FOR_MONTH, subject=subject, due_at=at, key=key)


def tell_month(records: Records, work: DueWork, *, at: datetime) -> None:
    """The year up to the end of the last month, and how that month went; whoever had nothing hears nothing."""
    person_id, _, which = work.subject.partition(":")
    department = records.get(Person, person_id).department if which else ""
    message = month_for(records, department, at=at)
    if message.objects or message.drawn or message.overdue or message.unarchived:
        tell(records, person_id, message, key=work.key, at=at)


def month_for(records: Records, department: str, *, at: datetime) -> MonthlyDigest:
    """The five lines of a department, or of all where `department` is empty."""
    last = beijing_day(at).replace(day=1) - timedelta(days=1)
    year = count(records, Wanted(year=last.year, department=department), with_officers=False)
    month = count(
        records, Wanted(year=last.year, month=last.month, department=department), with_officers=False
    )
    running = [one for one in deadlines.all_running(records) if department in ("", one.department)]
    return MonthlyDigest(
        department=department,
        month=date(last.year, last.month, 1),
        objects=year.whole.objects,
        published=year.whole.published,
        completion=_percent(year.whole.published, year.whole.objects),
        on_time=_percent(year.whole.on_time, year.whole.published),
        drawn=month.seats.asked,
        answered=month.seats.answered,
        lapsed=month.seats.lapsed,
        redrawn=month.seats.redrawn,
        overdue=sum(one.due_at < at for one in running),
        unarchived=archives.number_unarchived(records, department),
    )


def _percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded down: what is not whole is not said to be."""
    return part * 100 // whole if whole else None
