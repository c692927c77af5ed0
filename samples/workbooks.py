"""Writes a workbook whose bytes depend on its content only: no clock, no account name, texts never as formulas."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | None
Table = tuple[Sequence[str], Sequence[Sequence[Value]]]
"""The titles, and the rows below them."""

_MADE_ON = datetime(2026, 11, 1)  # noqa: DTZ001  # a workbook's own dates know no zone
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_HEAD = PatternFill("solid", fgColor="DDE8F3")


def workbook_bytes(sheets: Mapping[str, Table]) -> bytes:
    """An .xlsx with one sheet per entry; the same sheets always give the same bytes."""
    workbook = Workbook()
    del workbook["Sheet"]
    workbook.properties.creator = "samples"
    workbook.properties.created = _MADE_ON
    for name, (titles, rows) in sheets.items():
        _fill(workbook.create_sheet(name), titles, rows)
    written = io.BytesIO()
    workbook.save(written)
    return _timeless(written.getvalue())


def _fill(sheet: Worksheet, titles: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    for row, values in enumerate((titles, *rows), start=1):
        for column, value in enumerate(values, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # "=…" would become a formula
                cell.number_format = "@"
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    for column, title in enumerate(titles, start=1):
        head = sheet.cell(1, column)
        head.font, head.fill, head.alignment = Font(bold=True), _HEAD, Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(column)].width = max(10, 2 * len(title) + 4)
    sheet.freeze_panes = "A2"


def _timeless(data: bytes) -> bytes:
    """The same archive with one fixed time on every member and on the document."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2026-11-01T00:00:00Z\g<2>", content)
            member = zipfile.ZipInfo(name, date_time=(2026, 11, 1, 0, 0, 0))
            member.compress_type, member.external_attr, member.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            new.writestr(member, content)
    return made.getvalue()
