"""Filling in a department's part: answers, notes, photos, finishing."""

from dataclasses import dataclass
from datetime import datetime

from actions.evidence_alarm import note_mended
from actions.field_cards import may_reopen
from actions.groups import tell_group_of_progress
from actions.live_progress import plan_live_progress
from actions.on_site import changeable_part, officer_on_site, own_question
from actions.visits import tell_lead_progress
from inspection.checklists import AnotherAnswer, Gap, Progress, missing, progress
from inspection.documents import DOCUMENT_TYPE
from inspection.evidence import PhotoWanted, receipt_of
from inspection.forms.filling import Asked
from inspection.forms.question import Kind
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.states import CHECKLIST, ChecklistState, ChecklistStep
from inspection.words import clean_words
from notifications.incoming import Attachment
from storage import checklists, evidence, results
from storage.store import Records
from storage.tables.inspections import Answer, ChecklistPart, Inspection, Photo
from storage.tables.registers import Person


@dataclass(frozen=True)
class Answered:
    """The answer as it stands; `is_repeat` when it stood there already."""

    number: str
    value: str
    at: datetime
    is_repeat: bool


@dataclass(frozen=True)
class Noted:
    """The note as it stands since `at`, with the answer it belongs to; `is_repeat` when it stood there already."""

    number: str
    value: str
    note: str
    at: datetime
    is_repeat: bool


@dataclass(frozen=True)
class Receipted:
    """A photo with its receipt, how many the part has now, and the numbers of its questions that lack one still."""

    photo: Photo
    number: str
    is_repeat: bool
    here: int
    progress: Progress
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A photo that belongs to another question now."""

    photo: Photo
    old_number: str
    number: str


def answer_question(
    records: Records,
    inspection_id: str,
    question_id: str,
    value: str,
    *,
    by: Person,
    at: datetime,
    replaces_another: bool = False,
    message: str | None = None,
) -> Answered:
    """Records an answer, as XForms writes it, for the officer's own department; the old one goes into the journal, and
    an empty one takes it back. Raises `Unfit` for what the form does not take. A part that is finished stays so, and a
    change that would leave a gap in it is refused. Another answer of a colleague is replaced only by somebody who has
    seen it (`replaces_another`). `message` is the messenger's id of typed words, as in `keep_note`."""
    inspection = records.lock(Inspection, inspection_id)
    part, refusal = _part(records, inspection, by)
    number = checklists.number_of(own_question(records, inspection, part.department, question_id))
    standing = records.find(Answer, (part.id, question_id))
    if standing is not None and standing.value == value:
        return Answered(number, value, standing.answered_at, is_repeat=True)
    if refusal is not None:
        raise refusal
    if standing is not None and standing.answered_by != by.id and standing.value and not replaces_another:
        raise _another(records, standing)
    old = standing.value if standing else None
    checklists.record(records, inspection, part, question_id, str(value), by=by.id, at=at)
    change = {"from": old, "to": str(value)} | _said_in(message)
    records.journal("answer.value", f"{part.id}/{question_id}", by=by.id, at=at, **change)
    _refuse_a_gap(records, inspection, part)
    plan_live_progress(records, inspection_id, at=at)
    return Answered(number, str(value), at, is_repeat=False)


def _part(records: Records, inspection: Inspection, by: Person) -> tuple[ChecklistPart, IllegalStep | None]:
    """The part of the officer's department, and what speaks against changing it: nothing speaks against what it holds
    already and is only said once more, late."""
    try:
        return changeable_part(records, inspection, by), None
    except IllegalStep as refusal:
        department = officer_on_site(records, inspection.id, by).seat.department
        return records.get(ChecklistPart, f"{inspection.id}/{department}"), refusal


def _another(records: Records, standing: Answer) -> AnotherAnswer:
    author = records.find(Person, standing.answered_by)
    name = author.name if author else ""
    return AnotherAnswer(value=standing.value, by=name, at=standing.answered_at)


