"""Whose decision it is that an officer leaves a seat, whoever wants it."""

from datetime import datetime

from actions.deciders import deciders
from inspection.departments import EXPERTS
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import shown_object


def locked_request(records: Records, request_id: str) -> tuple[LeaveRequest, Assignment]:
    """The inspection is locked first, as everywhere, so that head and clock can't wait for each other."""
    assignment_id = records.get(LeaveRequest, request_id).assignment_id
    records.lock(Inspection, records.get(Assignment, assignment_id).inspection_id)
    return records.lock(LeaveRequest, request_id), records.lock(Assignment, assignment_id)


def decider_of(records: Records, assignment: Assignment) -> Person | None:
    """The head who decides for the officer on this seat (行政处罚法 43), never that officer; for an expert, who has
    none, that of the lead department."""
    person = records.get(Person, assignment.person_id)
    scheme = records.get(Scheme, records.get(Inspection, assignment.inspection_id).scheme_id)
    department = scheme.departments[0] if person.department == EXPERTS else person.department
    return next(iter(deciders(records, department, scheme.district, about=person.id)), None)


def note_decider(
    records: Records, request: LeaveRequest, head: Person, *, department: str, at: datetime
) -> None:
    """Who decides; where it is not a head of the officer's own authority, that stands in the journal."""
    request.decider_id = head.id
    if department not in {head.department, EXPERTS}:
        facts = {"decider": head.id, "for": department}
        records.journal("leave_request.stands_in", request.id, by=None, at=at, **facts)


def object_of(records: Records, assignment: Assignment) -> RegisteredObject:
    """Where the seat is."""
    inspection = records.get(Inspection, assignment.inspection_id)
    return shown_object(records, inspection)
