"""The lexical forms of answers: which texts are a value of a kind, and the one way each is kept."""

import re
from collections.abc import Callable
from datetime import date

from inspection.forms.question import Kind
from inspection.forms.refusals import Unfit
from inspection.forms.values import clock

_INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})\Z", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_OFFSET = r"(Z|[+-]\d\d:\d\d)?"
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?" + _OFFSET + r"\Z", re.ASCII)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"\S+\Z")


def kept(kind: Kind, value: str) -> str:
    """The value as it is kept; raises Unfit when the kind has no such value. "" stays "" for every kind."""
    value = value if kind is Kind.TEXT else value.strip()
    if value == "":
        return ""
    code, read = _READERS.get(kind, ("", str))
    try:
        return read(value)
    except (ValueError, IndexError):
        raise Unfit(code, value=value) from None


def _text(value: str) -> str:
    """Without what no XML can hold: control signs and halves of pairs."""
    return _UNPRINTABLE.sub("", value)


def _integer(value: str) -> str:
    if not _INTEGER.match(value):
        raise ValueError(value)
    return str(int(value))


def _decimal(value: str) -> str:
    if not _DECIMAL.match(value):
        raise ValueError(value)
    return value.removeprefix("+")


def _date(value: str) -> str:
    if not _ISO_DATE.match(value):
        raise ValueError(value)
    return date.fromisoformat(value).isoformat()


def _time(value: str) -> str:
    if not _TIME.match(value):
        raise ValueError(value)
    clock(value)
    return value


def _datetime(value: str) -> str:
    day, mark, time_of_day = value.partition("T")
    if not mark:
        raise ValueError(value)
    return f"{_date(day)}T{_time(time_of_day)}"


def _geopoint(value: str) -> str:
    """Latitude and longitude in degrees, then altitude and accuracy in metres; the last two may be missing."""
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(_DECIMAL.match(part) for part in parts):
        raise ValueError(value)
    if abs(float(parts[0])) > 90 or abs(float(parts[1])) > 180:
        raise ValueError(value)
    return " ".join([*parts, "0", "0"][:4])


def _words(value: str) -> str:
    """Picked names with one blank between, each once."""
    return " ".join(dict.fromkeys(value.split()))


def _word(value: str) -> str:
    if not _WORD.match(value):
        raise ValueError(value)
    return value


def _ok(value: str) -> str:
    if value.upper() != "OK":
        raise ValueError(value)
    return "OK"


def _count(value: str) -> str:
    if not _INTEGER.match(value) or not 0 <= int(value) <= 1000:
        raise ValueError(value)
    return str(int(value))


_READERS: dict[Kind, tuple[str, Callable[[str], str]]] = {
    Kind.TEXT: ("unfit_text", _text),
    Kind.IMAGE: ("unfit_text", _text),
    Kind.FILE: ("unfit_text", _text),
    Kind.INTEGER: ("unfit_integer", _integer),
    Kind.DECIMAL: ("unfit_decimal", _decimal),
    Kind.DATE: ("unfit_date", _date),
    Kind.TIME: ("unfit_time", _time),
    Kind.DATETIME: ("unfit_datetime", _datetime),
    Kind.GEOPOINT: ("unfit_geopoint", _geopoint),
    Kind.SELECT_ONE: ("unfit_choice", _word),
    Kind.SELECT_MULTIPLE: ("unfit_choice", _words),
    Kind.ACKNOWLEDGE: ("unfit_acknowledge", _ok),
    Kind.REPEAT: ("unfit_count", _count),
}
