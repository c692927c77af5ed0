"""Somebody goes away, and somebody else hears in their place of what is overdue."""

from datetime import date, datetime

from inspection.refusals import Unacceptable
from storage import deputies
from storage.store import Records
from storage.tables.registers import Person


def set_deputy(
    records: Records, person_id: str, deputy_id: str, first_day: date, last_day: date, *, at: datetime
) -> None:
    """From the first day to the last, both included. Refuses somebody who stands in for themselves, one who is not
    active any more, and an end before the beginning."""
    person, deputy = records.get(Person, person_id), records.get(Person, deputy_id)
    if person.id == deputy.id:
        raise Unacceptable("own_deputy", person=person.name)
    if not deputy.is_active:
        raise Unacceptable("deputy_gone", person=deputy.name)
    if last_day < first_day:
        raise Unacceptable("deputy_days", first_day=first_day, last_day=last_day)
    deputies.keep_deputy(records, person.id, deputy.id, first_day, last_day)
    records.journal(
        "deputy.set",
        person.id,
        by=None,
        at=at,
        deputy=deputy.id,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
    )
