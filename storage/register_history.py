"""Versions and changes of the registers: written with each load or form, read by the feed, turned back for a day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, func, insert, inspect, select, text
from sqlmodel import SQLModel, col

from inspection.registration.changes import ChangeKind, RowChange, plain
from storage.store import Records
from storage.tables.register_history import RegisterChange, RegisterVersion
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

_TURN = 1_414_213_562
"""The number of the advisory lock."""
_CHUNK = 1_000
_HELD_TABLES: tuple[type[SQLModel], ...] = (
    Person, Inspector, Expert, InspectionItem, RegisteredObject, RegisterLabel, Absence, DeclaredInterest,
)  # fmt: skip
_DAYS = frozenset(
    column.key for table in _HELD_TABLES for column in inspect(table).columns if isinstance(column.type, Date)
)


def take_turn(records: Records) -> None:
    """Two changes of registers come one after the other: their versions are counted. SQLite has one writer anyway."""
    if records.session.get_bind().dialect.name == "postgresql":
        records.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def newest_numbers(records: Records) -> dict[str, int]:
    """The number of the newest version of each register that has one."""
    rows = select(col(RegisterVersion.register_id), func.max(col(RegisterVersion.number)))
    return {
        row[0]: row[1] for row in records.session.execute(rows.group_by(col(RegisterVersion.register_id)))
    }


def add_version(records: Records, version: RegisterVersion) -> None:
    records.add(version)


def add_changes(records: Records, version: RegisterVersion, changes: Sequence[RowChange]) -> None:
    """One line for each department that a change concerns."""
    lines = [
        {
            "register_id": version.register_id,
            "version": version.number,
            "key": change.key,
            "department": department,
            "kind": change.kind.value,
            "before": None if change.before is None else plain(change.before),
            "after": None if change.after is None else plain(change.after),
            "at": version.loaded_at,
            "actor": version.loaded_by,
        }
        for change in changes
        for department in change.departments
    ]
    for start in range(0, len(lines), _CHUNK):
        records.session.execute(insert(RegisterChange), lines[start : start + _CHUNK])


def versions(records: Records, register: str | None = None) -> list[RegisterVersion]:
    """The newest first."""
    rows = select(RegisterVersion).order_by(
        col(RegisterVersion.loaded_at).desc(),
        col(RegisterVersion.register_id),
        col(RegisterVersion.number).desc(),
    )
    if register is not None:
        rows = rows.where(col(RegisterVersion.register_id) == register)
    return list(records.session.execute(rows).scalars())


def version_on(records: Records, register: str, day: date) -> int:
    """The number of the version that held at the end of this day; 0 before the first."""
    rows = select(func.max(col(RegisterVersion.number))).where(
        col(RegisterVersion.register_id) == register, col(RegisterVersion.effective_from) <= day
    )
    return int(records.session.execute(rows).scalar_one() or 0)


@dataclass(frozen=True)
class SeenChange:
    """One line of the feed."""

    id: int
    register: str
    version: int
    key: str
    department: str
    kind: ChangeKind
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime
    actor: str | None


def changes_of(
    records: Records, register: str, version: int, *, limit: int | None = None
) -> Iterator[SeenChange]:
    """What one version did, each row once."""
    rows = (
        select(RegisterChange)
        .where(col(RegisterChange.register_id) == register, col(RegisterChange.version) == version)
        .order_by(col(RegisterChange.id))
        .execution_options(yield_per=_CHUNK)
    )
    last, number = "", 0
    for row in records.session.execute(rows).scalars():
        if row.key != last:
            number += 1
            if limit is not None and number > limit:
                return
            yield _seen(row)
        last = row.key


def changes_for(
    records: Records,
    department: str,
    *,
    since: datetime | None = None,
    after: int = 0,
    before: int | None = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> list[SeenChange]:
    """The feed of one department; `after` and `before` are ids of lines, for paging."""
    rows = select(RegisterChange).where(
        col(RegisterChange.department) == department, col(RegisterChange.id) > after
    )
    if since is not None:
        rows = rows.where(col(RegisterChange.at) >= since)
    if before is not None:
        rows = rows.where(col(RegisterChange.id) < before)
    order = col(RegisterChange.id).desc() if newest_first else col(RegisterChange.id)
    found = records.session.execute(rows.order_by(order).limit(limit)).scalars()
    return [_seen(row) for row in found]


def counted_for(
    records: Records, department: str, *, after: int, without: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Per register and kind how many lines of a department follow that id which none of these people caused."""
    rows = select(col(RegisterChange.register_id), col(RegisterChange.kind), func.count()).where(
        col(RegisterChange.department) == department, col(RegisterChange.id) > after
    )
    if without:
        actor = col(RegisterChange.actor)
        rows = rows.where(actor.is_(None) | actor.not_in(without))
    grouped = rows.group_by(col(RegisterChange.register_id), col(RegisterChange.kind))
    return {(register, kind): number for register, kind, number in records.session.execute(grouped)}


def departments_of(records: Records, register: str, version: int) -> set[str]:
    """Whom the changes of a version concern."""
    rows = select(col(RegisterChange.department)).where(
        col(RegisterChange.register_id) == register, col(RegisterChange.version) == version
    )
    return set(records.session.execute(rows.distinct()).scalars())


def last_change_id(records: Records) -> int:
    return int(records.session.execute(select(func.max(col(RegisterChange.id)))).scalar_one() or 0)


def changes_after(records: Records, register: str, version: int) -> Iterator[SeenChange]:
    """Every change that later versions made, the newest first."""
    rows = (
        select(RegisterChange)
        .where(col(RegisterChange.register_id) == register, col(RegisterChange.version) > version)
        .order_by(col(RegisterChange.id).desc())
        .execution_options(yield_per=_CHUNK)
    )
    for row in records.session.execute(rows).scalars():
        yield _seen(row)


def _seen(row: RegisterChange) -> SeenChange:
    return SeenChange(
        id=row.id or 0,
        register=row.register_id,
        version=row.version,
        key=row.key,
        department=row.department,
        kind=ChangeKind(row.kind),
        before=_with_days(row.before),
        after=_with_days(row.after),
        at=row.at,
        actor=row.actor,
    )


def _with_days(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: date.fromisoformat(one) if name in _DAYS and isinstance(one, str) else one
        for name, one in (values or {}).items()
    }
