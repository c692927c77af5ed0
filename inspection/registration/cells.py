"""Readers: one cell in, one value out, or a `CellFault` that says what is wrong.

Texts of a phone or a scanner come with full-width digits, stray blanks and invisible marks; numbers come as floats
where somebody typed a code.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from inspection.calendar.beijing import BEIJING
from inspection.registration.credit_code import credit_code_flaw
from inspection.registration.problems import CellFault
from inspection.registration.sheets import Cell, CellKind

Warn = Callable[..., None]
"""`warn(code, **facts)`: the value is taken, but somebody should look."""
Reader = Callable[[Cell, Warn], Any]

SHORT_LIMIT = 200
LONG_LIMIT = 5_000
_EXACT_DIGITS = 15  # what a spreadsheet's float still holds exactly
_SEPARATORS = re.compile(r"[、，,;；\n]+")
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?[ T]*(?<![0-9])(\d{1,2})[:时](\d{2})"
    r"分?(?::\d{2}(?:\.0+)?)?",
    re.ASCII,
)
_DAY_IN_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DAY_NUMBER = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_DAY_ZERO = date(1899, 12, 30)  # from which a spreadsheet counts its days
_DAY_NUMBERS = range(36_526, 73_051)  # 2000 to 2099: nothing else is meant in a register
_ID = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_SCHEME_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_RISK_CODE = re.compile(r"R0[1-5]\d{0,4}", re.ASCII)
_CHINESE_DIGITS = "一二三四五六七八九"
_TIMES = re.compile(rf"(?:每年|一年|全年)?(\d{{1,2}}|[{_CHINESE_DIGITS}])次?(?:/年|每年)?", re.ASCII)
_MOST_TIMES = 12
_RATIO_DIGITS = Decimal("0.000001")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, without blanks around: how codes are compared."""
    return unicodedata.normalize("NFKC", text).strip()


def excerpt(text: str, limit: int = 30) -> str:
    """A piece of somebody's text that is safe to quote in a sentence: one line, no invisible marks, not long."""
    visible = "".join(" " if sign.isspace() else sign for sign in text if not is_invisible(sign))
    return visible if len(visible) <= limit else f"{visible[:limit]}…"


def identifier(limit: int, *, for_scheme: bool = False) -> Reader:
    """An id of at most `limit` characters. A scheme's has no dot: an inspection's id is `<scheme>.<object>`."""
    pattern, signs = (_SCHEME_ID, "A–Z a–z 0–9 _ -") if for_scheme else (_ID, "A–Z a–z 0–9 . _ -")

    def read(cell: Cell, warn: Warn) -> str:
        text = _code(cell, warn)
        if len(text) > limit:
            raise CellFault("id_too_long", value=excerpt(text), length=len(text), limit=limit)
        if not pattern.fullmatch(text):
            raise CellFault("id_characters", value=excerpt(text), signs=signs)
        return text

    return read


def code(limit: int) -> Reader:
    """A number or code of somebody else's making, such as a certificate's, in half-width signs."""
    read_text = words(limit)

    def read(cell: Cell, warn: Warn) -> str:
        return str(read_text(Cell(cell.column, _code(cell, warn)), warn))

    return read


def identifiers(limit: int) -> Reader:
    """A list of ids, without repeats, in the written order."""
    read_one = identifier(limit)

    def read(cell: Cell, warn: Warn) -> list[str]:
        return [read_one(Cell(cell.column, part), warn) for part in _parts(_code(cell, warn))]

    return read


def words(limit: int = SHORT_LIMIT) -> Reader:
    """Free text. Markup and emoji are text like any other; invisible direction marks are taken out and pointed out."""

    def read(cell: Cell, warn: Warn) -> str:
        _refuse_unreadable(cell)
        text = "".join(sign for sign in cell.text if not is_invisible(sign)).strip()
        if text != cell.text:
            warn("invisible_signs", value=excerpt(text))
        if len(text) > limit:
            raise CellFault("too_long", length=len(text), limit=limit, value=excerpt(text, 12))
        if not text:
            raise CellFault("missing")
        return text

    return read


def day_and_time(cell: Cell, warn: Warn) -> str:
    """A day with its time as it was written; which moment it is, is found out with the whole row."""
    day: str = words(40)(cell, warn)
    return f"{day} {cell.clock}".strip()


