"""Many people who were asked and have not answered, written down row by row: no draw would take so few moments."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from actions.deadlines import work_subject
from inspection.deadlines.rules import RuleName
from inspection.states import AssignmentState, DeadlineState, InspectionState, SchemeState, TeamState
from storage import due
from storage.deadlines import keep_rules
from storage.once import add_each_once
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat, Team
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, RegisteredObject, Scheme
from tests.builders import NOW, a_checklist, a_person, a_scheme, an_object

SEATS = 4
ANSWER_TIME = timedelta(days=1)


def ask_everybody(records: Records, number: int, *, asked_at: datetime = NOW) -> list[str]:
    """`number` inspections with four officers each, all of them different people, none of whom has answered; gives the
    assignments' ids."""
    records.add(a_checklist())
    _write(records, Person, (a_person(f"O{one}").model_dump() for one in range(max(1, SEATS * number))))
    scheme = a_scheme()
    scheme.state = SchemeState.DRAWN
    records.add(scheme)
    records.add(_a_draw())
    _write(records, RegisteredObject, (an_object(f"B{one}").model_dump() for one in range(number)))
    ids = [f"{scheme.id}.B{one}" for one in range(number)]
    _write(records, Inspection, (_inspection(scheme, one) for one in ids))
    _write(records, Team, ({"inspection_id": one, "state": TeamState.ASSEMBLING} for one in ids))
    _write(records, Seat, (_seat(one, seat) for one in ids for seat in range(SEATS)))
    seats = [(one, seat) for one in ids for seat in range(SEATS)]
    rows = [_assignment(*seat, f"O{officer}", asked_at) for officer, seat in enumerate(seats)]
    _write(records, Assignment, iter(rows))
    return [row["id"] for row in rows]


def plan_reminders(records: Records, ids: list[str], *, due_at: datetime, round: int = 0) -> None:
    """One for each of these assignments, whose clocks are started where they don't run yet."""
    clocks = _clocks(records)
    if missing := [id for id in ids if id not in clocks]:
        _start_clocks(records, missing)
        clocks = _clocks(records)
    rows = [_reminder(clocks[id], due_at, round) for id in ids]
    add_each_once(records, DueWork, rows, key=("key",))


def _clocks(records: Records) -> dict[str, Deadline]:
    return {one.subject: one for one in records.session.execute(select(Deadline)).scalars()}


def _start_clocks(records: Records, ids: list[str]) -> None:
    version, _is_new = keep_rules(records, {}, at=NOW)
    asked = {one.id: one for one in records.session.execute(select(Assignment)).scalars()}
    records.session.execute(insert(Deadline), [_clock(asked[id], version) for id in ids])


def _clock(asked: Assignment, version: int) -> dict[str, Any]:
    return Deadline(
        rule=RuleName.ANSWER.value,
        version=version,
        subject=asked.id,
        inspection_id=asked.inspection_id,
        department="market",
        district="",
        asked_id=asked.person_id,
        owners=[asked.person_id],
        started_at=asked.drawn_at,
        due_at=asked.drawn_at + ANSWER_TIME,
        waits_for_office=False,
        state=DeadlineState.RUNNING,
    ).model_dump(exclude={"id"})


def _reminder(clock: Deadline, due_at: datetime, round: int) -> dict[str, Any]:
    return {
        "key": f"remind:{clock.id}:{round}",
        "kind": "remind",
        "subject": work_subject(clock),
        "due_at": due_at,
        "person_id": clock.asked_id,
    }


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


def _assignment(inspection: str, number: int, officer: str, asked_at: datetime) -> dict[str, Any]:
    seat = _seat(inspection, number)["id"]
    return Assignment(
        id=f"{seat}/1",
        seat_id=seat,
        inspection_id=inspection,
        person_id=officer,
        round=0,
        state=AssignmentState.NOTIFIED,
        drawn_at=asked_at,
        notified_at=asked_at,
        answer_by=asked_at + ANSWER_TIME,
    ).model_dump()
