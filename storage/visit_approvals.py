"""行政检查审批: which visits wait for the word of which authority's head."""

from sqlalchemy import select
from sqlmodel import col

from inspection.states import ApprovalState
from storage.store import Records
from storage.tables.follow_ups import InspectionApproval

WAITING = (ApprovalState.AWAITED, ApprovalState.TO_MAKE_UP)


def of_inspection(records: Records, inspection_id: str) -> list[InspectionApproval]:
    """One for each authority that was asked, by id."""
    rows = select(InspectionApproval).where(col(InspectionApproval.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(InspectionApproval.id))).scalars())


def waiting(records: Records, department: str, scheme_id: str | None = None) -> list[InspectionApproval]:
    """What waits for the head of this department, in one scheme or in all; in the order in which to lock it."""
    rows = select(InspectionApproval).where(
        col(InspectionApproval.department) == department, col(InspectionApproval.state).in_(WAITING)
    )
    if scheme_id is not None:
        rows = rows.where(col(InspectionApproval.scheme_id) == scheme_id)
    return list(records.session.execute(rows.order_by(col(InspectionApproval.id))).scalars())


def last_decided(records: Records, department: str, scheme_id: str) -> InspectionApproval | None:
    """The one of this department and scheme that was decided last."""
    rows = (
        select(InspectionApproval)
        .where(
            col(InspectionApproval.department) == department,
            col(InspectionApproval.scheme_id) == scheme_id,
            col(InspectionApproval.decided_at).is_not(None),
        )
        .order_by(col(InspectionApproval.decided_at).desc(), col(InspectionApproval.id))
        .limit(1)
    )
    return records.session.execute(rows).scalars().first()
