"""A scheme from its first draft on a page to the head's phone, and what a confirmed team reads."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from inspection.roles import Role
from inspection.states import BriefingState, CountersignState, SchemeState
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingAct,
    BriefingButton,
    CountersignAct,
    CountersignButton,
    SupplementAct,
    SupplementButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.registers import Plan, Scheme
from storage.tables.schemes import Briefing, Countersignature
from tests.actions.story import changing, rows_of
from tests.builders import NOW, a_person
from tests.journeys.town import Town
from tests.web.houses import House, a_client, a_house

ID = "R26-001"
FORM: dict[str, Any] = {
    "name": "示例餐饮<b>联合</b>抽查",
    "joining": "消防救援支队",
    "items": ["T-market", "T-fire"],
    "checklist_id": "C1",
    "row1-name": "全部餐饮",
    "row1-industry": "餐饮",
    "row1-count": "1",
    "content": "食品安全、用气安全",
    "method": "实地检查",
    "level": "州、县（市）",
    "first_day": "2026-11-30",
    "last_day": "2026-12-10",
    "requirements": "先出示证件",
    "key_points": "先看许可，再看后厨",
    "notes": "两人以上同时在场",
    "needs_briefing": "是",
    "handling": "20个工作日内公示",
    "seats_per_department": "2",
    "witnesses": "W1",
}


def _house(town: Town, folder: Path) -> House:
    house = a_house(town.store, folder, is_demo=True)
    house.clock.now = town.now
    return house


def _a_plan(store: Store) -> None:
    with changing(store) as records:
        records.add(
            Plan(
                id="P2026-01",
                year=2026,
                name="餐饮服务单位联合抽查",
                lead_department="market",
                joining=["fire"],
                items=["T-market", "T-fire"],
                object_range="餐饮服务提供者",
                ratio="5%",
                level="州、县（市）",
                first_day=NOW.date(),
                last_day=NOW.date() + timedelta(days=30),
            ),
            a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)),
            a_person("HD2", department="market", roles=(Role.OFFICER,)),
        )


def _post(door: httpx.Client, path: str, /, *, who: str = "OP", **fields: Any) -> httpx.Response:
    return door.post(f"{path}?chat={who}", data=fields)


def test_a_scheme_is_written_countersigned_returned_approved_and_its_teams_are_briefed(
    town: Town, tmp_path: Path
) -> None:
    _a_plan(town.store)
    town.enrol_everybody("OP-fire")
    with a_client(_house(town, tmp_path)) as door:
        _writes_a_draft_with_gaps(town, door)
        _submits_it(town, door)
        _heads_speak(town)
        _comes_back_and_goes_again(town, door)
    _is_drawn_and_briefed(town)


def _writes_a_draft_with_gaps(town: Town, door: httpx.Client) -> None:
    # Who is no operator of the lead department has no form, and nobody's draft is another's.
    assert door.get("/schemes/new?chat=market-1").status_code == 404
    assert door.get("/schemes/new?plan=P2026-01&chat=OP-fire").status_code == 404
    mine = door.get("/schemes/mine?chat=OP")
    assert "按计划编写：餐饮服务单位联合抽查" in mine.text
    # The line of the plan says what it knows.
    form = door.get("/schemes/new?plan=P2026-01&chat=OP").text
    for known in (
        'value="餐饮服务单位联合抽查"',
        'value="5%"',
        'value="餐饮服务提供者"',
        'value="2026-11-24"',
    ):
        assert known in form
    # A draft may have gaps, and what can't be read is kept as it was typed.
    typed = {
        "plan_id": "P2026-01", "name": FORM["name"], "items": ["T-market", "T-fire"], "row1-ratio": "五成半",
        "first_day": "明天", "seats_per_department": "2",
    }  # fmt: skip
    kept = _post(door, "/schemes/new", **typed)
    assert kept.status_code == 303
    page = door.get(kept.headers["location"])
    assert ID in kept.headers["location"]
    assert "示例餐饮&lt;b&gt;联合&lt;/b&gt;抽查" in page.text
    assert 'value="五成半"' in page.text
    assert 'value="明天"' in page.text
    assert "还缺：" in page.text
    assert "抽查内容" in page.text
    assert (
        "有3处填写的内容无法识别" in page.text
    )  # the ratio, the day, an item of a department that is not invited
    refused = _post(door, f"/schemes/{ID}/edit", do="submit", **typed)
    assert refused.status_code == 409
    assert "无法识别" in refused.text
    assert door.get(f"/schemes/{ID}/edit?chat=OP-fire").status_code == 404
    assert _post(door, f"/schemes/{ID}/edit", who="OP-fire", **typed).status_code == 404
    # Nothing of it can be drawn, and the phone says why.
    town.type("OP", "/schemes")
    town.hears("OP", "scheme_list")
    town.press_text("OP", "示例餐饮<b>联合</b>抽查")
    card = town.hears("OP", "scheme_card")
    assert "还缺：抽查任务、对象范围及比例" in card.text


def _submits_it(town: Town, door: httpx.Client) -> None:
    without = _post(door, f"/schemes/{ID}/edit", do="submit", **{**FORM, "handling": ""})
    assert without.status_code == 409
    assert "方案还缺：结果处理方式" in without.text
    withheld = _post(door, f"/schemes/{ID}/edit", do="submit", **FORM, is_list_public="否")
    assert "法律依据" in withheld.text
    sent = _post(door, f"/schemes/{ID}/edit", do="submit", **FORM, plan_id="P2026-01")
    assert sent.status_code == 303, sent.text
    asked = town_hears(town, "HD-market", "scheme_submitted")
    assert "3户中抽1户" in asked
    assert "席位4个" in asked
    assert "消防救援支队：还没有答复" in asked
    assert "北京时间11月26日（周四）23:59前" in asked
    assert "会签" in town_hears(town, "HD-fire", "countersign_asked")
    refused = _post(door, f"/schemes/{ID}/edit", **FORM)
    assert refused.status_code == 409
    assert "先撤回" in refused.text


def town_hears(town: Town, who: str, kind: str) -> str:
    """Delivers what a page has caused, and reads it."""
    town.settle()
    return town.hears(who, kind).text


def _heads_speak(town: Town) -> None:
    # Nobody else decides: not the head of the other department, not the operator, not an officer.
    for who in ("HD-fire", "OP", "market-1"):
        town.press_data(who, ApprovalButton(ApprovalAct.APPROVE, ID))
        town.hears(who, "refused")
        town.press_data(who, CountersignButton(CountersignAct.SIGN, f"{ID}/1/market"))
        town.hears(who, "refused")
    town.press_data("market-1", ApprovalButton(ApprovalAct.PARTS, ID))
    town.hears("market-1", "refused")
    # The other department looks at the parts, objects with words, and may agree later.
    town.press("HD-fire", "approval_parts")
    assert "先看许可，再看后厨" in town.hears("HD-fire", "scheme_parts").text
    town.press("HD-fire", "back")
    town.hears("HD-fire", "countersign_asked")
    town.press("HD-fire", "countersign_object")
    town.hears("HD-fire", "ask_objection")
    town.type("HD-fire", "/where")
    assert "您正在填写一段说明" in town.hears("HD-fire", "where").text
    town.type("HD-fire", "我队本月有全员培训")
    assert "您已提出意见" in town.hears("HD-fire", "countersign_asked").text
    assert "我队本月有全员培训" in town.hears("OP", "scheme_objected").text
    assert "有意见，“我队本月有全员培训”" in town.hears("HD-market", "scheme_submitted").text
    # A head who has lost the card finds it.
    town.type("HD-market", "/where")
    assert "等您审批" in town.hears("HD-market", "where").text
    town.hears("HD-market", "scheme_submitted")
    # Returned with words.
    town.press("HD-market", "approval_return")
    town.hears("HD-market", "ask_scheme_return_words")
    town.type("HD-market", "请把检查时间改到12月")
    assert "请把检查时间改到12月" in town.hears("HD-market", "scheme_decided").text
    assert "请把检查时间改到12月" in town.hears("OP", "scheme_returned").text
    town.press_data("HD-market", ApprovalButton(ApprovalAct.APPROVE, ID))
    assert "没有重复办理" in town.hears("HD-market", "refused").text
    town.press_data("HD-fire", CountersignButton(CountersignAct.SIGN, f"{ID}/1/fire"))
    assert "会签已经结束" in town.hears("HD-fire", "refused").text
    town.press("OP", "refresh")
    assert "请把检查时间改到12月" in town.hears("OP", "scheme_card").text


def _types_the_hour_of_the_names(town: Town) -> None:
    town.press("OP", "scheme_hour")
    assert "“2026-12-01 00:00”" in town.hears("OP", "ask_names_hour").text
    for words, said in (("明天", "“明天”不是日期加时间"), ("2026-12-01 00:01", "12月1日（周二）")):
        town.type("OP", words)
        assert said in town.hears("OP", "refused").text
    town.type("OP", "无")
    assert "名称公布时间" not in town.hears("OP", "scheme_card").text
    town.press("OP", "scheme_hour")
    town.hears("OP", "ask_names_hour")
    town.type("OP", "2026年12月1日0:00")
    assert "名称公布时间：北京时间12月1日（周二）00:00" in town.hears("OP", "scheme_card").text


def _comes_back_and_goes_again(town: Town, door: httpx.Client) -> None:
    later = {**FORM, "first_day": "2026-12-01", "plan_id": "P2026-01", "names_open_at": "2026-11-30T12:00"}
    assert _post(door, f"/schemes/{ID}/edit", do="save", **later).status_code == 200
    town.press("OP", "refresh")
    assert "名称公布时间：北京时间11月30日（周一）12:00" in town.hears("OP", "scheme_card").text
    _types_the_hour_of_the_names(town)
    assert 'value="2026-12-01T00:00"' in door.get(f"/schemes/{ID}/edit?chat=OP").text
    town.press("OP", "scheme_submit")
    assert "等人员HD-market批准" in town.hears("OP", "scheme_card").text
    asked = town.hears("HD-market", "scheme_submitted").text
    assert "检查对象名称公布时间：北京时间12月1日（周二）00:00" in asked
    town.press_data("OP", SchemeButton(SchemeAct.HOUR, ID))
    assert "先撤回" in town.hears("OP", "refused").text
    town.hears("HD-fire", "countersign_asked")
    town.press("OP", "scheme_withdraw")
    town.hears("OP", "scheme_card")
    assert "不需要审批" in town.hears("HD-market", "scheme_withdrawn").text
    assert "不需要会签" in town.hears("HD-fire", "scheme_withdrawn").text
    town.press_data("HD-market", ApprovalButton(ApprovalAct.APPROVE, ID))
    assert "已撤回" in town.hears("HD-market", "refused").text
    town.press("OP", "scheme_hour")
    town.hears("OP", "ask_names_hour")
    town.type("OP", "无")
    town.hears("OP", "scheme_card")
    # Submitted once more and forgotten: the head is reminded, with the button that ends it.
    town.press("OP", "scheme_submit")
    town.hears("OP", "scheme_card")
    town.hears("HD-market", "scheme_submitted")
    town.hears("HD-fire", "countersign_asked")
    town.wait(timedelta(days=1, hours=2))
    digest = town.hears("HD-market", "reminder_digest")
    assert "示例餐饮<b>联合</b>抽查" in digest.text
    town.press_data("HD-market", ApprovalButton(ApprovalAct.CARD, ID))
    town.hears("HD-market", "scheme_submitted")
    town.press("HD-market", "approval_approve")
    assert "已批准" in town.hears("HD-market", "scheme_decided").text
    town.hears("OP", "scheme_approved")
    town.press_data("HD-market", ApprovalButton(ApprovalAct.APPROVE, ID))
    assert "没有重复办理" in town.hears("HD-market", "refused").text
    with town.store.reading() as records:
        assert records.get(Scheme, ID).state is SchemeState.FILED
        said = [one.state for one in rows_of(records, Countersignature)]
        assert said == [CountersignState.OBJECTED, CountersignState.OVER, CountersignState.OVER]


def _is_drawn_and_briefed(town: Town) -> None:
    town.press("OP", "scheme_prepare")
    town.press("OP", "scheme_announce")
    town.type("W1", "4 1 6")
    town.press("W1", "number_send")
    town.press("OP", "scheme_draw")
    team = town.holders_who_hear("assignment_drawn")
    assert len(team) == 4
    for who in team:
        town.press(who, "accept")
        town.hears(who, "assignment_accepted")
    (lead,) = town.holders_who_hear("team_ready")
    town.press(lead, "confirm_team")
    assert "还没有阅的" in town.hears(lead, "team_confirmed").text
    assert town.holders_who_hear("visit_card") == team
    with town.store.reading() as records:
        sent = {one.person_id: one.id for one in rows_of(records, Briefing)}
    assert sorted(sent) == team
    fire = next(who for who in team if who.startswith("fire"))
    told = town.hears(fire, "briefed").text
    assert "您的任务（消防救援支队，2题）" in told
    assert "市场监管局负责：市场监管局检查事项T-market（2题）" in told
    assert "先看许可，再看后厨" in told
    # Only its reader reads it, and once.
    town.press_data(lead, BriefingButton(BriefingAct.READ, sent[fire]))
    town.hears(lead, "refused")
    town.press(fire, "briefing_read")
    assert "已阅" in town.hears(fire, "briefed").text
    town.press_data(fire, BriefingButton(BriefingAct.READ, sent[fire]))
    assert "没有重复办理" in town.hears(fire, "refused").text
    # The operator adds a word, which everybody is asked to read again.
    town.press_data("OP-fire", SupplementButton(SupplementAct.ASK, ID))
    town.hears("OP-fire", "refused")
    town.press_data("OP", SupplementButton(SupplementAct.ASK, ID))
    assert "4人" in town.hears("OP", "ask_supplement").text
    town.type("OP", "请增带测温计")
    town.hears("OP", "supplement_sent")
    assert "请增带测温计" in town.hears(fire, "briefed").text
    # One reminder before the first day, to those who have not read.
    town.press(fire, "briefing_read")
    town.hears(fire, "briefed")
    town.now = NOW.replace(day=30, hour=8)
    town.settle()
    reminded = town.holders_who_hear("reminder_digest")
    assert fire not in reminded
    assert reminded == [who for who in team if who != fire]
    # The lead is asked once, and is not stopped.
    town.now = NOW.replace(month=12, day=1)
    town.settle()
    for head in ("HD-market", "HD-fire"):
        town.press(head, "approve_all", number=1)
    town.press(lead, "start_visit")
    unread = town.hears(lead, "briefings_unread")
    assert f"人员{fire}" not in unread.text
    town.press(lead, "start_visit_anyway")
    town.hears(lead, "visit_started")
    with town.store.reading() as records:
        states = {one.person_id: one.state for one in rows_of(records, Briefing)}
        assert states[fire] is BriefingState.READ
        verbs = [one.verb for one in rows_of(records, JournalLine, subject=ID)]
    assert [one for one in verbs if one.startswith("scheme.")] == [
        *["scheme.draft"] * 5, "scheme.submit", "scheme.return",
        "scheme.draft", "scheme.names_hour", "scheme.names_hour", "scheme.submit", "scheme.withdraw",
        "scheme.names_hour", "scheme.submit", "scheme.approve",
        "scheme.announce", "scheme.draw", "scheme.supplement",
    ]  # fmt: skip
