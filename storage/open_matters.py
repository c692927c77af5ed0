"""Everything that is not at its end, read in a few queries however much it is: what the auditor reckons from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, or_, select
from sqlmodel import col

from inspection.deadlines.rules import RuleName
from inspection.leave import Origin
from inspection.states import (
    LIVE_ASSIGNMENTS,
    OPEN_CRIMES,
    OPEN_FOLLOW_UPS,
    ApprovalState,
    AssignmentState,
    ClueState,
    CorrectionState,
    CountersignState,
    DeadlineState,
    DepartmentReviewState,
    InspectionState,
    LeaveRequestState,
    PlanFilingState,
    PlanYearState,
    ResultState,
    SchemeState,
    TeamState,
    TransferState,
)
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.deadlines import Deadline
from storage.tables.follow_ups import FollowUpMatter, InspectionApproval, SuspectedCrime
from storage.tables.inspections import (
    Assignment,
    Correction,
    DepartmentReview,
    DrawRecord,
    DrawSource,
    Inspection,
    LeaveRequest,
    Result,
    Seat,
    Team,
    Transfer,
)
from storage.tables.messaging import DueWork, InboxState, InboxUpdate, OutboxLine, OutboxState
from storage.tables.planning import PlanFiling, PlanYear
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Countersignature

OPEN = frozenset(
    {
        InspectionState.ASSEMBLING,
        InspectionState.READY,
        InspectionState.VISITING,
        InspectionState.GONE_REPORTED,
        InspectionState.VISITED,
    }
)
MOST = 1000
"""So many of one kind are named, or asked for at a time; there may be more."""
_IS_OPEN = col(Inspection.state).in_(OPEN)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active person as far as the question is who may do something."""

    id: str
    department: str
    district: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class OpenInspection:
    id: str
    state: InspectionState
    team: TeamState | None
    result: ResultState | None
    publicity_due: date | None
    lead_department: str
    level: str
    first_day: date
    last_day: date


class HeldSeat(NamedTuple):
    """A seat of an open inspection; without `assignment` it is empty. There are tens of thousands, so a tuple."""

    id: str
    inspection: str
    department: str
    is_lead: bool
    assignment: str | None
    state: AssignmentState | None
    person: str | None
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class OpenRequest:
    id: str
    assignment: str
    decider: str | None
    decide_by: datetime | None
    lead_department: str


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A public input of a draw that is announced and not drawn; `is_given` with the value."""

    draw: str
    lead_department: str
    level: str
    witness: str | None
    first_by: str | None
    due: datetime
    is_given: bool


@dataclass(frozen=True, slots=True)
class OpenReview:
    """What a department found, as long as its review is asked for."""

    inspection: str
    department: str
    lead_department: str
    level: str
    publicity_due: date | None


@dataclass(frozen=True, slots=True)
class OpenCorrection:
    """An objection that is not decided, or not put right yet."""

    id: str
    inspection: str
    state: CorrectionState
    since: datetime
    lead_department: str
    level: str


@dataclass(frozen=True, slots=True)
class OpenTransfer:
    id: str
    state: TransferState
    from_department: str
    to_department: str
    opened_at: datetime
    lead_department: str
    level: str


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A filing that a department has not made yet, or with None as `department` a year's plan that is not out; `due_at`
    is that of its clock, None where none runs."""

    id: str
    department: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenWait:
    """Something that waits for a word or a deed: `row` is a scheme, a countersignature, a clue, an approval of a visit,
    a follow-up or a suspected crime. `since` is when it came to where it stands; `due_at` that of its clock, None where
    none runs."""

    row: Scheme | Countersignature | Clue | InspectionApproval | FollowUpMatter | SuspectedCrime
    since: datetime
    due_at: datetime | None
    lead_department: str
    level: str


