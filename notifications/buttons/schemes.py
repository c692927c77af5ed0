"""Buttons of a scheme, for the operator of its lead department."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class SchemeAct(StrEnum):
    VIEW = "v"
    ANNOUNCE = "a"
    DRAW = "d"
    PREPARE = "p"
    """Who is invited and which public value is taken in."""
    NAME = "n"
    """Asks which public value."""
    SOURCES = "s"
    """How far the public inputs are."""
    SUBMIT = "f"
    """Puts a draft before the head."""
    WITHDRAW = "w"
    """Takes it back."""
    HOUR = "h"
    """Asks from which hour on the firms are named."""
    VOID = "x"
    """Asks why the draw is given up."""


@dataclass(frozen=True)
class SchemeButton(ButtonData, prefix="sc"):
    act: SchemeAct
    scheme: str
