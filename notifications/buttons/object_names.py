"""The button that opens the name of a firm before its hour."""

from dataclasses import dataclass

from notifications.buttons.data import ButtonData


@dataclass(frozen=True)
class OpenNameButton(ButtonData, prefix="on"):
    """Stands under every message in which a firm is not named yet."""

    inspection: str
