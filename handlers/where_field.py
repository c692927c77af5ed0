"""Where a person is in the field, for `/where`."""

from actions.field_cards import finding_lines, may_reopen, object_name
from actions.on_site import member_on_site
from handlers.talk import TalkState
from handlers.turn import Turn
from inspection.checklists import Progress, progress
from inspection.departments import EXPERTS
from inspection.states import ChecklistState, InspectionState, ResultState
from notifications.messages.visits import InField
from storage import checklists, strays, visits
from storage.assignments import Member
from storage.tables.inspections import ChecklistPart, Inspection, Result

_IN_FIELD = (
    InspectionState.VISITING,
    InspectionState.VISITED,
    InspectionState.GONE_REPORTED,
    InspectionState.READY,
)
_ORDER = (*_IN_FIELD, InspectionState.CLOSED)
_ASKED_FOR_WORDS = {TalkState.NOTE_WORDS: "next_note", TalkState.FINDING_WORDS: "next_finding_words"}


def where_in_field(turn: Turn, *, waiting: int) -> InField | None:
    """The visit the person is on, the question on the screen and what is next; None for somebody who is on none.
    `waiting` is how many other tasks want an answer."""
    mine = visits.visits_of(turn.records, turn.person.id, *_IN_FIELD)
    mine += visits.in_correction(turn.records, turn.person.id)
    if not mine:
        return None
    on_screen = turn.talk.data.get("inspection")
    mine.sort(key=lambda one: (one.id != on_screen, _ORDER.index(one.state)))
    inspection = mine[0]
    member = member_on_site(turn.records, inspection.id, turn.person)
    found = progress(checklists.entries(turn.records, inspection, member.seat.department))
    return InField(
        inspection=inspection.id,
        object=object_name(turn.records, inspection),
        state=inspection.state,
        number=_number(turn, inspection),
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        next=_next(turn, inspection, member, found),
        waiting=waiting,
        **placeless(turn),
    )


def placeless(turn: Turn) -> dict[str, int]:
    """How many things the person sent that belong nowhere yet, and the first of them."""
    waiting = strays.asked(turn.records, turn.person.id)
    return {"strays": len(waiting), "stray": (waiting[0].id or 0) if waiting else 0}


def is_in_hand(turn: Turn, card: InField) -> bool:
    """Whether the person is at work on it: on site, or with one of its questions on the screen."""
    is_on_screen = turn.talk.data.get("inspection") == card.inspection
    return card.state is InspectionState.VISITING or is_on_screen


def _number(turn: Turn, inspection: Inspection) -> str:
    data = turn.talk.data
    if data.get("inspection") != inspection.id or "question" not in data:
        return ""
    found = checklists.question(turn.records, inspection, data["question"])
    return checklists.number_of(found[0]) if found else ""


def _next(turn: Turn, inspection: Inspection, member: Member, found: Progress) -> str:
    if member.seat.department == EXPERTS:
        return "next_advise"
    if inspection.state is InspectionState.READY:
        return "next_start"
    if inspection.state is InspectionState.GONE_REPORTED:
        return "next_wait_gone"
    state = turn.records.get(Result, inspection.id).state
    if state is ResultState.SUBMITTED:
        return "next_wait_review"
    if turn.talk.state in _ASKED_FOR_WORDS and turn.talk.data.get("inspection") == inspection.id:
        return _ASKED_FOR_WORDS[turn.talk.state]
    part = turn.records.get(ChecklistPart, f"{inspection.id}/{member.seat.department}")
    if part.state is ChecklistState.OPEN:
        return "next_finish" if found.is_complete else "next_answer"
    lines = finding_lines(turn.records, inspection, member.seat.department)
    if any(line.gaps for line in lines):
        return "next_findings"
    is_ours = may_reopen(turn.records, inspection, member.seat.department)
    return _after_findings(inspection, state, is_lead=member.seat.is_lead, is_ours=is_ours)


def _after_findings(inspection: Inspection, state: ResultState, *, is_lead: bool, is_ours: bool) -> str:
    """`is_ours`: what the own department found was returned, and not only another's."""
    if inspection.state is InspectionState.VISITING:
        return "next_end" if is_lead else "next_wait_lead"
    if state in {ResultState.RETURNED, ResultState.CORRECTING}:
        others = "next_correct_part" if is_ours else "next_wait_submit"
        return "next_correct" if is_lead else others
    return "next_submit" if is_lead else "next_wait_submit"
