"""What a person does in the web chat: kept for the worker and shown as the person's own words, in one transaction."""

from typing import Any

from notifications.incoming import Incoming, IncomingKind
from storage import inbox, web_chat
from storage.store import Records


def take_in(records: Records, incoming: Incoming) -> bool:
    """Writes the inbox row, and the person's own bubble unless a button was pressed. Only after the commit may the
    browser hear that it arrived. A repeat of the update id changes nothing and gives False."""
    web_chat.lock(records, [incoming.chat])
    body = incoming.to_json()
    row = {"update_id": incoming.update_id, "chat": incoming.chat, "body": body}
    is_new = bool(inbox.keep(records, [row], channel=incoming.channel, at=incoming.received_at))
    if is_new and incoming.kind is not IncomingKind.BUTTON:
        web_chat.post(
            records,
            incoming.chat,
            _bubble(incoming),
            update_id=f"in:{incoming.update_id}",
            at=incoming.received_at,
            is_mine=True,
        )
    return is_new


def _bubble(incoming: Incoming) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": incoming.kind.value, "text": incoming.text, "rows": []}
    if incoming.attachment is not None:
        body["file_name"] = incoming.attachment.file_name
        body["photo"] = incoming.attachment.sha256 or None
    if incoming.kind is IncomingKind.LOCATION:
        body["place"] = [incoming.latitude, incoming.longitude]
    return body
