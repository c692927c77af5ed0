"""年度计划 as something to reckon with: how many objects a line means, which lines mean the same ones.

No object is looked at by itself. Objects that no line can tell apart are one group with a number, so that a register of
a hundred thousand is some thousand groups; and lines are compared by the sets of lines that groups fit, of which there
are fewer still.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import combinations

from inspection.frequency import ListedVisits, OwnVisit
from inspection.strata import Row, Values, fits

_RATIO_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ObjectGroup:
    """Objects that are alike in all that a plan asks of them. `own` are visits of ours in the year: a group of one."""

    credit_class: str
    district: str
    kind: str
    industry: str
    lists: tuple[str, ...]
    risk: str
    yearly_cap: int
    listed: ListedVisits
    number: int
    own: tuple[OwnVisit, ...] = ()

    @property
    def range(self) -> tuple[object, ...]:
        """What the range of a line goes by."""
        return (self.credit_class, self.district, self.kind, self.industry, self.lists, self.risk)

    @property
    def values(self) -> Values:
        return {
            "class": self.credit_class,
            "district": self.district,
            "kind": self.kind,
            "industry": self.industry,
            "lists": self.lists,
            "risk": self.risk,
        }


@dataclass(frozen=True)
class PlannedLine:
    """A line of a plan; `department` leads it."""

    id: str
    name: str
    department: str
    joining: tuple[str, ...]
    items: tuple[str, ...]
    rows: tuple[Row, ...]
    times: int
    about_count: int
    first_day: date
    last_day: date
    districts: tuple[str, ...] = ()

    @property
    def departments(self) -> tuple[str, ...]:
        return (self.department, *self.joining)


@dataclass(frozen=True)
class Met:
    """Which lines the groups fit: `sets` gives for each set of lines, by their numbers, its groups; `sizes` the objects
    of each line; `shared` the objects that two lines have in common."""

    sets: Mapping[tuple[int, ...], Sequence[ObjectGroup]]
    sizes: Mapping[int, int]
    shared: Mapping[tuple[int, int], int]
    rows: Mapping[int, Mapping[tuple[int, ...], int]] = field(default_factory=dict)
    """Of each line the objects that fit the same of its rows."""


def meet_lines(lines: Sequence[PlannedLine], groups: Iterable[ObjectGroup]) -> Met:
    """Looks at each different range once."""
    known: dict[tuple[object, ...], tuple[tuple[int, tuple[int, ...]], ...]] = {}
    sets: dict[tuple[int, ...], list[ObjectGroup]] = {}
    sizes: Counter[int] = Counter()
    rows: dict[int, Counter[tuple[int, ...]]] = {number: Counter() for number in range(len(lines))}
    for group in groups:
        if group.range not in known:
            known[group.range] = tuple(_fitting(lines, group.values))
        fitting = known[group.range]
        if not fitting:
            continue
        sets.setdefault(tuple(number for number, _ in fitting), []).append(group)
        for number, of_rows in fitting:
            sizes[number] += group.number
            rows[number][of_rows] += group.number
    shared: Counter[tuple[int, int]] = Counter()
    for numbers, met in sets.items():
        objects = sum(group.number for group in met)
        for pair in combinations(numbers, 2):
            shared[pair] += objects
    return Met(sets, sizes, shared, rows)


def _fitting(lines: Sequence[PlannedLine], values: Values) -> Iterable[tuple[int, tuple[int, ...]]]:
    for number, line in enumerate(lines):
        of_rows = tuple(at for at, row in enumerate(line.rows) if fits(row.where, values))
        if of_rows:
            yield number, of_rows


def expected_visits(line: PlannedLine, of_rows: Mapping[tuple[int, ...], int]) -> int:
    """About how many visits a line means in the year: the number it was filed with, or what its shares come to. Who
    fits several rows is drawn once, at the highest share (`inspection.strata`)."""
    if line.about_count:
        return line.about_count * line.times
    drawn = 0
    for numbers, size in of_rows.items():
        share = max((Fraction(line.rows[one].ratio or "0") for one in numbers), default=Fraction(0))
        drawn += -(-(share * size).numerator // (share * size).denominator)
    return drawn * line.times


def gap_of(one: PlannedLine, other: PlannedLine) -> int:
    """Days between two windows; 0 where they touch or overlap."""
    return max((other.first_day - one.last_day).days, (one.first_day - other.last_day).days, 0)


@dataclass(frozen=True)
class Proposal:
    """Two lines of two departments that mean `shared` of the same objects within `gap` days: one visit would do."""

    one: PlannedLine
    other: PlannedLine
    shared: int
    gap: int


def near_pairs(lines: Sequence[PlannedLine], met: Met, neighbouring_days: int) -> list[Proposal]:
    """Every two lines that mean the same objects in neighbouring time, those with most objects in common first."""
    found = [
        Proposal(lines[one], lines[other], shared, gap_of(lines[one], lines[other]))
        for (one, other), shared in met.shared.items()
        if gap_of(lines[one], lines[other]) <= neighbouring_days
    ]
    return sorted(found, key=lambda one: (-one.shared, one.one.id, one.other.id))


@dataclass(frozen=True)
class Joint:
    """One line of two. It keeps the rows of both, each with its items: a firm that fits several is visited once, for
    the items of all."""

    lead: PlannedLine
    departments: tuple[str, ...]
    items: tuple[str, ...]
    rows: tuple[Row, ...]
    first_day: date
    last_day: date
    times: int


def joint_of(one: PlannedLine, other: PlannedLine, sizes: Mapping[str, int]) -> Joint:
    """The line with more objects leads (of equals the one with the lesser id); the window runs from the earlier first
    day to the later last one; the window is the office's to narrow. `sizes` are the objects of each line, by id."""
    lead, joined = sorted((one, other), key=lambda line: (-sizes[line.id], line.id))
    return Joint(
        lead=lead,
        departments=tuple(dict.fromkeys((*lead.departments, *joined.departments))),
        items=tuple(dict.fromkeys((*lead.items, *joined.items))),
        rows=(*_rows_of(lead, sizes[lead.id]), *_rows_of(joined, sizes[joined.id])),
        first_day=min(one.first_day, other.first_day),
        last_day=max(one.last_day, other.last_day),
        times=max(one.times, other.times),
    )


def _rows_of(line: PlannedLine, size: int) -> Iterable[Row]:
    """Each with its own items; a number becomes the share that it is, for rows with a number may share no object."""
    for row in line.rows:
        share = row.ratio if row.count is None else _share(row.count, size)
        yield Row(row.name, row.where, row.items or line.items, row.split, share)


def _share(count: int, size: int) -> str:
    if count >= size:
        return "1"
    scale = 10**_RATIO_DIGITS
    exact = f"{-(-count * scale // size) / scale:.{_RATIO_DIGITS}f}"
    return exact.rstrip("0").rstrip(".")
