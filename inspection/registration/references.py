"""What a row says about other rows: do they exist, do they agree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from inspection.departments import PREFECTURE
from inspection.registration.cells import excerpt
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.rows import GoodRow


@dataclass
class Known:
    """The ids there are: those of the store, and, as loading goes on, those of this load."""

    staff: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and department of those who are more than officers."""
    inspectors: set[str] = field(default_factory=set)
    witnesses: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)
    """Objects that an inspection found gone, as the lead department confirmed, with the status that says how."""
    owners: dict[str, str] = field(default_factory=dict)
    """Of each item its department."""
    heads: set[str] = field(default_factory=set)
    """Departments that have a head."""
    today: date | None = None
    plans: dict[str, str] = field(default_factory=dict)
    """Of each line of a plan its level."""
    amended: dict[str, dict[str, object]] = field(default_factory=dict)
    """Lines of the plan that were published or changed here, with all their fields: a list doesn't write over them."""
    checklists: dict[str, frozenset[str]] = field(default_factory=dict)
    """The departments that own a question of the newest version; "" stands for whichever department leads."""


def problems_of_inspector(row: GoodRow, known: Known) -> list[RowProblem]:
    """One id is one person: an inspector who is also staff must be the same one there."""
    found = known.staff.get(row.values["id"])
    if found is None or found == (row.values["name"], row.values["department"]):
        return []
    return [row.problem("name", "another_person", value=row.values["id"], other=excerpt(found[0]))]


def problems_of_outsider(row: GoodRow, known: Known) -> list[RowProblem]:
    """Experts and witnesses come from outside: the id of somebody of a department would make two people one."""
    id = row.values["id"]
    if id not in known.staff and id not in known.inspectors:
        return []
    other = known.staff[id][0] if id in known.staff else id
    return [row.problem("id", "another_person", value=id, other=excerpt(other))]


def problems_of_object(row: GoodRow, known: Known) -> list[RowProblem]:
    """A list that is older than our own visit calls open what was found gone; it stays gone."""
    status = known.gone.get(row.values["id"])
    if status is None or row.values["status"] != "open":
        return []
    return [row.problem("status", "found_gone", Severity.WARNING, value=row.values["id"])]


def problems_of_risk(row: GoodRow, known: Known) -> list[RowProblem]:
    return _missing(row, "object_id", [row.values["object_id"]], known.objects, "objects")


def problems_of_label(row: GoodRow, known: Known) -> list[RowProblem]:
    kind = row.values["subject_kind"]
    register, there = ("objects", known.objects) if kind == "object" else ("inspectors", known.inspectors)
    return _missing(row, "subject_id", [row.values["subject_id"]], there, register)


def problems_of_absence(row: GoodRow, known: Known) -> list[RowProblem]:
    return _missing(row, "inspector_id", [row.values["inspector_id"]], known.inspectors, "inspectors")


def problems_of_interest(row: GoodRow, known: Known) -> list[RowProblem]:
    return [
        *_missing(row, "inspector_id", [row.values["inspector_id"]], known.inspectors, "inspectors"),
        *_missing(row, "object_id", [row.values["object_id"]], known.objects, "objects"),
    ]


def problems_of_plan(row: GoodRow, known: Known) -> list[RowProblem]:
    stands = known.amended.get(row.values["id"])
    if stands is not None and any(stands[name] != value for name, value in row.values.items()):
        return [row.problem("id", "plan_standing", value=row.values["id"])]
    return _missing(row, "items", row.values["items"], known.items, "items")


def problems_of_scheme(row: GoodRow, known: Known) -> list[RowProblem]:
    """Unknown things are errors; a checklist that does not match the departments is only pointed out."""
    plan_id, checklist_id = row.values["plan_id"], row.values["checklist_id"]
    return [
        *_missing(row, "plan_id", [plan_id] if plan_id else [], known.plans, "plan"),
        *_level_of_plan(row, known.plans.get(plan_id or "")),
        *_missing(row, "items", row.values["items"], known.items, "items"),
        *_missing(row, "checklist_id", [checklist_id], known.checklists, "checklists"),
        *_missing(row, "witnesses", row.values["witnesses"], known.witnesses, "witnesses"),
        *_reason_to_withhold(row),
        *_departments_and_questions(row, known.checklists.get(checklist_id)),
    ]


