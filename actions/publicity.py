"""The clock of publicity: lead and reviewers are reminded while there is still time."""

from datetime import datetime

from actions.field_cards import due_of, object_name
from actions.on_site import reviewers
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.states import ResultState
from notifications.messages.visits import PublicityNears
from storage import assignments
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.inspections import Inspection, Result
from storage.tables.messaging import DueWork
from storage.tables.registers import Scheme


def remind_publicity(records: Records, work: DueWork, *, at: datetime) -> None:
    """Tells lead and reviewers how many working days are left, unless the result is public by now."""
    inspection = records.get(Inspection, work.subject)
    result = records.get(Result, inspection.id)
    if result.state is ResultState.PUBLISHED:
        return
    last_day = due_of(records, inspection)
    message = PublicityNears(
        inspection=inspection.id,
        object=object_name(records, inspection),
        publicity_due=last_day,
        days_left=calendar_of(records).working_days_from(beijing_day(at), last_day),
        result=result.state.value,
    )
    lead = assignments.lead_of(records, inspection.id)
    told = {person.id for person in reviewers(records, records.get(Scheme, inspection.scheme_id))}
    if lead is not None:
        told.add(lead.person_id)
    for person_id in sorted(told):
        tell(records, person_id, message, key=f"{work.key}:{person_id}", at=at)
