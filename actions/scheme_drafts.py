"""A scheme is written on a page: from a line of the year's plan, as a temporary task, or as a special check to which
clues have led. A draft may have gaps; what was typed is kept as it was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from actions.access import require_operator
from actions.full_coverage import rows_of_field
from actions.numbering import next_scheme_id
from actions.rights import found, is_allowed, require
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.clues import EXEMPTION_OF, ClueSource
from inspection.departments import DEPARTMENTS, level_of
from inspection.refusals import IllegalStep, NotYours, Unacceptable
from inspection.registration import words as w
from inspection.registration.cells import excerpt
from inspection.registration.problems import CellFault, RowProblem, Severity
from inspection.registration.registers import SCHEMES
from inspection.registration.sheets import Cell
from inspection.rights import Deed
from inspection.roles import Role
from inspection.scheme_forms import FIELDS, FormProblem, ReadDraft, read_draft, row_field
from inspection.schemes import SchemeKind, SchemePart, missing_parts
from inspection.states import ClueState, SchemeState
from inspection.words import without_hidden
from storage import approvals, clues, people
from storage.store import Records
from storage.tables.clues import Clue, SpecialField
from storage.tables.registers import InspectionItem, Person, Plan, Scheme

LONGEST_FIELD = 20_000
_KEPT = ("plan_id", "kind", "clues", "field")
"""Fields of the form that are not read as columns."""


@dataclass(frozen=True)
class Draft:
    """A form as it stands: what is typed, what is wrong with it, which of the eight parts are missing. `scheme` is None
    before it was saved for the first time."""

    scheme: Scheme | None
    fields: Mapping[str, str]
    problems: Sequence[FormProblem]
    missing: Sequence[SchemePart]


def require_writer(person: Person) -> None:
    """Operators write the schemes that their own department leads."""
    require(Deed.RUN_SCHEME, person)


def new_draft(
    records: Records,
    *,
    plan_id: str = "",
    clue_ids: Sequence[str] = (),
    field_id: str = "",
    by: Person,
    at: datetime,
) -> Draft:
    """An empty form with what is known already: from the line of the plan and its items, from the clues, or from a
    special field that is to be covered in full."""
    require_writer(by)
    plan = records.find(Plan, plan_id) if plan_id else None
    if plan is not None and not _is_theirs(plan, by):
        raise NotYours("not_operator")
    chosen, field = _clues_of(records, clue_ids, by), _field_of(records, field_id, by)
    known = plan.items if plan else field.items if field else _items_of(chosen)
    items = approvals.items_by_id(records, known)
    fields = _from_items(items, by.department) | {"seats_per_department": "2", "needs_briefing": "是"}
    if plan is not None:
        fields |= _from_plan(plan, at)
    if chosen:
        fields |= _from_clues(records, chosen)
    elif field is not None:
        fields |= _from_field(field)
    else:
        fields["kind"] = SchemeKind.RANDOM.value
    fields["notes"] = fields.get("requirements", "")
    return Draft(None, fields, (), tuple(SchemePart) if plan is None and not chosen else ())


def _is_theirs(plan: Plan, by: Person) -> bool:
    return plan.lead_department == by.department and approvals.is_carried_out_by(plan, by.district)


def open_draft(records: Records, scheme_id: str, *, by: Person) -> Draft:
    """The form of a scheme of the person's department, as it was left; of one from a list what stands there."""
    scheme = own_scheme(records, scheme_id, by=by)
    fields = dict(scheme.draft) or fields_of(scheme)
    if not scheme.draft:
        return Draft(scheme, fields, (), missing_parts(scheme))
    read = _read(records, fields, scheme)
    return Draft(scheme, fields, read.problems, _missing(scheme, read))


def own_scheme(records: Records, scheme_id: str, *, by: Person) -> Scheme:
    """A scheme that the person's department leads, for its operators and its head."""
    scheme = found(records, Scheme, scheme_id, Deed.READ_SCHEMES)
    require(Deed.READ_SCHEMES, by, of=scheme.departments[0], in_=scheme.district)
    return scheme


def save_draft(
    records: Records, scheme_id: str, fields: Mapping[str, str], *, by: Person, at: datetime
) -> Draft:
    """Keeps the form, gaps and all; an empty `scheme_id` makes a new scheme. Refuses whoever is no operator of the lead
    department, and a scheme that is no draft any more."""
    require_writer(by)
    fields = _cleaned(fields)
    known = refuse_changing(records, scheme_id, by=by) if scheme_id else None
    scheme = known or _new_scheme(records, fields, by=by, at=at)
    read = _read(records, fields, scheme)
    _fill(scheme, fields, read, at=at)
    records.session.flush()
    records.journal("scheme.draft", scheme.id, by=by.id, at=at, gaps=len(read.problems))
    return Draft(scheme, fields, read.problems, _missing(scheme, read))


