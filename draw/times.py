"""Times as the protocol writes them: RFC 3339 in UTC with Z."""

import re
from datetime import UTC, datetime

from draw.refusals import BadTime

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)


def instant_text(at: datetime, place: str) -> str:
    """The text of an aware moment, to the second; raises BadTime for one without a zone."""
    if at.tzinfo is None:
        raise BadTime(f"{place} has no time zone: {at.isoformat()}.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def check_instant(text: str, place: str) -> str:
    """The text itself if it is a time of the protocol and a day of the calendar; raises BadTime."""
    try:
        if _INSTANT.fullmatch(text):
            datetime.strptime(text[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z")
            return text
    except ValueError:
        pass
    raise BadTime(f"{place} must be a time such as 2026-03-01T02:00:00Z, not {text!r:.60}.")
