"""What stands in a picture, as plain values: ids of departments and districts, aware times; no rows, no bytes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Stage(StrEnum):
    """How far a visit is, in the order of its life; each is in one of them."""

    DRAWN = "drawn"
    """Not everybody of the team has accepted."""
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    VISITING = "visiting"
    VISITED = "visited"
    """The result is not submitted, or was returned."""
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    GONE = "gone"
    """Reported gone, to be verified."""
    OFF = "off"
    """Replaced by another object, or called off."""

    @property
    def label(self) -> str:
        """Its key in `labels.toml`."""
        return f"stage_{self.value}"


class SeatStage(StrEnum):
    """How far a seat of a standing visit is."""

    WAITING = "waiting"
    """Whoever was drawn has not answered yet."""
    LEAVE = "leave"
    """Whoever was drawn asks to be let off, and the head has not decided."""
    TAKEN = "taken"
    VACANT = "vacant"

    @property
    def label(self) -> str:
        """Its key in `labels.toml`."""
        return f"seat_{self.value}"


AnyStage = Stage | SeatStage


class Duty(StrEnum):
    """What somebody has to do by a day."""

    ANSWER = "answer"
    DECISION = "decision"
    NUMBER = "number"
    VISIT = "visit"
    PUBLICITY = "publicity"


@dataclass(frozen=True)
class Bar:
    """`id` is a district's code or a department's id; `counts` have the stages in their order, without zeros."""

    id: str
    counts: tuple[tuple[AnyStage, int], ...]
    late: int = 0

    @property
    def total(self) -> int:
        return sum(number for _, number in self.counts)


@dataclass(frozen=True)
class Dues:
    """Several of one duty; `names` are the first few of their objects or schemes, by what is due first."""

    duty: Duty
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """A scheme at a moment. `districts` count visits by where the object lies, `departments` count seats."""

    scheme: str
    name: str
    at: datetime
    first_day: date
    last_day: date
    whole: Bar
    districts: tuple[Bar, ...]
    departments: tuple[Bar, ...]
    late: tuple[Dues, ...]
    near: Dues | None
    """Results that must be public within a few working days."""


@dataclass(frozen=True)
class Day:
    """`is_off`: offices in Xinjiang are closed; `is_provisional`: a notice that says so is still to come."""

    day: date
    is_off: bool
    is_provisional: bool
    dues: tuple[Dues, ...]


@dataclass(frozen=True)
class DueCalendar:
    """What is due in five weeks from the Monday of `at`; `whose` is a person's or a scheme's name."""

    whose: str
    at: datetime
    today: date
    days: tuple[Day, ...]
    late: tuple[Dues, ...]
    later: int
    """How many more are due after the last of these days."""

    @property
    def open(self) -> tuple[Day, ...]:
        """The days on which something is due."""
        return tuple(day for day in self.days if day.dues)

    def left_after(self, told: int) -> int:
        """How many are due after so many of the open days."""
        return sum(dues.number for day in self.open[told:] for dues in day.dues) + self.later


Picture = Progress | DueCalendar
