"""A photo arrives: bound to the question its caption names, or to the one on the screen; else one asks."""

from actions.awaited_files import await_file, target_of
from actions.checklist_cards import next_question, own_entries
from actions.checklists import attach_photo
from actions.photo_receipts import photo_receipt
from handlers.checklists import show_question, show_summary
from handlers.strays import ask_about
from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from handlers.visit_meant import visit_meant
from inspection.checklists import number_in_words
from inspection.evidence import PhotoWanted
from inspection.refusals import Refusal, Unacceptable
from notifications.incoming import Attachment
from notifications.messages.checklists import PhotoKept
from notifications.messages.message import Message
from storage import awaited_files, checklists
from storage.tables.inspections import Inspection

Target = tuple[str | None, str | None]
"""The ids of visit and question, each as far as it is certain."""


def on_photo(turn: Turn) -> Replies:
    """The receipt is written in the transaction that stores the photo's row; the bytes were on disk before. Of bytes
    that still lie with the messenger nothing is said until they are here."""
    sent = _sent(turn)
    inspection_id, question_id = _meant(turn)
    if sent.remote and not sent.sha256:
        await_file(turn.records, turn.incoming, inspection_id, question_id, by=turn.person, at=turn.at)
        return ()
    kept = _keep(turn, sent, inspection_id, question_id)
    return (kept, *_after(turn, kept)) if isinstance(kept, PhotoKept) else (kept,)


def on_file(turn: Turn) -> Replies:
    """The bytes of a photo are here: it goes where it belonged when it came. Whoever still has its question on the
    screen goes on from there, after the last of several; whoever is elsewhere by now stays there."""
    sent = _sent(turn)
    row = awaited_files.behind(turn.records, turn.incoming.update_id)
    kept = _keep(turn, sent, *(target_of(turn.records, row) if row else (None, None)))
    if not isinstance(kept, PhotoKept) or turn.talk.state is not TalkState.QUESTION:
        return (kept,)
    is_on_screen = _on_screen(turn, kept.inspection) == kept.question
    if not is_on_screen or (row is not None and awaited_files.are_more_coming(turn.records, row)):
        return (kept,)
    return (kept, *_moved_on(turn, kept.inspection, kept.question))


def _sent(turn: Turn) -> Attachment:
    sent = turn.incoming.attachment
    if sent is None:
        raise Unacceptable("photo_not_an_image")
    if sent.refused:
        raise Unacceptable(sent.refused, limit_mb=sent.limit_mb)
    return sent


def _meant(turn: Turn) -> Target:
    inspection = visit_meant(turn)
    if inspection is None:
        return None, None
    number = number_in_words(turn.incoming.text)
    if number is not None:
        found = checklists.question_by_number(turn.records, inspection, number)
        return inspection.id, found[0].id if found else None
    return inspection.id, _on_screen(turn, inspection.id)


def _on_screen(turn: Turn, inspection_id: str) -> str | None:
    data = turn.talk.data
    return data.get("question") if data.get("inspection") == inspection_id else None


def _keep(turn: Turn, sent: Attachment, inspection_id: str | None, question_id: str | None) -> Message:
    """The receipt. What no question takes (another department's, a locked part's) is kept all the same, and asked
    about; a document where a photo is wanted is refused, for it would fit nowhere else either."""
    if inspection_id is None or question_id is None:
        return ask_about(turn, inspection_id)
    try:
        kept = attach_photo(
            turn.records, inspection_id, question_id, sent, by=turn.person, at=turn.at,
            message=turn.incoming.message_id,
        )  # fmt: skip
    except PhotoWanted:
        raise
    except Refusal:  # before anything was written
        return ask_about(turn, inspection_id)
    return photo_receipt(turn.records, kept)


def _after(turn: Turn, kept: PhotoKept) -> Replies:
    """A receipt takes no other question, and no note that is asked for, off the screen."""
    on_screen = _on_screen(turn, kept.inspection)
    if turn.talk.state is TalkState.NOTE_WORDS or (on_screen and on_screen != kept.question):
        return ()
    return _moved_on(turn, kept.inspection, kept.question)


def _moved_on(turn: Turn, inspection_id: str, question_id: str) -> Replies:
    """The photo's question again while something is missing there, else the next open one, else the summary."""
    inspection = turn.records.get(Inspection, inspection_id)
    entries = own_entries(turn.records, inspection, turn.person)
    gaps = next(entry.gaps for entry in entries if entry.question_id == question_id)
    waiting = question_id if gaps else next_question(turn.records, inspection, turn.person, after=question_id)
    return show_question(turn, inspection.id, waiting) if waiting else show_summary(turn, inspection.id)
