"""What is told at the beginning of a day or a week: to leads, to liaisons, to the joint office. Nothing to say, no
message."""

from dataclasses import dataclass
from datetime import datetime

from notifications.messages.deadlines import ReminderLine
from notifications.messages.message import Choices, Message

SHOWN = 20
"""Matters in one message; the others are counted."""


@dataclass(frozen=True)
class SummaryLine:
    """One clock that runs: `rule` is a key of `labels.toml` as `deadline_…`, `who` the names it lies with."""

    rule: str
    about: str
    subject: str
    department: str
    who: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True)
class _Summary(Message):
    """`lines` are the first of all, `more` how many others there are; `at` tells what is overdue.
    A `district` stands where it is about one county alone."""

    lines: tuple[SummaryLine, ...]
    more: int
    at: datetime


@dataclass(frozen=True)
class LeadSummary(_Summary):
    """To a lead, each working day: all that runs in the own visits. `mine` are the subjects that the reader ends."""

    mine: tuple[str, ...]

    def slot(self) -> str | None:
        return "summary:lead"

    def choices(self) -> Choices:
        """One button for each own matter; several clocks of a visit have the same card."""
        rows = {
            line.subject: ReminderLine(line.rule, line.about, line.subject, line.due_at).row()
            for line in reversed(self.lines)
            if line.subject in self.mine
        }
        return tuple(row for row in reversed(rows.values()) if row)


@dataclass(frozen=True)
class LiaisonSummary(_Summary):
    """To a department's liaisons, on the first working day of each week: what is overdue or ends in it, and how the
    last seven days went."""

    department: str
    running: int
    overdue: int
    met: int
    missed: int
    district: str = ""

    def slot(self) -> str | None:
        return f"summary:{self.department}"


@dataclass(frozen=True)
class OverdueList(_Summary):
    """To the joint office, each working day: everything that is overdue, whoever it lies with."""

    district: str = ""

    def slot(self) -> str | None:
        return "summary:overdue"
