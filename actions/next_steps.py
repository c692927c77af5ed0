"""What must happen next, who can do it and until when, for everything that is open: by plain rules over the rows,
whatever the actions that wrote them had planned."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from inspection.calendar.beijing import BEIJING
from inspection.departments import EXPERTS, JOINT_OFFICE, PREFECTURE, level_of, upwards
from inspection.follow_ups import FollowUpKind
from inspection.rights import RIGHTS, Deed, Reach, Span, roles_for
from inspection.roles import Role
from inspection.states import (
    AssignmentState,
    CorrectionState,
    CrimeState,
    FollowUpState,
    InspectionState,
    ResultState,
    TeamState,
    TransferState,
)
from storage import open_matters
from storage.open_matters import (
    Colleague,
    HeldSeat,
    OpenCorrection,
    OpenInspection,
    OpenPlan,
    OpenRequest,
    OpenSource,
    OpenTransfer,
    OpenWait,
)
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.follow_ups import FollowUpMatter, InspectionApproval, SuspectedCrime
from storage.tables.registers import Scheme
from storage.tables.schemes import Countersignature

RECEIPT_WITHIN = timedelta(days=7)
"""Until when the department that a matter was handed to is looked to for its receipt."""
DECISION_WITHIN = timedelta(days=7)
"""Until when an objection is looked to for its decision, or for the version that puts it right."""


SEEN_TO_WITHIN = timedelta(days=7)
"""Until when something is looked to for which no clock runs."""


class Step(StrEnum):
    GIVE_NUMBER = "give_number"
    ENTER_VALUE = "enter_value"
    RUN_DRAW = "run_draw"
    FILL_SEAT = "fill_seat"
    ANSWER = "answer"
    DECIDE_LEAVE = "decide_leave"
    CONFIRM_TEAM = "confirm_team"
    START_VISIT = "start_visit"
    END_VISIT = "end_visit"
    VERIFY_GONE = "verify_gone"
    SUBMIT_RESULT = "submit_result"
    REVIEW_FINDINGS = "review_findings"
    REVIEW_RESULT = "review_result"
    DECIDE_OBJECTION = "decide_objection"
    CORRECT_RESULT = "correct_result"
    RECEIVE_TRANSFER = "receive_transfer"
    CLOSE_TRANSFER = "close_transfer"
    FILE_PLAN = "file_plan"
    PUBLISH_PLAN = "publish_plan"
    APPROVE_SCHEME = "approve_scheme"
    COUNTERSIGN = "countersign"
    DECIDE_CLUE = "decide_clue"
    APPROVE_VISIT = "approve_visit"
    ORDER_CORRECTION = "order_correction"
    RECHECK = "recheck"
    DECIDE_LISTING = "decide_listing"
    DECIDE_CRIME = "decide_crime"
    HAND_OVER_CRIME = "hand_over_crime"
    NOTE_POLICE_ANSWER = "note_police_answer"
    STUCK = "stuck"
    """No rule knows how it could go on from here: nobody can do anything."""


class NextStep(NamedTuple):
    """`subject` is the id of what waits; `owners` can do it now, by id, and are none where nobody can; `due_at` is None
    where nothing says until when. `department` leads the scheme."""

    subject: str
    step: Step
    owners: tuple[str, ...]
    due_at: datetime | None
    department: str


class Staff:
    """Who is active and has which part at which level, looked up often."""

    def __init__(self, people: Iterable[Colleague]) -> None:
        self._active: set[str] = set()
        self._by_role: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._found: dict[tuple[str, ...], frozenset[str]] = {}
        for one in people:
            self._active.add(one.id)
            for role in one.roles:
                self._by_role[one.department, level_of(one.district), role].add(one.id)

    def active(self, *ids: str | None) -> tuple[str, ...]:
        """Those of these who are active."""
        if len(ids) == 1:
            return ids if ids[0] in self._active else ()  # type: ignore[return-value]  # None is nobody's id
        return tuple(sorted({id for id in ids if id in self._active}))

    def who_may(self, deed: Deed, department: str, level: str, *roles: Role) -> frozenset[str]:
        """Who may do this in a matter of the department led at this level, by the table of rights; where roles are
        named, of these only."""
        key = (deed, department, level, *roles)
        if key not in self._found:
            named = roles or roles_for(deed, Reach.OWN)
            levels = _LEVELS[RIGHTS[deed].span](level)
            self._found[key] = frozenset().union(*(self._of(department, one, named) for one in levels))
        return self._found[key]

    def nearest(self, department: str, level: str, *roles: Role) -> frozenset[str]:
        """Who has one of these roles at this level; where nobody has, at the next above it."""
        found = (self._of(department, one, roles) for one in upwards(level))
        return next((one for one in found if one), frozenset())

    def _of(self, department: str, level: str, roles: Iterable[Role]) -> frozenset[str]:
        return frozenset().union(*(self._by_role.get((department, level, role), ()) for role in roles))


_LEVELS: Mapping[Span, Callable[[str], tuple[str, ...]]] = {
    Span.OWN: lambda level: upwards(level)[:1],
    Span.BELOW: upwards,
    Span.PREFECTURE: lambda _level: upwards(PREFECTURE),
}
"""Whose people a right reaches in a matter of this level."""


def next_steps(records: Records) -> Iterator[NextStep]:
    """Of each open inspection, draw, leave request, objection, transfer and follow-up, of each year's plan in the
    making, and of all that waits for a head at least one. Reads everything in a few queries."""
    staff = Staff(open_matters.colleagues(records).values())
    seats, requests = open_matters.seats(records), open_matters.requests(records)
    asked = {one.assignment for one in requests}
    reviews = list(_of_reviews(records, staff))
    reviewed_first = {one.subject for one in reviews}
    yield from reviews
    for inspection in open_matters.inspections(records):
        is_reviewed = inspection.id in reviewed_first and inspection.result is ResultState.SUBMITTED
        if not is_reviewed:
            yield from steps_of(inspection, seats.get(inspection.id, ()), asked, staff)
    for correction in open_matters.corrections(records):
        yield _of_correction(correction, staff)
    for request in requests:
        yield _of_request(request, staff)
    yield from _of_draws(open_matters.sources(records), staff)
    for transfer in open_matters.transfers(records):
        yield _of_transfer(transfer, staff)
    for plan in open_matters.plans(records):
        yield _of_plan(plan, staff)
    for wait in open_matters.waits(records):
        yield _of_wait(wait, staff)


# --- An inspection ---------------------------------------------------------------------------------------------------


def steps_of(
    inspection: OpenInspection, seats: Collection[HeldSeat], asked: Collection[str], staff: Staff
) -> Iterator[NextStep]:
    """Of one open inspection; what is `asked` of a head (ids of assignments) is the request's own step."""
    if inspection.state is InspectionState.GONE_REPORTED:
        owners = staff.who_may(Deed.RUN_SCHEME, inspection.lead_department, inspection.level)
        yield _step(inspection, Step.VERIFY_GONE, owners, end_of(inspection.last_day))
    elif inspection.state is InspectionState.VISITED:
        yield _of_result(inspection, seats, staff)
    elif inspection.team is TeamState.CONFIRMED:
        yield _of_visit(inspection, seats, staff)
    elif inspection.state is InspectionState.READY:
        yield _step(inspection, Step.STUCK, (), None)
    else:
        yield from _of_team(inspection, seats, asked, staff)


