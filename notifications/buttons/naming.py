"""Buttons of whoever names an officer for a seat that no draw fills."""

from dataclasses import dataclass

from notifications.buttons.data import ButtonData


@dataclass(frozen=True)
class NameButton(ButtonData, prefix="nm"):
    """This person takes this seat."""

    seat: str
    person: str


@dataclass(frozen=True)
class NamesButton(ButtonData, prefix="ns"):
    """Shows who may take the seat, from the candidate numbered `first` on."""

    seat: str
    first: str