def keep_note(
    records: Records,
    inspection_id: str,
    question_id: str,
    words: str,
    *,
    by: Person,
    at: datetime,
    message: str | None = None,
) -> Noted:
    """Keeps the note of an answered question; the same words again change nothing. `message` is the messenger's id of
    the words, by which they are found again when their writer edits them."""
    note = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    part, refusal = _part(records, inspection, by)
    number = checklists.number_of(own_question(records, inspection, part.department, question_id))
    standing = records.find(Answer, (part.id, question_id))
    if refusal is not None and (standing is None or standing.note != note):
        raise refusal
    if standing is None or not standing.value:
        raise Incomplete("note_needs_answer", number=number)
    is_repeat, since = standing.note == note, at
    if is_repeat:
        written = results.last_journalled(records, "answer.note", f"{part.id}/{question_id}")
        since = written.at if written else standing.answered_at
    else:
        change = {"from": standing.note, "to": note} | _said_in(message)
        records.journal("answer.note", f"{part.id}/{question_id}", by=by.id, at=at, **change)
        checklists.record_note(records, inspection, standing, note, at=at)
    return Noted(number, standing.value, note, since, is_repeat)


def attach_photo(
    records: Records,
    inspection_id: str,
    question_id: str,
    sent: Attachment,
    *,
    by: Person,
    at: datetime,
    message: str | None = None,
    received_at: datetime | None = None,
) -> Receipted:
    """Binds a photo, whose bytes are in the file store since `received_at` (None: since now), to a question. The same
    bytes for the same question give the same receipt and change nothing. `message` is the messenger's id of the
    picture, as in `keep_note`. A question for a file takes a PDF too; any other refuses it with `PhotoWanted`."""
    if sent.refused or not sent.sha256:
        raise Unacceptable(sent.refused or "photo_not_an_image", limit_mb=sent.limit_mb)
    inspection = records.lock(Inspection, inspection_id)
    part, refusal = _part(records, inspection, by)
    asked = own_question(records, inspection, part.department, question_id)
    number = checklists.number_of(asked)
    _refuse_a_document(sent.media_type, asked)
    photo = records.find(Photo, (inspection_id, question_id, sent.sha256))
    is_repeat = photo is not None
    if photo is None and refusal is not None:
        raise refusal
    if photo is None:
        photo = _photo(records, part, question_id, sent, by=by, at=received_at or at)
        checklists.keep_photo(records, inspection, photo, at=at)
        subject = f"{part.id}/{question_id}"
        facts = {"sha256": sent.sha256, "receipt": photo.receipt} | _said_in(message)
        records.journal("photo.keep", subject, by=by.id, at=at, **facts)
        plan_live_progress(records, inspection_id, at=at)
    note_mended(records, sent.sha256, at=at)
    entries = checklists.entries(records, inspection, part.department)
    here = next(entry.photos for entry in entries if entry.question_id == question_id)
    lacking = tuple(entry.number for entry, gaps in missing(entries) if Gap.PHOTO in gaps)
    return Receipted(photo, number, is_repeat, here, progress(entries), lacking)


def move_photo(
    records: Records, photo: Photo, question_id: str, *, by: Person, at: datetime, message: str | None = None
) -> Moved:
    """Binds a photo to another question of the same part, while the part may change; where the same bytes are there
    already, they stay once. Refused where a finished part would miss it."""
    inspection = records.lock(Inspection, photo.inspection_id)
    part = changeable_part(records, inspection, by)
    old = photo.question_id
    old_number = checklists.number_of_id(records, inspection, old)
    new = own_question(records, inspection, part.department, question_id)
    _refuse_a_document(photo.media_type, new)
    moved = checklists.rebind_photo(records, inspection, photo, question_id, at=at)
    facts = {"sha256": moved.sha256, "receipt": moved.receipt, "from": old, "to": new.id}
    records.journal("photo.move", f"{part.id}/{new.id}", by=by.id, at=at, **facts, **_said_in(message))
    _refuse_a_gap(records, inspection, part)
    return Moved(moved, old_number, checklists.number_of(new))


def _refuse_a_document(media_type: str, asked: Asked) -> None:
    if media_type == DOCUMENT_TYPE and asked.question.kind is not Kind.FILE:
        raise PhotoWanted(number=checklists.number_of(asked))


