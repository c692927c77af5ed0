"""What liaisons hear of the registers; everybody and everything is invented."""

from datetime import UTC, date, datetime

from notifications.messages.message import Message
from notifications.messages.registers import (
    RegisterLoadDone,
    RegisterLoadFailed,
    RegisterNews,
    RegistersChanged,
)

AT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
MARKUP = "<b>*_[名录]_*.xlsx"
LINES = (
    RegisterNews("inspectors", 0, 2, 1, 0),
    RegisterNews("objects", 12, 240, 3, 1),
)

EXAMPLES: list[Message] = [
    RegistersChanged(department="fire", lines=LINES, at=AT),
    RegistersChanged(department="market", lines=LINES[:1], at=AT),
    RegisterLoadDone(7, "objects.csv", LINES, 0, date(2027, 1, 1)),
    RegisterLoadDone(8, MARKUP, (), 2, date(2027, 1, 1)),
    RegisterLoadFailed(9, MARKUP, "not_allowed"),
    RegisterLoadFailed(9, "objects.csv", "nothing_loaded"),
]
