"""Values a form wants filled in by itself (jr:preload): times, who, and the number of the instance."""

import hashlib
from datetime import datetime

from inspection.calendar.beijing import BEIJING
from inspection.forms.facts import Facts
from inspection.forms.values import moment_text

_PROPERTIES = ("username", "deviceid", "phonenumber", "email")


def preloaded(preload: tuple[str, str], facts: Facts) -> str | None:
    """The value for (jr:preload, jr:preloadParams), None for what is not preloaded."""
    what, which = preload
    started = facts.started_at or facts.at
    if what == "timestamp":
        return _moment(started if which == "start" else facts.ended_at or facts.at)
    if what == "date":
        return started.astimezone(BEIJING).date().isoformat()
    if what == "uid":
        return f"uuid:{uuid_of(hashlib.sha256(f'{facts.seed}|uid'.encode()).digest())}"
    if what == "property":
        name = which.rpartition(":")[2].replace("phone.number", "phonenumber")
        return str(getattr(facts, name)) if name in _PROPERTIES else ""
    return "" if what else None


def _moment(at: datetime) -> str:
    return moment_text(at.astimezone(BEIJING))


def uuid_of(digest: bytes) -> str:
    """The version 4 UUID that begins as these bytes do; it is as random as they are."""
    octets = bytearray(digest[:16])
    octets[6] = octets[6] & 0x0F | 0x40
    octets[8] = octets[8] & 0x3F | 0x80
    text = octets.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
