"""The figures of the trade as pure functions of counted groups.

Sources: the columns and rates of a provincial platform (抽查完成率 = 已公示 / 抽查户数, seen by department
已公示 / 应检查数; 完结率 = 完结数 / 已公示; 录入中 = entered and waiting for review or sent back), and the notice,
which makes the work part of the assessment of departments (博州政办发〔2019〕33号, 三㈠). What names no formula of
theirs is our own addition.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from inspection.archives import PROBLEMS


class Entry(StrEnum):
    """How far the result of a visit is on its way to the public, in the columns of the platforms."""

    WAITING = "waiting"
    """待录入: not visited yet, or the result is not submitted."""
    IN_ENTRY = "in_entry"
    """录入中: submitted and waiting for review, or returned."""
    PUBLISHED = "published"
    """已公示."""


class Origin(StrEnum):
    """任务来源. What a scheme came from."""

    PLAN = "plan"
    TEMPORARY = "temporary"
    """临时任务: a scheme that no plan names."""
    SPECIAL = "special"
    """专项检查."""
    CASE = "case"
    """个案检查."""
    FULL_COVERAGE = "full_coverage"
    """特殊重点领域全覆盖检查."""


@dataclass(frozen=True)
class Wanted:
    """What is counted: draws of this year and month of Beijing (what was not drawn here: when it was taken in), visits
    that this department takes part in, in this district, of this origin. An empty field asks nothing."""

    year: int | None = None
    month: int | None = None
    department: str = ""
    district: str = ""
    origin: str = ""

    def span(self) -> tuple[date, date] | None:
        """The first day and the first day after; None where nothing is asked."""
        if self.year is None:
            return None
        if self.month is None:
            return date(self.year, 1, 1), date(self.year + 1, 1, 1)
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return date(self.year, self.month, 1), after


@dataclass(frozen=True, slots=True)
class VisitGroup:
    """So many visits that are alike in all of these. `month` is that of the draw, or in which it was taken in, such as
    `2026-11`; `is_on_time` is None before the result is public. Visits that were replaced or called off are in none."""

    scheme: str
    month: str
    district: str
    credit_class: str
    entry: Entry
    is_on_time: bool | None
    has_problem: bool
    is_finished: bool
    """Public, and no follow-up, transfer or crime of it is open."""
    number: int


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """So many findings of published results that are alike in all of these."""

    scheme: str
    district: str
    item: str
    category: str
    follow_ups: tuple[str, ...]
    number: int


TRANSFER, OBJECTION = "transfer", "objection"
"""Kinds of matters beside those of `inspection.follow_ups.FollowUpKind`."""


@dataclass(frozen=True, slots=True)
class MatterGroup:
    """So many matters of one kind that followed from visits."""

    scheme: str
    district: str
    kind: str
    is_open: bool
    number: int


@dataclass(frozen=True, slots=True)
class SeatGroup:
    """So many times a person of this department was drawn or named for a seat, with what became of it (a state of
    `AssignmentState`)."""

    person: str
    department: str
    state: str
    was_answered: bool
    is_redraw: bool
    number: int


@dataclass(frozen=True)
class SchemeFacts:
    """Of a scheme what counting asks."""

    id: str
    departments: tuple[str, ...]
    origin: Origin


def rate(part: int, whole: int) -> Fraction | None:
    """None where there is nothing to have a share of."""
    return Fraction(part, whole) if whole else None


def median(histogram: Mapping[int, int]) -> Fraction | None:
    """The median of values counted by value; between the two middle ones of an even number. None of none."""
    total = sum(histogram.values())
    if not total:
        return None
    low, high = _at(histogram, (total - 1) // 2), _at(histogram, total // 2)
    return Fraction(low + high, 2)


def _at(histogram: Mapping[int, int], place: int) -> int:
    passed = 0
    for value in sorted(histogram):
        passed += histogram[value]
        if place < passed:
            return value
    raise IndexError(place)


@dataclass(frozen=True)
class VisitFigures:
    """One line of the tables of visits: of a department, a district, a month, a class, or of all."""

    key: str
    objects: int = 0
    """抽查户数, of a department 应检查数."""
    waiting: int = 0
    in_entry: int = 0
    published: int = 0
    on_time: int = 0
    problems: int = 0
    finished: int = 0

    @property
    def completion(self) -> Fraction | None:
        """抽查完成率 = 已公示 / 抽查户数."""
        return rate(self.published, self.objects)

    @property
    def closing(self) -> Fraction | None:
        """完结率 = 完结数 / 已公示."""
        return rate(self.finished, self.published)

    @property
    def punctuality(self) -> Fraction | None:
        """按期公示率: published within the 20 working days / published."""
        return rate(self.on_time, self.published)

    @property
    def problem_rate(self) -> Fraction | None:
        """问题发现率: visits with a problem or a transfer / published."""
        return rate(self.problems, self.published)


def figures(groups: Iterable[VisitGroup], key: str = "") -> VisitFigures:
    """All these visits in one line."""
    groups = list(groups)

    def counted(which: Callable[[VisitGroup], object]) -> int:
        return sum(one.number for one in groups if which(one))

    return VisitFigures(
        key=key,
        objects=counted(lambda one: True),
        waiting=counted(lambda one: one.entry is Entry.WAITING),
        in_entry=counted(lambda one: one.entry is Entry.IN_ENTRY),
        published=counted(lambda one: one.entry is Entry.PUBLISHED),
        on_time=counted(lambda one: one.is_on_time),
        problems=counted(lambda one: one.has_problem and one.entry is Entry.PUBLISHED),
        finished=counted(lambda one: one.is_finished),
    )


def figures_by(
    groups: Iterable[VisitGroup], keys_of: Callable[[VisitGroup], Iterable[str]]
) -> tuple[VisitFigures, ...]:
    """One line for each key, in the order of the keys; a visit counts under each of its own."""
    found: dict[str, list[VisitGroup]] = {}
    for one in groups:
        for key in keys_of(one):
            found.setdefault(key, []).append(one)
    return tuple(figures(found[key], key) for key in sorted(found))


@dataclass(frozen=True)
class SeatFigures:
    """How those who were drawn answered; of a department or of one person."""

    key: str
    asked: int = 0
    """People drawn for seats; one who was drawn for three counts three times."""
    answered: int = 0
    """Those who said something before the time was over."""
    recused: int = 0
    unavailable: int = 0
    lapsed: int = 0
    sent_back: int = 0
    ordered_off: int = 0
    served: int = 0
    """Seats held to the end, or now."""
    redrawn: int = 0
    """Drawn in a round after the first, for a seat that somebody had left."""
    median_minutes: Fraction | None = None

    @property
    def reply_rate(self) -> Fraction | None:
        return rate(self.answered, self.asked)

    @property
    def recusal_rate(self) -> Fraction | None:
        return rate(self.recused, self.asked)

    @property
    def unavailability_rate(self) -> Fraction | None:
        return rate(self.unavailable, self.asked)

    @property
    def lapse_rate(self) -> Fraction | None:
        return rate(self.lapsed, self.asked)

    @property
    def left(self) -> int:
        """Seats left for whatever cause but the visit's own end."""
        return self.recused + self.unavailable + self.lapsed + self.sent_back + self.ordered_off


