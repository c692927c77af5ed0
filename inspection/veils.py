"""The veil of a firm that is not named yet: what stands in a text instead of its name, until the text finds its reader.

It travels as one piece of text between two signs of the private use area, so that whatever quotes a firm quotes the
veil; what forgets to put it into words shows signs that say nothing, and never the name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

_BEGIN, _END, _PART = "\ue0f0", "\ue0f1", "\ue0f2"
_VEIL = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")


@dataclass(frozen=True)
class Veil:
    """`number` counts the visits of the scheme from 1; `opens_at` is the hour, aware UTC."""

    inspection: str
    number: int
    district: str
    industry: str
    opens_at: datetime

    def __str__(self) -> str:
        parts = (
            self.inspection,
            str(self.number),
            self.district,
            self.industry.translate(_NO_SIGNS),
            self.opens_at.astimezone(UTC).isoformat(),
        )
        return f"{_BEGIN}{_PART.join(parts)}{_END}"


_NO_SIGNS = {ord(sign): None for sign in (_BEGIN, _END, _PART)}


def veils_in(text: str) -> list[Veil]:
    """Each firm that stands behind a veil in this text, once, in its order."""
    return list(dict.fromkeys(_read(one[1]) for one in _VEIL.finditer(text))) if _BEGIN in text else []


def put_into_words(text: str, words: Callable[[Veil], str]) -> str:
    """The text with every veil in the words of its reader."""
    return _VEIL.sub(lambda one: words(_read(one[1])), text) if _BEGIN in text else text


def _read(text: str) -> Veil:
    inspection, number, district, industry, opens_at = text.split(_PART)
    return Veil(inspection, int(number), district, industry, datetime.fromisoformat(opens_at))
