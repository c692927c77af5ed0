"""What can be wrong between Telegram and us, as an operator is told of it."""

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram.answers import Garbled, ServerFault
from notifications.messages.channels import Ailment


def ailment_of(fault: TelegramError) -> Ailment:
    if isinstance(fault, InvalidToken):
        return Ailment.UNAUTHORIZED
    if isinstance(fault, Conflict):
        return Ailment.WEBHOOK_SET if "webhook" in str(fault).lower() else Ailment.OTHER_POLLER
    if isinstance(fault, Garbled | ServerFault):
        return Ailment.SERVER_FAILS
    return Ailment.NO_NETWORK
