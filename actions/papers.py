"""The papers of a visit, gathered from what is stored: the on-site record and the joint summary.

Reading the rows is one transaction; pictures are read and the sheet is set after it, so that nobody waits for either.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from actions.answer_words import answer_words
from actions.check_codes import check_url
from actions.evidence_copies import Marks, families_for, record_copy
from actions.field_cards import due_of, finding_lines, is_due_provisional
from actions.letters import notice_letter, prepare_letter, require_letter, result_letter
from actions.on_site import reviewers
from actions.review_lines import review_lines
from actions.visit_calendar import visit_icalendar
from actions.visit_checks import require_shower
from inspection.departments import is_within
from inspection.documents import is_document
from inspection.forms.filling import Asked as AskedQuestion
from inspection.forms.filling import Filling
from inspection.forms.form import Kind
from inspection.refusals import Incomplete, NotFound, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import RESULT_IN_HAND, AssignmentState, ResultState
from notifications.buttons.papers import LETTERS, PaperKind
from notifications.fonts import Family
from notifications.papers.facts import (
    Asked,
    Found,
    InspectionNoticePaper,
    JointSummaryPaper,
    Officer,
    OnSiteRecord,
    Paper,
    Part,
    Reviewed,
    Selected,
    Shown,
    Visited,
)
from notifications.papers.papers import render
from storage import assignments, checklists, people, results
from storage.files import FileDamaged, FileMissing, FileStore
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection, JournalLine, Photo, Result, Selection
from storage.tables.registers import Person, Scheme
from storage.veils import shown_object

LONGEST_SIDE = 1200
"""Pixels of a photo on a paper: three in a row of A4 want no more."""

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def read_paper(
    records: Records,
    inspection_id: str,
    kind: PaperKind,
    *,
    by: Person | None,
    at: datetime,
    public_url: str = "",
) -> Paper:
    """The facts of a paper, for whoever may read it; `by` None is whoever runs the installation. `public_url` begins
    the address in the check code of a record; without it there is none.

    A draft until the result is submitted, and again after it was returned. That it was read stands in the journal.
    Refuses a stranger and an unknown inspection in the same words, and a visit that is not that far yet.
    """
    prepare_letter(records, require_paper(records, inspection_id, kind, by=by), kind, at=at)
    paper = paper_of(records, inspection_id, kind, by=by, public_url=public_url)
    note_read(records, inspection_id, kind, by=by.id if by else None, at=at)
    return paper


def paper_of(
    records: Records, inspection_id: str, kind: PaperKind, *, by: Person | None, public_url: str = ""
) -> Paper:
    """The same facts for whoever will write down that they were read when the paper is there. Writes nothing."""
    inspection = require_paper(records, inspection_id, kind, by=by)
    paper = _SHEETS[kind](records, inspection)
    if not isinstance(paper, OnSiteRecord | InspectionNoticePaper) or not public_url:
        return paper
    return replace(paper, check_url=check_url(records, inspection_id, public_url=public_url))


def require_paper(records: Records, inspection_id: str, kind: PaperKind, *, by: Person | None) -> Inspection:
    """The visit of which this paper can be made for this person now; refuses as `read_paper` does, and for the
    calendar entry as `visit_icalendar`, for the check code as `require_shower`."""
    if kind is PaperKind.WINDOW and by is not None:
        visit_icalendar(records, inspection_id, by=by)
        return records.get(Inspection, inspection_id)
    if kind is PaperKind.CHECK and by is not None:
        require_shower(records, inspection_id, by=by)
        return records.get(Inspection, inspection_id)
    try:
        inspection = records.get(Inspection, inspection_id)
    except NotFound as unknown:
        raise NotYours("paper_not_yours") from unknown
    if by is not None:
        _require_reader(records, inspection, by)
    if kind in LETTERS:
        require_letter(records, inspection, kind)
        return inspection
    if inspection.started_at is None:
        raise Incomplete("paper_before_visit")
    if kind is PaperKind.SUMMARY and inspection.ended_at is None:
        raise Incomplete("paper_before_end")
    return inspection


def note_read(records: Records, inspection_id: str, kind: PaperKind, *, by: str | None, at: datetime) -> None:
    records.journal("paper.read", inspection_id, by=by, at=at, paper=kind.value)


def pdf_of(paper: Paper, files: FileStore, *, fonts: Path | None = None) -> bytes:
    """The paper as PDF with marked copies of its photos. Refuses when one can't be read, or a sign can't be shown."""
    return render(paper, _pictures(paper, files, fonts), fonts=fonts)


def _pictures(paper: Paper, files: FileStore, fonts: Path | None) -> dict[str, bytes]:
    """By SHA-256. A document is no picture: its receipt alone stands on the paper."""
    if not isinstance(paper, OnSiteRecord) or not paper.photos:
        return {}
    marks = {photo.sha256: _marks(paper, photo) for photo in paper.photos}
    families = families_for(marks.values(), fonts)
    found = ((photo, _read(photo, files)) for photo in paper.photos)
    return {
        photo.sha256: _picture(photo, kept, marks[photo.sha256], families)
        for photo, kept in found
        if not is_document(kept)
    }


def _marks(paper: OnSiteRecord, photo: Shown) -> Marks:
    visit = paper.visit
    return Marks(photo.received_at, visit.inspection, visit.object, photo.sent_by, photo.receipt)


def _read(photo: Shown, files: FileStore) -> bytes:
    """A record that leaves a photo out in silence would be another record."""
    try:
        return files.read(photo.sha256)
    except (FileMissing, FileDamaged) as gone:
        raise Unacceptable("paper_photo_unreadable", receipt=photo.receipt) from gone


def _picture(photo: Shown, kept: bytes, marks: Marks, families: Sequence[Family]) -> bytes:
    try:
        return record_copy(kept, marks, families, longest_side=LONGEST_SIDE)
    except (
        OSError,
        ValueError,
    ) as gone:  # how the reader of pictures says that these are none, or not all of one
        raise Unacceptable("paper_photo_unreadable", receipt=photo.receipt) from gone


def _require_reader(records: Records, inspection: Inspection, person: Person) -> None:
    scheme = records.get(Scheme, inspection.scheme_id)
    member = assignments.member(records, inspection.id, person.id)
    is_of_it = person.department in scheme.departments and is_within(scheme.district, person.district)
    may_read = (
        (member is not None and member.assignment is not None and member.assignment.state in _SEATED)
        or person.id in {reviewer.id for reviewer in reviewers(records, scheme)}
        or (is_of_it and not {Role.HEAD, Role.REVIEWER}.isdisjoint(person.roles))
        or (is_of_it and Role.OPERATOR in person.roles and person.department == scheme.departments[0])
    )
    if not (may_read and person.is_active):
        raise NotYours("paper_not_yours")


def _record(records: Records, inspection: Inspection) -> OnSiteRecord:
    scheme = records.get(Scheme, inspection.scheme_id)
    photos = checklists.photos(records, inspection.id)
    return OnSiteRecord(
        visit=_visited(records, inspection),
        as_of=_last_change(records, inspection, photos),
        is_draft=_is_draft(records, inspection),
        parts=tuple(
            Part(department, _asked(records, inspection, department)) for department in scheme.departments
        ),
        photos=_shown(records, inspection, photos),
    )


def _summary(records: Records, inspection: Inspection) -> JointSummaryPaper:
    scheme = records.get(Scheme, inspection.scheme_id)
    photos = checklists.photos(records, inspection.id)
    draw = records.get(DrawRecord, inspection.draw_id) if inspection.draw_id else None
    due = due_of(records, inspection)
    asked = {one: _asked(records, inspection, one) for one in scheme.departments}
    noes = {name: tuple(one for one in part if one.is_no) for name, part in asked.items()}
    is_draft = _is_draft(records, inspection)
    return JointSummaryPaper(
        visit=_visited(records, inspection),
        as_of=_last_change(records, inspection, photos),
        is_draft=is_draft,
        draw=draw.id if draw else "",
        draw_digest=hashlib.sha256((draw.transcript or "").encode()).hexdigest() if draw else "",
        due=due,
        is_due_provisional=is_due_provisional(records, inspection, due),
        answers=sum(bool(one.answer) for part in asked.values() for one in part),
        photos=len(photos),
        noes=tuple(Part(name, part) for name, part in noes.items() if part),
        submitted_at=None if is_draft else records.get(Result, inspection.id).submitted_at,
        selection=_selection(records, inspection),
        reviews=() if is_draft else _reviews(records, inspection),
    )


def _selection(records: Records, inspection: Inspection) -> Selected | None:
    if inspection.selection_id is None:
        return None
    selection = records.get(Selection, inspection.selection_id)
    return Selected(selection.origin, selection.platform, selection.batch, selection.reason)


def _reviews(records: Records, inspection: Inspection) -> tuple[Reviewed, ...]:
    """What each department's reviewer decided, and last the reviewer of the lead department on the whole."""
    result = records.get(Result, inspection.id)
    by_department = [
        Reviewed(line.department, line.state, line.reviewer, line.at)
        for line in review_lines(records, inspection)
    ]
    if result.state is not ResultState.PUBLISHED or result.reviewed_by is None:
        return tuple(by_department)
    reviewer = records.find(Person, result.reviewed_by)
    whole = Reviewed("", "published", reviewer.name if reviewer else "", result.reviewed_at)
    return (*by_department, whole)


