"""What lies on a person's desk."""

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import LeaveRequestState
from storage.store import Records
from storage.tables.inspections import LeaveRequest


def requests_to_decide(records: Records, head_id: str) -> int:
    """How many leave requests wait for this head."""
    rows = select(func.count()).where(
        col(LeaveRequest.decider_id) == head_id, col(LeaveRequest.state) == LeaveRequestState.PENDING
    )
    number: int = records.session.execute(rows).scalar_one()
    return number
