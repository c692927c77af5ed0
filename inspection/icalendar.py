"""The window of a visit as a calendar entry for a phone (RFC 5545): whole days, so that no zone is needed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75
"""Octets in a line, the end of line not counted (RFC 5545, 3.1)."""
_PRODUCT = "-//shuangsuiji//visits//ZH"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class CalendarEntry:
    """`uid` stays the same for ever; `sequence` grows with every change, so that a calendar knows which is newer.
    `last_day` belongs to it; `place` is (latitude, longitude) or None."""

    uid: str
    sequence: int
    changed_at: datetime
    first_day: date
    last_day: date
    title: str
    address: str
    description: str
    place: tuple[float, float] | None = None
    is_cancelled: bool = False


def icalendar(entry: CalendarEntry) -> str:
    """One entry as a whole calendar, lines folded and ended as the standard has them."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.first_day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.last_day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(entry.title)}",
        f"LOCATION:{_text(entry.address)}",
        f"DESCRIPTION:{_text(entry.description)}",
        *([f"GEO:{entry.place[0]:.6f};{entry.place[1]:.6f}"] if entry.place else []),
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    """Signs that would end a value are escaped; those that no calendar takes are left out."""
    escaped = value.replace("\r\n", "\n").translate(_ESCAPES)
    return "".join(sign for sign in escaped if sign == "\t" or sign >= " ")


def _folded(line: str) -> str:
    """No line is longer than 75 octets, and no sign is cut in two."""
    parts, room, part = [], _LINE, ""
    for sign in line:
        octets = len(sign.encode("utf-8", "replace"))
        if octets > room:
            parts.append(part)
            part, room = "", _LINE - 1  # the blank that begins a folded line counts
        part, room = part + sign, room - octets
    return "\r\n ".join([*parts, part])
