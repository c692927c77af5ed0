"""After the findings: department reviews, objections and what came of them, and who signed which published version."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from inspection.departments import department_name
from storage import archives, corrections, public
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Scheme

_PRIVATE = ("words", "contact")


def _reviews(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = [row_of(one) for one in archives.department_reviews(records, inspection.id)]
    if found:
        yield Piece("reviews/reviews.json", "部门审核", JSON_TYPE, as_json(found))


def _signatures(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = [
        row_of(one, "bundle", "scheme_id", "object_name", "credit_code")
        for one in reversed(public.versions(records, inspection.id))
    ]
    if found:
        yield Piece("signatures/versions.json", "公示各版的摘要、签名和密钥", JSON_TYPE, as_json(found))


def _corrections(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """What somebody objected, and how to reach them, is for the head of the lead department and the auditor."""
    found = corrections.of_inspection(records, inspection.id)
    if not found:
        return
    shown = [row_of(one, *_PRIVATE) for one in found]
    yield Piece("corrections/corrections.json", "异议与更正", JSON_TYPE, as_json(shown))
    lead = records.get(Scheme, inspection.scheme_id).departments[0]
    words = [{"id": one.id, "words": one.words, "contact": one.contact} for one in found]
    title = f"异议原文和联系方式（{department_name(lead)}，限阅）"
    yield Piece(f"corrections/{lead}.json", title, JSON_TYPE, as_json(words), restricted_to=lead)


REVIEWS = Part("reviews", _reviews)
SIGNATURES = Part("signatures", _signatures)
CORRECTIONS = Part("corrections", _corrections)
