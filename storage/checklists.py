"""Checklists as they are asked on site: questions, answers, photos."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from inspection.checklists import Entry, companion_id, owner
from inspection.forms.filling import Asked, Filling
from inspection.forms.form import Form, Kind
from storage import fillings
from storage.fillings import DONE, Live
from storage.store import Records
from storage.tables.inspections import Answer, ChecklistPart, Inspection, Photo
from storage.tables.registers import Checklist, Scheme

_PICTURES = frozenset({Kind.IMAGE, Kind.FILE})


def newest_version(records: Records, checklist_id: str) -> int | None:
    """The highest version of a checklist that has been loaded."""
    rows = select(func.max(col(Checklist.version))).where(col(Checklist.id) == checklist_id)
    version: int | None = records.session.execute(rows).scalar_one()
    return version


def form(records: Records, inspection: Inspection) -> Form:
    """The checklist in the version pinned for this inspection."""
    scheme = records.get(Scheme, inspection.scheme_id)
    return fillings.form_of(records, scheme.checklist_id, inspection.checklist_version)


def questions(records: Records, inspection: Inspection, department: str) -> list[Asked]:
    """What this department is asked here as things stand, in order, without what is only shown."""
    scheme = records.get(Scheme, inspection.scheme_id)
    return [
        one
        for one in fillings.live(records, inspection).filling.asked()
        if _is_asked(one) and owner(one.question.department, scheme.departments) == department
    ]


def filling(records: Records, inspection: Inspection) -> Filling:
    """The whole checklist of all departments as it stands, for its words and its worked-out values."""
    return fillings.live(records, inspection).filling


def shown_before(
    records: Records, inspection: Inspection, asked: Asked | None, department: str
) -> list[Asked]:
    """What the department is only shown between the question before this one and this one; with None, after the
    last."""
    departments = records.get(Scheme, inspection.scheme_id).departments
    live = fillings.live(records, inspection)
    _catch_up(live)
    end = len(live.seen) if asked is None else live.places.get(asked.id, 0)
    shown: list[Asked] = []
    for one in reversed(live.seen[:end]):
        if owner(one.question.department, departments) != department or one.question.companion_of:
            continue
        if _is_asked(one):
            break
        shown.append(one)
    return shown[::-1]


def question(records: Records, inspection: Inspection, question_id: str) -> tuple[Asked, str] | None:
    """A question with the department that answers it here; None when nobody is asked it as things stand."""
    asked = fillings.live(records, inspection).filling.find(question_id)
    return _with_owner(records, inspection, asked)


def question_by_number(records: Records, inspection: Inspection, number: str) -> tuple[Asked, str] | None:
    """As `question`, by the number that people see."""
    asked = fillings.live(records, inspection).filling.asked()
    found = next((one for one in asked if _is_asked(one) and number_of(one) == number), None)
    return _with_owner(records, inspection, found)


def number_of(asked: Asked) -> str:
    """What people see: `7`, or `7-2` in the second of a repeated group."""
    return "-".join(map(str, (asked.question.number, *asked.positions)))


def number_of_id(records: Records, inspection: Inspection, question_id: str) -> str:
    """The same for a question that may be asked no more; empty for none of this checklist."""
    bare, *places = question_id.split(".")
    found = form(records, inspection).question(bare)
    return "-".join([str(found.number), *places]) if found else ""


def entries(records: Records, inspection: Inspection, department: str) -> list[Entry]:
    """The department's part as the rules see it: every question with what has been recorded for it."""
    live = fillings.live(records, inspection)
    _catch_up(live)
    if department not in live.entries:
        departments = records.get(Scheme, inspection.scheme_id).departments
        live.entries[department] = [
            _new_entry(live, one)
            for one in live.seen
            if _is_asked(one) and owner(one.question.department, departments) == department
        ]
    return live.entries[department]


def _catch_up(live: Live) -> None:
    """A long checklist changes in one place at a time: all other entries stay as they were made."""
    now = live.filling.asked()
    changed = _changed(live.seen, now)
    if changed is None:
        live.entries.clear()
        live.places = {one.id: place for place, one in enumerate(now)}
    elif changed or live.touched:
        touched = live.touched.union(_owner_id(one) for one in changed)
        anew = {id: one for id in touched if (one := live.filling.find(id)) is not None}
        for department, known in live.entries.items():
            live.entries[department] = [
                _new_entry(live, anew[one.question_id]) if one.question_id in anew else one for one in known
            ]
    live.seen, live.touched = now, set()