def set_names_hour(records: Records, scheme_id: str, words: str, *, by: Person, at: datetime) -> Scheme:
    """From which hour on the firms of a draft are named, as it is typed in Beijing time; empty words name them at once.

    Refuses what `refuse_changing` does, words that are no moment, and an hour after the first day has begun.
    """
    scheme = refuse_changing(records, scheme_id, by=by)
    hour = _hour(words) if words.strip() else None
    if hour is not None and has_time(scheme) and hour > datetime.combine(scheme.first_day, time(), BEIJING):
        raise Unacceptable("names_hour_late", first=scheme.first_day)
    scheme.names_open_at = hour
    if scheme.draft:
        scheme.draft = {**scheme.draft, "names_open_at": _beijing_time(hour)}
    said = hour.isoformat() if hour else ""
    records.journal("scheme.names_hour", scheme.id, by=by.id, at=at, opens_at=said)
    return scheme


def refuse_changing(records: Records, scheme_id: str, *, by: Person) -> Scheme:
    """The scheme, locked, for an operator of its lead department while it is a draft."""
    scheme = require_operator(records, scheme_id, by)
    if scheme.state is not SchemeState.DRAFTED:
        raise IllegalStep("scheme_not_draft")
    return scheme


def _hour(words: str) -> datetime:
    try:
        hour: datetime = SCHEMES.column_of("names_open_at").read(Cell("", words.strip()), lambda *_: None)
    except CellFault as fault:
        raise Unacceptable("names_hour", value=excerpt(words)) from fault
    return hour


def unreadable_of(records: Records, scheme: Scheme) -> tuple[FormProblem, ...]:
    """What of a form can't be read: nothing of it may be guessed, so it can't be submitted."""
    return _read(records, scheme.draft, scheme).unreadable if scheme.draft else ()


def has_time(scheme: Scheme) -> bool:
    """Whether a form gives both days; a scheme that was never on a form always has them."""
    if not scheme.draft:
        return True
    return read_draft(scheme.draft, id=scheme.id, lead=scheme.departments[0]).has_time


# --- Prefilled -------------------------------------------------------------------------------------------------------


def fields_of(scheme: Scheme) -> dict[str, str]:
    """A scheme as its form would say it."""
    exemptions = {value: word for word, value in w.CAP_EXEMPTION_WORDS.items()}
    rules = {value: word for word, value in w.DISTRICT_RULE_WORDS.items()}
    fields = {
        name: value if isinstance(value, str) else str(value)
        for name in FIELDS
        if isinstance(value := getattr(scheme, name, None), str | int | date) and not isinstance(value, bool)
    }
    fields |= {
        "kind": scheme.kind,
        "plan_id": scheme.plan_id or "",
        "joining": _names(scheme.departments[1:]),
        "items": "、".join(scheme.items),
        "witnesses": "、".join(scheme.witnesses),
        "qualifications": "；".join(
            f"{DEPARTMENTS[one].name}：{'、'.join(words)}" for one, words in scheme.qualifications.items()
        ),
        "district_rule": rules[scheme.district_rule],
        "cap_exemption": exemptions.get(scheme.cap_exemption or "", ""),
        "is_list_public": "是" if scheme.is_list_public else "否",
        "needs_briefing": "是" if scheme.needs_briefing else "否",
        "names_open_at": _beijing_time(scheme.names_open_at),
    }
    for number, row in enumerate(scheme.strata, start=1):
        fields |= {row_field(number, name): value for name, value in _row_fields(row).items()}
    return fields


def _beijing_time(at: datetime | None) -> str:
    """As a form's field for a moment has it."""
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}" if at else ""


_ROW_WORDS = {
    "district": {code: name for name, code in w.DISTRICT_WORDS.items() if not name.isdigit()},
    "kind": {value: word for word, value in w.OBJECT_KIND_WORDS.items()},
    "industry": {value: word for word, value in w.INDUSTRY_WORDS.items()},
}
_SPLITS = {value: word for word, value in w.SPLIT_WORDS.items()}


