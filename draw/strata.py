"""Strata: who belongs to which, and exact quotas (§1). Ratios are decimal strings and exact fractions, never floats."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from draw.canonical import Json
from draw.fields import check_name, check_text
from draw.pools import ObjectCandidate
from draw.refusals import (
    BadCount,
    BadRatio,
    CountAbovePool,
    DuplicateId,
    EmptyStratum,
    Malformed,
    OverlappingStrata,
)

Condition = Mapping[str, tuple[str, ...]]
"""A field of the object, and the values of which it must have one; every field named must fit."""

_RATIO = re.compile(r"(?=.{1,20}\Z)[01](\.[0-9]+)?", re.ASCII)


class _Conditioned(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def where(self) -> Condition: ...


@dataclass(frozen=True, slots=True)
class StratumPlan:
    """A stratum as the lead department asks for it: a ratio ("0.05") or a count of the objects that fit `where`."""

    name: str
    where: Condition
    ratio: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum as announced: with the number of objects that fit, and how many of them will be drawn."""

    name: str
    where: Condition
    ratio: str | None
    count: int | None
    size: int
    quota: int

    def to_json(self) -> Json:
        asked: dict[str, Json] = {"ratio": self.ratio} if self.count is None else {"count": self.count}
        where: dict[str, Json] = {name: list(values) for name, values in self.where.items()}
        return asked | {"name": self.name, "quota": self.quota, "size": self.size, "where": where}


def exact_ratio(text: object, place: str) -> Fraction:
    """The ratio written as a decimal string; raises BadRatio unless it is above 0 and at most 1."""
    if not isinstance(text, str) or not _RATIO.fullmatch(text):
        raise BadRatio(
            f'{place} must be a decimal string such as "0.05", not {text!r:.60}.', place=place, value=text
        )
    ratio = Fraction(text)
    if not 0 < ratio <= 1:
        raise BadRatio(f"{place} must be above 0 and at most 1, not {text}.", place=place, value=text)
    return ratio


def quota_of(plan: StratumPlan | Stratum, size: int) -> int:
    """How many of `size` objects are drawn: rounded up, so that a stratum never rounds to nothing."""
    place = f"Stratum {plan.name}"
    if (plan.ratio is None) == (plan.count is None):
        raise BadCount(f"{place} must have either a ratio or a count.")
    if plan.count is None:
        share = exact_ratio(plan.ratio, f"{place}, ratio") * size
        return -(-share.numerator // share.denominator)
    count = _whole_count(plan.count, place)
    if count > size:
        raise CountAbovePool(
            f"{place} asks for {count} objects and the pool holds {size}.",
            stratum=plan.name,
            count=count,
            size=size,
        )
    return count


def sized(plans: Sequence[StratumPlan], objects: Iterable[ObjectCandidate]) -> tuple[Stratum, ...]:
    """The strata with their sizes and quotas; refuses overlaps, empty strata, doubled names, bad ratios and counts."""
    for plan in plans:
        _check_plan(plan)
    members = members_of(plans, objects)
    return tuple(_sized(plan, len(members[plan.name])) for plan in plans)


def members_of(strata: Sequence[_Conditioned], objects: Iterable[ObjectCandidate]) -> dict[str, list[str]]:
    """The ids that fit each stratum, by its name; raises OverlappingStrata for an object that fits two."""
    if not strata:
        raise EmptyStratum("The announcement has no stratum.")
    conditions = [(stratum.name, _condition(stratum.where)) for stratum in strata]
    members: dict[str, list[str]] = {name: [] for name, _ in conditions}
    if len(members) < len(strata):
        raise DuplicateId("Two strata have the same name.")
    for candidate in objects:
        fitting = [name for name, condition in conditions if _fits(candidate, condition)]
        if len(fitting) > 1:
            raise OverlappingStrata(
                f"Object {candidate.id} fits both stratum {fitting[0]} and stratum {fitting[1]}."
            )
        if fitting:
            members[fitting[0]].append(candidate.id)
    return members


def _whole_count(count: object, place: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BadCount(f"{place}, count must be a whole number of at least 1, not {count!r:.40}.")
    return count


def _check_plan(plan: StratumPlan) -> None:
    check_name(plan.name, "A stratum's name")
    for field, values in plan.where.items():
        place = f'Stratum {plan.name}, where "{field}"'
        check_text(field, place)
        _check_values(values, place)


def _check_values(values: object, place: str) -> None:
    if not isinstance(values, tuple | list) or not values:
        raise Malformed(f"{place} must list at least one value.")
    for value in values:
        check_text(value, place)


def _sized(plan: StratumPlan, size: int) -> Stratum:
    if size == 0:
        raise EmptyStratum(f"Stratum {plan.name} is empty: no object of the pool fits it.", stratum=plan.name)
    where = {field: tuple(values) for field, values in plan.where.items()}
    return Stratum(plan.name, where, plan.ratio, plan.count, size, quota_of(plan, size))


def _condition(where: Condition) -> list[tuple[str, frozenset[str]]]:
    return [(field, frozenset(values)) for field, values in where.items()]


def _fits(candidate: ObjectCandidate, condition: list[tuple[str, frozenset[str]]]) -> bool:
    return all(not wanted.isdisjoint(candidate.values_of(field)) for field, wanted in condition)
