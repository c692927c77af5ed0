"""What people write stays what they wrote: no page runs it, no spreadsheet computes it, no statement is made of it."""

import csv
import io
from collections.abc import Iterator

import openpyxl
import pytest
from sqlalchemy import literal, update
from sqlmodel import SQLModel

from storage.store import Store
from tests.hostile.siege import Siege, a_siege, doors
from tests.papers.sheets import needs_a_font
from tests.stores import owned

pytestmark = needs_a_font
MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
WRITTEN = (
    ("person", "name"), ("registered_object", "name"), ("registered_object", "address"), ("scheme", "name"),
    ("inspection_item", "title"), ("inspection_item", "content"), ("finding", "words"), ("plan", "name"),
    ("inspector", "certificate_number"), ("transfer", "summary"), ("case_file", "object_name"),
    ("archive_part", "title"), ("expert", "organisation"),
)  # fmt: skip
"""Columns that hold what people wrote, and that pages show."""
TABLES = (
    "/registers/export/objects.csv", "/registers/export/objects.xlsx", "/registers/export/inspectors.csv",
    "/registers/export/items.xlsx", "/statistics.xlsx",
)  # fmt: skip
"""Open data are frozen and signed before; they are tried in tests/publicity."""


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    with a_siege(tmp_path_factory.mktemp("siege")) as besieged:
        yield besieged


def _spoil(store: Store, words: str) -> None:
    """Each of these columns holds the words, and behind them what was there."""
    with store.transaction("test") as records, owned(records):
        for table_name, name in WRITTEN:
            table = SQLModel.metadata.tables[table_name]
            records.session.execute(update(table).values({name: literal(words) + table.c[name]}))


def _addresses(siege: Siege) -> Iterator[str]:
    """Every address that gives a page, with what is really there in the place of its parts."""
    real = {"inspection": siege.case.inspection, "id": "S1", "chat": "OP", "year:int": "2026", "key": "objects",
            "version:int": "1", "number:int": "1", "kind": "record", "form": "json", "name": "results",
            "tab": "items"}  # fmt: skip
    for method, path in doors(siege.app):
        if method == "GET":
            for name, value in real.items():
                path = path.replace(f"{{{name}}}", value)
            if "{" not in path:
                yield path


def test_no_page_shows_markup_as_markup(siege: Siege) -> None:
    _spoil(siege.case.store, MARKUP)
    shown = 0
    for path in _addresses(siege):
        for who in ("", "OP"):
            answer = siege.ask("GET", path, who=who, headers={"Accept": "text/html"})
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                assert "<img src=x" not in answer.text, (path, who)
                assert "<script>alert" not in answer.text, (path, who)
                shown += "&lt;img src=x" in answer.text
    assert shown >= 20, "hardly a page shows what was written"


def test_no_spreadsheet_computes_what_was_written(siege: Siege) -> None:
    _spoil(siege.case.store, '=HYPERLINK("http://127.0.0.1")')
    found = 0
    for path in TABLES:
        for who in ("OP", "LI-market", "AU"):
            answer = siege.ask("GET", path, who=who)
            if answer.status_code != 200:
                continue
            found += 1
            if path.endswith(".csv"):
                cells = [
                    cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row
                ]
                assert [one for one in cells if one.startswith(FORMULAS) and not _is_number(one)] == [], path
                assert any("HYPERLINK" in one for one in cells), path
            else:
                book = openpyxl.load_workbook(io.BytesIO(answer.content))
                kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
                assert "f" not in kinds, path
    assert found >= 2 * len(TABLES), "hardly a table was given"


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()
