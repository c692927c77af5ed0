"""Buttons about who comes in: a browser that waits at the door, and the accounts and browsers that a person has."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class SignInAct(StrEnum):
    CONFIRM = "c"
    REFUSE = "r"


@dataclass(frozen=True)
class SignInButton(ButtonData, prefix="si"):
    """`request` is the number of the browser's request."""

    act: SignInAct
    request: str


class AccountAct(StrEnum):
    LIST = "l"
    END = "e"
    END_OTHERS = "o"
    """All but the one that the press came from."""


@dataclass(frozen=True)
class AccountButton(ButtonData, prefix="ac"):
    """`ref` is a digest that names an account or a browser (`storage.accounts`); empty where the act needs none."""

    act: AccountAct
    ref: str = ""
