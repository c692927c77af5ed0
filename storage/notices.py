"""行政检查通知书, found by the code that stands on it, and the running numbers of documents (文号)."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from storage.once import add_once
from storage.store import Records
from storage.tables.follow_ups import DocumentNumber, InspectionNotice
from storage.tables.inspections import Assignment, LeaveRequest


def by_code(records: Records, code: str) -> InspectionNotice | None:
    """The notice with this code on it."""
    rows = select(InspectionNotice).where(col(InspectionNotice.code) == code)
    return records.session.execute(rows).scalars().first()


def number_of(records: Records, kind: str, subject: str) -> DocumentNumber | None:
    """The number that this document of this thing has."""
    rows = select(DocumentNumber).where(
        col(DocumentNumber.kind) == kind, col(DocumentNumber.subject) == subject
    )
    return records.session.execute(rows).scalars().first()


def take_number(
    records: Records, kind: str, subject: str, *, department: str, year: int, at: datetime
) -> DocumentNumber:
    """The next number of this kind in this year, or the one that the thing has already; two hands at once never get
    the same, and none is left out."""
    key = ("kind", "department", "year", "number")
    while True:
        taken = number_of(records, kind, subject)
        if taken is not None:
            return taken
        rows = select(func.max(col(DocumentNumber.number))).where(
            col(DocumentNumber.kind) == kind,
            col(DocumentNumber.department) == department,
            col(DocumentNumber.year) == year,
        )
        last: int = records.session.execute(rows).scalar_one() or 0
        row = {"kind": kind, "department": department, "year": year, "number": last + 1, "subject": subject}
        add_once(records, DocumentNumber, [{**row, "at": at}], key=key)


def applications(records: Records, inspection_id: str) -> list[LeaveRequest]:
    """Every application of the firm for the recusal of an officer of this visit, oldest first."""
    rows = (
        select(LeaveRequest)
        .join(Assignment, col(Assignment.id) == col(LeaveRequest.assignment_id))
        .where(col(Assignment.inspection_id) == inspection_id, col(LeaveRequest.origin) == "firm")
        .order_by(col(LeaveRequest.filed_at), col(LeaveRequest.id))
    )
    return list(records.session.execute(rows).scalars())
