"""What if: a scheme with other shares, reckoned through before it is announced; nothing is kept and nobody told."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from actions.pools import freeze
from actions.rehearsals import DryDraw, dry_draw
from actions.shares import share_findings, values_of
from draw.double_random import ObjectCandidate, Rehearsal, rehearse
from draw.rehearsal import DepartmentReport
from inspection.calendar.calendar import Calendar
from inspection.departments import EXPERTS
from inspection.refusals import Unacceptable
from inspection.strata import Row, Values, fits
from inspection.supervision.rules import CLASSES, ShareFinding
from storage import supervision
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.registers import Scheme

RUNS = 50
"""Enough for how the load is shared; a rehearsal of the real thing takes more."""
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]")
_DECIMAL = re.compile(r"[01](?:\.\d{1,6})?")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ClassOutlook:
    """Of one class: the objects that may be drawn, the visits, and what published results said so far: `inspected`
    objects, at `problems` of which something was found."""

    credit_class: str
    size: int
    visits: int
    inspected: int
    problems: int

    @property
    def found_rate(self) -> Fraction | None:
        return Fraction(self.problems, self.inspected) if self.inspected else None


@dataclass(frozen=True)
class DepartmentOutlook:
    """Of one department: officer-days wanted and there are in the window, and how the load is shared: the share of the
    seats that the busiest and the idlest officer would hold, on average over the runs."""

    department: str
    seats: int
    people: int
    days_wanted: Fraction
    days_there: int
    busiest: Fraction
    idlest: Fraction
    short: int

    @property
    def is_tight(self) -> bool:
        return self.days_wanted > self.days_there or self.short > 0


@dataclass(frozen=True)
class WhatIf:
    """All of it; `left_out`: objects that may not be drawn, by cause; `shares`: what stands outside the rules."""

    rehearsal: Rehearsal
    classes: tuple[ClassOutlook, ...]
    departments: tuple[DepartmentOutlook, ...]
    left_out: tuple[tuple[str, int], ...]
    shares: tuple[ShareFinding, ...]

    @property
    def visits(self) -> int:
        return sum(one.quota for one in self.rehearsal.strata)


def what_if(
    records: Records, scheme_id: str, ratios: Mapping[str, str], *, at: datetime, runs: int = RUNS
) -> WhatIf:
    """The scheme with these shares, by the name of a row or by class: `{"A": "2%", "加油站C、D级": "1"}`. Refuses what
    can't be drawn at all; a share above the rules is only said."""
    scheme = records.get(Scheme, scheme_id)
    objects = freeze(records, scheme).pools.objects if ratios else ()
    thought = Scheme(**{**scheme.model_dump(), "strata": _strata(scheme.strata, ratios, objects)})
    dry = dry_draw(records, thought, at=at)
    rehearsal = rehearse(dry.announcement, dry.frozen.pools, runs)
    return WhatIf(
        rehearsal=rehearsal,
        classes=tuple(_classes(dry, supervision.found_by_class(records))),
        departments=tuple(_departments(records, thought, rehearsal)),
        left_out=tuple((one.cause, one.number) for one in dry.frozen.left_out),
        shares=share_findings(records, thought, dry.announcement, dry.frozen.pools),
    )


def read_ratio(text: str) -> str:
    """`5%` or `0.05` as the exact decimal that a draw takes; refuses anything else."""
    words = text.strip()
    per_cent, decimal = _PER_CENT.fullmatch(words), _DECIMAL.fullmatch(words)
    share = Fraction(per_cent[1]) / 100 if per_cent else Fraction(words) if decimal else Fraction(0)
    if not 0 < share <= 1:
        raise Unacceptable("what_if_ratio", value=words[:40])
    return "1" if share == 1 else f"{float(share):.6f}".rstrip("0")


# --- Another scheme -------------------------------------------------------------------------------------------------


