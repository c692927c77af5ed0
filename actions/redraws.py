"""Redraw rounds: whatever falls vacant at one moment is drawn again in one round of the chain that was announced,
at once and in the open."""

from collections.abc import Sequence
from datetime import datetime

from actions.access import require_operator_of
from actions.approval_check import drop_approvals
from actions.assigning import assign, open_inspections, visit_of
from actions.briefing import stop_briefing_clocks
from actions.clue_links import close_clues
from actions.deadlines import end_deadline
from actions.draws import keep_transcript
from actions.gone import hand_over_object, refuse_settled
from actions.naming import ask_to_name
from actions.pools import frozen_pools, items_of
from actions.refused_draws import refused
from actions.telling import tell
from draw.double_random import (
    Cause,
    DrawnObject,
    Exclusion,
    Round,
    VacatedObject,
    VacatedSeat,
    read_transcript,
    run_redraw,
    shortage_of,
)
from draw.double_random import Refusal as DrawRefusal
from inspection.deadlines.rules import RuleName
from inspection.roles import Role
from inspection.states import (
    ASSIGNMENT,
    INSPECTION,
    LEAVE_REQUEST,
    LIVE_ASSIGNMENTS,
    SCHEME,
    TEAM,
    AssignmentState,
    AssignmentStep,
    DeadlineStep,
    InspectionState,
    InspectionStep,
    LeaveRequestState,
    LeaveRequestStep,
    SchemeState,
    SchemeStep,
    TeamState,
    TeamStep,
)
from notifications.messages.assignments import AssignmentReleased
from notifications.messages.schemes import RedrawInfeasible
from notifications.messages.teams import TeamReopened
from storage import assignments, due, people, results
from storage.store import Records
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat, Team
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import drawn_visit, shown_object

_GONE_CAUSES = {
    "closed": Cause.CLOSED,
    "revoked": Cause.CLOSED,
    "cancelled": Cause.CLOSED,
    "moved": Cause.MOVED,
}


def redraw_seats(
    records: Records,
    left: Sequence[Assignment],
    *,
    cause: Cause,
    bars_people: bool = False,
    at: datetime,
) -> None:
    """Draws anew the seats of one draw that these assignments have just left, all in one round; `bars_people` keeps
    the officers out of the whole draw. Where nothing was drawn here, heads are asked to name somebody instead.

    None of them can ever come back to the same object; the teams are open again until the new ones have accepted.
    """
    vacated = []
    for assignment in left:
        inspection = records.get(Inspection, assignment.inspection_id)
        due.cancel(records, assignment.id, at=at)
        end_deadline(records, RuleName.ANSWER, assignment.id, DeadlineStep.CANCEL, at=at)
        drop_requests(records, assignment, at=at)
        assignment.left_at = at
        reopen_team(records, inspection, assignment, at=at)
        vacated.append(VacatedSeat(_draw_seat(inspection, assignment), assignment.person_id, cause))
    excluded = [Exclusion(one.person_id) for one in left] if bars_people else []
    draw_id = records.get(Inspection, left[0].inspection_id).draw_id
    if draw_id is None:
        ask_to_name(records, left, cause=cause, at=at)
        return
    _run(records, draw_id, vacated=vacated, excluded=excluded, at=at)


def replace_gone_object(
    records: Records, inspection_id: str, *, moved_to: str = "", by: Person, at: datetime
) -> Inspection | None:
    """The operator confirms that an object is gone: its team is released, and the next one of its stratum is drawn.
    One that has `moved_to` another county of the prefecture stays in the register and is handed to that county.

    Gives the new inspection, or None when the stratum holds no further object, or nothing was drawn here.
    """
    scheme = require_operator_of(records, inspection_id, by)
    inspection = records.lock(Inspection, inspection_id)
    refuse_settled(records, inspection)
    assert inspection.gone_cause is not None
    records.move(INSPECTION, inspection, InspectionStep.REPLACE, by=by.id, at=at, cause=inspection.gone_cause)
    release_team(records, inspection, cause=inspection.gone_cause, by=by, at=at)
    if moved_to:
        hand_over_object(records, inspection, moved_to, by=by, at=at)
    else:
        records.get(RegisteredObject, inspection.object_id).status = inspection.gone_cause
    added = _drawn_for(records, inspection, at=at)
    if not added:
        finish_when_over(records, scheme, at=at)
        return None
    next_one = drawn_visit(records, inspection.scheme_id, added[0].id)
    inspection.replaced_by = next_one.id
    return next_one


def _drawn_for(records: Records, gone: Inspection, *, at: datetime) -> Sequence[DrawnObject]:
    """The next of its stratum; nothing where the object was given, not drawn."""
    if gone.draw_id is None or gone.gone_cause is None:
        return ()
    vacated = VacatedObject(gone.object_id, _GONE_CAUSES[gone.gone_cause])
    return _run(records, gone.draw_id, vacated=[vacated], excluded=[], at=at).objects


def finish_when_over(records: Records, scheme: Scheme, *, at: datetime) -> None:
    """With the last of its inspections a drawn scheme is finished."""
    records.session.flush()
    if scheme.state is SchemeState.DRAWN and results.still_under_way(records, scheme.id) == 0:
        records.move(SCHEME, scheme, SchemeStep.FINISH, by=None, at=at)
        close_clues(records, scheme, at=at)