def _of_team(
    inspection: OpenInspection, seats: Collection[HeldSeat], asked: Collection[str], staff: Staff
) -> Iterator[NextStep]:
    """While the team comes together, at first or again in the middle of the visit."""
    steps = [step for seat in seats for step in _of_seat(inspection, seat, staff)]
    yield from steps
    waits = steps or any(seat.assignment in asked for seat in seats)
    if waits:
        return
    all_accepted = bool(seats) and all(seat.state is AssignmentState.ACCEPTED for seat in seats)
    if inspection.team is TeamState.ASSEMBLED and all_accepted:
        yield _step(inspection, Step.CONFIRM_TEAM, _lead(seats, staff), start_of(inspection.first_day))
    else:
        yield _step(inspection, Step.STUCK, (), None)


def _of_seat(inspection: OpenInspection, seat: HeldSeat, staff: Staff) -> Iterator[NextStep]:
    if seat.assignment is None:
        operators = staff.who_may(Deed.RUN_SCHEME, inspection.lead_department, inspection.level)
        owned, due_at = tuple(sorted(operators)), end_of(inspection.last_day)
        yield NextStep(seat.id, Step.FILL_SEAT, owned, due_at, inspection.lead_department)
    elif seat.state in {AssignmentState.DRAWN, AssignmentState.NOTIFIED}:
        owners = staff.active(seat.person)
        yield NextStep(seat.assignment, Step.ANSWER, owners, seat.answer_by, inspection.lead_department)


def _of_visit(inspection: OpenInspection, seats: Collection[HeldSeat], staff: Staff) -> NextStep:
    due_at = end_of(inspection.last_day)
    if inspection.state is InspectionState.READY:
        on_site = [
            seat.person
            for seat in seats
            if seat.department != EXPERTS and seat.state is AssignmentState.CONFIRMED
        ]
        return _step(inspection, Step.START_VISIT, staff.active(*on_site), due_at)
    if inspection.state is InspectionState.VISITING:
        return _step(inspection, Step.END_VISIT, _lead(seats, staff), due_at)
    return _step(inspection, Step.STUCK, (), None)


