"""The rows of a very large list, a chunk at a time and column by column: what a cell says is worked out once for each
different text. A row with anything to point out goes the ordinary way (`rows`), so that both say the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat, zip_longest
from operator import mul
from typing import Any

from inspection.registration.cells import SHORT_LIMIT
from inspection.registration.problems import CellFault, RowProblem
from inspection.registration.registers import OBJECT_ID_LIMIT, OBJECTS, Column
from inspection.registration.rows import Values, read_row
from inspection.registration.sheets import Cell, Sheet, SheetRow
from inspection.registration.words import KINDS_WITH_A_CREDIT_CODE, WHAT_A_KIND_NEEDS

Encode = Callable[[str, Any], Any]
"""(field, value) → what the store is given."""
CellOf = Callable[[str, int], Cell | None]
"""(text, place in the row) → the cell, None where there is nothing."""

_REMEMBERED = 20_000
"""Texts of one column: more of them are names or addresses, which hardly repeat."""
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SIGN_VALUES = bytes(_SIGNS.find(chr(at)) if _SIGNS.find(chr(at)) >= 0 else 255 for at in range(256))
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CODE_LENGTH = 18
_PLAIN_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{OBJECT_ID_LIMIT}}}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?", re.ASCII)


class _Slow:
    """Stands for a value that the ordinary way must find."""


SLOW = _Slow()


@dataclass
class Chunk:
    """What came of some rows: the encoded values in the order of the register's columns, each row after its number;
    what was wrong; and of rejected rows what stands in their key."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)


class QuickRows:
    """Reads chunks of one sheet. `places` says for each field at which place of a row it stands."""

    def __init__(self, sheet: Sheet, places: Mapping[str, int], encode: Encode, cell_of: CellOf) -> None:
        self._sheet, self._places, self._encode, self._cell_of = sheet, places, encode, cell_of
        self._readers = {column.field: self._reader(column) for column in OBJECTS.columns}
        self._fields = [column.field for column in OBJECTS.columns]

    def read(self, rows: Sequence[Sequence[str]], first: int) -> Chunk:
        """`first` is the spreadsheet's number of the first of these rows."""
        columns = list(zip_longest(*rows, fillvalue=""))
        nothing = ("",) * len(rows)
        found = [
            list(map(self._readers[name], columns[at] if at < len(columns) else nothing))
            if (at := self._places.get(name)) is not None
            else list(repeat(self._readers[name](""), len(rows)))
            for name in self._fields
        ]
        slow = self._slow_rows(found)
        numbered = zip(range(first, first + len(rows)), *found, strict=True)
        if not slow:
            return Chunk(list(numbered))
        chunk = Chunk()
        for at, row in enumerate(numbered):
            if at in slow:
                self._read_slowly(chunk, rows[at], first + at)
            else:
                chunk.rows.append(row)
        return chunk

    def _slow_rows(self, found: Sequence[Sequence[Any]]) -> set[int]:
        slow = {at for column in found if SLOW in column for at, one in enumerate(column) if one is SLOW}
        kind, code, latitude, longitude = (
            found[self._fields.index(name)] for name in ("kind", "credit_code", "latitude", "longitude")
        )
        nowhere = self._encode("latitude", None)
        for at, (what, number, one, other) in enumerate(zip(kind, code, latitude, longitude, strict=True)):
            is_half = (one == nowhere) is not (other == nowhere)
            if is_half or (not number and what in KINDS_WITH_A_CREDIT_CODE) or what in WHAT_A_KIND_NEEDS:
                slow.add(at)
        return slow

    def _read_slowly(self, chunk: Chunk, row: Sequence[str], number: int) -> None:
        cells = {
            name: cell
            for name, at in self._places.items()
            if at < len(row) and (cell := self._cell_of(row[at], at)) is not None
        }
        if not cells:
            return
        values, problems = read_row(OBJECTS, self._sheet, SheetRow(number, cells))
        chunk.problems += problems
        if any(problem.is_error for problem in problems):
            chunk.spoiled.append(cells["id"].text if "id" in cells else "")
            return
        chunk.rows.append((number, *self._encoded(values)))

    def _encoded(self, values: Values) -> Iterable[Any]:
        return (self._encode(name, values[name]) for name in self._fields)

    def _reader(self, column: Column) -> Callable[[str], Any]:
        quick = _QUICK.get(column.field)
        if quick is None:
            remembered = _Remembered(self._ordinary(column))
            return remembered.__getitem__
        return quick(self._encode)

    def _ordinary(self, column: Column) -> Callable[[str], Any]:
        at = self._places.get(column.field, 0)

        def read(text: str) -> Any:
            cell = self._cell_of(text, at)
            if cell is None:
                return SLOW if column.default is None else self._encode(column.field, column.default())
            warned: list[str] = []
            try:
                value = column.read(cell, lambda code, **_facts: warned.append(code))
            except CellFault:
                return SLOW
            return SLOW if warned else self._encode(column.field, value)

        return read


class _Remembered(dict[str, Any]):
    """What a column's texts say, worked out once."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[text] = self._read(text)
        return found


def _quick_id(_encode: Encode) -> Callable[[str], Any]:
    is_plain = _PLAIN_ID.fullmatch
    return lambda text: text if is_plain(text) else SLOW


def _quick_words(encode: Encode) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if not text:
            return ""
        if text.isprintable() and len(text) <= SHORT_LIMIT and text[0] not in " '" and text[-1] != " ":
            return encode("name", text) if "\\" in text else text
        return SLOW

    return read


def _quick_name(encode: Encode) -> Callable[[str], Any]:
    read = _quick_words(encode)
    return lambda text: read(text) or SLOW


def _quick_code(_encode: Encode) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if not text:
            return ""
        if len(text) != _CODE_LENGTH or not text.isascii():
            return SLOW
        values = text.encode().translate(_SIGN_VALUES)
        if max(values) == 255 or max(values[:8]) > 9 or (sum(map(mul, values, _WEIGHTS)) + values[17]) % 31:
            return SLOW
        return text

    return read


def _quick_degrees(limit: int) -> Callable[[Encode], Callable[[str], Any]]:
    def make(encode: Encode) -> Callable[[str], Any]:
        nowhere, is_plain = encode("latitude", None), _DEGREES.fullmatch

        def read(text: str) -> Any:
            if not text:
                return nowhere
            if is_plain(text) and -limit <= (value := float(text)) <= limit:
                return encode("latitude", value)
            return SLOW

        return read

    return make


_QUICK: Mapping[str, Callable[[Encode], Callable[[str], Any]]] = {
    "id": _quick_id,
    "name": _quick_name,
    "credit_code": _quick_code,
    "address": _quick_words,
    "contact": _quick_words,
    "latitude": _quick_degrees(90),
    "longitude": _quick_degrees(180),
}
"""Columns of which hardly two cells are the same; whatever is not plain goes the ordinary way."""