def _visited(records: Records, inspection: Inspection) -> Visited:
    assert inspection.started_at is not None
    registered = shown_object(records, inspection)
    scheme = records.get(Scheme, inspection.scheme_id)
    return Visited(
        inspection=inspection.id,
        object=registered.name,
        credit_code=registered.credit_code,
        address=registered.address,
        contact=registered.contact,
        scheme=scheme.name,
        departments=tuple(scheme.departments),
        started_at=inspection.started_at,
        ended_at=inspection.ended_at,
        officers=tuple(_officers(records, inspection)),
        findings=tuple(
            Found(
                title=line.title,
                department=line.department,
                category=line.category.value if line.category else "",
                words=line.words,
                methods=line.methods,
                follow_ups=line.follow_ups,
                transfer_to=line.transfer_to or "",
            )
            for line in finding_lines(records, inspection)
        ),
    )


def _officers(records: Records, inspection: Inspection) -> Iterable[Officer]:
    """Who sits on the seats now, in their order, each with their first check-in."""
    members = assignments.members(records, inspection.id)
    certificates = people.certificates(records, [one.person.id for one in members if one.person])
    for member in members:
        if member.person is None:
            continue
        certificate = certificates.get(member.person.id)
        first = next(iter(_check_ins(records, inspection, member.person.id)), None)
        yield Officer(
            name=member.person.name,
            department=member.seat.department,
            certificate_number=certificate.certificate_number if certificate else "",
            certificate_expires=certificate.certificate_expires if certificate else None,
            is_lead=member.seat.is_lead,
            arrived_at=first.at if first else None,
            distance_m=_distance(first),
        )


