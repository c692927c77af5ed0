"""工作记录 of a file: every line about the inspection but those that only a restricted part may show."""

import json
from collections.abc import Iterable
from typing import Any

from actions.archive_parts.piece import Part, Piece
from storage import archives, follow_ups
from storage.store import Records
from storage.tables.inspections import Inspection, JournalLine

_PRIVATE = {"leave_request.file": ("ground",)}
"""What the journal holds of a deed that only the restricted parts of a file may show."""


def _journal(records: Records, inspection: Inspection) -> Iterable[Piece]:
    hidden = {line.id for line in of_crimes(records, inspection)}
    lines = [journalled(one) for one in archives.journal_of(records, inspection) if one.id not in hidden]
    text = "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in lines)
    yield Piece("journal/journal.jsonl", "工作记录", "application/jsonl", text.encode())


def of_crimes(records: Records, inspection: Inspection) -> list[JournalLine]:
    """What the journal says of suspected crimes, of their documents and of their clocks. An objection may have the
    number of a crime: verbs tell them apart."""
    ids = [one.id for one in follow_ups.crimes_of(records, inspection.id)]
    if not ids:
        return []
    clocks = {str(one.id) for one in follow_ups.crime_clocks(records, ids)}
    return [
        one
        for one in archives.journal_of(records, inspection)
        if one.verb.startswith("crime.")
        or (one.verb == "follow_up.document" and one.subject in ids)
        or (one.verb.startswith("deadline.") and one.subject in clocks)
    ]


def journalled(line: JournalLine) -> dict[str, Any]:
    """One line as a file holds it."""
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


JOURNAL = Part("journal", _journal)
