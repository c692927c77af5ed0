"""A large list is read column by column, and says of every row what reading it by itself says."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.registration.quick_rows import Encoding, QuickRows, are_degrees
from inspection.registration.registers import OBJECTS
from inspection.registration.rows import read_row
from inspection.registration.sheets import Sheet, SheetRow
from inspection.registration.written import unguarded
from storage.pages import cell_of
from tests.registers.folders import GOOD_CODE

_WORDS = (
    " 带空格",
    "带空格 ",
    "'引号",
    "'=算式",
    "反\\斜杠",
    "\\",
    "制\t表",
    "隐\u200b形",
    "长" * 201,
    "长" * 200,
    "",
)
_NUMBERS = (
    "082.05",
    "-0",
    ".5",
    "5.",
    "-",
    "90.0001",
    "-90",
    "181",
    "1e1",
    "９０",
    "1-2",
    "0." + "0" * 400 + "1",
    "",
)
_PLAIN_AND_OTHER = {
    "id": ("F9", "F-2.b", "F 3", "编号", "F" * 14, "F" * 15, "F3 ", ""),
    "kind": ("企业", "个体工商户", "产品", "行为", "什么", ""),
    "name": ("示例商行", *_WORDS),
    "credit_code": (
        GOOD_CODE,
        "91350100M000100Y43",
        GOOD_CODE[:-1] + "I",
        GOOD_CODE[::-1],
        "6527010000012345",
        "",
    ),
    "district": ("博乐市", "精河县", "没有的县", ""),
    "address": ("示例路1号", *_WORDS),
    "latitude": ("44.5", *_NUMBERS),
    "longitude": ("82", *_NUMBERS),
    "departments": ("", "消防救援支队、市场监管局", "没有的局"),
}
_FIELDS = tuple(_PLAIN_AND_OTHER)
_PLACES = {name: at for at, name in enumerate(_FIELDS)}
_SHEET = Sheet(
    "objects.csv", "objects", "objects", {name: chr(ord("A") + at) for name, at in _PLACES.items()}, ()
)
_PLAIN = [texts[0] for texts in _PLAIN_AND_OTHER.values()]


def _with(**cells: str) -> list[str]:
    return [cells.get(name, plain) for name, plain in zip(_FIELDS, _PLAIN, strict=True)]


def _read(*rows: list[str]) -> tuple[list[tuple[Any, ...]], list[Any]]:
    reader = QuickRows(_SHEET, _PLACES, Encoding(_as_copied, int, float), _cell)
    chunk = reader.read(rows, 7)
    return list(chunk.rows), chunk.problems


def _each(*rows: list[str]) -> tuple[list[tuple[Any, ...]], list[Any]]:
    taken, problems = [], []
    for number, row in enumerate(rows, 7):
        cells = {name: cell for name, at in _PLACES.items() if (cell := _cell(row[at], at))}
        values, found = read_row(OBJECTS, _SHEET, SheetRow(number, cells))
        problems += found
        if not any(one.is_error for one in found):
            taken.append(
                (number, *(_as_copied(column.field, values[column.field]) for column in OBJECTS.columns))
            )
    return taken, problems


def _as_copied(_field: str, value: Any) -> Any:
    """A store may want some sign written otherwise."""
    return value.replace("\\", "\\\\") if isinstance(value, str) else value


def _cell(text: str, at: int) -> Any:
    return cell_of(unguarded(text), at)


def test_rows_read_together_say_what_each_says_by_itself() -> None:
    rows = [_with(**{name: text}) for name, texts in _PLAIN_AND_OTHER.items() for text in texts]
    rows += [_with(latitude="", longitude=""), _with(kind="产品", credit_code="")]
    assert _read(*rows) == _each(*rows)
    for row in rows:
        assert _read(_PLAIN, row, _PLAIN) == _each(_PLAIN, row, _PLAIN)


def test_a_number_too_small_for_a_store_is_not_handed_on_as_written() -> None:
    assert are_degrees(("44.123456789012",), 90)
    assert not are_degrees(("44.1", "0." + "0" * 400 + "1"), 90)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(_FIELDS), text=st.text(max_size=4))
def test_any_text_in_a_cell_says_the_same_either_way(name: str, text: str) -> None:
    row = _with(**{name: text})
    assert _read(_PLAIN, row) == _each(_PLAIN, row)


@settings(max_examples=100, deadline=None)
@given(code=st.from_regex(r"9[0-9]{7}[0-9A-Y]{10}", fullmatch=True))
def test_any_credit_code_says_the_same_either_way(code: str) -> None:
    assert _read(_with(credit_code=code)) == _each(_with(credit_code=code))
