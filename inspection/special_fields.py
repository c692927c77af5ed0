"""特殊重点领域: watched in full by their own strict rules, and outside the draw (博州政办发〔2019〕33号, 二㈢5)."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from inspection.strata import Values


class Watched(Protocol):
    """What of a special field is looked at."""

    items: list[str]
    industries: list[str]
    lists: list[str]


Field = TypeVar("Field", bound=Watched)


def belongs(field: Watched, values: Values) -> bool:
    """Whether an object is one of the field: by its industry, or by a special list that it stands on. A field that
    names neither has no objects."""
    lists = values.get("lists", ())
    return values.get("industry") in field.industries or not set(lists).isdisjoint(field.lists)


def watched_in_full(fields: Iterable[Field], items: Collection[str]) -> list[Field]:
    """Those of the fields that inspect one of these items: their objects are not drawn for it. A field without items
    is outside every draw."""
    return [one for one in fields if not one.items or not set(one.items).isdisjoint(items)]