def _photo(
    records: Records, part: ChecklistPart, question_id: str, sent: Attachment, *, by: Person, at: datetime
) -> Photo:
    stood = evidence.newest_check_in(records, part.inspection_id, by.id, at)
    return Photo(
        inspection_id=part.inspection_id,
        question_id=question_id,
        sha256=sent.sha256,
        department=part.department,
        receipt=receipt_of(sent.sha256),
        media_type=sent.media_type,
        size=sent.size,
        width=sent.width,
        height=sent.height,
        grade="original" if sent.is_original else "recompressed",
        file_name=sent.file_name,
        taken_at=sent.taken_at,
        latitude=sent.latitude,
        longitude=sent.longitude,
        channel=records.channel,
        sent_by=by.id,
        received_at=at,
        check_in_at=stood.at if stood else None,
        check_in_latitude=stood.latitude if stood else None,
        check_in_longitude=stood.longitude if stood else None,
        check_in_distance_m=stood.distance_m if stood else None,
    )


def finish_part(records: Records, inspection_id: str, *, by: Person, at: datetime) -> ChecklistPart:
    """Finishes the officer's department's part; refuses with the list of what is missing."""
    inspection = records.lock(Inspection, inspection_id)
    member = officer_on_site(records, inspection_id, by)
    standing = records.get(ChecklistPart, f"{inspection_id}/{member.seat.department}")
    if standing.state is not ChecklistState.OPEN and standing.finished_at is not None:
        raise AlreadyDone(what="done_finished_part", done_at=standing.finished_at)
    part = changeable_part(records, inspection, by)
    open_questions = missing(checklists.entries(records, inspection, part.department))
    if open_questions:
        lines = [(entry.number, f"gap_{gap}") for entry, gaps in open_questions for gap in gaps]
        raise Incomplete("part_incomplete", lines=lines)
    records.move(CHECKLIST, part, ChecklistStep.FINISH, by=by.id, at=at)
    part.finished_at, part.finished_by = at, by.id
    tell_lead_progress(records, inspection, cause=f"finished:{part.department}", by=by, at=at)
    tell_group_of_progress(records, inspection, cause=f"finished:{part.department}", at=at)
    return part


def reopen_part(records: Records, inspection_id: str, *, by: Person, at: datetime) -> ChecklistPart:
    """Opens the part again, on site or after the visit, until the result is submitted."""
    inspection = records.lock(Inspection, inspection_id)
    member = officer_on_site(records, inspection_id, by)
    part = records.lock(ChecklistPart, f"{inspection_id}/{member.seat.department}")
    if part.state is ChecklistState.OPEN:
        _refuse_as_reopened(records, part)
    if not may_reopen(records, inspection, part.department):
        raise IllegalStep("checklist_locked")
    if part.state is ChecklistState.LOCKED:
        records.move(CHECKLIST, part, ChecklistStep.UNLOCK, by=by.id, at=at)
    records.move(CHECKLIST, part, ChecklistStep.REOPEN, by=by.id, at=at)
    tell_lead_progress(records, inspection, cause=f"reopened:{part.department}", by=by, at=at)
    tell_group_of_progress(records, inspection, cause=f"reopened:{part.department}", at=at)
    return part


def reopen_if_locked(
    records: Records, inspection_id: str, question_id: str, *, by: Person, at: datetime
) -> None:
    """The same for something that comes late, to a question of the officer's own (empty: to several): a part that a
    colleague has opened meanwhile stays as it is."""
    member = officer_on_site(records, inspection_id, by)
    if question_id:
        own_question(records, records.get(Inspection, inspection_id), member.seat.department, question_id)
    part = records.find(ChecklistPart, f"{inspection_id}/{member.seat.department}")
    if part is not None and part.state is ChecklistState.LOCKED:
        reopen_part(records, inspection_id, by=by, at=at)


def _refuse_as_reopened(records: Records, part: ChecklistPart) -> None:
    records.session.flush()
    opened = results.last_journalled(records, "checklist.reopen", part.id)
    if opened is not None:
        raise AlreadyDone(what="done_reopened_part", done_at=opened.at)


def _said_in(message: str | None) -> dict[str, object]:
    return {"message": message} if message else {}


def _refuse_a_gap(records: Records, inspection: Inspection, part: ChecklistPart) -> None:
    if part.state is ChecklistState.OPEN:
        return
    for entry, gaps in missing(checklists.entries(records, inspection, part.department)):
        raise Incomplete("part_would_break", number=entry.number, gap=f"gap_{gaps[0]}")
