"""The lead's overview follows the answers of everybody, where it stands on the lead's phone, and never rings."""

from datetime import UTC, datetime, timedelta

from actions.field_cards import overview_card
from actions.telling import tell
from inspection.states import InspectionState
from storage import assignments, due, outbox
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.messaging import DueWork

EVERY = timedelta(seconds=20)
"""Messengers let a chat be edited about once a second, and nobody reads faster than this."""


def plan_live_progress(records: Records, inspection_id: str, *, at: datetime) -> None:
    """Something was recorded: the overview will say so at the end of this span of time, once for all of it."""
    span = int(at.timestamp() // EVERY.total_seconds()) + 1
    ends_at = datetime.fromtimestamp(span * EVERY.total_seconds(), tz=UTC)
    key = f"live_progress:{inspection_id}:{span}"
    due.plan(records, kind="live_progress", subject=inspection_id, due_at=ends_at, key=key)


def show_live_progress(records: Records, work: DueWork, *, at: datetime) -> None:
    """Edits the overview in place; where none stands, or the visit is over, nothing is said."""
    inspection = records.get(Inspection, work.subject)
    lead = assignments.lead_of(records, inspection.id)
    if inspection.state is not InspectionState.VISITING or lead is None:
        return
    card = overview_card(records, inspection, at=at)
    slot = card.slot()
    if slot is not None and outbox.stands_with(records, lead.person_id, slot):
        tell(records, lead.person_id, card, key=f"{work.key}:{lead.id}", at=at, is_fresh=False)
