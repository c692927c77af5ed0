"""An order of the head (指令回避): officers are taken off their seats, and all of these are drawn again in one round.

Source: domain rule E under 行政处罚法 43: whoever decides on recusals may also order one.
"""

from collections.abc import Sequence
from datetime import datetime

from actions.assigning import is_drawn
from actions.redraws import drop_requests, redraw_seats
from actions.rights import is_allowed
from actions.telling import tell
from draw.double_random import Cause
from inspection.departments import EXPERTS, is_within
from inspection.leave import WORDS_LIMIT, Origin
from inspection.refusals import AlreadyDone, IllegalStep, NotYours
from inspection.rights import Deed
from inspection.states import ASSIGNMENT, AssignmentState, AssignmentStep, InspectionState, LeaveRequestState
from inspection.words import clean_words
from notifications.messages.orders import OfficerCard, OfficerLine, OfficerList, OfficerSeat, OrderedOff
from storage import assignments
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.registers import Person, Scheme
from storage.veils import shown_object

ORDERED = "E"
"""In a leave request: nobody asked, the head ordered."""
_MAY_BE_ORDERED = (
    AssignmentState.NOTIFIED,
    AssignmentState.ACCEPTED,
    AssignmentState.CONFIRMED,
    AssignmentState.LEAVE_ASKED,
)
_VISIT_IS_OVER = (InspectionState.VISITED, InspectionState.CLOSED, InspectionState.REPLACED)


def order_off(
    records: Records,
    assignment_ids: Sequence[str],
    words: str,
    *,
    bars_people: bool = False,
    by: Person,
    at: datetime,
) -> list[Assignment]:
    """Takes officers off these seats of one draw, and with `bars_people` keeps them out of all its later rounds. The
    reason is kept for head and auditor; the officer hears that it was ordered.

    Refuses `NotYours` (another department's officer), `AlreadyDone`, a visit that is over, and empty words.
    """
    words = clean_words(words, WORDS_LIMIT)
    asked = [records.get(Assignment, one) for one in sorted(assignment_ids)]
    for inspection_id in sorted({one.inspection_id for one in asked}):
        records.lock(Inspection, inspection_id)
    ordered = [records.lock(Assignment, one.id) for one in asked]
    for assignment in ordered:
        refuse_ordering(records, assignment, by=by)
    for assignment in ordered:
        _take_off(records, assignment, words, by=by, at=at)
    redraw_seats(records, ordered, cause=Cause.ORDERED, bars_people=bars_people, at=at)
    return ordered


def refuse_ordering(records: Records, assignment: Assignment, *, by: Person) -> None:
    """Refuses anybody but the head who decides for this officer, a seat that was left, and a visit that is over."""
    inspection = records.get(Inspection, assignment.inspection_id)
    department = _decides_for(records, records.get(Person, assignment.person_id), inspection.scheme_id)
    level = records.get(Scheme, inspection.scheme_id).district
    if not is_allowed(Deed.ORDER_OFF, by, of=department, in_=level) or assignment.person_id == by.id:
        raise NotYours
    if assignment.state is AssignmentState.ORDERED_OFF and assignment.left_at is not None:
        raise AlreadyDone(what="done_ordered_off", done_at=assignment.left_at)
    if assignment.state not in _MAY_BE_ORDERED or inspection.state in _VISIT_IS_OVER:
        raise IllegalStep


def officers_message(records: Records, head: Person) -> OfficerList:
    """Who holds seats now of those for whom this head decides: the department's officers, and the experts of its
    schemes."""
    held = [
        *(
            one
            for one in assignments.live_in_department(records, head.department)
            if is_within(one[0].district, head.district)
        ),
        *assignments.live_experts(records, head.department, head.district),
    ]
    return OfficerList(
        officers=tuple(
            OfficerLine(person.id, person.name, seats) for person, seats in held if person.id != head.id
        )
    )


def officer_message(records: Records, person_id: str, *, head: Person) -> OfficerCard:
    """What one officer holds, for the head to see and to order."""
    person = records.get(Person, person_id)
    held = [
        one
        for one in assignments.live_of_person(records, person_id)
        if _decides_for(records, person, one[1].scheme_id) == head.department
        and is_within(records.get(Scheme, one[1].scheme_id).district, head.district)
    ]
    is_near = is_within(person.district, head.district)
    is_own = (person.department == head.department and is_near) or (person.department == EXPERTS and held)
    if not is_allowed(Deed.ORDER_OFF, head) or not is_own or person.id == head.id:
        raise NotYours
    return OfficerCard(
        person=person.id,
        name=person.name,
        seats=tuple(
            OfficerSeat(
                assignment.id, inspection.scheme_id, registered.name, assignment.state.value,
                may_be_ordered=assignment.state in _MAY_BE_ORDERED and inspection.state not in _VISIT_IS_OVER,
            )
            for assignment, inspection, registered in held
        ),
    )  # fmt: skip


def _decides_for(records: Records, person: Person, scheme_id: str) -> str:
    """The department whose head decides for this person in a scheme; for an expert the lead department."""
    if person.department != EXPERTS:
        return person.department
    lead: str = records.get(Scheme, scheme_id).departments[0]
    return lead


def ordered_in_scheme(records: Records, person_id: str, scheme_id: str) -> list[str]:
    """The seats of an officer in one scheme that an order may take."""
    return [
        assignment.id
        for assignment, inspection, _object in assignments.live_of_person(records, person_id)
        if inspection.scheme_id == scheme_id
        and assignment.state in _MAY_BE_ORDERED
        and inspection.state not in _VISIT_IS_OVER
    ]


def _take_off(records: Records, assignment: Assignment, words: str, *, by: Person, at: datetime) -> None:
    drop_requests(records, assignment, at=at)
    records.move(ASSIGNMENT, assignment, AssignmentStep.ORDER_OFF, by=by.id, at=at)
    number = len(assignments.requests_of(records, assignment.id)) + 1
    records.add(
        LeaveRequest(
            id=f"{assignment.id}/r{number}",
            assignment_id=assignment.id,
            kind="order",
            origin=Origin.ORDERED.value,
            ground=ORDERED,
            words=words,
            state=LeaveRequestState.GRANTED,
            filed_at=at,
            decider_id=by.id,
            decided_at=at,
            decided_by=by.id,
        )
    )
    inspection = records.get(Inspection, assignment.inspection_id)
    registered = shown_object(records, inspection)
    message = OrderedOff(
        assignment=assignment.id, object=registered.name, at=at, is_drawn=is_drawn(records, inspection.id)
    )
    tell(records, assignment.person_id, message, key=f"ordered_off:{assignment.id}", at=at)
