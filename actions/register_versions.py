"""What a load or a form did to a register becomes a version of it, with every row that changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from actions.register_news import plan_news
from inspection.calendar.beijing import beijing_day
from inspection.registration.changes import (
    VERSIONED,
    ChangeKind,
    RowChange,
    change_kind,
    concerned,
    keepers,
    key_text,
    subject_of,
)
from inspection.registration.registers import REGISTERS
from inspection.registration.rows import ReadRows, Values
from storage import register_history as history
from storage.register_rows import keepers_of_subjects
from storage.registers import Written
from storage.store import Records
from storage.tables.register_history import RegisterVersion

_ABOUT_OTHERS = ("labels", "absences", "interests")


class Order(Protocol):
    """Who loads, when, and from which day on it holds."""

    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str | None: ...
    @property
    def effective_from(self) -> date | None: ...


def record_version(
    records: Records, register: str, written: Written, rows: Sequence[Values], order: Order, digest: str
) -> int | None:
    """The number of the new version; None where nothing changed or the register has no versions."""
    if register not in VERSIONED or not (written.new or written.changed):
        return None
    changes = changes_in(records, register, written, rows)
    kinds = [change.kind for change in changes]
    version = RegisterVersion(
        register_id=register,
        number=history.newest_numbers(records).get(register, 0) + 1,
        effective_from=order.effective_from or beijing_day(order.at),
        loaded_at=order.at,
        loaded_by=order.by,
        digest=digest,
        unchanged=len(written.unchanged),
        **{kind.value: kinds.count(kind) for kind in ChangeKind},
    )
    history.add_version(records, version)
    after = history.last_change_id(records)
    history.add_changes(records, version, changes)
    concerns = {one for change in changes for one in change.departments}
    plan_news(records, version, concerns, after=after)
    return version.number


def changes_in(records: Records, register: str, written: Written, rows: Sequence[Values]) -> list[RowChange]:
    """The changed rows in the order of the list."""
    names = REGISTERS[register].key
    subjects: Mapping[str, tuple[str, ...]] = {}
    if register in _ABOUT_OTHERS:
        subjects = keepers_of_subjects(records, {subject_of(register, row) for row in rows})
    changes = []
    for row in rows:
        key = tuple(row[name] for name in names)
        departments = concerned(register, row, subjects)
        if key in written.new:
            changes.append(RowChange(key_text(key), ChangeKind.NEW, departments))
        elif key in written.differing:
            before, after = written.differing[key]
            if register in {"items", "objects", "inspectors", "experts"}:
                departments = tuple(
                    dict.fromkeys((*concerned(register, {**row, **before}, subjects), *departments))
                )
            changes.append(RowChange(key_text(key), change_kind(before, after), departments, before, after))
    return changes


def keepers_in(records: Records, read: Mapping[str, ReadRows], register: str) -> dict[str, tuple[str, ...]]:
    """Who keeps what the labels, absences or interests of this load are about: by the store, else by the load."""
    if register not in _ABOUT_OTHERS:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for kind, other in (("object", "objects"), ("inspector", "inspectors")):
        if other in read:
            found |= {
                f"{kind}:{row.values['id']}": keepers(other, row.values, {}) for row in read[other].good
            }
    return found | keepers_of_subjects(
        records, {subject_of(register, row.values) for row in read[register].good}
    )
