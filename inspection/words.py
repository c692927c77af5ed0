"""A person's own words before they become part of a record: readable, bounded, and without hidden direction marks."""

import re
import unicodedata

from inspection.refusals import Unacceptable

WORDS_LIMIT = 1000
"""Characters of a note or a finding; what needs more belongs into a document of its own."""


def clean_words(text: str, limit: int = WORDS_LIMIT) -> str:
    """The words without control and direction marks, which could make a record read otherwise than it was written.

    Raises `Unacceptable` when nothing is left or when more is left than `limit`.
    """
    words = re.sub(r"\n{3,}", "\n\n", unicodedata.normalize("NFC", without_hidden(text))).strip()
    if not words:
        raise Unacceptable("words_empty")
    if len(words) > limit:
        raise Unacceptable("words_too_long", length=len(words), limit=limit)
    return words


def shortened(text: str, limit: int = 400) -> str:
    """So much of a long text as a message holds; where it goes on stands in full on a page."""
    plain = without_hidden(text).strip()
    return plain if len(plain) <= limit else plain[:limit] + "…"


def without_hidden(text: str) -> str:
    """The text with its lines, without control and direction marks: safe to quote back."""
    return "".join(sign for sign in text if sign == "\n" or not _is_hidden(sign))


def _is_hidden(sign: str) -> bool:
    """Control characters and direction marks; the joiner of emoji families (U+200D) is neither."""
    return (
        unicodedata.category(sign) in {"Cc", "Cs"}
        or sign in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
