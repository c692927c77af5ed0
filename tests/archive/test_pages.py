"""The archive on its pages: who finds which files, what stands on one, forms and refusals; a package of many photos."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from actions.archive_package import Taken, zip_chunks
from inspection.states import ArchiveState
from storage.files import FileStore
from storage.tables.archives import ArchivePackage, ArchivePart, CaseFile
from tests.archive.published import Published, a_published_visit
from tests.builders import NOW
from tests.papers.sheets import needs_a_font
from tests.web.houses import a_client, a_house

pytestmark = needs_a_font


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Published]:
    with a_published_visit("sqlite", tmp_path, is_archived=True) as published:
        yield published


@pytest.fixture
def door(case: Published, tmp_path: Path) -> Iterator[httpx.Client]:
    house = a_house(case.store, tmp_path, is_demo=True)
    house.clock.now = case.story.at + timedelta(hours=1)
    with a_client(house) as client:
        client.timeout = httpx.Timeout(60)
        yield client


def test_a_file_is_found_by_those_who_may_read_it_and_by_every_sign(
    case: Published, door: httpx.Client
) -> None:
    here = f"/archive/{case.inspection}"
    for reader, finds in (("OP", True), ("HD-fire", True), ("AU", True), ("RV", True), ("HD-health", False)):
        text = door.get("/archive", params={"chat": reader}).text
        assert ("market-2026-0001" in text) is finds, reader
        assert door.get(here, params={"chat": reader}).status_code == (200 if finds else 404)
    for reader in ("W1", case.lead):
        assert door.get("/archive", params={"chat": reader}).status_code == 404
    assert door.get("/archive").status_code == 401
    found = (
        {"q": "示例商户"}, {"q": "91652701ma"}, {"q": "market-2026-0001"}, {"q": "Market-2026-1"}, {"year": "2026"},
             {"outcome": "transferred"}, {"state": "archived"})  # fmt: skip
    not_found = ({"q": "没有这家"}, {"q": "market-2026-0002"}, {"q": "%"}, {"year": "2025"}, {"outcome": "clean"},
                 {"state": "open"})  # fmt: skip
    for asked, number in (*((one, "共1卷") for one in found), *((one, "共0卷") for one in not_found)):
        assert number in door.get("/archive", params={"chat": "OP", **asked}).text, asked
    for nonsense in ({"page": "999999"}, {"year": "二零二六"}, {"outcome": "<b>"}, {"q": "\0"}):
        assert door.get("/archive", params={"chat": "OP", **nonsense}).status_code == 200


def test_a_file_shows_its_index_and_to_its_head_who_has_looked(case: Published, door: httpx.Client) -> None:
    here = f"/archive/{case.inspection}"
    assert "调阅记录" not in door.get(here, params={"chat": "OP"}).text
    part = door.get(f"{here}/parts/1/12", params={"chat": "OP"})
    assert part.headers["content-type"].startswith(("text/plain", "application/pdf"))
    assert "sandbox" in part.headers["content-security-policy"]
    restricted = next(one.number for one in case.story.rows(ArchivePart) if one.restricted_to)
    refused = door.get(f"{here}/parts/1/{restricted}", params={"chat": "HD-market"})
    assert (refused.status_code, "只有消防救援支队负责人和审计员" in refused.text) == (404, True)
    assert door.get(f"{here}/parts/1/{restricted}", params={"chat": "HD-fire"}).status_code == 200
    assert door.get(f"{here}/parts/1/999", params={"chat": "HD-fire"}).status_code == 404
    packed = door.get(f"{here}/package.zip", params={"chat": "AU"})
    assert packed.headers["content-disposition"] == 'attachment; filename="market-2026-0001-v1.zip"'
    assert zipfile.ZipFile(io.BytesIO(packed.content)).testzip() is None
    assert door.get(f"{here}/package.zip", params={"chat": "AU", "version": "7"}).status_code == 409
    page = door.get(here, params={"chat": "HD-market"}).text
    for words in (
        "卷内目录",
        "保管期限",
        "30年",
        "限阅",
        "调阅记录",
        "下载归档包",
        "打开材料 12",
        "人员AU",
        "127.0.0.1",
    ):
        assert words in page, words
    assert "style=" not in page
    assert "<script" not in page


def test_forms_archive_verify_and_open_again(case: Published, door: httpx.Client) -> None:
    here = f"/archive/{case.inspection}"
    assert "校验通过" in door.post(f"{here}/check", params={"chat": "OP-fire"}).text
    (record,) = (one for one in case.story.rows(ArchivePart) if one.path.endswith("record.pdf"))
    next(case.files._folder.rglob(record.sha256)).write_bytes(b"other")
    checked = door.post(f"{here}/check", params={"chat": "HD-market"}).text
    assert "有1处不符" in checked
    assert "现场检查笔录" in checked.partition("<dl>")[0]
    again = door.post(f"{here}/make", params={"chat": "OP"})
    assert (again.status_code, "没有重复办理" in again.text) == (409, True)
    assert door.post(f"{here}/reopen", params={"chat": "OP-fire"}, data={"reason": "更正"}).status_code == 404
    assert door.post(f"{here}/reopen", params={"chat": "OP"}, data={"reason": " "}).status_code == 409
    opened = door.post(f"{here}/reopen", params={"chat": "OP"}, data={"reason": "更正"})
    assert (opened.status_code, opened.headers["location"]) == (303, f"{here}?chat=OP")
    assert "理由：更正" in door.get(here, params={"chat": "OP"}).text
    assert door.post(f"{here}/make", params={"chat": "RV"}).status_code == 404
    made = door.post(f"{here}/make", params={"chat": "OP"})
    assert made.status_code == 303
    assert case.story.row(CaseFile, case.inspection).package == 2
    assert door.post("/archive/S9.B9/make", params={"chat": "OP"}).status_code == 404
    assert door.post(f"{here}/make").status_code == 401


def test_a_package_of_two_hundred_photos_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    files, size, number = FileStore(tmp_path), 250_000, 200
    photos = [files.put(bytes([place]) * size) for place in range(number)]
    parts = tuple(
        ArchivePart(
            inspection_id="S1.B1", version=1, number=place, path=f"09-photos/{place:03d}.jpg", title="", kind="photos",
            media_type="image/jpeg", sha256=sha256, size=size,
        )
        for place, sha256 in enumerate(photos)
    )  # fmt: skip
    file = CaseFile(
        inspection_id="S1.B1", scheme_id="S1", department="market", year=2026, number=1, object_name="",
        outcome="clean",
        state=ArchiveState.ARCHIVED, closed_at=NOW, archive_at=NOW,
    )  # fmt: skip
    digest = files.put(b"{}")
    package = ArchivePackage(
        inspection_id="S1.B1", version=1, digest=digest, parts=number, pages=0, size=0, made_at=NOW
    )
    taken = Taken(file, package, parts, ())
    tracemalloc.start()
    whole = sum(len(chunk) for chunk in zip_chunks(taken, files))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert whole > number * size
    assert peak < 8 * size
