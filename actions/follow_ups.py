"""What follows from a result: opened when it is approved, owned until it is closed."""

from collections.abc import Iterable
from datetime import datetime

from actions.exchange import hand_over_transfer
from inspection.states import TransferState
from notifications.messages.results import FindingLine
from storage.store import Records
from storage.tables.inspections import Transfer
from storage.tables.registers import Person


def open_follow_ups(
    records: Records, inspection_id: str, lines: Iterable[FindingLine], *, by: Person, at: datetime
) -> None:
    """Opens a transfer for every finding that names who receives the matter."""
    for line in lines:
        if line.transfer_to is None:
            continue
        transfer = Transfer(
            id=f"{inspection_id}/{line.item}",
            inspection_id=inspection_id,
            item_id=line.item,
            from_department=line.department,
            to_department=line.transfer_to,
            summary=line.words,
            state=TransferState.OPENED,
            opened_at=at,
        )
        records.add(transfer)
        records.journal("transfer.open", transfer.id, by=by.id, at=at, to=line.transfer_to)
        hand_over_transfer(records, transfer, at=at)