def _strata(
    stored: Sequence[Mapping[str, object]], ratios: Mapping[str, str], objects: Sequence[ObjectCandidate]
) -> list[dict[str, object]]:
    rows = [Row.from_json(one) for one in stored]
    asked = {name: read_ratio(share) for name, share in ratios.items()}
    met = [values_of(one) for one in {_profile(one): one for one in objects}.values()]
    used: set[str] = set()
    made = [part for row in rows for part in _parts(row, asked, met, used)]
    missing = next((name for name in asked if name not in used), None)
    if missing is not None:
        raise Unacceptable("what_if_nothing", value=missing[:40])
    return [_stored(row) for row in made]


def _profile(one: ObjectCandidate) -> tuple[object, ...]:
    return (one.credit_class, one.district, one.kind, *one.more.items())


def _parts(row: Row, asked: Mapping[str, str], met: Sequence[Values], used: set[str]) -> Iterable[Row]:
    """A row by its own name, or divided: each class that was asked for, and the rest as it was. What no object fits
    is left out; the name or class counts as `used` where there is something."""
    if row.name in asked and row.name not in CLASSES:
        used.add(row.name)
        yield Row(row.name, row.where, row.items, row.split, asked[row.name])
        return
    has = row.where.get("class", tuple(CLASSES))
    mine = [one for one in has if one in asked and any(fits(_of_class(row, one), values) for values in met)]
    used.update(mine)
    rest = _of_class(row, *(one for one in has if one not in mine)) if mine else row.where
    if not mine or any(fits(rest, values) for values in met):
        yield Row(row.name, rest, row.items, row.split, row.ratio, row.count)
    for one in mine:
        name = row.name if len(has) == 1 else f"{row.name} · {one}"
        yield Row(name, _of_class(row, one), row.items, row.split, asked[one])


def _of_class(row: Row, *classes: str) -> dict[str, tuple[str, ...]]:
    return {**row.where, "class": classes}


def _stored(row: Row) -> dict[str, object]:
    quota = {"count": row.count} if row.ratio is None else {"ratio": row.ratio}
    where = {name: list(values) for name, values in row.where.items()}
    return {"name": row.name, "where": where, "items": list(row.items), "split": list(row.split), **quota}


# --- What would come of it ------------------------------------------------------------------------------------------


def _classes(dry: DryDraw, found: Mapping[str, tuple[int, int]]) -> Iterable[ClassOutlook]:
    """Within a stratum each object has the same chance, so that the visits of a class are its part of the quota."""
    sizes = Counter(one.credit_class for one in dry.frozen.pools.objects)
    visits: dict[str, Fraction] = dict.fromkeys(sizes, Fraction(0))
    for stratum in dry.announcement.strata:
        met = Counter(
            one.credit_class
            for one in dry.frozen.pools.objects
            if all(set(one.values_of(name)) & set(values) for name, values in stratum.where.items())
        )
        for credit_class, size in met.items():
            visits[credit_class] += Fraction(stratum.quota * size, stratum.size)
    for one in sorted(sizes):
        inspected, problems = found.get(one, (0, 0))
        yield ClassOutlook(one, sizes[one], round(visits[one]), inspected, problems)


def _departments(records: Records, scheme: Scheme, rehearsal: Rehearsal) -> Iterable[DepartmentOutlook]:
    _version, rules = supervision.standing_supervision(records)
    per_day = rules.planning.visits_per_officer_day
    days = _working_days(scheme.first_day, scheme.last_day, calendar_of(records))
    for one in rehearsal.departments:
        if one.department == EXPERTS:
            continue
        busiest, idlest = _shares_of_load(one)
        yield DepartmentOutlook(
            department=one.department,
            seats=one.seats,
            people=one.people,
            days_wanted=Fraction(one.seats, per_day),
            days_there=one.people * days,
            busiest=busiest,
            idlest=idlest,
            short=one.short,
        )


def _shares_of_load(report: DepartmentReport) -> tuple[Fraction, Fraction]:
    """Most and least of the department's seats that one officer holds in a draw, from how many people held how many."""
    held = [seats for seats, people in report.seats_held if people]
    if not held or not report.seats:
        return Fraction(0), Fraction(0)
    return Fraction(max(held), report.seats), Fraction(min(held), report.seats)


def _working_days(first: date, last: date, calendar: Calendar) -> int:
    return sum(calendar.is_working_day(first + number * _A_DAY) for number in range((last - first).days + 1))
