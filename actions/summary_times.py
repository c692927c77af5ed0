"""When summaries are told: each morning or each week as the office opens, planned one after the other for ever."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from inspection.calendar.beijing import BEIJING, beijing_day
from storage import due
from storage.calendars import calendar_of
from storage.store import Records

_EVERYWHERE = ""
"""Summaries keep the hours of the region, not those of one county."""


class Summary(StrEnum):
    """Each is a kind of due work."""

    LEADS = "summary_leads"
    LIAISONS = "summary_liaisons"
    OVERDUE = "summary_overdue"
    MONTH = "summary_month"


def plan_summaries(records: Records, *, at: datetime) -> None:
    """With the first clock there is something to sum up; from then on each plans the one after it."""
    for kind in Summary:
        plan_next(records, kind, at=at)


def plan_next(records: Records, kind: Summary, *, at: datetime) -> None:
    """The next of its kind after `at`: when the office opens on a later day, or in the next week or month."""
    begins = datetime.combine(_next_day(kind, beijing_day(at)), time.min, BEIJING)
    opens = calendar_of(records).next_office_moment(begins, _EVERYWHERE)
    due.plan(records, kind=kind.value, subject=kind.value, due_at=opens, key=f"{kind}:{beijing_day(opens)}")


def _next_day(kind: Summary, today: date) -> date:
    """From which day on the next of this kind may be told."""
    if kind is Summary.MONTH:
        return date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return today + timedelta(days=7 - today.weekday() if kind is Summary.LIAISONS else 1)