def _row_fields(row: Mapping[str, object]) -> dict[str, str]:
    where = row["where"]
    assert isinstance(where, Mapping)
    fields = {
        name: "、".join(_ROW_WORDS.get(name, {}).get(one, one) for one in values)
        for name, values in where.items()
    }
    items, split = row.get("items", ()), row.get("split", ())
    assert isinstance(items, Iterable)
    assert isinstance(split, Iterable)
    return fields | {
        "name": str(row["name"]),
        "items": "、".join(items),
        "split": "、".join(_SPLITS[one] for one in split),
        "ratio": str(row.get("ratio") or ""),
        "count": str(row.get("count") or ""),
    }


def _from_plan(plan: Plan, at: datetime) -> dict[str, str]:
    first = max(plan.first_day, beijing_day(at))
    fields = {
        "plan_id": plan.id,
        "name": plan.name,
        "joining": _names(plan.joining),
        "items": "、".join(plan.items),
        "level": plan.level,
        "first_day": first.isoformat(),
        "last_day": max(first, plan.last_day).isoformat(),
        row_field(1, "name"): plan.object_range[:60],
    }
    ratio = plan.ratio.strip()
    return fields | ({row_field(1, "ratio"): ratio} if _is_one_ratio(ratio) else {})


def _is_one_ratio(text: str) -> bool:
    return text.removesuffix("%").replace(".", "", 1).isdigit()


def _from_items(items: Sequence[InspectionItem], lead: str) -> dict[str, str]:
    """What the list of items says of content, methods, level and who must be qualified for what."""
    wanted: dict[str, list[str]] = {}
    for one in items:
        if one.qualification:
            wanted.setdefault(one.department, []).append(one.qualification)
    departments = dict.fromkeys(one.department for one in items if one.department != lead)
    return {
        "content": "；".join(dict.fromkeys(one.content for one in items if one.content)),
        "method": "、".join(dict.fromkeys(method for one in items for method in one.methods)),
        "level": next((one.level for one in items if one.level), ""),
        "joining": _names(departments),
        "items": "、".join(one.id for one in items),
        "qualifications": "；".join(
            f"{DEPARTMENTS[one].name}：{'、'.join(dict.fromkeys(words))}" for one, words in wanted.items()
        ),
    }


def _from_clues(records: Records, chosen: Sequence[Clue]) -> dict[str, str]:
    exemptions = {value: word for word, value in w.CAP_EXEMPTION_WORDS.items()}
    source = ClueSource(chosen[0].source)
    return {
        "kind": SchemeKind.SPECIAL.value,
        "clues": "、".join(one.id for one in chosen),
        "cap_exemption": exemptions[EXEMPTION_OF[source].value],
        "checklist_id": next((one.checklist_id for one in chosen if one.checklist_id), ""),
        row_field(1, "industry"): _industry_of(records, chosen),
    }


def _from_field(field: SpecialField) -> dict[str, str]:
    fields = {
        "kind": SchemeKind.FULL_COVERAGE.value,
        "field": field.id,
        "name": field.name,
        "temporary_reason": field.basis,
        "checklist_id": field.checklist_id,
    }
    for number, row in enumerate(rows_of_field(field), start=1):
        fields |= {row_field(number, name): value for name, value in _row_fields(row).items()}
    return fields


def _field_of(records: Records, field_id: str, by: Person) -> SpecialField | None:
    field = records.find(SpecialField, field_id) if field_id else None
    return field if field is not None and field.is_active and field.department == by.department else None


def _industry_of(records: Records, chosen: Sequence[Clue]) -> str:
    words = _ROW_WORDS["industry"]
    found = clues.industries_of(records, [one.object_id for one in chosen if one.object_id])
    return "、".join(words.get(one, one) for one in found)


def _items_of(chosen: Sequence[Clue]) -> list[str]:
    return list(dict.fromkeys(item for one in chosen for item in one.items))


def _clues_of(records: Records, ids: Sequence[str], by: Person) -> list[Clue]:
    """Those of the department that nobody has decided yet."""
    found = [records.find(Clue, one) for one in dict.fromkeys(ids) if one]
    return [
        one
        for one in found
        if one is not None
        and is_allowed(Deed.READ_CLUES, by, of=one.department, in_=one.district)
        and one.state is ClueState.RECEIVED
    ]


def _names(departments: Iterable[str]) -> str:
    return "、".join(DEPARTMENTS[one].name for one in departments)


# --- Kept ------------------------------------------------------------------------------------------------------------


