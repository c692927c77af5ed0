"""What hangs below a message: buttons in it, or a key in place of the phone's own keyboard."""

from collections.abc import Sequence
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit

from bot.channels.channel import SendError, Trouble
from notifications.catalogue import label
from notifications.outgoing import Key

DATA_LIMIT = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
NO_BUTTONS: dict[str, Any] = {"inline_keyboard": []}
NO_KEYBOARD: dict[str, Any] = {"remove_keyboard": True}


def buttons(rows: Sequence[Sequence[Key]]) -> dict[str, Any]:
    """Raises `SendError` for a button that Telegram would not take."""
    return {"inline_keyboard": [[_button(key) for key in row] for row in rows if row]}


def _button(key: Key) -> dict[str, str]:
    if key.data.startswith("https://"):
        return {"text": key.label, "url": key.data}
    if not 1 <= len(key.data.encode()) <= DATA_LIMIT:
        raise SendError(Trouble.REFUSED, f"a button's data are not 1 to {DATA_LIMIT} bytes")
    return {"text": key.label, "callback_data": key.data}


def place_keyboard(language: str) -> dict[str, Any]:
    """One key that sends where the phone is; the phone asks its owner first."""
    key = {"text": label("send_location", language), "request_location": True}
    return {"keyboard": [[key]], "resize_keyboard": True, "one_time_keyboard": True}
