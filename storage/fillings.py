"""Checklists that are being filled in, kept worked out from one transaction to the next.

What is asked follows from all answers of all departments, and working it out from nothing at every answer would cost
more the longer the form is. The answers in the store are the truth; `Inspection.answers_revision` tells whether what
was worked out is still about them, also when another process has written meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from inspection.checklists import Entry, companion_id
from inspection.forms.filling import Asked, Facts, Filling
from inspection.forms.form import Form, Kind
from storage import assignments
from storage.store import Records
from storage.tables.inspections import Answer, ChecklistPart, Inspection, Photo
from storage.tables.registers import Checklist, Person, Scheme

DONE = "done"
"""The note of a repeated group's own answer once there are no more of it."""

_FORMS_KEPT = 64
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Live:
    """One checklist as its answers make it, with its entries by department (`storage.checklists`)."""

    revision: int
    filling: Filling
    notes: dict[str, str] = field(default_factory=dict)
    photos: dict[str, int] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    seen: tuple[Asked, ...] = ()
    """What was asked when the entries were made."""
    places: dict[str, int] = field(default_factory=dict)
    """Where in that each question stands."""
    touched: set[str] = field(default_factory=set)
    """Questions whose notes or photos have changed since."""
    at: datetime = _FIRST


_forms: dict[str, Form] = {}
_reading = Lock()


def form_of(records: Records, checklist_id: str, version: int | None) -> Form:
    """The questions of one version. Versions never change, so each is read once by a process."""
    row = records.get(Checklist, (checklist_id, version))
    found = _forms.get(row.digest)
    if found is None:
        with _reading:
            while len(_forms) >= _FORMS_KEPT:
                _forms.pop(next(iter(_forms)))
            found = _forms[row.digest] = Form.parse(row.xform)
    return found


def live(records: Records, inspection: Inspection) -> Live:
    """The inspection's checklist with all its answers, as they stand in this transaction."""
    held = records.fillings.get(inspection.id) or records.shelf.take(inspection.id)
    if held is None or held.revision != inspection.answers_revision:
        held = _from_rows(records, inspection)
    records.fillings[inspection.id] = held
    return held


def changed(live: Live, inspection: Inspection, *, at: datetime) -> None:
    """Something was written: what was worked out before is stale, here and in every other process."""
    inspection.answers_revision += 1
    if inspection.form_values != live.filling.kept:
        inspection.form_values = dict(live.filling.kept)
    live.revision, live.at = inspection.answers_revision, at


def follow_photos(records: Records, live: Live, inspection: Inspection, *, at: datetime) -> None:
    """A photo came, went, or moved to another question."""
    records.session.flush()
    _take_photos(records, live, inspection)
    changed(live, inspection, at=at)


def answers_of(records: Records, inspection: Inspection, ids: frozenset[str]) -> list[Answer]:
    """Those of these questions, whichever department gave them."""
    rows = records.session.execute(_ANSWERS, {"inspection": inspection.id}).scalars()
    return [row for row in rows if row.question_id in ids]


def facts(records: Records, inspection: Inspection, at: datetime) -> Facts:
    """What a form may ask about the visit itself; the phone and its owner are our channel and the team's lead."""
    seat = assignments.lead_of(records, inspection.id)
    lead = records.find(Person, seat.person_id) if seat else None
    return Facts(
        at=at,
        started_at=inspection.started_at or at,
        ended_at=inspection.ended_at or at,
        username=lead.name if lead else "",
        deviceid=records.channel,
        seed=inspection.id,
    )


def _from_rows(records: Records, inspection: Inspection) -> Live:
    scheme = records.get(Scheme, inspection.scheme_id)
    form = form_of(records, scheme.checklist_id, inspection.checklist_version)
    rows = list(records.session.execute(_ANSWERS, {"inspection": inspection.id}).scalars())
    at = max((row.answered_at for row in rows), default=inspection.started_at or _FIRST)
    answers = {row.question_id: row.value for row in rows}
    notes = {row.question_id: row.note for row in rows if row.note}
    for id, note in notes.items():
        companion = companion_id(form, id, "note")
        if companion:
            answers[companion] = note
    pictures = _pictures(records, inspection)
    answers |= dict(_photo_values(form, pictures))
    kept = inspection.form_values or None
    filling = Filling(form, answers, facts(records, inspection, at), kept)
    counts = {id: count for id, count, _receipt in pictures}
    return Live(inspection.answers_revision, filling, notes, counts, at=at)


def _pictures(records: Records, inspection: Inspection) -> list[tuple[str, int, str]]:
    """Question, how many, and the receipt that stands for them in an XForm, which has room for one."""
    rows = records.session.execute(_PHOTO_COUNTS, {"inspection": inspection.id})
    return [(row[0], row[1], row[2]) for row in rows]


def _photo_values(form: Form, pictures: list[tuple[str, int, str]]) -> Iterator[tuple[str, str]]:
    for id, _count, receipt in pictures:
        question = form.question(id.partition(".")[0])
        if question is None:
            continue
        target = id if question.kind in {Kind.IMAGE, Kind.FILE} else companion_id(form, id, "photo")
        if target:
            yield target, receipt


def _take_photos(records: Records, live: Live, inspection: Inspection) -> None:
    form, pictures = live.filling.form, _pictures(records, inspection)
    now = dict(_photo_values(form, pictures))
    for id in live.photos:
        before = id if _is_picture(form, id) else companion_id(form, id, "photo")
        if before and before not in now:
            now[before] = ""
    for id, receipt in now.items():
        live.filling.put(id, receipt)
    counts = {id: count for id, count, _receipt in pictures}
    live.touched.update(id for id in {*counts, *live.photos} if counts.get(id) != live.photos.get(id))
    live.photos = counts


def _is_picture(form: Form, id: str) -> bool:
    question = form.question(id.partition(".")[0])
    return question is not None and question.kind in {Kind.IMAGE, Kind.FILE}


# Asked whenever another process has written, so they are put together once.
_ANSWERS = (
    select(Answer)
    .join(ChecklistPart, col(ChecklistPart.id) == col(Answer.part_id))
    .where(col(ChecklistPart.inspection_id) == bindparam("inspection"))
)
_PHOTO_COUNTS = (
    select(col(Photo.question_id), func.count(), func.min(col(Photo.receipt)))
    .where(col(Photo.inspection_id) == bindparam("inspection"))
    .group_by(col(Photo.question_id))
)
