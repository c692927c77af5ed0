"""Buttons of clues: looked at and decided by the head, registered by liaisons and operators."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class ClueAct(StrEnum):
    CARD = "c"
    APPROVE = "a"
    REFUSE = "r"
    """Asks why."""


@dataclass(frozen=True)
class ClueButton(ButtonData, prefix="cl"):
    act: ClueAct
    clue: str


class ClueChoice(StrEnum):
    """What is chosen while a clue is being registered in the chat."""

    NEW = "n"
    OBJECT = "o"
    PLACE = "p"
    """What was typed is a place that is registered nowhere."""
    ITEM = "i"
    SOURCE = "s"


@dataclass(frozen=True)
class ClueChoiceButton(ButtonData, prefix="cu"):
    """`value` is an object's id, an item's id or a source; empty where there is nothing to name."""

    choice: ClueChoice
    value: str