def _level_of_plan(row: GoodRow, level: str | None) -> list[RowProblem]:
    """A line that a list gives to one county is carried out by that county alone."""
    if not row.values["district"] or level in (None, PREFECTURE, row.values["district"]):
        return []
    return [row.problem("district", "plan_of_other_district", value=row.values["plan_id"])]


def _reason_to_withhold(row: GoodRow) -> list[RowProblem]:
    """A drawn list is public unless a law says otherwise (notice 二㈢4): then the scheme names it."""
    if row.values["is_list_public"] or row.values["list_withheld_basis"]:
        return []
    return [row.problem("list_withheld_basis", "list_reason_needed")]


def problems_of_clue(row: GoodRow, known: Known) -> list[RowProblem]:
    object_id, checklist_id = row.values["object_id"], row.values["checklist_id"]
    return [
        *_missing(row, "object_id", [object_id] if object_id else [], known.objects, "objects"),
        *_missing(row, "items", row.values["items"], known.items, "items"),
        *_missing(
            row, "checklist_id", [checklist_id] if checklist_id else [], known.checklists, "checklists"
        ),
        *_against_the_rules(row, known),
    ]


def _against_the_rules(row: GoodRow, known: Known) -> list[RowProblem]:
    """What registering it would refuse."""
    department, received = row.values["department"], row.values["received_on"]
    found = [
        row.problem("items", "item_of_other_department", value=one, departments=(known.owners[one],))
        for one in row.values["items"]
        if known.owners.get(one, department) != department
    ]
    if department not in known.heads:
        found.append(row.problem("department", "department_without_head", departments=(department,)))
    if known.today is not None and received > known.today:
        found.append(row.problem("received_on", "day_to_come", value=str(received)))
    return found


def problems_of_special_field(row: GoodRow, known: Known) -> list[RowProblem]:
    """A field that names neither an industry nor a list has no objects, which nobody can have meant."""
    checklist_id = row.values["checklist_id"]
    found = [
        *_missing(row, "items", row.values["items"], known.items, "items"),
        *_missing(
            row, "checklist_id", [checklist_id] if checklist_id else [], known.checklists, "checklists"
        ),
    ]
    if not row.values["industries"] and not row.values["lists"]:
        found.append(row.problem("industries", "field_without_objects"))
    return found


def _departments_and_questions(row: GoodRow, owners: frozenset[str] | None) -> list[RowProblem]:
    if owners is None:
        return []
    lead = row.values["lead_department"]
    invited = {lead, *row.values["joining"]}
    owners = frozenset(one or lead for one in owners)
    pairs = (
        ("question_without_department", owners - invited),
        ("department_without_question", invited - owners),
    )
    return [
        row.problem("checklist_id", code, Severity.WARNING, departments=tuple(sorted(departments)))
        for code, departments in pairs
        if departments
    ]


def repeated_credit_codes(rows: Iterable[GoodRow]) -> list[RowProblem]:
    """Two objects under one code are most often one object with two numbers: it would have two chances in a draw."""
    seen: dict[str, GoodRow] = {}
    problems = []
    for row in rows:
        code = row.values["credit_code"]
        if not code:
            continue
        first = seen.setdefault(code, row)
        if first is not row:
            facts = {"value": excerpt(code), "other": first.values["id"], "first_row": first.number}
            problems.append(row.problem("credit_code", "credit_code_repeated", Severity.WARNING, **facts))
    return problems


def _missing(
    row: GoodRow, field_name: str, wanted: Iterable[str], known: Iterable[str], register: str
) -> list[RowProblem]:
    """`register` is the id of the list in which the wanted thing ought to stand."""
    there = known if isinstance(known, (set, dict)) else set(known)
    return [
        row.problem(field_name, "unknown_reference", value=one, register=register)
        for one in wanted
        if one not in there
    ]
