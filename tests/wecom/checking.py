"""What WeCom takes of a message, by numbers of its own; advice about lengths counts as a rule, for phones cut there."""

import re
from collections.abc import Iterable
from typing import Any

TEXT_BYTES = 2048
WORDS = {
    "title": 36,
    "desc": 44,
    "sub_title_text": 160,
    "source": 13,
    "button": 10,
    "option": 17,
    "select": 16,
}
KINDS = {"text_notice", "button_interaction", "vote_interaction"}
MOST_BUTTONS, MOST_IN_SELECTION, MOST_IN_VOTE = 6, 10, 20
KEY_BYTES, ID_BYTES = 1024, 128
_TASK = re.compile(r"[A-Za-z0-9_@-]{1,128}")


class Wrong(Exception):
    """With WeCom's code."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


def check_text(told: dict[str, Any]) -> None:
    content = told.get("content", "")
    if not content.strip():
        raise Wrong(44004, "empty content")
    if len(content.encode()) > TEXT_BYTES:
        raise Wrong(45002, "content size out of limit")


def check_card(card: dict[str, Any]) -> None:
    kind = card.get("card_type")
    if kind not in KINDS:
        raise Wrong(40058, f"card_type {kind}")
    title = card.get("main_title", {})
    _words("title", title.get("title", ""))
    _words("desc", title.get("desc", ""))
    _words("sub_title_text", card.get("sub_title_text", ""))
    _words("source", card.get("source", {}).get("desc", ""))
    if not title.get("title") and not card.get("sub_title_text"):
        raise Wrong(40058, "neither main_title nor sub_title_text")
    {"text_notice": _notice, "button_interaction": _buttons, "vote_interaction": _vote}[kind](card)


def check_task(task_id: object) -> None:
    if not isinstance(task_id, str) or not _TASK.fullmatch(task_id):
        raise Wrong(40058, "invalid task_id")


def _notice(card: dict[str, Any]) -> None:
    action = card.get("card_action", {})
    if action.get("type") != 1 or not str(action.get("url", "")).startswith("http"):
        raise Wrong(40058, "a text_notice wants a card_action")


def _buttons(card: dict[str, Any]) -> None:
    buttons = card.get("button_list") or []
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise Wrong(40058, f"{len(buttons)} buttons")
    for one in buttons:
        _words("button", one["text"], is_needed=True)
        if one["type"] == 1:
            if not one["url"].startswith("https://"):
                raise Wrong(40058, "a button's url")
        elif not 1 <= len(one["key"].encode()) <= KEY_BYTES:
            raise Wrong(40058, "a button's key")
    if selection := card.get("button_selection"):
        _options(selection["option_list"], MOST_IN_SELECTION, "select")
        if not selection.get("question_key"):
            raise Wrong(40058, "question_key")


def _vote(card: dict[str, Any]) -> None:
    if "sub_title_text" in card:
        raise Wrong(40058, "a vote has no sub_title_text")
    box, submit = card["checkbox"], card["submit_button"]
    _options(box["option_list"], MOST_IN_VOTE, "option")
    _words("button", submit["text"], is_needed=True)
    if not box.get("question_key") or not submit.get("key") or box.get("mode") not in (0, 1):
        raise Wrong(40058, "question_key, mode or key")


def _options(options: list[dict[str, Any]], most: int, place: str) -> None:
    if not 1 <= len(options) <= most:
        raise Wrong(40058, f"{len(options)} options")
    ids = [one["id"] for one in options]
    if len(set(ids)) != len(ids) or any(not 1 <= len(id.encode()) <= ID_BYTES for id in ids):
        raise Wrong(40058, "option ids")
    for one in options:
        _words(place, one["text"], is_needed=True)


def _words(place: str, text: str, *, is_needed: bool = False) -> None:
    if is_needed and not text.strip():
        raise Wrong(40058, f"no {place}")
    if width(text) > WORDS[place]:
        raise Wrong(40058, f"{place} of {width(text)} signs is cut off: {text}")


def width(text: str) -> float:
    """In 字: a Latin letter is half as wide."""
    return sum(_widths(text))


def _widths(text: str) -> Iterable[float]:
    return (0.5 if ord(sign) < 0x300 else 1.0 for sign in text)
