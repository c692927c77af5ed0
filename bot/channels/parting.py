"""A text in parts that a messenger takes, cut where a reader would cut it; nothing visible is lost."""

import re
import unicodedata
from collections.abc import Callable

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CUTS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?:[。！？；!?]|\.(?=\s))[”’」』）)\]]*"),
    re.compile(r"[、，,：:]|\s"),
)
"""Where a text may be parted, the best place first."""
_ZWJ, _LETTERS_OF_FLAGS = "\u200d", range(0x1F1E6, 0x1F200)


def clean(text: str) -> str:
    """Without control characters and halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def utf8(text: str) -> int:
    """Bytes as they go over the line."""
    return len(text.encode())


Measure = Callable[[str], int]
"""How much of the room a text takes: at least one a sign, at most four."""


def split(text: str, first_limit: int, limit: int, measure: Measure) -> list[str]:
    """The text in parts that fit, each with something to see in it; nothing visible is lost."""
    rest, room, parts = clean(text).strip(), first_limit, []
    while rest:
        end = len(rest) if measure(rest) <= room else _cut(rest, room, measure)
        parts.append(rest[:end].rstrip())
        rest, room = rest[end:].lstrip(), limit
    return [part for part in parts if not _is_blank(part)]


def _cut(text: str, room: int, measure: Measure) -> int:
    """How much of the text goes into the room: to the best place that does not leave the most of it empty."""
    head = text[:room]
    while (over := measure(head) - room) > 0:
        head = head[: len(head) - (over + 3) // 4]
    most = len(head)
    for place in _CUTS:
        ends = [found.end() for found in place.finditer(head, most // 4)]
        if found := next((end for end in reversed(ends) if not _is_inside(text, end)), 0):
            return found
    whole = next((end for end in range(most, 0, -1) if not _is_inside(text, end)), 0)
    return whole or max(most, 1)


def _is_inside(text: str, at: int) -> bool:
    """Whether a reader sees one sign where we would cut."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return False
    if unicodedata.category(after).startswith("M") or _ZWJ in (before, after):
        return True
    if 0x1F3FB <= ord(after) <= 0x1F3FF or 0xE0020 <= ord(after) <= 0xE007F:  # skin, and the ends of flags
        return True
    return ord(after) in _LETTERS_OF_FLAGS and _flag_letters_before(text, at) % 2 == 1


def _flag_letters_before(text: str, at: int) -> int:
    begin = at
    while begin > 0 and ord(text[begin - 1]) in _LETTERS_OF_FLAGS:
        begin -= 1
    return at - begin


def _is_blank(part: str) -> bool:
    return all(sign.isspace() or unicodedata.category(sign) == "Cf" for sign in part)
