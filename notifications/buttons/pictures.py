"""Buttons that bring a picture into the chat: how far a scheme is, and what is due."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class PictureKind(StrEnum):
    PROGRESS = "progress"
    """进度图 of a scheme."""
    DUE = "due"
    """日历 of whoever asks."""
    DILIGENCE = "diligence"
    """履职记录 of whoever asks: no picture but a paper, which goes the same way."""


@dataclass(frozen=True)
class ProgressButton(ButtonData, prefix="pg"):
    """Draws how far the scheme is and sends it into the presser's chat."""

    scheme: str


@dataclass(frozen=True)
class DueButton(ButtonData, prefix="du"):
    """Draws what is due for the presser."""
