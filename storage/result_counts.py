"""Results counted as statistics want them: by where they stand, and by the category of each finding."""

from collections import Counter
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import col

from inspection.results import Category, rolled_up
from inspection.states import InspectionState, ResultState
from storage.store import Records
from storage.tables.inspections import Finding, Inspection, Result


class Entry(StrEnum):
    """How far the result of one drawn object is, in the columns of a provincial platform."""

    WAITING = "waiting"
    """待录入: nothing was submitted yet."""
    ENTERED = "entered"
    """录入中: submitted, and with the reviewers."""
    RETURNED = "returned"
    """录入中: sent back to the team."""
    PUBLISHED = "published"
    """已公示, also while a correction is on its way."""
    WITHDRAWN = "withdrawn"
    """已停止公示."""
    OFF = "off"
    """Never visited: the object was gone, or the scheme was called off."""


_BY_RESULT = {
    ResultState.SUBMITTED: Entry.ENTERED,
    ResultState.APPROVED: Entry.ENTERED,
    ResultState.RETURNED: Entry.RETURNED,
}


def entries(records: Records, *scheme_ids: str) -> dict[Entry, int]:
    """How many objects of these schemes stand where; all of them in one query."""
    rows = (
        select(col(Inspection.state), col(Result.state), func.count())
        .outerjoin(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(col(Inspection.scheme_id).in_(scheme_ids))
        .group_by(col(Inspection.state), col(Result.state))
    )
    found = Counter[Entry]()
    for inspection, result, number in records.session.execute(rows):
        found[_entry(inspection, result)] += number
    return {entry: found[entry] for entry in Entry}


def _entry(inspection: InspectionState, result: ResultState | None) -> Entry:
    if inspection in (InspectionState.REPLACED, InspectionState.CALLED_OFF):
        return Entry.OFF
    if inspection is InspectionState.CLOSED:
        return Entry.WITHDRAWN if result is ResultState.WITHDRAWN else Entry.PUBLISHED
    return _BY_RESULT.get(result, Entry.WAITING) if result else Entry.WAITING


def categories(records: Records, *scheme_ids: str, rolls_up: bool = False) -> dict[Category, int]:
    """How many findings of closed inspections ended in which category, or in the one that it is added up under."""
    rows = (
        select(col(Finding.category), func.count())
        .join(Inspection, col(Inspection.id) == col(Finding.inspection_id))
        .where(col(Inspection.scheme_id).in_(scheme_ids), col(Inspection.state) == InspectionState.CLOSED)
        .group_by(col(Finding.category))
    )
    found = Counter[Category]()
    for value, number in records.session.execute(rows):
        category = Category(value)
        found[rolled_up(category) if rolls_up else category] += number
    return {category: found[category] for category in Category if found[category]}
