"""Reads a TOML file of deadline rules, and says of each mistake in which line it stands and what would be right.

One section for each rule, by the names of `RuleName`; a rule that the file does not name stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from inspection.deadlines.rules import (
    DUE,
    HALF,
    AtEnd,
    DeadlineRule,
    Party,
    Point,
    RuleName,
    Rules,
    Rung,
    Span,
    SpanUnit,
    Unit,
)
from inspection.registration.problems import RowProblem
from inspection.rule_files import RuleFault, file_problem, line_of, sections_of

LONGEST = {Unit.WORKING_DAYS: 250, Unit.DAYS: 366, Unit.HOURS: 24 * 366}
"""A year: whatever is longer was mistyped."""
BASIS_LIMIT = 300
_SPAN = re.compile(r"(\d{1,4})(h|d|wd)")
_ON = re.compile(r"(\d\d)-(\d\d)")
_KEYS = frozenset(
    {
        "basis", "from_event", "unit", "length", "on", "scheme_sets_length", "remind", "remind_whom",
        "office_hours_only", "urgent", "at_end", "escalate",
    }
)  # fmt: skip
_LEAP_YEAR = 2028
_Member = TypeVar("_Member", bound=StrEnum)


@dataclass(frozen=True)
class RuleReading:
    """What a file says: its rules, or the problems for which nothing of it is taken."""

    rules: Rules
    problems: tuple[RowProblem, ...]


def read_rules(text: str, file: str) -> RuleReading:
    """Every rule of the text, or every mistake in it with its line; `file` is the name that the problems bear."""
    sections = sections_of(text, file)
    if isinstance(sections, RowProblem):
        return RuleReading({}, (sections,))
    if not sections:
        return RuleReading({}, (file_problem(file, 0, "", "deadline_no_rules", {}),))
    rules: Rules = {}
    problems = []
    for name, section in sections.items():
        for fault in _read_section(name, section, rules):
            line = line_of(text, name, fault.key)
            problems.append(file_problem(file, line, fault.key or name, fault.code, fault.facts))
    return RuleReading({} if problems else rules, tuple(problems))


def _read_section(name: str, section: Any, rules: Rules) -> Iterable[RuleFault]:
    if name not in set(RuleName):
        yield RuleFault("", "deadline_unknown", value=name, known=_listed(RuleName))
        return
    if not isinstance(section, dict):
        yield RuleFault("", "deadline_not_a_section", value=name)
        return
    faults = [RuleFault(key, "deadline_unknown_key", value=key) for key in section if key not in _KEYS]
    values: dict[str, Any] = {}
    for key, read in _READERS.items():
        try:
            values[key] = read(section, key)
        except RuleFault as fault:
            faults.append(fault)
    faults += [] if faults else _contradictions(values)
    yield from faults
    if not faults:
        rules[RuleName(name)] = DeadlineRule(name=RuleName(name), **values)


def _contradictions(values: Mapping[str, Any]) -> list[RuleFault]:
    unit, length, on = values["unit"], values["length"], values["on"]
    faults = []
    if unit in LONGEST and not 1 <= length <= LONGEST[unit]:
        faults.append(
            RuleFault("length", "deadline_length", value=length, limit=LONGEST[unit], unit=unit.value)
        )
    if unit not in LONGEST and length:
        faults.append(RuleFault("length", "deadline_no_length", unit=unit.value))
    if (unit is Unit.DATE) != (on is not None):
        faults.append(RuleFault("on", "deadline_on", unit=unit.value))
    if values["remind"] and not values["remind_whom"]:
        faults.append(RuleFault("remind_whom", "deadline_nobody"))
    if values["scheme_sets_length"] and unit is not Unit.HOURS:
        faults.append(RuleFault("scheme_sets_length", "deadline_scheme_hours", unit=unit.value))
    return faults


# --- One value ------------------------------------------------------------------------------------------------------


def _words(section: dict[str, Any], key: str) -> str:
    value = section.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > BASIS_LIMIT:
        raise RuleFault(key, "deadline_words", limit=BASIS_LIMIT)
    return value.strip()


def _number(section: dict[str, Any], key: str) -> int:
    value = section.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RuleFault(key, "deadline_not_a_number", value=value)
    return value


def _truth(default: bool) -> Callable[[dict[str, Any], str], bool]:
    def read(section: dict[str, Any], key: str) -> bool:
        value = section.get(key, default)
        if not isinstance(value, bool):
            raise RuleFault(key, "deadline_truth", value=value)
        return value

    return read


def _one_of(kind: type[_Member], default: str | None = None) -> Callable[[dict[str, Any], str], _Member]:
    def read(section: dict[str, Any], key: str) -> _Member:
        return _member(kind, section.get(key, default), key)

    return read


def _member(kind: type[_Member], value: Any, key: str) -> _Member:
    if not isinstance(value, str) or value not in set(kind):
        raise RuleFault(
            key, "deadline_not_in_list", value="" if value is None else value, known=_listed(kind)
        )
    return kind(value)


def _list(section: dict[str, Any], key: str) -> list[Any]:
    value = section.get(key, [])
    if not isinstance(value, list):
        raise RuleFault(key, "deadline_not_a_list", value=value)
    return value


def _day_of_year(section: dict[str, Any], key: str) -> tuple[int, int] | None:
    value = section.get(key)
    if value is None:
        return None
    found = _ON.fullmatch(value) if isinstance(value, str) else None
    try:
        day = date(_LEAP_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None or (day.month, day.day) == (2, 29):
        raise RuleFault(key, "deadline_day_of_year", value=value)
    return day.month, day.day


def _points(section: dict[str, Any], key: str) -> tuple[Point, ...]:
    points = tuple(_point(value, key) for value in _list(section, key))
    if len(set(points)) < len(points):
        raise RuleFault(key, "deadline_twice", value=", ".join(str(one) for one in points))
    return points


def _point(value: Any, key: str) -> Point:
    return str(value) if value in (HALF, DUE) else _span(value, key)


def _span(value: Any, key: str) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise RuleFault(key, "deadline_span", value=value)
    return Span(int(found[1]), SpanUnit(found[2]))


def _parties(section: dict[str, Any], key: str) -> tuple[Party, ...]:
    return tuple(_member(Party, value, key) for value in _list(section, key))


def _rungs(section: dict[str, Any], key: str) -> tuple[Rung, ...]:
    """In the order of the file, which must be that of time: a chain does not go back."""
    rungs = tuple(_rung(value, key) for value in _list(section, key))
    if any(later.after.plain < earlier.after.plain for earlier, later in pairwise(rungs)):
        raise RuleFault(key, "deadline_chain_order")
    return rungs


def _rung(value: Any, key: str) -> Rung:
    if not isinstance(value, dict) or set(value) != {"after", "party"}:
        raise RuleFault(key, "deadline_rung", value=value)
    after = Span(0, SpanUnit.HOURS) if value["after"] == DUE else _span(value["after"], key)
    return Rung(after, _member(Party, value["party"], key))


def _listed(kind: type[StrEnum]) -> str:
    return ", ".join(f'"{member.value}"' for member in kind if member.value)


_READERS: Mapping[str, Callable[[dict[str, Any], str], Any]] = {
    "basis": _words,
    "from_event": _words,
    "unit": _one_of(Unit),
    "length": _number,
    "on": _day_of_year,
    "scheme_sets_length": _truth(False),
    "remind": _points,
    "remind_whom": _parties,
    "office_hours_only": _truth(True),
    "urgent": _truth(False),
    "at_end": _one_of(AtEnd, ""),
    "escalate": _rungs,
}
