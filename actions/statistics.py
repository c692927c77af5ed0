"""The figures of a year, a month, a department, a county: who may see which, and all of them counted at one moment."""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from actions.case_files import reads_all, reads_level
from actions.rights import require
from inspection import statistics as formulas
from inspection.departments import PREFECTURE, is_within, level_of
from inspection.rights import Deed
from inspection.roles import Role
from inspection.statistics import Statistics, VisitGroup, Wanted, figures_by, schemes_that_fit, seat_figures
from storage import statistics as counted
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.registers import Person


def read_statistics(records: Records, wanted: Wanted, *, by: Person) -> Statistics:
    """The joint office and auditors see everything; heads, operators and liaisons their own department, whatever they
    ask for; a county's people what was done in the county, and of seats nothing. Refuses everybody else."""
    wanted = allowed(wanted, by)
    if not is_within(PREFECTURE, by.district):
        return count(records, wanted, with_officers=False, with_seats=False)
    sees_grounds = reads_all(by) or Role.HEAD in by.roles
    return count(records, wanted, with_officers=True, with_grounds=sees_grounds)


def read_public_extract(records: Records, wanted: Wanted) -> Statistics:
    """Totals that anybody may read: no officer, no ground, no department's seats."""
    return count(records, replace(wanted, department="", origin=""), with_officers=False)


def allowed(wanted: Wanted, reader: Person) -> Wanted:
    """The wish as far as this reader may have it."""
    if reads_all(reader):
        return wanted
    require(Deed.READ_STATISTICS, reader, of=reader.department, in_=reader.district)
    if not is_within(PREFECTURE, reader.district):
        wanted = replace(wanted, district=level_of(reader.district))
    return wanted if reads_level(reader) else replace(wanted, department=reader.department)


def count(
    records: Records,
    wanted: Wanted,
    *,
    with_officers: bool,
    with_grounds: bool = False,
    with_seats: bool = True,
) -> Statistics:
    """A dozen statements, whatever the number of visits. District and origin narrow down visits; what is told of seats
    is narrowed down by span and department only, for a seat is a person's matter and not a place's."""
    span = wanted.span()
    facts = schemes_that_fit(counted.schemes(records), wanted)
    visits = [
        one
        for one in counted.visits(records, span)
        if one.scheme in facts and (not wanted.district or one.district == wanted.district)
    ]
    findings = [
        one
        for one in counted.findings(records, span)
        if one.scheme in facts and (not wanted.district or one.district == wanted.district)
    ]
    matters = [
        one
        for one in counted.matters(records, span)
        if one.scheme in facts and (not wanted.district or one.district == wanted.district)
    ]
    seats = [
        one
        for one in counted.seats(records, span)
        if with_seats and (not wanted.department or one.department == wanted.department)
    ]
    minutes = counted.answer_minutes(records, span)
    under_way = counted.schemes_under_way(records, span) & facts.keys()
    items = formulas.items(findings)
    officers = sorted({one.person for one in seats}) if with_officers else []
    names = counted.item_titles(records, [one.item for one in items])

    def departments_of(one: VisitGroup) -> tuple[str, ...]:
        return facts[one.scheme].departments

    return Statistics(
        wanted=wanted,
        whole=formulas.figures(visits),
        median_days=_median_days(records, wanted, facts.keys()),
        schemes=len(under_way),
        joint_schemes=sum(len(facts[one].departments) > 1 for one in under_way),
        departments=tuple(
            one
            for one in figures_by(visits, departments_of)
            if not wanted.department or one.key == wanted.department
        ),
        districts=figures_by(visits, lambda one: (one.district,)),
        months=figures_by(visits, lambda one: (one.month,)),
        classes=figures_by(visits, lambda one: (one.credit_class,)),
        origins=figures_by(visits, lambda one: (facts[one.scheme].origin.value,)),
        items=items,
        categories=formulas.categories(findings),
        follow_ups=formulas.follow_ups(findings),
        matters=formulas.matters(matters),
        seats=seat_figures(seats, minutes=_all_minutes(minutes, {one.department for one in seats})),
        seats_by_department=tuple(
            seat_figures(
                [one for one in seats if one.department == department],
                department,
                minutes.get(department, {}),
            )
            for department in sorted({one.department for one in seats})
        ),
        grounds=counted.grounds(records, span, wanted.department) if with_grounds else {},
        redraw_rounds=counted.redraw_rounds(records, span, facts.keys()),
        repeats=counted.repeats(records, span, facts.keys(), wanted.district),
        officers=_by_officer(seats) if with_officers else (),
        names=names | counted.person_names(records, officers),
    )


def _by_officer(seats: list[formulas.SeatGroup]) -> tuple[formulas.SeatFigures, ...]:
    """Those with the most seats first."""
    found: dict[str, list[formulas.SeatGroup]] = {}
    for one in seats:
        found.setdefault(one.person, []).append(one)
    lines = (seat_figures(groups, person) for person, groups in found.items())
    return tuple(sorted(lines, key=lambda one: (-one.served, -one.asked, one.key)))


def _median_days(records: Records, wanted: Wanted, scheme_ids: Collection[str]) -> Fraction | None:
    calendar, days = calendar_of(records), dict[int, int]()
    found = counted.days_to_publicity(records, wanted.span(), scheme_ids, wanted.district)
    for (ended, published), number in found.items():
        value = calendar.working_days_from(ended, published)
        days[value] = days.get(value, 0) + number
    return formulas.median(days)


def _all_minutes(by_department: dict[str, dict[int, int]], departments: set[str]) -> dict[int, int]:
    whole: dict[int, int] = {}
    for department in departments:
        for value, number in by_department.get(department, {}).items():
            whole[value] = whole.get(value, 0) + number
    return whole
