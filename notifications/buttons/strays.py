"""Buttons under something that was sent and of which it is not certain what it is for."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class StrayAct(StrEnum):
    LOOK = "l"
    VISIT = "v"
    """It is for this visit; a photo is asked its question next, all else is placed at once."""
    QUESTION = "q"
    """It is a photo for this question."""
    REOPEN = "o"
    """Opens the locked part again and places it there."""
    DISCARD = "d"


@dataclass(frozen=True)
class StrayButton(ButtonData, prefix="st"):
    """`stray` is its number; `inspection` and `question` are empty where the act needs none."""

    act: StrayAct
    stray: str
    inspection: str = ""
    question: str = ""
