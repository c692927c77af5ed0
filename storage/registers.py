"""The registers in the store: what is there, and many rows written at once.

Rows are compared before they are written, so that loading the same list twice changes nothing and says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, inspect, select, update
from sqlmodel import SQLModel, col

from inspection.forms.read_form import ReadForm
from inspection.registration.references import Known
from inspection.registration.rows import Values
from inspection.roles import Role
from inspection.states import InspectionState, SchemeState
from storage.fillings import form_of
from storage.people import with_role
from storage.planning import amended_plans
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import (
    Checklist,
    InspectionItem,
    Inspector,
    Person,
    Plan,
    RegisteredObject,
    Scheme,
)

_CHUNK = 500  # keys in one question to the database
Key = tuple[Any, ...]
Id = TypeVar("Id")


@dataclass
class Written:
    """The keys of rows that were new, changed, or the same as before."""

    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    unchanged: set[Key] = field(default_factory=set)
    differing: dict[Key, tuple[Values, Values]] = field(default_factory=dict)
    """Of each changed row the fields that differ, as they were and as they are."""


_NOT_STAFF = {Role.OFFICER, Role.EXPERT, Role.WITNESS}
_ROLES = select(col(Person.id), col(Person.roles))


def known_registers(records: Records) -> Known:
    """The ids that are stored, for the checks of what refers to them; of objects none, for they are too many
    (`present_objects`)."""
    session = records.session
    people = session.execute(select(Person.id, Person.name, Person.department, Person.roles))  # type: ignore[call-overload]
    return Known(
        staff={id: (name, department) for id, name, department, roles in people if set(roles) - _NOT_STAFF},
        witnesses={id for id, roles in session.execute(_ROLES) if Role.WITNESS in roles},
        inspectors=set(session.scalars(select(col(Inspector.id)))),
        items=set(session.scalars(select(col(InspectionItem.id)))),
        gone=found_gone(records),
        owners=_owners_of_items(records),
        heads={one.department for one in with_role(records, Role.HEAD)},
        amended={plan.id: plan.model_dump() for plan in amended_plans(records)},
        plans={plan.id: plan.district for plan in session.scalars(select(Plan))},
        checklists=_owners_of_questions(records),
    )


def present_objects(records: Records, ids: Iterable[str]) -> set[str]:
    """Which of these objects are registered."""
    found: set[str] = set()
    for chunk in _chunks(sorted(set(ids))):
        rows = select(col(RegisteredObject.id)).where(col(RegisteredObject.id).in_(chunk))
        found.update(records.session.execute(rows).scalars())
    return found


def roles_of(records: Records, ids: Sequence[str]) -> dict[str, list[str]]:
    """The roles of those of the people who are stored."""
    found: dict[str, list[str]] = {}
    for chunk in _chunks(ids):
        rows = records.session.execute(
            select(col(Person.id), col(Person.roles)).where(col(Person.id).in_(chunk))
        )
        found.update({id: list(roles) for id, roles in rows})
    return found


_NOT_RUNNING = (SchemeState.DRAFTED, SchemeState.SUBMITTED, SchemeState.FILED)


def differing_running_schemes(records: Records, rows: Sequence[Values]) -> set[str]:
    """Schemes that have gone beyond being filed and that these rows would change: no list may do that."""
    running = set(
        records.session.scalars(select(col(Scheme.id)).where(col(Scheme.state).not_in(_NOT_RUNNING)))
    )
    stored = _stored(records, Scheme, [row for row in rows if row["id"] in running])
    return {row["id"] for row in rows if (row["id"],) in stored and _differs(stored[row["id"],], row)}


def write_rows(records: Records, table: type[SQLModel], rows: Sequence[Values]) -> Written:
    """New rows are added with the table's defaults; of stored ones only the given fields are compared and written."""
    records.session.flush()
    stored = _stored(records, table, rows)
    names = _key_names(table)
    written = Written()
    new, changed = [], []
    for row in rows:
        key = tuple(row[name] for name in names)
        if key not in stored:
            written.new.add(key)
            new.append(table(**row).model_dump())
        elif differing := [name for name, value in row.items() if stored[key][name] != value]:
            written.changed.add(key)
            written.differing[key] = _only(stored[key], differing), _only(row, differing)
            changed.append(row)
        else:
            written.unchanged.add(key)
    if new:
        records.session.execute(insert(table), new)
    if changed:
        records.session.execute(update(table), changed)
    if new or changed:
        records.session.expire_all()
    return written


def write_objects(records: Records, rows: Sequence[Values]) -> Written:
    """A list may be older than our own visits: what was found gone stays gone, and no visit is taken away."""
    stored, gone = _stored(records, RegisteredObject, rows), found_gone(records)
    merged = []
    for row in rows:
        before = stored.get((row["id"],))
        merged.append(row if before is None else {**row, **_visits(before, row), **_status(gone, row)})
    return write_rows(records, RegisteredObject, merged)