def reopen_team(records: Records, inspection: Inspection, leaving: Assignment, *, at: datetime) -> None:
    """A seat fell vacant: an assembled or confirmed team waits again, and the lead is told why nothing can start."""
    team = records.lock(Team, inspection.id)
    if team.state is TeamState.ASSEMBLING:
        return
    was_confirmed = team.state is TeamState.CONFIRMED
    records.move(TEAM, team, TeamStep.REOPEN, by=None, at=at)
    _stop_clocks_of_team(records, inspection.id, at=at)
    if inspection.state is InspectionState.READY:
        records.move(INSPECTION, inspection, InspectionStep.REOPEN_TEAM, by=None, at=at)
    members = [member.assignment for member in assignments.members(records, inspection.id)]
    for other in members:
        if was_confirmed and other is not None and other.state is AssignmentState.CONFIRMED:
            records.move(ASSIGNMENT, other, AssignmentStep.REOPEN, by=None, at=at)
    lead = assignments.lead_of(records, inspection.id)
    if lead is not None and lead.id != leaving.id:
        message = TeamReopened(
            inspection=inspection.id,
            object=shown_object(records, inspection).name,
            department=records.get(Seat, leaving.seat_id).department,
            is_drawn=inspection.draw_id is not None,
        )
        tell(records, lead.person_id, message, key=f"reopened:{leaving.id}:{at.isoformat()}", at=at)


def _run(
    records: Records,
    draw_id: str,
    *,
    vacated: Sequence[VacatedSeat | VacatedObject],
    excluded: Sequence[Exclusion],
    at: datetime,
) -> Round:
    draw = records.lock(DrawRecord, draw_id)
    scheme = records.get(Scheme, draw.scheme_id)
    assert draw.transcript is not None
    pools = frozen_pools(draw)
    try:
        transcript = run_redraw(
            read_transcript(draw.transcript.encode()),
            pools,
            bytes.fromhex(draw.secret),
            vacated=vacated,
            excluded=excluded,
        )
    except DrawRefusal as refusal:
        raise refused(refusal) from refusal
    keep_transcript(draw, transcript)
    added = transcript.rounds[-1]
    records.journal(
        "draw.round", draw.id, by=None, at=at, round=added.number, seats=[one.seat for one in added.seats]
    )
    open_inspections(records, scheme, draw, added.objects, items_of(scheme, pools, added.objects), at=at)
    assign(records, scheme, added.seats, round_number=added.number, at=at)
    shortage = shortage_of(transcript)
    if shortage is not None:
        message = RedrawInfeasible(
            scheme=scheme.name,
            round=added.number,
            department=shortage.department,
            qualifications=shortage.qualifications,
            leads=shortage.leads,
            objects=_names_of(records, scheme, shortage.seats),
        )
        for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
            tell(
                records, operator.id, message, key=f"infeasible:{draw.id}:{added.number}:{operator.id}", at=at
            )
    return added


def _names_of(records: Records, scheme: Scheme, draw_seats: Sequence[str]) -> tuple[str, ...]:
    objects = dict.fromkeys(seat.split("/")[0] for seat in draw_seats)
    visits = (drawn_visit(records, scheme.id, one) for one in objects)
    return tuple(shown_object(records, visit).name for visit in visits)


def _draw_seat(inspection: Inspection, assignment: Assignment) -> str:
    return inspection.object_id + assignment.seat_id.removeprefix(inspection.id)


def release_team(records: Records, inspection: Inspection, *, cause: str, by: Person, at: datetime) -> None:
    """The visit does not take place: everybody on the team is free again and hears why, a `cause_…` of the labels."""
    team = records.lock(Team, inspection.id)
    records.move(TEAM, team, TeamStep.DISSOLVE, by=by.id, at=at)
    _stop_clocks_of_team(records, inspection.id, at=at)
    drop_approvals(records, inspection.id, at=at)
    visit = visit_of(records, inspection)
    for member in assignments.members(records, inspection.id):
        held = member.assignment
        if held is None or held.state not in LIVE_ASSIGNMENTS:
            continue
        due.cancel(records, held.id, at=at)
        end_deadline(records, RuleName.ANSWER, held.id, DeadlineStep.CANCEL, at=at)
        drop_requests(records, held, at=at)
        records.move(ASSIGNMENT, held, AssignmentStep.RELEASE, by=by.id, at=at)
        held.left_at = at
        message = AssignmentReleased(assignment=held.id, visit=visit, cause=cause)
        tell(records, held.person_id, message, key=f"released:{held.id}", at=at)


def _stop_clocks_of_team(records: Records, inspection_id: str, *, at: datetime) -> None:
    """A team that is open again has nothing to confirm, and nobody to send out."""
    for rule in (RuleName.TEAM_CONFIRMATION, RuleName.VISIT_WINDOW):
        end_deadline(records, rule, inspection_id, DeadlineStep.CANCEL, at=at)
    stop_briefing_clocks(records, inspection_id, at=at)


def drop_requests(records: Records, assignment: Assignment, *, at: datetime) -> None:
    """Takes pending leave requests off the head's table when there is nothing left to decide."""
    for request in assignments.requests_of(records, assignment.id):
        if request.state is LeaveRequestState.PENDING:
            due.cancel(records, request.id, at=at)
            for rule in (RuleName.LEAVE_DECISION, RuleName.RECUSAL_APPLICATION):
                end_deadline(records, rule, request.id, DeadlineStep.CANCEL, at=at)
            records.move(LEAVE_REQUEST, request, LeaveRequestStep.DROP, by=None, at=at)
            request.decided_at = at
