"""What operators read when the auditor finds something; everything is invented."""

from datetime import UTC, datetime

from actions.audit import FlawKind
from notifications.messages.audit import AuditAlarm, AuditOver, FlawLine
from notifications.messages.message import Message

SINCE, AT = datetime(2026, 7, 13, 2, 30, tzinfo=UTC), datetime(2026, 7, 13, 3, 5, tzinfo=UTC)
_LINES = (
    FlawLine("stuck", 1, ("S2601.B0042",)),
    FlawLine("no_owner", 7, ("D-S2602-1", "S2601.B0007/fire/2/1", "<b>x</b>")),
)

EXAMPLES: list[Message] = [
    AuditAlarm(department="market", since=SINCE, lines=_LINES),
    AuditAlarm(
        department="",
        since=SINCE,
        lines=tuple(FlawLine(kind.value, 2, ("lapse:S2601.B0042/fire/1/1",)) for kind in FlawKind),
    ),
    AuditOver(department="market", since=SINCE, at=AT),
    AuditOver(department="", since=SINCE, at=AT),
]
