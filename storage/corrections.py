"""Objections to published results, and what came of them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import col

from inspection.departments import is_within
from inspection.states import CorrectionState
from storage.store import Records
from storage.tables.inspections import Correction, Inspection
from storage.tables.registers import RegisteredObject, Scheme

LISTED = 200
"""So many are listed at most, the newest first."""
Listed = tuple[Correction, Inspection, RegisteredObject, Scheme]


def of_inspection(records: Records, inspection_id: str) -> list[Correction]:
    """Every objection to this result, oldest first."""
    rows = select(Correction).where(col(Correction.inspection_id) == inspection_id)
    return list(
        records.session.execute(rows.order_by(col(Correction.registered_at), col(Correction.id))).scalars()
    )


def upheld(records: Records, inspection_id: str) -> Correction | None:
    """The objection that the team is putting right."""
    rows = select(Correction).where(
        col(Correction.inspection_id) == inspection_id, col(Correction.state) == CorrectionState.UPHELD
    )
    return records.session.execute(rows).scalars().first()


def listed(
    records: Records,
    department: str,
    district: str,
    states: Collection[CorrectionState] = tuple(CorrectionState),
) -> list[Listed]:
    """Objections to results of schemes of this level and below that this department takes part in, what is open
    first."""
    rows = (
        select(Correction, Inspection, RegisteredObject, Scheme)
        .join(Inspection, col(Inspection.id) == col(Correction.inspection_id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Correction.state).in_(states))
        .order_by(col(Correction.registered_at).desc(), col(Correction.id))
    )
    found = [tuple(row) for row in records.session.execute(rows)]
    mine = [one for one in found if department in one[3].departments and is_within(one[3].district, district)]
    order = (
        CorrectionState.REGISTERED,
        CorrectionState.UPHELD,
        CorrectionState.REJECTED,
        CorrectionState.CORRECTED,
    )
    return sorted(mine, key=lambda one: order.index(one[0].state))[:LISTED]