def _changed(before: Sequence[Asked], now: Sequence[Asked]) -> list[Asked] | None:
    """Those that stand otherwise than before; None when others are asked, or in another order."""
    if len(before) != len(now):
        return None
    pairs = [(old, new) for old, new in zip(before, now, strict=True) if old is not new]
    return None if any(old.id != new.id for old, new in pairs) else [new for _old, new in pairs]


def _owner_id(asked: Asked) -> str:
    """A note or a photo stands in the entry of its question."""
    _bare, dot, places = asked.id.partition(".")
    return f"{asked.question.companion_of}{dot}{places}" if asked.question.companion_of else asked.id


def _new_entry(live: Live, asked: Asked) -> Entry:
    question, photos = asked.question, live.photos.get(asked.id, 0)
    note, photo = (_companion(live, asked, which) for which in ("note", "photo"))
    is_picture = question.kind in _PICTURES
    return Entry(
        question_id=asked.id,
        number=live.filling.label(asked, "zh") if question.kind is Kind.REPEAT else number_of(asked),
        kind=question.kind,
        is_compliance=question.is_compliance,
        is_important=question.is_important,
        is_required=question.kind is Kind.REPEAT or (asked.is_required and not is_picture),
        needs_note=note is not None and note.is_required,
        needs_photo=(is_picture and asked.is_required) or (photo is not None and photo.is_required),
        value=_value(live, asked, photos),
        note=live.notes.get(asked.id, ""),
        photos=photos,
        is_misfit=asked.problem in _MISFITS and not is_picture,
    )


_MISFITS = frozenset({"type", "choice", "constraint"})


def _companion(live: Live, asked: Asked, which: str) -> Asked | None:
    id = companion_id(live.filling.form, asked.id, which)
    return live.filling.find(id) if id else None


def _value(live: Live, asked: Asked, photos: int) -> str | None:
    if asked.question.kind is Kind.REPEAT:
        return asked.value if live.notes.get(asked.id) == DONE else None
    if asked.question.kind in _PICTURES:
        return asked.value or None if photos else None
    return asked.value or None


def _is_asked(asked: Asked) -> bool:
    return not (asked.is_read_only or asked.question.kind is Kind.NOTE or asked.question.companion_of)


def beside(records: Records, inspection: Inspection) -> dict[str, tuple[str, int]]:
    """The note and the number of photos of each question that has one."""
    live = fillings.live(records, inspection)
    return {id: (live.notes.get(id, ""), live.photos.get(id, 0)) for id in {*live.notes, *live.photos}}


def _with_owner(records: Records, inspection: Inspection, asked: Asked | None) -> tuple[Asked, str] | None:
    if asked is None or not _is_asked(asked):
        return None
    scheme = records.get(Scheme, inspection.scheme_id)
    department = owner(asked.question.department, scheme.departments)
    return (asked, department) if department is not None else None


def answers(records: Records, part_id: str) -> list[Answer]:
    """The answers of a part, also those to questions that are asked no more."""
    rows = select(Answer).where(col(Answer.part_id) == part_id).order_by(col(Answer.question_id))
    return list(records.session.execute(rows).scalars())


def record(
    records: Records,
    inspection: Inspection,
    part: ChecklistPart,
    question_id: str,
    value: str,
    *,
    by: str,
    at: datetime,
) -> Answer:
    """Writes an answer that fits the form, with those that the form itself writes because of it; empty takes it back.
    Raises `Unfit` and changes nothing when it does not fit."""
    live = fillings.live(records, inspection)
    live.filling.move_to(replace(live.filling.facts, at=at))
    changes = live.filling.answer(question_id, value)
    for id, worked_out in changes.items():
        if id != question_id:
            target = _part_of(records, inspection, id) or part
            _write(records, target, id, worked_out, by=by, at=at)
    fillings.changed(live, inspection, at=at)
    return _write(records, part, question_id, value, by=by, at=at)


def _write(
    records: Records, part: ChecklistPart, question_id: str, value: str, *, by: str, at: datetime
) -> Answer:
    row = records.find(Answer, (part.id, question_id))
    if row is None:
        row = Answer(part_id=part.id, question_id=question_id, value=value, answered_at=at, answered_by=by)
        records.add(row)
    row.value, row.answered_at, row.answered_by = value, at, by
    return row


