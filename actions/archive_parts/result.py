"""The result with its findings, every version that was published byte for byte, transfers, and the journal."""

import json
from collections.abc import Iterable
from typing import Any

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from storage import archives, public, results
from storage.store import Records
from storage.tables.inspections import Inspection, JournalLine, Result

PUBLICATION = "publicity/version-{}.json"
_PRIVATE = {"leave_request.file": ("ground",)}
"""What the journal holds of a deed that only the restricted parts of a file may show."""


def _result(records: Records, inspection: Inspection) -> Iterable[Piece]:
    findings = results.findings(records, inspection.id).values()
    result = records.find(Result, inspection.id)
    content = {"result": row_of(result) if result else None, "findings": [row_of(one) for one in findings]}
    yield Piece("result/result.json", "检查结果", JSON_TYPE, as_json(content))


def _publicity(records: Records, inspection: Inspection) -> Iterable[Piece]:
    for one in reversed(public.versions(records, inspection.id)):
        title = f"公示内容第{one.version}版"
        yield Piece(PUBLICATION.format(one.version), title, JSON_TYPE, one.bundle.encode())


def _transfers(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = [row_of(one) for one in results.transfers(records, inspection.id)]
    if found:
        yield Piece("transfers/transfers.json", "移送", JSON_TYPE, as_json(found))


def _journal(records: Records, inspection: Inspection) -> Iterable[Piece]:
    lines = [_journalled(one) for one in archives.journal_of(records, inspection)]
    text = "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in lines)
    yield Piece("journal/journal.jsonl", "工作记录", "application/jsonl", text.encode())


def _journalled(line: JournalLine) -> dict[str, Any]:
    hidden = _PRIVATE.get(line.verb, ())
    details = {name: value for name, value in line.details.items() if name not in hidden}
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "actor": line.actor,
        "channel": line.channel,
        "verb": line.verb,
        "subject": line.subject,
        "details": details,
    }


RESULT = Part("result", _result)
PUBLICITY = Part("publicity", _publicity)
TRANSFERS = Part("transfers", _transfers)
JOURNAL = Part("journal", _journal)
