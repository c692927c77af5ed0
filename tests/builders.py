"""Things of the trade, ready made and invented: each builder gives a row that is right in all you do not name."""

import hashlib
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from inspection.departments import EXPERTS, PREFECTURE, PUBLIC, department_name
from inspection.forms.reading import read_checklist
from inspection.roles import Role
from inspection.states import SchemeState
from storage.form_files import read_form_file
from storage.store import Records
from storage.tables.registers import (
    Checklist,
    Expert,
    InspectionItem,
    Inspector,
    Person,
    RegisteredObject,
    Scheme,
)
from tests.made_forms import Compliance, an_xform

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 10:00 in Beijing."""


def a_person(
    id: str = "P1",
    *,
    department: str = "market",
    roles: tuple[Role, ...] = (),
    language: str = "zh",
    district: str = PREFECTURE,
) -> Person:
    return Person(
        id=id,
        name=f"人员{id}",
        department=department,
        district=district,
        roles=[role.value for role in roles],
        language=language,
    )


def a_witness(id: str = "W1", *, title: str = "人大代表") -> Person:
    """Somebody whom `a_scheme` invites to its draw."""
    witness = a_person(id, department=PUBLIC, roles=(Role.WITNESS,))
    witness.title = title
    return witness


def an_inspector(
    id: str = "I1",
    *,
    department: str = "market",
    district: str = "652701",
    may_lead: bool = True,
    capacity: int = 5,
    certificate_expires: date = date(2028, 12, 31),
    qualifications: tuple[str, ...] = (),
) -> Inspector:
    return Inspector(
        id=id,
        department=department,
        district=district,
        certificate_number=f"示例{id}",
        certificate_expires=certificate_expires,
        qualifications=list(qualifications),
        may_lead=may_lead,
        capacity=capacity,
    )


def an_expert(id: str = "E1", *, field: str = "fire_safety", capacity: int = 3) -> tuple[Person, Expert]:
    """Somebody who advises on a field, as a person and in the register of experts."""
    person = a_person(id, department=EXPERTS, roles=(Role.EXPERT,))
    return person, Expert(
        id=id, name=person.name, field=field, organisation="示例协会", district="652701", capacity=capacity
    )


def an_object(
    id: str = "B1", *, name: str = "", credit_class: str = "B", district: str = "652701", status: str = "open"
) -> RegisteredObject:
    return RegisteredObject(
        id=id,
        kind="enterprise",
        name=name or f"示例商户{id}",
        credit_code="91652701MA00000000",
        status=status,
        district=district,
        address="示例路1号",
        latitude=44.9,
        longitude=82.07,
        industry="catering",
        credit_class=credit_class,
    )


def an_item(id: str = "T1", *, department: str = "market") -> InspectionItem:
    return InspectionItem(
        id=id, field="餐饮", title=f"{department_name(department)}检查事项{id}", department=department
    )


def a_scheme(
    id: str = "S1",
    *,
    departments: tuple[str, ...] = ("market", "fire"),
    count: int = 1,
    seats: int = 2,
    items: tuple[str, ...] = ("T-market", "T-fire"),
    answer_hours: int = 24,
) -> Scheme:
    return Scheme(
        id=id,
        name="示例餐饮联合抽查",
        departments=list(departments),
        items=list(items),
        checklist_id="C1",
        strata=[{"name": "all", "where": {"industry": ["catering"]}, "count": count}],
        seats_per_department=seats,
        first_day=date(2026, 11, 26),
        last_day=date(2026, 12, 10),
        answer_hours=answer_hours,
        witnesses=["W1"],
        state=SchemeState.FILED,
    )


def a_checklist(departments: tuple[str, ...] = ("market", "fire")) -> Checklist:
    """Version 1 of C1: per department one important question with a photo, and one ordinary one."""
    asked = [
        Compliance(f"示例问题{number}", department, is_important=is_first, wants_photo=is_first)
        for number, (department, is_first) in enumerate(product(departments, (True, False)), start=1)
    ]
    return made_checklist(asked)


def made_checklist(asked: list[Compliance], *, id: str = "C1", version: int = 1) -> Checklist:
    """A checklist of these questions; its digest is that of its form, as when it is loaded."""
    xform = an_xform(asked, id=id)
    digest = hashlib.sha256(xform.encode()).hexdigest()
    return Checklist(id=id, version=version, title="示例检查表", digest=digest, xform=xform, loaded_at=NOW)


def checklist_of_markdown(text: str) -> Checklist:
    """A checklist from the tables of an XLSForm in Markdown, as `shuangsuiji checklist load` makes one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.md"
        path.write_text(text, encoding="utf-8")
        reading = read_checklist(read_form_file(path))
    assert reading.form is not None, reading.problems
    form = reading.form
    return Checklist(
        id=form.id, version=1, title=form.title, digest=form.digest, xform=form.xform, loaded_at=NOW
    )


def a_small_register(
    records: Records,
    *,
    departments: tuple[str, ...] = ("market", "fire"),
    officers: int = 4,
    objects: int = 3,
    count: int = 1,
    seats: int = 2,
) -> Scheme:
    """A lead department with operator and reviewer, a head each, officers, objects and one filed scheme `S1`.

    People: `OP` the operator, `RV` the reviewer, `W1` the witness whom the scheme invites, `HD-<department>` the heads,
    `<department>-<n>` the officers.
    """
    lead = departments[0]
    records.add(
        a_person("OP", department=lead, roles=(Role.OPERATOR,)),
        a_person("RV", department=lead, roles=(Role.REVIEWER,)),
        a_witness(),
        *(a_person(f"HD-{one}", department=one, roles=(Role.HEAD,)) for one in departments),
    )
    for department in departments:
        ids = [f"{department}-{number}" for number in range(1, officers + 1)]
        records.add(*(a_person(id, department=department, roles=(Role.OFFICER,)) for id in ids))
        records.add(*(an_inspector(id, department=department) for id in ids))
    records.add(*(an_object(f"B{number}") for number in range(1, objects + 1)))
    items = tuple(f"T-{department}" for department in departments)
    records.add(*(an_item(item, department=item.removeprefix("T-")) for item in items))
    records.add(a_checklist(departments))
    scheme = a_scheme(departments=departments, count=count, seats=seats, items=items)
    records.add(scheme)
    return scheme