def word_list(cell: Cell, warn: Warn) -> list[str]:
    """Short texts divided by 、，；or line breaks."""
    return _parts(words(LONG_LIMIT)(cell, warn))


def one_of(choices: Mapping[str, Any]) -> Reader:
    """One word of a closed list, as the value that stands for it."""

    def read(cell: Cell, _warn: Warn) -> Any:
        _refuse_unreadable(cell)
        text = narrow(cell.text)
        found = choices.get(text, choices.get(text.upper(), choices.get(text.lower())))
        if found is None:
            raise CellFault("not_in_list", value=excerpt(text), choices=_said(choices))
        return found

    return read


def some_of(choices: Mapping[str, Any]) -> Reader:
    """Words of a closed list, without repeats, in the written order."""
    read_one = one_of(choices)

    def read(cell: Cell, warn: Warn) -> list[Any]:
        _refuse_unreadable(cell)
        return list(dict.fromkeys(read_one(Cell(cell.column, part), warn) for part in _parts(cell.text)))

    return read


def known_or_as_written(choices: Mapping[str, str]) -> Reader:
    """The value of a known word; an unknown word stays as it is written and is pointed out."""
    read_text = words(60)

    def read(cell: Cell, warn: Warn) -> str:
        text = narrow(read_text(cell, warn))
        if text in choices.values():
            return text
        if text not in choices:
            warn("unknown_word", value=excerpt(text), choices=_said(choices))
        return choices.get(text, text)

    return read


def known_list_or_as_written(choices: Mapping[str, str]) -> Reader:
    """As `known_or_as_written`, for a list."""
    read_one = known_or_as_written(choices)

    def read(cell: Cell, warn: Warn) -> list[str]:
        return [read_one(Cell(cell.column, part), warn) for part in word_list(cell, warn)]

    return read


def credit_code(cell: Cell, warn: Warn) -> str:
    """统一社会信用代码, upper case. A wrong one is kept as written and pointed out."""
    _refuse_unreadable(cell)
    text = narrow(cell.text).upper()
    if len(text) > SHORT_LIMIT:
        raise CellFault("too_long", length=len(text), limit=SHORT_LIMIT, value=excerpt(text, 12))
    if cell.kind is CellKind.NUMBER and len(text) > _EXACT_DIGITS:
        warn("credit_code_number", value=text)
    elif flaw := credit_code_flaw(text):
        warn(flaw.value, value=excerpt(text), length=len(text))
    return text


def day(cell: Cell, warn: Warn) -> date:
    """A date cell, or a day written as 2026-11-30, 2026/11/30, 2026.11.30, 2026年11月30日 or 20261130. The number
    that a spreadsheet shows for a day when the column has lost its format is read as that day and pointed out."""
    _refuse_unreadable(cell)
    text = narrow(cell.text)
    counted = _DAY_NUMBER.fullmatch(text)
    if counted and int(counted[1]) in _DAY_NUMBERS:
        meant = _DAY_ZERO + timedelta(days=int(counted[1]))
        warn("day_as_number", value=text, day=meant.isoformat())
        return meant
    match = _DAY.fullmatch(text) or _DAY_IN_EIGHT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise CellFault("not_a_day", value=excerpt(cell.text)) from None


