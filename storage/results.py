"""Findings, results and what was published."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import col

from inspection.checklists import owner
from inspection.states import InspectionState
from storage.store import Records
from storage.tables.inspections import Finding, Inspection, JournalLine, Publication, Result, Transfer
from storage.tables.registers import InspectionItem, Scheme


def items(records: Records, inspection: Inspection) -> list[tuple[InspectionItem, str]]:
    """The items that the object was drawn for, each with the department that enters its finding; an item whose own
    department takes no part falls to the lead, so that every one of them ends with a finding."""
    scheme = records.get(Scheme, inspection.scheme_id)
    found = (records.get(InspectionItem, item_id) for item_id in inspection.items)
    return [(item, owner(item.department, scheme.departments) or scheme.departments[0]) for item in found]


def findings(records: Records, inspection_id: str) -> dict[str, Finding]:
    """What has been entered, by item id."""
    rows = select(Finding).where(col(Finding.inspection_id) == inspection_id)
    return {finding.item_id: finding for finding in records.session.execute(rows).scalars()}


def transfers(records: Records, inspection_id: str) -> list[Transfer]:
    rows = select(Transfer).where(col(Transfer.inspection_id) == inspection_id).order_by(col(Transfer.id))
    return list(records.session.execute(rows).scalars())


def newest_publication(records: Records, inspection_id: str) -> Publication | None:
    """The latest version that the public reads."""
    rows = (
        select(Publication)
        .where(col(Publication.inspection_id) == inspection_id)
        .order_by(col(Publication.version).desc())
        .limit(1)
    )
    return records.session.execute(rows).scalars().first()


def still_under_way(records: Records, scheme_id: str) -> int:
    """How many inspections of a scheme are neither closed nor replaced."""
    ended = (InspectionState.CLOSED, InspectionState.REPLACED)
    rows = select(func.count()).where(
        col(Inspection.scheme_id) == scheme_id, col(Inspection.state).not_in(ended)
    )
    number: int = records.session.execute(rows).scalar_one()
    return number


def due_and_open(records: Records) -> list[tuple[str, datetime, date]]:
    """Inspection, end of the visit and last day of publicity, for every result that has a last day and is not public;
    in the order in which to lock the inspections."""
    rows = (
        select(col(Inspection.id), col(Inspection.ended_at), col(Result.publicity_due))
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(
            col(Result.published_at).is_(None),
            col(Result.publicity_due).is_not(None),
            col(Inspection.ended_at).is_not(None),
        )
        .order_by(col(Inspection.id))
    )
    return [(inspection, ended_at, due) for inspection, ended_at, due in records.session.execute(rows)]


def last_journalled(records: Records, verb: str, subject: str) -> JournalLine | None:
    """The newest journal line of this verb on this thing: when something was done that has no column of its own."""
    rows = (
        select(JournalLine)
        .where(col(JournalLine.subject) == subject, col(JournalLine.verb) == verb)
        .order_by(col(JournalLine.id).desc())
        .limit(1)
    )
    return records.session.execute(rows).scalars().first()


def journalled(records: Records, verb: str, subjects: Collection[str], actor: str) -> list[JournalLine]:
    """What one person did of this kind to any of these things, oldest first."""
    rows = (
        select(JournalLine)
        .where(
            col(JournalLine.subject).in_(subjects),
            col(JournalLine.verb) == verb,
            col(JournalLine.actor) == actor,
        )
        .order_by(col(JournalLine.id))
    )
    return list(records.session.execute(rows).scalars())


def has_done_since(records: Records, subjects: Collection[str], actor: str, since: datetime) -> bool:
    """Whether this person did anything to one of these things from `since` on."""
    rows = (
        select(col(JournalLine.id))
        .where(
            col(JournalLine.subject).in_(subjects),
            col(JournalLine.actor) == actor,
            col(JournalLine.at) >= since,
        )
        .limit(1)
    )
    return records.session.execute(rows).first() is not None
