"""Buttons of an assignment, a leave request and a team."""

from dataclasses import dataclass
from enum import StrEnum

from inspection.leave import Ground, LeaveKind, Verdict
from notifications.buttons.data import ButtonData


class AssignmentAnswer(StrEnum):
    ACCEPT = "a"
    WITHDRAW = "w"
    DETAILS = "d"


@dataclass(frozen=True)
class AssignmentButton(ButtonData, prefix="as"):
    answer: AssignmentAnswer
    assignment: str


@dataclass(frozen=True)
class GroundsButton(ButtonData, prefix="lg"):
    """Shows the list of grounds of one kind."""

    kind: LeaveKind
    assignment: str

    def pack(self) -> str:
        return f"{self.prefix}:{self.kind.value[0]}:{self.assignment}"

    @classmethod
    def _from_values(cls, values: list[str]) -> "GroundsButton":
        letter, assignment = values
        kinds = {kind.value[0]: kind for kind in LeaveKind}
        if letter not in kinds:
            raise ValueError(letter)
        return cls(kinds[letter], assignment)


@dataclass(frozen=True)
class GroundButton(ButtonData, prefix="gr"):
    """One ground was chosen; the person's own words come next."""

    ground: Ground
    assignment: str


@dataclass(frozen=True)
class FileLeaveButton(ButtonData, prefix="fl"):
    """Files the request without words."""

    ground: Ground
    assignment: str


@dataclass(frozen=True)
class DecisionButton(ButtonData, prefix="ld"):
    """The head's word on a leave request."""

    verdict: Verdict
    request: str


class TeamAct(StrEnum):
    VIEW = "v"
    CONFIRM = "c"
    CHOOSE_SEAT = "s"
    GROUP = "g"


@dataclass(frozen=True)
class TeamButton(ButtonData, prefix="tm"):
    act: TeamAct
    inspection: str


@dataclass(frozen=True)
class SendBackButton(ButtonData, prefix="sb"):
    """The lead sends this person's seat back to the draw; words come next."""

    assignment: str
