"""Who may change what of the registers (notice 二㈡1: each department its own, under the joint office).

A liaison or an operator keeps the items, officers, experts and labels of the own department and the objects that the
own department supervises; those of the joint office keep the joint items and everything else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspection.departments import JOINT_OFFICE
from inspection.registration.changes import keepers
from inspection.registration.rows import Values
from inspection.rights import Deed, may


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps registers for a department."""

    department: str

    @property
    def is_joint_office(self) -> bool:
        return self.department == JOINT_OFFICE


def keeper_of(department: str, roles: Iterable[str]) -> Keeper | None:
    """None for those who keep nothing."""
    return Keeper(department) if may(Deed.KEEP_REGISTERS, frozenset(roles), department) else None


def denial(
    keeper: Keeper,
    register: str,
    before: Values | None,
    after: Values,
    subjects: Mapping[str, tuple[str, ...]],
) -> str | None:
    """The code of the problem where this keeper may not make `after` of `before` (None: there was no such row)."""
    if keeper.is_joint_office:
        return None
    if before is not None and keeper.department not in keepers(register, before, subjects):
        return "not_your_row"
    if register == "objects" and before is not None:
        return None if before["departments"] == after["departments"] else "supervision_not_yours"
    return None if keeper.department in keepers(register, after, subjects) else "not_your_row"


_OF_PEOPLE: Mapping[str, tuple[str, ...]] = {"objects": ("contact",), "inspectors": ("certificate_number",)}
"""What of a row is about a person and no business of other departments: a telephone number, a certificate."""
OF_ONE_DEPARTMENT = frozenset({"absences", "interests"})
"""Registers whose rows are private altogether: why an officer is away, and with whom related."""
MASK = "***"


def shown_to(keeper: Keeper, register: str, values: Values) -> Values:
    """The row as this keeper may see it: what is about a person in rows of others with its first sign only."""
    hidden = _OF_PEOPLE.get(register, ())
    if not hidden or keeper.is_joint_office or keeper.department in keepers(register, values, {}):
        return values
    return {**values, **{name: values[name][:1] + MASK for name in hidden if values[name]}}
