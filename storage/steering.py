"""What the watch over redraws asks of the store: seats and those left, by firm and lead; draws with redraws. Teams that
were not drawn here are in none of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from inspection.departments import EXPERTS
from inspection.states import LIVE_ASSIGNMENTS, AssignmentState
from inspection.statistics import LEFT
from storage.statistics import Span, within_span
from storage.store import Records
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat
from storage.tables.registers import RegisteredObject, Scheme
from storage.veils import shown_object, veiled_rows

_HELD = (*LIVE_ASSIGNMENTS, AssignmentState.COMPLETED)
_LEFT = tuple(AssignmentState(state) for state in LEFT)


@dataclass(frozen=True)
class Firms:
    """Of all firms together how many there are and how many seats; of those where a seat was left, by object, seats
    left and seats in all."""

    number: int
    seats: int
    left: dict[str, tuple[int, int]]


def by_firm(records: Records, span: Span) -> Firms:
    """In two passes over one grouping, for most firms have lost nobody."""
    left = func.sum(case((col(Assignment.state).in_(_LEFT), 1), else_=0)).label("left")
    rows = (
        select(col(Inspection.object_id), left, func.count().label("seats"))
        .join(Assignment, col(Assignment.inspection_id) == col(Inspection.id))
        .where(col(Inspection.draw_id).is_not(None), *within_span(Assignment.drawn_at, span))
        .group_by(col(Inspection.object_id))
        .subquery()
    )
    whole = select(func.count(), func.coalesce(func.sum(rows.c.seats), 0)).select_from(rows)
    number, seats = records.session.execute(whole).one()
    wanted = select(rows.c.object_id, rows.c.left, rows.c.seats).where(rows.c.left > 0)
    found = {object: (int(left), int(held)) for object, left, held in records.session.execute(wanted)}
    return Firms(int(number), int(seats), found)


def by_lead(records: Records, span: Span) -> dict[str, tuple[int, int]]:
    """Seats sent back and seats in all, by who leads the team now or led it to its end."""
    leading, lead_seat = aliased(Assignment), aliased(Seat)
    sent_back = func.sum(case((col(Assignment.state) == AssignmentState.SENT_BACK, 1), else_=0))
    rows = (
        select(col(leading.person_id), sent_back, func.count())
        .select_from(Assignment)
        .join(
            lead_seat,
            (col(lead_seat.inspection_id) == col(Assignment.inspection_id)) & col(lead_seat.is_lead),
        )
        .join(leading, (col(leading.seat_id) == lead_seat.id) & col(leading.state).in_(_HELD))
        .join(Seat, col(Seat.id) == col(Assignment.seat_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(
            col(Seat.department) != EXPERTS,
            col(Inspection.draw_id).is_not(None),
            *within_span(Assignment.drawn_at, span),
        )
        .group_by(col(leading.person_id))
    )
    return {person: (int(left), int(seats)) for person, left, seats in records.session.execute(rows)}


def draws_with_redraws(records: Records, span: Span) -> Iterator[tuple[str, str, str, str]]:
    """Draw, transcript, inspectors and objects as published, of each draw in which a seat was drawn again in the span;
    one after the other, for a pool may be large."""
    ids = (
        select(col(Inspection.draw_id))
        .distinct()
        .join(Assignment, col(Assignment.inspection_id) == col(Inspection.id))
        .where(
            col(Assignment.round) > 0,
            col(Inspection.draw_id).is_not(None),
            *within_span(Assignment.drawn_at, span),
        )
        .order_by(col(Inspection.draw_id))
    )
    for draw_id in list(records.session.execute(ids).scalars()):
        row = select(
            col(DrawRecord.id),
            col(DrawRecord.transcript),
            col(DrawRecord.inspectors),
            col(DrawRecord.objects),
        ).where(col(DrawRecord.id) == draw_id, col(DrawRecord.transcript).is_not(None))
        found = records.session.execute(row).first()
        if found is not None:
            id, transcript, inspectors, objects = found
            yield id, str(transcript), inspectors, objects


def object_names(records: Records, ids: list[str]) -> dict[str, str]:
    rows = select(col(RegisteredObject.id), col(RegisteredObject.name)).where(
        col(RegisteredObject.id).in_(ids)
    )
    names = dict(records.session.execute(rows).all()) if ids else {}
    hidden = (
        select(Inspection)
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Inspection.object_id).in_(ids), veiled_rows())
    )
    for inspection in records.session.execute(hidden).scalars() if ids else ():
        names[inspection.object_id] = shown_object(records, inspection).name
    return names


def leads_of_objects(records: Records, ids: list[str]) -> dict[str, set[str]]:
    """The schemes in which these objects were drawn, by object."""
    rows = select(col(Inspection.object_id), col(Inspection.scheme_id)).where(
        col(Inspection.object_id).in_(ids)
    )
    found: dict[str, set[str]] = {}
    for object, scheme in records.session.execute(rows) if ids else ():
        found.setdefault(object, set()).add(scheme)
    return found
