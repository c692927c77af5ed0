"""A played scheme as anybody reads it: every page, every file of open data, every signature, and nobody's name."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest

from actions.audit import FlawKind, audit
from actions.field_cards import finding_lines
from actions.publishing import publish_result
from bot.publicity_checks import Checked, check_pages
from inspection.open_data import BundleKind
from storage import publicity
from storage.store import Records
from storage.tables.inspections import Inspection, Publication
from storage.tables.publicity import PublicBundle
from storage.tables.registers import InspectionItem, Person
from tests.actions.story import changing, rows_of
from tests.papers.visits import NOTE
from tests.publicity.published import CODE, NAME, Town, a_published_town, what_stays_inside
from tests.stores import DATABASES, owned
from tests.web.houses import House, a_client, a_house

PLAN = "65270020260001"
_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
_LEFT_ASIDE = re.compile(r"/(chat|desk|static|sign-in)|/departments/(?!market|fire)")
"""Behind a sign-in, or bulletins of departments that have done nothing here."""
_RECOMPUTED = re.compile(r"/draws/[^/]+/(inspectors\.jsonl|transcript\.json)")
"""Without the ids of the register nobody could recompute who was drawn; nothing else of a person is in there."""


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """On SQLite, but where `on_both` says otherwise."""
    with a_published_town(getattr(request, "param", "sqlite"), tmp_path) as played:
        yield played


on_both = pytest.mark.parametrize("town", DATABASES, indirect=True)


@pytest.fixture
def house(town: Town, tmp_path: Path) -> House:
    made = a_house(town.store, tmp_path)
    made.clock.now = town.story.at
    made.web = replace(made.web, complaint_path="12345（示例）")
    return made


@pytest.fixture
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


def _walk(door: httpx.Client) -> dict[str, str]:
    """Every public address that a visitor can come to by links, with what stands there."""
    waiting, found = ["/", "/health", f"/bundles/plan/{PLAN}/1.json"], {}
    while waiting:
        address = waiting.pop()
        if address in found or _LEFT_ASIDE.match(address):
            continue
        answer = door.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        if address.endswith((".sig",)):
            found[address] = ""
            continue
        found[address] = answer.text
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [one.replace("&amp;", "&") for one in _LINK.findall(answer.text)]
    return found


@on_both
def test_whoever_reads_everything_finds_no_officer_and_every_signature_good(
    town: Town, house: House, door: httpx.Client
) -> None:
    pages = _walk(door)
    for wanted in (
        f"/results/{town.inspection}", f"/firms/{CODE}", "/schemes/S1", "/draws/D-S1-1", "/verify/D-S1-1",
        "/items/T-fire", "/plans/2026", f"/plan/{PLAN}", "/departments/market/results", "/find/652701/other",
        "/open-data/results.json", "/open-data/draws.csv", "/open-data/corrections.atom", "/keys.json",
        f"/bundles/result/{town.inspection}/1.sig", f"/keys/{town.key.id}.pem",
    ):  # fmt: skip
        assert wanted in pages
    inside = what_stays_inside(town.store)
    assert len(inside) > 20
    for address, page in pages.items():
        assert NOTE not in page, address
        for word in inside:
            is_named = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", page)
            assert not is_named or (_RECOMPUTED.fullmatch(address) and word.isascii()), (address, word)
    told = Checked()
    assert list(check_pages(str(door.base_url), key=town.key.id, told=told)) == []
    assert (told.signatures, told.keys) == (5, (town.key.id,))
    assert [one.kind for one in check_pages(str(door.base_url), key="0" * 16, told=Checked())] == [
        "other_key"
    ] * 5


def test_what_was_changed_after_it_was_signed_is_found(town: Town, door: httpx.Client) -> None:
    with changing(town.store) as records, owned(records):
        published = records.get(Publication, (town.inspection, 1))
        published.bundle = published.bundle.replace("未发现问题", "不合格")
        plan = publicity.bundles(records, BundleKind.PLAN, limit=1)[0]
        assert plan.signature is not None
        plan.signature = plan.signature[:-1] + ("0" if plan.signature[-1] != "0" else "1")
    faults = {one.place: one.kind for one in check_pages(str(door.base_url), key=None, told=Checked())}
    assert faults == {"/open-data/results.json:2": "digest", "/open-data/plans.json:2": "signature"}


def test_a_firm_is_found_by_any_part_of_its_name_and_by_its_code(town: Town, door: httpx.Client) -> None:
    shown = "博乐市=𬭛㛃&lt;b&gt;好味&lt;/b&gt;餐饮店"
    for words in (
        "好味",
        "餐饮",
        "饮",
        "博乐市=",
        "店",
        CODE,
        CODE.lower(),
        "9165",
        " 好 味 ".replace(" ", "　"),
    ):
        assert shown in door.get(f"/results?q={quote(words)}").text, words
    for words in ("没有", "味好", "%", "_", "9165270299", CODE[:-1] + "9", "a" * 500):
        assert "没有符合条件的结果" in door.get(f"/results?q={quote(words)}").text, words
    for asked in (
        "department=market",
        "district=652701",
        "year=2026",
        "department=market&district=652701&year=2026",
    ):
        assert shown in door.get(f"/results?{asked}").text
    for asked in (
        "department=fire",
        "district=652723",
        "year=2025",
        "before=1",
        "department=market&year=2031",
    ):
        assert "没有符合条件的结果" in door.get(f"/results?{asked}").text
    for strange in (
        "?before=99999999999999999999",
        "?year=x",
        "?q=%00%ff",
        "?before=-1",
        "?department=%27--",
    ):
        assert door.get(f"/results{strange}").status_code == 200
    page = door.get(f"/firms/{CODE.lower()}").text
    assert shown in page
    assert "12345（示例）" in page
    assert re.search(r"市场监管局</th><td>1</td><td>2</td>", page)
    for nobody in ("91652701MA99999999", "x", "%00", "a" * 300):
        assert door.get(f"/firms/{nobody}").status_code == 404


def test_open_data_is_read_on_from_a_cursor_and_spreadsheets_run_nothing(
    town: Town, door: httpx.Client
) -> None:
    answer = door.get("/open-data/results.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    (entry,) = answer.json()["data"]
    assert (entry["raninsPlanId"], entry["raninsTaskId"], entry["objectName"]) == (PLAN, "S1", NAME)
    assert [one["seqno"] for one in entry["details"]] == [1, 2]
    again = door.get("/open-data/results.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    read = door.get("/open-data/results.json?limit=1").json()["next"]
    assert httpx.URL(read).params["before"] == "1"
    assert door.get("/open-data/results.json?limit=1&before=1").json() == {
        **door.get("/open-data/results.json?limit=1").json(),
        "data": [],
        "next": None,
    }
    table = door.get("/open-data/results.csv")
    assert table.content.startswith("\ufeff游标,".encode())
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[0][2] == "抽查计划名称"
    assert [row[2] for row in rows[1:]] == ["'=2026年餐饮联合抽查"] * 2
    feed = ElementTree.fromstring(door.get("/open-data/results.atom").text)
    titles = [one.text for one in feed.iterfind(".//{*}entry/{*}title")]
    assert titles == [NAME]
    for nothing in (
        "/open-data/people.json",
        "/open-data/results.xlsx",
        "/bundles/x/y/1.json",
    ):
        assert door.get(nothing).status_code == 404


def test_a_correction_is_a_second_version_that_is_marked_and_signed_too(
    town: Town, door: httpx.Client
) -> None:
    town.story.later(hours=5)
    with town.store.transaction("test") as records:
        inspection = records.get(Inspection, town.inspection)
        reviewer = records.get(Person, "RV")
        publish_result(records, inspection, finding_lines(records, inspection), by=reviewer, at=town.story.at)
        assert _unsigned(town, records) == []
        town.story.later(minutes=2)
        assert _unsigned(town, records) == [FlawKind.UNSIGNED]
    page = door.get(f"/results/{town.inspection}").text
    assert "现为第 2 版" in page
    assert "签名将在一分钟内完成" in page
    assert town.sign() == 1
    assert town.sign() == 0
    with town.store.reading() as records:
        assert _unsigned(town, records) == []
        assert [one.version for one in publicity.all_results(records)] == [2]
    assert door.get("/results").text.count(f"/results/{town.inspection}") == 1
    assert "已更正（第 2 版）" in door.get("/results?q=好味").text
    assert [one["version"] for one in door.get("/open-data/corrections.json").json()["data"]] == [2]
    told = Checked()
    assert list(check_pages(str(door.base_url), key=None, told=told)) == []
    assert told.signatures == 6


def _unsigned(town: Town, records: Records) -> list[FlawKind]:
    found = audit(records, town.story.at)
    return [one.kind for one in found if one.kind is FlawKind.UNSIGNED]


def test_lists_get_a_new_version_when_they_change_and_only_then(town: Town) -> None:
    assert town.sign() == 0
    with changing(town.store) as records:
        for item in publicity.bundles(records, BundleKind.ITEM_LIST, limit=5):
            assert item.version == 1
        records.get(Person, "OP").name = "另一位"  # nothing public
    assert town.sign() == 0
    with changing(town.store) as records:
        for item in rows_of(records, InspectionItem):
            item.basis = "食品安全法第110条"
    assert town.sign() == 1
    with town.store.reading() as records:
        versions = publicity.bundles(records, BundleKind.ITEM_LIST, limit=5)
        assert [one.version for one in versions] == [2, 1]
        assert json.loads(versions[0].bundle)["items"][0]["basis"] == "食品安全法第110条"
        assert all(one.signature for one in rows_of(records, PublicBundle))
