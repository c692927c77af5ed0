"""Who may change what of the registers (notice 二㈡1: each department its own, under the joint office).

A liaison or an operator keeps the items, officers, experts and labels of the own department and the objects that the
own department supervises; those of the joint office keep the joint items and everything else. A county's keep what
lies in the county (a row that names no district is the prefecture's).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspection.departments import JOINT_OFFICE, PREFECTURE, is_within
from inspection.registration.changes import keepers
from inspection.registration.rows import Values
from inspection.rights import Deed, may


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps registers for a department, at the level of the prefecture or of a county."""

    department: str
    district: str = PREFECTURE

    @property
    def is_joint_office(self) -> bool:
        """The prefecture's: a county's keeps what is the county's, like every department there."""
        return self.department == JOINT_OFFICE and self.is_prefecture

    @property
    def is_prefecture(self) -> bool:
        return is_within(PREFECTURE, self.district)

    def reaches(self, values: Values) -> bool:
        """Whether a row lies in the keeper's district; one that names none is the prefecture's."""
        return is_within(values.get("district", ""), self.district)


def keeper_of(department: str, roles: Iterable[str], district: str) -> Keeper | None:
    """None for those who keep nothing."""
    if not may(Deed.KEEP_REGISTERS, frozenset(roles), department, district):
        return None
    return Keeper(department, district)


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
    if not all(keeper.reaches(one) for one in (before, after) if one is not None):
        return "not_your_district"
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
    is_own = keeper.department in keepers(register, values, {}) and keeper.reaches(values)
    if not hidden or keeper.is_joint_office or is_own:
        return values
    return {**values, **{name: values[name][:1] + MASK for name in hidden if values[name]}}
