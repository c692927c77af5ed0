"""Buttons of a head who looks at the department's officers and orders one off a seat."""

from dataclasses import dataclass

from notifications.buttons.data import ButtonData


@dataclass(frozen=True)
class OfficerButton(ButtonData, prefix="of"):
    """Shows what an officer holds."""

    person: str


@dataclass(frozen=True)
class OrderButton(ButtonData, prefix="or"):
    """Asks why this officer is ordered off this seat."""

    assignment: str


@dataclass(frozen=True)
class OrderAllButton(ButtonData, prefix="oa"):
    """Asks why this officer is ordered off all seats of a scheme."""

    scheme: str
    person: str
