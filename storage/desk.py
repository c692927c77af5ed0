"""What lies on a person's desk."""

from sqlalchemy import select
from sqlmodel import col

from inspection.departments import level_of
from inspection.states import (
    DepartmentReviewState,
    InspectionState,
    LeaveRequestState,
    ResultState,
    TeamState,
)
from storage.store import Records
from storage.tables.inspections import DepartmentReview, Inspection, LeaveRequest, Result, Team
from storage.tables.registers import Scheme


def requests_to_decide(records: Records, head_id: str) -> list[LeaveRequest]:
    """The leave requests that wait for this head, the most urgent first."""
    rows = (
        select(LeaveRequest)
        .where(col(LeaveRequest.decider_id) == head_id, col(LeaveRequest.state) == LeaveRequestState.PENDING)
        .order_by(col(LeaveRequest.decide_by), col(LeaveRequest.id))
    )
    return list(records.session.execute(rows).scalars())


def results_to_review(records: Records, department: str) -> list[Inspection]:
    """Inspections whose result was submitted to this lead department, the longest waiting first."""
    rows = (
        select(Inspection, Scheme)
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Result.state) == ResultState.SUBMITTED)
        .order_by(col(Result.submitted_at), col(Inspection.id))
    )
    found = records.session.execute(rows)
    return [inspection for inspection, scheme in found if scheme.departments[0] == department]


def findings_to_review(records: Records, department: str) -> list[DepartmentReview]:
    """What this department found and was asked to review, the longest waiting first."""
    rows = (
        select(DepartmentReview)
        .where(
            col(DepartmentReview.state) == DepartmentReviewState.ASKED,
            col(DepartmentReview.department) == department,
        )
        .order_by(col(DepartmentReview.asked_at), col(DepartmentReview.id))
    )
    return list(records.session.execute(rows).scalars())


def gone_to_verify(records: Records, department: str, district: str) -> list[Inspection]:
    """Inspections of this lead department at this level whose object was reported gone."""
    rows = (
        select(Inspection, Scheme)
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Inspection.state) == InspectionState.GONE_REPORTED)
        .order_by(col(Inspection.id))
    )
    found = records.session.execute(rows)
    return [
        inspection
        for inspection, scheme in found
        if scheme.departments[0] == department and level_of(scheme.district) == level_of(district)
    ]


def assembled(records: Records, inspection_ids: list[str]) -> list[str]:
    """Those of these inspections whose team is complete and waits for its lead."""
    rows = (
        select(col(Team.inspection_id))
        .where(col(Team.inspection_id).in_(inspection_ids), col(Team.state) == TeamState.ASSEMBLED)
        .order_by(col(Team.inspection_id))
    )
    return list(records.session.execute(rows).scalars())
