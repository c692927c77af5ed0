"""Buttons of a head who approves visits, of a team that waits for it, and of the notice to the party."""

from dataclasses import dataclass
from enum import StrEnum

from inspection.follow_ups import Service
from inspection.leave import Ground
from notifications.buttons.data import ButtonData


class VisitApprovalAct(StrEnum):
    CARD = "c"
    LINES = "l"
    ALL = "a"
    REFUSE_ALL = "r"


class OneApprovalAct(StrEnum):
    VIEW = "v"
    APPROVE = "a"
    REFUSE = "r"


class StartAct(StrEnum):
    NUDGE = "n"
    URGENT = "u"
    AGAIN = "a"


class NoticeAct(StrEnum):
    MAKE = "m"
    SERVE = "s"
    APPLY = "a"
    """The firm applies for the recusal of an officer."""


@dataclass(frozen=True)
class VisitApprovalButton(ButtonData, prefix="va"):
    """All visits of a scheme that wait for a department's head; `seen` is how many the card showed."""

    act: VisitApprovalAct
    scheme: str
    department: str
    seen: str


@dataclass(frozen=True)
class OneApprovalButton(ButtonData, prefix="ao"):
    """One visit that waits for a head."""

    act: OneApprovalAct
    approval: str


@dataclass(frozen=True)
class StartButton(ButtonData, prefix="su"):
    """What a team can do while its visit is not approved."""

    act: StartAct
    inspection: str


@dataclass(frozen=True)
class NoticeButton(ButtonData, prefix="nt"):
    """The notice to the party, and what the party says to it."""

    act: NoticeAct
    inspection: str


@dataclass(frozen=True)
class ServiceButton(ButtonData, prefix="sv"):
    """How the notice was served."""

    service: Service
    inspection: str


@dataclass(frozen=True)
class FirmGroundsButton(ButtonData, prefix="ga"):
    """The firm means this officer: which ground?"""

    assignment: str


@dataclass(frozen=True)
class FirmGroundButton(ButtonData, prefix="gb"):
    """The firm's ground; its words are asked next."""

    ground: Ground
    assignment: str


@dataclass(frozen=True)
class StopButton(ButtonData, prefix="sp"):
    """The head wants the visit to wait until an application is decided."""

    request: str
