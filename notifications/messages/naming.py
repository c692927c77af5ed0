"""A seat that no draw fills: who is asked to name somebody, and what they hear."""

from dataclasses import dataclass
from datetime import date

from notifications.buttons.naming import NameButton, NamesButton
from notifications.messages.message import Choice, Choices, Message

SHOWN = 8
"""Candidates at a time: as many as a thumb reaches."""


@dataclass(frozen=True)
class CandidateLine:
    """Somebody who may take the seat; `seats` are those held now."""

    id: str
    name: str
    seats: int


@dataclass(frozen=True)
class SeatToName(Message):
    """To the head of the seat's department. `first` is the place of the first candidate shown, from 0; `number` counts
    all of them."""

    seat: str
    object: str
    scheme: str
    department: str
    is_lead: bool
    cause: str
    """A `vacant_…` of the labels: why nobody holds the seat."""
    first_day: date
    last_day: date
    candidates: tuple[CandidateLine, ...]
    first: int
    number: int

    def slot(self) -> str | None:
        return f"name:{self.seat}"

    def choices(self) -> Choices:
        named = tuple(
            (Choice(f"{one.name}（{one.seats}）", NameButton(self.seat, one.id), is_text=True),)
            for one in self.candidates
        )
        if self.number <= SHOWN:
            return named
        following = self.first + SHOWN if self.first + SHOWN < self.number else 0
        return (*named, (Choice("other_candidates", NamesButton(self.seat, str(following))),))


@dataclass(frozen=True)
class SeatNamed(Message):
    """In place of the question: who was named, and that they are being asked."""

    seat: str
    object: str
    person: str
    by: str
    """Who named, where another did; empty for the reader."""

    def slot(self) -> str | None:
        return f"name:{self.seat}"
