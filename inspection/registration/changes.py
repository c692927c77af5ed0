"""What a load or a form does to a register, row by row, and whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inspection.departments import JOINT_OFFICE
from inspection.registration.rows import Values

VERSIONED = (
    "staff",
    "inspectors",
    "experts",
    "witnesses",
    "items",
    "objects",
    "labels",
    "absences",
    "interests",
)
"""The registers that have versions, in the order in which they are loaded."""
CLOSED_BY_ABSENCE = ("inspectors", "experts", "items", "objects", "labels")
"""What a complete list may deactivate by leaving it out."""


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"


@dataclass(frozen=True)
class RowChange:
    """One row: `before` and `after` hold the fields that differ, and are None for a new row."""

    key: str
    kind: ChangeKind
    departments: tuple[str, ...]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def change_kind(before: Values, after: Values) -> ChangeKind:
    """`before` and `after` hold the fields that differ."""
    if "is_active" not in after or before["is_active"] == after["is_active"]:
        return ChangeKind.CHANGED
    return ChangeKind.REACTIVATED if after["is_active"] else ChangeKind.DEACTIVATED


def key_text(key: tuple[Any, ...]) -> str:
    """As the change feed names a row: the fields of its key, divided by blanks."""
    return " ".join(str(part) for part in key)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """For JSON: a day becomes its text."""
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in values.items()}


def concerned(
    register: str, values: Mapping[str, Any], subjects: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The departments that want to hear of it; `subjects` are the keepers of what labels and absences are about."""
    if register == "items":
        return tuple(dict.fromkeys((values["department"], *values["joining"])))
    return keepers(register, values, subjects)


def keepers(
    register: str, values: Mapping[str, Any], subjects: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The departments whose row it is."""
    if register == "objects":
        return tuple(values["departments"]) or (JOINT_OFFICE,)
    if register == "items":
        return (JOINT_OFFICE,) if values["joining"] else (values["department"],)
    if register in {"inspectors", "experts"}:
        return (values["department"] or JOINT_OFFICE,)
    if register in {"labels", "absences", "interests"}:
        return subjects.get(subject_of(register, values), (JOINT_OFFICE,))
    return (JOINT_OFFICE,)


def subject_of(register: str, values: Mapping[str, Any]) -> str:
    """`object:BL1` or `inspector:MKT-1`: whom a label, an absence or an interest is about."""
    if register == "labels":
        return f"{values['subject_kind']}:{values['subject_id']}"
    return f"inspector:{values['inspector_id']}"
