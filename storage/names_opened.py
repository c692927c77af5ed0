"""Who opened the name of a firm before its hour: read from the journal, which is the proof."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import JournalLine


def first_look(records: Records, verb: str, inspection_id: str, person_id: str) -> datetime | None:
    """When this person first opened it; None for never."""
    found = looks(records, verb, [inspection_id]).get(inspection_id, [])
    return next((at for person, at in found if person == person_id), None)


def looks(
    records: Records, verb: str, inspection_ids: Sequence[str]
) -> dict[str, list[tuple[str, datetime]]]:
    """Person and time by inspection, oldest first."""
    rows = (
        select(col(JournalLine.subject), col(JournalLine.actor), col(JournalLine.at))
        .where(col(JournalLine.verb) == verb, col(JournalLine.subject).in_(inspection_ids))
        .order_by(col(JournalLine.id))
    )
    found: dict[str, list[tuple[str, datetime]]] = {}
    for subject, actor, at in records.session.execute(rows):
        found.setdefault(subject, []).append((actor, at))
    return found
