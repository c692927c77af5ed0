"""What follows from a published visit: corrections, leads, crimes, listings, feedback; in the chat and on the desk."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from actions.credit_feedback import send_feedback, settle_feedback
from actions.department_reviews import agree_findings
from actions.findings import choose_follow_up, choose_receiver, describe_finding, enter_finding
from actions.results import approve_result, submit_result
from actions.rule_check import check_scheme
from actions.visits import end_visit
from bot import cli
from inspection.refusals import Unacceptable
from inspection.results import Category, FollowUp
from inspection.roles import Role
from notifications.buttons.matters import MatterAct, MatterButton, MatterKind, TransferToButton
from storage import follow_ups, web_sessions
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.follow_ups import CreditFeedback, FollowUpMatter, SuspectedCrime
from storage.tables.inspections import JournalLine, Transfer
from storage.tables.messaging import OutboxLine
from storage.tables.registers import RegisteredObject
from tests.actions.story import Story, changing, rows_of
from tests.builders import a_person
from tests.field.pictures import a_picture
from tests.journeys.town import Town
from tests.papers.sheets import needs_a_font
from tests.papers.visits import a_started_visit, fill_in, officers
from tests.stores import on_both
from tests.web.houses import a_client, a_house
from web.cookies import COOKIE

NOTE = "后门堆放液化气瓶"
_A, _F, _T, _C = MatterAct, MatterKind.FOLLOW_UP, MatterKind.TRANSFER, MatterKind.CRIME
LIAISONS = ("LI-market", "LI-fire", "LI-housing", "LI-police")


def _published(
    store: Store, folder: Path, *, market: Category = Category.CORRECTED, lead_to: str = "housing"
) -> tuple[Story, str]:
    """A visit whose result is public: of the market's item this category, of the fire brigade's a lead."""
    story, inspection, files = a_started_visit(store, folder)
    with changing(store) as records:
        for liaison in LIAISONS:
            records.add(a_person(liaison, department=liaison[3:], roles=(Role.LIAISON,)))
    lead, fire = officers(story, inspection)
    fill_in(story, inspection, files, by=lead, first=1, colour="teal")
    fill_in(story, inspection, files, by=fire, first=3, colour="orange", no=True)
    story.do(enter_finding, inspection, "T-market", market, by=lead)
    story.do(enter_finding, inspection, "T-fire", Category.PENDING, by=fire)
    story.do(describe_finding, inspection, "T-fire", NOTE, by=fire)
    story.do(choose_follow_up, inspection, "T-fire", FollowUp.NOTIFY, by=fire)
    story.do(choose_receiver, inspection, "T-fire", lead_to, by=fire)
    story.do(end_visit, inspection, by=lead)
    story.do(submit_result, inspection, by=lead)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    return story, inspection


def _visited_by(story: Story, inspection: str) -> tuple[str, str]:
    """The lead, and an officer of the fire brigade, once the result is public."""
    seats = {
        one.seat_id: one.person_id for one in story.assignments(inspection_id=inspection, state="completed")
    }
    return seats[f"{inspection}/market/1"], seats[f"{inspection}/fire/1"]


def _town(store: Store, story: Story) -> Town:
    town = Town(store)
    town.now = story.at
    people = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody("HD-market", "HD-fire", "OP", "RV", *LIAISONS, *people)
    town.settle()
    return town


def _days(town: Town, number: int) -> None:
    """Days go by, each looked at when the offices are open."""
    for _ in range(number):
        town.now = (town.now + timedelta(days=1)).replace(hour=4)
        town.settle()


def _press(town: Town, who: str, act: MatterAct, kind: MatterKind, subject: str) -> str:
    """What the person hears who presses this."""
    _last(town, who)
    town.press_data(who, MatterButton(act, kind, subject))
    return _last(town, who)


def _last(town: Town, who: str) -> str:
    """What they have not read yet, the last of it."""
    phone = town.messenger.phones.get(who)
    unread = phone.unread() if phone else []
    for one in phone.messages if phone else []:
        one.is_read = True
    return unread[-1].text if unread else ""


def _row(store: Store, kind: type[Any], key: str) -> Any:
    with store.reading() as records:
        return records.get(kind, key)


def _no_rule_is_broken(store: Store, town: Town) -> None:
    with store.reading() as records:
        assert check_scheme(records, "S1", town.now) == []


def _clocks(store: Store, subject: str) -> set[str]:
    with store.reading() as records:
        return {one.rule for one in rows_of(records, Deadline, subject=subject) if one.state == "running"}


@on_both
def test_a_correction_is_ordered_extended_reported_and_checked_by_the_same_officers(
    store: Store, tmp_path: Path
) -> None:
    story, inspection = _published(store, tmp_path)
    town, id = _town(store, story), f"{inspection}/T-market/r"
    lead, fire = _visited_by(story, inspection)
    opened = town.hears("LI-market", "follow_up_card").text
    assert "责令改正" in opened
    assert _clocks(store, id) == {"rectification"}
    with store.reading() as records:
        assert follow_ups.completion_of(records, inspection).is_complete is False

    assert "不是给您的" in _press(town, "LI-fire", _A.ORDER_TERM, _F, id)
    assert "不是给您的" in _press(town, fire, _A.CORRECTED_SEEN, _F, id)
    assert "情况已经变了" in _press(town, lead, _A.CORRECTED_SEEN, _F, id)
    assert "已责令，待整改" in _press(town, "LI-market", _A.ORDER_TERM, _F, id)
    assert "没有重复办理" in _press(town, lead, _A.ORDER_NOW, _F, id)
    due = _row(store, FollowUpMatter, id).due_at
    assert due == story.at + timedelta(days=15) or due > story.at + timedelta(days=14)

    town.wait(timedelta(days=3))
    _press(town, lead, _A.EXTEND, _F, id)
    town.type(lead, "配件要从乌鲁木齐调")
    assert _row(store, FollowUpMatter, id).due_at > due
    _press(town, "LI-market", _A.REPORT, _F, id)
    town.type("LI-market", "已换温控器，现在 5 度")
    assert _clocks(store, id) == {"recheck"}
    assert "原检查人员" in _press(town, "LI-market", _A.CORRECTED_READ, _F, id)
    assert "已经改正" in _press(town, lead, _A.CORRECTED_SEEN, _F, id)
    matter = _row(store, FollowUpMatter, id)
    assert (matter.state.value, matter.recheck_method, matter.cap_exemption) == (
        "corrected",
        "visit",
        "recheck",
    )
    assert _clocks(store, id) == set()
    assert "没有重复办理" in _press(town, lead, _A.CORRECTED_SEEN, _F, id)


def test_what_is_not_corrected_becomes_a_lead_of_the_department_itself(store: Store, tmp_path: Path) -> None:
    story, inspection = _published(store, tmp_path)
    town, id = _town(store, story), f"{inspection}/T-market/r"
    lead, _fire = _visited_by(story, inspection)
    _press(town, lead, _A.ORDER_NOW, _F, id)
    assert _row(store, FollowUpMatter, id).due_at - story.at < timedelta(days=1)
    _days(town, 4)
    with store.reading() as records:
        overdue = [one.person_id for one in rows_of(records, OutboxLine, kind="deadline_overdue")]
    assert "LI-market" in overdue
    _press(town, lead, _A.NOT_CORRECTED, _F, id)
    town.type(lead, "冷藏仍是 9 度")
    transfer = _row(store, Transfer, f"{inspection}/T-market")
    assert (transfer.from_department, transfer.to_department, transfer.summary) == (
        "market",
        "market",
        "冷藏仍是 9 度",
    )
    _no_rule_is_broken(store, town)
    for act in (_A.RECEIVE, _A.ACCEPT, _A.FILED):
        _press(town, "LI-market", act, _T, transfer.id)
    assert _row(store, Transfer, transfer.id).outcome == "filed"


def test_a_lead_is_signed_for_passed_on_sent_back_and_closed(store: Store, tmp_path: Path) -> None:
    story, inspection = _published(store, tmp_path)
    town, id = _town(store, story), f"{inspection}/T-fire"
    assert NOTE in town.hears("LI-housing", "transfer_card").text
    town.type("LI-housing", "/where")
    assert "有移送的线索等您签收" in town.hears("LI-housing", "where").text
    assert NOTE in town.hears("LI-housing", "transfer_card").text
    assert "请先点【签收】" in _press(town, "LI-housing", _A.ACCEPT, _T, id)
    for stranger in ("LI-market", "fire-1", "OP", "LI-fire"):
        assert "不是给您的" in _press(town, stranger, _A.RECEIVE, _T, id)
    _days(town, 9)
    with store.reading() as records:
        late = {one.person_id for one in rows_of(records, OutboxLine, kind="deadline_overdue")}
        told = {one.person_id for one in rows_of(records, OutboxLine, kind="reminder_digest")}
    assert ("LI-housing" in late, "LI-housing" in told) == (True, True), (late, told)
    assert "已签收" in _press(town, "LI-housing", _A.RECEIVE, _T, id)
    assert "没有重复办理" in _press(town, "LI-housing", _A.RECEIVE, _T, id)
    assert "受理部门已签收" in town.hears("LI-fire", "transfer_card").text
    assert _clocks(store, id) == {"case_filing"}

    _press(town, "LI-housing", _A.FORWARD, _T, id)
    town.press_data("LI-housing", TransferToButton(id, "mars"))
    assert "不能交给这个部门" in _last(town, "LI-housing")
    town.press_data("LI-housing", TransferToButton(id, "police"))
    assert _row(store, Transfer, id).to_department == "police"
    _no_rule_is_broken(store, town)
    assert "不是给您的" in _press(town, "LI-housing", _A.RECEIVE, _T, id)
    _press(town, "LI-police", _A.RECEIVE, _T, id)
    _press(town, "LI-police", _A.RETURN, _T, id)
    town.type("LI-police", "不在我局管辖范围内")
    assert "不在我局管辖范围内" in _press(town, "LI-fire", _A.VIEW, _T, id)
    _press(town, "LI-fire", _A.AGAIN, _T, id)
    town.press_data("LI-fire", TransferToButton(id, "housing"))
    for act in (_A.RECEIVE, _A.ACCEPT):
        _press(town, "LI-housing", act, _T, id)
    _press(town, "LI-housing", _A.NOT_FILED, _T, id)
    town.type("LI-housing", "当场已清除，未造成后果")
    closed = _row(store, Transfer, id)
    assert (closed.state.value, closed.outcome) == ("closed", "not_filed")
    assert "不予立案" in _press(town, "LI-fire", _A.VIEW, _T, id)
    assert _clocks(store, id) == set()


@on_both
def test_a_suspected_crime_reaches_the_head_the_police_and_the_procuratorate(
    store: Store, tmp_path: Path
) -> None:
    story, inspection = _published(store, tmp_path)
    town, lead = _town(store, story), _visited_by(story, inspection)[0]
    _press(town, lead, _A.REPORT_CRIME, _F, f"{inspection}/T-market/r")
    town.type(lead, "涉嫌销售伪劣产品，数额较大")
    id = f"{inspection}/c1"
    crime = _row(store, SuspectedCrime, id)
    assert (len(crime.group), crime.decider_id) == (2, "HD-market")
    assert {one.split("-")[0] for one in crime.group} == {"market"}
    assert _clocks(store, id) == {"criminal_transfer"}
    asked = town.hears("HD-market", "crime_card").text
    assert "请决定是否移送公安机关" in asked
    town.type("HD-market", "/where")
    assert "有涉嫌犯罪案件等您决定" in town.hears("HD-market", "where").text
    assert "请决定是否移送公安机关" in town.hears("HD-market", "crime_card").text
    for stranger in ("LI-fire", "HD-fire", "OP", "RV"):
        assert "不是给您的" in _press(town, stranger, _A.APPROVE, _C, id)
    assert "不是给您的" in _press(town, "LI-market", _A.APPROVE, _C, id)
    _press(town, "HD-market", _A.APPROVE, _C, id)
    assert _clocks(store, id) == {"police_handover"}
    assert "没有重复办理" in _press(town, "HD-market", _A.APPROVE, _C, id)
    _press(town, "LI-market", _A.HAND_OVER, _C, id)
    town.type("LI-market", "博公受〔2026〕12号")
    assert _clocks(store, id) == {"police_answer"}
    _press(town, crime.group[1], _A.COPY, _C, id)
    assert "没有重复办理" in _press(town, crime.group[0], _A.COPY, _C, id)
    _press(town, "LI-market", _A.POLICE_DECLINED, _C, id)
    town.type("LI-market", "数额未达立案标准")
    answered = _row(store, SuspectedCrime, id)
    assert (answered.state.value, answered.receipt) == ("declined", "博公受〔2026〕12号")
    assert answered.copied_at is not None
    with store.reading() as records:
        said = [str(line.body) for line in rows_of(records, OutboxLine)]
        noted = [str(line.details) for line in rows_of(records, JournalLine)]
    assert not [one for one in (*said, *noted) if "伪劣" in one or "立案标准" in one]


def test_an_urgent_report_is_told_at_night_and_a_head_who_says_nothing_is_overdue(
    store: Store, tmp_path: Path
) -> None:
    story, inspection = _published(store, tmp_path)
    town, lead = _town(store, story), _visited_by(story, inspection)[0]
    _press(town, lead, _A.REPORT_CRIME, _F, f"{inspection}/T-market/r")
    town.type(lead, "涉嫌非法经营")
    _days(town, 5)
    kinds = [one.outgoing.kind for one in town.messenger.phones["HD-market"].messages]
    assert "reminder_digest" in kinds
    assert "deadline_overdue" in kinds
    _press(town, "HD-market", _A.REFUSE, _C, f"{inspection}/c1")
    town.type("HD-market", "属于一般违法，按行政处罚办理")
    crime = _row(store, SuspectedCrime, f"{inspection}/c1")
    assert crime.state.value == "refused"
    assert _clocks(store, crime.id) == set()


def test_a_firm_that_nobody_reaches_is_listed_and_a_joint_punishment_is_the_heads(
    store: Store, tmp_path: Path
) -> None:
    story, inspection = _published(store, tmp_path, market=Category.UNREACHABLE)
    town, id = _town(store, story), f"{inspection}/T-market/l"
    assert _clocks(store, id) == {"abnormal_listing"}
    assert "已列入" in _press(town, "LI-market", _A.LIST, _F, id)
    assert "没有重复办理" in _press(town, "LI-market", _A.LIST, _F, id)
    _press(town, "LI-market", _A.PUNISH, _F, id)
    town.type("LI-market", "没有负责人身份")
    assert "不是给您的" in _last(town, "LI-market")
    _press(town, "HD-market", _A.PUNISH, _F, id)
    town.type("HD-market", "市场监督管理严重违法失信名单管理办法（示例）")
    punished = f"{inspection}/p1"
    assert "联合惩戒" in town.hears("LI-market", "follow_up_card").text
    _press(town, "LI-market", _A.LIST, _F, punished)
    assert "移出" in _press(town, "LI-market", _A.VIEW, _F, punished)
    _press(town, "LI-market", _A.LIFT, _F, punished)
    town.type("LI-market", "已修复")
    assert "不是给您的" in _last(town, "LI-market")
    _press(town, "HD-market", _A.LIFT, _F, punished)
    town.type("HD-market", "已履行义务，信用修复")
    assert _row(store, FollowUpMatter, punished).state.value == "lifted"


def test_feedback_goes_to_the_register_and_changes_no_class_and_the_visit_is_complete(
    store: Store, tmp_path: Path
) -> None:
    story, inspection = _published(store, tmp_path, market=Category.CLEAN)
    row = _row(store, CreditFeedback, inspection)
    before = _row(store, RegisteredObject, row.object_id).credit_class
    assert (row.result, row.direction, row.state.value) == ("problem", "lower", "waiting")
    with store.transaction("test") as records:
        [sent] = send_feedback(records, by=None, at=story.at)
        assert sent[:2] == (inspection, row.object_id)
        assert send_feedback(records, by=None, at=story.at) == []
    with store.transaction("test") as records, pytest.raises(Unacceptable):
        settle_feedback(records, ["S9.X"], is_taken=True, by=None, at=story.at)
    with store.transaction("test") as records:
        settle_feedback(records, [inspection], is_taken=True, by=None, at=story.at)
    assert _row(store, CreditFeedback, inspection).state.value == "taken"
    assert _row(store, RegisteredObject, row.object_id).credit_class == before

    town, id = _town(store, story), f"{inspection}/T-fire"
    for act in (_A.RECEIVE, _A.ACCEPT, _A.FILED):
        _press(town, "LI-housing", act, _T, id)
    with store.reading() as records:
        done = follow_ups.completion_of(records, inspection)
    assert (done.is_complete, done.completed_at) == (True, _row(store, Transfer, id).closed_at)


def test_the_list_shows_what_is_open_and_to_whom(store: Store, tmp_path: Path) -> None:
    story, inspection = _published(store, tmp_path)
    town, lead = _town(store, story), _visited_by(story, inspection)[0]
    town.type("LI-market", "/matters")
    assert "待办：1件" in _last(town, "LI-market")
    town.type(lead, "待办事项")
    assert "责令改正" in _last(town, lead)
    other = next(
        f"market-{number}" for number in range(1, 5) if f"market-{number}" not in _team(story, inspection)
    )
    town.type(other, "/matters")
    assert "没有待办事项" in _last(town, other)
    town.type("LI-fire", "/matters")
    assert "案件线索移送" in _last(town, "LI-fire")


def _team(story: Story, inspection: str) -> set[str]:
    return {one.person_id for one in story.assignments(inspection_id=inspection) if one.state == "completed"}


def _sign_in(house: Any, door: httpx.Client, person: str) -> None:
    token = f"token-of-{person}"
    with house.store.transaction() as records:
        digest = hashlib.sha256(token.encode()).hexdigest()
        expires = house.clock() + timedelta(days=1)
        web_sessions.open_session(records, digest, chat=person, at=house.clock(), expires_at=expires)
    door.cookies.set(COOKIE, token)


@needs_a_font
def test_the_desk_lists_orders_keeps_documents_and_prints_the_letters(store: Store, tmp_path: Path) -> None:
    story, inspection = _published(store, tmp_path)
    house, id = a_house(store, tmp_path), f"{inspection}/T-market/r"
    house.clock.now = story.at
    with a_client(house) as door:
        assert door.get("/follow-ups").status_code == 401
        _sign_in(house, door, "LI-market")
        listed = door.get("/follow-ups").text
        assert "责令改正" in listed
        assert "案件线索移送" not in listed
        assert "没有符合条件的事项" in door.get("/follow-ups?show=late").text
        assert "责令改正" in door.get("/follow-ups?show=all&page=9").text
        matter = f"/follow-ups/matter?id={id}"
        assert "下达责令改正通知书" in door.get(matter).text
        assert door.get(f"/follow-ups/letter.pdf?id={id}").status_code == 409
        bad = door.post("/follow-ups/order", data={"id": id, "until": "下周五"})
        assert (bad.status_code, "下周五" in bad.text) == (409, True)
        past = door.post("/follow-ups/order", data={"id": id, "until": "2020-01-01"})
        assert past.status_code == 409
        words = "更换温控器<b>" + "，冷藏不高于 8 度" * 60
        ordered = door.post("/follow-ups/order", data={"id": id, "until": "2026-12-20", "words": words})
        assert ordered.status_code == 303
        shown = door.get(matter).text
        assert "更换温控器&lt;b&gt;" in shown
        letter = door.get(f"/follow-ups/letter.pdf?id={id}")
        assert letter.status_code == 200, letter.text
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(letter.content)).pages)
        for said in ("责令改正通知书", "市场监管局责改〔2026〕1号", "2026年12月20日", "不计入年度检查频次"):
            assert said in text.replace("\n", "").replace("\u200b", ""), said
        _documents(door, id)
        _sign_in(house, door, "LI-fire")
        assert door.get(matter).status_code == 404
        assert (
            door.post("/follow-ups/documents", data={"id": id}, files={"file": ("a.pdf", b"x")}).status_code
            == 404
        )
        sent = door.get(f"/follow-ups/letter.pdf?id={inspection}/T-fire")
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(sent.content)).pages)
        assert "案件线索移送书" in text
        assert NOTE in text.replace("\n", "")


def _documents(door: httpx.Client, id: str) -> None:
    def send(name: str, data: bytes) -> httpx.Response:
        return door.post("/follow-ups/documents", data={"id": id}, files={"file": (name, data)})

    assert send("空.pdf", b"").status_code == 409
    assert "照片" in send("网页.pdf", b"<html>").text
    picture = a_picture(colour="teal")
    assert send("整改后.jpg", picture).status_code == 303
    assert "没有重复办理" in send("整改后.jpg", picture).text
    page = door.get(f"/follow-ups/matter?id={id}").text
    assert "整改后.jpg" in page
    sha256 = hashlib.sha256(picture).hexdigest()
    kept = door.get(f"/follow-ups/documents/{sha256}?id={id}")
    assert (kept.content, kept.headers["content-type"]) == (picture, "application/octet-stream")
    assert door.get(f"/follow-ups/documents/{'0' * 64}?id={id}").status_code == 404


def test_the_command_line_writes_the_feedback_once_and_notes_what_became_of_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _story, inspection = _published(store, tmp_path)
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    out = tmp_path / "feedback.csv"
    run = CliRunner().invoke(cli.app, ["follow-ups", "feedback", "--output", str(out)])
    assert run.exit_code == 0, run.output
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("inspection,object,credit_code")
    assert lines[1].startswith(f"{inspection},")
    again = CliRunner().invoke(cli.app, ["follow-ups", "feedback", "--output", str(out)])
    assert (again.exit_code, len(out.read_text(encoding="utf-8-sig").splitlines())) == (0, 1)
    wrong = CliRunner().invoke(cli.app, ["follow-ups", "taken", "S9.X"])
    assert (wrong.exit_code, "S9.X" in wrong.output) == (1, True)
    taken = CliRunner().invoke(cli.app, ["follow-ups", "taken", inspection])
    assert taken.exit_code == 0, taken.output
    unwritable = CliRunner().invoke(
        cli.app, ["follow-ups", "feedback", "--output", str(tmp_path / "x" / "y.csv")]
    )
    assert unwritable.exit_code == 1
