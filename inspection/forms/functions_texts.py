"""Functions on texts, on picked choices and on truths."""

import base64
import hashlib
import math
import re
from collections.abc import Callable
from functools import lru_cache

from elementpath.regex import RegexError, translate_pattern

from inspection.forms.calls import Call
from inspection.forms.rules import Table
from inspection.forms.values import Value, as_text, as_truth, each, first


def _if(call: Call) -> Value:
    return first(call.value(1)) if call.truth(0) else first(call.value(2))


def _coalesce(call: Call) -> Value:
    return first(call.value(0)) if call.text(0) else first(call.value(1))


def _once(call: Call) -> Value:
    """The value that stands already, when one does."""
    return call.focus.current.text or call.value(0)


def _selected(call: Call) -> bool:
    return call.text(1).strip() in call.text(0).split()


def _selected_at(call: Call) -> str:
    picked, at = call.text(0).split(), call.number(1)
    return picked[int(at)] if 0 <= at < len(picked) else ""


def _joined(call: Call) -> str:
    return call.text(0).join(as_text(part) for at in range(1, len(call)) for part in each(call.value(at)))


def _concat(call: Call) -> str:
    return "".join(as_text(part) for value in call.values() for part in each(value))


def _substr(call: Call) -> str:
    """From `start` to before `end`, both from 0 and from the end when negative."""
    text, start = call.text(0), call.number(1)
    end = call.number(2, len(text))
    if math.isnan(start) or math.isnan(end):
        return ""
    return text[slice(_whole(start), _whole(end))]


def _whole(number: float) -> int:
    return int(max(-1e9, min(1e9, number)))


def _substring(call: Call) -> str:
    """XPath's own: from 1, with a length."""
    text, start = call.text(0), call.number(1)
    length = call.number(2, math.inf)
    if math.isnan(start) or math.isnan(length):
        return ""
    begin = _rounded(start)
    end = begin + _rounded(length)
    return "".join(sign for at, sign in enumerate(text, 1) if begin <= at < end)


def _rounded(number: float) -> float:
    return number if math.isinf(number) else float(math.floor(number + 0.5))


def _before(call: Call) -> str:
    text, mark = call.text(0), call.text(1)
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(call: Call) -> str:
    text, mark = call.text(0), call.text(1)
    return text if not mark else text.partition(mark)[2]


def _translate(call: Call) -> str:
    source, target = call.text(1), call.text(2)
    table: dict[int, str | None] = {}
    for at, sign in enumerate(source):
        table.setdefault(ord(sign), target[at] if at < len(target) else None)
    return call.text(0).translate(table)


def _string(call: Call) -> str:
    return call.text(0) if len(call) else str(getattr(call.focus.item, "string_value", ""))


def _length(call: Call) -> float:
    return float(len(_string(call)))


def _normalized(call: Call) -> str:
    return " ".join(_string(call).split())


def _matches(call: Call) -> bool:
    """The whole text must match, as in JavaRosa. A pattern that is none matches nothing."""
    pattern = compiled(call.text(1))
    return pattern is not None and pattern.fullmatch(call.text(0)) is not None


@lru_cache(maxsize=500)
def compiled(pattern: str) -> re.Pattern[str] | None:
    r"""A pattern of a form, which means Java's: \d and \w are ASCII, \p{L} is a letter. None for what is no pattern."""
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        pass
    try:
        return re.compile(translate_pattern(pattern, anchors=False))
    except (re.error, RegexError):
        return None


def _truth_word(call: Call) -> bool:
    value = first(call.value(0))
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1")
    return value == 1


def _checklist(call: Call) -> bool:
    """Between `min` and `max` (-1 for no bound) of the rest are true."""
    count = sum(as_truth(part) for at in range(2, len(call)) for part in each(call.value(at)))
    return _between(count, call.number(0), call.number(1))


def _weighted(call: Call) -> bool:
    total = sum(call.number(at + 1) for at in range(2, len(call) - 1, 2) if call.truth(at))
    return _between(total, call.number(0), call.number(1))


def _between(count: float, least: float, most: float) -> bool:
    return (least < 0 or count >= least) and (most < 0 or count <= most)


_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _digest(call: Call) -> str:
    name = _HASHES.get(call.text(1).upper())
    if name is None:
        return ""
    found = hashlib.new(name, call.text(0).encode(), usedforsecurity=False).digest()
    return found.hex() if call.text(2, "base64").lower() == "hex" else base64.b64encode(found).decode()


def _compared(holds: Callable[[str, str], bool]) -> Callable[[Call], bool]:
    return lambda call: holds(call.text(0), call.text(1))


TEXTS: Table = {
    "if": (3, _if),
    "coalesce": (2, _coalesce),
    "once": (1, _once),
    "selected": (2, _selected),
    "selected-at": (2, _selected_at),
    "count-selected": (1, lambda call: float(len(call.text(0).split()))),
    "string": ((0, 1), _string),
    "concat": ((0, None), _concat),
    "join": ((1, None), _joined),
    "substr": ((2, 3), _substr),
    "substring": ((2, 3), _substring),
    "substring-before": (2, _before),
    "substring-after": (2, _after),
    "contains": (2, _compared(lambda text, part: part in text)),
    "starts-with": (2, _compared(str.startswith)),
    "ends-with": (2, _compared(str.endswith)),
    "translate": (3, _translate),
    "string-length": ((0, 1), _length),
    "normalize-space": ((0, 1), _normalized),
    "regex": (2, _matches),
    "digest": ((2, 3), _digest),
    "boolean": (1, lambda call: _holds(call.value(0))),
    "boolean-from-string": (1, _truth_word),
    "not": (1, lambda call: not call.truth(0)),
    "true": (0, lambda call: True),
    "false": (0, lambda call: False),
    "checklist": ((3, None), _checklist),
    "weighted-checklist": ((4, None), _weighted),
}


def _holds(value: Value) -> bool:
    return as_truth(value) if isinstance(value, str | float | int) else bool(value)
