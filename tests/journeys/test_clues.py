"""What lies outside the draw: a clue becomes an individual case with a named team, several become a special check, a
place without registration is visited and later registered."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.roles import Role
from inspection.states import ClueState, SchemeState
from notifications.buttons.approval import ApprovalAct, ApprovalButton
from notifications.buttons.checklists import AnswerButton
from notifications.buttons.clues import ClueAct, ClueButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visits import VisitAct, VisitButton
from storage.draws import own_visits
from storage.files import FileStore
from storage.tables.clues import Clue, SpecialField
from storage.tables.inspections import Inspection, Publication, Seat
from storage.tables.messaging import OutboxLine
from storage.tables.registers import RegisteredObject, Scheme
from tests.actions.story import changing, rows_of
from tests.builders import a_person, made_checklist
from tests.field.pictures import a_picture
from tests.journeys.town import Town
from tests.made_forms import Compliance
from tests.web.houses import House, a_client, a_house

CASE, CLUE = "G26-001", "X26-0001"
COMPLAINT = "后厨有老鼠，投诉人说吃坏了肚子"


def _house(town: Town, folder: Path) -> House:
    """With a liaison in each department, and a checklist that only the market department answers."""
    with changing(town.store) as records:
        records.add(
            a_person("LI", department="market", roles=(Role.LIAISON,)),
            a_person("LI-fire", department="fire", roles=(Role.LIAISON,)),
            made_checklist(
                [
                    Compliance("示例问题1", "market", is_important=True, wants_photo=True),
                    Compliance("示例问题2", "market", is_important=False, wants_photo=False),
                ],
                id="C2",
            ),
        )
        records.get(RegisteredObject, "B1").visits_this_year = 2
    town.enrol_everybody("LI", "LI-fire")
    house = a_house(town.store, folder, is_demo=True)
    house.clock.now = town.now
    return house


def _post(door: httpx.Client, path: str, /, *, who: str = "LI", **fields: Any) -> httpx.Response:
    return door.post(f"{path}?chat={who}", data=fields)


def _register_in_chat(town: Town) -> None:
    town.type("LI", "/clues")
    assert "没有在办的线索" in town.hears("LI", "clue_list").text
    town.press("LI", "clue_new")
    town.hears("LI", "ask_clue_object")
    town.type("LI", "示例商户B1")
    town.hears("LI", "ask_clue_object")
    town.press_text("LI", "示例商户B1")
    town.hears("LI", "ask_clue_item")
    town.press_text("LI", "市场监管局检查事项T-market")
    town.hears("LI", "ask_clue_source")
    town.press("LI", "clue_source_complaint")
    town.hears("LI", "ask_clue_words")
    town.type("LI", COMPLAINT)
    assert CLUE in town.hears("LI", "clue_registered").text


def test_a_complaint_is_inspected_at_once_by_a_named_team_beside_the_cap(town: Town, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    with a_client(_house(town, tmp_path)) as door:
        _register_in_chat(town)
        card = town.hears("HD-market", "clue_received").text
        assert "请立即决定" in card
        assert COMPLAINT not in card
        assert COMPLAINT in door.get(f"/clues/{CLUE}?chat=HD-market").text
        # Nobody else decides or reads it, and there is nothing to guess.
        for who in ("HD-fire", "OP", "market-1", "LI-fire"):
            town.press_data(who, ClueButton(ClueAct.APPROVE, CLUE))
            assert town.hears(who, "refused").text
        for who in ("market-1", "LI-fire", "HD-fire"):
            town.press_data(who, ClueButton(ClueAct.CARD, CLUE))
            town.hears(who, "refused")
        assert door.get(f"/clues/{CLUE}?chat=LI-fire").status_code == 404
        assert door.get("/clues?chat=market-1").status_code == 404
        # What is asked on site is told from the items; somebody who knows better says so.
        assert COMPLAINT in door.get(f"/clues/{CLUE}?chat=LI").text
        assert _post(door, f"/clues/{CLUE}", do="checklist", checklist_id="C9").status_code == 409
        assert _post(door, f"/clues/{CLUE}", do="checklist", checklist_id="C2").status_code == 303
        # Nobody has answered for half of the time: an urgent clock says so at any hour.
        town.wait(timedelta(hours=12))
        assert CLUE in town.hears("HD-market", "reminder_digest").text
        town.press_data("HD-market", ClueButton(ClueAct.APPROVE, CLUE))
        assert CASE in town.hears("HD-market", "clue_decided").text
        assert COMPLAINT not in town.hears("LI", "clue_decided").text
        town.hears("OP", "clue_decided")
        assert "已经决定" in _post(door, f"/clues/{CLUE}", do="checklist", checklist_id="C1").text
        town.press_data("HD-market", ClueButton(ClueAct.APPROVE, CLUE))
        assert "没有重复办理" in town.hears("HD-market", "refused").text
        _is_inspected(town, files)
        _is_public_as_what_it_is(town, door)


def _is_inspected(town: Town, files: FileStore) -> None:
    """The same handlers go on: named, accepted, confirmed, briefed, visited, reviewed."""
    visit = f"{CASE}.B1"
    for seat, who in (("1", "market-1"), ("2", "market-2")):
        town.hears("HD-market", "seat_to_name")
        town.press_data("HD-market", f"nm:{visit}/market/{seat}:{who}")
        town.hears("HD-market", "seat_named")
        town.hears(who, "assignment_drawn")
        town.press(who, "accept")
    town.press("market-1", "confirm_team")
    assert "不透露线索来源" in town.hears("market-2", "briefed").text
    town.press("market-2", "briefing_read")
    town.press_data("market-1", VisitButton(VisitAct.START, visit))
    town.press_data("market-1", VisitButton(VisitAct.START, visit))
    town.press("market-1", "open_checklist")
    town.press_data("market-1", AnswerButton(AnswerValue.YES, visit, "q1"))
    town.send_photo("market-1", keep_attachment(files, a_picture(colour="red"), file_name="IMG.jpg"))
    town.press_data("market-1", AnswerButton(AnswerValue.YES, visit, "q2"))
    town.press("market-1", "finish_part")
    town.press("market-1", "enter_findings")
    town.press("market-1", "category_clean")
    town.press_data("market-1", VisitButton(VisitAct.OVERVIEW, visit))
    town.press("market-1", "end_visit")
    town.press("market-1", "submit_result")
    town.press("RV", "approve_result")


def _is_public_as_what_it_is(town: Town, door: httpx.Client) -> None:
    with town.store.reading() as records:
        (published,) = rows_of(records, Publication)
        bundle = json.loads(published.bundle)
        assert (bundle["raninsTypeName"], bundle["kind"]) == ("个案检查", "case")
        assert bundle["raninsPlanId"] == ""
        scheme, clue = records.get(Scheme, CASE), records.get(Clue, CLUE)
        assert (scheme.kind, scheme.state, scheme.cap_exemption) == (
            "case",
            SchemeState.FINISHED,
            "complaint",
        )
        assert (clue.state, clue.scheme_id) == (ClueState.CLOSED, CASE)
        day = scheme.first_day
        (own,) = own_visits(records, between=(day - timedelta(days=9), day + timedelta(days=90)))["B1"]
        assert not own.counts
    page = door.get(f"/results/{CASE}.B1").text
    assert "个案检查" in page
    assert COMPLAINT not in page
    assert "线索" not in door.get("/schemes").text
    with town.store.reading() as records:
        for one in rows_of(records, OutboxLine):
            assert COMPLAINT not in json.dumps(one.body, ensure_ascii=False)


def test_several_clues_become_a_special_check_with_its_own_ratio(town: Town, tmp_path: Path) -> None:
    with a_client(_house(town, tmp_path)) as door:
        about = {
            "source": "monitoring",
            "received_on": "2026-11-24",
            "items": "T-market",
            "words": "添加剂超量",
        }
        refused = _post(door, "/clues/new", **{**about, "received_on": "2026-11-25"}, object_id="B1")
        assert "还没有到" in refused.text
        assert "添加剂超量" in refused.text  # what was typed is still there
        for wrong in ({"object_id": "B99"}, {"object_id": ""}, {"object_id": "B1", "items": "T-fire"}):
            assert _post(door, "/clues/new", **{**about, **wrong}).status_code == 409
        assert "B2" in door.get("/clues/new?chat=LI&q=B2").text
        for one in ("B1", "B2", "B2"):
            assert _post(door, "/clues/new", **about, object_id=one).status_code == 303
        # The same matter twice is one; two objects are not yet widespread, three are.
        assert "不能合并" in _post(door, "/clues/X26-0002", do="merge", into="X26-0001").text
        assert _post(door, "/clues/X26-0003", do="merge", into="X26-0002").status_code == 303
        assert "逐个检查" in door.get("/clues?chat=OP").text
        assert _post(door, "/clues/new", **about, object_id="B3").status_code == 303
        listed = door.get("/clues?chat=OP").text
        assert "普遍性问题" in listed
        assert "/schemes/new?clues=X26-0001%2CX26-0002%2CX26-0004" in listed
        form = door.get("/schemes/new?clues=X26-0001,X26-0002,X26-0004&chat=OP").text
        assert 'value="餐饮"' in form
        assert '<option value="监测线索" selected>' in form
        sent = _post(
            door, "/schemes/new", who="OP", do="submit", kind="special", clues="X26-0001、X26-0002、X26-0004",
            name="添加剂专项检查", temporary_reason="监测发现普遍性问题", items="T-market", checklist_id="C2",
            cap_exemption="监测线索", content="添加剂", method="实地检查", level="州", requirements="两人以上",
            handling="公示", first_day="2026-11-30", last_day="2026-12-10", seats_per_department="2", witnesses="W1",
            **{"row1-name": "餐饮", "row1-industry": "餐饮", "row1-ratio": "60%"},
        )  # fmt: skip
        assert sent.status_code == 303, sent.text
        town.settle()
        card = town.hears("HD-market", "scheme_submitted").text
        assert "Z26-001，专项检查" in card
        assert "3户中抽2户" in card  # B1 has had its two visits this year and is drawn all the same
        assert "不受全年检查次数上限限制：监测线索" in card
        assert "由3条线索引起" in card
        town.press_data("HD-market", ApprovalButton(ApprovalAct.APPROVE, "Z26-001"))
        town.hears("HD-market", "scheme_decided")
        with town.store.reading() as records:
            states = {one.id: one.state for one in rows_of(records, Clue)}
            assert states == {
                "X26-0001": ClueState.UNDER_WAY,
                "X26-0002": ClueState.UNDER_WAY,
                "X26-0003": ClueState.MERGED,
                "X26-0004": ClueState.UNDER_WAY,
            }
        town.press_data("HD-market", ClueButton(ClueAct.APPROVE, "X26-0001"))
        assert "没有重复办理" in town.hears("HD-market", "refused").text
        town.press("OP", "scheme_prepare")
        town.press("OP", "scheme_announce")
        town.type("W1", "4 1 6")
        town.press("W1", "number_send")
        town.press("OP", "scheme_draw")
        with town.store.reading() as records:
            assert {one.scheme_id for one in rows_of(records, Inspection)} == {"Z26-001"}


def test_a_place_without_registration_is_visited_and_registered_later(town: Town, tmp_path: Path) -> None:
    with a_client(_house(town, tmp_path)) as door:
        made = _post(
            door, "/clues/new", source="complaint", received_on="2026-11-24", items="T-market",
            words="无证经营", place="红星路东口烧烤摊", district="652722", checklist_id="C2", is_urgent="1",
        )  # fmt: skip
        assert made.status_code == 303
        town.settle()
        assert "无证无照地点：红星路东口烧烤摊（精河县）" in town.hears("HD-market", "clue_received").text
        # The head may also say no, with a reason that the department reads; that is the end of it.
        assert _post(
            door, "/clues/new", source="media", received_on="2026-11-24", items="T-market", words="另一件",
            place="南门外", checklist_id="C2",
        ).status_code == 303  # fmt: skip
        town.settle()
        town.hears("HD-market", "clue_received")
        town.press_data("HD-market", ClueButton(ClueAct.REFUSE, "X26-0002"))
        town.hears("HD-market", "ask_clue_refusal")
        town.type("HD-market", "上周已由街道处理")
        town.hears("HD-market", "clue_decided")
        assert "上周已由街道处理" in town.hears("LI", "clue_decided").text
        town.press_data("HD-market", ClueButton(ClueAct.APPROVE, CLUE))
        assert "个案检查编号" in town.hears("HD-market", "clue_decided").text
        with town.store.reading() as records:
            place = records.get(RegisteredObject, "W26-0001")
            assert (place.kind, place.credit_code, place.district) == ("unregistered", "", "652722")
            seats = [one.id for one in rows_of(records, Seat)]
            assert seats == [f"{CASE}.W26-0001/market/1", f"{CASE}.W26-0001/market/2"]
        # No pool takes it, though its district fits every row without conditions.
        with changing(town.store) as records:
            records.get(Scheme, "S1").strata = [{"name": "全部", "where": {}, "ratio": "1"}]
        town.hold_draw()
        with town.store.reading() as records:
            drawn = {one.object_id for one in rows_of(records, Inspection, scheme_id="S1")}
            assert "W26-0001" not in drawn
            assert "B2" in drawn
        # It gets its licence.
        licence = {"name": "红星烧烤店", "kind": "individual", "credit_code": "92652722MA00000013"}
        assert "核对18位代码" in _post(door, f"/clues/{CLUE}", do="register", **licence).text
        assert _post(door, f"/clues/{CLUE}", who="LI-fire", do="register", **licence).status_code == 404
        right = {**licence, "credit_code": _with_check("92652722MA0000001")}
        assert _post(door, f"/clues/{CLUE}", do="register", **right).status_code == 303
        with town.store.reading() as records:
            place = records.get(RegisteredObject, "W26-0001")
            assert (place.kind, place.name) == ("individual", "红星烧烤店")


def test_a_special_field_is_left_out_of_the_draw_and_covered_in_full_by_named_teams(
    town: Town, tmp_path: Path
) -> None:
    with a_client(_house(town, tmp_path)) as door:
        with changing(town.store) as records:
            records.get(RegisteredObject, "B3").special_lists = ["危化品"]
            records.get(Scheme, "S1").strata = [{"name": "全部", "where": {}, "ratio": "1"}]
            records.add(
                SpecialField(
                    id="F1", name="危险化学品", department="market", basis="示例条例", frequency="每年1次",
                    lists=["危化品"], items=["T-market"], checklist_id="C2",
                )
            )  # fmt: skip
        assert door.get("/special-fields?chat=market-1").status_code == 404
        assert "危险化学品" not in door.get("/special-fields?chat=HD-fire").text
        listed = door.get("/special-fields?chat=OP").text
        assert "/schemes/new?field=F1" in listed
        form = door.get("/schemes/new?field=F1&chat=OP").text
        assert 'value="危化品"' in form
        sent = _post(
            door, "/schemes/new", who="OP", do="submit", kind="full_coverage", field="F1", name="危险化学品全覆盖",
            temporary_reason="示例条例", items="T-market", checklist_id="C2", content="储存", method="实地检查",
            level="州", requirements="两人以上", handling="公示", first_day="2026-11-30", last_day="2026-12-10",
            seats_per_department="2", **{"row1-name": "危化品", "row1-lists": "危化品", "row1-ratio": "100%"},
        )  # fmt: skip
        assert sent.status_code == 303, sent.text
        town.settle()
        assert "Q26-001，全覆盖检查" in town.hears("HD-market", "scheme_submitted").text
        assert door.get("/schemes/Q26-001/teams?chat=HD-market").status_code == 409  # not approved yet
        town.press_data("HD-market", ApprovalButton(ApprovalAct.APPROVE, "Q26-001"))
        town.type("OP", "/schemes")
        town.press_text("OP", "危险化学品全覆盖")
        assert not town.has_button("OP", "scheme_prepare")
        town.press_data("OP", SchemeButton(SchemeAct.ANNOUNCE, "Q26-001"))
        assert "不是随机抽取" in town.hears("OP", "refused").text
        # The head sees a fair proposal, and is refused what can't be.
        assert "/schemes/Q26-001/teams" in door.get("/schemes/Q26-001/edit?chat=HD-market").text
        assert door.get("/schemes/Q26-001/teams?chat=OP").status_code == 404
        proposal = door.get("/schemes/Q26-001/teams?chat=HD-market").text
        assert '<option value="market-1" selected>' in proposal
        assert '<option value="market-2" selected>' in proposal
        named = {"B3|market/1": "market-3", "B3|market/2": "market-3", "reason": "示例条例规定的全覆盖检查"}
        twice = _post(door, "/schemes/Q26-001/teams", who="HD-market", **named)
        assert twice.status_code == 409
        assert "人员market-3" in twice.text
        named["B3|market/2"] = "market-4"
        assert _post(door, "/schemes/Q26-001/teams", who="HD-market", **named).status_code == 303
        assert _post(door, "/schemes/Q26-001/teams", who="HD-market", **named).status_code == 409
        town.settle()
        assert town.holders_who_hear("assignment_drawn") == ["market-3", "market-4"]
        # The draw for the same item leaves the object out, and says so.
        town.hold_draw()
        announced = town.hears("OP", "draw_announced").text
        assert "没有列入：属于特殊重点领域，另行全覆盖检查，1户" in announced
        with town.store.reading() as records:
            assert {one.object_id for one in rows_of(records, Inspection, scheme_id="S1")} == {"B2"}


def _with_check(first_seventeen: str) -> str:
    """With the check character of GB 32100-2015, worked out here."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(first_seventeen))
    return first_seventeen + signs[(31 - total % 31) % 31]
