"""How far a scheme is, in numbers that a picture and a page show, for those who watch over it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions.due_calendar import Matter, dues_of, matters_of_seats, matters_of_visits
from actions.rights import is_allowed
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.departments import EXPERTS
from inspection.refusals import NotFound, NotYours
from inspection.rights import Deed, Part
from inspection.states import AssignmentState, InspectionState, ResultState, TeamState
from notifications.pictures.facts import AnyStage, Bar, Duty, Progress, SeatStage, Stage
from storage.calendars import calendar_of
from storage.scheme_progress import HeldSeat, Visit, leads_in, seats_of_scheme, visits_of_scheme
from storage.store import Records
from storage.tables.registers import Person, Scheme

NEAR = 5
"""Working days before the last day of publicity from which on it is said to be near."""

_OF_VISIT = {
    InspectionState.READY: Stage.CONFIRMED,
    InspectionState.VISITING: Stage.VISITING,
    InspectionState.GONE_REPORTED: Stage.GONE,
    InspectionState.REPLACED: Stage.OFF,
    InspectionState.CALLED_OFF: Stage.OFF,
    InspectionState.CLOSED: Stage.PUBLISHED,
}
_OF_RESULT = {
    ResultState.SUBMITTED: Stage.SUBMITTED,
    ResultState.APPROVED: Stage.SUBMITTED,
    ResultState.PUBLISHED: Stage.PUBLISHED,
}
_OF_SEAT = {
    None: SeatStage.VACANT,
    AssignmentState.DRAWN: SeatStage.WAITING,
    AssignmentState.NOTIFIED: SeatStage.WAITING,
    AssignmentState.LEAVE_ASKED: SeatStage.LEAVE,
}


def read_progress(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Progress:
    """The numbers of a scheme at this moment, for whoever may watch it (see `require_watcher`)."""
    return scheme_progress(records, require_watcher(records, scheme_id, by), at=at)


def require_watcher(records: Records, scheme_id: str, person: Person) -> Scheme:
    """The scheme, for operators, heads and liaisons of its departments and the leads of its teams; an unknown scheme
    and one of others are refused in the same words."""
    try:
        scheme = records.get(Scheme, scheme_id)
    except NotFound as unknown:
        raise NotYours("progress_not_yours") from unknown
    parts = (Part.LEAD,) if leads_in(records, scheme_id, person.id) else ()
    if not any(
        is_allowed(Deed.READ_PROGRESS, person, of=one, in_=scheme.district, parts=parts)
        for one in scheme.departments
    ):
        raise NotYours("progress_not_yours")
    return scheme


def scheme_progress(records: Records, scheme: Scheme, *, at: datetime) -> Progress:
    """Counted in two queries, however many visits there are."""
    visits, seats = visits_of_scheme(records, scheme.id), seats_of_scheme(records, scheme.id)
    matters = (*matters_of_seats(seats), *matters_of_visits(visits))
    late = [one for one in matters if one.is_late(at)]
    return Progress(
        scheme=scheme.id,
        name=scheme.name,
        at=at,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        whole=_bar(scheme.id, _visits_counted(visits, at)),
        districts=_bars(_visits_counted(visits, at), sorted({one.district for one in visits})),
        departments=_bars(_seats_counted(seats, at), (*scheme.departments, EXPERTS)),
        late=dues_of(late),
        near=next(iter(dues_of(_near(calendar_of(records), matters, beijing_day(at)))), None),
    )


def stage_of(visit: Visit) -> Stage:
    """Where this visit stands now."""
    if visit.state is InspectionState.ASSEMBLING:
        return Stage.DRAWN if visit.team is TeamState.ASSEMBLING else Stage.ACCEPTED
    if visit.state is InspectionState.VISITED:
        return _OF_RESULT.get(visit.result, Stage.VISITED) if visit.result else Stage.VISITED
    return _OF_VISIT[visit.state]


@dataclass(frozen=True, slots=True)
class _Counted:
    """One thing in a bar: whose, how far, and whether something about it is late."""

    bar: str
    stage: AnyStage
    is_late: bool


def _visits_counted(visits: Iterable[Visit], at: datetime) -> list[_Counted]:
    return [
        _Counted(one.district, stage_of(one), any(due.is_late(at) for due in matters_of_visits((one,))))
        for one in visits
    ]


def _seats_counted(seats: Iterable[HeldSeat], at: datetime) -> list[_Counted]:
    return [
        _Counted(
            one.department,
            _OF_SEAT.get(one.state, SeatStage.TAKEN),
            any(due.is_late(at) for due in matters_of_seats((one,))),
        )
        for one in seats
    ]


def _bars(counted: Iterable[_Counted], order: Sequence[str]) -> tuple[Bar, ...]:
    """One for each id that has something to count, in this order."""
    by_bar: dict[str, list[_Counted]] = {}
    for one in counted:
        by_bar.setdefault(one.bar, []).append(one)
    return tuple(_bar(id, by_bar[id]) for id in order if id in by_bar)


def _bar(id: str, counted: Iterable[_Counted]) -> Bar:
    counted = list(counted)
    numbers = Counter(one.stage for one in counted)
    order: tuple[AnyStage, ...] = (*Stage, *SeatStage)
    counts = tuple((stage, numbers[stage]) for stage in order if numbers[stage])
    return Bar(id, counts, sum(one.is_late for one in counted))


def _near(calendar: Calendar, matters: Iterable[Matter], today: date) -> list[Matter]:
    """Publicity that is due soon and not late."""
    due = [one for one in matters if one.duty is Duty.PUBLICITY and one.day >= today]
    return [one for one in due if calendar.working_days_from(today, one.day) <= NEAR]
