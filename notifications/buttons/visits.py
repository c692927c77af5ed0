"""Buttons of a visit: start it, see how far everybody is, end it; and an object that has gone."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class VisitAct(StrEnum):
    CARD = "c"
    START = "s"
    OVERVIEW = "o"
    END = "e"


@dataclass(frozen=True)
class VisitButton(ButtonData, prefix="vi"):
    act: VisitAct
    inspection: str


class GoneAct(StrEnum):
    ASK = "a"
    CLOSED = "closed"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    MOVED = "moved"
    CONFIRM = "y"
    REJECT = "n"


GONE_CAUSES = (GoneAct.CLOSED, GoneAct.REVOKED, GoneAct.CANCELLED, GoneAct.MOVED)
"""Their values are what `Inspection.gone_cause` holds."""


@dataclass(frozen=True)
class GoneButton(ButtonData, prefix="go"):
    act: GoneAct
    inspection: str


@dataclass(frozen=True)
class MovedButton(ButtonData, prefix="gm"):
    """The operator confirms that the object has moved to another county of the prefecture."""

    district: str
    inspection: str
