"""From Telegram's errors to `SendError`. The Bot API tells most of them apart by its words alone; all of those words
that we listen to stand here."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    RetryAfter,
    TelegramError,
)

from bot.channels.channel import SendError, Trouble
from bot.channels.telegram.answers import ServerFault

_NOT_MODIFIED = "message is not modified"
_GONE = (
    "message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in the message",
    "message to be edited not found", "message not found",
)  # fmt: skip
_UNREACHABLE = (
    "chat not found", "user not found", "user is deactivated", "peer_id_invalid", "input_user_deactivated",
    "user_is_blocked", "have no rights to send", "not enough rights", "chat_write_forbidden", "chat_restricted",
    "group chat was deactivated", "need administrator rights", "bot is not a member", "chat is deactivated",
    "user_deleted", "topic_closed",
)  # fmt: skip


def is_unchanged(fault: TelegramError) -> bool:
    """An edit that would change nothing; what we wanted to stand there stands there."""
    return _says(fault, (_NOT_MODIFIED,))


def is_message_gone(fault: TelegramError) -> bool:
    """What we wanted to edit is deleted, or is not to be edited any more."""
    return _says(fault, _GONE)


def send_error(fault: TelegramError, parts_sent: int = 0) -> SendError:
    """Whether a lost answer hides a message that arrived nobody knows; the outbox tries again, and says so."""
    if isinstance(fault, RetryAfter):
        return SendError(Trouble.AWAY, "told to wait", seconds_of(fault), parts_sent)
    return SendError(_trouble(fault), f"{type(fault).__name__}: {fault}", None, parts_sent)


def seconds_of(fault: RetryAfter) -> timedelta:
    wait = fault.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _trouble(fault: TelegramError) -> Trouble:
    """A BadRequest is one of the library's NetworkErrors, so it is asked for first."""
    if isinstance(fault, Forbidden) or _says(fault, _UNREACHABLE):
        return Trouble.UNREACHABLE
    if isinstance(fault, BadRequest):
        return Trouble.REFUSED
    if isinstance(fault, ChatMigrated | ServerFault | Conflict):
        return Trouble.LATER
    return Trouble.AWAY


def _says(fault: TelegramError, phrases: tuple[str, ...]) -> bool:
    if not isinstance(fault, BadRequest):
        return False
    words = str(fault).lower()
    return any(phrase in words for phrase in phrases)