def _asked(records: Records, inspection: Inspection, department: str) -> tuple[Asked, ...]:
    filling = checklists.filling(records, inspection)
    asked = {one.id: one for one in checklists.questions(records, inspection, department)}
    return tuple(
        Asked(
            number=entry.number,
            text=_text(filling, asked[entry.question_id]),
            basis=asked[entry.question_id].question.basis,
            is_important=entry.is_important,
            answer=_answer(filling, asked[entry.question_id]),
            is_no=entry.is_no,
            note=entry.note,
            photos=entry.photos,
        )
        for entry in checklists.entries(records, inspection, department)
        if entry.kind is not Kind.REPEAT
    )


def _text(filling: Filling, asked: AskedQuestion) -> str:
    """With the group it stands in, where that repeats."""
    around = [one for one in filling.trail(asked, "zh") if asked.positions]
    return "　".join([*(f"〔{one}〕" for one in around), filling.label(asked, "zh")])


def _answer(filling: Filling, asked: AskedQuestion) -> str:
    is_picture = asked.question.kind in {Kind.IMAGE, Kind.FILE}
    return "" if is_picture else answer_words(filling, asked, asked.value, "zh")


def _shown(records: Records, inspection: Inspection, photos: list[Photo]) -> tuple[Shown, ...]:
    """By question, each question's photos as they arrived."""
    scheme = records.get(Scheme, inspection.scheme_id)
    order = {
        asked.id: place
        for place, asked in enumerate(
            asked
            for department in scheme.departments
            for asked in checklists.questions(records, inspection, department)
        )
    }
    senders = {one: records.find(Person, one) for one in {photo.sent_by for photo in photos}}
    places = {one: _check_ins(records, inspection, one) for one in senders}
    shown = []
    for photo in sorted(photos, key=lambda one: order.get(one.question_id, len(order))):
        sender = senders[photo.sent_by]
        before = [line for line in places[photo.sent_by] if line.at <= photo.received_at]
        shown.append(
            Shown(
                receipt=photo.receipt,
                question=checklists.number_of_id(records, inspection, photo.question_id),
                sha256=photo.sha256,
                sent_by=sender.name if sender else "",
                received_at=photo.received_at,
                grade=photo.grade,
                taken_at=photo.taken_at,
                distance_m=_distance(before[-1]) if before else None,
            )
        )
    return tuple(shown)


def _check_ins(records: Records, inspection: Inspection, person_id: str) -> list[JournalLine]:
    return results.journalled(records, "visit.check_in", [inspection.id], person_id)


def _distance(line: JournalLine | None) -> int | None:
    metres = line.details.get("distance_m") if line else None
    return metres if isinstance(metres, int) else None


def _is_draft(records: Records, inspection: Inspection) -> bool:
    return records.get(Result, inspection.id).state in RESULT_IN_HAND


def _last_change(records: Records, inspection: Inspection, photos: list[Photo]) -> datetime:
    """When what stands in the paper was last touched: the date of the document, the same each time it is made."""
    parts = checklists.parts(records, inspection.id)
    given = [
        *(answer.answered_at for part in parts for answer in checklists.answers(records, part.id)),
        *(photo.received_at for photo in photos),
        *(finding.entered_at for finding in results.findings(records, inspection.id).values()),
    ]
    steps = (inspection.started_at, inspection.ended_at, records.get(Result, inspection.id).submitted_at)
    return max(at for at in (*given, *steps) if at is not None)


_SHEETS: Mapping[PaperKind, Callable[[Records, Inspection], Paper]] = {
    PaperKind.RECORD: _record,
    PaperKind.SUMMARY: _summary,
    PaperKind.NOTICE: notice_letter,
    PaperKind.RESULT_NOTICE: result_letter,
}
