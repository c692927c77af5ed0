"""The answers of one inspection for other tools: an XForm instance as ODK reads it, nested JSON, a table."""

import csv
import json
from enum import StrEnum
from io import StringIO

from actions.answer_words import answer_words
from inspection.forms import exports
from inspection.refusals import Incomplete
from inspection.registration.written import guarded
from storage import checklists
from storage.store import Records
from storage.tables.inspections import Inspection

_NAMESPACE = "shuangsuiji"
_COLUMNS = ("number", "name", "path", "department", "question", "value", "answer", "note", "photos")


class AnswerFormat(StrEnum):
    XML = "xml"
    JSON = "json"
    CSV = "csv"


def export_answers(records: Records, inspection_id: str, wanted: AnswerFormat, *, language: str) -> str:
    """What is asked as things stand, with its answers; answers to what is asked no more stay behind. `language` is for
    the words of the table. Refuses while the checklist is not yet pinned."""
    inspection = records.get(Inspection, inspection_id)
    if inspection.checklist_version is None:
        raise Incomplete("team_not_confirmed")
    if wanted is AnswerFormat.CSV:
        return _table(records, inspection, language)
    live = checklists.filling(records, inspection).live
    if wanted is AnswerFormat.XML:
        return exports.to_xml(live, f"{_NAMESPACE}:{inspection.id}")
    return json.dumps(exports.to_json(live), ensure_ascii=False, indent=2)


def _table(records: Records, inspection: Inspection, language: str) -> str:
    """One row for each question that holds an answer. A text that a spreadsheet would take for a formula gets a sign
    before it that keeps it a text."""
    filling, out = checklists.filling(records, inspection), StringIO()
    beside = checklists.beside(records, inspection)
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in exports.to_rows(filling.asked()):
        asked = filling.find(row.id)
        assert asked is not None
        if asked.question.companion_of:
            continue  # stands in its owner's row
        note, photos = beside.get(row.id, ("", 0))
        words = answer_words(filling, asked, row.value, language)
        cells = (
            checklists.number_of(asked), row.name, row.path, row.department, filling.label(asked, language),
            row.value, words, note, photos or "",
        )  # fmt: skip
        table.writerow(_as_text(cell) for cell in cells)
    return out.getvalue()


def _as_text(cell: object) -> object:
    is_number = isinstance(cell, str) and cell.lstrip("+-").replace(".", "", 1).isdigit()
    return guarded(cell) if isinstance(cell, str) and not is_number else cell
