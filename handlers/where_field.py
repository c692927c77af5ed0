"""Where a person is in the field, for `/where`."""

from actions.field_cards import finding_lines, object_name
from actions.on_site import member_on_site
from handlers.turn import Turn
from inspection.checklists import Progress, progress
from inspection.states import ChecklistState, InspectionState, ResultState
from notifications.messages.message import Message
from notifications.messages.visits import InField
from storage import checklists, visits
from storage.assignments import Member
from storage.tables.inspections import ChecklistPart, Inspection, Result


def where_in_field(turn: Turn) -> Message | None:
    """The visit the person is on, the question on the screen and what is next; None for somebody who is on none."""
    states = (InspectionState.VISITING, InspectionState.VISITED, InspectionState.READY)
    mine = visits.visits_of(turn.records, turn.person.id, *states)
    if not mine:
        return None
    on_screen = turn.talk.data.get("inspection")
    mine.sort(key=lambda one: (one.id != on_screen, states.index(one.state)))
    inspection = mine[0]
    member = member_on_site(turn.records, inspection.id, turn.person)
    found = progress(checklists.entries(turn.records, inspection, member.seat.department))
    return InField(
        inspection=inspection.id,
        object=object_name(turn.records, inspection),
        number=_number(turn, inspection),
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        next=_next(turn, inspection, member, found),
    )


def _number(turn: Turn, inspection: Inspection) -> int:
    data = turn.talk.data
    if data.get("inspection") != inspection.id or "question" not in data:
        return 0
    found = checklists.question(turn.records, inspection, data["question"])
    return found[0].number if found else 0


def _next(turn: Turn, inspection: Inspection, member: Member, found: Progress) -> str:
    if inspection.state is InspectionState.READY:
        return "next_start"
    state = turn.records.get(Result, inspection.id).state
    if state is ResultState.SUBMITTED:
        return "next_wait_review"
    part = turn.records.get(ChecklistPart, f"{inspection.id}/{member.seat.department}")
    if part.state is ChecklistState.OPEN:
        return "next_finish" if found.is_complete else "next_answer"
    lines = finding_lines(turn.records, inspection, member.seat.department)
    if any(line.gaps for line in lines):
        return "next_findings"
    if inspection.state is InspectionState.VISITED:
        after = "next_correct" if state is ResultState.RETURNED else "next_submit"
        return after if member.seat.is_lead else "next_wait_lead"
    return "next_end" if member.seat.is_lead else "next_wait_lead"
