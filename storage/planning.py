"""Years' plans in the making and as published; and the registers as a plan sees them: in groups, never one by one."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Select, func, select
from sqlmodel import col

from inspection.departments import DEPARTMENTS
from inspection.frequency import ListedVisits, OwnVisit
from inspection.planning.lines import ObjectGroup
from inspection.planning.looks import ListedItem, Officer
from inspection.states import PlanFilingState, PlanLineState, PlanYearState
from storage import draws
from storage.store import Records
from storage.tables.planning import PlanDeclined, PlanFiling, PlanLine, PlanVersion, PlanYear
from storage.tables.registers import InspectionItem, Inspector, Person, Plan, RegisteredObject

_CHUNK = 500


def years(records: Records) -> list[PlanYear]:
    """Every year whose planning was opened, the newest first."""
    return list(records.session.execute(select(PlanYear).order_by(col(PlanYear.year).desc())).scalars())


def public_years(records: Records) -> list[int]:
    """Every year with a published line, the newest first."""
    rows = select(col(Plan.year)).distinct().order_by(col(Plan.year).desc())
    return list(records.session.execute(rows).scalars())


def filings(records: Records, year: int) -> list[PlanFiling]:
    """What the departments file for a year, by department."""
    rows = select(PlanFiling).where(col(PlanFiling.year) == year).order_by(col(PlanFiling.department))
    return list(records.session.execute(rows).scalars())


def awaited_filings(records: Records, department: str) -> list[PlanFiling]:
    """What a department has still to file for the years in the making, the earliest first."""
    rows = (
        select(PlanFiling)
        .join(PlanYear, col(PlanYear.year) == col(PlanFiling.year))
        .where(
            col(PlanYear.state) == PlanYearState.OPENED,
            col(PlanFiling.department) == department,
            col(PlanFiling.state).in_([PlanFilingState.DRAFT, PlanFilingState.RETURNED]),
        )
        .order_by(col(PlanFiling.year))
    )
    return list(records.session.execute(rows).scalars())


def lines(
    records: Records, year: int, states: Collection[PlanLineState], department: str | None = None
) -> list[PlanLine]:
    """The lines of a year in one of these states, by id; of one department, or with None of all."""
    rows = select(PlanLine).where(col(PlanLine.year) == year, col(PlanLine.state).in_(states))
    if department is not None:
        rows = rows.where(col(PlanLine.department) == department)
    found = records.session.execute(rows).scalars()
    return sorted(found, key=lambda one: (one.department, number_of(one.id)))


def next_line_id(records: Records, year: int, department: str) -> str:
    """Numbers are never used twice, those of dropped lines neither."""
    rows = select(col(PlanLine.id)).where(col(PlanLine.year) == year, col(PlanLine.department) == department)
    used = [number_of(id) for id in records.session.execute(rows).scalars()]
    return f"{year}-{department}-{max(used, default=0) + 1}"


def number_of(line_id: str) -> int:
    return int(line_id.rpartition("-")[2])


def declined(records: Records, ids: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of these lines that shall not be joined."""
    rows = select(col(PlanDeclined.one), col(PlanDeclined.other)).where(col(PlanDeclined.one).in_(ids))
    return {(one, other) for one, other in records.session.execute(rows)}


def joint_of(records: Records, line: PlanLine) -> PlanLine | None:
    """The joint line that this one is part of."""
    rows = select(PlanLine).where(
        col(PlanLine.year) == line.year, col(PlanLine.state) != PlanLineState.DROPPED
    )
    found = records.session.execute(rows).scalars()
    return next((one for one in found if line.id in one.parts), None)


def line_of_plan(records: Records, plan_id: str) -> PlanLine | None:
    """What a published line was made of, where it was made here."""
    return records.session.execute(select(PlanLine).where(col(PlanLine.plan_id) == plan_id)).scalars().first()


def published(records: Records, year: int) -> list[tuple[Plan, PlanLine | None]]:
    """The published plan of a year by id, withdrawn lines too; a loaded line has nothing behind it."""
    rows = (
        select(Plan, PlanLine)
        .outerjoin(PlanLine, col(PlanLine.plan_id) == col(Plan.id))
        .where(col(Plan.year) == year)
        .order_by(col(Plan.id))
    )
    return [(plan, line) for plan, line in records.session.execute(rows)]


def plan_ids(records: Records, year: int) -> list[str]:
    return list(records.session.execute(select(col(Plan.id)).where(col(Plan.year) == year)).scalars())


def versions(records: Records, year: int) -> list[PlanVersion]:
    """What happened to the published lines of a year, the newest first."""
    rows = (
        select(PlanVersion)
        .where(col(PlanVersion.year) == year)
        .order_by(col(PlanVersion.at).desc(), col(PlanVersion.plan_id), col(PlanVersion.version).desc())
    )
    return list(records.session.execute(rows).scalars())


def newest_version(records: Records, plan_id: str) -> int:
    """0 where a line was never published here nor changed."""
    rows = select(func.max(col(PlanVersion.version))).where(col(PlanVersion.plan_id) == plan_id)
    return records.session.execute(rows).scalar_one() or 0


def amended_plans(records: Records) -> list[Plan]:
    """The published lines that a list must not write over: they were published or changed here."""
    known = select(col(PlanVersion.plan_id)).distinct()
    return list(records.session.execute(select(Plan).where(col(Plan.id).in_(known))).scalars())


# --- The registers as a plan sees them -------------------------------------------------------------------------------


