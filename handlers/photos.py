"""A photo arrives: bound to the question its caption names, or to the one on the screen."""

from collections.abc import Sequence

from actions.checklists import attach_photo
from actions.field_cards import next_question, own_entries
from handlers.checklists import show_question, show_summary
from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from inspection.checklists import number_in_words
from inspection.refusals import Incomplete, Unacceptable
from inspection.states import ChecklistState, InspectionState
from notifications.messages.checklists import PhotoKept
from storage import checklists, visits
from storage.tables.inspections import Inspection


def on_photo(turn: Turn) -> Replies:
    """The receipt is written in the transaction that stores the photo's row; the bytes were on disk before."""
    sent = turn.incoming.attachment
    if sent is None:
        raise Unacceptable("photo_not_an_image")
    if sent.refused:
        raise Unacceptable(sent.refused, limit_mb=sent.limit_mb)
    inspection, question_id = _meant(turn)
    kept = attach_photo(turn.records, inspection.id, question_id, sent, by=turn.person, at=turn.at)
    receipt = PhotoKept(
        inspection=inspection.id,
        question=question_id,
        number=kept.number,
        receipt=kept.photo.receipt,
        photos=kept.progress.photos,
        photos_wanted=kept.progress.photos_wanted,
        here=kept.here,
        is_repeat=kept.is_repeat,
        at=kept.photo.received_at,
    )
    return (receipt, *_after(turn, inspection, question_id))


def _meant(turn: Turn) -> tuple[Inspection, str]:
    """Which visit and which question the photo is for; asked for rather than guessed."""
    data = turn.talk.data
    states = (InspectionState.VISITING, InspectionState.VISITED)
    mine = visits.visits_of(turn.records, turn.person.id, *states)
    if not mine:
        raise Incomplete("no_visit_here")
    on_screen = next((one for one in mine if one.id == data.get("inspection")), None)
    number = number_in_words(turn.incoming.text)
    if number is not None:
        inspection = on_screen or _only_one_open(turn, mine)
        found = checklists.question_by_number(turn.records, inspection, number)
        if found is None:
            raise Unacceptable("no_such_question")
        return inspection, found[0].id
    if on_screen is None or "question" not in data:
        raise Incomplete("photo_without_question")
    return on_screen, data["question"]


def _only_one_open(turn: Turn, mine: Sequence[Inspection]) -> Inspection:
    """A number says which question, not which visit: with several under way a guess could file evidence elsewhere."""
    still_open = [one for one in mine if not _is_locked(turn, one)]
    if len(still_open) > 1:
        raise Incomplete("photo_without_visit")
    return (still_open or mine)[0]


def _is_locked(turn: Turn, inspection: Inspection) -> bool:
    found = checklists.parts(turn.records, inspection.id)
    return any(part.state is ChecklistState.LOCKED for part in found)


def _after(turn: Turn, inspection: Inspection, question_id: str) -> Replies:
    """The photo's question again while something is missing there, else the next open one, else the summary; a note
    that was being asked for stays asked."""
    if turn.talk.state is TalkState.NOTE_WORDS:
        return ()
    entries = own_entries(turn.records, inspection, turn.person)
    gaps = next(entry.gaps for entry in entries if entry.question_id == question_id)
    waiting = question_id if gaps else next_question(turn.records, inspection, turn.person, after=question_id)
    return show_question(turn, inspection.id, waiting) if waiting else show_summary(turn, inspection.id)
