"""The registers as rows under the fields of their columns, whatever tables hold them: to show, to sift, to export."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, not_, or_, select
from sqlmodel import SQLModel, col

from inspection.departments import JOINT_OFFICE
from inspection.registration.registers import REGISTERS
from inspection.registration.rows import Values
from inspection.registration.words import LEVEL_WORDS
from inspection.roles import Role
from storage.store import Records
from storage.tables.registers import (
    Absence,
    DeclaredInterest,
    Expert,
    InspectionItem,
    Inspector,
    Person,
    RegisteredObject,
    RegisterLabel,
)

_TABLES: Mapping[str, type[SQLModel]] = {
    "staff": Person,
    "inspectors": Inspector,
    "experts": Expert,
    "witnesses": Person,
    "items": InspectionItem,
    "objects": RegisteredObject,
    "labels": RegisterLabel,
    "absences": Absence,
    "interests": DeclaredInterest,
}
_CHUNK = 500


@dataclass(frozen=True)
class Condition:
    """One thing to sift by: `sign` is `eq`, `neq`, `contains` or `starts`."""

    field: str
    sign: str
    value: Any


@dataclass(frozen=True)
class AllOf:
    """Every one of the conditions, or with `is_any` at least one."""

    parts: Sequence["Condition | AllOf"]
    is_any: bool = False


def find_row(records: Records, register: str, key: Sequence[Any]) -> Values | None:
    """One row by the fields of its key, or None."""
    names = REGISTERS[register].key
    same = [_column(register, name) == value for name, value in zip(names, key, strict=True)]
    row = records.session.execute(_select(register).where(*same)).mappings().first()
    return None if row is None else dict(row)


def rows_by_first(records: Records, register: str, firsts: Collection[str]) -> dict[tuple[Any, ...], Values]:
    """The stored rows whose first field of the key is one of these, by their whole key."""
    names, wanted = REGISTERS[register].key, sorted(firsts)
    found: dict[tuple[Any, ...], Values] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows = _select(register).where(_column(register, names[0]).in_(chunk))
        for row in records.session.execute(rows).mappings():
            found[tuple(row[name] for name in names)] = dict(row)
    return found


def all_rows(records: Records, register: str, department: str | None = None) -> Iterator[Values]:
    """Every row by its key, one at a time; of one department those that it keeps."""
    rows = _select(register).order_by(*(_column(register, name) for name in REGISTERS[register].key))
    kept = _kept_by(records, register, department) if department else None
    if kept is not None:
        rows = rows.where(kept)
    for row in records.session.execute(rows.execution_options(yield_per=1000)).mappings():
        yield dict(row)


def some_rows(
    records: Records,
    register: str,
    *,
    words: str = "",
    sift: AllOf | None = None,
    order: Sequence[tuple[str, str]] = (),
    skip: int = 0,
    limit: int = -1,
) -> list[Values]:
    """One page of a register; without an order by key, which is the order of an index."""
    keys = [name for name in REGISTERS[register].key if name not in dict(order)]
    rows = _sifted(register, _select(register), words, sift)
    for name, way in (*order, *((name, "asc") for name in keys)):
        column = _column(register, name)
        rows = rows.order_by(column.desc() if way == "desc" else column.asc())
    rows = rows.offset(skip)
    if limit >= 0:
        rows = rows.limit(limit)
    return [dict(row) for row in records.session.execute(rows).mappings()]


def count_rows(records: Records, register: str, *, words: str = "", sift: AllOf | None = None) -> int:
    counted = _sifted(register, select(func.count()).select_from(_from(register)), words, sift)
    return int(records.session.execute(counted).scalar_one())


def is_empty(records: Records, register: str) -> bool:
    """Whether the register holds nothing at all."""
    return records.session.execute(_select(register).limit(1)).first() is None


def keepers_of_subjects(records: Records, subjects: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Who keeps each `object:<id>` and `inspector:<id>` that is registered."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, register, field in (
        ("object", "objects", "departments"),
        ("inspector", "inspectors", "department"),
    ):
        ids = [one.removeprefix(f"{kind}:") for one in subjects if one.startswith(f"{kind}:")]
        for key, row in rows_by_first(records, register, ids).items():
            kept = row[field] if isinstance(row[field], list) else [row[field]]
            found[f"{kind}:{key[0]}"] = tuple(kept) or (JOINT_OFFICE,)
    return found


def object_labels(records: Records) -> dict[str, list[str]]:
    """By object what is said about it, in order: each label by itself, and with its level, as `县市级:重点关注`."""
    levels = {value: word for word, value in LEVEL_WORDS.items()}
    rows = select(col(RegisterLabel.subject_id), col(RegisterLabel.level), col(RegisterLabel.label)).where(
        col(RegisterLabel.subject_kind) == "object", col(RegisterLabel.is_active)
    )
    found: dict[str, set[str]] = {}
    for id, level, label in records.session.execute(rows):
        found.setdefault(id, set()).update((label, f"{levels[level]}:{label}"))
    return {id: sorted(labels) for id, labels in found.items()}


def _column(register: str, field: str) -> Any:
    if register == "inspectors" and field == "name":
        return col(Person.name)
    return col(getattr(_TABLES[register], field))


def _from(register: str) -> Any:
    table = _TABLES[register].__table__  # type: ignore[attr-defined]
    if register == "inspectors":
        return table.join(Person.__table__, col(Person.id) == col(Inspector.id))  # type: ignore[attr-defined]
    return table


def _select(register: str) -> Select[Any]:
    columns = [_column(register, one.field).label(one.field) for one in REGISTERS[register].columns]
    rows: Select[Any] = select(*columns).select_from(_from(register))
    if register in {"staff", "witnesses"}:
        rows = rows.where(_has_role(register))
    return rows


def _has_role(register: str) -> ColumnElement[bool]:
    """Roles are a JSON list of plain words: to look for a quoted one is enough."""
    if register == "witnesses":
        return holds(col(Person.roles), [Role.WITNESS])
    staff = [role for role in Role if role not in {Role.OFFICER, Role.EXPERT, Role.WITNESS}]
    return holds(col(Person.roles), staff)


def holds(column: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a JSON list of short ids holds one of these."""
    return or_(*(cast(column, String).contains(f'"{word}"', autoescape=True) for word in words))


