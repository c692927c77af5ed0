"""The day and the week in one message: for leads, liaisons and the joint office; whoever has nothing hears nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actions.deadline_parties import joint_office
from actions.reminding import about
from actions.summary_times import Summary, plan_next
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.departments import DISTRICTS, PREFECTURE, is_within, level_of
from inspection.roles import Role
from notifications.messages.message import Message
from notifications.messages.summaries import SHOWN, LeadSummary, LiaisonSummary, OverdueList, SummaryLine
from storage import deadlines, due, people
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.messaging import DueWork
from storage.tables.registers import Person

A_WEEK = timedelta(days=7)
FOR_LEAD, FOR_LIAISON, FOR_JOINT_OFFICE = (
    "summary_for_lead",
    "summary_for_liaison",
    "summary_for_joint_office",
)


def summarize_for_leads(records: Records, work: DueWork, *, at: datetime) -> None:
    """Everybody who leads a visit about which a clock runs; each is a piece of work of its own, so that one that
    fails takes no other along."""
    plan_next(records, Summary.LEADS, at=at)
    _for_each(records, FOR_LEAD, deadlines.leads_with_clocks(records), at=at)


def summarize_for_liaisons(records: Records, work: DueWork, *, at: datetime) -> None:
    plan_next(records, Summary.LIAISONS, at=at)
    liaisons = people.with_role(records, Role.LIAISON)
    _for_each(records, FOR_LIAISON, [one.id for one in liaisons], at=at)


def list_overdue(records: Records, work: DueWork, *, at: datetime) -> None:
    plan_next(records, Summary.OVERDUE, at=at)
    plan_next(records, Summary.MONTH, at=at)  # where the summaries of an older version run already
    told = [id for level in DISTRICTS for id in joint_office(records, level)]
    _for_each(records, FOR_JOINT_OFFICE, told, at=at)


def _for_each(records: Records, kind: str, person_ids: Iterable[str], *, at: datetime) -> None:
    for person_id in person_ids:
        key = f"{kind}:{person_id}:{beijing_day(at)}"
        due.plan(records, kind=kind, subject=person_id, due_at=at, key=key)


def tell_lead_of_day(records: Records, work: DueWork, *, at: datetime) -> None:
    """What runs in the visits that this person leads, the earliest end first."""
    running = deadlines.running_of_lead(records, work.subject)
    if not running:
        return
    mine = tuple(one.subject for one in running if work.subject in one.owners)
    lines, more = _lines(records, running)
    _tell(records, work, LeadSummary(lines=lines, more=more, at=at, mine=mine), at=at)


def tell_liaison_of_week(records: Records, work: DueWork, *, at: datetime) -> None:
    """What of the department is overdue or ends within a week, and how many were met and missed in the last one; for a
    county's of what the county leads."""
    liaison = records.get(Person, work.subject)
    department, level = liaison.department, liaison.district
    running = [one for one in deadlines.all_running(records, level) if one.department == department]
    met, missed = deadlines.ended_since(records, department, at - A_WEEK, level)
    if not (running or met or missed):
        return
    lines, more = _lines(records, [one for one in running if one.due_at <= at + A_WEEK])
    message = LiaisonSummary(
        lines=lines,
        more=more,
        at=at,
        department=department,
        district=_county(level),
        running=len(running),
        overdue=sum(one.due_at < at for one in running),
        met=met,
        missed=missed,
    )
    _tell(records, work, message, at=at)


def tell_joint_office(records: Records, work: DueWork, *, at: datetime) -> None:
    """All that is overdue, the longest first; for a county's of what the county leads."""
    level = records.get(Person, work.subject).district
    overdue = [one for one in deadlines.all_running(records, level) if one.due_at < at]
    if overdue:
        lines, more = _lines(records, overdue)
        _tell(records, work, OverdueList(lines=lines, more=more, at=at, district=_county(level)), at=at)


def _county(district: str) -> str:
    """Empty for the prefecture."""
    return "" if is_within(PREFECTURE, district) else level_of(district)


def _lines(records: Records, found: list[Deadline]) -> tuple[tuple[SummaryLine, ...], int]:
    lines = tuple(
        SummaryLine(
            rule=one.rule,
            about=about(records, one),
            subject=one.subject,
            department=one.department,
            who=tuple(records.get(Person, id).name for id in one.owners),
            due_at=one.due_at,
        )
        for one in found[:SHOWN]
    )
    return lines, max(0, len(found) - SHOWN)


def _tell(records: Records, work: DueWork, message: Message, *, at: datetime) -> None:
    tell(records, work.subject, message, key=work.key, at=at)
