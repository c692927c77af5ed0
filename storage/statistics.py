"""What is counted, grouped by the database: one statement for each question, however many visits there are."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Date, String, case, cast, func, select
from sqlmodel import col

from inspection.calendar.beijing import BEIJING
from inspection.departments import EXPERTS
from inspection.results import Category
from inspection.states import (
    NO_VISITS,
    AssignmentState,
    LeaveRequestState,
    ResultState,
    TransferState,
)
from inspection.statistics import Entry, FindingGroup, Origin, SchemeFacts, SeatGroup, VisitGroup
from storage.sql_times import beijing_day_of, minutes_from
from storage.store import Records
from storage.tables.archives import CaseFile
from storage.tables.inspections import (
    Assignment,
    DrawRecord,
    Finding,
    Inspection,
    LeaveRequest,
    Result,
    Transfer,
)
from storage.tables.registers import InspectionItem, Person, RegisteredObject, Scheme

Span = tuple[date, date] | None
"""First day, and first day after, in Beijing."""

_IN_ENTRY = (ResultState.SUBMITTED, ResultState.RETURNED, ResultState.APPROVED)


def schemes(records: Records) -> list[SchemeFacts]:
    """Every scheme, by id; they are few beside their visits."""
    rows = records.session.execute(select(Scheme).order_by(col(Scheme.id))).scalars()
    return [SchemeFacts(one.id, tuple(one.departments), origin_of(one)) for one in rows]


def origin_of(scheme: Scheme) -> Origin:
    """What a scheme came from; one that says of what kind it is, is of that."""
    kind = getattr(scheme, "kind", "random")
    if kind in {Origin.SPECIAL, Origin.CASE, Origin.FULL_COVERAGE}:
        return Origin(kind)
    return Origin.PLAN if scheme.plan_id else Origin.TEMPORARY


def drawn_schemes(records: Records, span: Span) -> set[str]:
    """Those with a draw in the span."""
    rows = select(col(DrawRecord.scheme_id)).distinct().where(col(DrawRecord.drawn_at).is_not(None))
    return set(records.session.execute(rows.where(*within_span(DrawRecord.drawn_at, span))).scalars())


def years(records: Records) -> list[int]:
    """In which something was drawn, the newest first."""
    day = beijing_day_of(col(DrawRecord.drawn_at))
    rows = select(func.substr(day, 1, 4)).distinct().where(col(DrawRecord.drawn_at).is_not(None))
    return sorted((int(one) for one in records.session.execute(rows).scalars()), reverse=True)


def visits(records: Records, span: Span) -> list[VisitGroup]:
    """All visits of draws in the span that were not replaced or called off."""
    entry = case(
        (col(Result.state) == ResultState.PUBLISHED, Entry.PUBLISHED.value),
        (col(Result.state).in_(_IN_ENTRY), Entry.IN_ENTRY.value),
        else_=Entry.WAITING.value,
    )
    published_on = beijing_day_of(col(Result.published_at))
    is_on_time = case(
        (col(Result.published_at).is_(None), None),
        (published_on <= _as_text(records, Result.publicity_due), 1),
        else_=0,
    )
    has_problem = case((col(CaseFile.outcome) == "clean", 0), (col(CaseFile.outcome).is_(None), 0), else_=1)
    unfinished = (
        select(col(Transfer.inspection_id))
        .distinct()
        .where(col(Transfer.state) != TransferState.CLOSED)
        .subquery()
    )
    is_finished = case(
        (col(Result.state) != ResultState.PUBLISHED, 0),
        (col(Result.state).is_(None), 0),
        (unfinished.c.inspection_id.is_not(None), 0),
        else_=1,
    )
    month = func.substr(beijing_day_of(col(DrawRecord.drawn_at)), 1, 7)
    keys: tuple[Any, ...] = (
        col(Inspection.scheme_id),
        month,
        col(RegisteredObject.district),
        col(RegisteredObject.credit_class),
        entry,
        is_on_time,
        has_problem,
        is_finished,
    )
    labelled = [one.label(f"k{place}") for place, one in enumerate(keys)]
    rows = (
        select(*labelled, func.count().label("number"))
        .select_from(Inspection)
        .join(DrawRecord, col(DrawRecord.id) == col(Inspection.draw_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .outerjoin(Result, col(Result.inspection_id) == col(Inspection.id))
        .outerjoin(CaseFile, col(CaseFile.inspection_id) == col(Inspection.id))
        .outerjoin(unfinished, unfinished.c.inspection_id == col(Inspection.id))
        .where(col(Inspection.state).not_in(NO_VISITS), *within_span(DrawRecord.drawn_at, span))
        .group_by(*(label.name for label in labelled))
    )
    return [
        VisitGroup(
            scheme, month, district, class_, Entry(entry), None if on_time is None else bool(on_time),
            bool(problem), bool(finished), number,
        )
        for scheme, month, district, class_, entry, on_time, problem, finished, number
        in records.session.execute(rows)
    ]  # fmt: skip


def days_to_publicity(
    records: Records, span: Span, scheme_ids: Collection[str], district: str
) -> dict[tuple[date, date], int]:
    """How many results of these schemes went public on the second day after a visit that ended on the first."""
    ended, published = beijing_day_of(col(Inspection.ended_at)), beijing_day_of(col(Result.published_at))
    columns = (col(Inspection.scheme_id), ended.label("ended"), published.label("published"))
    rows = (
        select(*columns, func.count())
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .join(DrawRecord, col(DrawRecord.id) == col(Inspection.draw_id))
        .where(
            col(Inspection.ended_at).is_not(None),
            col(Result.published_at).is_not(None),
            col(Inspection.state).not_in(NO_VISITS),
            *within_span(DrawRecord.drawn_at, span),
        )
        .group_by(col(Inspection.scheme_id), "ended", "published")
    )
    if district:
        rows = rows.join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id)).where(
            col(RegisteredObject.district) == district
        )
    found = Counter[tuple[date, date]]()
    for scheme, first, last, number in records.session.execute(rows):
        if scheme in scheme_ids:
            found[date.fromisoformat(first), date.fromisoformat(last)] += number
    return dict(found)


def findings(records: Records, span: Span) -> list[FindingGroup]:
    """Of published results of draws in the span."""
    keys = (
        col(Inspection.scheme_id),
        col(RegisteredObject.district),
        col(Finding.item_id),
        col(Finding.category),
        col(Finding.follow_ups),
    )
    rows = (
        select(*keys, func.count())
        .join(Inspection, col(Inspection.id) == col(Finding.inspection_id))
        .join(DrawRecord, col(DrawRecord.id) == col(Inspection.draw_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(
            col(Result.state) == ResultState.PUBLISHED,
            col(Inspection.state).not_in(NO_VISITS),
            *within_span(DrawRecord.drawn_at, span),
        )
        .group_by(*keys)
    )
    return [
        FindingGroup(scheme, district, item, Category(category).value, _texts(follow_ups), number)
        for scheme, district, item, category, follow_ups, number in records.session.execute(rows)
    ]


def seats(records: Records, span: Span) -> list[SeatGroup]:
    """Every time an officer was drawn for a seat in the span, redraws by their own moment. Experts only advise."""
    redraw = case((col(Assignment.round) > 0, 1), else_=0).label("redraw")
    answered = case((_is_answered(), 1), else_=0).label("answered")
    counted = (
        select(
            col(Assignment.person_id).label("person"),
            col(Assignment.state).label("state"),
            answered,
            redraw,
            func.count().label("number"),
        )
        .where(*within_span(Assignment.drawn_at, span))
        .group_by(col(Assignment.person_id), col(Assignment.state), "answered", "redraw")
        .subquery()
    )
    rows = (
        select(counted.c.person, col(Person.department), counted.c.state, counted.c.answered,
               counted.c.redraw, counted.c.number)
        .join(Person, col(Person.id) == counted.c.person)
        .where(col(Person.department) != EXPERTS)
    )  # fmt: skip
    return [
        SeatGroup(person, department, AssignmentState(state).value, bool(answered), bool(redraw), number)
        for person, department, state, answered, redraw, number in records.session.execute(rows)
    ]


def _is_answered() -> ColumnElement[bool]:
    """A lapsed seat bears the moment in which it lapsed where others bear that of an answer."""
    return col(Assignment.answered_at).is_not(None) & (col(Assignment.state) != AssignmentState.LAPSED)


def answer_minutes(records: Records, span: Span) -> dict[str, dict[int, int]]:
    """By department, how many answers took so many whole minutes from the notice on."""
    minutes = minutes_from(col(Assignment.notified_at), col(Assignment.answered_at)).label("minutes")
    rows = (
        select(col(Person.department), minutes, func.count())
        .select_from(Assignment)
        .join(Person, col(Person.id) == col(Assignment.person_id))
        .where(
            col(Assignment.notified_at).is_not(None),
            _is_answered(),
            col(Person.department) != EXPERTS,
            *within_span(Assignment.drawn_at, span),
        )
        .group_by(col(Person.department), "minutes")
    )
    found: dict[str, dict[int, int]] = {}
    for department, value, number in records.session.execute(rows):
        found.setdefault(department, {})[int(value)] = number
    return found


def grounds(records: Records, span: Span, department: str) -> dict[tuple[str, str], int]:
    """Granted requests by kind and ground, of seats drawn in the span; of one department, or of all."""
    rows = (
        select(col(LeaveRequest.kind), col(LeaveRequest.ground), func.count())
        .join(Assignment, col(Assignment.id) == col(LeaveRequest.assignment_id))
        .where(col(LeaveRequest.state) == LeaveRequestState.GRANTED, *within_span(Assignment.drawn_at, span))
        .group_by(col(LeaveRequest.kind), col(LeaveRequest.ground))
    )
    if department:
        rows = rows.join(Person, col(Person.id) == col(Assignment.person_id)).where(
            col(Person.department) == department
        )
    return {(kind, ground): number for kind, ground, number in records.session.execute(rows)}


def redraw_rounds(records: Records, span: Span, scheme_ids: Collection[str]) -> int:
    """How many rounds after the first were held for these schemes."""
    rows = (
        select(col(Inspection.scheme_id), col(Inspection.draw_id), col(Assignment.round))
        .distinct()
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(col(Assignment.round) > 0, *within_span(Assignment.drawn_at, span))
    )
    return sum(scheme in scheme_ids for scheme, _draw, _round in records.session.execute(rows))


def repeats(records: Records, span: Span, scheme_ids: Collection[str], district: str) -> dict[int, int]:
    """How many firms have had so many visits of these schemes."""
    rows = (
        select(col(Inspection.object_id), col(Inspection.scheme_id), func.count())
        .join(DrawRecord, col(DrawRecord.id) == col(Inspection.draw_id))
        .where(col(Inspection.state).not_in(NO_VISITS), *within_span(DrawRecord.drawn_at, span))
        .group_by(col(Inspection.object_id), col(Inspection.scheme_id))
    )
    if district:
        rows = rows.join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id)).where(
            col(RegisteredObject.district) == district
        )
    per_firm = Counter[str]()
    for firm, scheme, number in records.session.execute(rows):
        if scheme in scheme_ids:
            per_firm[firm] += number
    return dict(Counter(per_firm.values()))


def person_names(records: Records, ids: Iterable[str]) -> dict[str, str]:
    return _names(records, Person.id, Person.name, set(ids))


def item_titles(records: Records, ids: Iterable[str]) -> dict[str, str]:
    return _names(records, InspectionItem.id, InspectionItem.title, set(ids))


def _names(records: Records, key: Any, name: Any, ids: set[str]) -> dict[str, str]:
    """In pieces: a database takes only so many values at once."""
    found: dict[str, str] = {}
    wanted = sorted(ids)
    for first in range(0, len(wanted), 500):
        rows = select(col(key), col(name)).where(col(key).in_(wanted[first : first + 500]))
        found |= dict(records.session.execute(rows).all())
    return found


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value) if isinstance(value, str) else value)


def _as_text(records: Records, column: Any) -> ColumnElement[Any]:
    """A day as `2026-11-26`; SQLite keeps days so anyway."""
    if records.session.get_bind().dialect.name == "postgresql":
        return func.to_char(cast(col(column), Date), "YYYY-MM-DD")
    return cast(col(column), String)


def within_span(column: Any, span: Span) -> tuple[ColumnElement[bool], ...]:
    if span is None:
        return ()
    first, after = (datetime.combine(day, time.min, BEIJING) for day in span)
    return (col(column) >= first, col(column) < after)
