"""How often each authority has visited a firm this year, beside its cap: for the firm's own page and on a notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspection.frequency import ListedVisits, visits_in_year
from storage import public
from storage.store import Records
from storage.tables.registers import RegisteredObject


@dataclass(frozen=True)
class VisitsOfYear:
    """`number` counts visits that were held; one still to come is nobody's business before its day."""

    department: str
    number: int
    cap: int


def visits_this_year(
    records: Records, registered: RegisteredObject, *, today: date, departments: Iterable[str] = ()
) -> list[VisitsOfYear]:
    """By authority, the named ones first, then whoever has visited this firm this year."""
    held = public.held_visits(records, registered.id)
    listed = ListedVisits(
        in_all=registered.visits_this_year,
        by_department=registered.visits_by_department,
        counted_on=registered.visits_counted_on,
        last_on=registered.last_inspected_on,
    )
    known = [*departments, *sorted(registered.visits_by_department)]
    known += [one for visit in held for one in visit.departments]
    numbers = {one: visits_in_year(today.year, one, listed, held) for one in dict.fromkeys(known)}
    named = set(departments)
    return [
        VisitsOfYear(one, number, registered.yearly_cap)
        for one, number in numbers.items()
        if number or one in named
    ]
