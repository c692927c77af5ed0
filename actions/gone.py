"""An object that was open when it was drawn and is gone when the team comes: reported, then confirmed or rejected.

Confirming is `actions.redraws.replace_gone_object`: it draws the next object of the same stratum.
"""

from datetime import datetime

from actions.access import require_operator_of, seated
from actions.field_cards import object_name
from actions.telling import tell
from inspection.departments import DISTRICTS, PREFECTURE
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
from notifications.buttons.visits import GONE_CAUSES, GoneAct
from notifications.messages.visits import Arrival, GoneRejected, GoneReported, ObjectHandedOver
from storage import assignments, checklists, evidence, people, results
from storage.store import Records
from storage.tables.inspections import CheckIn, Inspection, Team
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.veils import shown_object

MAY_REPORT = frozenset({AssignmentState.ACCEPTED, AssignmentState.CONFIRMED})


def report_object_gone(
    records: Records, inspection_id: str, cause: str, *, by: Person, at: datetime
) -> Inspection:
    """A member of the team reports that the object was deregistered, revoked or has moved away; everything waits
    until an operator of the lead department has looked."""
    inspection = records.lock(Inspection, inspection_id)
    if inspection.state is InspectionState.REPLACED and inspection.gone_reported_by == by.id:
        refuse_settled(records, inspection)
    seated(records, inspection_id, by, MAY_REPORT)
    if inspection.state is InspectionState.GONE_REPORTED:
        _refuse_as_done(records, inspection, "report_gone", "done_reported_gone")
    if cause not in {one.value for one in GONE_CAUSES}:
        raise Unacceptable("unknown_button")
    records.move(INSPECTION, inspection, InspectionStep.REPORT_GONE, by=by.id, at=at, cause=cause)
    inspection.gone_cause, inspection.gone_reported_by = cause, by.id
    message, scheme = reported_message(records, inspection), records.get(Scheme, inspection.scheme_id)
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        tell(records, operator.id, message, key=f"gone:{inspection_id}:{at.isoformat()}:{operator.id}", at=at)
    return inspection


def reported_message(records: Records, inspection: Inspection) -> GoneReported:
    """What the operators are asked to verify."""
    registered = shown_object(records, inspection)
    reporter = records.get(Person, inspection.gone_reported_by)
    return GoneReported(
        inspection=inspection.id,
        object=registered.name,
        credit_code=registered.credit_code,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        cause=inspection.gone_cause or "",
        reporter=reporter.name,
        department=reporter.department,
        district=registered.district,
        arrived=_arrivals(records, inspection),
        photos=len(checklists.photos(records, inspection.id)),
    )


def _arrivals(records: Records, inspection: Inspection) -> tuple[Arrival, ...]:
    """What speaks for the report: whoever checked in at the place, each with the first time."""
    first: dict[str, CheckIn] = {}
    for one in evidence.check_ins(records, inspection.id):
        first.setdefault(one.person_id, one)
    return tuple(Arrival(records.get(Person, id).name, one.at, one.distance_m) for id, one in first.items())


def hand_over_object(
    records: Records, inspection: Inspection, moved_to: str, *, by: Person, at: datetime
) -> None:
    """It has moved within the prefecture: from now on it is the other county's, whose liaisons hear of it."""
    registered = records.get(RegisteredObject, inspection.object_id)
    is_elsewhere = moved_to in DISTRICTS and moved_to not in {PREFECTURE, registered.district}
    if inspection.gone_cause != GoneAct.MOVED.value or not is_elsewhere:
        raise IllegalStep
    old, registered.district = registered.district, moved_to
    inspection.moved_to = moved_to
    records.journal("object.move", registered.id, by=by.id, at=at, **{"from": old, "to": moved_to})
    scheme = records.get(Scheme, inspection.scheme_id)
    shown = shown_object(records, inspection)
    message = ObjectHandedOver(
        object=shown.name,
        credit_code=shown.credit_code,
        scheme=scheme.name,
        old_district=old,
        district=moved_to,
        at=at,
    )
    there = people.nearest(records, Role.LIAISON, scheme.departments[0], moved_to)
    for liaison in there:
        tell(records, liaison.id, message, key=f"handed_over:{inspection.id}:{liaison.id}", at=at)


def reject_gone(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Inspection:
    """The report does not hold: the inspection goes back to the step it was on, and the team hears so."""
    require_operator_of(records, inspection_id, by)
    inspection = records.lock(Inspection, inspection_id)
    refuse_settled(records, inspection)
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


def refuse_settled(records: Records, inspection: Inspection) -> None:
    """While a report waits there is something to settle; else the second press of an operator, or another
    operator's, hears what was found and when."""
    if inspection.state is InspectionState.GONE_REPORTED:
        return
    _refuse_as_done(records, inspection, "replace", "done_replaced")
    _refuse_as_done(records, inspection, "reject_gone", "done_rejected_gone")
    raise IllegalStep


def _refuse_as_done(records: Records, inspection: Inspection, step: str, what: str) -> None:
    """Says when this step was last taken, if it ever was."""
    records.session.flush()
    line = results.last_journalled(records, f"inspection.{step}", inspection.id)
    if line is not None:
        raise AlreadyDone(what=what, done_at=line.at)
