"""The rows of a very large list, a chunk at a time and column by column: what is plain is seen of a whole column at
once, and what another cell says is worked out once for each different text. A row with anything to point out goes the
ordinary way (`rows`), so that both say the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from inspection.registration.cells import SHORT_LIMIT
from inspection.registration.problems import CellFault, RowProblem
from inspection.registration.registers import OBJECT_ID_LIMIT, OBJECTS, Column
from inspection.registration.rows import Values, read_row
from inspection.registration.sheets import Cell, Sheet, SheetRow
from inspection.registration.words import KINDS_WITH_A_CREDIT_CODE, WHAT_A_KIND_NEEDS

CellOf = Callable[[str, int], Cell | None]
"""(text, place in the row) → the cell, None where there is nothing."""
Texts = Sequence[str]
"""The cells of one column of a chunk."""
Found = tuple[Sequence[Any], Collection[int]]
"""What the store is given for them, and which of them the ordinary way must read."""

_REMEMBERED = 20_000
"""Texts of one column: more of them are names or addresses, which hardly repeat."""


@dataclass(frozen=True)
class Encoding:
    """How a store wants what it is given: the value of a field, the number of a row, a decimal number as written."""

    value: Callable[[str, Any], Any]
    row_number: Callable[[int], Any]
    decimal: Callable[[str], Any]


@dataclass
class Chunk:
    """What came of some rows: the encoded values in the order of the register's columns, each row after its number, to
    be taken once; how many they are; what was wrong; and of rejected rows what stands in their key."""

    rows: Iterable[tuple[Any, ...]] = ()
    number: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)


class QuickRows:
    """Reads chunks of one sheet. `places` says for each field at which place of a row it stands."""

    def __init__(self, sheet: Sheet, places: Mapping[str, int], encoding: Encoding, cell_of: CellOf) -> None:
        self._sheet, self._places, self._encoding, self._cell_of = sheet, places, encoding, cell_of
        self._readers = {column.field: self._reader(column) for column in OBJECTS.columns}

    def read(self, rows: Sequence[Texts], first: int) -> Chunk:
        """`first` is the spreadsheet's number of the first of these rows."""
        columns = list(zip_longest(*rows, fillvalue=""))
        nothing = ("",) * len(rows)
        found: list[Sequence[Any]] = []
        slow: set[int] = set()
        for name, read in self._readers.items():
            at = self._places.get(name, len(columns))
            values, others = read(columns[at] if at < len(columns) else nothing)
            found.append(values)
            slow.update(others)
        slow.update(self._unlike(found))
        numbers = map(self._encoding.row_number, range(first, first + len(rows)))
        numbered = zip(numbers, *found, strict=True)
        if not slow:
            return Chunk(numbered, len(rows))
        chunk, taken = Chunk(), []
        for at, row in enumerate(numbered):
            if at not in slow:
                taken.append(row)
            elif found_slowly := self._read_slowly(chunk, rows[at], first + at):
                taken.append(found_slowly)
        chunk.rows, chunk.number = taken, len(taken)
        return chunk

    def _unlike(self, found: Sequence[Sequence[Any]]) -> Iterable[int]:
        """The rows of which two cells do not belong together, or that need more than others."""
        kind, code, latitude, longitude = (found[_FIELDS.index(name)] for name in _TOGETHER)
        nowhere = self._encoding.value("latitude", None)
        if (
            WHAT_A_KIND_NEEDS.keys().isdisjoint(kind)
            and "" not in code
            and nowhere not in {*latitude, *longitude}
        ):
            return
        for at, (what, number, one, other) in enumerate(zip(kind, code, latitude, longitude, strict=True)):
            is_half = (one == nowhere) is not (other == nowhere)
            if is_half or (not number and what in KINDS_WITH_A_CREDIT_CODE) or what in WHAT_A_KIND_NEEDS:
                yield at

    def _read_slowly(self, chunk: Chunk, row: Texts, number: int) -> tuple[Any, ...] | None:
        """The row, or None where there is nothing in it or it is rejected."""
        cells = {
            name: cell
            for name, at in self._places.items()
            if at < len(row) and (cell := self._cell_of(row[at], at)) is not None
        }
        if not cells:
            return None
        values, problems = read_row(OBJECTS, self._sheet, SheetRow(number, cells))
        chunk.problems += problems
        if any(problem.is_error for problem in problems):
            chunk.spoiled.append(cells["id"].text if "id" in cells else "")
            return None
        return (self._encoding.row_number(number), *self._encoded(values))

    def _encoded(self, values: Values) -> Iterable[Any]:
        return (self._encoding.value(name, values[name]) for name in _FIELDS)

    def _reader(self, column: Column) -> Callable[[Texts], Found]:
        if column.field in _LIMITS:
            return self._decimals(_LIMITS[column.field])
        if column.field in _PLAIN:
            return _Plain(_PLAIN[column.field])
        return _Remembered(self._ordinary(column))

    def _decimals(self, limit: int) -> Callable[[Texts], Found]:
        nowhere, decimal = self._encoding.value("latitude", None), self._encoding.decimal
        plain = _Plain(lambda texts: are_degrees(texts, limit))

        def read(texts: Texts) -> Found:
            _, slow = plain(texts)
            taken = [text if at not in slow else "" for at, text in enumerate(texts)] if slow else texts
            return [decimal(text) if text else nowhere for text in taken], slow

        return read

    def _ordinary(self, column: Column) -> Callable[[str], Any]:
        at = self._places.get(column.field, 0)

        def read(text: str) -> Any:
            cell = self._cell_of(text, at)
            if cell is None:
                return (
                    _SLOW if column.default is None else self._encoding.value(column.field, column.default())
                )
            warned: list[str] = []
            try:
                value = column.read(cell, lambda code, **_facts: warned.append(code))
            except CellFault:
                return _SLOW
            return _SLOW if warned else self._encoding.value(column.field, value)

        return read


