"""Schemes on their way to approval, and what was said of them."""

from sqlalchemy import select
from sqlmodel import col

from inspection.departments import PREFECTURE, level_of
from inspection.states import CountersignState, SchemeState
from storage.beginnings import begins
from storage.store import Records
from storage.tables.registers import Checklist, InspectionItem, Plan, Scheme
from storage.tables.schemes import Countersignature


def countersignatures(records: Records, scheme: Scheme) -> list[Countersignature]:
    """Of the newest submission, in the order of the departments."""
    rows = select(Countersignature).where(
        col(Countersignature.scheme_id) == scheme.id,
        col(Countersignature.submission) == scheme.submissions,
    )
    found = list(records.session.execute(rows).scalars())
    return sorted(
        (one for one in found if one.department in scheme.departments),
        key=lambda one: scheme.departments.index(one.department),
    )


def submitted_to(records: Records, department: str, district: str) -> list[Scheme]:
    """The schemes of a lead department at this level that wait for its head, the longest waiting first."""
    rows = (
        select(Scheme)
        .where(col(Scheme.state) == SchemeState.SUBMITTED)
        .order_by(col(Scheme.submitted_at), col(Scheme.id))
    )
    found = records.session.execute(rows).scalars()
    return [
        scheme
        for scheme in found
        if scheme.departments[0] == department and level_of(scheme.district) == level_of(district)
    ]


def asked_to_countersign(records: Records, head_id: str) -> list[Countersignature]:
    """What waits for the word of this head, by id."""
    rows = (
        select(Countersignature)
        .where(
            col(Countersignature.asked_id) == head_id, col(Countersignature.state) == CountersignState.ASKED
        )
        .order_by(col(Countersignature.id))
    )
    return list(records.session.execute(rows).scalars())


def ids_beginning(records: Records, start: str) -> set[str]:
    """The ids of all schemes that begin so."""
    rows = select(col(Scheme.id)).where(begins(records, Scheme.id, start))
    return set(records.session.execute(rows).scalars())


def items_on_list(records: Records) -> list[InspectionItem]:
    """一单: the items that may be inspected, by department and id."""
    rows = (
        select(InspectionItem)
        .where(col(InspectionItem.is_active))
        .order_by(col(InspectionItem.department), col(InspectionItem.id))
    )
    return list(records.session.execute(rows).scalars())


def items_by_id(records: Records, ids: list[str]) -> list[InspectionItem]:
    """Those of these items that there are, in the given order."""
    rows = select(InspectionItem).where(col(InspectionItem.id).in_(ids))
    found = {one.id: one for one in records.session.execute(rows).scalars()}
    return [found[one] for one in ids if one in found]


def checklist_titles(records: Records) -> list[tuple[str, str]]:
    """Id and title of every checklist in its newest version, by id."""
    rows = select(col(Checklist.id), col(Checklist.title)).order_by(col(Checklist.id), col(Checklist.version))
    newest = {row.id: row.title for row in records.session.execute(rows)}
    return list(newest.items())


def plan_lines(records: Records, department: str, district: str, year: int) -> list[Plan]:
    """The lines of a year's plan that this department starts, by their first day."""
    rows = select(Plan).where(col(Plan.lead_department) == department, col(Plan.year) == year)
    found = records.session.execute(rows.order_by(col(Plan.first_day), col(Plan.id))).scalars()
    return [one for one in found if is_carried_out_by(one, district)]


def is_carried_out_by(plan: Plan, district: str) -> bool:
    """A line that names a county is that county's; what is the prefecture's, every level of its department may write a
    scheme for."""
    return level_of(plan.district) in (PREFECTURE, level_of(district))
