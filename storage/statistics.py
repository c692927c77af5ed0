"""What is counted, grouped by the database: one statement for each question, however many visits there are."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, case, cast, func, literal, or_, select, union
from sqlmodel import col

from inspection.calendar.beijing import BEIJING
from inspection.departments import EXPERTS
from inspection.results import Category
from inspection.states import (
    NO_VISITS,
    OPEN_CRIMES,
    OPEN_FOLLOW_UPS,
    AssignmentState,
    CorrectionState,
    LeaveRequestState,
    ResultState,
)
from inspection.statistics import (
    OBJECTION,
    TRANSFER,
    Entry,
    FindingGroup,
    MatterGroup,
    Origin,
    SchemeFacts,
    SeatGroup,
    VisitGroup,
)
from storage.follow_ups import OPEN_TRANSFERS
from storage.sql_times import beijing_day_of, minutes_from
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
    Selection,
    Transfer,
)
from storage.tables.registers import InspectionItem, Person, RegisteredObject, Scheme

Span = tuple[date, date] | None
"""First day, and first day after, in Beijing."""

_OPEN_OBJECTIONS = (CorrectionState.REGISTERED, CorrectionState.UPHELD)
_IN_ENTRY = (ResultState.SUBMITTED, ResultState.RETURNED, ResultState.APPROVED)


def schemes(records: Records) -> list[SchemeFacts]:
    """Every scheme, by id; they are few beside their visits."""
    rows = records.session.execute(select(Scheme).order_by(col(Scheme.id))).scalars()
    return [SchemeFacts(one.id, tuple(one.departments), origin_of(one)) for one in rows]


def origin_of(scheme: Scheme) -> Origin:
    """What a scheme came from; one that is not of the ordinary kind (`inspection.schemes.SchemeKind`) is of its own."""
    if scheme.kind in {Origin.SPECIAL, Origin.CASE, Origin.FULL_COVERAGE}:
        return Origin(scheme.kind)
    return Origin.PLAN if scheme.plan_id else Origin.TEMPORARY


def schemes_under_way(records: Records, span: Span) -> set[str]:
    """Those with a draw in the span, or with something taken in that was not drawn here."""
    drawn = select(col(DrawRecord.scheme_id)).where(
        col(DrawRecord.drawn_at).is_not(None), *within_span(DrawRecord.drawn_at, span)
    )
    taken_in = select(col(Selection.scheme_id)).where(*within_span(Selection.entered_at, span))
    return set(records.session.execute(union(drawn, taken_in)).scalars())


def years(records: Records) -> list[int]:
    """In which something was drawn or taken in, the newest first."""
    drawn = select(func.substr(beijing_day_of(col(DrawRecord.drawn_at)), 1, 4)).where(
        col(DrawRecord.drawn_at).is_not(None)
    )
    taken_in = select(func.substr(beijing_day_of(col(Selection.entered_at)), 1, 4))
    found = records.session.execute(union(drawn, taken_in)).scalars()
    return sorted((int(one) for one in found), reverse=True)


def _chosen_within(span: Span) -> tuple[ColumnElement[bool], ...]:
    """Inspections that were drawn in the span, or taken in without a draw of ours. Draws and selections are few beside
    their inspections, so these are found by the indexes on them."""
    if span is None:
        return ()
    drawn = select(col(DrawRecord.id)).where(*within_span(DrawRecord.drawn_at, span))
    taken_in = select(col(Selection.id)).where(*within_span(Selection.entered_at, span))
    return (or_(col(Inspection.draw_id).in_(drawn), col(Inspection.selection_id).in_(taken_in)),)


def visits(records: Records, span: Span) -> list[VisitGroup]:
    """All visits chosen in the span that were not replaced or called off. What was published once counts as public
    from then on, while it is being corrected and after it was withdrawn too: its first day kept the time or did not."""
    entry = case(
        (col(Result.published_at).is_not(None), Entry.PUBLISHED.value),
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
    unfinished = _unfinished()
    is_finished = case(
        (col(Result.published_at).is_(None), 0),
        (unfinished.c.inspection_id.is_not(None), 0),
        else_=1,
    )
    chosen_at = func.coalesce(col(DrawRecord.drawn_at), col(Selection.entered_at))
    month = func.substr(beijing_day_of(chosen_at), 1, 7)
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
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .outerjoin(DrawRecord, col(DrawRecord.id) == col(Inspection.draw_id))
        .outerjoin(Selection, col(Selection.id) == col(Inspection.selection_id))
        .outerjoin(Result, col(Result.inspection_id) == col(Inspection.id))
        .outerjoin(CaseFile, col(CaseFile.inspection_id) == col(Inspection.id))
        .outerjoin(unfinished, unfinished.c.inspection_id == col(Inspection.id))
        .where(col(Inspection.state).not_in(NO_VISITS), *_chosen_within(span))
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


def _unfinished() -> Any:
    """The inspections of which a follow-up, a transfer or a crime is open (`storage.follow_ups.completion_of`)."""
    return union(
        select(col(Transfer.inspection_id)).where(col(Transfer.state).in_(OPEN_TRANSFERS)),
        select(col(FollowUpMatter.inspection_id)).where(col(FollowUpMatter.state).in_(OPEN_FOLLOW_UPS)),
        select(col(SuspectedCrime.inspection_id)).where(col(SuspectedCrime.state).in_(OPEN_CRIMES)),
    ).subquery()


def days_to_publicity(
    records: Records, span: Span, scheme_ids: Collection[str], district: str
) -> dict[tuple[date, date], int]:
    """How many results of these schemes went public on the second day after a visit that ended on the first."""
    ended, published = beijing_day_of(col(Inspection.ended_at)), beijing_day_of(col(Result.published_at))
    columns = (col(Inspection.scheme_id), ended.label("ended"), published.label("published"))
    rows = (
        select(*columns, func.count())
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(
            col(Inspection.ended_at).is_not(None),
            col(Result.published_at).is_not(None),
            col(Inspection.state).not_in(NO_VISITS),
            *_chosen_within(span),
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
    """Of results that were published, of visits chosen in the span."""
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
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(
            col(Result.published_at).is_not(None),
            col(Inspection.state).not_in(NO_VISITS),
            *_chosen_within(span),
        )
        .group_by(*keys)
    )
    return [
        FindingGroup(scheme, district, item, Category(category).value, _texts(follow_ups), number)
        for scheme, district, item, category, follow_ups, number in records.session.execute(rows)
    ]


def matters(records: Records, span: Span) -> list[MatterGroup]:
    """What followed from visits chosen in the span: corrections and listings by kind, transfers, objections. Suspected
    crimes are counted nowhere: that there is one is not for every reader of figures."""
    follow_up = (FollowUpMatter, col(FollowUpMatter.kind), OPEN_FOLLOW_UPS)
    transfer = (Transfer, literal(TRANSFER), OPEN_TRANSFERS)
    objection = (Correction, literal(OBJECTION), _OPEN_OBJECTIONS)
    return [
        MatterGroup(scheme, district, kind, bool(is_open), number)
        for table, kind, still_open in (follow_up, transfer, objection)
        for scheme, district, kind, is_open, number in records.session.execute(
            _counted(table, kind, still_open, span)
        )
    ]


def _counted(table: Any, kind: Any, still_open: Collection[Any], span: Span) -> Select[Any]:
    is_open = case((col(table.state).in_(still_open), 1), else_=0).label("is_open")
    named = kind.label("matter")
    keys = (col(Inspection.scheme_id), col(RegisteredObject.district), named, is_open)
    return (
        select(*keys, func.count())
        .select_from(table)
        .join(Inspection, col(Inspection.id) == col(table.inspection_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .where(col(Inspection.state).not_in(NO_VISITS), *_chosen_within(span))
        .group_by(col(Inspection.scheme_id), col(RegisteredObject.district), "matter", "is_open")
    )


def seats(records: Records, span: Span, *, only_drawn: bool = False) -> list[SeatGroup]:
    """Every time an officer came onto a seat in the span, redraws by their own moment. Who was named for a seat that is
    not drawn here counts too, or not with `only_drawn`; such a one never is a redraw. Experts only advise."""
    drawn, named = _seats(records, span), _seats(records, span, is_named=True)
    drawn.subtract(named)
    found = Counter({one: number for one, number in drawn.items() if number})
    if not only_drawn:
        for one, number in named.items():
            found[replace(one, is_redraw=False)] += number
    return [replace(one, number=number) for one, number in found.items()]


def _seats(records: Records, span: Span, *, is_named: bool = False) -> Counter[SeatGroup]:
    """All of them are counted from one index; those that were named, which are few, from their inspections."""
    redraw = case((col(Assignment.round) > 0, 1), else_=0).label("redraw")
    answered = case((_is_answered(), 1), else_=0).label("answered")
    columns: tuple[Any, ...] = (
        col(Assignment.person_id).label("person"),
        col(Assignment.state).label("state"),
        answered,
        redraw,
    )
    each = select(*columns, func.count().label("number")).where(*within_span(Assignment.drawn_at, span))
    if is_named:
        each = each.join(Inspection, col(Inspection.id) == col(Assignment.inspection_id)).where(
            col(Inspection.selection_id).is_not(None)
        )
    counted = each.group_by(col(Assignment.person_id), col(Assignment.state), "answered", "redraw").subquery()
    rows = (
        select(counted.c.person, col(Person.department), counted.c.state, counted.c.answered,
               counted.c.redraw, counted.c.number)
        .join(Person, col(Person.id) == counted.c.person)
        .where(col(Person.department) != EXPERTS)
    )  # fmt: skip
    found = Counter[SeatGroup]()
    for person, department, state, was_answered, is_redraw, number in records.session.execute(rows):
        state = AssignmentState(state).value
        found[SeatGroup(person, department, state, bool(was_answered), bool(is_redraw), 0)] += number
    return found


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
        .where(
            col(Assignment.round) > 0,
            col(Inspection.draw_id).is_not(None),
            *within_span(Assignment.drawn_at, span),
        )
    )
    return sum(scheme in scheme_ids for scheme, _draw, _round in records.session.execute(rows))


def repeats(records: Records, span: Span, scheme_ids: Collection[str], district: str) -> dict[int, int]:
    """How many firms have had so many visits of these schemes."""
    rows = (
        select(col(Inspection.object_id), col(Inspection.scheme_id), func.count())
        .where(col(Inspection.state).not_in(NO_VISITS), *_chosen_within(span))
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