_FIELDS = [column.field for column in OBJECTS.columns]
_TOGETHER = ("kind", "credit_code", "latitude", "longitude")
_SLOW = object()
"""Stands for a value that the ordinary way must find."""


class _Remembered:
    """A column whose texts repeat: what each says, worked out once."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read
        self._known: dict[str, Any] = {}

    def __call__(self, texts: Texts) -> Found:
        different = set(texts)
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        known.update({text: self._read(text) for text in different if text not in known})
        is_one = len(different) == 1
        values = [known[texts[0]]] * len(texts) if is_one else list(map(known.__getitem__, texts))
        if all(known[text] is not _SLOW for text in different):
            return values, ()
        return values, [at for at, value in enumerate(values) if value is _SLOW]


class _Plain:
    """A column of which hardly two cells are the same, and nearly every text is the value itself. `are_plain` looks at
    all of them at once; where it says no, at each by itself."""

    def __init__(self, are_plain: Callable[[Texts], bool]) -> None:
        self._are_plain = are_plain

    def __call__(self, texts: Texts) -> Found:
        if self._are_plain(texts):
            return texts, ()
        return texts, {at for at, text in enumerate(texts) if not self._are_plain((text,))}


# --- What is plain ---------------------------------------------------------------------------------------------------

_ID_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
_DIGITS = b"0123456789"
_BETWEEN = "\\"
"""Between the cells of a column, when they are looked at as one text: printable, and hardly ever in one of them."""
_CODE_SIGNS = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_LENGTH = 18
_CODE_DIGITS = 8
"""So many at the beginning are digits."""
_CHECKED_BY = 31
_LONGEST_DECIMAL = 20


def are_ids(texts: Texts) -> bool:
    return (
        all(texts)
        and max(map(len, texts)) <= OBJECT_ID_LIMIT
        and not "".join(texts).encode(errors="replace").translate(None, _ID_SIGNS)
    )


def are_words(texts: Texts) -> bool:
    """Printable, not too long, and without a blank or a mark at an end; a cell may be empty."""
    joined = _BETWEEN.join(texts)
    return (
        joined.isprintable()
        and joined.count(_BETWEEN) == len(texts) - 1
        and max(map(len, texts)) <= SHORT_LIMIT
        and not joined.startswith((" ", "'"))
        and not joined.endswith(" ")
        and not any(mark in joined for mark in (f"{_BETWEEN} ", f"{_BETWEEN}'", f" {_BETWEEN}"))
    )


def are_names(texts: Texts) -> bool:
    return all(texts) and are_words(texts)


def are_credit_codes(texts: Texts) -> bool:
    """Right to their last sign; a cell may be empty."""
    signs = "".join(texts).encode(errors="replace")
    return (
        {_CODE_LENGTH, 0}.issuperset(map(len, texts))
        and not signs.translate(None, _CODE_SIGNS)
        and not b"".join(signs[at::_CODE_LENGTH] for at in range(_CODE_DIGITS)).translate(None, _DIGITS)
        and not any(_rests(signs))
    )


def _rests(codes: bytes) -> bytes:
    """For each code, one after the other, what Σ value·3^place leaves when it is divided by 31: nothing, where its
    check sign is right. A place of all codes is one large number with a byte for each of them."""
    rests = bytes(len(codes) // _CODE_LENGTH)
    for place, parts in enumerate(_PARTS):
        part = int.from_bytes(codes[place::_CODE_LENGTH].translate(parts), "little")
        sums = int.from_bytes(rests, "little") + part  # 60 at most in each byte: none runs over
        rests = sums.to_bytes(len(rests), "little").translate(_LEFT)
    return rests


def _part(sign: int, place: int) -> int:
    """The check sign itself stands for what is missing, so it counts once."""
    weight = 1 if place == _CODE_LENGTH - 1 else pow(3, place, _CHECKED_BY)
    return max(_CODE_SIGNS.find(sign), 0) * weight % _CHECKED_BY


_PARTS = [bytes(_part(sign, place) for sign in range(256)) for place in range(_CODE_LENGTH)]
_LEFT = bytes(number % _CHECKED_BY for number in range(256))


def are_degrees(texts: Texts, limit: int) -> bool:
    """Decimal numbers within the limit to both sides; a cell may be empty."""
    filled = [text for text in texts if text]
    signs = "".join(filled).encode(errors="replace")
    if signs.translate(None, _DIGITS + b".-") or max(map(len, filled), default=0) > _LONGEST_DECIMAL:
        return False
    try:
        numbers = list(map(float, filled))
    except ValueError:
        return False
    return -limit <= min(numbers, default=0) and max(numbers, default=0) <= limit


_LIMITS = {"latitude": 90, "longitude": 180}
_PLAIN: Mapping[str, Callable[[Texts], bool]] = {
    "id": are_ids,
    "name": are_names,
    "credit_code": are_credit_codes,
    "address": are_words,
    "contact": are_words,
}
"""Columns of which hardly two cells are the same; whatever is not plain goes the ordinary way."""