def write_schemes(records: Records, rows: Sequence[Values]) -> Written:
    """A new scheme is a draft (`actions.approvals` takes it from there); the state of a stored one is not the list's to
    say."""
    before = set(_stored(records, Scheme, rows))
    new = [{**row, "state": SchemeState.DRAFTED} for row in rows if (row["id"],) not in before]
    filed = write_rows(records, Scheme, new)
    kept = write_rows(records, Scheme, [row for row in rows if (row["id"],) in before])
    return Written(filed.new, kept.changed, kept.unchanged, kept.differing)


def write_checklists(records: Records, forms: Sequence[ReadForm], *, at: datetime) -> Written:
    """New content is a new version; the versions before it stay, for inspections hold on to theirs."""
    written = Written()
    newest = _newest_checklists(records)
    for form in forms:
        version, digest = newest.get(form.id, (0, ""))
        if digest == form.digest:
            written.unchanged.add((form.id,))
            continue
        (written.changed if version else written.new).add((form.id,))
        _add_version(records, form, version + 1, at)
    return written


def newest_checklist_version(records: Records, checklist_id: str) -> int:
    """0 when there is no such checklist."""
    return _newest_checklists(records).get(checklist_id, (0, ""))[0]


def _add_version(records: Records, form: ReadForm, version: int, at: datetime) -> None:
    checklist = Checklist(
        id=form.id, version=version, title=form.title, digest=form.digest, xform=form.xform, loaded_at=at
    )
    records.session.add(checklist)
    records.session.flush()


def _newest_checklists(records: Records) -> dict[str, tuple[int, str]]:
    newest = select(col(Checklist.id), func.max(Checklist.version).label("version")).group_by(
        col(Checklist.id)
    )
    last = newest.subquery()
    rows = records.session.execute(
        select(col(Checklist.id), col(Checklist.version), col(Checklist.digest)).join(
            last, (last.c.id == Checklist.id) & (last.c.version == Checklist.version)
        )
    )
    return {id: (version, digest) for id, version, digest in rows}


def _owners_of_items(records: Records) -> dict[str, str]:
    rows = select(col(InspectionItem.id), col(InspectionItem.department))
    return {row.id: row.department for row in records.session.execute(rows)}


def _owners_of_questions(records: Records) -> dict[str, frozenset[str]]:
    return {
        id: frozenset(one.department for one in form_of(records, id, version).questions if one.number)
        for id, (version, _digest) in _newest_checklists(records).items()
    }


def found_gone(records: Records) -> dict[str, str]:
    """The objects whose inspection was replaced because they had closed or moved, with that status."""
    gone = select(col(Inspection.object_id), col(Inspection.gone_cause)).where(
        col(Inspection.state) == InspectionState.REPLACED, col(Inspection.moved_to).is_(None)
    )
    return {object_id: cause for object_id, cause in records.session.execute(gone) if cause}


def _status(gone: Mapping[str, str], row: Values) -> Values:
    is_outdated = row["status"] == "open" and row["id"] in gone
    return {"status": gone[row["id"]]} if is_outdated else {}


def _visits(before: Mapping[str, Any], row: Values) -> Values:
    """What was counted up to the later day holds; without days nothing that was counted is taken away."""
    days: list[date] = [day for day in (before["last_inspected_on"], row["last_inspected_on"]) if day]
    return {"last_inspected_on": max(days) if days else None, **_counted(before, row)}


def _counted(before: Mapping[str, Any], row: Values) -> Values:
    known, new = before["visits_counted_on"], row["visits_counted_on"]
    if new is not None and (known is None or new >= known):
        return {}
    if known is not None:
        return {
            name: before[name] for name in ("visits_counted_on", "visits_this_year", "visits_by_department")
        }
    one, other = before["visits_by_department"], row["visits_by_department"]
    return {
        "visits_this_year": max(before["visits_this_year"], row["visits_this_year"]),
        "visits_by_department": {key: max(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}},
    }


def _stored(records: Records, table: type[SQLModel], rows: Sequence[Values]) -> dict[Key, Mapping[str, Any]]:
    """The stored rows under the keys of `rows` (and, where a key has two parts, others that share its first)."""
    names = _key_names(table)
    columns = inspect(table).columns
    firsts = sorted({row[names[0]] for row in rows})
    found: dict[Key, Mapping[str, Any]] = {}
    for chunk in _chunks(firsts):
        for row in records.session.execute(select(*columns).where(columns[names[0]].in_(chunk))).mappings():
            found[tuple(row[name] for name in names)] = dict(row)
    return found


def _key_names(table: type[SQLModel]) -> list[str]:
    return [column.key for column in inspect(table).primary_key]


def _only(row: Mapping[str, Any], names: Sequence[str]) -> Values:
    return {name: row[name] for name in names}


def _differs(stored: Mapping[str, Any], row: Values) -> bool:
    return any(stored[name] != value for name, value in row.items())


def _chunks(keys: Sequence[Id]) -> Iterator[list[Id]]:
    for start in range(0, len(keys), _CHUNK):
        yield list(keys[start : start + _CHUNK])
