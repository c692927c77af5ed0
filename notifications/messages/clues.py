"""Clues: what the head is asked, what the department hears, and how one is registered in the chat. What a clue says is
read on the desk, by the head and by the operators and liaisons of the department; no message holds it, for messengers
keep what they carry."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.clues import ClueSource
from notifications.buttons.clues import ClueAct, ClueButton, ClueChoice, ClueChoiceButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish


@dataclass(frozen=True)
class ClueReceived(Message):
    """To the head: one clue, to be decided at once; what it says stands on the desk. `object` is the registered
    object, or the place where nothing is registered."""

    clue: str
    state: str
    source: str
    reference: str
    received_on: date
    sent_by: str
    object: str
    is_registered: bool
    district: str
    items: tuple[str, ...]
    is_urgent: bool
    decide_by: datetime | None
    others: int
    """Clues at the same object that are open besides."""
    may_decide: bool
    """The reader is the head."""

    def slot(self) -> str | None:
        return f"clue:{self.clue}"

    def choices(self) -> Choices:
        if self.state != "received" or not self.may_decide:
            return ()
        return (
            (Choice("clue_approve", ClueButton(ClueAct.APPROVE, self.clue)),),
            (Choice("clue_refuse", ClueButton(ClueAct.REFUSE, self.clue)),),
        )


@dataclass(frozen=True)
class AskClueRefusal(Message):
    clue: str
    object: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"clue:{self.clue}"

    def choices(self) -> Choices:
        return ((Choice("back", ClueButton(ClueAct.CARD, self.clue)),),)


@dataclass(frozen=True)
class ClueDecided(Message):
    """To the head, in place of the question, and to those who registered it and the operators: what was decided, and
    the number of the case that was opened. No word of the clue."""

    clue: str
    object: str
    is_approved: bool
    scheme: str
    words: str
    exemption: str
    is_mine: bool
    """The reader decided it."""
    at: datetime

    def slot(self) -> str | None:
        return f"clue:{self.clue}"


@dataclass(frozen=True)
class ClueLine:
    clue: str
    object: str
    state: str
    received_on: date


@dataclass(frozen=True)
class ClueList(Message):
    """The open clues of the department."""

    clues: tuple[ClueLine, ...]
    more: int
    may_register: bool

    def slot(self) -> str | None:
        return "clues"

    def choices(self) -> Choices:
        rows = tuple(
            (Choice(f"{one.clue} {one.object}", ClueButton(ClueAct.CARD, one.clue), is_text=True),)
            for one in self.clues
        )
        new = ((Choice("clue_new", ClueChoiceButton(ClueChoice.NEW, "")),),) if self.may_register else ()
        return (*rows, *new)


@dataclass(frozen=True)
class AskClueObject(Message):
    """Which object; `words` is what was looked for, `found` what was found: (id, name, district)."""

    words: str
    found: tuple[tuple[str, str, str], ...]
    more: bool

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return "clue:new"

    def choices(self) -> Choices:
        rows = tuple(
            (Choice(name, ClueChoiceButton(ClueChoice.OBJECT, id), is_text=True),)
            for id, name, _district in self.found
        )
        place = ((Choice("clue_place", ClueChoiceButton(ClueChoice.PLACE, "")),),) if self.words else ()
        return (*rows, *place)


@dataclass(frozen=True)
class AskClueItem(Message):
    """Which item of the department; (id, title)."""

    object: str
    items: tuple[tuple[str, str], ...]

    def slot(self) -> str | None:
        return "clue:new"

    def choices(self) -> Choices:
        return tuple(
            (Choice(title, ClueChoiceButton(ClueChoice.ITEM, id), is_text=True),) for id, title in self.items
        )


@dataclass(frozen=True)
class AskClueSource(Message):
    object: str

    def slot(self) -> str | None:
        return "clue:new"

    def choices(self) -> Choices:
        return tuple(
            (Choice(f"clue_source_{one}", ClueChoiceButton(ClueChoice.SOURCE, one.value)),)
            for one in ClueSource
        )


@dataclass(frozen=True)
class AskClueWords(Message):
    object: str
    source: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return "clue:new"


@dataclass(frozen=True)
class ClueRegistered(Message):
    """To whoever registered it: its number, and who decides until when."""

    clue: str
    object: str
    head: str
    decide_by: datetime

    def slot(self) -> str | None:
        return "clue:new"
