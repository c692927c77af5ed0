"""What hangs below a message: buttons in the message, or a keyboard in place of the phone's own."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.telegram import limits
from tests.telegram.refusals import bad_request
from tests.telegram.request import Params

_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


@dataclass(frozen=True)
class Markup:
    """One of: inline buttons (shown in the message), a keyboard to show, or one to take away."""

    inline: dict[str, Any] | None = None
    keyboard: dict[str, Any] | None = None
    removes: bool = False


NOTHING = Markup()


def read_markup(params: Params) -> Markup:
    """Checks what was sent along; Telegram ignores what it does not know."""
    given = params.get("reply_markup")
    if not given:
        return NOTHING
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return Markup(inline=_checked_inline(given["inline_keyboard"]))
    if "keyboard" in given:
        return Markup(keyboard=_checked_keyboard(given))
    return Markup(removes=bool(given.get("remove_keyboard")))


def _checked_inline(rows: Any) -> dict[str, Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > limits.BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    cannot = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{cannot}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{cannot}Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    named = [action for action in _ACTIONS if action in button]
    if not named:
        raise bad_request(f"{cannot}Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= limits.CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and "." in (parts.hostname or ""):
        return
    if parts.scheme != "tg":
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _checked_keyboard(given: dict[str, Any]) -> dict[str, Any]:
    rows = given["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be an Array of Arrays')
    for row in rows:
        for place, button in enumerate(row):
            row[place] = button = {"text": button} if isinstance(button, str) else button
            if not isinstance(button, dict) or not isinstance(button.get("text"), str):
                raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    return given