def departments_at_work(records: Records) -> list[str]:
    """The departments that have somebody here, in the order of the notice."""
    rows = select(col(Person.department)).where(col(Person.is_active)).distinct()
    found = set(records.session.execute(rows).scalars())
    return [one for one in DEPARTMENTS if one in found]


def items(records: Records) -> dict[str, ListedItem]:
    """The whole list of items as a plan sees it."""
    rows = select(
        col(InspectionItem.id),
        col(InspectionItem.department),
        col(InspectionItem.is_active),
        col(InspectionItem.qualification),
    )
    return {
        id: ListedItem(department, is_active, qualification or "")
        for id, department, is_active, qualification in records.session.execute(rows)
    }


def item_titles(records: Records, ids: Collection[str] | None = None) -> dict[str, str]:
    """The titles of these items, or of all that are in force."""
    rows = select(col(InspectionItem.id), col(InspectionItem.title)).order_by(col(InspectionItem.id))
    wanted = col(InspectionItem.is_active) if ids is None else col(InspectionItem.id).in_(ids)
    return dict(_pairs(records, rows.where(wanted)))


def special_lists(records: Records) -> list[str]:
    """The names of all special lists that occur in the register."""
    rows = select(RegisteredObject.special_lists).where(col(RegisteredObject.is_active)).distinct()  # type: ignore[call-overload]
    return sorted({name for (names,) in records.session.execute(rows) for name in names})


def classes_of(records: Records, ids: Iterable[str]) -> dict[str, str]:
    """The credit class of these objects, by the list."""
    found: dict[str, str] = {}
    for chunk in _chunks(ids):
        rows = select(col(RegisteredObject.id), col(RegisteredObject.credit_class)).where(
            col(RegisteredObject.id).in_(chunk)
        )
        found |= dict(_pairs(records, rows))
    return found


def officers(records: Records) -> list[Officer]:
    """Every active officer as a plan sees one."""
    rows = (
        select(
            col(Inspector.department),
            col(Inspector.district),
            col(Inspector.certificate_expires),
            col(Inspector.qualifications),
            col(Inspector.may_lead),
        )
        .join(Person, col(Person.id) == col(Inspector.id))
        .where(col(Inspector.is_active), col(Person.is_active))
    )
    return [
        Officer(department, district, expires, tuple(qualifications), may_lead)
        for department, district, expires, qualifications, may_lead in records.session.execute(rows)
    ]


_RANGE = (
    RegisteredObject.credit_class,
    RegisteredObject.district,
    RegisteredObject.kind,
    RegisteredObject.industry,
    RegisteredObject.special_lists,
)
_CAP = (
    RegisteredObject.yearly_cap,
    RegisteredObject.visits_this_year,
    RegisteredObject.visits_by_department,
    RegisteredObject.visits_counted_on,
)


def object_groups(records: Records, year: int, special: Mapping[str, tuple[str, str]]) -> list[ObjectGroup]:
    """Every active, open object of the register, those that are alike as one group, counted by the database.

    `special` gives for objects of which more is known their effective class and risk level; they, and those with visits
    of ours in the year, are groups of one.
    """
    own = draws.own_visits(records, between=(date(year, 1, 1), date(year, 12, 31)))
    alone = {*special, *own}
    query = (
        select(*_RANGE, *_CAP, func.count())  # type: ignore[call-overload]
        .where(col(RegisteredObject.is_active), col(RegisteredObject.status) == "open")
        .group_by(*_RANGE, *_CAP)
    )
    groups: Counter[tuple[object, ...]] = Counter()
    for *values, number in records.session.execute(query):
        groups[_key(values)] += number
    singles: list[ObjectGroup] = []
    for id, key in _keys_of(records, alone):
        groups[key] -= 1
        credit_class, risk = special.get(id, (key[0], ""))
        singles.append(_group((credit_class, *key[1:]), 1, risk=str(risk), own=tuple(own.get(id, ()))))
    return [*(_group(key, number) for key, number in groups.items() if number), *singles]


def _keys_of(records: Records, ids: Iterable[str]) -> Iterable[tuple[str, tuple[object, ...]]]:
    for chunk in _chunks(ids):
        rows = select(RegisteredObject.id, *_RANGE, *_CAP).where(  # type: ignore[call-overload]
            col(RegisteredObject.id).in_(chunk),
            col(RegisteredObject.is_active),
            col(RegisteredObject.status) == "open",
        )
        for id, *values in records.session.execute(rows):
            yield id, _key(values)


def _key(values: Iterable[object]) -> tuple[object, ...]:
    """What a database gives, in a form that can be told apart."""
    credit_class, district, kind, industry, names, cap, in_all, by_department, counted_on = values
    assert isinstance(names, list)
    assert isinstance(by_department, dict)
    listed = tuple(sorted(by_department.items()))
    return (credit_class, district, kind, industry, tuple(names), cap, in_all, listed, counted_on)


def _group(
    key: tuple[object, ...], number: int, *, risk: str = "", own: tuple[OwnVisit, ...] = ()
) -> ObjectGroup:
    credit_class, district, kind, industry, names, cap, in_all, listed, counted_on = key
    assert isinstance(names, tuple)
    assert isinstance(listed, tuple)
    assert isinstance(cap, int)
    assert isinstance(in_all, int)
    assert counted_on is None or isinstance(counted_on, date)
    visits = ListedVisits(in_all=in_all, by_department=dict(listed), counted_on=counted_on)
    return ObjectGroup(
        str(credit_class), str(district), str(kind), str(industry), names, risk, cap, visits, number, own
    )


def _pairs(records: Records, rows: Select[str, str]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in records.session.execute(rows)]


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
