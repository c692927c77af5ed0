"""Buttons of the ceremony of a draw: whom to invite, a witness's number, a public value."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class InviteAct(StrEnum):
    INVITE = "i"
    LEAVE_OUT = "o"


@dataclass(frozen=True)
class InviteButton(ButtonData, prefix="iv"):
    """Puts a witness on the list of a scheme that is still filed, or takes one off."""

    act: InviteAct
    scheme: str
    witness: str


class NumberAct(StrEnum):
    LOOK = "l"
    """Shows what has been noted so far, `digits`; the next rolls are appended."""
    SEND = "s"


@dataclass(frozen=True)
class NumberButton(ButtonData, prefix="nu"):
    """A witness's number on its way: the digits travel in the button, so that no restart forgets them."""

    act: NumberAct
    draw: str
    digits: str


@dataclass(frozen=True)
class EntryButton(ButtonData, prefix="en"):
    """Asks for the public value of a draw, from the one or the other of the two who enter it."""

    draw: str
