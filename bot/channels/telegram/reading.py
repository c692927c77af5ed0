"""From an update as it lies on the wire to an `Incoming`. Pure, and on plain dicts: this runs for everything people do.

People and chats are known by their number only; a @username can be given away and is never looked at.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from telegram.constants import FileSizeLimit

from notifications.incoming import Attachment, Incoming, IncomingKind

CHANNEL = "telegram"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for."""
SIZE_LIMIT = int(FileSizeLimit.FILESIZE_DOWNLOAD)
"""Bytes of what a bot can fetch."""

Raw = dict[str, Any]

_SERVICE = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
    "migrate_from_chat_id", "pinned_message", "users_shared", "chat_shared", "connected_website",
    "write_access_allowed", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "video_chat_scheduled", "video_chat_started",
    "video_chat_ended", "video_chat_participants_invited", "web_app_data", "chat_owner_left", "chat_owner_changed",
})  # fmt: skip
"""What Telegram itself says in a chat: nobody waits for an answer to it."""
_OUTSIDE = frozenset({"left", "kicked"})
_INSIDE = frozenset({"member", "administrator", "restricted", "creator"})


class Unreadable(Exception):
    """Not the form we know: to be set aside for an operator, never dropped. The reason quotes nothing."""


def read_batch(updates: Sequence[Raw], at: datetime) -> tuple[list[Incoming], list[tuple[str, str, Raw]]]:
    """What people said, and what nobody could read, each as (update id, reason, the update)."""
    incoming: list[Incoming] = []
    unreadable: list[tuple[str, str, Raw]] = []
    for update in updates:
        try:
            found = read_update(update, at)
        except Unreadable as reason:
            unreadable.append((name_of(update), str(reason), update))
        else:
            if found is not None:
                incoming.append(found)
    return incoming, unreadable


