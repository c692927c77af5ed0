"""A look into an .xlsx before a reader takes it whole: a small file can unfold into more than a memory holds.

The reader builds one rectangle from the first cell to the last, so that a blank somebody left in the farthest corner
would end the process; and it gives an empty cell where a formula failed, or was never worked out.
"""

import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

UNPACKED_LIMIT = 256 * 1024 * 1024
CELL_LIMIT = 5_000_000
"""Cells of one sheet's rectangle, empty ones included: some 250,000 objects with all columns."""

Place = tuple[int, int]
"""Row and column, both from 0."""

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_AT = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_TYPE = re.compile(rb"""\bt=["'](\w+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*[^/>]?>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_MAIN = "xl/workbook.xml"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ET.ParseError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    KeyError,
)


class WorkbookBroken(Exception):
    """It is a zip, but not a whole one, or not one of a workbook."""


class WorkbookTooLarge(Exception):
    """It unpacks to `size` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"{size} bytes")


@dataclass
class SheetLook:
    """`without_value` are the cells whose formula failed, with the spreadsheet's own word for it (`#N/A`), or was never
    worked out, with an empty word."""

    rows: int = 0
    columns: int = 0
    without_value: dict[Place, str] = field(default_factory=dict)

    @property
    def is_too_far(self) -> bool:
        return self.rows * self.columns > CELL_LIMIT


def look_into(path: Path) -> Mapping[str, SheetLook]:
    """The sheets by name; none when the file is no zip. Raises `WorkbookBroken` and `WorkbookTooLarge`.

    Every member is unpacked once, no farther than it says it goes, and its checksum is compared.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > UNPACKED_LIMIT:
                raise WorkbookTooLarge(unpacked)
            if archive.testzip() is not None:
                raise WorkbookBroken
            return {name: _look(archive.read(member)) for name, member in _sheets(archive)}
    except _BROKEN as broken:
        raise WorkbookBroken from broken


def has_macros(path: Path) -> bool:
    """Whether a workbook brings a program along, whatever its name ends in."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    except _BROKEN:
        return False


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and member of each sheet, as the workbook lists them."""
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels")).iterfind("{*}Relationship")
    }
    for sheet in ET.fromstring(archive.read(_MAIN)).iterfind("{*}sheets/{*}sheet"):
        id = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        member = str(PurePosixPath("/xl") / targets.get(id, "")).lstrip("/")
        if member in archive.namelist():
            yield sheet.get("name", ""), member


def _look(xml: bytes) -> SheetLook:
    found = SheetLook()
    for cell in _CELL.finditer(xml):
        attributes, content = cell.groups()
        place, value, kind = _place(attributes), _VALUE.search(content), _TYPE.search(attributes)
        if place is None:
            continue
        failed = kind is not None and kind[1] == b"e"
        if failed or (value is None and kind is None and _FORMULA.search(content)):
            found.without_value[place] = value[1].decode("utf-8", "replace")[:20] if value else ""
        if failed or value:
            found.rows, found.columns = max(found.rows, place[0] + 1), max(found.columns, place[1] + 1)
    return found


def _place(attributes: bytes) -> Place | None:
    at = _AT.search(attributes)
    if at is None:
        return None
    column = 0
    for letter in at[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(at[2]) - 1, column - 1
