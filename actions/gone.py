"""An object that was open when it was drawn and is gone when the team comes: reported, then confirmed or rejected.

Confirming is `actions.redraws.replace_gone_object`: it draws the next object of the same stratum.
"""

from datetime import datetime

from actions.access import require_operator, seated
from actions.field_cards import object_name
from actions.telling import tell
from inspection.refusals import AlreadyDone, IllegalStep, Unacceptable
from inspection.roles import Role
from inspection.states import (
    INSPECTION,
    LIVE_ASSIGNMENTS,
    AssignmentState,
    InspectionState,
    InspectionStep,
    TeamState,
)
from notifications.buttons.visits import GONE_CAUSES
from notifications.messages.visits import GoneRejected, GoneReported
from storage import assignments, people, results
from storage.store import Records
from storage.tables.inspections import Inspection, Seat, Team
from storage.tables.registers import Person, RegisteredObject, Scheme

MAY_REPORT = frozenset({AssignmentState.ACCEPTED, AssignmentState.CONFIRMED})


def report_object_gone(
    records: Records, inspection_id: str, cause: str, *, by: Person, at: datetime
) -> Inspection:
    """A member of the team reports that the object was deregistered, revoked or has moved away; everything waits
    until an operator of the lead department has looked."""
    inspection = records.lock(Inspection, inspection_id)
    held = seated(records, inspection_id, by, MAY_REPORT)
    if inspection.state is InspectionState.GONE_REPORTED:
        raise AlreadyDone(
            "already_done_here", what="done_reported_gone", done_at=_reported_at(records, inspection, at)
        )
    if cause not in {one.value for one in GONE_CAUSES}:
        raise Unacceptable("unknown_button")
    records.move(INSPECTION, inspection, InspectionStep.REPORT_GONE, by=by.id, at=at, cause=cause)
    inspection.gone_cause, inspection.gone_reported_by = cause, by.id
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = records.get(RegisteredObject, inspection.object_id)
    message = GoneReported(
        inspection=inspection_id,
        object=registered.name,
        credit_code=registered.credit_code,
        scheme=scheme.name,
        cause=cause,
        reporter=by.name,
        department=records.get(Seat, held.seat_id).department,
    )
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0]):
        tell(records, operator.id, message, key=f"gone:{inspection_id}:{at.isoformat()}:{operator.id}", at=at)
    return inspection


def reject_gone(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Inspection:
    """The report does not hold: the inspection goes back to the step it was on, and the team hears so."""
    scheme_id = records.get(Inspection, inspection_id).scheme_id
    require_operator(records, scheme_id, by)
    inspection = records.lock(Inspection, inspection_id)
    if inspection.state is not InspectionState.GONE_REPORTED:
        raise IllegalStep
    records.move(INSPECTION, inspection, InspectionStep.REJECT_GONE, by=by.id, at=at)
    inspection.gone_cause = inspection.gone_reported_by = None
    if records.get(Team, inspection_id).state is TeamState.CONFIRMED:
        records.move(INSPECTION, inspection, InspectionStep.CONFIRM_TEAM, by=by.id, at=at)
        if inspection.started_at is not None:
            records.move(INSPECTION, inspection, InspectionStep.START_VISIT, by=by.id, at=at)
    message = GoneRejected(inspection=inspection_id, object=object_name(records, inspection), at=at)
    for member in assignments.members(records, inspection_id):
        held = member.assignment
        if held is not None and held.state in LIVE_ASSIGNMENTS:
            tell(records, held.person_id, message, key=f"gone_rejected:{held.id}:{at.isoformat()}", at=at)
    return inspection


def _reported_at(records: Records, inspection: Inspection, at: datetime) -> datetime:
    records.session.flush()
    line = results.last_journalled(records, "inspection.report_gone", inspection.id)
    return line.at if line else at