def name_of(update: Any) -> str:
    """The update's id; where it has none, something that a repeat has too."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if _is_number(number):
        return str(number)
    return "x" + hashlib.sha256(json.dumps(update, sort_keys=True, default=str).encode()).hexdigest()[:20]


def read_update(update: Raw, received_at: datetime) -> Incoming | None:
    """None: understood, and nothing to do. Raises `Unreadable`."""
    try:
        number = str(_number(update["update_id"]))
        for kind, read in _READERS.items():
            if kind in update:
                return read(number, update[kind], received_at)
    except Unreadable:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Unreadable(f"malformed: {type(fault).__name__}") from None
    raise Unreadable(f"unknown kind: {', '.join(sorted(set(map(str, update)) - {'update_id'}))[:100]}")


def _read_message(number: str, message: Raw, at: datetime, *, is_edit: bool = False) -> Incoming | None:
    chat = message["chat"]
    sender = message["from"] if chat["type"] == "private" else message.get("from")
    if sender is None or sender.get("is_bot") or chat["type"] == "channel":
        return None
    said = _content(message, is_edit)
    if said is None:
        return None
    if said.get("kind") is IncomingKind.GROUP_MOVED:
        is_edit = False
    return Incoming(
        CHANNEL,
        str(_number(chat["id"])),
        number,
        received_at=at,
        message_id=str(_number(message["message_id"])),
        sender=_sender(chat, sender),
        album=_words(message.get("media_group_id", "")),
        is_edit=is_edit,
        **said,
    )


def _read_edit(number: str, message: Raw, at: datetime) -> Incoming | None:
    return _read_message(number, message, at, is_edit=True)


def _content(message: Raw, is_edit: bool) -> Raw | None:
    """The fields of `Incoming` that hold what was said."""
    if "text" in message:
        return {"kind": IncomingKind.TEXT, "text": _words(message["text"])}
    if "photo" in message:
        return _picture(message, _photo(message["photo"]))
    if "document" in message:
        return _picture(message, _document(message["document"]))
    if "location" in message:
        return None if is_edit else _place(message["location"])  # a live location goes on and on
    if "migrate_to_chat_id" in message:
        return {"kind": IncomingKind.GROUP_MOVED, "text": str(_number(message["migrate_to_chat_id"]))}
    if not _SERVICE.isdisjoint(message):
        return None
    return {"kind": IncomingKind.UNSUPPORTED, "text": _words(message.get("caption", ""))}


def _picture(message: Raw, attachment: Attachment) -> Raw:
    return {
        "kind": IncomingKind.PHOTO,
        "text": _words(message.get("caption", "")),
        "attachment": attachment,
    }


def _photo(sizes: Sequence[Raw]) -> Attachment:
    """Telegram has pressed it already; of its sizes the largest."""
    best = max(sizes, key=lambda one: _number(one["width"]) * _number(one["height"]))
    return Attachment(
        remote=_file_id(best),
        size=_number(best.get("file_size", 0)),
        width=_number(best["width"]),
        height=_number(best["height"]),
    )


def _document(document: Raw) -> Attachment:
    """Any file: whether it is a picture its bytes will tell."""
    name, size = _words(document.get("file_name", "")), _number(document.get("file_size", 0))
    if size > SIZE_LIMIT:
        return Attachment(
            file_name=name, size=size, refused="photo_too_big", limit_mb=SIZE_LIMIT // 1_000_000
        )
    return Attachment(
        remote=_file_id(document), size=size, media_type=_words(document.get("mime_type", "")),
        file_name=name, is_original=True,
    )  # fmt: skip


def _place(location: Raw) -> Raw:
    return {
        "kind": IncomingKind.LOCATION,
        "latitude": _degrees(location["latitude"], 90),
        "longitude": _degrees(location["longitude"], 180),
    }


def _read_press(number: str, press: Raw, at: datetime) -> Incoming:
    """A message that is too old comes as its ids alone, which is all that is needed."""
    if "data" not in press or "message" not in press:
        raise Unreadable("a pressed button without data or message")
    message = press["message"]
    return Incoming(
        CHANNEL,
        str(_number(message["chat"]["id"])),
        number,
        IncomingKind.BUTTON,
        at,
        button=_words(press["data"]),
        message_id=str(_number(message["message_id"])),
        sender=_sender(message["chat"], press["from"]),
    )


def _read_membership(number: str, change: Raw, at: datetime) -> Incoming | None:
    """What became of ourselves in a chat."""
    chat, sender = change["chat"], change["from"]
    kind = _membership(chat["type"], change["old_chat_member"]["status"], change["new_chat_member"]["status"])
    if kind is None:
        return None
    return Incoming(CHANNEL, str(_number(chat["id"])), number, kind, at, sender=_sender(chat, sender))


def _membership(chat: str, old: str, new: str) -> IncomingKind | None:
    if chat == "private":
        return {"kicked": IncomingKind.BLOCKED, "member": IncomingKind.UNBLOCKED}.get(new)
    if chat == "channel":
        return None
    if old in _OUTSIDE and new in _INSIDE:
        return IncomingKind.GROUP_JOINED
    return IncomingKind.GROUP_LEFT if old not in _OUTSIDE and new in _OUTSIDE else None


def _sender(chat: Raw, sender: Raw) -> str:
    """Named only where the chat is not the person's own."""
    number = str(_number(sender["id"]))
    return "" if chat["type"] == "private" else number


def _file_id(file: Raw) -> str:
    found = file["file_id"]
    if not isinstance(found, str) or not found:
        raise ValueError
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> int:
    if not _is_number(value):
        raise TypeError
    return int(value)


def _degrees(value: Any, most: int) -> float:
    if not (_is_number(value) or isinstance(value, float)) or not -most <= value <= most:
        raise TypeError
    return float(value)


def _words(value: Any) -> str:
    """What no store takes is left out: NUL, and half of a character."""
    if not isinstance(value, str):
        raise TypeError
    if value.isascii():
        return value.replace("\0", "")
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_READERS: dict[str, Callable[[str, Any, datetime], Incoming | None]] = {
    "message": _read_message,
    "edited_message": _read_edit,
    "callback_query": _read_press,
    "my_chat_member": _read_membership,
}
