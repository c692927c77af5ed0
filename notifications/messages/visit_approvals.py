"""Approval of visits: what heads are asked, what teams hear; the notice to the party and the firm's application."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.follow_ups import Service
from inspection.leave import Ground, LeaveKind, Verdict, grounds_of
from notifications.buttons.assignments import DecisionButton
from notifications.buttons.deadlines import RequestButton
from notifications.buttons.papers import PaperButton, PaperKind
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeAct,
    NoticeButton,
    OneApprovalAct,
    OneApprovalButton,
    ServiceButton,
    StartAct,
    StartButton,
    StopButton,
    VisitApprovalAct,
    VisitApprovalButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish

SHOWN = 20
"""Visits in one message; the others are counted."""


def approval_slot(scheme: str, department: str) -> str:
    """One place for all that a head is asked about one scheme."""
    return f"approval:{scheme}:{department}"


@dataclass(frozen=True)
class ApprovalLine(Message):
    """One visit that waits for a head, alone on the screen or as a line of a card."""

    approval: str
    scheme: str
    department: str
    object: str
    district: str
    first_day: date
    last_day: date
    items: int
    is_urgent: bool

    def slot(self) -> str | None:
        return approval_slot(self.scheme, self.department)

    def choices(self) -> Choices:
        back = VisitApprovalButton(VisitApprovalAct.LINES, self.scheme, self.department, "0")
        yes = "make_up_visit" if self.is_urgent else "approve_visit"
        return (
            (Choice(yes, OneApprovalButton(OneApprovalAct.APPROVE, self.approval)),),
            (
                Choice("refuse_visit", OneApprovalButton(OneApprovalAct.REFUSE, self.approval)),
                Choice("back", back),
            ),
        )


@dataclass(frozen=True)
class _AboutApprovals(Message):
    scheme: str
    name: str
    department: str
    visits: tuple[ApprovalLine, ...]

    def slot(self) -> str | None:
        return approval_slot(self.scheme, self.department)

    def _button(self, act: VisitApprovalAct) -> VisitApprovalButton:
        return VisitApprovalButton(act, self.scheme, self.department, str(len(self.visits)))


@dataclass(frozen=True)
class ApprovalCard(_AboutApprovals):
    """To the head: all visits of one scheme that wait, in one decision."""

    def choices(self) -> Choices:
        if not self.visits:
            return ()
        return (
            (Choice("approve_all", self._button(VisitApprovalAct.ALL), {"number": len(self.visits)}),),
            (
                Choice("view_each", self._button(VisitApprovalAct.LINES)),
                Choice("refuse_visit", self._button(VisitApprovalAct.REFUSE_ALL)),
            ),
        )


@dataclass(frozen=True)
class ApprovalLines(_AboutApprovals):
    """To the head: the same visits, each behind a button."""

    def choices(self) -> Choices:
        lines = tuple(
            (Choice(one.object, OneApprovalButton(OneApprovalAct.VIEW, one.approval), is_text=True),)
            for one in self.visits[:SHOWN]
        )
        return (*lines, (Choice("back", self._button(VisitApprovalAct.CARD)),))


@dataclass(frozen=True)
class AskApprovalWords(Message):
    """Why these visits are not approved; the lead will read it."""

    scheme: str
    department: str
    objects: tuple[str, ...]

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return approval_slot(self.scheme, self.department)

    def choices(self) -> Choices:
        back = VisitApprovalButton(VisitApprovalAct.CARD, self.scheme, self.department, "0")
        return ((Choice("back", back),),)


@dataclass(frozen=True)
class ApprovalsDecided(Message):
    """To the head, in place of the question; `rest` visits of the scheme still wait."""

    scheme: str
    department: str
    objects: tuple[str, ...]
    is_approved: bool
    words: str
    at: datetime
    rest: int

    def slot(self) -> str | None:
        return approval_slot(self.scheme, self.department)

    def choices(self) -> Choices:
        if not self.rest:
            return ()
        more = VisitApprovalButton(VisitApprovalAct.CARD, self.scheme, self.department, "0")
        return ((Choice("view_rest", more, {"number": self.rest}),),)


@dataclass(frozen=True)
class _OfVisit(Message):
    inspection: str
    object: str

    def _notice(self) -> Choice:
        return Choice("paper_notice", NoticeButton(NoticeAct.MAKE, self.inspection))


@dataclass(frozen=True)
class VisitApproved(_OfVisit):
    """To the lead: every head has said yes."""

    at: datetime

    def choices(self) -> Choices:
        return ((self._notice(),), (Choice("visit_card", VisitButton(VisitAct.CARD, self.inspection)),))


@dataclass(frozen=True)
class VisitRefused(_OfVisit):
    """To lead and operators: a head does not let the visit take place, with the head's words."""

    department: str
    head: str
    words: str
    has_started: bool
    at: datetime

    def choices(self) -> Choices:
        return ((Choice("ask_approval_again", StartButton(StartAct.AGAIN, self.inspection)),),)


