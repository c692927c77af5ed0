"""What can be wrong between Telegram and us, as an operator is told of it."""

from collections.abc import Callable
from enum import StrEnum

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram.answers import Garbled, ServerFault


class Ailment(StrEnum):
    OTHER_POLLER = "other_poller"
    """Another program receives with our token."""
    WEBHOOK_SET = "webhook_set"
    """Updates go to an address that somebody set, so nobody may ask for them."""
    UNAUTHORIZED = "unauthorized"
    """Telegram does not know the token, or no more."""
    NO_NETWORK = "no_network"
    SERVER_FAILS = "server_fails"
    """Telegram, or something before it, answers with errors."""
    WEBHOOK_UNSET = "webhook_unset"
    """Updates do not go to our address: somebody took it away, or set another."""
    WEBHOOK_FAILS = "webhook_fails"
    """Telegram can't deliver to our address, for the reason that is told with it."""


OnTrouble = Callable[[Ailment | None, str], None]
"""Called on the loop, with a reason for the operator, when something else is wrong than before; None: all is well,
which is said at the beginning too, for a trouble may stand on record that a process before us met."""


def ailment_of(fault: TelegramError) -> Ailment:
    if isinstance(fault, InvalidToken):
        return Ailment.UNAUTHORIZED
    if isinstance(fault, Conflict):
        return Ailment.WEBHOOK_SET if "webhook" in str(fault).lower() else Ailment.OTHER_POLLER
    if isinstance(fault, Garbled | ServerFault):
        return Ailment.SERVER_FAILS
    return Ailment.NO_NETWORK


class Health:
    """Tells how it is at first, and then of changes only."""

    def __init__(self, on_trouble: OnTrouble) -> None:
        self._on_trouble = on_trouble
        self._ailment: Ailment | None = None
        self._has_told = False

    @property
    def ailment(self) -> Ailment | None:
        return self._ailment

    @property
    def is_known(self) -> bool:
        return self._has_told

    def note(self, ailment: Ailment | None, reason: str = "") -> None:
        if ailment is not self._ailment or not self._has_told:
            self._ailment, self._has_told = ailment, True
            self._on_trouble(ailment, reason)
