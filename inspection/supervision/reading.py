"""Reads a TOML file of supervision rules, and says of each mistake in which line it stands and what would be right.

The sections are `small_pools`, `planning`, `risk` and one for each kind and class, `general.A` to `key.D`; one that
the file does not name stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from inspection.registration.problems import RowProblem
from inspection.rule_files import RuleFault, file_problem, line_of, sections_of
from inspection.supervision.rules import (
    CLASSES,
    SECTIONS,
    ClassRule,
    ItemKind,
    PlanningRule,
    RiskRule,
    Section,
    Sections,
    SmallPools,
)

BASIS_LIMIT = 300
_GROUP = re.compile(r"R0[1-5]")
_EXACT = Decimal("0.000001")


@dataclass(frozen=True)
class SupervisionReading:
    """What a file says: its sections, or the problems for which nothing of it is taken."""

    sections: Sections
    problems: tuple[RowProblem, ...]


def read_supervision(text: str, file: str) -> SupervisionReading:
    """Every section of the text, or every mistake in it with its line; `file` is the name that the problems bear."""
    tables = sections_of(text, file)
    if isinstance(tables, RowProblem):
        return SupervisionReading({}, (tables,))
    if not tables:
        return SupervisionReading({}, (file_problem(file, 0, "", "supervision_no_rules", {}),))
    found: Sections = {}
    problems = []
    for name, table in _flat(tables):
        for fault in _read_section(name, table, found):
            line = line_of(text, name, fault.key)
            problems.append(file_problem(file, line, fault.key or name, fault.code, fault.facts))
    return SupervisionReading({} if problems else found, tuple(problems))


def _flat(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`[general.A]` is a table in a table."""
    for name, table in tables.items():
        if name in set(ItemKind) and isinstance(table, dict):
            yield from ((f"{name}.{one}", inner) for one, inner in table.items())
        else:
            yield name, table


def _read_section(name: str, table: Any, found: Sections) -> Iterable[RuleFault]:
    if name not in SECTIONS:
        yield RuleFault("", "supervision_unknown", value=name, known=", ".join(SECTIONS))
        return
    if not isinstance(table, dict):
        yield RuleFault("", "supervision_not_a_section", value=name)
        return
    kind, readers = _KINDS.get(name, (ClassRule, _CLASS))
    faults = [RuleFault(key, "supervision_unknown_key", value=key, known=", ".join(readers)) for key in table
              if key not in readers]  # fmt: skip
    values: dict[str, Any] = {}
    for key, read in readers.items():
        try:
            values[key] = read(table, key)
        except RuleFault as fault:
            faults.append(fault)
    faults += [] if faults else _contradictions(values)
    yield from faults
    if not faults:
        found[name] = kind(**values)


def _contradictions(values: Mapping[str, Any]) -> list[RuleFault]:
    least, most = values.get("least"), values.get("most")
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        return [RuleFault("most", "supervision_least_above_most")]
    if "high_from" in values and values["high_from"] <= values["medium_from"]:
        return [RuleFault("high_from", "supervision_levels_in_order")]
    return []


# --- One value ------------------------------------------------------------------------------------------------------

Read = Callable[[dict[str, Any], str], Any]


def _words(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > BASIS_LIMIT:
        raise RuleFault(key, "supervision_words", limit=BASIS_LIMIT)
    return value.strip()


def _whole(low: int, high: int, *, may_lack: bool = False) -> Read:
    def read(table: dict[str, Any], key: str) -> int | None:
        value = table.get(key)
        if value is None and may_lack:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            shown = "" if value is None else value
            raise RuleFault(key, "supervision_whole", value=shown, low=low, high=high)
        return value

    return read


def _share(table: dict[str, Any], key: str) -> str | None:
    """`5%` or `0.05` as the exact decimal, `0` to `1`; None is no limit."""
    value = table.get(key)
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else ""
    is_per_cent = text.endswith(("%", "％"))
    try:
        share = Decimal(text.rstrip("%％").strip())
    except InvalidOperation:
        share = Decimal("NaN")
    share = share / 100 if is_per_cent else share
    if not share.is_finite() or not 0 <= share <= 1:
        raise RuleFault(key, "supervision_share", value=value)
    return f"{share.quantize(_EXACT).normalize():f}"


def _weights(table: dict[str, Any], key: str) -> dict[str, int]:
    value = table.get(key)
    is_right = (
        isinstance(value, dict)
        and value
        and all(_GROUP.fullmatch(group) for group in value)
        and all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 100 for one in value.values())
        and any(value.values())
    )  # fmt: skip
    if not is_right:
        raise RuleFault(key, "supervision_weights", value="" if value is None else value)
    assert isinstance(value, dict)
    return dict(value)


_CLASS: Mapping[str, Read] = {
    "basis": _words,
    "least": _share,
    "most": _share,
    "visits": _whole(0, 366, may_lack=True),
}
_KINDS: Mapping[str, tuple[Callable[..., Section], Mapping[str, Read]]] = {
    "small_pools": (SmallPools, {"basis": _words, "below": _whole(0, 100_000)}),
    "planning": (
        PlanningRule,
        {
            "basis": _words,
            "neighbouring_days": _whole(0, 366),
            "officers_per_department": _whole(1, 9),
            "visits_per_officer_day": _whole(1, 20),
        },
    ),
    "risk": (
        RiskRule,
        {
            "basis": _words,
            "weights": _weights,
            "medium_from": _whole(1, 100),
            "high_from": _whole(1, 100),
            "raise_medium": _whole(0, len(CLASSES) - 1),
            "raise_high": _whole(0, len(CLASSES) - 1),
        },
    ),
}
