"""Visits: who is on site."""

from sqlalchemy import select
from sqlmodel import col

from inspection.states import AssignmentState, InspectionState
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection


def visits_of(records: Records, person_id: str, *states: InspectionState) -> list[Inspection]:
    """The inspections in one of `states` where the person is a confirmed member, the latest start first."""
    rows = (
        select(Inspection)
        .join(Assignment, col(Assignment.inspection_id) == col(Inspection.id))
        .where(
            col(Assignment.person_id) == person_id,
            col(Assignment.state) == AssignmentState.CONFIRMED,
            col(Inspection.state).in_(states),
        )
        .order_by(col(Inspection.id))
    )
    found = list(records.session.execute(rows).scalars())
    return sorted(found, key=lambda one: one.started_at.timestamp() if one.started_at else 0.0, reverse=True)
