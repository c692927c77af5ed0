"""Pictures that come by reference: written down at their turn, placed when their bytes are here."""

from dataclasses import replace
from datetime import datetime, timedelta

from actions.field_cards import object_name
from actions.telling import tell
from inspection.checklists import number_in_words
from notifications.incoming import Attachment, Incoming, IncomingKind
from notifications.messages.checklists import PhotoLost
from storage import awaited_files, checklists, inbox
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.messaging import AwaitedFile, AwaitedFileState
from storage.tables.registers import Person

_ALBUM_WAIT = timedelta(seconds=2)
"""The pieces of an album come one by one, and only one of them bears the caption."""


def await_file(
    records: Records,
    incoming: Incoming,
    inspection_id: str | None,
    question_id: str | None,
    *,
    by: Person,
    at: datetime,
) -> None:
    """Writes down a picture whose bytes are still to be fetched, with what it is for where that is certain."""
    waits = incoming.album and number_in_words(incoming.text) is None
    awaited_files.keep(
        records,
        AwaitedFile(
            channel=incoming.channel,
            chat=incoming.chat,
            update_id=incoming.update_id,
            person_id=by.id,
            body=incoming.to_json(),
            album=incoming.album,
            inspection_id=inspection_id,
            question_id=question_id,
            state=AwaitedFileState.AWAITED,
            received_at=at,
            due_at=at + _ALBUM_WAIT if waits else at,
        ),
    )


def file_arrived(records: Records, awaited_id: int, attachment: Attachment, *, at: datetime) -> None:
    """The bytes are in the file store, or can't serve as evidence (`attachment.refused`): the inbox hears of it, once,
    and the picture is placed, or refused, in the order of everything else."""
    row = records.lock(AwaitedFile, awaited_id)
    if row.state is not AwaitedFileState.AWAITED:
        return
    awaited_files.arrived(row)
    sent = Incoming.from_json(row.body)
    named = sent.attachment or Attachment()
    here = replace(
        attachment,
        file_name=attachment.file_name or named.file_name,
        is_original=attachment.is_original or named.is_original,
    )
    update = replace(sent, update_id=awaited_files.update_id_of(row), kind=IncomingKind.FILE, attachment=here)
    stored = {"update_id": update.update_id, "chat": update.chat, "body": update.to_json()}
    inbox.keep(records, [stored], channel=row.channel, at=at)


def file_lost(records: Records, awaited_id: int, reason: str, *, at: datetime) -> None:
    """The bytes can't be had any more: the person hears which photo that was, and is asked to send it again."""
    row = records.lock(AwaitedFile, awaited_id)
    if row.state is not AwaitedFileState.AWAITED:
        return
    awaited_files.lost(row, reason)
    inspection_id, question_id = target_of(records, row)
    inspection = records.find(Inspection, inspection_id) if inspection_id else None
    found = checklists.question(records, inspection, question_id) if inspection and question_id else None
    message = PhotoLost(
        sent_at=row.received_at,
        caption=Incoming.from_json(row.body).text,
        number=checklists.number_of(found[0]) if found else "",
        object=object_name(records, inspection) if inspection else "",
    )
    tell(records, row.person_id, message, key=f"photo_lost:{row.id}", at=at)


def target_of(records: Records, row: AwaitedFile) -> tuple[str | None, str | None]:
    """Which visit and which question the picture is for. A piece of an album without a number of its own goes with the
    piece that has one; where two of them name two questions, nothing is certain."""
    if not row.album or _names_a_question(row):
        return row.inspection_id, row.question_id
    named = {
        (one.inspection_id, one.question_id)
        for one in awaited_files.album(records, row)
        if _names_a_question(one) and one.question_id
    }
    if len(named) > 1:
        return row.inspection_id, None
    return named.pop() if named else (row.inspection_id, row.question_id)


def _names_a_question(row: AwaitedFile) -> bool:
    return number_in_words(Incoming.from_json(row.body).text) is not None
