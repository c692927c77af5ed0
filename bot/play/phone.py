"""One person's phone in the play: what stands on its screen, and what its buttons mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from bot.play.doors import FULL_PAGE, Doors
from notifications.buttons.assignments import AssignmentButton, GroundsButton
from notifications.buttons.data import ButtonData, unpack
from notifications.buttons.results import CategoryButton, FindingButton, FollowUpButton, ReceiverButton

Kind = TypeVar("Kind", bound=ButtonData)


@dataclass(frozen=True)
class Shown:
    """One message as it stands now."""

    id: int
    revision: int
    is_mine: bool
    text: str
    buttons: tuple[ButtonData, ...]
    wish: str | None
    slot: str
    answers: int
    at: datetime

    def all_of(self, kind: type[Kind]) -> list[Kind]:
        return [button for button in self.buttons if isinstance(button, kind)]

    def first(self, kind: type[Kind], /, **wanted: object) -> Kind | None:
        """The first button of this kind whose fields are as wanted."""
        fitting = (
            button
            for button in self.all_of(kind)
            if all(getattr(button, name) == value for name, value in wanted.items())
        )
        return next(fitting, None)

    @property
    def is_refusal(self) -> bool:
        """A sentence that stands alone: a refusal, or a word that something broke."""
        return not self.is_mine and not self.slot and not self.buttons

    @property
    def is_end_of_findings(self) -> bool:
        """All findings of the department are entered: the message only offers to change them."""
        asks = (CategoryButton, FollowUpButton, ReceiverButton)
        return (
            bool(self.all_of(FindingButton)) and not self.wish and not any(self.all_of(one) for one in asks)
        )

    def slot_of(self, noun: str) -> str | None:
        """The id behind `noun:` in the slot."""
        name, _colon, subject = self.slot.partition(":")
        return subject if name == noun else None


@dataclass(frozen=True)
class Waiting:
    """What was touched last: nothing else is done before its answer is on the screen."""

    answered: int
    """The newest of this person's updates that had been answered by then."""
    since: float


@dataclass
class Phone:
    """A chat as its person sees it."""

    chat: str
    revision: int = 0
    messages: dict[int, Shown] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    """By inspection: the assignment that this person has, or had last."""
    touched: set[tuple[int, int]] = field(default_factory=set)
    """(message, revision) that were acted on."""
    waiting: Waiting | None = None
    opening: str = ""
    """The inspection whose checklist was asked for and is not there yet."""
    done_once: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    """Teams whose seats this lead has looked through and found right."""

    async def read(self, doors: Doors) -> list[Shown]:
        """Takes in what is new and gives it."""
        news: list[Shown] = []
        while True:
            found = await doors.messages(self.chat, self.revision)
            news += [self._take(one) for one in found]
            if len(found) < FULL_PAGE:
                return news

    def open_messages(self) -> Iterator[Shown]:
        """Messages with buttons, or with a wish for words, that were not acted on, the newest first."""
        ordered = sorted(self.messages.values(), key=lambda one: -one.revision)
        return (
            one for one in ordered if one.buttons or one.wish if (one.id, one.revision) not in self.touched
        )

    def refusals(self) -> int:
        """How many sentences of refusal this person has heard."""
        return sum(one.is_refusal for one in self.messages.values())

    def in_slot(self, slot: str) -> Shown | None:
        return next((one for one in self.messages.values() if one.slot == slot and not one.is_mine), None)

    def is_at_work(self) -> bool:
        """Whether a checklist is in hand, or will be at once."""
        return bool(self.opening) or self._in_hand() is not None

    def is_in_hand(self, message: Shown) -> bool:
        """Whether this is the checklist that was shown last: one works on one at a time."""
        return self._in_hand() == message

    def _in_hand(self) -> Shown | None:
        at_work = [
            one
            for one in self.messages.values()
            if one.slot_of("work") is not None and (one.buttons or one.wish) and not one.is_end_of_findings
        ]
        return max(at_work, key=lambda one: one.revision, default=None)

    def is_answered(self, now: float, patience: float) -> bool:
        """Whether the last deed's answer is there; after `patience` seconds it is no longer waited for."""
        waiting = self.waiting
        return waiting is None or now - waiting.since > patience or self.newest_answered() > waiting.answered

    def newest_answered(self) -> int:
        """A message that only changed under one's finger, as cards do when others decide, is no answer."""
        return max((one.answers for one in self.messages.values()), default=0)

    def _take(self, found: dict[str, Any]) -> Shown:
        packed = [key["data"] for row in found["rows"] for key in row]
        shown = Shown(
            id=found["id"],
            revision=found["revision"],
            is_mine=found["mine"],
            text=found["text"],
            buttons=tuple(unpack(data) for data in packed if not data.startswith("https://")),
            wish=found["wish"] if packed or found["wish"] == "text" else None,
            slot=found["slot"] or "",
            answers=found["answers"] or 0,
            at=datetime.fromisoformat(found["at"]),
        )
        self.messages[shown.id] = shown
        if shown.slot == f"work:{self.opening}":
            self.opening = ""
        self.revision = max(self.revision, shown.revision)
        named = [one.assignment for one in shown.all_of(AssignmentButton)]
        named += [one.assignment for one in shown.all_of(GroundsButton)]
        named += [seat] if (seat := shown.slot_of("assignment")) else []
        self.seats.update({assignment.split("/")[0]: assignment for assignment in named})
        return shown
