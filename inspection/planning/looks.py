"""What a year's plan is looked through for before it is published: caps that it would break, and clashes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inspection.calendar.calendar import Calendar
from inspection.certificates import is_certified_through
from inspection.frequency import visits_in_year
from inspection.planning.lines import Met, ObjectGroup, PlannedLine, Proposal, expected_visits
from inspection.strata import fits
from inspection.supervision.rules import PlanningRule, SupervisionRules, kind_of_items, lowest_cap

PREFECTURE = "652700"
"""Its own officers go into every county."""


@dataclass(frozen=True)
class CapLook:
    """Of the objects that lines of one authority mean: how many would be over their yearly cap if every line drew them
    (`possible`), and how many are so in any case, since lines take all objects of their range (`certain`)."""

    department: str
    possible: int
    certain: int


def look_at_caps(
    year: int, lines: Sequence[PlannedLine], met: Met, rules: SupervisionRules, kinds: Mapping[str, str]
) -> list[CapLook]:
    """By authority; those without a single object over its cap are left out."""
    possible: Counter[str] = Counter()
    certain: Counter[str] = Counter()
    for numbers, groups in met.sets.items():
        meant = [lines[number] for number in numbers]
        for department in dict.fromkeys(one for line in meant for one in line.departments):
            own_lines = [line for line in meant if department in line.departments]
            kind = kind_of_items(kinds, [item for line in own_lines for item in line.items])
            for group in groups:
                cap = lowest_cap(rules.of_class(kind, group.credit_class), group.yearly_cap)
                before = visits_in_year(year, department, group.listed, group.own)
                if before + sum(line.times for line in own_lines) > cap:
                    possible[department] += group.number
                if before + sum(line.times for line in own_lines if takes_all(line, group)) > cap:
                    certain[department] += group.number
    return [CapLook(one, possible[one], certain[one]) for one in sorted(possible)]


def takes_all(line: PlannedLine, group: ObjectGroup) -> bool:
    """Whether an object of this group is drawn in any case."""
    return any(row.ratio == "1" and fits(row.where, group.values) for row in line.rows)


# --- Clashes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """One thing that stands against the plan as it is; `code` names its sentence, `facts` fill it."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedItem:
    """Of an item on the list what a plan asks."""

    department: str
    is_active: bool
    qualification: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Of a certified officer what a plan asks."""

    department: str
    district: str
    certificate_expires: date
    qualifications: tuple[str, ...]
    may_lead: bool


def look_for_clashes(
    year: int,
    lines: Sequence[PlannedLine],
    met: Met,
    *,
    near: Iterable[Proposal],
    items: Mapping[str, ListedItem],
    officers: Iterable[Officer],
    rule: PlanningRule,
    calendar: Calendar,
) -> list[Clash]:
    """Every clash; `near` are pairs that nobody is going to join any more."""
    by_department: dict[str, list[Officer]] = defaultdict(list)
    for officer in officers:
        by_department[officer.department].append(officer)
    found = [
        clash
        for number, line in enumerate(lines)
        for clash in (
            *_window(year, line),
            *_items(line, items),
            *_range(line, met.sizes.get(number, 0)),
            *_people(line, by_department, items, rule),
        )
    ]
    found += [_too_near(pair) for pair in near]
    return [*found, *_months(year, lines, met, by_department, rule, calendar)]


def _window(year: int, line: PlannedLine) -> Iterable[Clash]:
    if line.first_day.year != year or line.last_day.year != year:
        yield Clash("outside_year", {"name": line.name, "first": line.first_day, "last": line.last_day})


def _items(line: PlannedLine, items: Mapping[str, ListedItem]) -> Iterable[Clash]:
    for id in line.items:
        item = items.get(id)
        if item is None or not item.is_active:
            yield Clash("unknown_item", {"name": line.name, "item": id})
        elif item.department not in line.departments:
            yield Clash("foreign_item", {"name": line.name, "item": id, "department": item.department})


def _range(line: PlannedLine, size: int) -> Iterable[Clash]:
    if size == 0:
        yield Clash("empty_range", {"name": line.name})
    elif line.about_count > size:
        yield Clash("count_above_range", {"name": line.name, "wanted": line.about_count, "size": size})


def _people(
    line: PlannedLine,
    officers: Mapping[str, Sequence[Officer]],
    items: Mapping[str, ListedItem],
    rule: PlanningRule,
) -> Iterable[Clash]:
    for department in line.departments:
        able = [one for one in officers.get(department, ()) if _may_go(one, line)]
        facts = {"name": line.name, "department": department, "people": len(able)}
        if len(able) < rule.officers_per_department:
            yield Clash("too_few_officers", {**facts, "wanted": rule.officers_per_department})
        elif department == line.department and not any(one.may_lead for one in able):
            yield Clash("nobody_leads", facts)
        for wanted in _qualifications(line, department, items):
            held = sum(wanted in one.qualifications for one in able)
            if held < rule.officers_per_department:
                more = {"wanted": rule.officers_per_department, "qualification": wanted, "people": held}
                yield Clash("unqualified", {**facts, **more})


def _qualifications(line: PlannedLine, department: str, items: Mapping[str, ListedItem]) -> list[str]:
    asked = [items[id] for id in line.items if id in items]
    return sorted({one.qualification for one in asked if one.department == department and one.qualification})


def _may_go(officer: Officer, line: PlannedLine) -> bool:
    is_near = not line.districts or officer.district in {*line.districts, PREFECTURE}
    return is_near and is_certified_through(officer.certificate_expires, line.last_day)


def _too_near(pair: Proposal) -> Clash:
    facts = {"name": pair.one.name, "other": pair.other.name, "shared": pair.shared, "gap": pair.gap}
    return Clash("too_near", facts)


def _months(
    year: int,
    lines: Sequence[PlannedLine],
    met: Met,
    officers: Mapping[str, Sequence[Officer]],
    rule: PlanningRule,
    calendar: Calendar,
) -> Iterable[Clash]:
    """In which month a department would need more officers than it has: the visits of a line are spread evenly over
    the working days of its window."""
    wanted: Counter[tuple[str, int]] = Counter()
    days_of = {
        month: _working_days(date(year, month, 1), _last_of(year, month), calendar) for month in range(1, 13)
    }
    for number, line in enumerate(lines):
        visits = expected_visits(line, met.rows.get(number, {}))
        for month, share in _spread(year, visits, line, calendar):
            for department in line.departments:
                wanted[department, month] += share * rule.officers_per_department
    for (department, month), needed in sorted(wanted.items()):
        last = _last_of(year, month)
        people = sum(
            is_certified_through(one.certificate_expires, last) for one in officers.get(department, ())
        )
        possible = people * days_of[month] * rule.visits_per_officer_day
        if people >= rule.officers_per_department and needed > possible:
            facts = {"department": department, "month": month, "wanted": needed, "possible": possible}
            yield Clash("month_too_full", {**facts, "people": people})


def _spread(year: int, visits: int, line: PlannedLine, calendar: Calendar) -> Iterable[tuple[int, int]]:
    by_month: Counter[int] = Counter()
    first, last = max(line.first_day, date(year, 1, 1)), min(line.last_day, date(year, 12, 31))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        by_month[day.month] += calendar.is_working_day(day)
    total = by_month.total()
    for month, days in by_month.items():
        yield month, -(-visits * days // total) if total else 0


def _working_days(first: date, last: date, calendar: Calendar) -> int:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
