"""线索 that the scheme looks into: which and since when; what it says is for the head of its department."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from inspection.departments import department_name
from storage import clues
from storage.store import Records
from storage.tables.inspections import Inspection

_PRIVATE = ("words", "reference", "sent_by", "decision_words")


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """Of a special check, which several clues led to, only those at this object."""
    found = [
        one
        for one in clues.of_scheme(records, inspection.scheme_id)
        if one.object_id in {None, inspection.object_id}
    ]
    if found:
        shown = [row_of(one, *_PRIVATE) for one in found]
        yield Piece("clue/clues.json", "线索", JSON_TYPE, as_json(shown))
    for department in sorted({one.department for one in found}):
        own = [
            {"id": one.id, **{name: getattr(one, name) for name in _PRIVATE}}
            for one in found
            if one.department == department
        ]
        title = f"线索原文（{department_name(department)}，限阅）"
        yield Piece(f"clue/{department}.json", title, JSON_TYPE, as_json(own), restricted_to=department)


CLUE = Part("clue", _pieces)
