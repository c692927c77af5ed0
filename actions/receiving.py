"""Taking in what a messenger delivers: on disk first, acknowledged after."""

from notifications.incoming import Incoming
from storage import inbox
from storage.store import Store


def receive_updates(store: Store, updates: list[Incoming]) -> int:
    """Stores updates of one channel in one transaction and gives how many were new; only after it has returned may
    the messenger be told that they arrived. A repeat of an update adds nothing."""
    if not updates:
        return 0
    first = updates[0]
    rows = [{"update_id": one.update_id, "chat": one.chat, "body": one.to_json()} for one in updates]
    with store.transaction(first.channel) as records:
        return inbox.keep(records, rows, channel=first.channel, at=first.received_at)
