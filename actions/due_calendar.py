"""What is due in the next five weeks, day by day: of a person all that this person has to do, of a scheme all of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from actions.on_site import reviewers
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.roles import Role
from inspection.states import NO_VISITS, AssignmentState, InspectionState
from notifications.pictures.facts import Day, DueCalendar, Dues, Duty
from storage import draws, schemes
from storage.calendars import calendar_of
from storage.scheme_progress import (
    HeldSeat,
    Visit,
    led_visits,
    open_visits,
    seated_visits,
    seats_of_scheme,
    seats_to_answer,
    seats_to_decide,
    visits_of_scheme,
)
from storage.store import Records
from storage.tables.registers import Person, Scheme

WEEKS = 5
NAMED = 3
"""Objects that are named of each duty; the others are counted."""

_UNVISITED = frozenset(InspectionState) - NO_VISITS - {InspectionState.VISITED, InspectionState.CLOSED}


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is due: by the end of a day of Beijing, or with `by` at a moment of it. `about` tells apart what
    has the same name."""

    duty: Duty
    about: str
    name: str
    day: date
    by: datetime | None = None

    def is_late(self, at: datetime) -> bool:
        return self.by < at if self.by is not None else self.day < beijing_day(at)


def due_for_person(records: Records, person: Person, *, at: datetime) -> DueCalendar:
    """What this person has to do: answer, decide, give a number, visit, and see to publicity; of an operator all visits
    of the schemes that the department leads."""
    return calendar_with(_of_person(records, person), person.name, calendar_of(records), at=at)


def due_in_scheme(records: Records, scheme: Scheme, *, at: datetime) -> DueCalendar:
    """What anybody has to do for this scheme."""
    seats = matters_of_seats(seats_of_scheme(records, scheme.id))
    visits = matters_of_visits(visits_of_scheme(records, scheme.id))
    return calendar_with((*seats, *visits), scheme.name, calendar_of(records), at=at)


def calendar_with(matters: Iterable[Matter], whose: str, calendar: Calendar, *, at: datetime) -> DueCalendar:
    """These matters on the days of five weeks, with Monday first; what is late stands apart."""
    today, matters = beijing_day(at), list(matters)
    first = today - timedelta(days=today.weekday())
    days = [first + timedelta(days=number) for number in range(7 * WEEKS)]
    late = [one for one in matters if one.is_late(at)]
    by_day: dict[date, list[Matter]] = {}
    for one in matters:
        if not one.is_late(at):
            by_day.setdefault(one.day, []).append(one)
    return DueCalendar(
        whose=whose,
        at=at,
        today=today,
        days=tuple(
            Day(
                day,
                is_off=not calendar.is_working_day(day),
                is_provisional=calendar.is_provisional(day.year),
                dues=dues_of(by_day.get(day, ())),
            )
            for day in days
        ),
        late=dues_of(late),
        later=sum(len(found) for day, found in by_day.items() if day > days[-1]),
    )


def dues_of(matters: Iterable[Matter]) -> tuple[Dues, ...]:
    """By duty, in the order of their lives; the same matter twice counts once."""
    by_duty: dict[Duty, dict[str, Matter]] = {}
    for one in sorted(matters, key=lambda one: (one.day, one.about)):
        by_duty.setdefault(one.duty, {}).setdefault(one.about, one)
    return tuple(
        Dues(duty, len(found), tuple(dict.fromkeys(one.name for one in found.values()))[:NAMED])
        for duty in Duty
        if (found := by_duty.get(duty))
    )


def matters_of_seats(seats: Iterable[HeldSeat]) -> list[Matter]:
    """Answers that are awaited, and decisions on what holders asked."""
    matters = []
    for seat in seats:
        if seat.state is AssignmentState.NOTIFIED and seat.answer_by is not None:
            matters.append(_at_moment(Duty.ANSWER, seat.id, seat.object, seat.answer_by))
        if seat.decide_by is not None:
            matters.append(_at_moment(Duty.DECISION, seat.id, seat.object, seat.decide_by))
    return matters


def matters_of_visits(visits: Iterable[Visit]) -> list[Matter]:
    """Visits to be held by the last day of their scheme, and results to be published."""
    matters = []
    for one in visits:
        if one.state in _UNVISITED:
            matters.append(Matter(Duty.VISIT, one.id, one.object, one.last_day))
        elif one.publicity_due is not None and one.state is not InspectionState.CLOSED:
            matters.append(Matter(Duty.PUBLICITY, one.id, one.object, one.publicity_due))
    return matters


def _of_person(records: Records, person: Person) -> list[Matter]:
    matters = [*matters_of_seats(seats_to_answer(records, person.id))]
    matters += matters_of_seats(seats_to_decide(records, person.id))
    for draw, source in draws.waiting_for(records, person.id):
        name = records.get(Scheme, draw.scheme_id).name
        matters.append(_at_moment(Duty.NUMBER, draw.id, name, source.due))
    visits = [*seated_visits(records, person.id), *led_visits(records, person.id)]
    matters += matters_of_visits(visits)
    watched = _watched(records, person)
    return matters + [one for one in watched if one.about not in {visit.id for visit in visits}]


def _watched(records: Records, person: Person) -> list[Matter]:
    """What this person sees to in the schemes that the department leads: an operator to all, a reviewer to results."""
    watches = Role.OPERATOR in person.roles
    if not watches and not _reviews(records, person):
        return []
    matters = matters_of_visits(open_visits(records, person.department, person.district))
    return [one for one in matters if watches or one.duty is Duty.PUBLICITY]


def _reviews(records: Records, person: Person) -> bool:
    led = schemes.led_by(records, person.department, person.district)
    return bool(led) and any(one.id == person.id for one in reviewers(records, led[0]))


def _at_moment(duty: Duty, about: str, name: str, by: datetime) -> Matter:
    return Matter(duty, about, name, beijing_day(by), by)
