"""Many people who were asked and have not answered, written down row by row: no draw would take so few moments."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from inspection.states import AssignmentState, InspectionState, SchemeState, TeamState
from storage import due
from storage.once import add_each_once
from storage.store import Records
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat, Team
from storage.tables.messaging import DueWork
from storage.tables.registers import RegisteredObject, Scheme
from tests.builders import NOW, a_checklist, a_person, a_scheme, an_object

SEATS = 4
ANSWER_TIME = timedelta(days=1)


def ask_everybody(records: Records, number: int, *, asked_at: datetime = NOW) -> list[str]:
    """`number` inspections with four officers each, none of whom has answered; gives the assignments' ids."""
    officers = [f"O{one}" for one in range(SEATS)]
    records.add(*(a_person(one) for one in officers), a_checklist())
    scheme = a_scheme()
    scheme.state = SchemeState.DRAWN
    records.add(scheme)
    records.add(_a_draw())
    _write(records, RegisteredObject, (an_object(f"B{one}").model_dump() for one in range(number)))
    ids = [f"{scheme.id}.B{one}" for one in range(number)]
    _write(records, Inspection, (_inspection(scheme, one) for one in ids))
    _write(records, Team, ({"inspection_id": one, "state": TeamState.ASSEMBLING} for one in ids))
    _write(records, Seat, (_seat(one, seat) for one in ids for seat in range(SEATS)))
    rows = [_assignment(one, seat, asked_at) for one in ids for seat in range(SEATS)]
    _write(records, Assignment, iter(rows))
    return [row["id"] for row in rows]


def plan_reminders(records: Records, ids: list[str], *, due_at: datetime, round: int = 0) -> None:
    """One for each of these assignments."""
    rows = [
        {"key": f"remind:{id}:{round}", "kind": "remind_answer", "subject": id, "due_at": due_at}
        for id in ids
    ]
    add_each_once(records, DueWork, rows, key=("key",))


def plan_lapses(records: Records, ids: list[str], *, asked_at: datetime = NOW) -> None:
    for id in ids:
        due.plan(records, kind="lapse", subject=id, due_at=asked_at + ANSWER_TIME)


def _write(records: Records, kind: Any, rows: Iterator[dict[str, Any]]) -> None:
    add_each_once(records, kind, list(rows), key=[column.name for column in kind.__table__.primary_key])


def _a_draw() -> DrawRecord:
    return DrawRecord(
        id="D-S1-1",
        scheme_id="S1",
        announcement="{}",
        objects="",
        inspectors="",
        exclusions="",
        secret="",
        announced_at=NOW,
        announced_by="O0",
        drawn_at=NOW,
    )


def _inspection(scheme: Scheme, id: str) -> dict[str, Any]:
    return Inspection(
        id=id,
        scheme_id=scheme.id,
        draw_id="D-S1-1",
        object_id=id.removeprefix(f"{scheme.id}."),
        stratum="all",
        state=InspectionState.ASSEMBLING,
    ).model_dump()


def _seat(inspection: str, number: int) -> dict[str, Any]:
    department, place = ("market", number + 1) if number < 2 else ("fire", number - 1)
    return {
        "id": f"{inspection}/{department}/{place}",
        "inspection_id": inspection,
        "department": department,
        "number": place,
        "is_lead": number == 0,
    }


def _assignment(inspection: str, number: int, asked_at: datetime) -> dict[str, Any]:
    seat = _seat(inspection, number)["id"]
    return Assignment(
        id=f"{seat}/1",
        seat_id=seat,
        inspection_id=inspection,
        person_id=f"O{number}",
        round=0,
        state=AssignmentState.NOTIFIED,
        drawn_at=asked_at,
        notified_at=asked_at,
        answer_by=asked_at + ANSWER_TIME,
    ).model_dump()
