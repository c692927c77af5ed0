"""Visits under way, written straight into the store: teams of four on site, nothing answered yet."""

from datetime import date, datetime, timedelta

from sqlmodel import SQLModel

from inspection.roles import Role
from inspection.states import (
    AssignmentState,
    ChecklistState,
    InspectionState,
    ResultState,
    SchemeState,
    TeamState,
)
from storage.store import Records
from storage.tables.inspections import Assignment, ChecklistPart, DrawRecord, Inspection, Result, Seat, Team
from storage.tables.registers import Checklist, Inspector, Person, RegisteredObject, Scheme

TEAM = 4
_DEPARTMENT = "market"


def visits_under_way(records: Records, xform: str, *, officers: int, at: datetime) -> list[tuple[str, str]]:
    """Everybody's id with the id of the visit; all are of one department, for they answer the same questions."""
    _scheme(records, xform, at)
    seats = []
    for number in range(officers // TEAM):
        inspection = _visit(records, number, at)
        seats += [
            (_seated(records, inspection, number * TEAM + place, place + 1, at), inspection)
            for place in range(TEAM)
        ]
    return seats


def _add(records: Records, *rows: SQLModel) -> None:
    """One after the other: each may point at those before it."""
    for row in rows:
        records.add(row)


def _scheme(records: Records, xform: str, at: datetime) -> None:
    _add(
        records,
        Checklist(id="BENCH", version=1, title="示例", digest=f"{hash(xform)}", xform=xform, loaded_at=at),
        Scheme(
            id="SB", name="示例方案", departments=[_DEPARTMENT], items=[], checklist_id="BENCH", strata=[],
            first_day=at.date(), last_day=at.date() + timedelta(days=20), state=SchemeState.DRAWN,
        ),
        DrawRecord(
            id="D-SB-1", scheme_id="SB", announcement="", objects="", inspectors="", exclusions="", secret="",
            announced_at=at, announced_by="P0",
        ),
    )  # fmt: skip


def _visit(records: Records, number: int, at: datetime) -> str:
    object_id, id = f"O{number}", f"SB.O{number}"
    _add(
        records,
        RegisteredObject(id=object_id, kind="enterprise", name=f"示例企业{number}", district="652701"),
        Inspection(
            id=id, scheme_id="SB", draw_id="D-SB-1", object_id=object_id, stratum="", checklist_version=1,
            state=InspectionState.VISITING, started_at=at,
        ),
        Team(inspection_id=id, state=TeamState.CONFIRMED, confirmed_at=at),
        ChecklistPart(
            id=f"{id}/{_DEPARTMENT}", inspection_id=id, department=_DEPARTMENT, state=ChecklistState.OPEN
        ),
        Result(inspection_id=id, state=ResultState.DRAFT),
    )  # fmt: skip
    return id


def _seated(records: Records, inspection: str, person: int, place: int, at: datetime) -> str:
    id, seat = f"P{person}", f"{inspection}/{_DEPARTMENT}/{place}"
    _add(
        records,
        Person(
            id=id, name=f"示例人员{person}", department=_DEPARTMENT, district="652701", roles=[Role.OFFICER.value]
        ),
        Inspector(
            id=id, department=_DEPARTMENT, district="652701", certificate_number=f"示例{person}",
            certificate_expires=date(2030, 1, 1),
        ),
        Seat(id=seat, inspection_id=inspection, department=_DEPARTMENT, number=place, is_lead=place == 1),
        Assignment(
            id=f"{seat}/1", seat_id=seat, inspection_id=inspection, person_id=id, round=0,
            state=AssignmentState.CONFIRMED, drawn_at=at,
        ),
    )  # fmt: skip
    return id
