"""A draw that was held elsewhere: taken in whole or not at all, told as what it is, and gone on with in the chat."""

import copy
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from actions.foreign_draws import bring_in_draw
from bot import cli
from inspection.foreign_draws import ForeignDraw, ForeignSeat, ForeignVisit
from inspection.naming import Origin
from inspection.refusals import IllegalStep
from notifications.buttons.naming import NameButton
from storage.files import FileStore
from storage.migrate import migrate
from storage.store import Store
from storage.tables.exchange import Delivery, ForeignBatch
from storage.tables.inspections import Assignment, Inspection, Selection
from storage.tables.registers import Absence, DeclaredInterest, Inspector, Person, Scheme
from tests.actions.story import Story, rows_of
from tests.builders import NOW, a_small_register
from tests.exchange.test_api import Door, a_token
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.logs import logging_put_back
from tests.stores import on_both
from tests.web.houses import a_client, a_house

PLATFORM = "自治区双随机平台"
WHOLE: dict[str, Any] = {
    "platform": PLATFORM,
    "batch": "650000202611240007",
    "scheme": "S1",
    "drawn_at": "2026-11-23T03:00:00Z",
    "drawn_by": "自治区市场监管局",
    "evidence_sha256": "ab" * 32,
    "visits": [
        {
            "object": "B2",
            "team": [
                {"department": "market", "officer": "market-2"},
                {"department": "market", "officer": "market-1", "lead": True},
                {"department": "fire", "officer": "fire-3"},
                {"department": "fire", "officer": "fire-1"},
            ],
        }
    ],
}


