"""The table of `inspection.rights` asked for a person: looked up anew in every action, never believed from a button."""

from collections.abc import Collection
from typing import Any

from inspection.departments import PREFECTURE
from inspection.refusals import NotFound, NotYours
from inspection.rights import RIGHTS, Deed, Part, may
from storage.store import Records, Row
from storage.tables.registers import Person


def is_allowed(
    deed: Deed,
    person: Person,
    *,
    of: str | None = None,
    in_: str = PREFECTURE,
    parts: Collection[Part] = (),
) -> bool:
    """Whether this person may in a matter `of` that department, led `in_` that district; where nobody says which, the
    prefecture leads it. With `of` None, whether there is any matter in which they may. Nobody may who has left."""
    level = None if of is None else in_
    return person.is_active and may(
        deed, person.roles, person.department, person.district, of=of, in_=level, parts=parts
    )


def require(
    deed: Deed,
    person: Person,
    *,
    of: str | None = None,
    in_: str = PREFECTURE,
    parts: Collection[Part] = (),
) -> None:
    """Refuses in the deed's own words whoever may not."""
    if not is_allowed(deed, person, of=of, in_=in_, parts=parts):
        raise NotYours(RIGHTS[deed].refusal)


def found(records: Records, kind: type[Row], key: Any, deed: Deed) -> Row:
    """The row; one that is not there is refused in the words that somebody hears who may not."""
    row = records.find(kind, key)
    if row is None:
        raise NotFound(RIGHTS[deed].refusal)
    return row
