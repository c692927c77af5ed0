"""What can be wrong between Telegram and us, as an operator is told of it."""

from collections.abc import Callable

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram.answers import Garbled, ServerFault
from notifications.messages.channels import Ailment

OnTrouble = Callable[[Ailment | None, str], None]
"""Called on the loop, with a reason for the operator, when something else is wrong than before; None: all is well."""


def ailment_of(fault: TelegramError) -> Ailment:
    if isinstance(fault, InvalidToken):
        return Ailment.UNAUTHORIZED
    if isinstance(fault, Conflict):
        return Ailment.WEBHOOK_SET if "webhook" in str(fault).lower() else Ailment.OTHER_POLLER
    if isinstance(fault, Garbled | ServerFault):
        return Ailment.SERVER_FAILS
    return Ailment.NO_NETWORK


class Health:
    """Tells of changes only."""

    def __init__(self, on_trouble: OnTrouble) -> None:
        self._on_trouble = on_trouble
        self._ailment: Ailment | None = None

    @property
    def ailment(self) -> Ailment | None:
        return self._ailment

    def note(self, ailment: Ailment | None, reason: str = "") -> None:
        if ailment is not self._ailment:
            self._ailment = ailment
            self._on_trouble(ailment, reason)
