"""From the confirmed team over the heads' approval and the notice to the firm's application and the redraw."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from pypdf import PdfReader

from actions.check_codes import check_code, check_path
from actions.checks import check_inspection
from actions.papers import pdf_of, read_paper
from inspection.leave import Ground
from inspection.states import ApprovalState, LeaveRequestState
from notifications.buttons.papers import PaperKind
from notifications.buttons.visit_approvals import (
    OneApprovalAct,
    OneApprovalButton,
    StartAct,
    StartButton,
    VisitApprovalAct,
    VisitApprovalButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.papers.facts import InspectionNoticePaper
from storage.files import FileStore
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.follow_ups import InspectionApproval, InspectionNotice
from storage.tables.inspections import Assignment, Inspection, LeaveRequest, Seat
from tests.actions.story import rows_of
from tests.builders import a_small_register
from tests.journeys.town import Town
from tests.papers.sheets import needs_a_font
from tests.publicity.published import keep_code_key
from tests.stores import on_both
from tests.web.houses import a_client, a_house

OFFICERS = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]


def _town(store: Store, *, objects: int = 1) -> Town:
    """A scheme whose visits need approval, with its teams confirmed."""
    with store.transaction("test") as records:
        a_small_register(records, objects=objects, count=objects, officers=4).needs_approval = True
    town = Town(store)
    town.enrol_everybody("OP", "RV", "W1", "HD-market", "HD-fire", *OFFICERS)
    town.hold_draw()
    return town


def _rows(town: Town, kind: type[Any], **wanted: object) -> list[Any]:
    with town.store.reading() as records:
        return rows_of(records, kind, **wanted)


def _accept_and_confirm(town: Town) -> None:
    for one in _rows(town, Assignment, state="notified"):
        town.press(one.person_id, "accept")
    for inspection in _rows(town, Inspection, state="assembling"):
        town.press(_lead(town, inspection.id), "confirm_team")


def _holders(town: Town, inspection: str, department: str) -> list[str]:
    live = {"notified", "accepted", "confirmed", "leave_asked"}
    held = [one for one in _rows(town, Assignment, inspection_id=inspection) if one.state in live]
    return [one.person_id for one in held if f"/{department}/" in one.seat_id]


def _lead(town: Town, inspection: str) -> str:
    seats = {one.id for one in _rows(town, Seat, inspection_id=inspection, is_lead=True)}
    live = {"notified", "accepted", "confirmed"}
    held = _rows(town, Assignment, inspection_id=inspection)
    holder: str = next(one.person_id for one in held if one.seat_id in seats and one.state in live)
    return holder


def _states(town: Town) -> dict[str, str]:
    return {one.id: one.state.value for one in _rows(town, InspectionApproval)}


def test_one_card_for_all_visits_and_no_visit_before_every_head_has_agreed(store: Store) -> None:
    town = _town(store, objects=2)
    _accept_and_confirm(town)
    first, second = (one.id for one in _rows(town, Inspection))
    cards = [
        one for one in town.messenger.phones["HD-market"].messages if one.outgoing.kind == "approval_card"
    ]
    assert len(cards) == 1
    assert "2户检查等您批准" in cards[0].outgoing.text
    clocks = [one.rule for one in _rows(town, Deadline, state="running", department="market")]
    assert clocks.count("approval") == 2

    lead = _lead(town, first)
    town.press_data(lead, VisitButton(VisitAct.START, first))
    asked = town.hears(lead, "visit_not_approved").text
    assert "等待批准：市场监管局、消防救援支队" in asked
    assert "人员HD-market、人员HD-fire" in asked
    town.press(lead, "nudge_heads")
    town.hears(lead, "heads_nudged")
    town.press_data(lead, StartButton(StartAct.NUDGE, first))
    assert "已催办" in town.hears(lead, "refused").text
    town.wait(timedelta(hours=1))
    town.press_data(lead, StartButton(StartAct.NUDGE, first))
    town.hears(lead, "heads_nudged")

    town.press("HD-market", "approve_all", number=2)
    assert "已批准：2户" in town.hears("HD-market", "approvals_decided").text
    town.press_data("HD-market", VisitApprovalButton(VisitApprovalAct.ALL, "S1", "market", "2"))
    assert "没有重复办理" in town.hears("HD-market", "refused").text
    for stranger in (lead, "HD-market", "OP"):
        town.press_data(stranger, OneApprovalButton(OneApprovalAct.APPROVE, f"{first}/fire"))
        assert "不是给您的" in town.hears(stranger, "refused").text
    town.press("HD-fire", "view_each")
    town.hears("HD-fire", "approval_lines")
    town.press_data("HD-fire", OneApprovalButton(OneApprovalAct.VIEW, f"{first}/fire"))
    town.press("HD-fire", "approve_visit")
    assert "还有1户等您批准" in town.hears("HD-fire", "approvals_decided").text
    town.press("HD-fire", "view_rest", number=1)
    town.press("HD-fire", "refuse_visit")
    town.type("HD-fire", "该店停业装修，请改期")
    town.hears("HD-fire", "approvals_decided")
    assert _states(town) == {
        f"{first}/market": "approved",
        f"{first}/fire": "approved",
        f"{second}/market": "approved",
        f"{second}/fire": "refused",
    }
    assert not [one for one in _rows(town, Deadline, state="running") if one.rule == "approval"]
    town.hears(lead, "visit_approved")
    town.press(lead, "visit_card")
    town.press(lead, "start_visit")
    town.hears(lead, "visit_started")

    other = _lead(town, second)
    assert "请改期" in town.hears(other, "visit_refused").text
    town.press_data(other, StartButton(StartAct.URGENT, second))
    assert "没有批准" in town.hears(other, "refused").text
    town.press_data(other, StartButton(StartAct.AGAIN, second))
    assert _states(town)[f"{second}/fire"] == "awaited"
    town.hears("HD-fire", "approval_card")


def test_an_urgent_visit_starts_before_the_heads_agree_and_is_made_up_for(store: Store) -> None:
    town = _town(store)
    _accept_and_confirm(town)
    [inspection] = _rows(town, Inspection)
    lead = _lead(town, inspection.id)
    town.hears("HD-fire", "approval_card")
    town.press_data(lead, VisitButton(VisitAct.START, inspection.id))
    town.press(lead, "start_urgently")
    town.hears(lead, "visit_started")
    assert set(_states(town).values()) == {ApprovalState.TO_MAKE_UP.value}
    keep_code_key(store, town.now)
    with store.reading() as records:
        checked = check_inspection(records, inspection.id, check_code(records, inspection.id), at=town.now)
    assert checked is not None
    assert checked.approvals == (("market", "to_make_up"), ("fire", "to_make_up"))
    assert not checked.takes_recusals, "there is no notice"
    assert "请补办" in town.hears("HD-fire", "approval_card").text
    rules = [one.rule for one in _rows(town, Deadline, state="running")]
    assert rules.count("approval_made_up") == 2
    assert "approval" not in rules
    town.type("HD-fire", "/where")
    assert "有检查等您批准" in town.hears("HD-fire", "where").text
    town.press("HD-fire", "approve_all", number=1)
    [made_up] = [one for one in _rows(town, InspectionApproval) if one.department == "fire"]
    assert (made_up.state, made_up.urgent_by) == (ApprovalState.MADE_UP, lead)


@needs_a_font
def test_the_notice_says_what_the_rules_of_2025_want_and_its_service_is_noted(
    store: Store, tmp_path: Path
) -> None:
    town = _town(store)
    _accept_and_confirm(town)
    [inspection] = _rows(town, Inspection)
    lead = _lead(town, inspection.id)
    town.press(lead, "paper_notice")
    assert "还没有批准" in town.hears(lead, "refused").text
    for head in ("HD-market", "HD-fire"):
        town.press(head, "approve_all", number=1)
    town.press(lead, "paper_notice")
    assert "市场监管局检通〔2026〕1号" in town.hears(lead, "notice_card").text
    [notice] = _rows(town, InspectionNotice)
    keep_code_key(store, town.now)
    where = "https://example.org"
    with store.transaction("test") as records:
        paper = read_paper(records, inspection.id, PaperKind.NOTICE, by=None, at=town.now, public_url=where)
        path = check_path(records, inspection.id)
    assert isinstance(paper, InspectionNoticePaper)
    assert paper.check_url == f"{where}{path}"
    with a_client(a_house(store, tmp_path)) as door:  # what the code on the notice leads to
        checked = door.get(path).text
        assert "市场监管局：已批准；消防救援支队：已批准" in checked
        assert '<a href="/recusal">' in checked
        assert notice.code not in checked
        assert door.get("/recusal").status_code == 200
    pdf = pdf_of(paper, FileStore(tmp_path / "files"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    text = text.replace("\n", "").replace("\u200b", "")
    for words in (
        "行政检查通知书",
        "〔2026〕1号",
        "第1次",
        "有权申请回避",
        "五个严禁",
        "八个不得",
        "示例market-",
        "12345",
    ):
        assert words in text, words
    assert "-".join(notice.code[place : place + 4] for place in range(0, 16, 4)) in text
    town.press(lead, "serve_notice")
    town.press(lead, "service_refused")
    assert "拒绝签收" in town.hears(lead, "notice_card").text
    town.press_data("RV", f"nt:m:{inspection.id}")
    assert "不是给您的" in town.hears("RV", "refused").text
    town.press_data(lead, f"sv:mail:{inspection.id}")
    assert "没有重复办理" in town.hears(lead, "refused").text


@on_both
def test_the_firm_applies_on_its_page_and_a_grant_draws_the_seat_again(store: Store, tmp_path: Path) -> None:
    town = _town(store)
    _accept_and_confirm(town)
    for head in ("HD-market", "HD-fire"):
        town.press(head, "approve_all", number=1)
    [inspection] = _rows(town, Inspection)
    lead = _lead(town, inspection.id)
    town.press(lead, "paper_notice")
    [notice] = _rows(town, InspectionNotice)
    before = _holders(town, inspection.id, "fire")
    house = a_house(store, tmp_path)
    house.clock.now = town.now
    with a_client(house) as door:
        _apply_on_the_page(door, notice.code)
        request = _rows(town, LeaveRequest)[0]
        assert (request.origin, request.decider_id, request.filed_by) == ("firm", "HD-fire", None)
        town.settle()
        asked = town.hears("HD-fire", "firm_recusal_asked").text
        assert "隔壁" in asked
        assert "检查不停止" in asked
        town.press("HD-fire", "stop_visit")
        town.hears(lead, "visit_stopped")
        town.press_data(lead, VisitButton(VisitAct.START, inspection.id))
        assert "暂停" in town.hears(lead, "refused").text
        town.press("HD-fire", "grant")
        town.hears("HD-fire", "firm_decision_made")
        left = _rows(town, Assignment, id=request.assignment_id)[0]
        assert left.state.value == "recused"
        for told in (left.person_id, lead):
            assert "席位转入补抽" in town.hears(told, "firm_recusal_decided").text
        after = _holders(town, inspection.id, "fire")
        assert left.person_id in before
        assert left.person_id not in after
        assert len(after) == 2
        assert "同意，该人员不再参加" in door.get(f"/recusal/{notice.code}").text

    # The mouth of the team, and a refusal that the firm reads.
    town.press(lead, "firm_applies")
    town.press_text(lead, f"人员{after[0]}")
    town.press(lead, f"ground_{Ground.OTHER_RELATION}")
    town.type(lead, "说他们是老乡")
    town.hears(lead, "firm_applied")
    town.press("HD-fire", "refuse")
    town.hears("HD-fire", "ask_answer_words")
    town.type("HD-fire", "同乡本身不影响公正")
    town.hears("HD-fire", "firm_decision_made")
    assert "继续参加检查" in town.hears(lead, "firm_recusal_decided").text
    with a_client(house) as door:
        page = door.get(f"/recusal/{notice.code}").text
        assert "同乡本身不影响公正" in page
        assert "老乡" not in page.replace("同乡", "")
        assert not [one for one in OFFICERS if f"人员{one}" in page]
    _refuses_a_flood(town, lead, inspection.id)


def _refuses_a_flood(town: Town, lead: str, inspection: str) -> None:
    with town.store.transaction("test") as records:
        held = rows_of(records, Assignment, inspection_id=inspection)[0]
        records.add(
            *(
                LeaveRequest(
                    id=f"{held.id}/x{number}",
                    assignment_id=held.id,
                    kind="recusal",
                    ground="A8",
                    state=LeaveRequestState.DROPPED,
                    filed_at=town.now,
                    origin="firm",
                )
                for number in range(3)
            )
        )
    town.press(lead, "firm_applies")
    town.press_text(lead, f"人员{lead}")
    town.press(lead, "ground_B1")
    town.type(lead, "请他吃过饭")
    assert "24小时内已经提出5次" in town.hears(lead, "refused").text


def _apply_on_the_page(door: httpx.Client, code: str) -> None:
    wrong = door.post("/recusal", data={"code": "AAAA-BBBB-CCCC-DDDD"})
    assert (wrong.status_code, "申请码不正确" in wrong.text) == (404, True)
    typed = "-".join(code[place : place + 4] for place in range(0, 16, 4)).lower()
    found = door.post("/recusal", data={"code": typed})
    assert (found.status_code, found.headers["location"]) == (303, f"/recusal/{code}")
    empty = door.post(f"/recusal/{code}", data={"words": "没有选"})
    assert (empty.status_code, "请选择申请哪一位" in empty.text, "没有选" in empty.text) == (409, True, True)
    filled = {"officer": "3", "ground": "A8", "words": "他在隔壁的店做过会计<b>"}
    assert door.post(f"/recusal/{code}", data=filled).status_code == 303
    again = door.post(f"/recusal/{code}", data=filled)
    assert (again.status_code, "没有重复办理" in again.text) == (409, True)
    shown = door.get(f"/recusal/{code}").text
    assert "等待负责人决定" in shown
    assert "隔壁" not in shown