def _part_of(records: Records, inspection: Inspection, question_id: str) -> ChecklistPart | None:
    """The part of the department that a question is for."""
    question = form(records, inspection).question(question_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    department = owner(question.department, scheme.departments) if question else None
    return records.find(ChecklistPart, f"{inspection.id}/{department}") if department else None


def record_note(records: Records, inspection: Inspection, answer: Answer, note: str, *, at: datetime) -> None:
    """Writes what is said beside an answer, also beside one that wants no note."""
    live = fillings.live(records, inspection)
    companion = companion_id(live.filling.form, answer.question_id, "note")
    if companion:
        live.filling.put(companion, note)
    answer.note = note
    live.notes[answer.question_id] = note
    live.touched.add(answer.question_id)
    fillings.changed(live, inspection, at=at)


def add_to_group(
    records: Records, inspection: Inspection, part: ChecklistPart, group: Asked, *, by: str, at: datetime
) -> str | None:
    """One more of a repeated group; gives the id of the first question in it."""
    live = fillings.live(records, inspection)
    before = {one.id for one in live.filling.asked()}
    live.filling.add(group.id)
    _count_group(records, live, part, group, note="", by=by, at=at)
    fillings.changed(live, inspection, at=at)
    return next((one.id for one in live.filling.asked() if one.id not in before and _is_asked(one)), None)


def end_group(
    records: Records, inspection: Inspection, part: ChecklistPart, group: Asked, *, by: str, at: datetime
) -> None:
    """There are no more of it."""
    live = fillings.live(records, inspection)
    _count_group(records, live, part, group, note=DONE, by=by, at=at)
    fillings.changed(live, inspection, at=at)


def ids_of_last(records: Records, inspection: Inspection, group: Asked) -> frozenset[str]:
    """The questions in the last of a repeated group, also those that are not asked as things stand."""
    live = fillings.live(records, inspection)
    return frozenset(live.filling.ids_within(group.id, int(group.value or 0)))


def remove_last(
    records: Records, inspection: Inspection, part: ChecklistPart, group: Asked, *, by: str, at: datetime
) -> dict[str, str]:
    """Takes away the last of a repeated group; gives the answers that went with it, by question."""
    live, within = fillings.live(records, inspection), ids_of_last(records, inspection, group)
    rows = fillings.answers_of(records, inspection, within)
    gone = {one.question_id: one.value for one in rows}
    for row in rows:
        records.session.delete(row)
        live.notes.pop(row.question_id, None)
    live.filling.remove(group.id, int(group.value or 0))
    _count_group(records, live, part, group, note="", by=by, at=at)
    fillings.changed(live, inspection, at=at)
    return gone


def _count_group(
    records: Records, live: Live, part: ChecklistPart, group: Asked, *, note: str, by: str, at: datetime
) -> None:
    now = live.filling.find(group.id)
    count = now.value if now else "0"
    row = records.find(Answer, (part.id, group.id))
    if row is None:
        row = Answer(part_id=part.id, question_id=group.id, value=count, answered_at=at, answered_by=by)
        records.add(row)
    row.value, row.note, row.answered_at, row.answered_by = count, note, at, by
    live.notes[group.id] = note
    live.touched.add(group.id)


def parts(records: Records, inspection_id: str) -> list[ChecklistPart]:
    """All parts of an inspection, in the order of the scheme's departments."""
    rows = select(ChecklistPart).where(col(ChecklistPart.inspection_id) == inspection_id)
    found = list(records.session.execute(rows).scalars())
    inspection = records.get(Inspection, inspection_id)
    order = records.get(Scheme, inspection.scheme_id).departments
    return sorted(found, key=lambda part: order.index(part.department))


def photos(records: Records, inspection_id: str) -> list[Photo]:
    """All photos of an inspection, as they arrived."""
    rows = (
        select(Photo)
        .where(col(Photo.inspection_id) == inspection_id)
        .order_by(col(Photo.received_at), col(Photo.sha256))
    )
    return list(records.session.execute(rows).scalars())


def keep_photo(records: Records, inspection: Inspection, photo: Photo, *, at: datetime) -> None:
    """A new photo, whose bytes are in the file store."""
    live = fillings.live(records, inspection)
    records.add(photo)
    fillings.follow_photos(records, live, inspection, at=at)


def rebind_photo(
    records: Records, inspection: Inspection, photo: Photo, question_id: str, *, at: datetime
) -> Photo:
    """The photo under another question; where the same bytes are there already, those stay."""
    live = fillings.live(records, inspection)
    standing = records.find(Photo, (photo.inspection_id, question_id, photo.sha256))
    if standing is None:
        photo.question_id = question_id
        standing = photo
    elif standing is not photo:
        records.session.delete(photo)
    fillings.follow_photos(records, live, inspection, at=at)
    return standing


def recompressed_photos(records: Records, inspection_id: str, department: str) -> int:
    """How many photos of a part have lost what the camera wrote into them."""
    rows = select(func.count()).where(
        col(Photo.inspection_id) == inspection_id,
        col(Photo.department) == department,
        col(Photo.grade) == "recompressed",
    )
    number: int = records.session.execute(rows).scalar_one()
    return number
