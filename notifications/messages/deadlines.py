"""Reminders: what waits for one person, all in one message, with the button that ends each matter; and what is
overdue, to those above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from inspection.deadlines.rules import Party, RuleName
from notifications.buttons.approval import ApprovalAct, ApprovalButton, BriefingAct, BriefingButton
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, TeamAct, TeamButton
from notifications.buttons.data import ButtonData
from notifications.buttons.deadlines import Later, RequestButton, SnoozeButton
from notifications.buttons.matters import MatterAct, MatterButton, MatterKind
from notifications.buttons.planning import PlanAct, PlanButton
from notifications.buttons.results import (
    DepartmentReviewAct,
    DepartmentReviewButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.visit_approvals import OneApprovalAct, OneApprovalButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message

SHOWN = 20
"""Matters in one message; the others are counted."""


def _review(subject: str) -> ButtonData:
    """Of the joint result, or of what one department found: `<inspection>/<department>`."""
    inspection, _, department = subject.partition("/")
    if department:
        return DepartmentReviewButton(DepartmentReviewAct.VIEW, inspection, department)
    return ResultButton(ResultAct.VIEW, inspection)


def _matter(kind: MatterKind) -> Callable[[str], ButtonData]:
    return lambda subject: MatterButton(MatterAct.VIEW, kind, subject)


def _approval(subject: str) -> ButtonData:
    return OneApprovalButton(OneApprovalAct.VIEW, subject)


_CARDS: Mapping[str, Callable[[str], ButtonData]] = {
    RuleName.SCHEME_APPROVAL: lambda subject: ApprovalButton(ApprovalAct.CARD, subject),
    RuleName.BRIEFING: lambda subject: BriefingButton(BriefingAct.SHOW, subject),
    RuleName.ANSWER: lambda subject: AssignmentButton(AssignmentAnswer.DETAILS, subject),
    RuleName.LEAVE_DECISION: RequestButton,
    RuleName.TEAM_CONFIRMATION: lambda subject: TeamButton(TeamAct.VIEW, subject),
    RuleName.VISIT_WINDOW: lambda subject: VisitButton(VisitAct.CARD, subject),
    RuleName.SUBMISSION: lambda subject: ResultButton(ResultAct.VIEW, subject),
    RuleName.REVIEW: _review,
    RuleName.CORRECTION: lambda subject: ResultButton(ResultAct.VIEW, subject),
    RuleName.PUBLICITY: lambda subject: ResultButton(ResultAct.VIEW, subject),
    RuleName.APPROVAL: _approval,
    RuleName.APPROVAL_MADE_UP: _approval,
    RuleName.RECUSAL_APPLICATION: RequestButton,
    RuleName.RECTIFICATION: _matter(MatterKind.FOLLOW_UP),
    RuleName.DISCLOSURE: _matter(MatterKind.FOLLOW_UP),
    RuleName.RECHECK: _matter(MatterKind.FOLLOW_UP),
    RuleName.ABNORMAL_LISTING: _matter(MatterKind.FOLLOW_UP),
    RuleName.TRANSFER_RECEIPT: _matter(MatterKind.TRANSFER),
    RuleName.CASE_FILING: _matter(MatterKind.TRANSFER),
    RuleName.CRIMINAL_TRANSFER: _matter(MatterKind.CRIME),
    RuleName.POLICE_HANDOVER: _matter(MatterKind.CRIME),
    RuleName.POLICE_ANSWER: _matter(MatterKind.CRIME),
    RuleName.PLAN_SUBMISSION: lambda subject: PlanButton(PlanAct.VIEW, subject.partition("/")[0]),
    RuleName.PLAN_PUBLICATION: lambda subject: PlanButton(PlanAct.VIEW, subject),
}
"""The card on which a matter is ended, of those that are ended in the chat."""


def snooze_choices(work: str) -> Choices:
    """Reminds later; nothing for a message that no due work has sent."""
    if not work:
        return ()
    return (
        (
            Choice("snooze_hour", SnoozeButton(Later.HOUR, work)),
            Choice("snooze_morning", SnoozeButton(Later.MORNING, work)),
        ),
    )


def reminder_slot(work: str) -> str | None:
    """A place of its own for each reminder: only its own snooze takes it."""
    return f"reminder:{work}" if work else None


@dataclass(frozen=True)
class ReminderLine:
    """One matter: `rule` is a key of `labels.toml` as `deadline_…`, `about` a name, `subject` the id of the thing."""

    rule: str
    about: str
    subject: str
    due_at: datetime

    def row(self) -> tuple[Choice, ...]:
        card = _CARDS.get(self.rule)
        if card is None:
            return ()
        return (Choice(f"matter_{self.rule}", card(self.subject), {"about": self.about}),)


@dataclass(frozen=True)
class ReminderDigest(Message):
    """All that falls due for one person at about the same time; an urgent one stands alone. `at` tells what is over."""

    work: str
    lines: tuple[ReminderLine, ...]
    more: int
    is_urgent: bool
    at: datetime

    def slot(self) -> str | None:
        return reminder_slot(self.work)

    def choices(self) -> Choices:
        rows = tuple(row for row in (line.row() for line in self.lines) if row)
        return (*rows, *snooze_choices(self.work))


@dataclass(frozen=True)
class ReminderSnoozed(Message):
    """In place of the reminder: when it comes again, and what is meant."""

    work: str
    lines: tuple[ReminderLine, ...]
    until: datetime

    def slot(self) -> str | None:
        return reminder_slot(self.work)

    def choices(self) -> Choices:
        return tuple(row for row in (line.row() for line in self.lines) if row)


@dataclass(frozen=True)
class DeadlineOverdue(Message):
    """To the next party of the chain: what is overdue since when, with whom it lies, what can be done. `stands_in_for`
    is the name of whom the reader is a deputy of, else empty; with `may_act` the reader can end the matter."""

    deadline: str
    rule: str
    about: str
    subject: str
    party: Party
    owners: tuple[str, ...]
    due_at: datetime
    stands_in_for: str
    may_act: bool
    at: datetime

    def slot(self) -> str | None:
        return f"overdue:{self.deadline}"

    def choices(self) -> Choices:
        row = ReminderLine(self.rule, self.about, self.subject, self.due_at).row() if self.may_act else ()
        return (row,) if row else ()
