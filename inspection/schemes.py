"""实施方案: where it comes from, and the eight parts that the notice asks for (博州政办发〔2019〕33号, 二㈢2)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol


class SchemeKind(StrEnum):
    """What a scheme is, and with it every inspection of it: pages and statistics tell them apart by this."""

    RANDOM = "random"
    """双随机抽查: drawn, by the year's plan or as a temporary task."""
    SPECIAL = "special"
    """专项检查 of a problem that several clues show: drawn, with a ratio of its own (二㈢5)."""
    CASE = "case"
    """个案检查 of one given object, because of a clue (二㈢5)."""
    FULL_COVERAGE = "full_coverage"
    """特殊重点领域: every object of a field, by the rules it already has (二㈢5)."""


DRAWN_KINDS = frozenset({SchemeKind.RANDOM, SchemeKind.SPECIAL})
"""Whose objects and officers are drawn."""


class SchemePart(StrEnum):
    """The eight parts, in the order of the notice."""

    TASK = "task"
    OBJECTS = "objects"
    CONTENT = "content"
    METHOD = "method"
    LEVEL = "level"
    TIME = "time"
    REQUIREMENTS = "requirements"
    HANDLING = "handling"


class Written(Protocol):
    """What of a scheme is looked at."""

    name: str
    items: list[str]
    departments: list[str]
    checklist_id: str
    strata: list[dict[str, Any]]
    content: str
    method: str
    level: str
    requirements: str
    handling: str


_WORDS: Mapping[SchemePart, str] = {
    SchemePart.CONTENT: "content",
    SchemePart.METHOD: "method",
    SchemePart.LEVEL: "level",
    SchemePart.REQUIREMENTS: "requirements",
    SchemePart.HANDLING: "handling",
}


def missing_parts(scheme: Written, *, has_time: bool = True) -> tuple[SchemePart, ...]:
    """Those of the eight parts that are not there yet. A task has a name, items and a checklist; its objects are rows
    that each say a ratio or a number. `has_time` is false while a form has no readable window."""
    there: dict[SchemePart, bool] = {
        SchemePart.TASK: bool(scheme.name and scheme.items and scheme.checklist_id),
        SchemePart.OBJECTS: has_objects(scheme.strata),
        SchemePart.TIME: has_time,
        **{part: bool(str(getattr(scheme, field)).strip()) for part, field in _WORDS.items()},
    }
    return tuple(part for part in SchemePart if not there[part])


def has_objects(strata: Sequence[Mapping[str, Any]]) -> bool:
    """Whether there is a row, and every row says how many of its objects are wanted."""
    return bool(strata) and all(row.get("ratio") or row.get("count") for row in strata)
