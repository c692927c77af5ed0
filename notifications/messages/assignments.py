"""What an officer hears about a seat, from the draw to the end of it."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.leave import Ground, LeaveKind, Verdict, grounds_of
from inspection.states import AssignmentState, InspectionState
from notifications.buttons.assignments import (
    AssignmentAnswer,
    AssignmentButton,
    DecisionButton,
    FileLeaveButton,
    GroundButton,
    GroundsButton,
    TeamAct,
    TeamButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.deadlines import reminder_slot, snooze_choices
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish


@dataclass(frozen=True)
class Visit:
    """What every message about an assignment names: which visit, where, with whom, until when."""

    scheme: str
    object: str
    district: str
    address: str
    departments: tuple[str, ...]
    first_day: date
    last_day: date


def _answers(assignment: str) -> Choices:
    return (
        (Choice("accept", AssignmentButton(AssignmentAnswer.ACCEPT, assignment)),),
        _leaving(assignment),
    )


def _leaving(assignment: str) -> tuple[Choice, ...]:
    return (
        Choice("recuse", GroundsButton(LeaveKind.RECUSAL, assignment)),
        Choice("unavailable", GroundsButton(LeaveKind.UNAVAILABILITY, assignment)),
    )


def _team_of(assignment: str, *, is_lead: bool) -> Choices:
    """For the lead: the team with the state of everybody's certificate."""
    return ((Choice("view_team", TeamButton(TeamAct.VIEW, _inspection_of(assignment))),),) if is_lead else ()


def _inspection_of(assignment: str) -> str:
    return assignment.split("/")[0]


def _after_accepting(assignment: str) -> Choices:
    return (
        (
            Choice("details", AssignmentButton(AssignmentAnswer.DETAILS, assignment)),
            Choice("withdraw", AssignmentButton(AssignmentAnswer.WITHDRAW, assignment)),
        ),
    )


@dataclass(frozen=True)
class _AboutAssignment(Message):
    assignment: str
    visit: Visit

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"


@dataclass(frozen=True)
class AssignmentDrawn(_AboutAssignment):
    """You were drawn: accept, recuse or say that you can't, by `answer_by`."""

    department: str
    is_lead: bool
    is_redraw: bool
    answer_by: datetime
    origin: str = ""
    """`inspection.naming.Origin` where nothing was drawn here; then `platform` is where it was."""
    platform: str = ""

    def choices(self) -> Choices:
        return _answers(self.assignment)


@dataclass(frozen=True)
class AnswerReminder(_AboutAssignment):
    """There is no answer yet. A message of its own, so that the phone makes itself heard; `work` is the due work that
    it goes out with."""

    answer_by: datetime
    work: str = ""

    def slot(self) -> str | None:
        return reminder_slot(self.work)

    def choices(self) -> Choices:
        return (*_answers(self.assignment), *snooze_choices(self.work))


@dataclass(frozen=True)
class AssignmentAccepted(_AboutAssignment):
    answered_at: datetime
    accepted: int
    seats: int
    is_lead: bool

    def choices(self) -> Choices:
        return (*_team_of(self.assignment, is_lead=self.is_lead), *_after_accepting(self.assignment))


@dataclass(frozen=True)
class AcceptanceWithdrawn(_AboutAssignment):
    answer_by: datetime

    def choices(self) -> Choices:
        return _answers(self.assignment)


@dataclass(frozen=True)
class AssignmentLapsed(_AboutAssignment):
    answer_by: datetime
    is_drawn: bool = True


@dataclass(frozen=True)
class AssignmentReleased(_AboutAssignment):
    """The visit does not take place: the object has gone."""

    cause: str