LEFT = ("recused", "unavailable", "lapsed", "sent_back", "ordered_off")
"""The states in which somebody has left a seat; a `released` one was left by the visit."""
SERVED = ("confirmed", "completed")


def seat_figures(
    groups: Iterable[SeatGroup], key: str = "", minutes: Mapping[int, int] = MappingProxyType({})
) -> SeatFigures:
    """`minutes` counts answers by how long each took."""
    groups = list(groups)
    states = Counter[str]()
    for one in groups:
        states[one.state] += one.number
    return SeatFigures(
        key=key,
        asked=sum(states.values()),
        answered=sum(one.number for one in groups if one.was_answered),
        **{state: states[state] for state in LEFT},
        served=sum(states[state] for state in SERVED),
        redrawn=sum(one.number for one in groups if one.is_redraw),
        median_minutes=median(minutes),
    )


@dataclass(frozen=True)
class ItemFigures:
    """Findings of one item in published results."""

    item: str
    findings: int
    problems: int

    @property
    def problem_rate(self) -> Fraction | None:
        return rate(self.problems, self.findings)


def items(groups: Iterable[FindingGroup]) -> tuple[ItemFigures, ...]:
    """By item id."""
    all_, wrong = Counter[str](), Counter[str]()
    for one in groups:
        all_[one.item] += one.number
        if one.category in PROBLEMS:
            wrong[one.item] += one.number
    return tuple(ItemFigures(item, all_[item], wrong[item]) for item in sorted(all_))


