"""Visits: who is on site."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import AssignmentState, InspectionState, ResultState
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Result

_SEATED = (AssignmentState.CONFIRMED, AssignmentState.COMPLETED)
_WITH_ITS_TEAM = (ResultState.CORRECTING, ResultState.RETURNED)


def visits_of(records: Records, person_id: str, *states: InspectionState) -> list[Inspection]:
    """The inspections in one of `states` where the person is a confirmed member, the latest start first."""
    return _visits(records, person_id, (AssignmentState.CONFIRMED,), states)


def ever_visited(records: Records, person_id: str, *states: InspectionState) -> list[Inspection]:
    """The same, with those whose result is public and whose seats are given back."""
    return _visits(records, person_id, _SEATED, states)


def _visits(
    records: Records, person_id: str, seated: Sequence[AssignmentState], states: Sequence[InspectionState]
) -> list[Inspection]:
    rows = (
        select(Inspection)
        .join(Assignment, col(Assignment.inspection_id) == col(Inspection.id))
        .where(
            col(Assignment.person_id) == person_id,
            col(Assignment.state).in_(seated),
            col(Inspection.state).in_(states),
        )
        .order_by(col(Inspection.id))
    )
    found = list(records.session.execute(rows).scalars())
    return sorted(found, key=lambda one: one.started_at.timestamp() if one.started_at else 0.0, reverse=True)


def in_correction(records: Records, person_id: str) -> list[Inspection]:
    """Those with a public result that was found wrong and is with its team again, of which the person was a member.

    What is being corrected is asked for first, which is little: among all that the person has ever visited, or all
    that is closed, it would be looked for through ten years."""
    being_corrected = select(col(Result.inspection_id)).where(col(Result.state).in_(_WITH_ITS_TEAM))
    ids = records.session.execute(being_corrected).scalars().all()
    if not ids:
        return []
    rows = (
        select(Inspection)
        .join(Assignment, col(Assignment.inspection_id) == col(Inspection.id))
        .where(
            col(Inspection.id).in_(ids),
            col(Inspection.state) == InspectionState.CLOSED,
            func.coalesce(col(Assignment.person_id), "") == person_id,  # not by the index of persons
            col(Assignment.state) == AssignmentState.COMPLETED,
        )
        .order_by(col(Inspection.id))
    )
    return list(records.session.execute(rows).scalars())
