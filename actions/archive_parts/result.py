"""The result with its findings, and every version that was published, byte for byte."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from storage import public, results
from storage.store import Records
from storage.tables.inspections import Inspection, Result

PUBLICATION = "publicity/version-{}.json"


def _result(records: Records, inspection: Inspection) -> Iterable[Piece]:
    findings = results.findings(records, inspection.id).values()
    result = records.find(Result, inspection.id)
    content = {"result": row_of(result) if result else None, "findings": [row_of(one) for one in findings]}
    yield Piece("result/result.json", "检查结果", JSON_TYPE, as_json(content))


def _publicity(records: Records, inspection: Inspection) -> Iterable[Piece]:
    for one in reversed(public.versions(records, inspection.id)):
        title = f"公示内容第{one.version}版"
        yield Piece(PUBLICATION.format(one.version), title, JSON_TYPE, one.bundle.encode())


RESULT = Part("result", _result)
PUBLICITY = Part("publicity", _publicity)
