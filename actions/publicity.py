"""The clock of publicity as people read it: how many working days are left, and how far the result is."""

from datetime import datetime

from actions.field_cards import due_of, object_name
from inspection.calendar.beijing import beijing_day
from notifications.messages.visits import PublicityNears
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.inspections import Inspection, Result


def publicity_nears(records: Records, inspection: Inspection, *, work: str, at: datetime) -> PublicityNears:
    """For lead and reviewers, while the result is not public; `work` is the due work that it goes out with."""
    last_day = due_of(records, inspection)
    return PublicityNears(
        inspection=inspection.id,
        object=object_name(records, inspection),
        publicity_due=last_day,
        days_left=calendar_of(records).working_days_from(beijing_day(at), last_day),
        result=records.get(Result, inspection.id).state.value,
        work=work,
    )
