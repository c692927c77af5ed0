"""Files through every door that takes one: names that point elsewhere, and spreadsheets that unfold without end."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.hostile.siege import Siege, a_siege
from tests.papers.sheets import needs_a_font

pytestmark = needs_a_font
NAMES = (
    "../../../../{outside}", "..", ".", "/", "{outside}", "a/../../{outside}.csv", "..\\..\\{outside}.csv", "C:\\x.csv",
    "x" * 300 + ".csv", "中" * 120 + ".xlsx", "a\0b.csv", "a\r\nb.csv", "", " ", "~.csv", "-rf.csv", "%2e%2e%2fx.csv",
    "CON.csv", "objects.csv/", "<b>.csv", "{{x}}.csv",
)  # fmt: skip
DOORS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/registers/load", "LI-market", {}),
    ("/plans/2027/upload", "LI-market", {}),
    ("/follow-ups/documents", "HD-fire", {"subject": "{inspection}"}),
    ("/chat/OP/photo", "OP", {"update_id": "u{number}"}),
)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    with a_siege(tmp_path_factory.mktemp("siege")) as besieged:
        yield besieged


def test_a_name_leads_nowhere_and_breaks_nothing(siege: Siege, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    heard = set()
    table = "检查对象名录库\n统一社会信用代码,名称\n".encode()
    for path, who, fields in DOORS:
        for number, name in enumerate(NAMES):
            name = name.format(outside=str(outside).lstrip("/")) if "{outside}" in name else name
            data = {
                key: value.format(inspection=siege.case.inspection, number=number)
                for key, value in fields.items()
            }
            answer = siege.ask("POST", path, who=who, data=data, files={"file": (name, table)})
            assert answer.status_code < 500, (path, name, answer.text[-300:])
            heard.add((path, answer.status_code))
            if answer.status_code == 303 and (seen := answer.headers["location"]).startswith(
                "/registers/loads/"
            ):
                shown = siege.ask("GET", seen, who=who)
                assert shown.status_code == 200, (path, name, shown.text[-300:])
                assert "<b>.csv" not in shown.text
    assert list(tmp_path.iterdir()) == []
    assert {("/registers/load", 303), ("/chat/OP/photo", 202)} <= heard


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("对象编号", "名称"))  # type: ignore[union-attr]
    book.active.append(("BL1", "甲"))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with_part(name: str, content: bytes) -> bytes:
    """The workbook with one of its parts exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook())) as whole,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in whole.namelist():
            made.writestr(part, content if part == name else whole.read(part))
        if name not in whole.namelist():
            made.writestr(name, content)
    return out.getvalue()


def test_workbooks_that_unfold_without_end_are_refused_in_words(siege: Siege) -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><sst><si><t>&l9;</t></si></sst>'
    reads = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>&f;</t></si></sst>'
    deep = "<a>" * 200_000
    for name in (
        "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "[Content_Types].xml",
    ):
        for content in (bomb, reads, deep):
            file = {"file": ("objects.xlsx", _with_part(name, content.encode()))}
            answer = siege.ask("POST", "/registers/load", who="LI-market", files=file)
            assert answer.status_code < 500, (name, content[:60])
            if answer.status_code == 303:
                shown = siege.ask("GET", answer.headers["location"], who="LI-market")
                assert shown.status_code == 200
                assert "root:" not in shown.text
                assert "hahaha" not in shown.text
