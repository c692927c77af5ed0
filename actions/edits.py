"""Finding what an edited message had brought: its note or its photo, by the journal's own account."""

from actions.checklist_cards import own_entries
from inspection.checklists import number_in_words
from inspection.departments import EXPERTS
from inspection.states import InspectionState
from notifications.incoming import Incoming
from storage import assignments, awaited_files, results, strays, visits
from storage.store import Records
from storage.tables.inspections import JournalLine, Photo
from storage.tables.messaging import AwaitedFile, Stray
from storage.tables.registers import Person

_FILLED_IN = (InspectionState.VISITING, InspectionState.VISITED)
Place = tuple[str, str]
"""The ids of visit and question."""


def note_of_message(records: Records, person: Person, message: str) -> Place | None:
    """Which question's note these words are; None when they are none, or when another note has taken their place."""
    subjects = _subjects(records, person)
    line = _last_line(records, person, message, subjects, "answer.note")
    if line is None:
        return None
    newest = results.last_journalled(records, "answer.note", line.subject)
    return subjects[line.subject] if newest is not None and newest.id == line.id else None


def photo_of_message(records: Records, person: Person, message: str) -> Photo | None:
    """The photo that this picture became."""
    subjects = _subjects(records, person)
    line = _last_line(records, person, message, subjects, "photo.keep", "photo.move")
    return records.find(Photo, (*subjects[line.subject], line.details["sha256"])) if line else None


def awaited_of_message(records: Records, person: Person, message: str) -> AwaitedFile | None:
    """The picture of this message, until it is placed: its bytes may have come a moment ago."""
    waiting = awaited_files.not_placed(records, person.id)
    return next((one for one in waiting if _is_of(one.channel, one.body, records, message)), None)


def stray_of_message(records: Records, person: Person, message: str) -> Stray | None:
    """What this message brought, while the person is asked about it."""
    waiting = strays.asked(records, person.id)
    return next((one for one in waiting if _is_of(one.channel, one.body, records, message)), None)


def pieces_that_follow(records: Records, edited: Incoming) -> list[str]:
    """The messages of an album that name no question themselves, or were brought along by an edit before this one: they
    go where its one caption says. None where a second piece names a question of its own."""
    if not edited.album:
        return []
    rows = awaited_files.of_album(records, edited.channel, edited.chat, edited.album)
    pieces = {one.message_id: one.text for one in (Incoming.from_json(row.body) for row in rows)}
    caption = pieces.pop(edited.message_id, "")
    if any(number_in_words(text) is not None and text != caption for text in pieces.values()):
        return []
    return [message for message in pieces if message]


def recaption(records: Records, edited: Incoming) -> None:
    """Notes the new caption of an album's piece, here or not, for the next edit."""
    rows = awaited_files.of_album(records, edited.channel, edited.chat, edited.album) if edited.album else []
    for row in rows:
        if Incoming.from_json(row.body).message_id == edited.message_id:
            row.body = {**row.body, "text": edited.text}


def repin(row: AwaitedFile, caption: str, inspection_id: str, question_id: str) -> None:
    """The edited caption says what the awaited picture is for."""
    row.body = {**row.body, "text": caption}
    row.inspection_id, row.question_id = inspection_id, question_id


def _is_of(channel: str, body: dict[str, object], records: Records, message: str) -> bool:
    return channel == records.channel and Incoming.from_json(body).message_id == message


def _subjects(records: Records, person: Person) -> dict[str, Place]:
    """What the journal calls the questions that this person answers."""
    return {
        f"{inspection.id}/{department}/{entry.question_id}": (inspection.id, entry.question_id)
        for inspection in visits.visits_of(records, person.id, *_FILLED_IN)
        if (department := _department(records, inspection.id, person)) != EXPERTS
        for entry in own_entries(records, inspection, person)
    }


def _department(records: Records, inspection_id: str, person: Person) -> str:
    member = assignments.member(records, inspection_id, person.id)
    return member.seat.department if member else EXPERTS


def _last_line(
    records: Records, person: Person, message: str, subjects: dict[str, Place], *verbs: str
) -> JournalLine | None:
    lines = [line for verb in verbs for line in results.journalled(records, verb, list(subjects), person.id)]
    said = [
        line for line in lines if line.channel == records.channel and line.details.get("message") == message
    ]
    return max(said, key=lambda line: line.id or 0, default=None)
