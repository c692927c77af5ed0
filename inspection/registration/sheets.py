"""A sheet as rows of cells under known titles: what reading hands to the rules, whatever the file was."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CellKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    """The spreadsheet kept a number; a long code has lost its last digits then, a short one its leading zeros."""
    LOGICAL = "logical"
    """The spreadsheet kept true or false; `text` is 是 or 否."""
    DATE = "date"
    """`text` is the day, `2026-11-30`."""
    TOO_LONG = "too_long"
    """More than a spreadsheet's own 32,767 characters; `text` is only the beginning."""
    NO_VALUE = "no_value"
    """A formula that failed, `text` is the spreadsheet's word for it, or that was never worked out, `=`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`column` is its letters, `text` never has blanks around it and is not empty."""

    column: str
    text: str
    kind: CellKind = CellKind.TEXT
    clock: str = ""
    """Of a day that came with a time, `10:30:00`."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`cells` by the field of the register they fill; an empty cell is not there."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Sheet:
    """The rows below the titles of one sheet; `columns` gives each field's letters."""

    file: str
    name: str
    register: str
    columns: Mapping[str, str]
    rows: tuple[SheetRow, ...]