@dataclass(frozen=True)
class VisitNotApproved(_OfVisit):
    """To whoever wants to start: who still has to say yes, and the two ways on."""

    waiting: tuple[str, ...]
    refused: tuple[str, ...]
    heads: tuple[str, ...]

    def slot(self) -> str | None:
        return f"visit:{self.inspection}"

    def choices(self) -> Choices:
        back = (Choice("back", VisitButton(VisitAct.CARD, self.inspection)),)
        if self.refused:
            return ((Choice("ask_approval_again", StartButton(StartAct.AGAIN, self.inspection)),), back)
        return (
            (Choice("nudge_heads", StartButton(StartAct.NUDGE, self.inspection)),),
            (Choice("start_urgently", StartButton(StartAct.URGENT, self.inspection)),),
            back,
        )


@dataclass(frozen=True)
class HeadsNudged(_OfVisit):
    """To whoever nudged, or asked again: whom it went to."""

    departments: tuple[str, ...]
    at: datetime

    def slot(self) -> str | None:
        return f"visit:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("visit_card", VisitButton(VisitAct.CARD, self.inspection)),),)


# --- The notice ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoticeCard(_OfVisit):
    """To the team: the notice with its number, and how it was served."""

    number: str
    issued_at: datetime
    service: Service | None
    served_at: datetime | None
    served_by: str
    has_result: bool = False
    """The result is public, so its notice can be printed too."""

    def slot(self) -> str | None:
        return f"notice:{self.inspection}"

    def choices(self) -> Choices:
        paper = Choice("notice_pdf", PaperButton(PaperKind.NOTICE, self.inspection))
        apply = Choice("firm_applies", NoticeButton(NoticeAct.APPLY, self.inspection))
        serve = Choice("serve_notice", NoticeButton(NoticeAct.SERVE, self.inspection))
        last = apply
        if self.has_result:
            last = Choice("paper_result_notice", PaperButton(PaperKind.RESULT_NOTICE, self.inspection))
        return ((paper,), *(((serve,),) if self.service is None else ()), (last,))


@dataclass(frozen=True)
class AskService(_OfVisit):
    """How was the notice served?"""

    number: str

    def slot(self) -> str | None:
        return f"notice:{self.inspection}"

    def choices(self) -> Choices:
        ways = tuple((Choice(f"service_{one}", ServiceButton(one, self.inspection)),) for one in Service)
        return (*ways, (Choice("back", NoticeButton(NoticeAct.MAKE, self.inspection)),))


# --- The firm's application for recusal ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfficerChoice:
    assignment: str
    name: str
    department: str


@dataclass(frozen=True)
class AskFirmOfficer(_OfVisit):
    """To whoever writes it down: which officer does the firm mean?"""

    officers: tuple[OfficerChoice, ...]

    def slot(self) -> str | None:
        return f"firm:{self.inspection}"

    def choices(self) -> Choices:
        return tuple(
            (Choice(one.name, FirmGroundsButton(one.assignment), is_text=True),) for one in self.officers
        )


@dataclass(frozen=True)
class AskFirmGround(_OfVisit):
    """The closed list of grounds."""

    assignment: str
    person: str

    def slot(self) -> str | None:
        return f"firm:{self.inspection}"

    def choices(self) -> Choices:
        grounds = tuple(
            (Choice(f"ground_{one}", FirmGroundButton(one, self.assignment)),)
            for one in grounds_of(LeaveKind.RECUSAL)
        )
        return (*grounds, (Choice("back", NoticeButton(NoticeAct.APPLY, self.inspection)),))


@dataclass(frozen=True)
class AskFirmWords(_OfVisit):
    """What the firm says; private."""

    assignment: str
    person: str
    ground: Ground

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"firm:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("back", FirmGroundsButton(self.assignment)),),)


@dataclass(frozen=True)
class FirmApplied(_OfVisit):
    """To whoever wrote it down: the head decides by then, and the visit goes on."""

    person: str
    decide_by: datetime

    def slot(self) -> str | None:
        return f"firm:{self.inspection}"


@dataclass(frozen=True)
class FirmRecusalAsked(Message):
    """To the head of the officer's authority: the firm applies for recusal. It does not stop the visit by itself."""

    request: str
    person: str
    object: str
    scheme: str
    ground: Ground
    words: str
    decide_by: datetime
    has_begun: bool
    is_stopped: bool

    def slot(self) -> str | None:
        return f"request:{self.request}"

    def choices(self) -> Choices:
        stop = () if self.is_stopped else ((Choice("stop_visit", StopButton(self.request)),),)
        return (
            (
                Choice("grant", DecisionButton(Verdict.GRANT, self.request)),
                Choice("refuse", DecisionButton(Verdict.REFUSE, self.request)),
            ),
            *stop,
        )


@dataclass(frozen=True)
class AskAnswerWords(Message):
    """To the head who refuses: the firm reads why."""

    request: str
    person: str
    object: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"request:{self.request}"

    def choices(self) -> Choices:
        return ((Choice("back", RequestButton(self.request)),),)


@dataclass(frozen=True)
class FirmDecisionMade(Message):
    """To the head, in place of the question: what was decided on the firm's application."""

    request: str
    person: str
    object: str
    verdict: Verdict
    answer: str
    at: datetime

    def slot(self) -> str | None:
        return f"request:{self.request}"


@dataclass(frozen=True)
class FirmRecusalDecided(_OfVisit):
    """To lead, to whoever wrote the application down, and after a grant to the officer: what the head decided."""

    person: str
    verdict: Verdict
    is_after_visit: bool
    at: datetime


@dataclass(frozen=True)
class VisitStopped(_OfVisit):
    """To the lead: the visit waits until the head has decided on an application."""

    at: datetime
