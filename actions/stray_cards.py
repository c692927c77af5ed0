"""What is asked about a stray, from the rows as they stand: a visit has ended since, a part was opened again."""

from dataclasses import replace

from actions.field_cards import may_reopen, object_name
from actions.strays import picture_of, sort_of
from inspection.checklists import number_in_words
from inspection.departments import EXPERTS
from inspection.evidence import receipt_of
from inspection.forms.filling import Asked
from inspection.states import ChecklistState, InspectionState
from inspection.words import without_hidden
from notifications.incoming import Incoming
from notifications.messages.strays import StrayAsked, StrayQuestion, StrayVisit
from storage import assignments, checklists, visits
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection
from storage.tables.messaging import Stray
from storage.tables.registers import Person

POSSIBLE = (
    InspectionState.READY,
    InspectionState.VISITING,
    InspectionState.GONE_REPORTED,
    InspectionState.VISITED,
    InspectionState.CLOSED,
)
"""States of a visit that something late can have been sent for."""

_NOT_NOW = {
    InspectionState.READY: "stray_not_started",
    InspectionState.GONE_REPORTED: "stray_gone",
}
_QUOTED = 60
_QUESTIONS = 30


def stray_card(records: Records, stray: Stray, person: Person, inspection_id: str = "") -> StrayAsked:
    """Asks what it is for; `inspection_id` is the visit that the person chose."""
    incoming = Incoming.from_json(stray.body)
    sent, words = picture_of(incoming), " ".join(without_hidden(incoming.text).split())
    asked = StrayAsked(
        stray=stray.id or 0,
        sort=sort_of(stray),
        receipt=receipt_of(sent.sha256) if sent.sha256 else "",
        words=words if len(words) <= _QUOTED else words[:_QUOTED] + "…",
        why="stray_nowhere",
        at=stray.received_at,
    )
    mine = visits.ever_visited(records, person.id, *POSSIBLE)
    open_ones = [one for one in mine if one.state is not InspectionState.CLOSED]
    chosen = next((one for one in mine if one.id == (inspection_id or stray.inspection_id)), None)
    if chosen is None and len(open_ones) > 1:
        return replace(
            asked, why="stray_which_visit", visits=tuple(_visit(records, one) for one in open_ones)
        )
    inspection = chosen or next(iter(open_ones or mine), None)
    return _about(records, asked, inspection, person) if inspection else asked


def _visit(records: Records, inspection: Inspection) -> StrayVisit:
    return StrayVisit(inspection.id, object_name(records, inspection))


def _about(records: Records, asked: StrayAsked, inspection: Inspection, person: Person) -> StrayAsked:
    """The visit is clear; what stands in the way, or which question?"""
    visit = _visit(records, inspection)
    asked = replace(asked, inspection=visit.inspection, object=visit.object)
    if inspection.state is InspectionState.CLOSED:
        return replace(asked, why="stray_closed")
    if inspection.state in _NOT_NOW:
        return replace(asked, why=_NOT_NOW[inspection.state], visits=(visit,))
    if asked.sort == "place":
        is_under_way = inspection.state is InspectionState.VISITING
        return (
            replace(asked, why="stray_place", visits=(visit,))
            if is_under_way
            else replace(asked, why="stray_ended")
        )
    member = assignments.member(records, inspection.id, person.id)
    if member is None or member.seat.department == EXPERTS:
        return replace(asked, why="stray_expert")
    part = records.get(ChecklistPart, f"{inspection.id}/{member.seat.department}")
    if part.state is ChecklistState.LOCKED and not may_reopen(records, inspection, part.department):
        return replace(asked, why="stray_in_review")
    return _in_part(records, asked, inspection, part)


def _in_part(records: Records, asked: StrayAsked, inspection: Inspection, part: ChecklistPart) -> StrayAsked:
    is_locked = part.state is ChecklistState.LOCKED
    if asked.sort == "answers":
        visits_ = () if is_locked else (_visit(records, inspection),)
        return replace(
            asked, why="stray_locked" if is_locked else "stray_answers", visits=visits_, reopens=is_locked
        )
    why, named = _named(records, asked, inspection, part.department)
    offered = [named] if named else _wanting_first(records, inspection, part.department)
    questions = tuple(StrayQuestion(one.id, checklists.number_of(one)) for one in offered[:_QUESTIONS])
    return replace(asked, why="stray_locked" if is_locked else why, questions=questions, reopens=is_locked)


def _named(
    records: Records, asked: StrayAsked, inspection: Inspection, department: str
) -> tuple[str, Asked | None]:
    """What the caption says: the question, or why it names none of this part."""
    number = number_in_words(asked.words)
    if number is None:
        return "stray_no_question", None
    found = checklists.question_by_number(records, inspection, number)
    if found is None:
        return "stray_no_such_question", None
    return ("stray_no_question", found[0]) if found[1] == department else ("stray_not_yours", None)


def _wanting_first(records: Records, inspection: Inspection, department: str) -> list[Asked]:
    """The department's questions, those that want a photo and have none at the head."""
    entries = {one.question_id: one for one in checklists.entries(records, inspection, department)}
    asked = checklists.questions(records, inspection, department)
    wanting = {id for id, one in entries.items() if one.needs_photo and not one.photos}
    return sorted(asked, key=lambda one: (one.id not in wanting, not entries[one.id].needs_photo))
