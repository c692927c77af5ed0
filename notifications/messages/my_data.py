"""What a person hears who asks what is kept about them."""

from dataclasses import dataclass

from notifications.messages.message import Message


@dataclass(frozen=True)
class MyData(Message):
    """How much there is of each kind, and where all of it is had as a file: not in a messenger, which keeps it."""

    accounts: int
    messages: int
    seats: int
    places: int
    photos: int
    steps: int
