"""Buttons of a scheme on its way to approval, and of what a confirmed team is briefed with."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class ApprovalAct(StrEnum):
    CARD = "c"
    PARTS = "p"
    """The eight parts as they were written."""
    APPROVE = "a"
    RETURN = "r"
    """Asks why."""


@dataclass(frozen=True)
class ApprovalButton(ButtonData, prefix="ap"):
    """For the head of the lead department; the card and the parts for the joining heads too."""

    act: ApprovalAct
    scheme: str


class CountersignAct(StrEnum):
    CARD = "c"
    SIGN = "s"
    OBJECT = "o"
    """Asks why."""


@dataclass(frozen=True)
class CountersignButton(ButtonData, prefix="cs"):
    """For the head of a joining department."""

    act: CountersignAct
    countersignature: str


class BriefingAct(StrEnum):
    SHOW = "v"
    READ = "r"


@dataclass(frozen=True)
class BriefingButton(ButtonData, prefix="bf"):
    """For the member who is briefed."""

    act: BriefingAct
    briefing: str


class SupplementAct(StrEnum):
    ASK = "a"


@dataclass(frozen=True)
class SupplementButton(ButtonData, prefix="bs"):
    """For the operator: a word more to all teams of the scheme."""

    act: SupplementAct
    scheme: str
