"""What the draw needs from the registers, and the records of draws."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time

from sqlalchemy import func, or_, select
from sqlmodel import col

from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.frequency import OwnVisit
from inspection.states import NO_VISITS
from storage.store import Records
from storage.tables.inspections import DrawRecord, DrawSource, Inspection
from storage.tables.registers import (
    Absence,
    DeclaredInterest,
    Expert,
    Inspector,
    Person,
    RegisteredObject,
    Scheme,
)


@dataclass(slots=True)
class ObjectEntry:
    """Of a registered object what a draw asks; a register of half a million is passed one by one."""

    id: str
    kind: str
    credit_code: str
    status: str
    district: str
    industry: str
    special_lists: list[str]
    credit_class: str
    last_inspected_on: date | None
    visits_this_year: int
    visits_by_department: dict[str, int]
    visits_counted_on: date | None
    yearly_cap: int
    labels: list[str] = field(default_factory=list)
    """Where a scheme chooses by them (`storage.register_rows.object_labels`)."""


_ENTRIES = (
    select(*(getattr(RegisteredObject, one.name) for one in fields(ObjectEntry) if one.name != "labels"))
    .where(col(RegisteredObject.is_active))
    .order_by(col(RegisteredObject.id))
)


def objects_in_register(records: Records) -> Iterator[ObjectEntry]:
    """Every active object, by id; whether it may be drawn is the rule's business."""
    for row in records.session.execute(_ENTRIES.execution_options(yield_per=1000)):
        yield ObjectEntry(*row)


def own_visits(
    records: Records, *, between: tuple[date, date], object_id: str | None = None
) -> dict[str, list[OwnVisit]]:
    """Our visits whose day lies between two days, both included, by object, or those at one object: held ones by the
    day they ended, those still to come by the first day of their scheme. Replaced and called-off ones are none."""
    rows = select(
        col(Inspection.object_id),
        col(Inspection.ended_at),
        col(Scheme.first_day),
        col(Scheme.departments),
        col(Scheme.cap_exemption),
    ).join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
    if object_id is not None:
        rows = rows.where(col(Inspection.object_id) == object_id)
    else:  # by the index of the day; of what ended too late or is still to come the rest is looked at below
        first = datetime.combine(between[0], time.min, BEIJING)
        rows = rows.where(or_(col(Inspection.ended_at) >= first, col(Inspection.ended_at).is_(None)))
    found: dict[str, list[OwnVisit]] = {}
    for visited, ended_at, first_day, departments, exemption in records.session.execute(
        rows.where(col(Inspection.state).not_in(NO_VISITS))
    ):
        day = beijing_day(ended_at) if ended_at else first_day
        if between[0] <= day <= between[1]:
            visit = OwnVisit(day, tuple(departments), exemption is None, is_held=ended_at is not None)
            found.setdefault(visited, []).append(visit)
    return found


def inspectors_of(records: Records, departments: Collection[str]) -> list[Inspector]:
    """Officers of these departments whose register entry and person are both active, by id."""
    rows = (
        select(Inspector)
        .join(Person, col(Person.id) == col(Inspector.id))
        .where(col(Inspector.department).in_(departments), col(Inspector.is_active), col(Person.is_active))
        .order_by(col(Inspector.id))
    )
    return list(records.session.execute(rows).scalars())


def experts_of(records: Records, field: str) -> list[Expert]:
    """Experts of a field who are active and can be spoken to, by id."""
    rows = (
        select(Expert)
        .join(Person, col(Person.id) == col(Expert.id))
        .where(col(Expert.field) == field, col(Expert.is_active), col(Person.is_active))
        .order_by(col(Expert.id))
    )
    return list(records.session.execute(rows).scalars())


def absent_between(records: Records, first_day: date, last_day: date) -> set[str]:
    """Officers with an absence that touches the window."""
    rows = select(col(Absence.inspector_id)).where(
        col(Absence.first_day) <= last_day, col(Absence.last_day) >= first_day
    )
    return set(records.session.execute(rows).scalars())


def declared_interests(records: Records) -> list[tuple[str, str]]:
    """(officer, object) pairs that must never meet."""
    rows = select(col(DeclaredInterest.inspector_id), col(DeclaredInterest.object_id))
    return [(inspector, registered) for inspector, registered in records.session.execute(rows)]


def draws_of(records: Records, scheme_id: str) -> list[DrawRecord]:
    """Every draw of a scheme, voided ones too, oldest first."""
    rows = (
        select(DrawRecord)
        .where(col(DrawRecord.scheme_id) == scheme_id)
        .order_by(col(DrawRecord.announced_at), col(DrawRecord.id))
    )
    return list(records.session.execute(rows).scalars())


def open_draw(records: Records, scheme_id: str) -> DrawRecord | None:
    """The draw that stands: announced or drawn, not voided."""
    return next((draw for draw in reversed(draws_of(records, scheme_id)) if draw.voided_at is None), None)


def sources_of(records: Records, draw_id: str) -> list[DrawSource]:
    """The public sources of a draw in the announced order; read anew each time, as other hands left them."""
    rows = (
        select(DrawSource)
        .where(col(DrawSource.draw_id) == draw_id)
        .order_by(col(DrawSource.number))
        .execution_options(populate_existing=True)
    )
    return list(records.session.execute(rows).scalars())


def waiting_for(records: Records, witness_id: str) -> list[tuple[DrawRecord, DrawSource]]:
    """The draws that still wait for this witness's number, the earliest due first."""
    rows = (
        select(DrawRecord, DrawSource)
        .join(DrawSource, col(DrawSource.draw_id) == col(DrawRecord.id))
        .where(
            col(DrawSource.witness_id) == witness_id,
            col(DrawSource.value).is_(None),
            col(DrawRecord.voided_at).is_(None),
            col(DrawRecord.drawn_at).is_(None),
        )
        .order_by(col(DrawSource.due), col(DrawRecord.id))
    )
    return [(draw, source) for draw, source in records.session.execute(rows)]


def awaiting_second_entry(records: Records) -> list[tuple[DrawRecord, DrawSource]]:
    """The draws whose public value has been entered once and not confirmed."""
    rows = (
        select(DrawRecord, DrawSource)
        .join(DrawSource, col(DrawSource.draw_id) == col(DrawRecord.id))
        .where(
            col(DrawSource.first_by).is_not(None),
            col(DrawSource.value).is_(None),
            col(DrawRecord.voided_at).is_(None),
            col(DrawRecord.drawn_at).is_(None),
        )
        .order_by(col(DrawRecord.announced_at), col(DrawRecord.id))
    )
    return [(draw, source) for draw, source in records.session.execute(rows)]


def inspections_of(records: Records, scheme_id: str) -> list[str]:
    """Every inspection of a scheme, by id: the order in which to lock them."""
    rows = (
        select(col(Inspection.id)).where(col(Inspection.scheme_id) == scheme_id).order_by(col(Inspection.id))
    )
    return list(records.session.execute(rows).scalars())


def progress(records: Records, scheme_id: str) -> dict[str, int]:
    """Inspections of a scheme by state."""
    rows = records.session.execute(
        select(col(Inspection.state), func.count())
        .where(col(Inspection.scheme_id) == scheme_id)
        .group_by(col(Inspection.state))
    )
    return {state.value: number for state, number in rows}
