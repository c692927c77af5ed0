"""What a confirmed team is briefed with, and who has read it."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.buttons.approval import BriefingAct, BriefingButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish


@dataclass(frozen=True)
class BriefedMember:
    department: str
    person: str
    is_lead: bool


@dataclass(frozen=True)
class PartOfDepartment:
    """What a department does at this object: its items by title, and how many questions it answers."""

    department: str
    items: tuple[str, ...]
    questions: int


@dataclass(frozen=True)
class Briefed(Message):
    """To every member of a confirmed team, once: the task, the own part, what to mind. A supplement of the operator
    comes the same way, with `supplement`."""

    briefing: str
    inspection: str
    object: str
    district: str
    scheme: str
    first_day: date
    last_day: date
    team: tuple[BriefedMember, ...]
    own: PartOfDepartment
    others: tuple[PartOfDepartment, ...]
    is_expert: bool
    key_points: str
    notes: str
    supplement: str
    read_at: datetime | None

    def slot(self) -> str | None:
        return f"briefing:{self.briefing}"

    def choices(self) -> Choices:
        if self.read_at is not None:
            return ()
        return ((Choice("briefing_read", BriefingButton(BriefingAct.READ, self.briefing)),),)


@dataclass(frozen=True)
class BriefingsUnread(Message):
    """To the lead who starts the visit, once: some have not read what they were briefed with."""

    inspection: str
    object: str
    people: tuple[str, ...]

    def slot(self) -> str | None:
        return f"visit:{self.inspection}"

    def choices(self) -> Choices:
        return (
            (Choice("start_visit_anyway", VisitButton(VisitAct.START, self.inspection)),),
            (Choice("back", VisitButton(VisitAct.CARD, self.inspection)),),
        )


@dataclass(frozen=True)
class AskSupplement(Message):
    scheme: str
    name: str
    people: int

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("back", SchemeButton(SchemeAct.VIEW, self.scheme)),),)


@dataclass(frozen=True)
class SupplementSent(Message):
    """To the operator, in place of the question."""

    scheme: str
    name: str
    people: int
    teams: int
    words: str

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("refresh", SchemeButton(SchemeAct.VIEW, self.scheme)),),)
