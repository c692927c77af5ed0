"""The versions of one published result: what changed from one to the next, when and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspection.calendar.beijing import beijing_day
from inspection.corrections import PublicationKind
from storage.tables.inspections import Publication

Difference = tuple[str, str, str]
"""An item, what was said of it, and what is said now; empty where it was not or is not there."""


@dataclass(frozen=True)
class VersionLine:
    """One version; `differences` are to the version before it."""

    number: int
    kind: str
    published_on: date
    reason: str
    differences: tuple[Difference, ...]


def is_withdrawn(versions: Sequence[Publication]) -> bool:
    """Whether publicity has ended; `versions` begin with the newest."""
    return versions[0].kind == PublicationKind.WITHDRAWAL


def wanted(versions: Sequence[Publication], number: str | None) -> Publication | None:
    """The version with this number, the newest without one; after the end of publicity no other is shown."""
    if number is None or is_withdrawn(versions):
        return versions[0]
    return next((one for one in versions if str(one.version) == number), None)


def version_lines(versions: Sequence[Publication]) -> list[VersionLine]:
    """The newest first; once publicity has ended nothing more is said of what was found, nor why it was corrected."""
    before = [*versions[1:], None]
    return [
        VersionLine(
            number=one.version,
            kind=one.kind,
            published_on=beijing_day(one.published_at),
            reason="" if is_withdrawn(versions) and one.version < versions[0].version else one.reason,
            differences=() if is_withdrawn(versions) or last is None else _differences(last, one),
        )
        for one, last in zip(versions, before, strict=True)
    ]


def _differences(last: Publication, one: Publication) -> tuple[Difference, ...]:
    old, new = _said(last), _said(one)
    return tuple(
        (item, old.get(item, ""), new.get(item, ""))
        for item in dict.fromkeys([*old, *new])
        if old.get(item) != new.get(item)
    )


def _said(publication: Publication) -> dict[str, str]:
    details = json.loads(publication.bundle)["details"]
    return {one["raninsItemName"]: one["raninsCheckResName"] for one in details}
