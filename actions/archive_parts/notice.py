"""行政检查通知书 with how it was served, and 检查结果告知书, as they were given to the firm."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, PDF_TYPE, Part, Piece, as_json, row_of
from actions.papers import paper_of
from notifications.buttons.papers import PaperKind
from storage import notices
from storage.store import Records
from storage.tables.follow_ups import InspectionNotice
from storage.tables.inspections import Inspection


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """The code is on the paper alone. A result notice has its number once somebody has made one."""
    notice = records.find(InspectionNotice, inspection.id)
    if notice is not None:
        paper = paper_of(records, inspection.id, PaperKind.NOTICE, by=None)
        yield Piece("notice/notice.pdf", "行政检查通知书", PDF_TYPE, paper)
        yield Piece("notice/service.json", "通知书文号和送达", JSON_TYPE, as_json(row_of(notice, "code")))
    if notices.number_of(records, PaperKind.RESULT_NOTICE.value, inspection.id) is not None:
        paper = paper_of(records, inspection.id, PaperKind.RESULT_NOTICE, by=None)
        yield Piece("notice/result-notice.pdf", "检查结果告知书", PDF_TYPE, paper)


NOTICE = Part("notice", _pieces)
