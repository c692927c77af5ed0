"""The visit: the two papers, check-ins, answers in three forms, photos as they came with their receipts."""

from collections.abc import Iterable

from actions.archive_parts.piece import ENDINGS, JSON_TYPE, PDF_TYPE, KeptFile, Part, Piece, as_json, row_of
from actions.export_answers import AnswerFormat, export_answers
from actions.papers import paper_of
from notifications.buttons.papers import PaperKind
from storage import archives, checklists
from storage.store import Records
from storage.tables.inspections import Inspection, Photo


def _papers(records: Records, inspection: Inspection) -> Iterable[Piece]:
    record = paper_of(records, inspection.id, PaperKind.RECORD, by=None)
    summary = paper_of(records, inspection.id, PaperKind.SUMMARY, by=None)
    yield Piece("papers/record.pdf", "现场检查笔录", PDF_TYPE, record)
    yield Piece("papers/summary.pdf", "联合检查汇总表", PDF_TYPE, summary)


def _visit(records: Records, inspection: Inspection) -> Iterable[Piece]:
    arrived = [row_of(one) for one in archives.check_ins(records, inspection.id)]
    content = {"inspection": row_of(inspection, "form_values"), "check_ins": arrived}
    yield Piece("visit/visit.json", "检查经过和到场签到", JSON_TYPE, as_json(content))


def _answers(records: Records, inspection: Inspection) -> Iterable[Piece]:
    forms = (
        (AnswerFormat.XML, "application/xml", "检查表答案（XForms）"),
        (AnswerFormat.JSON, JSON_TYPE, "检查表答案（JSON）"),
        (AnswerFormat.CSV, "text/csv", "检查表答案（表格）"),
    )
    for kind, media_type, title in forms:
        text = export_answers(records, inspection.id, kind, language="zh")
        yield Piece(f"answers/answers.{kind}", title, media_type, text.encode())


def _photos(records: Records, inspection: Inspection) -> Iterable[Piece]:
    photos = checklists.photos(records, inspection.id)
    if photos:
        receipts = [row_of(one) for one in photos]
        yield Piece("photos/receipts.json", "照片和文件的回执", JSON_TYPE, as_json(receipts))
    for number, photo in enumerate(photos, start=1):
        question = checklists.number_of_id(records, inspection, photo.question_id)
        title = f"{'文件' if photo.media_type == PDF_TYPE else '照片'}{number}（第{question}题，回执{photo.receipt}）"
        yield Piece(_path(number, photo), title, photo.media_type, KeptFile(photo.sha256, photo.size))


def _path(number: int, photo: Photo) -> str:
    return f"photos/{number:03d}-{photo.receipt}.{ENDINGS.get(photo.media_type, 'bin')}"


PAPERS = Part("papers", _papers)
VISIT = Part("visit", _visit)
ANSWERS = Part("answers", _answers)
PHOTOS = Part("photos", _photos)
