"""Buttons of questions that are not answered 是, 否 or 不适用, and of the checklist as a whole."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


def option_key(name: str) -> str:
    """What stands for a choice in a button: its name may be long, and its place in the list may change."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


class OptionAct(StrEnum):
    TAKE = "t"
    LEAVE = "l"


@dataclass(frozen=True)
class OptionButton(ButtonData, prefix="co"):
    """One of several, taken or left again. The button says which of the two, so that a second press of it changes
    nothing."""

    act: OptionAct
    inspection: str
    question: str
    option: str
    """`option_key` of its name."""


@dataclass(frozen=True)
class OptionPageButton(ButtonData, prefix="cg"):
    inspection: str
    question: str
    page: str


class ValueAct(StrEnum):
    CLEAR = "c"
    DONE = "d"
    """All that apply are chosen."""
    AGREE = "a"
    """The text was read."""
    TODAY = "t"
    YESTERDAY = "y"
    NOW = "n"


@dataclass(frozen=True)
class ValueButton(ButtonData, prefix="cv"):
    act: ValueAct
    inspection: str
    question: str


class MoreAct(StrEnum):
    ADD = "a"
    NO_MORE = "n"
    REMOVE = "r"
    """Asks whether the last one shall go."""
    REMOVE_MEANT = "m"


@dataclass(frozen=True)
class MoreButton(ButtonData, prefix="cm"):
    """About a repeated group; `count` is how many there were when the button was shown, so that a second press adds
    or removes nothing."""

    act: MoreAct
    inspection: str
    question: str
    count: str


class PendingAct(StrEnum):
    REPLACE = "r"
    REOPEN = "o"


@dataclass(frozen=True)
class PendingButton(ButtonData, prefix="cw"):
    """The answer that was given and not taken, which the conversation holds."""

    act: PendingAct
    inspection: str
    question: str


@dataclass(frozen=True)
class ReviewButton(ButtonData, prefix="cr"):
    inspection: str
    page: str


class ExceptAct(StrEnum):
    ASK = "a"
    MARK = "m"
    """This question does not comply."""
    UNMARK = "u"
    DO = "d"


@dataclass(frozen=True)
class ExceptButton(ButtonData, prefix="ce"):
    """All that is not answered complies, except …; `question` is empty but for `MARK` and `UNMARK`."""

    act: ExceptAct
    inspection: str
    question: str
