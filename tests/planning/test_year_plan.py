"""A year's plan from its opening to an amendment, through the pages and the phones of those who make it."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from actions.audit import audit
from actions.next_steps import Step, next_steps
from inspection.deadlines.rules import RuleName
from inspection.states import DeadlineState, PlanFilingState, PlanLineState
from notifications.buttons.planning import PlanAct, PlanButton
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.planning import PlanFiling, PlanLine, PlanVersion
from storage.tables.registers import Plan, Scheme
from tests.deadlines.reading import buttons, read_all, unread
from tests.planning.office import FIRE, MARKET, Office, an_office, text_of
from tests.planning.sheets import a_row, a_sheet
from tests.registers.folders import load, told, write_workbook
from tests.stores import on_both

MINE, MERGE, PUBLIC = "/plans/2027/mine", "/plans/2027/merge", "/plans/2027"
_PLAN_STEPS = {Step.FILE_PLAN, Step.PUBLISH_PLAN}
A_LINE = {
    "name": "餐饮消防检查",
    "kind": "directed",
    "items": "T-fire",
    "object_range": "餐饮服务提供者中的C级",
    "industry": "catering",
    "class": "C",
    "ratio": "100%",
    "times": "3",
    "level": "州",
    "first_day": "2027-07-10",
    "last_day": "2027-08-10",
}


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Iterator[Office]:
    with an_office(store, tmp_path) as opened:
        yield opened


def _waits_for(office: Office) -> dict[str, tuple[str, ...]]:
    """What the auditor knows to be open of plans, with who can do it; nothing is without an owner and a time."""
    with office.town.store.reading() as records:
        assert [one for one in audit(records, office.town.now) if one.about in _PLAN_STEPS] == []
        steps = [one for one in next_steps(records) if one.step in _PLAN_STEPS]
    return {one.subject: tuple(sorted(one.owners, key=lambda id: (id != "OP", id))) for one in steps}


def _clock(office: Office, department: str) -> Deadline:
    subject = f"2027/{department}" if department else "2027"
    [found] = office.rows(Deadline, subject=subject)
    assert isinstance(found, Deadline)
    return found


@on_both
def test_a_plan_is_opened_filed_merged_published_and_amended(office: Office) -> None:
    _opening(office)
    _filing_by_spreadsheet_and_press(office)
    _filing_by_form(office)
    _merging(office)
    _publishing(office)
    _amending(office)
    office.town.nobody_hears_more()


def _opening(office: Office) -> None:
    foreign = office.post("/plans/desk", FIRE, year="2027")
    assert (foreign.status_code, "只有联席会议办公室" in foreign.text) == (404, True)
    for wrong in ("2019", "明年", "2027 "):
        assert office.post("/plans/desk", MARKET, year=wrong).status_code == (
            303 if wrong == "2027 " else 409
        )
    again = office.post("/plans/desk", "OP", year="2027")
    assert (again.status_code, "没有重复办理" in again.text) == (409, True)
    for who in (MARKET, FIRE):
        assert "3月10日（周三）23:59" in office.town.hears(who, "plan_opened").text
    assert "已报送0个部门" in text_of(office.page("/plans/desk", FIRE))
    assert _waits_for(office) == {
        "2027": ("OP", MARKET),
        "2027-market": (MARKET,),
        "2027-fire": (FIRE,),
    }
    assert office.page(PUBLIC).status_code == 404
    office.town.type(FIRE, "/where")
    assert "年度抽查计划还没有报送" in office.town.hears(FIRE, "where").text
    assert "2027" in office.town.hears(FIRE, "plan_card").text


def _filing_by_spreadsheet_and_press(office: Office) -> None:
    office.town.press(FIRE, "plan_view")
    assert buttons(office.town.hears(FIRE, "plan_card")) == ["本年没有", "刷新"]
    bad = office.upload(
        FIRE, a_sheet(a_row("消防检查", "T-fire", 抽查比例="500%"), a_row("另一项", "T-none"))
    )
    assert bad.status_code == 422
    said = text_of(bad)
    assert "计划.xlsx 「年度计划报送」 第 2 行 H 列 「抽查比例」" in said
    assert "第 3 行 D 列 「抽查事项」：事项“T-none”不在现行的抽查事项清单里" in said
    assert office.upload(FIRE, b"no workbook").status_code == 422
    assert office.upload(FIRE, b"x", "plan.exe").status_code == 422
    assert office.upload("OP", a_sheet(a_row("不该有", "T-market"))).status_code == 404
    template = office.upload(FIRE, office.page("/plans/template.xlsx").content, "template.xlsx")
    assert "第 2 行" in text_of(template)  # the sample row names no item, and says so
    assert template.text.count("错误：") == 1
    assert office.rows(PlanLine) == []
    row = a_row("消防检查", "T-fire", 检查对象及范围="=1+1 <b>餐饮</b>")
    assert "新增1项，修改0项" in office.upload(FIRE, a_sheet(row)).text
    assert "新增0项，修改1项" in office.upload(FIRE, a_sheet(row)).text
    office.town.press(FIRE, "plan_view")
    assert "还没有报送，共1项" in office.town.hears(FIRE, "plan_card").text
    office.town.press(FIRE, "plan_file", lines=1)
    assert "已报送，共1项" in office.town.hears(FIRE, "plan_card").text
    assert "1. 消防检查" in office.town.hears("HD-fire", "plan_filed").text
    assert _clock(office, "fire").state is DeadlineState.MET
    office.town.press_data(FIRE, PlanButton(PlanAct.FILE, "2027"))
    assert "没有重复办理" in office.town.hears(FIRE, "refused").text
    office.town.press_data("HD-fire", PlanButton(PlanAct.FILE, "2027"))
    assert "只有部门联络员" in office.town.hears("HD-fire", "refused").text


def _filing_by_form(office: Office) -> None:
    """What was typed stays where something is wrong; a department's line is nobody else's."""
    wrong = office.post("/plans/2027/line", MARKET, **{**A_LINE, "ratio": "许多", "items": "T-market"})
    assert (wrong.status_code, 'value="许多"' in wrong.text) == (422, True)
    assert "抽查比例：“许多”不是数字。" in text_of(wrong)
    market = {
        **A_LINE,
        "name": "餐饮食品安全检查",
        "items": "T-market",
        "class": "",
        "ratio": "50%",
        "times": "1",
    }
    assert office.post("/plans/2027/line", MARKET, **market).status_code == 303
    assert "已有名为" in office.post("/plans/2027/line", MARKET, **market).text
    [line] = office.rows(PlanLine, department="market")
    path = f"/plans/2027/line/{line.id}"
    assert 'value="2027-07-10"' in office.page(path, MARKET).text
    assert office.page(path, FIRE).status_code == office.post(path, FIRE, **A_LINE).status_code == 404
    assert office.post(path, MARKET, **{**market, "first_day": "2027-07-01"}).status_code == 303
    office.post("/plans/2027/line", MARKET, **{**market, "name": "撤下的一项"})
    [_, dropped] = office.rows(PlanLine, department="market")
    office.post(MINE, MARKET, act="drop", line=dropped.id)
    office.post("/plans/2027/line", FIRE, **{**A_LINE, "first_day": "2026-12-01"})
    office.post(MINE, MARKET, act="file")
    assert "1. 餐饮食品安全检查" in office.town.hears("HD-market", "plan_filed").text
    assert "撤下的一项" not in office.town.messenger.phones["HD-market"].messages[-1].outgoing.text


def _merging(office: Office) -> None:
    assert office.page(MERGE, FIRE).status_code == 404
    look = text_of(office.page(MERGE, "OP"))
    assert "已报送2个部门，共2个" in look
    assert "餐饮食品安全检查 市场监管局" in look
    assert "相同对象4户 · 时间相隔1天" in look
    assert "“餐饮消防检查”的实施时间（2026年12月1日至2027年8月10日）超出本年度。" in look
    assert "消防救援支队有“建筑消防”资格的只有0人，至少要2人。" in look
    assert "可能超过（户） 必然超过（户） 消防救援支队 1 1" in look
    [sheet] = [one for one in office.rows(PlanLine) if one.name == "消防检查"]
    [form] = [one for one in office.rows(PlanLine) if one.name == "餐饮消防检查"]
    [mine] = [one for one in office.rows(PlanLine) if one.name == "餐饮食品安全检查"]
    both = {"one": mine.id, "other": sheet.id}
    assert office.post(MERGE, FIRE, act="accept", **both).status_code == 404
    assert office.post(MERGE, "OP", act="accept", **both).status_code == 303
    assert office.post(MERGE, "OP", act="accept", **both).status_code == 409
    [joint] = [one for one in office.rows(PlanLine) if one.parts]
    assert (joint.department, joint.joining, joint.items) == ("fire", ["market"], ["T-fire", "T-market"])
    assert (str(joint.first_day), str(joint.last_day), joint.about_count) == ("2027-06-01", "2027-08-10", 2)
    locked = office.post(f"/plans/2027/line/{sheet.id}", FIRE, **{**A_LINE, "name": "消防检查"})
    assert "已并入联合项目" in locked.text
    assert office.post(MERGE, "OP", act="split", line=joint.id).status_code == 303
    assert {one.state for one in office.rows(PlanLine, id=sheet.id)} == {PlanLineState.PROPOSED}
    office.post(MERGE, "OP", act="accept", **both)
    [joint] = [one for one in office.rows(PlanLine) if one.parts and one.state is PlanLineState.PROPOSED]
    office.post(
        MERGE,
        "OP",
        act="window",
        line=joint.id,
        name="餐饮联合检查",
        first_day="2027-06-01",
        last_day="2027-06-20",
    )
    office.post(MERGE, "OP", act="decline", one=form.id, other=joint.id)
    look = text_of(office.page(MERGE, "OP"))
    assert "没有可以合并的项目" in look
    assert "餐饮联合检查 联合" in look
    returned = office.post(MERGE, "OP", act="return", department="fire", words="请改")
    assert "先拆开" in returned.text


def _publishing(office: Office) -> None:
    assert office.post(MERGE, "OP", act="publish", number=" ").status_code == 409
    assert office.page(PUBLIC).status_code == 404
    assert office.post(MERGE, "OP", act="publish", number="博州示例发〔2027〕1号").status_code == 303
    assert "没有重复办理" in office.post(MERGE, "OP", act="publish", number="2号").text
    assert "本部门发起2项、参加0项" in office.town.hears(FIRE, "plan_published").text
    assert "本部门发起0项、参加1项" in office.town.hears(MARKET, "plan_published").text
    assert _clock(office, "").state is DeadlineState.MET
    assert _waits_for(office) == {}
    assert {one.state for one in office.rows(PlanFiling)} == {PlanFilingState.MERGED}
    shown = text_of(office.page(PUBLIC))
    assert "共2项 · 文号：博州示例发〔2027〕1号" in shown
    assert "餐饮联合检查 P2027-02" in shown
    assert "发起：消防救援支队 配合：市场监管局" in shown
    assert "人员" not in shown.replace("检查人员", "")
    assert "<b>餐饮</b>" not in office.page(PUBLIC).text
    sheet = load_workbook(BytesIO(office.page(f"{PUBLIC}/plan.xlsx").content)).active
    assert sheet is not None
    assert sheet["F3"].value == "=1+1 <b>餐饮</b>；餐饮服务提供者中的C级"
    assert sheet["F3"].data_type == "s"
    table = list(csv.reader(StringIO(office.page(f"{PUBLIC}/plan.csv").content.decode("utf-8-sig"))))
    assert (len(table), table[2][5][:2]) == (3, "'=")
    body = office.page(f"{PUBLIC}/plan.json").json()
    assert [one["id"] for one in body["lines"]] == ["P2027-01", "P2027-02"]
    assert office.page(f"{PUBLIC}/plan.exe").status_code == office.page("/plans/2031").status_code == 404
    late = office.post("/plans/2027/line", MARKET, **{**A_LINE, "name": "太迟", "items": "T-market"})
    assert (late.status_code, "已公布" in late.text) == (409, True)


def _amending(office: Office) -> None:
    path, change = (
        "/plans/2027/amend/P2027-02",
        {"act": "change", "name": "餐饮联合检查", "items": ["T-fire", "T-market"]},
    )
    change |= {
        "joining": ["market"],
        "object_range": "=1+1 <b>餐饮</b>；餐饮服务提供者中的C级",
        "level": "州",
    }
    [plan] = office.rows(Plan, id="P2027-02")
    change |= {"ratio": plan.ratio, "frequency": plan.frequency, "about_count": str(plan.about_count)}
    days = {"first_day": "2027-06-01", "last_day": "2027-06-20"}
    assert office.post(path, FIRE, reason="不行", **change, **days).status_code == 404
    assert "没有任何改动" in office.post(path, "OP", reason="同样", **change, **days).text
    assert (
        office.post(path, "OP", reason="", **change, **{**days, "last_day": "2027-07-31"}).status_code == 409
    )
    assert (
        office.post(path, "OP", reason="反了", **change, **{**days, "last_day": "2027-05-31"}).status_code
        == 409
    )
    later = {**days, "last_day": "2027-07-31"}
    assert office.post(path, "OP", reason="与换证高峰冲突", **change, **later).status_code == 303
    for who in (FIRE, MARKET):
        assert "与换证高峰冲突" in office.town.hears(who, "plan_amended").text
    with office.town.store.transaction("test") as records:
        records.get(Scheme, "S1").plan_id = "P2027-02"
    office.post("/plans/2027/amend/P2027-02", "OP", act="withdraw", reason="机构改革")
    assert "已经取消" in office.post(path, "OP", act="withdraw", reason="再来").text
    assert "取消" in office.town.hears(MARKET, "plan_amended").text
    assert "已在进行的方案照常办完" in office.town.hears(FIRE, "plan_amended").text
    extra = {**A_LINE, "name": "增加的检查", "items": "T-market", "times": "1"}
    assert office.post("/plans/2027/add", "OP", **extra, department="", reason="新任务").status_code == 422
    assert (
        office.post("/plans/2027/add", "OP", **extra, department="market", reason="新任务").status_code == 303
    )
    assert "新任务" in office.town.hears(MARKET, "plan_amended").text
    kept = office.rows(PlanVersion, plan_id="P2027-02")
    assert [(one.version, one.change, one.by) for one in kept] == [
        (1, "published", "OP"),
        (2, "changed", "OP"),
        (3, "withdrawn", "OP"),
    ]
    assert (kept[0].line["last_day"], kept[1].line["last_day"]) == ("2027-06-20", "2027-07-31")
    page = office.page(PUBLIC)
    shown = text_of(page)
    assert "已取消" in shown
    assert "<s>餐饮联合检查</s>" in page.text
    assert "增加的检查 P2027-03" in shown
    assert "理由：与换证高峰冲突" in shown
    assert "人员OP" not in shown
    assert "人员OP" in office.page(path, "OP").text
    mine = office.page(MINE, FIRE).text
    assert "消防检查" in mine
    assert "撤下" not in mine


def test_a_loaded_plan_counts_as_published_and_is_amended_with_its_record(
    office: Office, tmp_path: Path
) -> None:
    with office.town.store.transaction("test") as records:
        first, last = office.town.now.date(), office.town.now.date() + timedelta(days=30)
        records.add(
            Plan(
                id="P2026-01", year=2026, name="载入的项目", lead_department="fire", first_day=first, last_day=last,
                document_number="博州示例发〔2026〕1号",
            )
        )  # fmt: skip
    assert "载入的项目" in office.page("/plans/2026").text
    assert "由表格载入" in office.page("/plans/desk", "OP").text
    assert (
        office.post("/plans/2026/amend/P2026-01", "OP", act="withdraw", reason="不再需要").status_code == 303
    )
    assert "不再需要" in office.town.hears(FIRE, "plan_amended").text
    assert [one.change for one in office.rows(PlanVersion)] == ["published", "withdrawn"]
    assert "<s>载入的项目</s>" in office.page("/plans/2026").text
    titles = ("计划编号", "年度", "计划名称", "发起部门", "实施开始日期", "实施结束日期")
    older = ("P2026-01", 2026, "旧表里的名称", "消防救援支队", first, last)
    write_workbook(tmp_path / "plan.xlsx", {"年度抽查计划": [titles, older]})
    [said] = told(load(office.town.store, tmp_path))
    assert "计划“P2026-01”已公布并调整过" in said
    assert office.rows(Plan)[0].name == "载入的项目"
    assert office.post("/plans/2028/amend/P2026-01", "OP", act="withdraw", reason="x").status_code in {
        404,
        409,
    }


def test_a_liaison_is_reminded_with_the_button_that_ends_it_and_the_office_after_the_end(
    office: Office,
) -> None:
    town = office.town
    office.post("/plans/desk", "OP", year="2027")
    read_all(town)
    town.wait(timedelta(days=97))  # Monday 1 March: the last ten working days have begun
    digest = town.hears(FIRE, "reminder_digest")
    assert "报送年度计划：2027" in digest.text
    assert buttons(digest)[0] == "报送计划：2027"
    town.press_text(FIRE, "报送计划：2027")
    assert "本部门：还没有报送，共0项" in town.hears(FIRE, "plan_card").text
    town.press(FIRE, "plan_nothing")
    assert "本年没有要发起" in town.hears("HD-fire", "plan_filed").text
    read_all(town)
    town.wait(timedelta(days=14))
    assert unread(town, FIRE) == []
    assert "deadline_overdue" in unread(town, MARKET)
    read_all(town)
    town.type(MARKET, "/plan")
    card = town.hears(MARKET, "plan_card")
    assert "已报送1个部门，未报送1个" in card.text
    assert "4月10日（周六）23:59公布" in card.text
    office.post(MERGE, "OP", act="return", department="fire", words="请再想想<b>")
    assert "请再想想<b>" in town.hears(FIRE, "plan_returned").text
    town.type("HD-fire", "/plan")
    assert "由部门联络员报送" in town.hears("HD-fire", "refused").text
    clocks = [one.state for one in office.rows(Deadline, rule=RuleName.PLAN_SUBMISSION, subject="2027/fire")]
    assert clocks == [DeadlineState.MET, DeadlineState.RUNNING]