def moment(cell: Cell, _warn: Warn) -> datetime:
    """A day with its time in Beijing, as 2026-03-05 08:00, 2026年3月5日8:00 or a form's 2026-03-05T08:00; a day alone
    is no moment. Gives aware UTC."""
    _refuse_unreadable(cell)
    match = _MOMENT.fullmatch(f"{narrow(cell.text)} {cell.clock}".strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute = (int(one) for one in match.groups())
        return datetime(year, month, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        raise CellFault("not_a_moment", value=excerpt(cell.text)) from None


def whole(low: int, high: int) -> Reader:
    """A whole number between `low` and `high`, both included."""

    def read(cell: Cell, _warn: Warn) -> int:
        number = _number(cell)
        if number != number.to_integral_value() or not low <= number <= high:
            raise CellFault("not_a_whole_number", value=excerpt(cell.text), low=low, high=high)
        return int(number)

    return read


def degrees(low: int, high: int) -> Reader:
    """A coordinate in decimal degrees."""

    def read(cell: Cell, _warn: Warn) -> float:
        number = _number(cell)
        if not low <= number <= high:
            raise CellFault("not_in_range", value=excerpt(cell.text), low=low, high=high)
        return float(number)

    return read


def ratio(cell: Cell, _warn: Warn) -> str:
    """A ratio above 0 and at most 1 as the decimal text that the draw wants; `5%`, `0.05` and a per-cent cell alike."""
    text = narrow(cell.text)
    is_per_cent = text.endswith("%")
    number = _number(Cell(cell.column, text.removesuffix("%"), cell.kind))
    share = (number / 100 if is_per_cent else number).quantize(_RATIO_DIGITS)
    if not 0 < share <= 1:
        raise CellFault("not_a_ratio", value=excerpt(cell.text))
    return f"{share.normalize():f}"


def risk_code(cell: Cell, warn: Warn) -> str:
    """R01 to R05, or one of their parts such as R0305."""
    text = narrow(cell.text).upper()
    if not _RISK_CODE.fullmatch(text):
        raise CellFault("not_a_risk_code", value=excerpt(cell.text))
    return text


def times_a_year(cell: Cell, _warn: Warn) -> int:
    """`每年1次`, `1次/年`, `一次` or a plain number; at most twelve."""
    found = _TIMES.fullmatch(narrow(cell.text).replace(" ", ""))
    digits = found[1] if found else ""
    number = _CHINESE_DIGITS.find(digits) + 1 if digits in _CHINESE_DIGITS else int(digits)
    if not digits or not 1 <= number <= _MOST_TIMES:
        raise CellFault("not_a_frequency", value=excerpt(cell.text), most=_MOST_TIMES)
    return number


def department_words(choices: Mapping[str, str]) -> Reader:
    """`市场监管局:食品安全监管、特种设备；消防救援支队:建筑消防` → department id: qualifications."""
    read_department = one_of(choices)

    def read(cell: Cell, warn: Warn) -> dict[str, list[str]]:
        text = words(LONG_LIMIT)(cell, warn)
        wanted: dict[str, list[str]] = {}
        for part in re.split(r"[;；\n]+", text):
            name, _, qualifications = part.replace("：", ":").partition(":")
            if not qualifications.strip():
                raise CellFault("not_department_words", value=excerpt(part))
            department = read_department(Cell(cell.column, name), warn)
            wanted.setdefault(department, []).extend(_parts(qualifications))
        return wanted

    return read


def department_numbers(choices: Mapping[str, str]) -> Reader:
    """`市场监管局:1；消防救援支队:2` → department id: a whole number below 1000."""
    read_department, read_number = one_of(choices), whole(0, 999)

    def read(cell: Cell, warn: Warn) -> dict[str, int]:
        counted: dict[str, int] = {}
        for part in re.split(r"[;；、,，\n]+", words(LONG_LIMIT)(cell, warn)):
            name, _, number = part.replace("：", ":").partition(":")
            if not number.strip():
                raise CellFault("not_department_numbers", value=excerpt(part))
            department = read_department(Cell(cell.column, name.strip()), warn)
            counted[department] = read_number(Cell(cell.column, number.strip()), warn)
        return counted

    return read


def _code(cell: Cell, warn: Warn) -> str:
    """The text of a code; a number that a float cannot hold is refused, a shorter one is pointed out."""
    _refuse_unreadable(cell)
    text = narrow(cell.text)
    if cell.kind is CellKind.NUMBER:
        if not text.isdigit() or len(text) > _EXACT_DIGITS:
            raise CellFault("number_lost", value=text)
        warn("number_as_code", value=text)
    return text


def _number(cell: Cell) -> Decimal:
    _refuse_unreadable(cell)
    text = narrow(cell.text).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellFault("not_a_number", value=excerpt(cell.text)) from None
    if not number.is_finite() or abs(number) > 10**_EXACT_DIGITS:
        raise CellFault("not_a_number", value=excerpt(cell.text))
    return number


def _refuse_unreadable(cell: Cell) -> None:
    if cell.kind is CellKind.TOO_LONG:
        raise CellFault("cell_too_large", value=excerpt(cell.text, 12))
    if cell.kind is CellKind.NO_VALUE:
        raise CellFault("formula_without_value", value=cell.text)


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))


def is_invisible(sign: str) -> bool:
    """Control and direction marks; the joiner inside an emoji and a line break are part of what was meant."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} and sign not in "\n\t\u200d"


def _said(choices: Mapping[str, Any]) -> str:
    """The Chinese words of a list, or all of it where there are none."""
    chinese = [word for word in choices if not word.isascii()]
    return "、".join(chinese or choices)
