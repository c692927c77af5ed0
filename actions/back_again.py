"""Somebody on site speaks again after a break: once all that the phone had queued is in, one message says what is
there and what is missing."""

from datetime import datetime, timedelta

from actions.field_cards import object_name
from actions.telling import tell
from inspection.checklists import missing, progress
from inspection.departments import EXPERTS
from inspection.states import InspectionState
from notifications.incoming import Incoming, IncomingKind
from notifications.messages.checklists import OpenLine
from notifications.messages.visits import BackAgain
from storage import assignments, awaited_files, checklists, due, people, results, strays, visits
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.messaging import DueWork
from storage.tables.registers import Person

BREAK = timedelta(minutes=20)
"""Silence after which somebody is back."""
QUIET = timedelta(seconds=8)
"""A phone that has a signal again sends what it kept within moments; after so long without a word all is in."""
PATIENCE = timedelta(minutes=1)
"""Whoever goes on typing hears it all the same."""

_SPOKEN = {IncomingKind.TEXT, IncomingKind.BUTTON, IncomingKind.PHOTO, IncomingKind.LOCATION}


def note_break(
    records: Records, person: Person, incoming: Incoming, *, last_used_at: datetime, at: datetime
) -> None:
    """Plans the message when this is the first word after a break of somebody with a visit under way. The words that
    follow in the same burst find no break before them."""
    if at - last_used_at < BREAK or incoming.kind not in _SPOKEN:
        return
    if visits.visits_of(records, person.id, InspectionState.VISITING):
        key = f"back_again:{incoming.channel}:{incoming.account}|{at.isoformat()}"
        due.plan(records, kind="back_again", subject=person.id, due_at=at + QUIET, key=key)


def tell_back_again(records: Records, work: DueWork, *, at: datetime) -> None:
    """Tells it of every visit for which something came, or waits while more is coming. Of two that fall due together,
    because nobody ticked for a while, one is told."""
    person, began_at = records.get(Person, work.subject), _began_at(work)
    last = people.last_heard(records, person.id)
    if last is not None and last + QUIET > at and at < began_at + PATIENCE:
        due.plan(records, kind=work.kind, subject=person.id, due_at=last + QUIET, key=f"{work.key}+")
        return
    for inspection in visits.visits_of(records, person.id, InspectionState.VISITING):
        _tell(records, person, inspection, began_at, at=at)


def _began_at(work: DueWork) -> datetime:
    """When the burst began: the key says it."""
    return datetime.fromisoformat(work.key.rstrip("+").rpartition("|")[2])


def _tell(
    records: Records,
    person: Person,
    inspection: Inspection,
    began_at: datetime,
    *,
    at: datetime,
) -> None:
    member = assignments.member(records, inspection.id, person.id)
    if member is None or member.seat.department == EXPERTS:
        return
    department = member.seat.department
    entries = checklists.entries(records, inspection, department)
    subjects = [f"{inspection.id}/{department}/{entry.question_id}" for entry in entries]
    coming = [
        one for one in awaited_files.still_awaited(records, person.id) if one.inspection_id == inspection.id
    ]
    if not coming and not results.has_done_since(records, [*subjects, inspection.id], person.id, began_at):
        return
    found, waiting = progress(entries), strays.asked(records, person.id)
    message = BackAgain(
        inspection=inspection.id,
        object=object_name(records, inspection),
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        open=tuple(
            OpenLine(one.question_id, one.number, one.is_important, gaps) for one, gaps in missing(entries)
        ),
        coming=len(coming),
        strays=len(waiting),
        stray=(waiting[0].id or 0) if waiting else 0,
    )
    tell(records, person.id, message, key=f"back_again:{inspection.id}:{person.id}:{at.isoformat()}", at=at)
