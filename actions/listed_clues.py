"""Clues that come as a list, such as the day's transfers of a hotline."""

from collections.abc import Sequence
from datetime import datetime

from actions.clues import NewClue, keep_clue
from inspection.clues import ClueSource
from inspection.registration.rows import Values
from storage import clues
from storage.registers import Written
from storage.store import Records


def register_listed_clues(records: Records, rows: Sequence[Values], *, at: datetime) -> Written:
    """Each under its reference once: what was registered before stays as it is, whatever the list says now. What
    a rule would refuse was pointed out when the list was checked (`inspection.registration.references`)."""
    written, known = Written(), clues.known_references(records)
    for row in rows:
        key = (row["reference"],)
        if (row["department"], row["reference"]) in known:
            written.unchanged.add(key)
            continue
        keep_clue(records, _new(row), row["department"], by=None, at=at)
        written.new.add(key)
    return written


def _new(row: Values) -> NewClue:
    return NewClue(
        source=ClueSource(row["source"]),
        received_on=row["received_on"],
        items=tuple(row["items"]),
        words=row["words"],
        object_id=row["object_id"],
        place=row["place"],
        district=row["district"],
        reference=row["reference"],
        sent_by=row["sent_by"],
        checklist_id=row["checklist_id"],
        is_urgent=row["is_urgent"],
    )
