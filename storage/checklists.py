"""Checklists as they are asked on site: questions, answers, photos."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from inspection.checklists import Entry, as_answer, owner
from storage.store import Records
from storage.tables.inspections import Answer, ChecklistPart, Inspection, Photo
from storage.tables.registers import Question, Scheme


def newest_version(records: Records, checklist_id: str) -> int | None:
    """The highest version of a checklist that has been loaded."""
    rows = select(func.max(col(Question.checklist_version))).where(col(Question.checklist_id) == checklist_id)
    version: int | None = records.session.execute(rows).scalar_one()
    return version


def questions(records: Records, inspection: Inspection, department: str) -> list[Question]:
    """What this department answers here, in order, in the version pinned for this inspection."""
    scheme = records.get(Scheme, inspection.scheme_id)
    return [
        one
        for one in _all(records, inspection, scheme)
        if owner(one.department, scheme.departments) == department
    ]


def question(records: Records, inspection: Inspection, question_id: str) -> tuple[Question, str] | None:
    """A question with the department that answers it here; None when nobody is asked it."""
    scheme = records.get(Scheme, inspection.scheme_id)
    return _with_owner(
        (one for one in _all(records, inspection, scheme) if one.id == question_id), scheme.departments
    )


def question_by_number(records: Records, inspection: Inspection, number: int) -> tuple[Question, str] | None:
    """As `question`, by the number that people see."""
    scheme = records.get(Scheme, inspection.scheme_id)
    return _with_owner(
        (one for one in _all(records, inspection, scheme) if one.number == number), scheme.departments
    )


def entries(records: Records, inspection: Inspection, department: str) -> list[Entry]:
    """The department's part as the rules see it: every question with what has been recorded for it."""
    given = {one.question_id: one for one in answers(records, f"{inspection.id}/{department}")}
    pictures = photo_counts(records, inspection.id)
    return [
        Entry(
            question_id=one.id,
            number=one.number,
            is_important=one.is_important,
            wants_photo=one.wants_photo,
            value=as_answer(given[one.id].value) if one.id in given else None,
            note=given[one.id].note if one.id in given else "",
            photos=pictures.get(one.id, 0),
        )
        for one in questions(records, inspection, department)
    ]


def answers(records: Records, part_id: str) -> list[Answer]:
    """The answers of a part."""
    return list(records.session.execute(_ANSWERS, {"part": part_id}).scalars())


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


def rebind_photo(records: Records, photo: Photo, question_id: str) -> Photo:
    """The photo under another question; where the same bytes are there already, those stay."""
    standing = records.find(Photo, (photo.inspection_id, question_id, photo.sha256))
    if standing is None:
        photo.question_id = question_id
        standing = photo
    elif standing is not photo:
        records.session.delete(photo)
    records.session.flush()
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


def photo_counts(records: Records, inspection_id: str) -> dict[str, int]:
    """Photos by question id."""
    return {row[0]: row[1] for row in records.session.execute(_PHOTO_COUNTS, {"inspection": inspection_id})}


# Asked at every answer, so they are put together once.
_ANSWERS = select(Answer).where(col(Answer.part_id) == bindparam("part"))
_PHOTO_COUNTS = (
    select(col(Photo.question_id), func.count())
    .where(col(Photo.inspection_id) == bindparam("inspection"))
    .group_by(col(Photo.question_id))
)
_QUESTIONS = (
    select(Question)
    .where(
        col(Question.checklist_id) == bindparam("checklist"),
        col(Question.checklist_version) == bindparam("version"),
    )
    .order_by(col(Question.number))
)


def _all(records: Records, inspection: Inspection, scheme: Scheme) -> list[Question]:
    """A version never changes, so one reading serves the whole transaction."""
    version = (scheme.checklist_id, inspection.checklist_version)
    if version not in records.questions:
        asked = {"checklist": scheme.checklist_id, "version": inspection.checklist_version}
        records.questions[version] = list(records.session.execute(_QUESTIONS, asked).scalars())
    return records.questions[version]


def _with_owner(found: Iterable[Question], departments: Sequence[str]) -> tuple[Question, str] | None:
    for one in found:
        department = owner(one.department, departments)
        if department is not None:
            return one, department
    return None
