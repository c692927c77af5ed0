"""Buttons of a scheme, for the operator of its lead department."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class SchemeAct(StrEnum):
    VIEW = "v"
    ANNOUNCE = "a"
    DRAW = "d"


@dataclass(frozen=True)
class SchemeButton(ButtonData, prefix="sc"):
    act: SchemeAct
    scheme: str
