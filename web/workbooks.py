"""Tables as a spreadsheet that opens in Excel and WPS: one sheet each, with the filters and the moment on the first."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from notifications.formats import BEIJING
from web.statistics_tables import Cell, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NAME = 31
_BAD_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def workbook(about: Sequence[tuple[str, str]], first: str, sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """`about` are lines for the first sheet, whose name is `first`. A text that a spreadsheet would take for a formula
    stays a text. Shares are numbers, shown in percent."""
    book = Workbook()
    moment = at.astimezone(BEIJING).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    cover = book.worksheets[0]
    cover.title = first[:_LONGEST_NAME]
    cover.column_dimensions["A"].width, cover.column_dimensions["B"].width = 26, 48
    for row, line in enumerate(about, start=1):
        _fill(cover, row, line)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title.translate(_BAD_IN_NAMES)[:_LONGEST_NAME]), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "B2"
    for place in range(1, len(sheet.columns) + 1):
        page.column_dimensions[get_column_letter(place)].width = 28 if place == 1 else 14
    _fill(page, 1, sheet.columns)
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row, cells in enumerate(sheet.rows, start=2):
        _fill(page, row, cells)


def _fill(page: Worksheet, row: int, values: Sequence[Cell]) -> None:
    for column, value in enumerate(values, start=1):
        cell = page.cell(row, column)
        if isinstance(value, Fraction):
            cell.value, cell.number_format = float(value), "0.0%"
        elif value is not None:
            cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
