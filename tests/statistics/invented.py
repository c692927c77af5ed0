"""A store full of invented visits in every state, and the same figures counted again in plain Python from its rows."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from inspection.archives import PROBLEMS
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.calendar.calendar import Calendar
from inspection.results import Category, FollowUp
from inspection.schemes import DRAWN_KINDS, SchemeKind
from inspection.states import (
    OPEN_CRIMES,
    OPEN_FOLLOW_UPS,
    ArchiveState,
    AssignmentState,
    CorrectionState,
    CrimeState,
    FollowUpState,
    InspectionState,
    LeaveRequestState,
    ResultState,
    SchemeState,
    TransferState,
)
from inspection.statistics import Wanted
from storage.store import Records
from storage.tables.archives import CaseFile
from storage.tables.follow_ups import FollowUpMatter, SuspectedCrime
from storage.tables.inspections import (
    Assignment,
    Correction,
    DrawRecord,
    Finding,
    Inspection,
    LeaveRequest,
    Result,
    Seat,
    Selection,
    Transfer,
)
from storage.tables.registers import Person, RegisteredObject, Scheme
from tests.actions.story import rows_of
from tests.builders import a_person, a_scheme, an_item, an_object

DEPARTMENTS, DISTRICTS = ("market", "fire", "health"), ("652701", "652722")
_EDGE = datetime(2026, 12, 31, 15, 59, 59, 999999, tzinfo=UTC)
"""One microsecond before the year ends in Beijing."""


_IN_ENTRY = {ResultState.SUBMITTED, ResultState.RETURNED, ResultState.APPROVED}
_ONCE_PUBLIC = {ResultState.PUBLISHED, ResultState.CORRECTING, ResultState.WITHDRAWN}


def invent(records: Records, dice: random.Random) -> None:
    """Some schemes of some departments, with visits in every state; times lie around the ends of days and years too."""
    for department in DEPARTMENTS:
        records.add(*(a_person(f"{department}-{number}", department=department) for number in range(4)))
        records.add(an_item(f"T-{department}", department=department))
    for number in range(8):
        records.add(
            an_object(f"B{number}", district=dice.choice(DISTRICTS), credit_class=dice.choice("ABCD"))
        )
    for number in range(dice.randint(1, 4)):
        _invent_scheme(records, dice, f"S{number}")


def _moment(dice: random.Random) -> datetime:
    if dice.random() < 0.2:
        return _EDGE + timedelta(microseconds=dice.choice((0, 1)))
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randint(0, 500 * 86_400))


def _invent_scheme(records: Records, dice: random.Random, id: str) -> None:
    departments = tuple(dice.sample(DEPARTMENTS, dice.randint(1, 3)))
    scheme = a_scheme(id, departments=departments)
    scheme.plan_id, scheme.state = dice.choice((None, "P1")), SchemeState.DRAWN
    scheme.kind = dice.choice(list(SchemeKind)).value
    drawn_at, is_drawn = _moment(dice), scheme.kind in DRAWN_KINDS and dice.random() < 0.7
    records.add(scheme)
    if is_drawn:
        records.add(
            DrawRecord(
                id=f"D-{id}", scheme_id=id, announcement="{}", objects="", inspectors="", exclusions="", secret="",
                announced_at=drawn_at, announced_by="OP", drawn_at=drawn_at,
            )
        )  # fmt: skip
    else:
        chosen_at = drawn_at - timedelta(days=dice.choice((0, 40)))
        records.add(
            Selection(id=f"N-{id}-1", scheme_id=id, origin="named", chosen_at=chosen_at, entered_at=drawn_at)
        )
    for object in dice.sample(range(8), dice.randint(0, 6)):
        _invent_visit(records, dice, scheme, f"B{object}", drawn_at, is_drawn=is_drawn)


def _invent_visit(
    records: Records, dice: random.Random, scheme: Scheme, object: str, drawn_at: datetime, *, is_drawn: bool
) -> None:
    state, outcome = dice.choice(list(InspectionState)), dice.choice(list(ResultState))
    ended_at = drawn_at + timedelta(seconds=dice.randint(0, 30 * 86_400))
    id = f"{scheme.id}.{object}"
    records.add(
        Inspection(
            id=id,
            scheme_id=scheme.id,
            draw_id=f"D-{scheme.id}" if is_drawn else None,
            selection_id=None if is_drawn else f"N-{scheme.id}-1",
            object_id=object,
            stratum="all",
            state=state,
            ended_at=ended_at,
        )
    )
    if dice.random() < 0.8:
        is_public = outcome in _ONCE_PUBLIC or (outcome in _IN_ENTRY and dice.random() < 0.3)
        due = beijing_day(ended_at) + timedelta(days=28)
        published_at = ended_at + timedelta(seconds=dice.randint(0, 40 * 86_400)) if is_public else None
        records.add(Result(inspection_id=id, state=outcome, publicity_due=due, published_at=published_at))
        _invent_findings(records, dice, scheme, id, published_at)
    _invent_seats(records, dice, scheme, id, drawn_at)


def _invent_findings(
    records: Records, dice: random.Random, scheme: Scheme, id: str, published_at: datetime | None
) -> None:
    kinds = []
    for department in scheme.departments:
        kinds.append(dice.choice(list(Category)))
        follow_ups = [one.value for one in dice.sample(list(FollowUp), dice.randint(0, 2))]
        records.add(
            Finding(
                inspection_id=id,
                item_id=f"T-{department}",
                department=department,
                category=kinds[-1].value,
                follow_ups=follow_ups,
                entered_at=_EDGE,
                entered_by="x",
            )
        )
    is_transferred = dice.random() < 0.3
    if is_transferred:
        for number in range(dice.randint(1, 2)):
            records.add(
                Transfer(
                    id=f"{id}/{number}",
                    inspection_id=id,
                    item_id=f"T-{number}",
                    from_department="market",
                    to_department="fire",
                    state=dice.choice(list(TransferState)),
                    opened_at=_EDGE,
                )
            )
    _invent_matters(records, dice, id)
    if published_at is not None:
        outcome = "transferred" if is_transferred else ("problem" if PROBLEMS & set(kinds) else "clean")
        number = len(rows_of(records, CaseFile)) + 1
        records.add(
            CaseFile(
                inspection_id=id,
                scheme_id=scheme.id,
                department="market",
                year=2026,
                number=number,
                object_name="x",
                outcome=outcome,
                state=ArchiveState.OPEN,
                closed_at=published_at,
                archive_at=published_at,
            )
        )


def _invent_matters(records: Records, dice: random.Random, id: str) -> None:
    for kind in dice.sample(("rectify", "listing"), dice.choice((0, 0, 1, 2))):
        records.add(
            FollowUpMatter(
                id=f"{id}/T-market/{kind[0]}",
                inspection_id=id,
                kind=kind,
                department="market",
                state=dice.choice(list(FollowUpState)),
                opened_at=_EDGE,
                moved_at=_EDGE,
            )
        )
    if dice.random() < 0.2:
        records.add(
            SuspectedCrime(
                id=f"{id}/c1", inspection_id=id, department="market", state=dice.choice(list(CrimeState)),
                decider_id="x", reported_at=_EDGE, reported_by="x", moved_at=_EDGE,
            )
        )  # fmt: skip
    if dice.random() < 0.2:
        records.add(
            Correction(
                id=f"{id}/c1", inspection_id=id, version=1, raised_by="firm", registered_by="x",
                state=dice.choice(list(CorrectionState)), registered_at=_EDGE,
            )
        )  # fmt: skip


def _invent_seats(records: Records, dice: random.Random, scheme: Scheme, id: str, drawn_at: datetime) -> None:
    for department in scheme.departments:
        seat = Seat(id=f"{id}/{department}/1", inspection_id=id, department=department, number=1)
        records.add(seat)
        for turn in range(dice.randint(1, 3)):
            at = drawn_at + timedelta(hours=turn * 30)
            answered_at = at + timedelta(milliseconds=dice.randint(0, 90_000_000))
            assignment = Assignment(
                id=f"{seat.id}/{turn + 1}",
                seat_id=seat.id,
                inspection_id=id,
                person_id=f"{department}-{dice.randint(0, 3)}",
                round=turn,
                state=dice.choice(list(AssignmentState)),
                drawn_at=at,
                notified_at=at,
                answered_at=dice.choice((None, answered_at)),
            )
            records.add(assignment)
            if dice.random() < 0.4:
                _invent_request(records, dice, assignment)


def _invent_request(records: Records, dice: random.Random, assignment: Assignment) -> None:
    kind, ground = dice.choice((("recusal", "A2"), ("recusal", "B1"), ("unavailability", "C1")))
    records.add(
        LeaveRequest(
            id=f"{assignment.id}/r1",
            assignment_id=assignment.id,
            kind=kind,
            ground=ground,
            state=dice.choice(list(LeaveRequestState)),
            filed_at=assignment.drawn_at,
        )
    )


class Recount:
    """The figures, counted row by row as a person with a list would."""

    def __init__(self, records: Records, wanted: Wanted, calendar: Calendar) -> None:
        self.wanted, self.calendar = wanted, calendar
        self.schemes: dict[str, Scheme] = {one.id: one for one in rows_of(records, Scheme)}
        self.chosen: dict[str, datetime] = {one.id: one.entered_at for one in rows_of(records, Selection)}
        self.chosen |= {one.id: one.drawn_at for one in rows_of(records, DrawRecord)}
        self.objects: dict[str, RegisteredObject] = {
            one.id: one for one in rows_of(records, RegisteredObject)
        }
        self.results: dict[str, Result] = {one.inspection_id: one for one in rows_of(records, Result)}
        self.files: dict[str, CaseFile] = {one.inspection_id: one for one in rows_of(records, CaseFile)}
        self.people: dict[str, Person] = {one.id: one for one in rows_of(records, Person)}
        self.open = _still_open(records)
        all_: list[Inspection] = rows_of(records, Inspection)
        self.drawn = {one.id for one in all_ if one.draw_id}
        self.visits = [one for one in all_ if self._is_wanted(one)]
        ids = {one.id for one in self.visits}
        self.findings = [
            one
            for one in rows_of(records, Finding)
            if one.inspection_id in ids and self.is_public(one.inspection_id)
        ]
        self.matters = [
            (kind, id in self.open[kind])
            for kind, id, inspection_id in _all_matters(records)
            if inspection_id in ids
        ]
        assignments: list[Assignment] = rows_of(records, Assignment)
        self.seats = [one for one in assignments if self._is_in_span(one.drawn_at) and self._is_of(one)]
        self.answered = [
            one
            for one in self.seats
            if one.answered_at is not None and one.state is not AssignmentState.LAPSED
        ]
        self.requests = [
            one
            for one in rows_of(records, LeaveRequest)
            if one.assignment_id in {seat.id for seat in self.seats}
            and one.state is LeaveRequestState.GRANTED
        ]

    def _is_in_span(self, at: datetime) -> bool:
        local = at.astimezone(BEIJING)
        return (self.wanted.year in (None, local.year)) and (self.wanted.month in (None, local.month))

    def _is_of(self, seat: Assignment) -> bool:
        return self.wanted.department in ("", self.people[seat.person_id].department)

    def _is_wanted(self, one: Inspection) -> bool:
        scheme = self.schemes[one.scheme_id]
        return (
            one.state not in (InspectionState.REPLACED, InspectionState.CALLED_OFF)
            and self._is_in_span(self.chosen_at(one))
            and (not self.wanted.department or self.wanted.department in scheme.departments)
            and self.wanted.district in ("", self.objects[one.object_id].district)
            and self.wanted.origin in ("", self.origin(one))
        )

    def origin(self, one: Inspection) -> str:
        scheme = self.schemes[one.scheme_id]
        if scheme.kind != SchemeKind.RANDOM:
            return scheme.kind
        return "plan" if scheme.plan_id else "temporary"

    def chosen_at(self, one: Inspection) -> datetime:
        return self.chosen[one.draw_id or one.selection_id or ""]

    def is_public(self, id: str) -> bool:
        return id in self.results and self.results[id].published_at is not None

    def line(self, visits: Sequence[Inspection]) -> tuple[int, ...]:
        """Objects, waiting, in entry, published, on time, problems, finished."""
        public = [one.id for one in visits if self.is_public(one.id)]
        hidden = [one.id for one in visits if not self.is_public(one.id)]
        states = [self.results[id].state if id in self.results else None for id in hidden]
        return (
            len(visits),
            sum(state in (None, ResultState.DRAFT) for state in states),
            sum(state in _IN_ENTRY for state in states),
            len(public),
            sum(self._on_time(id) for id in public),
            sum(self.files[id].outcome != "clean" for id in public),
            sum(id not in self.open["unfinished"] for id in public),
        )

    def _on_time(self, id: str) -> bool:
        result = self.results[id]
        assert result.published_at is not None
        assert result.publicity_due is not None
        return beijing_day(result.published_at) <= result.publicity_due

    def lines(self, keys: Any) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[Inspection]] = {}
        for one in self.visits:
            for key in keys(one):
                found.setdefault(key, []).append(one)
        return {key: self.line(visits) for key, visits in sorted(found.items())}

    def month(self, one: Inspection) -> str:
        return f"{self.chosen_at(one).astimezone(BEIJING):%Y-%m}"

    def median_days(self) -> float | None:
        days = []
        for one in self.visits:
            published_at = self.results[one.id].published_at if self.is_public(one.id) else None
            if published_at is not None and one.ended_at is not None:
                days.append(
                    self.calendar.working_days_from(beijing_day(one.ended_at), beijing_day(published_at))
                )
        return median(days) if days else None

    def median_minutes(self) -> float | None:
        spans = [
            (int(one.answered_at.timestamp()) - int(one.notified_at.timestamp())) // 60
            for one in self.answered
            if one.answered_at is not None and one.notified_at is not None
        ]
        return median(spans) if spans else None

    def repeats(self) -> Counter[int]:
        return Counter(Counter(one.object_id for one in self.visits).values())


def _all_matters(records: Records) -> list[tuple[str, str, str]]:
    """Kind, id and inspection of all that figures name."""
    return [
        *((one.kind, one.id, one.inspection_id) for one in rows_of(records, FollowUpMatter)),
        *(("transfer", one.id, one.inspection_id) for one in rows_of(records, Transfer)),
        *(("objection", one.id, one.inspection_id) for one in rows_of(records, Correction)),
    ]


def _still_open(records: Records) -> dict[str, set[str]]:
    """By kind the ids of what is open, and as `unfinished` the inspections that are not complete for it."""
    matters = [one for one in rows_of(records, FollowUpMatter) if one.state in OPEN_FOLLOW_UPS]
    transfers = [one for one in rows_of(records, Transfer) if one.state is not TransferState.CLOSED]
    crimes = [one for one in rows_of(records, SuspectedCrime) if one.state in OPEN_CRIMES]
    objections = [
        one
        for one in rows_of(records, Correction)
        if one.state in {CorrectionState.REGISTERED, CorrectionState.UPHELD}
    ]
    return {
        "rectify": {one.id for one in matters if one.kind == "rectify"},
        "listing": {one.id for one in matters if one.kind == "listing"},
        "transfer": {one.id for one in transfers},
        "objection": {one.id for one in objections},
        "unfinished": {one.inspection_id for one in (*matters, *transfers, *crimes)},
    }


def a_wish(dice: random.Random) -> Wanted:
    year = dice.choice((None, 2026, 2027))
    return Wanted(
        year=year,
        month=dice.choice((None, 1, 6, 12)) if year else None,
        department=dice.choice(("", "", *DEPARTMENTS)),
        district=dice.choice(("", "", *DISTRICTS)),
        origin=dice.choice(("", "", "plan", "temporary", "special", "case", "full_coverage")),
    )