def _changed(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(WHOLE) | changes


def _with_team(*team: tuple[str, str], **more: Any) -> dict[str, Any]:
    seats = [{"department": department, "officer": officer} for department, officer in team]
    return _changed(visits=[{"object": "B2", "team": seats, **more}])


@on_both
def test_it_goes_on_in_the_chat_like_a_draw_of_ours_and_says_that_it_is_none(
    store: Store, tmp_path: Path
) -> None:
    with store.transaction() as records:
        a_small_register(records)
    town = Town(store)
    officers = [f"{one}-{number}" for one in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody("OP", "RV", "HD-market", "HD-fire", *officers)
    house = a_house(store, tmp_path)
    house.clock.now = NOW
    with a_client(house) as client:
        door = Door(client, a_token(store, scopes=("draw", "read")))
        taken = door.post("/foreign-draws", WHOLE, 201)
        assert taken["inspections"] == ["S1.B2"]
        assert door.post("/foreign-draws", WHOLE)["is_new"] is False
        assert door.post("/foreign-draws", _changed(drawn_by="别人"), 409)["code"] == "batch_differs"
        assert door.post("/foreign-draws", _changed(batch="8"), 409)["code"] == "foreign_scheme_state"
        _is_said_on_the_pages(client, door, taken["selection_id"])

    town.settle()
    card = town.hears("market-1", "assignment_drawn").text
    assert f"您在{PLATFORM}被抽中" in card
    assert "本系统没有抽取，也不能在此复算" in card
    assert "组长" in card
    town.press("fire-3", "recuse")
    town.press("fire-3", "ground_A1")
    town.press("fire-3", "file_without_words")
    assert any(one.kind == "seat_to_name" for one in town.messenger.phones["HD-fire"].unread())
    town.press_data("HD-fire", NameButton("S1.B2/fire/1", "fire-2"))
    journey = Journey(town, FileStore(tmp_path / "files"))
    journey.id = "S1.B2"
    journey._accept_all()
    town.press("market-1", "confirm_team")
    assert (journey.lead, journey.holders("fire")) == ("market-1", ["fire-2", "fire-1"])
    town.press("market-1", "start_visit")
    Story(store).check_rules()


def _is_said_on_the_pages(client: httpx.Client, door: Door, selection: str) -> None:
    listed, page = client.get("/schemes"), client.get("/schemes/S1")
    assert "/schemes/S1" in listed.text
    for words in (
        f"本次抽取在{PLATFORM}进行，本系统未抽取，不能在此复算",
        "650000202611240007",
        "ab" * 32,
        "B2",
    ):
        assert words in page.text, words
    assert "market-1" not in page.text
    [inspection] = door.get("/inspections")["items"]
    assert (inspection["draw_id"], inspection["selection_id"]) == (None, selection)
    assert door.get("/draws")["items"] == []


def test_whatever_does_not_fit_is_told_with_its_place_and_nothing_is_taken(
    store: Store, tmp_path: Path
) -> None:
    story = Story(store)
    with store.transaction() as records:
        a_small_register(records)
        records.get(Inspector, "fire-4").certificate_expires = date(2026, 12, 1)
        records.add(DeclaredInterest(inspector_id="fire-3", object_id="B2", relation="A1"))
        records.add(Absence(inspector_id="fire-2", first_day=date(2026, 11, 27), last_day=date(2026, 11, 28)))
    two, one = (("market", "market-1"), ("market", "market-2")), ("fire", "fire-1")
    house = a_house(store, tmp_path)
    house.clock.now = NOW
    cases = [
        (_with_team(*two, one, ("fire", "fire-9")), "foreign_officer_unknown", "/visits/0/team/3/officer"),
        (_with_team(*two, one, ("fire", "market-3")), "foreign_officer_unknown", "/visits/0/team/3/officer"),
        (_with_team(*two, one, ("fire", "fire-4")), "foreign_hindrance", "/visits/0/team/3/officer"),
        (_with_team(*two, one, ("fire", "fire-3")), "foreign_hindrance", "/visits/0/team/3/officer"),
        (_with_team(*two, one, ("fire", "fire-2")), "foreign_hindrance", "/visits/0/team/3/officer"),
        (_with_team(*two, one, one), "foreign_hindrance", "/visits/0/team/3/officer"),
        (_with_team(*two, one), "foreign_too_few", "/visits/0/team"),
        (_with_team(*two, one, ("police", "P1")), "foreign_department", "/visits/0/team/3/department"),
        (_with_team(*two, one, ("fire", "fire-4"), items=["T9"]), "unknown_reference", "/visits/0/items"),
        (_changed(visits=[{"object": "B9", "team": WHOLE["visits"][0]["team"]}]), "unknown_reference",
         "/visits/0/object"),
        (_changed(visits=WHOLE["visits"] * 2), "foreign_object_twice", "/visits/1/object"),
        (_changed(drawn_at="2026-11-25T03:00:00Z"), "foreign_from_the_future", "/drawn_at"),
        (_changed(scheme="S9"), "unknown_reference", "/scheme"),
    ]  # fmt: skip
    with a_client(house) as client:
        door = Door(client, a_token(store, scopes=("draw",)))
        stranger = Door(client, a_token(store, "fire", ("draw",)))
        reader = Door(client, a_token(store, scopes=("read",)))
        before = story.everything()
        for body, code, pointer in cases:
            problem = door.post("/foreign-draws", body, 422)
            found = {(error["code"], error["pointer"]) for error in problem["errors"]}
            assert (code, pointer) in found, problem
            assert all("None" not in error["detail"] + error["detail_en"] for error in problem["errors"])
        stranger.post("/foreign-draws", WHOLE, 404)
        reader.post("/foreign-draws", WHOLE, 403)
        for table, rows in story.everything().items():
            if table not in ("api_token", "journal_line", "journal_link"):
                assert rows == before[table], table


# --- From a spreadsheet ----------------------------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'shuangsuiji.db'}")
    migrate(store)
    with store.transaction() as records:
        a_small_register(records)
        scheme = records.get(Scheme, "S1")
        scheme.first_day, scheme.last_day = date(2027, 3, 1), date(2027, 3, 12)
    with logging_put_back():
        yield store
    store.close()


def _run(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _workbook(path: Path, objects: list[list[Any]], teams: list[list[Any]]) -> Path:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "抽取结果"
    first.append(["平台", "批次号", "方案编号", "抽取时间", "抽取人", "检查对象编号"])
    second = book.create_sheet("检查组")
    second.append(["检查对象编号", "单位", "检查人员编号", "是否组长"])
    for sheet, rows in ((first, objects), (second, teams)):
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _object(id: str, **other: Any) -> list[Any]:
    row = {
        "platform": PLATFORM,
        "batch": "7",
        "scheme": "S1",
        "at": datetime(2026, 1, 5, 10, 30),  # noqa: DTZ001 - as a spreadsheet has it
        "by": "省局",
    }
    return [*(row | other).values(), id]


TEAM = [
    ["B1", "市场监管局", "market-1", "是"],
    ["B1", "市场监管局", "market-2", "否"],
    ["B1", "消防救援支队", "fire-1", ""],
    ["B1", "消防救援支队", "fire-2", ""],
]


def test_a_spreadsheet_is_checked_row_by_row_and_taken_whole_or_not(town: Store, tmp_path: Path) -> None:
    bad = _workbook(
        tmp_path / "坏.xlsx",
        [_object("B1"), _object("B3", batch="8"), _object("B1")],
        [*TEAM[:3], ["B1", "消防局", "fire-2", ""], ["B2", "消防救援支队", "fire-3", "也许"]],
    )
    refused = _run("exchange", "draw", str(bad))
    assert refused.exit_code == 1
    for place in (
        "「抽取结果」 第 3 行 B 列",
        "「抽取结果」 第 4 行",
        "「检查组」 第 5 行 B 列",
        "「检查组」 第 6 行 D 列",
    ):
        assert place in refused.stdout, refused.stdout
    short = _workbook(
        tmp_path / "少.xlsx", [_object("B1")], [*TEAM[:2], ["B1", "消防救援支队", "fire-9", ""]]
    )
    refused = _run("exchange", "draw", str(short))
    assert "「检查组」 第 4 行 C 列" in refused.stdout, refused.stdout
    assert "执法人员不够" in refused.stdout
    assert "没有录入：有 2 处错误" in refused.stdout
    for broken in (tmp_path / "none.xlsx", tmp_path, bad.with_suffix(".txt")):
        assert _run("exchange", "draw", str(broken)).exit_code == 1
    with town.reading() as records:
        assert rows_of(records, Inspection) == rows_of(records, ForeignBatch) == []

    good = _workbook(tmp_path / "好.xlsx", [_object("B1")], TEAM)
    evidence = tmp_path / "抽取记录.pdf"
    evidence.write_bytes(b"%PDF-1.7")
    checked = _run("exchange", "draw", str(good), "--check")
    assert checked.exit_code == 0, checked.stdout
    assert "没有错误：1 户，4 人次" in checked.stdout
    with town.reading() as records:
        assert rows_of(records, Inspection) == []
    for words in ("已录入批次 7（N-S1-1）：1 户，4 人次", "已经录入过"):
        assert words in _run("exchange", "draw", str(good), "--evidence", str(evidence)).stdout
    with town.reading() as records:
        [selection] = rows_of(records, Selection)
        assert selection.chosen_at == datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
        assert (selection.origin, selection.platform, len(selection.evidence_digest)) == (
            Origin.ELSEWHERE,
            PLATFORM,
            64,
        )
        assert len(rows_of(records, Assignment)) == 4
    other = _workbook(tmp_path / "另.xlsx", [_object("B1", by="别人")], TEAM)
    refused = _run("exchange", "draw", str(other))
    assert refused.exit_code == 1
    assert "内容与这次不同" in refused.stderr


def test_the_same_draw_is_the_same_by_whatever_road_and_in_whatever_order(store: Store) -> None:
    with store.transaction() as records:
        a_small_register(records, objects=2)
    visits = tuple(
        ForeignVisit(
            f"B{n}", tuple(ForeignSeat(d, f"{d}-{m}") for d in ("market", "fire") for m in (2 * n - 1, 2 * n))
        )
        for n in (1, 2)
    )
    draw = ForeignDraw(PLATFORM, "9", "S1", NOW - timedelta(days=1), "", "", visits)
    turned = ForeignDraw(PLATFORM, "9", "S1", NOW - timedelta(days=1), "", "", visits[::-1])
    with store.transaction() as records:
        by = records.get(Person, "OP")
        assert bring_in_draw(records, draw, department="market", by=by, actor="OP", at=NOW).is_new
        assert not bring_in_draw(records, turned, department=None, by=None, actor="cli", at=NOW).is_new
        [batch] = rows_of(records, ForeignBatch)
        assert json.loads(batch.content)["batch"] == "9"
        changed = ForeignDraw(PLATFORM, "9", "S1", NOW - timedelta(days=1), "", "", visits[:1])
        with pytest.raises(IllegalStep):
            bring_in_draw(records, changed, department=None, by=None, actor="cli", at=NOW)
        assert rows_of(records, Delivery) == []