def _cleaned(fields: Mapping[str, str]) -> dict[str, str]:
    """Without the signs that no database takes, and not without end; only what the form has."""
    rows = {row_field(number, column) for number in range(1, 9) for column in _row_names()}
    known = {*FIELDS, *_KEPT, *rows}
    return {
        name: without_hidden(value)[:LONGEST_FIELD].strip()
        for name, value in fields.items()
        if name in known and value.strip()
    }


def _row_names() -> tuple[str, ...]:
    return ("name", "class", "district", "kind", "industry", "lists", "items", "split", "ratio", "count")


def _new_scheme(records: Records, fields: Mapping[str, str], *, by: Person, at: datetime) -> Scheme:
    chosen = _clues_of(records, fields.get("clues", "").split("、"), by)
    kind = SchemeKind.SPECIAL if fields.get("kind") == SchemeKind.SPECIAL else SchemeKind.RANDOM
    if _field_of(records, fields.get("field", ""), by) is not None:
        kind = SchemeKind.FULL_COVERAGE
    plan = records.find(Plan, fields.get("plan_id", ""))
    scheme = Scheme(
        id=next_scheme_id(records, kind, at=at),
        name="",
        kind=kind.value,
        plan_id=plan.id if plan is not None and _is_theirs(plan, by) else None,
        departments=[by.department],
        district=level_of(by.district),
        checklist_id="",
        first_day=beijing_day(at),
        last_day=beijing_day(at),
        state=SchemeState.DRAFTED,
    )
    records.add(scheme)
    for clue in chosen:
        clue.scheme_id = scheme.id
    return scheme


def _fill(scheme: Scheme, fields: Mapping[str, str], read: ReadDraft, *, at: datetime) -> None:
    """Every column that could be read; one that could not goes back to its default, and its gap is pointed out."""
    today = beijing_day(at)
    defaults = {column.field: column.default() for column in SCHEMES.columns if column.default is not None}
    values = {**defaults, "name": "", "items": [], "checklist_id": "", **read.values}
    joining = [one for one in values.pop("joining", []) if one != scheme.departments[0]]
    scheme.departments = [scheme.departments[0], *joining]
    for name in FIELDS:
        if name in values and name not in ("first_day", "last_day"):
            setattr(scheme, name, values[name])
    scheme.first_day = read.values["first_day"] if read.has_time else today
    scheme.last_day = read.values["last_day"] if read.has_time else today
    scheme.strata = list(read.strata)
    scheme.draft = {"kind": scheme.kind, **fields}


def _missing(scheme: Scheme, read: ReadDraft) -> tuple[SchemePart, ...]:
    return missing_parts(scheme, has_time=read.has_time)


def _read(records: Records, fields: Mapping[str, str], scheme: Scheme) -> ReadDraft:
    """With what is said of other things: do they exist, do they agree."""
    read = read_draft(fields, id=scheme.id, lead=scheme.departments[0])
    more = [*_strange_items(records, read, scheme.departments[0]), *_strange_references(records, read)]
    return ReadDraft(read.values, read.strata, (*read.problems, *more), read.has_time)


def _strange_items(records: Records, read: ReadDraft, lead: str) -> list[FormProblem]:
    wanted = [str(one) for one in read.values.get("items", [])]
    known = {one.id: one for one in approvals.items_by_id(records, wanted)}
    taking_part = {lead, *read.values.get("joining", [])}
    found = []
    for id in wanted:
        item = known.get(id)
        if item is None:
            found.append(_problem("items", "unknown_reference", value=id, register="items"))
        elif item.department not in taking_part:
            facts = {"value": id, "departments": (item.department,)}
            found.append(_problem("items", "item_of_other_department", **facts))
    return found


def _strange_references(records: Records, read: ReadDraft) -> list[FormProblem]:
    checklist = str(read.values.get("checklist_id", ""))
    lists = {id for id, _title in approvals.checklist_titles(records)}
    found = []
    if checklist and checklist not in lists:
        found.append(_problem("checklist_id", "unknown_reference", value=checklist, register="checklists"))
    witnesses = {one.id for one in people.with_role(records, Role.WITNESS)}
    found += [
        _problem("witnesses", "unknown_reference", value=one, register="witnesses")
        for one in read.values.get("witnesses", [])
        if one not in witnesses
    ]
    return found


def _problem(field: str, code: str, **facts: object) -> FormProblem:
    heading = SCHEMES.column_of(field).title
    return FormProblem(field, RowProblem("", "", 0, "", heading, code, Severity.ERROR, facts))