def _kept_by(records: Records, register: str, department: str) -> ColumnElement[bool] | None:
    if register == "objects":
        named = holds(col(RegisteredObject.departments), [department])
        empty = cast(col(RegisteredObject.departments), String) == "[]"
        return or_(named, empty) if department == JOINT_OFFICE else named
    if register == "items":
        return or_(
            col(InspectionItem.department) == department, holds(col(InspectionItem.joining), [department])
        )
    if register == "experts" and department == JOINT_OFFICE:
        return col(Expert.department).in_(["", department])
    if register in {"inspectors", "experts", "staff"}:
        own: ColumnElement[bool] = _column(register, "department") == department
        return own
    if register in {"absences", "interests"}:
        officers = select(col(Inspector.id)).where(col(Inspector.department) == department)
        theirs: ColumnElement[bool] = _column(register, "inspector_id").in_(officers)
        return theirs
    if register == "labels":
        return _labels_of(records, department)
    return None


def _labels_of(records: Records, department: str) -> ColumnElement[bool]:
    about = {}
    for kind, register in (("object", "objects"), ("inspector", "inspectors")):
        kept = _kept_by(records, register, department)
        ids = select(_column(register, "id")).select_from(_TABLES[register])
        about[kind] = ids if kept is None else ids.where(kept)
    label = RegisterLabel
    return or_(
        *(
            and_(col(label.subject_kind) == kind, col(label.subject_id).in_(ids))
            for kind, ids in about.items()
        )
    )


def _sifted(register: str, rows: Select[Any], words: str, sift: AllOf | None) -> Select[Any]:
    searched = [
        one for one in ("id", "name", "title", "credit_code", "subject_id", "label") if _has(register, one)
    ]
    if words:
        rows = rows.where(or_(*(_column(register, one).contains(words, autoescape=True) for one in searched)))
    if sift is not None and sift.parts:
        rows = rows.where(_clause(register, sift))
    return rows


def _has(register: str, field: str) -> bool:
    return any(one.field == field for one in REGISTERS[register].columns)


def _clause(register: str, sift: "Condition | AllOf") -> ColumnElement[bool]:
    if isinstance(sift, AllOf):
        parts = [_clause(register, part) for part in sift.parts]
        return or_(*parts) if sift.is_any else and_(*parts)
    column = _column(register, sift.field)
    if sift.sign == "contains":
        return cast(column, String).contains(sift.value, autoescape=True)
    if sift.sign == "holds":
        return holds(column, [sift.value])
    if sift.sign == "starts":
        return cast(column, String).startswith(sift.value, autoescape=True)
    same: ColumnElement[bool] = column == sift.value
    return not_(same) if sift.sign == "neq" else same
