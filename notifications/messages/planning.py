"""What people read about a year's plan: it is asked for, filed, returned, published and amended; and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.buttons.planning import PlanAct, PlanButton
from notifications.messages.message import Choice, Choices, Message


@dataclass(frozen=True)
class PlanOpened(Message):
    """To the liaisons of a department: file your lines."""

    year: int
    due: datetime

    def choices(self) -> Choices:
        return ((Choice("plan_view", PlanButton(PlanAct.VIEW, str(self.year))),),)


@dataclass(frozen=True)
class PlanFiled(Message):
    """To the head of a department: what its liaison filed."""

    year: int
    department: str
    lines: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class PlanReturned(Message):
    """To the liaisons: the joint office wants it otherwise."""

    year: int
    words: str
    by: str
    due: datetime

    def choices(self) -> Choices:
        return ((Choice("plan_view", PlanButton(PlanAct.VIEW, str(self.year))),),)


@dataclass(frozen=True)
class PlanPublished(Message):
    """To the liaisons: how many lines are theirs to lead and to join."""

    year: int
    number: str
    lines: int
    led: int
    joined: int


@dataclass(frozen=True)
class PlanAmended(Message):
    """To the liaisons of the departments of a line: `change` is `added`, `changed` or `withdrawn`."""

    year: int
    plan: str
    name: str
    change: str
    reason: str
    first_day: date
    last_day: date
    by: str


@dataclass(frozen=True)
class OwnFiling:
    """What the reader's department has: `state` of its filing, and until when while the clock runs."""

    state: str
    lines: int
    due: datetime | None
    words: str


@dataclass(frozen=True)
class OfficeView:
    """What the joint office sees."""

    filed: int
    missing: tuple[str, ...]
    due: datetime | None


@dataclass(frozen=True)
class PlanCard(Message):
    """What is missing, until when, and the next step."""

    year: int
    is_published: bool
    number: str
    own: OwnFiling | None
    office: OfficeView | None

    def slot(self) -> str | None:
        return f"plan:{self.year}"

    def choices(self) -> Choices:
        year = str(self.year)
        refresh = (Choice("refresh", PlanButton(PlanAct.VIEW, year)),)
        if self.is_published or self.own is None or self.own.state not in {"draft", "returned"}:
            return (refresh,)
        if self.own.lines:
            return (
                (Choice("plan_file", PlanButton(PlanAct.FILE, year), {"lines": self.own.lines}),),
                refresh,
            )
        return ((Choice("plan_nothing", PlanButton(PlanAct.NOTHING, year)),), refresh)
