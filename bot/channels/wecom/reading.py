"""From a callback to an `Incoming`. Pure. People are known by their id in the organisation's directory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.channels.wecom.cards import PICK
from bot.channels.wecom.places import from_chinese_map
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage.card_codes import NewCode

CHANNEL = "wecom"
Fields = dict[str, Any]
"""A callback by its elements: text, or for an element with others in it the same again."""
_DEEPEST = 5
_SILENT = frozenset({
    "enter_agent", "location", "view", "view_miniprogram", "batch_job_result", "change_contact", "scancode_push",
    "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "template_card_menu_event",
    "close_inactive_agent", "reopen_inactive_agent", "share_agent_change", "share_chain_change",
    "open_approval_change",
})  # fmt: skip
"""What WeCom tells us and nobody waits for. `location` is where a phone is each time its owner opens the app: nobody
sent that, so nobody is checked in by it. Photos of the menu come as messages of their own."""


class Malformed(Exception):
    """Not XML that we take. The reason quotes nothing."""


class Unreadable(Exception):
    """XML, and not what we know: to be set aside for an operator."""


@dataclass(frozen=True)
class Callback:
    """What WeCom brought once: `update_id` is the same when it brings it again."""

    update_id: str
    fields: Fields


def read_xml(content: bytes) -> Fields:
    """Without entities, DTDs and depths: nothing of that stands in a callback. Raises `Malformed`."""
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError) as fault:
        raise Malformed(type(fault).__name__) from None
    return _inside(root, _DEEPEST)


def _inside(element: Element, deepest: int) -> Fields:
    if deepest == 0:
        raise Malformed("too deep")
    found: Fields = {}
    for child in element:
        value = _inside(child, deepest - 1) if len(child) else (child.text or "").strip("\0")
        if child.tag in found:
            held = found[child.tag]
            found[child.tag] = [*(held if isinstance(held, list) else [held]), value]
        else:
            found[child.tag] = value
    return found


def callback_of(fields: Fields) -> Callback:
    """A message has a number of its own. An event has none: it is known by who, when, on which card and with which
    code together, or, where no card is in it, by all that it says."""
    if fields.get("MsgType") != "event" and (number := _word(fields, "MsgId")):
        return Callback(f"m{number}", fields)
    names = ("FromUserName", "CreateTime", "TaskId", "ResponseCode")
    is_of_card = bool(fields.get("TaskId") or fields.get("ResponseCode"))
    told = [_word(fields, name) for name in names] if is_of_card else sorted(map(repr, fields.items()))
    return Callback("e" + hashlib.sha256("\n".join(told).encode()).hexdigest()[:32], fields)


def code_of(callback: Callback) -> NewCode | None:
    """The code that came with a press: the card may be changed once more."""
    told = callback.fields
    who, task, code = (_word(told, name) for name in ("FromUserName", "TaskId", "ResponseCode"))
    return NewCode(who, task, code, callback.update_id) if who and task and code else None


def read_callback(callback: Callback, at: datetime) -> Incoming | None:
    """None: understood, and nothing to do. Raises `Unreadable`."""
    told = callback.fields
    who = _word(told, "FromUserName")
    if not who:
        raise Unreadable("nobody said it")
    kind = _word(told, "MsgType")
    try:
        said = _event(told) if kind == "event" else _MESSAGES.get(kind, _unsupported)(told)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Unreadable(f"malformed: {type(fault).__name__}") from None
    if said is None:
        return None
    own = said.pop("message_id", None) or _word(told, "MsgId") or None
    return Incoming(CHANNEL, who, callback.update_id, received_at=at, message_id=own, **said)


def _text(told: Fields) -> Fields:
    return {"kind": IncomingKind.TEXT, "text": _word(told, "Content")}


def _image(told: Fields) -> Fields:
    return {"kind": IncomingKind.PHOTO, "attachment": Attachment(remote=_needed(told, "MediaId"))}


def _file(told: Fields) -> Fields:
    name = _word(told, "FileName") or _word(told, "Title")
    attachment = Attachment(remote=_needed(told, "MediaId"), file_name=name, is_original=True)
    return {"kind": IncomingKind.PHOTO, "attachment": attachment}


def _location(told: Fields) -> Fields:
    """`Location_X` is the latitude."""
    latitude, longitude = float(_needed(told, "Location_X")), float(_needed(told, "Location_Y"))
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError
    latitude, longitude = from_chinese_map(latitude, longitude)
    return {"kind": IncomingKind.LOCATION, "latitude": latitude, "longitude": longitude}


def _unsupported(told: Fields) -> Fields:
    return {"kind": IncomingKind.UNSUPPORTED}


_MESSAGES: dict[str, Callable[[Fields], Fields]] = {
    "text": _text,
    "image": _image,
    "file": _file,
    "location": _location,
}


def _event(told: Fields) -> Fields | None:
    name = _word(told, "Event")
    if name in _EVENTS:
        return _EVENTS[name](told)
    if name.lower() in _SILENT:
        return None
    raise Unreadable(f"unknown event: {name[:60]}")


def _press(told: Fields) -> Fields:
    key, card = _word(told, "EventKey"), _needed(told, "TaskId")
    button = _chosen(told) if key == PICK else key
    if not button:
        return {"kind": IncomingKind.UNSUPPORTED, "message_id": card}
    return {"kind": IncomingKind.BUTTON, "button": button, "message_id": card}


def _chosen(told: Fields) -> str:
    """Of the first question; we ask one at a time, and for one choice."""
    items = told.get("SelectedItems") or {}
    item = items.get("SelectedItem") if isinstance(items, dict) else None
    first = item[0] if isinstance(item, list) else item
    options = (first or {}).get("OptionIds") or {}
    option = options.get("OptionId") if isinstance(options, dict) else None
    found = option[0] if isinstance(option, list) else option
    return found if isinstance(found, str) else ""


def _menu(told: Fields) -> Fields:
    return {"kind": IncomingKind.TEXT, "text": _needed(told, "EventKey")}


def _picked_place(told: Fields) -> Fields:
    return _location(told["SendLocationInfo"])


_EVENTS: dict[str, Callable[[Fields], Fields | None]] = {
    "template_card_event": _press,
    "click": _menu,
    "location_select": _picked_place,
    "subscribe": lambda told: {"kind": IncomingKind.UNBLOCKED},
    "unsubscribe": lambda told: {"kind": IncomingKind.BLOCKED},
}


def _word(told: Fields, name: str) -> str:
    """Empty where it is missing, or is no text."""
    value = told.get(name, "")
    return value if isinstance(value, str) else ""


def _needed(told: Fields, name: str) -> str:
    value = _word(told, name)
    if not value:
        raise KeyError(name)
    return value