def _of_result(inspection: OpenInspection, seats: Collection[HeldSeat], staff: Staff) -> NextStep:
    due_at = end_of(inspection.publicity_due) if inspection.publicity_due else None
    if inspection.result in {ResultState.DRAFT, ResultState.RETURNED}:
        return _step(inspection, Step.SUBMIT_RESULT, _lead(seats, staff), due_at)
    if inspection.result is ResultState.SUBMITTED:
        team = {seat.person for seat in seats if seat.person}
        reviewers = _reviewers(staff, inspection.lead_department, inspection.level, team)
        return _step(inspection, Step.REVIEW_RESULT, reviewers, due_at)
    return _step(inspection, Step.STUCK, (), None)


def _of_reviews(records: Records, staff: Staff) -> Iterator[NextStep]:
    """What departments review for themselves, before the joint result is approved; the lead department's own, and what
    nobody of a department can review, go with the joint result."""
    reviews = [one for one in open_matters.reviews(records) if one.department != one.lead_department]
    drawn = open_matters.ever_drawn(records, sorted({one.inspection for one in reviews}))
    for review in reviews:
        owners = _reviewers(staff, review.department, review.level, drawn[review.inspection])
        if owners:
            due_at = end_of(review.publicity_due) if review.publicity_due else None
            owned = tuple(sorted(owners))
            yield NextStep(review.inspection, Step.REVIEW_FINDINGS, owned, due_at, review.lead_department)


def _reviewers(staff: Staff, department: str, level: str, barred: Collection[str]) -> frozenset[str]:
    """Its reviewers, or its heads where it has none; nobody who is `barred`."""
    found = (
        staff.who_may(Deed.REVIEW_FINDINGS, department, level, role).difference(barred)
        for role in (Role.REVIEWER, Role.HEAD)
    )
    return next((one for one in found if one), frozenset())


def _of_correction(correction: OpenCorrection, staff: Staff) -> NextStep:
    """Decided by reviewers or heads of the lead department, and then seen to by its operators."""
    lead, level = correction.lead_department, correction.level
    if correction.state is CorrectionState.UPHELD:
        reviewers = staff.who_may(Deed.REVIEW_FINDINGS, lead, level, Role.REVIEWER)
        step, owners = Step.CORRECT_RESULT, staff.who_may(Deed.RUN_SCHEME, lead, level) | reviewers
    else:
        step, owners = Step.DECIDE_OBJECTION, staff.who_may(Deed.DECIDE_OBJECTION, lead, level)
    return NextStep(correction.id, step, tuple(sorted(owners)), correction.since + DECISION_WITHIN, lead)


def _lead(seats: Collection[HeldSeat], staff: Staff) -> tuple[str, ...]:
    return staff.active(*(seat.person for seat in seats if seat.is_lead))


def _step(inspection: OpenInspection, step: Step, owners: Iterable[str], due_at: datetime | None) -> NextStep:
    return NextStep(inspection.id, step, tuple(sorted(owners)), due_at, inspection.lead_department)


# --- All else --------------------------------------------------------------------------------------------------------


def _of_request(request: OpenRequest, staff: Staff) -> NextStep:
    owners = staff.active(request.decider)
    return NextStep(request.id, Step.DECIDE_LEAVE, owners, request.decide_by, request.lead_department)


def _of_draws(sources: Iterable[OpenSource], staff: Staff) -> Iterator[NextStep]:
    by_draw: dict[str, list[OpenSource]] = {}
    for source in sources:
        by_draw.setdefault(source.draw, []).append(source)
    for draw, of_draw in by_draw.items():
        missing = [source for source in of_draw if not source.is_given]
        for source in missing:
            yield _of_source(source, staff)
        if not missing:
            lead, level = of_draw[0].lead_department, of_draw[0].level
            operators = tuple(sorted(staff.who_may(Deed.RUN_SCHEME, lead, level)))
            yield NextStep(draw, Step.RUN_DRAW, operators, max(one.due for one in of_draw), lead)


def _of_source(source: OpenSource, staff: Staff) -> NextStep:
    if source.witness is not None:
        owners, step = staff.active(source.witness), Step.GIVE_NUMBER
    else:
        entering = staff.who_may(Deed.ENTER_VALUE, source.lead_department, source.level)
        entering -= {source.first_by or ""}
        owners, step = tuple(sorted(entering)), Step.ENTER_VALUE
    return NextStep(source.draw, step, owners, source.due, source.lead_department)


