"""What the draw needs from the registers, and the records of draws."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection
from storage.tables.registers import Absence, DeclaredInterest, Inspector, Person, RegisteredObject


def objects_in_register(records: Records) -> list[RegisteredObject]:
    """Every active object, by id; whether it may be drawn is the rule's business."""
    rows = select(RegisteredObject).where(col(RegisteredObject.is_active)).order_by(col(RegisteredObject.id))
    return list(records.session.execute(rows).scalars())


def inspectors_of(records: Records, departments: Collection[str]) -> list[Inspector]:
    """Officers of these departments whose register entry and person are both active, by id."""
    rows = (
        select(Inspector)
        .join(Person, col(Person.id) == col(Inspector.id))
        .where(col(Inspector.department).in_(departments), col(Inspector.is_active), col(Person.is_active))
        .order_by(col(Inspector.id))
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


def progress(records: Records, scheme_id: str) -> dict[str, int]:
    """Inspections of a scheme by state."""
    rows = records.session.execute(
        select(col(Inspection.state), func.count())
        .where(col(Inspection.scheme_id) == scheme_id)
        .group_by(col(Inspection.state))
    )
    return {state.value: number for state, number in rows}
