"""The people, firms and the one scheme of the canary's trial run: everything is invented."""

from datetime import date, datetime, timedelta
from pathlib import Path

from inspection.departments import PREFECTURE, PUBLIC
from inspection.forms.reading import read_checklist
from inspection.roles import Role
from inspection.states import SchemeState
from storage.form_files import read_form_file
from storage.store import Records
from storage.tables.registers import (
    Checklist,
    InspectionItem,
    Inspector,
    Person,
    RegisteredObject,
    Scheme,
)

SCHEME, OPERATOR, REVIEWER, WITNESS = "S1", "OP", "RV", "W1"
DEPARTMENTS = ("market", "fire")
JOINING_HEAD = "HD-fire"
"""Reviews for a department that has no reviewer."""
SEATS = 4
OFFICERS_EACH, OBJECTS = 4, 3
"""More than are drawn, so that the one who keeps silent can be replaced."""
DISTRICT = "652701"
_FORM = Path(__file__).parent / "form.md"


def department_of(officer: str) -> str:
    return officer.partition("-")[0]


def fill_register(records: Records, today: date, *, at: datetime) -> list[str]:
    """Writes them down and gives the ids of the officers; the visits are due from the day after tomorrow."""
    people = [
        _person(OPERATOR, "market", Role.OPERATOR),
        _person(REVIEWER, "market", Role.REVIEWER),
        _person(WITNESS, PUBLIC, Role.WITNESS),
        *(_person(f"HD-{one}", one, Role.HEAD) for one in DEPARTMENTS),
    ]
    officers = [f"{one}-{number}" for one in DEPARTMENTS for number in range(1, OFFICERS_EACH + 1)]
    people += [_person(one, department_of(one), Role.OFFICER) for one in officers]
    records.add(*people)
    records.add(*(_inspector(one, today) for one in officers))
    records.add(*(_object(number) for number in range(1, OBJECTS + 1)))
    records.add(*(_item(one) for one in DEPARTMENTS))
    records.add(_checklist(at), _scheme(today))
    return officers


def _person(id: str, department: str, role: Role) -> Person:
    return Person(
        id=id,
        name=f"自检{id}",
        department=department,
        district=PREFECTURE,
        roles=[role.value],
        title="见证人",
    )


def _inspector(id: str, today: date) -> Inspector:
    return Inspector(
        id=id,
        department=department_of(id),
        district=DISTRICT,
        certificate_number=f"自检{id}",
        certificate_expires=today + timedelta(days=1000),
        may_lead=True,
    )


def _object(number: int) -> RegisteredObject:
    return RegisteredObject(
        id=f"B{number}",
        kind="enterprise",
        name=f"自检商户{number}",
        credit_code="",
        district=DISTRICT,
        industry="catering",
    )


def _item(department: str) -> InspectionItem:
    return InspectionItem(id=f"T-{department}", field="自检", title="自检事项", department=department)


def _checklist(at: datetime) -> Checklist:
    form = read_checklist(read_form_file(_FORM)).form
    assert form is not None
    return Checklist(
        id=form.id, version=1, title=form.title, digest=form.digest, xform=form.xform, loaded_at=at
    )


def _scheme(today: date) -> Scheme:
    return Scheme(
        id=SCHEME,
        name="自检方案",
        departments=list(DEPARTMENTS),
        items=[f"T-{one}" for one in DEPARTMENTS],
        checklist_id="C1",
        strata=[{"name": "all", "where": {"industry": ["catering"]}, "count": 1}],
        first_day=today + timedelta(days=2),
        last_day=today + timedelta(days=16),
        witnesses=[WITNESS],
        state=SchemeState.FILED,
    )