def categories(groups: Iterable[FindingGroup]) -> dict[str, int]:
    """Findings by national category."""
    counted = Counter[str]()
    for one in groups:
        counted[one.category] += one.number
    return dict(counted)


def follow_ups(groups: Iterable[FindingGroup]) -> dict[str, int]:
    """Findings by what follows; one with several counts under each."""
    counted = Counter[str]()
    for one in groups:
        for what in one.follow_ups:
            counted[what] += one.number
    return dict(counted)


@dataclass(frozen=True)
class MatterFigures:
    """What followed from visits, of one kind."""

    kind: str
    number: int
    open: int

    @property
    def closing(self) -> Fraction | None:
        """办结率: those that are not open any more."""
        return rate(self.number - self.open, self.number)


def matters(groups: Iterable[MatterGroup]) -> tuple[MatterFigures, ...]:
    """By kind."""
    all_, still_open = Counter[str](), Counter[str]()
    for one in groups:
        all_[one.kind] += one.number
        still_open[one.kind] += one.number if one.is_open else 0
    return tuple(MatterFigures(kind, all_[kind], still_open[kind]) for kind in sorted(all_))


@dataclass(frozen=True)
class Statistics:
    """Everything that the pages and the workbook show, counted at one moment by one wish."""

    wanted: Wanted
    whole: VisitFigures
    median_days: Fraction | None
    """Working days from the end of a visit to its publicity."""
    schemes: int
    """With a draw in the span, or with something taken in."""
    joint_schemes: int
    departments: tuple[VisitFigures, ...]
    districts: tuple[VisitFigures, ...]
    months: tuple[VisitFigures, ...]
    classes: tuple[VisitFigures, ...]
    origins: tuple[VisitFigures, ...]
    items: tuple[ItemFigures, ...]
    categories: Mapping[str, int]
    follow_ups: Mapping[str, int]
    matters: tuple[MatterFigures, ...]
    seats: SeatFigures
    seats_by_department: tuple[SeatFigures, ...]
    grounds: Mapping[tuple[str, str], int]
    """Granted requests by kind and ground; empty where the reader may not see them."""
    redraw_rounds: int
    repeats: Mapping[int, int]
    """How many firms were visited so many times in the span."""
    officers: tuple[SeatFigures, ...] = ()
    """By person; empty in a public extract."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of officers and items, by id."""

    @property
    def joint_share(self) -> Fraction | None:
        """部门联合任务占比."""
        return rate(self.joint_schemes, self.schemes)


def schemes_that_fit(facts: Sequence[SchemeFacts], wanted: Wanted) -> dict[str, SchemeFacts]:
    """Of this department, as lead or joining, and of this origin."""
    return {
        one.id: one
        for one in facts
        if (not wanted.department or wanted.department in one.departments)
        and (not wanted.origin or wanted.origin == one.origin.value)
    }