def _of_transfer(transfer: OpenTransfer, staff: Staff) -> NextStep:
    """Whoever speaks for the department that it went to; while nobody of it is with us, for the one it came from."""
    sender = staff.who_may(Deed.SPEAK, transfer.from_department, transfer.level)
    owners = staff.who_may(Deed.SPEAK, transfer.to_department, transfer.level) or sender
    if transfer.state is TransferState.RETURNED:
        owners = sender
    step = Step.RECEIVE_TRANSFER if transfer.state is TransferState.OPENED else Step.CLOSE_TRANSFER
    due_at = transfer.opened_at + RECEIPT_WITHIN
    return NextStep(transfer.id, step, tuple(sorted(owners)), due_at, transfer.lead_department)


def _of_plan(plan: OpenPlan, staff: Staff) -> NextStep:
    """A department files, the joint office publishes; for either the clock says until when."""
    if plan.department is not None:
        liaisons = tuple(sorted(staff.who_may(Deed.FILE_PLAN, plan.department, PREFECTURE)))
        return NextStep(plan.id, Step.FILE_PLAN, liaisons, plan.due_at, plan.department)
    merging = staff.who_may(Deed.MERGE_PLAN, JOINT_OFFICE, PREFECTURE, *roles_for(Deed.MERGE_PLAN))
    office = tuple(sorted(merging))
    return NextStep(plan.id, Step.PUBLISH_PLAN, office, plan.due_at, JOINT_OFFICE)


def _of_wait(wait: OpenWait, staff: Staff) -> NextStep:
    step, owners = _SEES_TO[type(wait.row)](wait.row, wait.level, staff)
    due_at = wait.due_at or wait.since + SEEN_TO_WITHIN
    return NextStep(wait.row.id, step, tuple(sorted(owners)), due_at, wait.lead_department)


def _of_countersignature(row: Countersignature, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    """The head who was asked, or who came after that one."""
    asked = staff.active(row.asked_id) or staff.who_may(Deed.COUNTERSIGN, row.department, level)
    return Step.COUNTERSIGN, asked


def _of_approval(row: InspectionApproval, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    """As `actions.deciders` has it: without a head of its own, an authority is spoken for by the joint office's."""
    found = (staff.nearest(one, level, Role.HEAD) for one in (row.department, JOINT_OFFICE))
    return Step.APPROVE_VISIT, next((heads for heads in found if heads), frozenset())


def _of_follow_up(row: FollowUpMatter, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    """The officer who found it, and whoever speaks for the department; a joint punishment is its head's."""
    if row.kind == FollowUpKind.PUNISHMENT:
        return Step.DECIDE_LISTING, staff.who_may(Deed.DECIDE_MATTER, row.department, level)
    if row.kind == FollowUpKind.LISTING:
        return Step.DECIDE_LISTING, staff.who_may(Deed.SPEAK, row.department, level)
    owners = {*staff.active(row.owner_id), *staff.who_may(Deed.HANDLE_MATTER, row.department, level)}
    return (Step.ORDER_CORRECTION if row.state is FollowUpState.OPENED else Step.RECHECK), owners


def _of_crime(row: SuspectedCrime, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    """The head who was asked, then the group, and with it whoever speaks for the department."""
    speaking = staff.who_may(Deed.SPEAK, row.department, level)
    if row.state is CrimeState.REPORTED:
        heads = staff.who_may(Deed.DECIDE_MATTER, row.department, level)
        return Step.DECIDE_CRIME, staff.active(row.decider_id) or heads
    step = Step.HAND_OVER_CRIME if row.state is CrimeState.APPROVED else Step.NOTE_POLICE_ANSWER
    return step, {*staff.active(*row.group), *speaking}


def _of_scheme(row: Scheme, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    return Step.APPROVE_SCHEME, staff.who_may(Deed.APPROVE_SCHEME, row.departments[0], level)


def _of_clue(row: Clue, level: str, staff: Staff) -> tuple[Step, Iterable[str]]:
    return Step.DECIDE_CLUE, staff.who_may(Deed.DECIDE_CLUE, row.department, level)


_SEES_TO: Mapping[type, Callable[[Any, str, Staff], tuple[Step, Iterable[str]]]] = {
    Scheme: _of_scheme,
    Clue: _of_clue,
    Countersignature: _of_countersignature,
    InspectionApproval: _of_approval,
    FollowUpMatter: _of_follow_up,
    SuspectedCrime: _of_crime,
}


def start_of(day: date) -> datetime:
    """Its first moment in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def end_of(day: date) -> datetime:
    """The first moment after it in Beijing."""
    return start_of(day + timedelta(days=1))
