"""Where a scheme names its firms only from an hour on, this is the one place that gives a firm to be shown.

Before that hour a visit goes by its number. The firm is then a copy without what tells who it is; its name is a veil
(`inspection.veils`), which is put into words where the reader's language is known. Whoever shows a firm of a visit asks
here; what must know the true one (distance, clocks, law) reads the register.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from inspection.veils import Veil
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import RegisteredObject, Scheme

_KEPT = ("id", "kind", "district", "industry", "credit_class", "status", "is_active", "departments")
"""What may be known of it: where it is and what it does, so that a journey and a conflict can be thought of."""


def is_veiled(scheme: Scheme) -> bool:
    """Whether its hour has still to come. It comes as due work, so that nothing but a row decides."""
    return scheme.names_open_at is not None and scheme.names_opened_at is None


def veiled_rows() -> ColumnElement[bool]:
    """The same as a condition on schemes."""
    return col(Scheme.names_open_at).is_not(None) & col(Scheme.names_opened_at).is_(None)


def shown_object(records: Records, inspection: Inspection) -> RegisteredObject:
    """The firm of a visit as it may be shown now: itself, or a copy behind its veil."""
    registered = records.get(RegisteredObject, inspection.object_id)
    return veiled(records, inspection, registered)


def veiled(records: Records, inspection: Inspection, registered: RegisteredObject) -> RegisteredObject:
    """The same where the row was read already."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if not is_veiled(scheme):
        return registered
    assert scheme.names_open_at is not None
    kept: dict[str, Any] = {name: getattr(registered, name) for name in _KEPT}
    veil = Veil(
        inspection.id, inspection.number, registered.district, registered.industry, scheme.names_open_at
    )
    return RegisteredObject(**kept, name=str(veil))


def shown_name(records: Records, inspection_id: str, name: str, *, is_behind_veil: bool) -> str:
    """For rows that were read column by column."""
    if not is_behind_veil:
        return name
    return shown_object(records, records.get(Inspection, inspection_id)).name


def visit_id(scheme: Scheme, object_id: str, number: int) -> str:
    """How the visit to an object is named, by scheme and object: `S2601.B17`. Where the scheme names its firms at an
    hour, by scheme and number: `S2601.N3`, for whoever keeps the register could look the firm up."""
    return f"{scheme.id}.{object_id}" if scheme.names_open_at is None else f"{scheme.id}.N{number}"


def visit_to(records: Records, scheme_id: str, object_id: str) -> Inspection | None:
    """The one visit of a scheme to this object, or None."""
    rows = select(Inspection).where(
        col(Inspection.scheme_id) == scheme_id, col(Inspection.object_id) == object_id
    )
    return records.session.execute(rows).scalars().first()


def drawn_visit(records: Records, scheme_id: str, object_id: str) -> Inspection:
    """The same of an object that was drawn, and so has a visit."""
    found = visit_to(records, scheme_id, object_id)
    assert found is not None, f"{object_id} was drawn for {scheme_id} and has no visit"
    return found


def next_number(records: Records, scheme_id: str) -> int:
    """The number of the next visit of a scheme, from 1."""
    rows = select(func.count()).where(col(Inspection.scheme_id) == scheme_id)
    return int(records.session.execute(rows).scalar_one()) + 1


def visits_of(records: Records, scheme_id: str) -> list[Inspection]:
    """Every visit of a scheme, by number."""
    rows = select(Inspection).where(col(Inspection.scheme_id) == scheme_id)
    return list(records.session.execute(rows.order_by(col(Inspection.number), col(Inspection.id))).scalars())
