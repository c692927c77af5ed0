"""Buttons of reminders: later, and a leave request that waits for the head."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class Later(StrEnum):
    HOUR = "h"
    MORNING = "m"
    """When the office opens on the next day that it does."""


@dataclass(frozen=True)
class SnoozeButton(ButtonData, prefix="sz"):
    """Reminds again of all that a reminder told and that is still open; `work` is the due work it went out with."""

    later: Later
    work: str


@dataclass(frozen=True)
class RequestButton(ButtonData, prefix="lv"):
    """Shows a leave request to the head who decides it."""

    request: str
