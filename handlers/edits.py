"""A message was edited: its answers count as new, its note and its caption follow, anything else stays as it was."""

from actions.checklists import Receipted, keep_note, move_photo
from actions.edits import (
    awaited_of_message,
    note_of_message,
    photo_of_message,
    pieces_that_follow,
    recaption,
    repin,
    stray_of_message,
)
from actions.photo_receipts import photo_receipt
from actions.strays import place_stray, sort_of
from handlers.short_answers import are_short_answers, on_short_answers
from handlers.turn import Replies, Turn
from handlers.visit_meant import visit_meant
from inspection.checklists import number_in_words
from inspection.refusals import Unacceptable
from inspection.short_answers import read_short_answers
from notifications.incoming import IncomingKind
from notifications.messages.checklists import NoteKept, PhotoMoved
from notifications.messages.desk import EditNotTaken
from notifications.messages.message import Message
from storage import checklists
from storage.tables.inspections import Inspection, Photo
from storage.tables.messaging import AwaitedFile, Stray


def on_edit(turn: Turn) -> Replies:
    """A live location edits itself every few moments: nobody said anything."""
    kind, message = turn.incoming.kind, turn.incoming.message_id
    if kind is IncomingKind.LOCATION:
        return ()
    taken = _caption(turn, message or "") if kind is IncomingKind.PHOTO else _words(turn, message or "")
    return (EditNotTaken(),) if taken is None else taken


def _words(turn: Turn, message: str) -> Replies | None:
    noted = note_of_message(turn.records, turn.person, message) if message else None
    given = read_short_answers(turn.incoming.text)
    if noted is not None and (given is None or len(given.answers) < 2):
        return _note(turn, *noted)
    return on_short_answers(turn) if are_short_answers(turn) else None


def _note(turn: Turn, inspection_id: str, question_id: str) -> Replies:
    noted = keep_note(
        turn.records, inspection_id, question_id, turn.incoming.text, by=turn.person, at=turn.at,
        message=turn.incoming.message_id,
    )  # fmt: skip
    kept = NoteKept(inspection_id, noted.number, noted.note, noted.at, noted.is_repeat, is_edit=True)
    return (kept,)


def _caption(turn: Turn, message: str) -> Replies | None:
    """A caption that names a question now takes its photo there, wherever the photo is by then."""
    number = number_in_words(turn.incoming.text)
    taken = bring_picture(turn, message, number) if message and number is not None else None
    return None if taken is None or number is None else (*taken, *_follow(turn, number))


def _follow(turn: Turn, number: str) -> Replies:
    """An album has one caption: its other pieces go along."""
    said: list[Message] = []
    for message in pieces_that_follow(turn.records, turn.incoming):
        said += bring_picture(turn, message, number) or ()
    recaption(turn.records, turn.incoming)
    return tuple(said)


def bring_picture(turn: Turn, message: str, number: str) -> Replies | None:
    """Takes the picture of this message to the question of this number, wherever it is by now. None where there is
    none, or where it is there already."""
    photo = photo_of_message(turn.records, turn.person, message)
    if photo is not None:
        return _move(turn, photo, number, message)
    awaited = awaited_of_message(turn.records, turn.person, message)
    if awaited is not None:
        return _repin(turn, awaited, number)
    stray = stray_of_message(turn.records, turn.person, message)
    return _place(turn, stray, number) if stray and sort_of(stray) == "photo" else None


def _move(turn: Turn, photo: Photo, number: str, message: str) -> Replies | None:
    question_id = _question(turn, photo.inspection_id, number)
    if question_id == photo.question_id:
        return None
    moved = move_photo(turn.records, photo, question_id, by=turn.person, at=turn.at, message=message)
    return (PhotoMoved(photo.inspection_id, moved.number, moved.old_number, moved.photo.receipt),)


def _repin(turn: Turn, awaited: AwaitedFile, number: str) -> Replies | None:
    """Nothing is said: the receipt, when the bytes are here, names the question."""
    inspection_id = awaited.inspection_id or _visit(turn)
    if inspection_id is None:
        return None
    repin(awaited, turn.incoming.text, inspection_id, _question(turn, inspection_id, number))
    return ()


def _place(turn: Turn, stray: Stray, number: str) -> Replies | None:
    inspection_id = stray.inspection_id or _visit(turn)
    if inspection_id is None:
        return None
    question_id = _question(turn, inspection_id, number)
    placed = place_stray(turn.records, stray, inspection_id, question_id, by=turn.person, at=turn.at)
    assert isinstance(placed.outcome, Receipted)
    return (photo_receipt(turn.records, placed.outcome),)


def _visit(turn: Turn) -> str | None:
    inspection = visit_meant(turn)
    return inspection.id if inspection else None


def _question(turn: Turn, inspection_id: str, number: str) -> str:
    inspection = turn.records.get(Inspection, inspection_id)
    found = checklists.question_by_number(turn.records, inspection, number)
    if found is None:
        raise Unacceptable("no_such_question")
    return found[0].id
