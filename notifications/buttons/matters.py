"""Buttons of what follows from a visit: corrections, listings, transfers, suspected crimes."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class MatterKind(StrEnum):
    FOLLOW_UP = "f"
    TRANSFER = "t"
    CRIME = "c"


class MatterAct(StrEnum):
    VIEW = "v"
    ORDER_NOW = "on"
    ORDER_TERM = "ot"
    REPORT = "rp"
    CORRECTED_SEEN = "cs"
    """Checked again on site."""
    CORRECTED_READ = "cr"
    """Checked again by its documents."""
    NOT_CORRECTED = "nc"
    EXTEND = "ex"
    LIST = "li"
    LIFT = "lf"
    DROP = "dr"
    RECEIVE = "rc"
    ACCEPT = "ac"
    FORWARD = "fw"
    RETURN = "rt"
    AGAIN = "ag"
    KEEP = "ke"
    FILED = "fi"
    NOT_FILED = "nf"
    APPROVE = "ap"
    REFUSE = "rf"
    HAND_OVER = "ho"
    COPY = "co"
    POLICE_FILED = "pf"
    POLICE_DECLINED = "pd"
    REPORT_CRIME = "xc"
    PUNISH = "pu"


@dataclass(frozen=True)
class MatterButton(ButtonData, prefix="mt"):
    """One step of one matter; `subject` is its id."""

    act: MatterAct
    kind: MatterKind
    subject: str


@dataclass(frozen=True)
class MatterListButton(ButtonData, prefix="ml"):
    """Back to the list of what is open; `page` from 0."""

    page: str


@dataclass(frozen=True)
class TransferToButton(ButtonData, prefix="tt"):
    """The lead goes to this department: forwarded, or sent again."""

    subject: str
    department: str
