"""A scheme on its way to approval: what heads are asked, and what the operator hears."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    CountersignAct,
    CountersignButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.messages.message import Choice, Choices, Message
from notifications.messages.schemes import StratumLine
from notifications.outgoing import Wish


@dataclass(frozen=True)
class CountersignLine:
    """What a joining department says; `state` is `asked`, `signed`, `objected` or `over`."""

    department: str
    state: str
    words: str


@dataclass(frozen=True)
class _AboutScheme(Message):
    scheme: str
    name: str
    kind: str
    departments: tuple[str, ...]
    operator: str
    """Who submitted it; empty where a list brought it."""
    first_day: date
    last_day: date
    strata: tuple[StratumLine, ...]
    """As the registers stand now; empty where it can't be worked out."""
    strata_more: int
    officers: int
    """Seats of officers in all teams together."""
    temporary_reason: str
    cap_exemption: str
    list_withheld_basis: str
    is_list_public: bool
    at_cap: int
    """Objects of the range that are left out because their year is full."""
    clues: int
    names_open_at: datetime | None
    """From when on the firms are named; None where they are named at once."""


@dataclass(frozen=True)
class SchemeSubmitted(_AboutScheme):
    """To the head of the lead department: the scheme in short, and the decision."""

    countersigned: tuple[CountersignLine, ...]
    decide_by: datetime

    def slot(self) -> str | None:
        return f"approval:{self.scheme}"

    def choices(self) -> Choices:
        def button(act: ApprovalAct) -> Choice:
            return Choice(f"approval_{act.name.lower()}", ApprovalButton(act, self.scheme))

        return (
            (button(ApprovalAct.PARTS),),
            (button(ApprovalAct.APPROVE), button(ApprovalAct.RETURN)),
        )


@dataclass(frozen=True)
class CountersignAsked(_AboutScheme):
    """To the head of a joining department; the decision is the lead head's."""

    countersignature: str
    state: str
    words: str

    def slot(self) -> str | None:
        return f"countersign:{self.scheme}"

    def choices(self) -> Choices:
        def button(act: CountersignAct) -> Choice:
            return Choice(f"countersign_{act.name.lower()}", CountersignButton(act, self.countersignature))

        parts = (Choice("approval_parts", ApprovalButton(ApprovalAct.PARTS, self.scheme)),)
        if self.state == "over":
            return (parts,)
        acts = [
            act
            for act, done in ((CountersignAct.SIGN, "signed"), (CountersignAct.OBJECT, "objected"))
            if self.state != done
        ]
        return (parts, tuple(button(act) for act in acts))


@dataclass(frozen=True)
class SchemeParts(Message):
    """The eight parts in full, as far as a message holds them."""

    scheme: str
    name: str
    plan: str
    items: tuple[str, ...]
    objects: tuple[str, ...]
    """One line for each row: whom, and how many."""
    content: str
    method: str
    level: str
    first_day: date
    last_day: date
    requirements: str
    handling: str
    key_points: str
    notes: str
    countersignature: str = ""

    def slot(self) -> str | None:
        return f"countersign:{self.scheme}" if self.countersignature else f"approval:{self.scheme}"

    def choices(self) -> Choices:
        if self.countersignature:
            return ((Choice("back", CountersignButton(CountersignAct.CARD, self.countersignature)),),)
        return ((Choice("back", ApprovalButton(ApprovalAct.CARD, self.scheme)),),)


@dataclass(frozen=True)
class AskSchemeReturnWords(Message):
    scheme: str
    name: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"approval:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("back", ApprovalButton(ApprovalAct.CARD, self.scheme)),),)


@dataclass(frozen=True)
class AskObjection(Message):
    countersignature: str
    scheme: str
    name: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"countersign:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("back", CountersignButton(CountersignAct.CARD, self.countersignature)),),)


@dataclass(frozen=True)
class SchemeDecided(Message):
    """To the head, in place of the question."""

    scheme: str
    name: str
    is_approved: bool
    words: str
    at: datetime

    def slot(self) -> str | None:
        return f"approval:{self.scheme}"


@dataclass(frozen=True)
class SchemeWithdrawn(Message):
    """To the heads, in place of the question: the operator took it back, nothing is to be decided."""

    scheme: str
    name: str
    is_countersign: bool
    at: datetime

    def slot(self) -> str | None:
        return f"countersign:{self.scheme}" if self.is_countersign else f"approval:{self.scheme}"


@dataclass(frozen=True)
class SchemeApproved(Message):
    """To the operators: it may be announced."""

    scheme: str
    name: str
    by: str
    is_drawn: bool
    at: datetime

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        act = SchemeAct.PREPARE if self.is_drawn else SchemeAct.VIEW
        word = "scheme_prepare" if self.is_drawn else "refresh"
        return ((Choice(word, SchemeButton(act, self.scheme)),),)


@dataclass(frozen=True)
class SchemeReturned(Message):
    """To the operators: what the head wants changed."""

    scheme: str
    name: str
    by: str
    words: str

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("refresh", SchemeButton(SchemeAct.VIEW, self.scheme)),),)


@dataclass(frozen=True)
class SchemeObjected(Message):
    """To the operators of the lead department: a joining department objects, and why."""

    scheme: str
    name: str
    department: str
    words: str
