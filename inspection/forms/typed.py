"""What people type as an answer, read as the value it means; what could mean two things is refused, not guessed."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from inspection.forms.lexical import kept
from inspection.forms.question import Kind
from inspection.forms.refusals import Unfit

_DAYS = {
    "今天": 0,
    "今日": 0,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "明天": 1,
    "today": 0,
    "yesterday": -1,
    "tomorrow": 1,
}
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?\Z", re.ASCII)
_MD = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?\Z", re.ASCII)
_CLOCK = re.compile(
    r"(上午|早上|下午|晚上)?\s*(\d{1,2})\s*[::]\s*(\d{2})(?:[::](\d{2}))?\s*(am|pm)?\Z", re.IGNORECASE
)
_HOUR = re.compile(r"(上午|早上|下午|晚上)?\s*(\d{1,2})\s*[点时]\s*(半|整|一刻|三刻|(\d{1,2})\s*分?)?\Z")
_QUARTERS = {None: 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
_AFTERNOON = frozenset(("下午", "晚上", "pm"))
_MORNING = frozenset(("上午", "早上", "am"))
_ZONE = "+08:00"
_OK = frozenset(("ok", "好", "好的", "知道了", "已阅", "yes", "是", "1", "确认"))


def read_typed(kind: Kind, text: str, today: date) -> str:
    """The lexical value of what was typed; `today` is the day in Beijing that "昨天" and "11月26日" go by.

    Digits may be full-width, a date may leave out its year (the nearest one that is not ahead of today by more than a
    month), a time of day may be written as it is spoken. A decimal comma, a unit behind a number and a date that puts
    the day first are refused: they are one slip away from another value. Raises Unfit with the key of what would be
    right. "" and blanks are "".
    """
    if kind is Kind.TEXT:
        return kept(kind, text.strip())
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return ""
    reader = _READERS.get(kind)
    try:
        return kept(kind, reader(plain, today) if reader else plain)
    except ValueError:
        raise Unfit(_CODES[kind], value=text.strip()) from None


def _number(plain: str, today: date) -> str:
    return plain.replace("−", "-")  # the minus sign of a phone's keyboard


def _date(plain: str, today: date) -> str:
    if plain.lower() in _DAYS:
        return (today + timedelta(days=_DAYS[plain.lower()])).isoformat()
    if found := _YMD.match(plain):
        return date(*map(int, found.groups())).isoformat()
    if found := _MD.match(plain):
        return _nearest(int(found.group(1)), int(found.group(2)), today).isoformat()
    raise ValueError(plain)


def _nearest(month: int, day: int, today: date) -> date:
    """Without a year: this year's, or last year's when that would lie more than a month ahead."""
    try:
        this_year = date(today.year, month, day)
    except ValueError:  # 29 February
        return date(today.year - 1, month, day)
    return date(today.year - 1, month, day) if this_year > today + timedelta(days=31) else this_year


def _time(plain: str, today: date) -> str:
    if found := _CLOCK.match(plain):
        half, hour, minute, second, after = found.groups()
        return _clock(half or (after or "").lower(), int(hour), int(minute), int(second or 0))
    if found := _HOUR.match(plain):
        half, hour, spoken, minutes = found.groups()
        return _clock(half or "", int(hour), int(minutes) if minutes else _QUARTERS[spoken], 0)
    raise ValueError(plain)


def _clock(half: str, hour: int, minute: int, second: int) -> str:
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(hour)
    return f"{hour:02}:{minute:02}:{second:02}.000{_ZONE}"


def _datetime(plain: str, today: date) -> str:
    """A date and a time of day with a blank or a T between, or nothing behind 日."""
    for at in range(len(plain), 0, -1):
        try:
            return f"{_date(plain[:at].strip(' T'), today)}T{_time(plain[at:].strip(' T'), today)}"
        except ValueError:
            continue
    raise ValueError(plain)


def _geopoint(plain: str, today: date) -> str:
    """Latitude and longitude, with a comma or blanks between."""
    return " ".join(plain.replace("、", " ").replace(",", " ").split())


def _ok(plain: str, today: date) -> str:
    if plain.lower() not in _OK:
        raise ValueError(plain)
    return "OK"


_READERS: dict[Kind, Callable[[str, date], str]] = {
    Kind.INTEGER: _number,
    Kind.DECIMAL: _number,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.DATETIME: _datetime,
    Kind.GEOPOINT: _geopoint,
    Kind.ACKNOWLEDGE: _ok,
}
_CODES = {
    Kind.INTEGER: "unfit_integer",
    Kind.DECIMAL: "unfit_decimal",
    Kind.DATE: "unfit_date",
    Kind.TIME: "unfit_time",
    Kind.DATETIME: "unfit_datetime",
    Kind.GEOPOINT: "unfit_geopoint",
    Kind.ACKNOWLEDGE: "unfit_acknowledge",
}
