"""Everything that a scheme has left in the store, read whole: for its numbers and for the re-check of its rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlmodel import SQLModel, col

from storage.beginnings import begins
from storage.store import Records
from storage.tables.inspections import (
    Answer,
    Assignment,
    ChecklistPart,
    Correction,
    DepartmentReview,
    DrawRecord,
    DrawSource,
    Finding,
    Inspection,
    JournalLine,
    LeaveRequest,
    Photo,
    Publication,
    Result,
    Seat,
    Team,
    Transfer,
)
from storage.tables.messaging import OutboxLine, OutboxState
from storage.tables.registers import (
    Absence,
    Checklist,
    DeclaredInterest,
    Expert,
    InspectionItem,
    Inspector,
    Person,
    RegisteredObject,
    Scheme,
)

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class WholeScheme:
    """A scheme with all rows that belong to it, each list in the order of its keys; the journal as it was written."""

    scheme: Scheme
    items: list[InspectionItem]
    objects: list[RegisteredObject]
    draws: list[DrawRecord]
    sources: list[DrawSource]
    inspections: list[Inspection]
    teams: list[Team]
    seats: list[Seat]
    assignments: list[Assignment]
    requests: list[LeaveRequest]
    people: list[Person]
    """Whoever held a seat, with the register's rows about them below."""
    inspectors: list[Inspector]
    experts: list[Expert]
    absences: list[Absence]
    interests: list[DeclaredInterest]
    checklists: list[Checklist]
    parts: list[ChecklistPart]
    answers: list[Answer]
    photos: list[Photo]
    results: list[Result]
    findings: list[Finding]
    reviews: list[DepartmentReview]
    corrections: list[Correction]
    transfers: list[Transfer]
    publications: list[Publication]
    journal: list[JournalLine]


def whole_scheme(records: Records, scheme_id: str) -> WholeScheme:
    """Reads it all; `NotFound` when there is no such scheme."""
    scheme = records.get(Scheme, scheme_id)
    inspections = _rows(records, Inspection, col(Inspection.scheme_id) == scheme_id)
    assignments = _rows(records, Assignment, _of(records, Assignment.inspection_id, scheme_id))
    held_by = sorted({one.person_id for one in assignments})
    return WholeScheme(
        scheme=scheme,
        items=[records.get(InspectionItem, one) for one in scheme.items],
        objects=[records.get(RegisteredObject, one.object_id) for one in inspections],
        draws=_rows(records, DrawRecord, col(DrawRecord.scheme_id) == scheme_id),
        sources=_rows(records, DrawSource, begins(records, DrawSource.draw_id, f"D-{scheme_id}-")),
        inspections=inspections,
        teams=_rows(records, Team, _of(records, Team.inspection_id, scheme_id)),
        seats=_rows(records, Seat, _of(records, Seat.inspection_id, scheme_id)),
        assignments=assignments,
        requests=_rows(records, LeaveRequest, _of(records, LeaveRequest.assignment_id, scheme_id)),
        people=_rows(records, Person, col(Person.id).in_(held_by)),
        inspectors=_rows(records, Inspector, col(Inspector.id).in_(held_by)),
        experts=_rows(records, Expert, col(Expert.id).in_(held_by)),
        absences=_rows(records, Absence, col(Absence.inspector_id).in_(held_by)),
        interests=_rows(records, DeclaredInterest, col(DeclaredInterest.inspector_id).in_(held_by)),
        checklists=_rows(records, Checklist, col(Checklist.id) == scheme.checklist_id),
        parts=_rows(records, ChecklistPart, _of(records, ChecklistPart.inspection_id, scheme_id)),
        answers=_rows(records, Answer, _of(records, Answer.part_id, scheme_id)),
        photos=_rows(records, Photo, _of(records, Photo.inspection_id, scheme_id)),
        results=_rows(records, Result, _of(records, Result.inspection_id, scheme_id)),
        findings=_rows(records, Finding, _of(records, Finding.inspection_id, scheme_id)),
        reviews=_rows(records, DepartmentReview, _of(records, DepartmentReview.inspection_id, scheme_id)),
        corrections=_rows(records, Correction, _of(records, Correction.inspection_id, scheme_id)),
        transfers=_rows(records, Transfer, _of(records, Transfer.inspection_id, scheme_id)),
        publications=_rows(records, Publication, _of(records, Publication.inspection_id, scheme_id)),
        journal=_rows(records, JournalLine, _of(records, JournalLine.subject, scheme_id)),
    )


def notices_sent(records: Records, scheme_id: str, kinds: Sequence[str]) -> int:
    """How many notices of these kinds about seats of the scheme have gone out."""
    rows = select(func.count()).where(
        col(OutboxLine.kind).in_(kinds),
        col(OutboxLine.state) == OutboxState.SENT,
        _of(records, OutboxLine.subject, scheme_id),
    )
    number: int = records.session.execute(rows).scalar_one()
    return number


def _of(records: Records, column: Any, scheme_id: str) -> ColumnElement[bool]:
    """Every id below a scheme begins with the scheme's: `<scheme>.<object>`, then seats and their people."""
    return begins(records, column, f"{scheme_id}.")


def _rows(records: Records, kind: type[Row], which: ColumnElement[bool]) -> list[Row]:
    keys = [getattr(kind, key.name) for key in kind.__table__.primary_key]  # type: ignore[attr-defined]
    return list(records.session.execute(select(kind).where(which).order_by(*keys)).scalars())