def colleagues(records: Records) -> dict[str, Colleague]:
    """Everybody who is active, by id."""
    columns = (col(Person.id), col(Person.department), col(Person.district), col(Person.roles))
    rows = select(*columns).where(col(Person.is_active))
    return {
        id: Colleague(id, department, district, frozenset(roles))
        for id, department, district, roles in records.session.execute(rows)
    }


@dataclass(frozen=True, slots=True)
class _Frame:
    """Of a scheme what holds for all its inspections."""

    lead: str
    level: str
    first_day: date
    last_day: date


def _frames(records: Records) -> dict[str, _Frame]:
    days = (col(Scheme.first_day), col(Scheme.last_day))
    rows = select(col(Scheme.id), col(Scheme.departments), col(Scheme.district), *days)
    return {
        id: _Frame(who[0], level, first, last)
        for id, who, level, first, last in records.session.execute(rows)
    }


def inspections(records: Records) -> list[OpenInspection]:
    """Every open inspection, by id."""
    rows = (
        select(
            col(Inspection.id),
            col(Inspection.state),
            col(Inspection.scheme_id),
            col(Team.state),
            col(Result.state),
            col(Result.publicity_due),
        )
        .outerjoin(Team, col(Team.inspection_id) == col(Inspection.id))
        .outerjoin(Result, col(Result.inspection_id) == col(Inspection.id))
        .where(_IS_OPEN)
        .order_by(col(Inspection.id))
    )
    frames, found = _frames(records), []
    for id, state, scheme, team, result, due in records.session.execute(rows):
        frame = frames[scheme]
        found.append(
            OpenInspection(
                id, state, team, result, due, frame.lead, frame.level, frame.first_day, frame.last_day
            )
        )
    return found


def seats(records: Records) -> dict[str, list[HeldSeat]]:
    """The seats of every open inspection with who holds them, by inspection."""
    holds = and_(col(Assignment.seat_id) == col(Seat.id), col(Assignment.state).in_(LIVE_ASSIGNMENTS))
    rows = (
        select(
            col(Seat.id),
            col(Seat.inspection_id),
            col(Seat.department),
            col(Seat.is_lead),
            col(Assignment.id),
            col(Assignment.state),
            col(Assignment.person_id),
            col(Assignment.answer_by),
        )
        .join(Inspection, col(Inspection.id) == col(Seat.inspection_id))
        .outerjoin(Assignment, holds)
        .where(_IS_OPEN)
    )
    found: dict[str, list[HeldSeat]] = {}
    for row in records.session.execute(rows):
        found.setdefault(row[1], []).append(HeldSeat._make(row))
    return found


