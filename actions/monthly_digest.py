"""The month in five lines, on its first working day: to heads for their department, to the joint office for all; to
those of a county for their county."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from actions.deadline_parties import joint_office
from actions.statistics import count
from actions.summary_times import Summary, plan_next
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.departments import DISTRICTS, PREFECTURE, is_within, level_of
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
    whole = [id for level in DISTRICTS for id in joint_office(records, level)]
    heads = [one.id for one in people.with_role(records, Role.HEAD)]
    for subject in (*(f"{one}:" for one in whole), *(f"{one}:own" for one in heads)):
        key = f"{FOR_MONTH}:{subject}:{beijing_day(at)}"
        due.plan(records, kind=FOR_MONTH, subject=subject, due_at=at, key=key)


def tell_month(records: Records, work: DueWork, *, at: datetime) -> None:
    """The year up to the end of the last month, and how that month went; whoever had nothing hears nothing."""
    person_id, _, which = work.subject.partition(":")
    person = records.get(Person, person_id)
    message = month_for(records, person.department if which else "", person.district, at=at)
    if message.objects or message.drawn or message.overdue or message.unarchived:
        tell(records, person_id, message, key=work.key, at=at)


def month_for(
    records: Records, department: str, district: str = PREFECTURE, *, at: datetime
) -> MonthlyDigest:
    """The five lines of a department, or of all where `department` is empty; for a county of what was done in it, with
    nothing of seats, as its statistics are."""
    last = beijing_day(at).replace(day=1) - timedelta(days=1)
    county = "" if is_within(PREFECTURE, district) else level_of(district)
    wanted = Wanted(year=last.year, department=department, district=county)
    year = count(records, wanted, with_officers=False)
    month = count(records, replace(wanted, month=last.month), with_officers=False)
    seats = None if county else month.seats
    running = deadlines.all_running(records, district)
    return MonthlyDigest(
        department=department,
        district=county,
        month=date(last.year, last.month, 1),
        objects=year.whole.objects,
        published=year.whole.published,
        completion=_percent(year.whole.published, year.whole.objects),
        on_time=_percent(year.whole.on_time, year.whole.published),
        drawn=seats.asked if seats else None,
        answered=seats.answered if seats else 0,
        lapsed=seats.lapsed if seats else 0,
        redrawn=seats.redrawn if seats else 0,
        overdue=sum(one.due_at < at for one in running if department in ("", one.department)),
        unarchived=archives.number_unarchived(records, department, district),
    )


def _percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded down: what is not whole is not said to be."""
    return part * 100 // whole if whole else None