@dataclass(frozen=True)
class AssignmentDetails(_AboutAssignment):
    """One assignment as it stands, with what can be pressed now. `inspection_state` says how far the visit is."""

    state: AssignmentState
    inspection_state: InspectionState
    department: str
    is_lead: bool
    answer_by: datetime | None
    items: tuple[str, ...]

    def choices(self) -> Choices:
        if self.state is AssignmentState.NOTIFIED:
            return _answers(self.assignment)
        if self.state is AssignmentState.ACCEPTED:
            back = (Choice("withdraw", AssignmentButton(AssignmentAnswer.WITHDRAW, self.assignment)),)
            return (*self._team(), _leaving(self.assignment), back)
        if self.state is AssignmentState.CONFIRMED and self.inspection_state is not InspectionState.VISITED:
            visit = (Choice("view_visit", VisitButton(VisitAct.CARD, _inspection_of(self.assignment))),)
            return (visit, *self._team(), _leaving(self.assignment))
        return ()

    def _team(self) -> Choices:
        return _team_of(self.assignment, is_lead=self.is_lead)


@dataclass(frozen=True)
class AskGround(Message):
    """The closed list: one decision, one tap."""

    assignment: str
    object: str
    kind: LeaveKind

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"

    def choices(self) -> Choices:
        grounds = tuple(
            (Choice(f"ground_{ground}", GroundButton(ground, self.assignment)),)
            for ground in grounds_of(self.kind)
        )
        back = (Choice("back", AssignmentButton(AssignmentAnswer.DETAILS, self.assignment)),)
        return (*grounds, back)


@dataclass(frozen=True)
class AskLeaveWords(Message):
    """A short text, which may be left out; only the head and the auditor read it. What filing means is said before."""

    assignment: str
    object: str
    ground: Ground
    kind: LeaveKind
    default: Verdict | None
    """What holds when the head stays silent; None where the ground holds at once."""
    is_drawn: bool = True

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"

    def choices(self) -> Choices:
        return (
            (Choice("file_without_words", FileLeaveButton(self.ground, self.assignment)),),
            (Choice("back", GroundsButton(self.kind, self.assignment)),),
        )


@dataclass(frozen=True)
class RecusalHeld(Message):
    """A mandatory ground holds at once: the seat goes back to the draw."""

    assignment: str
    object: str
    ground: Ground
    at: datetime
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"


@dataclass(frozen=True)
class LeaveFiled(Message):
    """The head decides; what holds without a word is said now."""

    assignment: str
    object: str
    ground: Ground
    kind: LeaveKind
    decide_by: datetime
    default: Verdict

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"


@dataclass(frozen=True)
class LeaveAsked(Message):
    """To the head: who asks, why, by when, and what holds otherwise."""

    request: str
    person: str
    object: str
    scheme: str
    kind: LeaveKind
    ground: Ground
    words: str
    decide_by: datetime
    default: Verdict
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"request:{self.request}"

    def choices(self) -> Choices:
        return (
            (
                Choice("grant", DecisionButton(Verdict.GRANT, self.request)),
                Choice("refuse", DecisionButton(Verdict.REFUSE, self.request)),
            ),
        )


@dataclass(frozen=True)
class RecusalNoted(Message):
    """To the head: an officer recused on a ground that leaves nothing to decide."""

    request: str
    person: str
    object: str
    ground: Ground
    words: str
    is_drawn: bool = True


@dataclass(frozen=True)
class LeaveDecided(Message):
    """To the head, in place of the question: what was decided."""

    request: str
    person: str
    object: str
    verdict: Verdict
    is_by_default: bool
    at: datetime
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"request:{self.request}"


@dataclass(frozen=True)
class LeaveGranted(Message):
    assignment: str
    object: str
    kind: LeaveKind
    is_by_default: bool
    at: datetime
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"


@dataclass(frozen=True)
class LeaveRefused(_AboutAssignment):
    """Back to the question, with time to answer."""

    kind: LeaveKind
    is_by_default: bool
    answer_by: datetime

    def choices(self) -> Choices:
        return _answers(self.assignment)


@dataclass(frozen=True)
class SeatSentBack(Message):
    """To the officer whose seat the lead sent back, with the lead's reason."""

    assignment: str
    object: str
    words: str
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"
