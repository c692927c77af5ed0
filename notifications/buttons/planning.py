"""Buttons of the year's plan: the card, and a department's filing."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class PlanAct(StrEnum):
    VIEW = "v"
    FILE = "f"
    """Files the lines as they stand."""
    NOTHING = "n"
    """Files that the department has nothing for this year."""


@dataclass(frozen=True)
class PlanButton(ButtonData, prefix="py"):
    act: PlanAct
    year: str
