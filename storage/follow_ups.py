"""What follows from a visit: corrections, listings, transfers, crimes, credit feedback; what is open, what is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import col

from inspection.states import OPEN_CRIMES, OPEN_FOLLOW_UPS, CrimeState, FeedbackState, TransferState
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.follow_ups import CreditFeedback, FollowUpDocument, FollowUpMatter, SuspectedCrime
from storage.tables.inspections import JournalLine, Result, Transfer
from storage.tables.registers import Person

OPEN_TRANSFERS = frozenset(TransferState) - {TransferState.CLOSED}


@dataclass(frozen=True)
class Completion:
    """完结: whether nothing of an inspection is open any more, and since when; None where its result is not public."""

    is_complete: bool
    completed_at: datetime | None


def of_inspection(records: Records, inspection_id: str) -> list[FollowUpMatter]:
    """Corrections and listings of a visit, by id."""
    rows = select(FollowUpMatter).where(col(FollowUpMatter.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(FollowUpMatter.id))).scalars())


def crimes_of(records: Records, inspection_id: str) -> list[SuspectedCrime]:
    """Suspected crimes of a visit, by id."""
    rows = select(SuspectedCrime).where(col(SuspectedCrime.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(SuspectedCrime.id))).scalars())


def crime_clocks(records: Records, crime_ids: Collection[str]) -> list[Deadline]:
    """All clocks of these crimes, by id; no other clock runs for a subject of that name."""
    rows = select(Deadline).where(col(Deadline.subject).in_(crime_ids)).order_by(col(Deadline.id))
    return list(records.session.execute(rows).scalars())


def completion_of(records: Records, inspection_id: str) -> Completion:
    """An inspection is complete when its result is public and every follow-up, transfer and crime of it has come to
    its end; the date is that of the last of these. A listing that stands is done: lifting it is another matter."""
    result = records.find(Result, inspection_id)
    if result is None or result.published_at is None:
        return Completion(False, None)
    transfers = select(Transfer).where(col(Transfer.inspection_id) == inspection_id)
    moved: list[datetime] = [result.published_at]
    matters, crimes = of_inspection(records, inspection_id), crimes_of(records, inspection_id)
    handed = list(records.session.execute(transfers).scalars())
    is_open = (
        any(one.state in OPEN_FOLLOW_UPS for one in matters)
        or any(one.state in OPEN_CRIMES for one in crimes)
        or any(one.state in OPEN_TRANSFERS for one in handed)
    )
    if is_open:
        return Completion(False, None)
    moved += [one.closed_at for one in matters if one.closed_at]
    moved += [one.moved_at for one in crimes]
    moved += [one.closed_at for one in handed if one.closed_at]
    return Completion(True, max(moved))


def matters_of_department(
    records: Records, department: str, *, only_open: bool = True
) -> list[FollowUpMatter]:
    """Corrections and listings of a department, the oldest first."""
    rows = select(FollowUpMatter).where(col(FollowUpMatter.department) == department)
    if only_open:
        rows = rows.where(col(FollowUpMatter.state).in_(OPEN_FOLLOW_UPS))
    ordered = rows.order_by(col(FollowUpMatter.opened_at), col(FollowUpMatter.id))
    return list(records.session.execute(ordered).scalars())


def transfers_of_department(records: Records, department: str, *, only_open: bool = True) -> list[Transfer]:
    """Leads that a department has sent or received, the oldest first."""
    rows = select(Transfer).where(
        or_(col(Transfer.to_department) == department, col(Transfer.from_department) == department)
    )
    if only_open:
        rows = rows.where(col(Transfer.state).in_(OPEN_TRANSFERS))
    return list(records.session.execute(rows.order_by(col(Transfer.opened_at), col(Transfer.id))).scalars())


def transfers_to_sign(records: Records, department: str) -> list[Transfer]:
    """Leads for which a department has not signed, the oldest first."""
    rows = select(Transfer).where(
        col(Transfer.to_department) == department, col(Transfer.state) == TransferState.OPENED
    )
    return list(records.session.execute(rows.order_by(col(Transfer.opened_at), col(Transfer.id))).scalars())


def crimes_to_decide(records: Records, head: Person) -> list[SuspectedCrime]:
    """Suspected crimes that this head was asked about, the oldest first."""
    found = crimes_of_department(records, head.department)
    return [one for one in found if one.state is CrimeState.REPORTED and one.decider_id == head.id]


def crimes_of_department(
    records: Records, department: str, *, only_open: bool = True
) -> list[SuspectedCrime]:
    """Suspected crimes that a department found, the oldest first."""
    rows = select(SuspectedCrime).where(col(SuspectedCrime.department) == department)
    if only_open:
        rows = rows.where(col(SuspectedCrime.state).in_(OPEN_CRIMES))
    ordered = rows.order_by(col(SuspectedCrime.reported_at), col(SuspectedCrime.id))
    return list(records.session.execute(ordered).scalars())


def clocks_of(records: Records, subjects: Sequence[str]) -> dict[str, datetime]:
    """The nearest end of a clock that runs for each of these."""
    if not subjects:
        return {}
    rows = (
        select(col(Deadline.subject), col(Deadline.due_at))
        .where(col(Deadline.subject).in_(subjects), col(Deadline.state) == "running")
        .order_by(col(Deadline.due_at).desc())
    )
    return dict(records.session.execute(rows).all())


def documents(records: Records, subject: str) -> list[FollowUpDocument]:
    """The documents of one matter as they came."""
    rows = select(FollowUpDocument).where(col(FollowUpDocument.subject) == subject)
    ordered = rows.order_by(col(FollowUpDocument.added_at), col(FollowUpDocument.sha256))
    return list(records.session.execute(ordered).scalars())


def history(records: Records, subject: str) -> list[JournalLine]:
    """Every step of one matter, oldest first."""
    rows = select(JournalLine).where(col(JournalLine.subject) == subject)
    return list(records.session.execute(rows.order_by(col(JournalLine.id))).scalars())


def feedback(records: Records, *states: FeedbackState) -> list[CreditFeedback]:
    """What results said about firms, in one of these states or in all, the oldest first."""
    rows = select(CreditFeedback).order_by(col(CreditFeedback.made_at), col(CreditFeedback.inspection_id))
    if states:
        rows = rows.where(col(CreditFeedback.state).in_(states))
    return list(records.session.execute(rows).scalars())
