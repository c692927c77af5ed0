"""The numbers that schemes and clues get where no list brings one: a letter for the kind, the year, a count."""

from collections.abc import Collection
from datetime import datetime

from inspection.calendar.beijing import beijing_day
from inspection.schemes import SchemeKind
from storage import approvals, clues
from storage.store import Records

_LETTER = {
    SchemeKind.RANDOM: "R",
    SchemeKind.SPECIAL: "Z",
    SchemeKind.CASE: "G",
    SchemeKind.FULL_COVERAGE: "Q",
}
"""随机, 专项, 个案, 全覆盖. At most ten signs, as a scheme's id may have."""


def next_scheme_id(records: Records, kind: SchemeKind, *, at: datetime) -> str:
    """Such as `Z26-003`."""
    start = f"{_LETTER[kind]}{beijing_day(at):%y}-"
    return _next(start, approvals.ids_beginning(records, start))


def next_clue_id(records: Records, *, at: datetime) -> str:
    """Such as `X26-0012`."""
    start = f"X{beijing_day(at):%y}-"
    return _next(start, clues.ids_beginning(records, start), width=4)


def _next(start: str, taken: Collection[str], *, width: int = 3) -> str:
    numbers = [int(id.removeprefix(start)) for id in taken if id.removeprefix(start).isdigit()]
    return f"{start}{max(numbers, default=0) + 1:0{width}d}"
