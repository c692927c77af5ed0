"""What was sent and belongs nowhere yet: kept, asked about, placed by the very action that would have placed it."""

from dataclasses import dataclass
from datetime import datetime

from actions.checklists import Receipted, attach_photo, reopen_if_locked
from actions.short_answers import ManyAnswered, answer_many
from actions.visits import check_in
from inspection.refusals import AlreadyDone, NotFound, NotYours, Unacceptable
from inspection.short_answers import read_short_answers
from inspection.states import STRAY, StrayState, StrayStep
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage import strays
from storage.store import Records
from storage.tables.inspections import CheckIn, Inspection
from storage.tables.messaging import Stray
from storage.tables.registers import Person

_SORTS = {
    IncomingKind.PHOTO: "photo",
    IncomingKind.FILE: "photo",
    IncomingKind.LOCATION: "place",
    IncomingKind.TEXT: "answers",
}


@dataclass(frozen=True)
class Placed:
    """What was placed, and what the action that did it gave back."""

    inspection: Inspection
    outcome: Receipted | CheckIn | ManyAnswered


def keep_stray(
    records: Records, incoming: Incoming, inspection_id: str | None, *, by: Person, at: datetime
) -> Stray:
    """Writes it down with the visit that it is for as far as one can tell. What the person is asked about already (the
    same picture, the same words once more) is the same stray."""
    for one in strays.asked(records, by.id):
        if _says_the_same(Incoming.from_json(one.body), incoming):
            return one
    return strays.keep(
        records,
        Stray(
            channel=incoming.channel,
            chat=incoming.chat,
            update_id=incoming.update_id,
            person_id=by.id,
            body=incoming.to_json(),
            state=StrayState.ASKED,
            inspection_id=inspection_id,
            received_at=at,
        ),
    )


def _says_the_same(one: Incoming, other: Incoming) -> bool:
    if _SORTS[one.kind] != _SORTS[other.kind] or one.text != other.text:
        return False
    place = (one.latitude, one.longitude) == (other.latitude, other.longitude)
    return place and picture_of(one).sha256 == picture_of(other).sha256


def picture_of(incoming: Incoming) -> Attachment:
    return incoming.attachment or Attachment()


def own_stray(records: Records, stray_id: str, person: Person) -> Stray:
    """The stray behind a button, locked, while the person is still asked about it."""
    is_number = stray_id.isdecimal() and len(stray_id) < 10
    stray = records.lock(Stray, int(stray_id)) if is_number else None
    if stray is None:
        raise NotFound
    if stray.person_id != person.id:
        raise NotYours
    if stray.state is not StrayState.ASKED and stray.settled_at is not None:
        raise AlreadyDone(what=f"done_stray_{stray.state}", done_at=stray.settled_at)
    return stray


def sort_of(stray: Stray) -> str:
    """`photo`, `place` or `answers`."""
    return _SORTS[IncomingKind(stray.body["kind"])]


def place_stray(
    records: Records,
    stray: Stray,
    inspection_id: str,
    question_id: str,
    *,
    by: Person,
    at: datetime,
    reopens: bool = False,
) -> Placed:
    """Places it where the person says, as if it had said so itself; with `reopens` in a part that is locked."""
    inspection = records.lock(Inspection, inspection_id)
    if reopens:
        reopen_if_locked(records, inspection_id, question_id, by=by, at=at)
    outcome = _place(records, stray, inspection_id, question_id, by=by, at=at)
    facts = {"inspection": inspection_id, "question": question_id}
    records.move(STRAY, stray, StrayStep.PLACE, by=by.id, at=at, **facts)
    stray.inspection_id, stray.question_id, stray.settled_at = inspection_id, question_id or None, at
    return Placed(inspection, outcome)


def _place(
    records: Records, stray: Stray, inspection_id: str, question_id: str, *, by: Person, at: datetime
) -> Receipted | CheckIn | ManyAnswered:
    incoming, sort = Incoming.from_json(stray.body), sort_of(stray)
    if sort == "photo":
        sent = picture_of(incoming)
        return attach_photo(
            records, inspection_id, question_id, sent, by=by, at=at,
            message=incoming.message_id, received_at=stray.received_at,
        )  # fmt: skip
    if sort == "place":
        # Where the phone was when it sent this; where it is now, nobody has said.
        place = incoming.latitude, incoming.longitude
        return check_in(records, inspection_id, *place, by=by, at=stray.received_at)
    given = read_short_answers(incoming.text)
    if given is None:
        raise Unacceptable
    return answer_many(records, inspection_id, given, by=by, at=at)


def discard_stray(records: Records, stray: Stray, *, by: Person, at: datetime) -> None:
    """It goes into no record, because the person says so; the row and the bytes stay."""
    records.move(STRAY, stray, StrayStep.DISCARD, by=by.id, at=at)
    stray.settled_at = at
