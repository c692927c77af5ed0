"""What a head sees of the department's officers, and what is said when one is ordered off."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.orders import OfficerButton, OrderAllButton, OrderButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish

SHOWN = 30
"""Officers in a list: as many as a thumb can scroll over."""


@dataclass(frozen=True)
class OfficerLine:
    id: str
    name: str
    seats: int


@dataclass(frozen=True)
class OfficerList(Message):
    """To a head: who of the department holds seats now."""

    officers: tuple[OfficerLine, ...]

    def slot(self) -> str | None:
        return "officers"

    def choices(self) -> Choices:
        return tuple(
            (Choice(f"{one.name}（{one.seats}）", OfficerButton(one.id), is_text=True),)
            for one in self.officers[:SHOWN]
        )


@dataclass(frozen=True)
class OfficerSeat:
    assignment: str
    scheme: str
    object: str
    state: str
    may_be_ordered: bool


@dataclass(frozen=True)
class OfficerCard(Message):
    """To a head: the seats of one officer, and the orders that may be given."""

    person: str
    name: str
    seats: tuple[OfficerSeat, ...]

    def slot(self) -> str | None:
        return "officers"

    def choices(self) -> Choices:
        open_to_orders = [one for one in self.seats if one.may_be_ordered]
        schemes = Counter(one.scheme for one in open_to_orders)
        return (
            *(
                (Choice("order_off", OrderButton(one.assignment), {"object": one.object}),)
                for one in open_to_orders[:SHOWN]
            ),
            *(
                (
                    Choice(
                        "order_all_off",
                        OrderAllButton(scheme, self.person),
                        {"scheme": scheme, "seats": seats},
                    ),
                )
                for scheme, seats in schemes.items()
                if seats > 1
            ),
        )


@dataclass(frozen=True)
class AskOrderWords(Message):
    """Why; kept for head and auditor."""

    person: str
    name: str
    objects: tuple[str, ...]
    is_drawn: bool = True

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return "officers"

    def choices(self) -> Choices:
        return ((Choice("back", OfficerButton(self.person)),),)


@dataclass(frozen=True)
class OrderGiven(Message):
    """To the head: done, and the seats are being drawn again."""

    name: str
    objects: tuple[str, ...]
    is_drawn: bool = True

    def slot(self) -> str | None:
        return "officers"


@dataclass(frozen=True)
class OrderedOff(Message):
    """To the officer, in place of the task."""

    assignment: str
    object: str
    at: datetime
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"assignment:{self.assignment}"
