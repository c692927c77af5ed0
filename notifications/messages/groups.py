"""What the chat of a whole team hears. Others read along there: no object is named, and no finding."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.states import InspectionState
from notifications.buttons.assignments import TeamAct, TeamButton
from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message


@dataclass(frozen=True)
class GroupOffered(Message):
    """To the lead alone: the link by which a group is made the team's; `link` holds its one-time code."""

    inspection: str
    object: str
    link: str
    until: datetime

    def slot(self) -> str | None:
        return f"group_link:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("back", TeamButton(TeamAct.VIEW, self.inspection)),),)


@dataclass(frozen=True)
class GroupHow(Message):
    """In a group that is nobody's yet: how its lead makes it the team's, and what it would hear."""


@dataclass(frozen=True)
class GroupBound(Message):
    """In the group: whose it is and what it hears."""

    lead: str
    departments: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True)
class GroupPrivate(Message):
    """In a group, to words that belong into one's own chat with us."""


@dataclass(frozen=True)
class GroupStranger(Message):
    """In a group, to somebody we do not know who pressed or sent a code."""


@dataclass(frozen=True)
class _GroupNews(Message):
    inspection: str

    def slot(self) -> str | None:
        return f"group:{self.inspection}"


@dataclass(frozen=True)
class GroupTeamConfirmed(_GroupNews):
    """The team is complete: `seats` people of these departments."""

    departments: tuple[str, ...]
    seats: int
    first_day: date
    last_day: date

    def choices(self) -> Choices:
        return ((Choice("start_visit", VisitButton(VisitAct.START, self.inspection)),),)


@dataclass(frozen=True)
class GroupPart:
    """How far one department is."""

    department: str
    answered: int
    questions: int
    is_finished: bool


@dataclass(frozen=True)
class GroupStanding(_GroupNews):
    """How far everybody is: when the visit starts, in place as it goes on, and on `/where`."""

    state: InspectionState
    starter: str
    """Who started the visit; empty before."""
    started_at: datetime | None
    parts: tuple[GroupPart, ...]

    def choices(self) -> Choices:
        if self.state is not InspectionState.VISITING:
            return ()
        return ((Choice("open_checklist", PartButton(PartAct.OPEN, self.inspection)),),)


@dataclass(frozen=True)
class GroupVisitEnded(_GroupNews):
    """The last that a group hears."""

    ended_at: datetime