def requests(records: Records) -> list[OpenRequest]:
    """Every leave request that waits for a decision, by id."""
    rows = (
        select(
            col(LeaveRequest.id),
            col(LeaveRequest.assignment_id),
            col(LeaveRequest.decider_id),
            col(LeaveRequest.decide_by),
            col(Inspection.scheme_id),
        )
        .join(Assignment, col(Assignment.id) == col(LeaveRequest.assignment_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(col(LeaveRequest.state) == LeaveRequestState.PENDING)
        .order_by(col(LeaveRequest.id))
    )
    frames = _frames(records)
    return [
        OpenRequest(id, assignment, decider, decide_by, frames[scheme].lead)
        for id, assignment, decider, decide_by, scheme in records.session.execute(rows)
    ]


def sources(records: Records) -> list[OpenSource]:
    """The public inputs of every draw that is announced and not drawn, given ones too."""
    rows = (
        select(
            col(DrawSource.draw_id),
            col(DrawRecord.scheme_id),
            col(DrawSource.witness_id),
            col(DrawSource.first_by),
            col(DrawSource.due),
            col(DrawSource.given_at),
        )
        .join(DrawRecord, col(DrawRecord.id) == col(DrawSource.draw_id))
        .where(col(DrawRecord.drawn_at).is_(None), col(DrawRecord.voided_at).is_(None))
        .order_by(col(DrawSource.draw_id), col(DrawSource.number))
    )
    frames = _frames(records)
    return [
        OpenSource(
            draw, frames[scheme].lead, frames[scheme].level, witness, first_by, due, given_at is not None
        )
        for draw, scheme, witness, first_by, due, given_at in records.session.execute(rows)
    ]


def reviews(records: Records) -> list[OpenReview]:
    """Every review that a department was asked for and has not decided, by id."""
    rows = (
        select(
            col(DepartmentReview.inspection_id),
            col(DepartmentReview.department),
            col(Inspection.scheme_id),
            col(Result.publicity_due),
        )
        .join(Inspection, col(Inspection.id) == col(DepartmentReview.inspection_id))
        .join(Result, col(Result.inspection_id) == col(DepartmentReview.inspection_id))
        .where(col(DepartmentReview.state) == DepartmentReviewState.ASKED)
        .order_by(col(DepartmentReview.id))
    )
    found = records.session.execute(rows).all()
    frames = _frames(records) if found else {}
    return [
        OpenReview(inspection, department, frames[scheme].lead, frames[scheme].level, due)
        for inspection, department, scheme, due in found
    ]


def ever_drawn(records: Records, inspection_ids: Sequence[str]) -> dict[str, set[str]]:
    """Everybody who was ever drawn for these visits, by visit: they review nothing of it."""
    found: dict[str, set[str]] = {id: set() for id in inspection_ids}
    rows = select(col(Assignment.inspection_id), col(Assignment.person_id))
    asked = sorted(found)
    for start in range(0, len(asked), MOST):
        chosen = rows.where(col(Assignment.inspection_id).in_(asked[start : start + MOST]))
        for inspection, person in records.session.execute(chosen):
            found[inspection].add(person)
    return found


def corrections(records: Records) -> list[OpenCorrection]:
    """Every objection that waits for a decision or for its corrected version, by id."""
    rows = (
        select(
            col(Correction.id),
            col(Correction.inspection_id),
            col(Correction.state),
            col(Correction.registered_at),
            col(Correction.decided_at),
            col(Inspection.scheme_id),
        )
        .join(Inspection, col(Inspection.id) == col(Correction.inspection_id))
        .where(col(Correction.state).in_((CorrectionState.REGISTERED, CorrectionState.UPHELD)))
        .order_by(col(Correction.id))
    )
    found = records.session.execute(rows).all()
    frames = _frames(records) if found else {}
    return [
        OpenCorrection(
            id, inspection, state, decided or registered, frames[scheme].lead, frames[scheme].level
        )
        for id, inspection, state, registered, decided, scheme in found
    ]


def transfers(records: Records) -> list[OpenTransfer]:
    """Every transfer that is not closed, by id."""
    rows = (
        select(
            col(Transfer.id),
            col(Transfer.state),
            col(Transfer.from_department),
            col(Transfer.to_department),
            col(Transfer.opened_at),
            col(Inspection.scheme_id),
        )
        .join(Inspection, col(Inspection.id) == col(Transfer.inspection_id))
        .where(col(Transfer.state) != TransferState.CLOSED)
        .order_by(col(Transfer.id))
    )
    frames = _frames(records)
    return [
        OpenTransfer(id, state, sender, receiver, opened_at, frames[scheme].lead, frames[scheme].level)
        for id, state, sender, receiver, opened_at, scheme in records.session.execute(rows)
    ]


def plans(records: Records) -> list[OpenPlan]:
    """Every year whose plan is in the making, and every filing of it that is awaited."""
    opened = select(PlanYear.year).where(col(PlanYear.state) == PlanYearState.OPENED)  # type: ignore[call-overload]
    years = sorted(records.session.execute(opened).scalars())
    if not years:
        return []
    clocks = select(col(Deadline.subject), col(Deadline.due_at)).where(
        col(Deadline.state) == DeadlineState.RUNNING,
        col(Deadline.rule).in_([RuleName.PLAN_SUBMISSION.value, RuleName.PLAN_PUBLICATION.value]),
    )
    due = {row.subject: row.due_at for row in records.session.execute(clocks)}
    awaited = select(PlanFiling).where(
        col(PlanFiling.year).in_(years),
        col(PlanFiling.state).in_([PlanFilingState.DRAFT, PlanFilingState.RETURNED]),
    )
    filings = sorted(records.session.execute(awaited).scalars(), key=lambda one: one.id)
    return [
        *(OpenPlan(str(year), None, due.get(str(year))) for year in years),
        *(OpenPlan(one.id, one.department, due.get(f"{one.year}/{one.department}")) for one in filings),
    ]


_WAIT_CLOCKS = (
    RuleName.SCHEME_APPROVAL,
    RuleName.CLUE_DECISION,
    RuleName.APPROVAL,
    RuleName.APPROVAL_MADE_UP,
    RuleName.ABNORMAL_LISTING,
    RuleName.RECTIFICATION,
    RuleName.DISCLOSURE,
    RuleName.RECHECK,
    RuleName.CRIMINAL_TRANSFER,
    RuleName.POLICE_HANDOVER,
    RuleName.POLICE_ANSWER,
)


def waits(records: Records) -> list[OpenWait]:
    """Everything that waits for a head around a scheme or a visit, and every follow-up and crime that is open."""
    found = [*_awaiting_a_head(records), *_following(records)]
    if not found:
        return []
    frames = _frames(records)
    clocks = select(col(Deadline.subject), func.min(col(Deadline.due_at))).where(
        col(Deadline.state) == DeadlineState.RUNNING, col(Deadline.rule).in_(_WAIT_CLOCKS)
    )
    due = {row[0]: row[1] for row in records.session.execute(clocks.group_by(col(Deadline.subject)))}
    return [_wait(row, since, due.get(row.id), frames.get(scheme or "")) for row, since, scheme in found]


def _wait(row: Any, since: datetime, due_at: datetime | None, frame: _Frame | None) -> OpenWait:
    """A clue is of no scheme yet: it has a department and a place of its own."""
    lead, level = (row.department, row.district) if frame is None else (frame.lead, frame.level)
    return OpenWait(row, since, due_at, lead, level)


def _awaiting_a_head(records: Records) -> list[tuple[Any, datetime, str | None]]:
    run = records.session.execute
    submitted = select(Scheme).where(col(Scheme.state) == SchemeState.SUBMITTED)
    asked = (
        select(Countersignature, col(Scheme.submitted_at))
        .join(Scheme, col(Scheme.id) == col(Countersignature.scheme_id))
        .where(
            col(Countersignature.state) == CountersignState.ASKED,
            col(Countersignature.asked_id).is_not(
                None
            ),  # without a head the lead's goes on without that word
            col(Countersignature.submission) == col(Scheme.submissions),
            col(Scheme.state) == SchemeState.SUBMITTED,
        )
    )
    received = select(Clue).where(col(Clue.state) == ClueState.RECEIVED)
    awaited = select(InspectionApproval).where(
        col(InspectionApproval.state).in_((ApprovalState.AWAITED, ApprovalState.TO_MAKE_UP))
    )
    return [
        *((one, one.submitted_at, one.id) for one in run(submitted).scalars()),
        *((one, since, one.scheme_id) for one, since in run(asked)),
        *((one, one.registered_at, None) for one in run(received).scalars()),
        *((one, one.urgent_at or one.asked_at, one.scheme_id) for one in run(awaited).scalars()),
    ]


def _following(records: Records) -> list[tuple[Any, datetime, str | None]]:
    run, found = records.session.execute, list[tuple[Any, datetime, str | None]]()
    tables: tuple[tuple[Any, frozenset[Any]], ...] = (
        (FollowUpMatter, OPEN_FOLLOW_UPS),
        (SuspectedCrime, OPEN_CRIMES),
    )
    for table, states in tables:
        rows = (
            select(table, col(Inspection.scheme_id))
            .join(Inspection, col(Inspection.id) == table.inspection_id)
            .where(table.state.in_(states))
        )
        found += [(one, one.moved_at, scheme) for one, scheme in run(rows.order_by(table.id))]
    return found


# --- What should have moved before `since` ---------------------------------------------------------------------------


def late_work(records: Records, since: datetime) -> Sequence[tuple[str, str]]:
    """Key and kind of what was due before then and is not done, the oldest first."""
    rows = (
        select(col(DueWork.key), col(DueWork.kind))
        .where(col(DueWork.done_at).is_(None), col(DueWork.due_at) < since)
        .order_by(col(DueWork.due_at), col(DueWork.id))
        .limit(MOST)
    )
    return _pairs(records.session.execute(rows).all())


def late_letters(records: Records, since: datetime) -> Sequence[tuple[str, str]]:
    """Key and kind of what could have been sent before then and nobody has tried; what waits behind another letter to
    the same person, which is being tried, is not late."""
    line, older = OutboxLine, OutboxLine.__table__.alias("older")  # type: ignore[attr-defined]
    is_first = ~exists().where(
        older.c.state == OutboxState.PENDING,
        older.c.addressee == col(line.addressee),
        older.c.id < col(line.id),
        or_(older.c.due_at < since, older.c.due_at <= older.c.created_at, older.c.attempts > 0),
    )
    rows = (
        select(col(line.key), col(line.kind))
        .where(
            col(line.state) == OutboxState.PENDING,
            col(line.attempts) == 0,
            col(line.created_at) < since,
            or_(col(line.due_at) < since, col(line.due_at) <= col(line.created_at)),
            is_first,
        )
        .order_by(col(line.id))
        .limit(MOST)
    )
    return _pairs(records.session.execute(rows).all())


def late_updates(records: Records, since: datetime) -> Sequence[tuple[str, str]]:
    """Number and channel of what came in before then and was not worked on."""
    rows = (
        select(col(InboxUpdate.id), col(InboxUpdate.channel))
        .where(col(InboxUpdate.state) == InboxState.PENDING, col(InboxUpdate.received_at) < since)
        .order_by(col(InboxUpdate.id))
        .limit(MOST)
    )
    return _pairs(records.session.execute(rows).all())


def _pairs(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(one), str(other)) for one, other in rows]


def lapsing_by_nothing(records: Records, since: datetime) -> list[tuple[str, str]]:
    """Assignments whose time to answer was over before then, and for which nothing is due, with their inspection."""
    rows = select(col(Assignment.id), col(Assignment.inspection_id)).where(
        col(Assignment.state) == AssignmentState.NOTIFIED,
        col(Assignment.answer_by) < since,
        ~_is_pending_for(col(Assignment.id)),
    )
    return _pairs(records.session.execute(rows.limit(MOST)).all())


def undecided_by_nothing(records: Records, since: datetime) -> set[str]:
    """Leave requests whose default should have held before then, and for which nothing is due. A firm's application has
    no default: it waits for the head, and its clock tells those above."""
    rows = select(col(LeaveRequest.id)).where(
        col(LeaveRequest.state) == LeaveRequestState.PENDING,
        col(LeaveRequest.decide_by) < since,
        col(LeaveRequest.origin) == Origin.SELF.value,
        ~_is_pending_for(col(LeaveRequest.id)),
    )
    return set(records.session.execute(rows.limit(MOST)).scalars())


def without_any_work(records: Records, subjects: Sequence[str]) -> set[str]:
    """Those of the first `MOST` of these for which nothing was ever planned, done or not."""
    if not subjects:
        return set()
    asked = subjects[:MOST]
    rows = select(col(DueWork.subject)).where(col(DueWork.subject).in_(asked))
    return set(asked) - set(records.session.execute(rows.distinct()).scalars())


def _is_pending_for(subject: Any) -> Any:
    return exists().where(col(DueWork.subject) == subject, col(DueWork.done_at).is_(None))
