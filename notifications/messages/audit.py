"""When the auditor finds that something cannot go on, or was left lying: to those who can set it going, once."""

from dataclasses import dataclass
from datetime import datetime

from notifications.messages.message import Message


@dataclass(frozen=True)
class FlawLine:
    """One kind of flaw, how often, and the first few that have it, by id."""

    kind: str
    """`flaw_<kind>` in `labels.toml`."""
    number: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class _FromTheAuditor(Message):
    department: str
    """Whose schemes it is about, by id; empty where it is the installation itself."""
    since: datetime

    def slot(self) -> str | None:
        return f"audit:{self.department}"


@dataclass(frozen=True)
class AuditAlarm(_FromTheAuditor):
    lines: tuple[FlawLine, ...]


@dataclass(frozen=True)
class AuditOver(_FromTheAuditor):
    """In place of that, in silence."""

    at: datetime
