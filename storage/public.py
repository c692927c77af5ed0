"""What anybody may read: items, plans, schemes, draws, versions of results. No query here touches a person. Lists of
results are in `storage.publicity`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import col

from inspection.calendar.beijing import beijing_day
from inspection.frequency import OwnVisit
from inspection.states import NO_VISITS, InspectionState, SchemeState
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection, Publication, Seat, Selection
from storage.tables.publicity import PublishedResult
from storage.tables.registers import InspectionItem, Plan, RegisteredObject, Scheme

_AT_A_TIME = 200


@dataclass(frozen=True)
class DrawnObject:
    """One line of the drawn list."""

    inspection_id: str
    name: str
    credit_code: str
    district: str
    stratum: str
    is_published: bool
    status: str = ""
    """What became of an object that was not visited: `closed`, `revoked`, `cancelled`, `moved`, `moved_within` the
    prefecture (then `moved_to` is where) or `called_off`. It says nothing of what anybody did."""
    moved_to: str = ""


def first_published(records: Records, inspection_ids: Collection[str]) -> dict[str, datetime]:
    """When the first version of each of these results came out: that kept the time, whatever corrected it later."""
    rows = select(col(Publication.inspection_id), col(Publication.published_at)).where(
        col(Publication.inspection_id).in_(inspection_ids), col(Publication.version) == 1
    )
    return dict(records.session.execute(rows).all())


def versions(records: Records, inspection_id: str) -> list[Publication]:
    """Every published version of one result, newest first."""
    rows = (
        select(Publication)
        .where(col(Publication.inspection_id) == inspection_id)
        .order_by(col(Publication.version).desc())
    )
    return list(records.session.execute(rows).scalars())


def drawn_objects(records: Records, scheme_id: str) -> list[DrawnObject]:
    """The drawn list of a scheme, by stratum and name."""
    published = select(col(Publication.inspection_id)).where(col(Publication.scheme_id) == scheme_id)
    rows = records.session.execute(
        select(Inspection, RegisteredObject, col(Inspection.id).in_(published))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .where(col(Inspection.scheme_id) == scheme_id)
        .order_by(col(Inspection.stratum), col(RegisteredObject.name))
    )
    return [
        DrawnObject(
            inspection.id,
            one.name,
            one.credit_code,
            one.district,
            inspection.stratum,
            bool(is_out),
            _status(inspection),
            inspection.moved_to or "",
        )
        for inspection, one, is_out in rows
    ]


def _status(inspection: Inspection) -> str:
    if inspection.state is InspectionState.CALLED_OFF:
        return "called_off"
    if inspection.state is not InspectionState.REPLACED:
        return ""
    return "moved_within" if inspection.moved_to else inspection.gone_cause or ""


def publications_of(records: Records, scheme_id: str) -> int:
    """How many inspections of a scheme have a published result."""
    rows = select(func.count(func.distinct(col(Publication.inspection_id)))).where(
        col(Publication.scheme_id) == scheme_id
    )
    return int(records.session.execute(rows).scalar_one())


def taken_in_scheme(records: Records, scheme_id: str) -> tuple[Scheme, list[Selection]] | None:
    """A scheme whose objects and teams were drawn elsewhere or named, with how, oldest first; None where there is no
    such one."""
    rows = select(Selection).where(col(Selection.scheme_id) == scheme_id).order_by(col(Selection.id))
    selections = list(records.session.execute(rows).scalars())
    scheme = records.find(Scheme, scheme_id)
    return (scheme, selections) if scheme is not None and selections else None


def items(records: Records) -> list[InspectionItem]:
    """抽查事项清单: what is in force, by field and id."""
    rows = select(InspectionItem).where(col(InspectionItem.is_active))
    return list(
        records.session.execute(rows.order_by(col(InspectionItem.field), col(InspectionItem.id))).scalars()
    )


def item_titles(records: Records) -> dict[str, str]:
    """Every item's title by its id, those no longer in force too."""
    rows = records.session.execute(select(col(InspectionItem.id), col(InspectionItem.title)))
    return {str(id): str(title) for id, title in rows}


def plans(records: Records) -> list[Plan]:
    """Every line of every yearly plan, the newest year first."""
    rows = select(Plan).order_by(col(Plan.year).desc(), col(Plan.id))
    return list(records.session.execute(rows).scalars())


def announced_scheme(records: Records, scheme_id: str) -> tuple[Scheme, list[DrawRecord]] | None:
    """One scheme with its draws, oldest first; None where it has announced none."""
    scheme = records.find(Scheme, scheme_id)
    if scheme is None:
        return None
    rows = (
        select(DrawRecord)
        .where(col(DrawRecord.scheme_id) == scheme_id)
        .order_by(col(DrawRecord.announced_at), col(DrawRecord.id))
    )
    draws = list(records.session.execute(rows).scalars())
    return (scheme, draws) if draws else None


def announced_scheme_states(records: Records) -> list[tuple[str, SchemeState]]:
    """Id and state of every scheme that has announced a draw, without the long texts of the draws."""
    has_draw = select(col(DrawRecord.id)).where(col(DrawRecord.scheme_id) == col(Scheme.id)).exists()
    rows = select(col(Scheme.id), col(Scheme.state)).where(has_draw).order_by(col(Scheme.id))
    return [(id, state) for id, state in records.session.execute(rows)]


def number_of_announced(records: Records) -> int:
    """How many schemes have announced a draw: counted by the index of the draws alone."""
    rows = select(func.count(func.distinct(col(DrawRecord.scheme_id))))
    return int(records.session.execute(rows).scalar_one())


@dataclass(frozen=True)
class AnnouncedTask:
    """A line of the list of tasks. `departments` has the lead first."""

    id: str
    name: str
    departments: list[str]
    first_day: date
    last_day: date
    is_list_public: bool
    published: int
    drawn: int
    is_drawn_here: bool


def tasks(
    records: Records,
    *,
    department: str = "",
    year: int = 0,
    before: tuple[date, str] | None = None,
    limit: int,
) -> list[AnnouncedTask]:
    """Schemes that have announced a draw, or were taken in without one, the latest window first; `before` is window
    and id of the last one read. The lead department is in a list, so it is looked at here, and a few hundred schemes
    are read at a time until the page is full."""
    found: list[Scheme] = []
    for scheme in _told_before(records, year, before):
        if not department or scheme.departments[0] == department:
            found.append(scheme)
        if len(found) == limit:
            break
    taken_in = _taken_in(records, [one.id for one in found])
    drawn = _numbers(records, Inspection, [one.id for one in found])
    published = _numbers(records, PublishedResult, [one.id for one in found])
    return [
        AnnouncedTask(
            one.id,
            one.name,
            list(one.departments),
            one.first_day,
            one.last_day,
            one.is_list_public,
            published.get(one.id, 0),
            drawn.get(one.id, 0),
            one.id not in taken_in,
        )
        for one in found
    ]


def _told_before(records: Records, year: int, before: tuple[date, str] | None) -> Iterator[Scheme]:
    order = tuple_(col(Scheme.first_day), col(Scheme.id))
    rows = select(Scheme).where(_is_told())
    if year:
        rows = rows.where(col(Scheme.first_day).between(date(year, 1, 1), date(year, 12, 31)))
    newest_first = rows.order_by(col(Scheme.first_day).desc(), col(Scheme.id).desc()).limit(_AT_A_TIME)
    while True:
        chosen = newest_first if before is None else newest_first.where(order < tuple_(*before))
        some = list(records.session.execute(chosen).scalars())
        yield from some
        if len(some) < _AT_A_TIME:
            return
        before = (some[-1].first_day, some[-1].id)


def years_of_tasks(records: Records) -> list[int]:
    """The years in which announced tasks begin, the newest first: one look-up for each."""
    first_days = select(func.max(col(Scheme.first_day))).where(_is_told())
    found: list[int] = []
    day = records.session.execute(first_days).scalar()
    while day is not None:
        found.append(day.year)
        day = records.session.execute(first_days.where(col(Scheme.first_day) < date(day.year, 1, 1))).scalar()
    return found


def is_announced() -> ColumnElement[bool]:
    """Whether a scheme has announced a draw. Asked as one row, not as EXISTS: beside another condition PostgreSQL reads
    every draw there is into memory for that one, before it looks at the first scheme."""
    return _first(col(DrawRecord.id), col(DrawRecord.scheme_id))


def _is_told() -> ColumnElement[bool]:
    return is_announced() | _first(col(Selection.id), col(Selection.scheme_id))


def _first(id: Any, scheme_id: Any) -> ColumnElement[bool]:
    rows = select(id).where(scheme_id == col(Scheme.id)).limit(1)
    return rows.correlate(Scheme).scalar_subquery().is_not(None)


def _taken_in(records: Records, schemes: list[str]) -> set[str]:
    rows = select(col(Selection.scheme_id)).where(col(Selection.scheme_id).in_(schemes))
    return set(records.session.execute(rows).scalars())


def _numbers(
    records: Records, table: type[Inspection] | type[PublishedResult], schemes: list[str]
) -> dict[str, int]:
    rows = select(col(table.scheme_id), func.count()).where(col(table.scheme_id).in_(schemes))
    return {id: int(number) for id, number in records.session.execute(rows.group_by(col(table.scheme_id)))}


def object_of_code(records: Records, credit_code: str) -> RegisteredObject | None:
    """Who is registered under a credit code; where two are, the one whose number is less."""
    rows = select(RegisteredObject).where(col(RegisteredObject.credit_code) == credit_code)
    return records.session.execute(rows.order_by(col(RegisteredObject.id)).limit(1)).scalar_one_or_none()


def held_visits(records: Records, object_id: str) -> list[OwnVisit]:
    """Our visits of one object that were held. Those still to come are nobody's business before their day."""
    rows = (
        select(
            col(Inspection.started_at),
            col(Inspection.ended_at),
            col(Scheme.departments),
            col(Scheme.cap_exemption),
        )
        .join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
        .where(col(Inspection.object_id) == object_id, col(Inspection.state).not_in(NO_VISITS))
    )
    return [
        OwnVisit(beijing_day(ended_at or started_at), tuple(departments), exemption is None)
        for started_at, ended_at, departments, exemption in records.session.execute(rows)
        if started_at is not None
    ]


def team_size(records: Records, inspection_id: str) -> dict[str, int]:
    """How many seats the team has, by department; experts are among them under their own name."""
    rows = (
        select(col(Seat.department), func.count())
        .where(col(Seat.inspection_id) == inspection_id)
        .group_by(col(Seat.department))
    )
    return {department: int(number) for department, number in records.session.execute(rows)}
