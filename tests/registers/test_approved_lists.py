"""What lists say of approval, of clues and of special fields."""

from pathlib import Path

from actions.load_registers import load_folder
from inspection.departments import PREFECTURE
from inspection.registration.report import LoadReport
from inspection.roles import Role
from inspection.states import ClueState, SchemeState
from notifications.load_report import report_lines
from storage.store import Store
from storage.tables.clues import Clue, SpecialField
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Scheme
from tests.actions.story import rows_of
from tests.builders import NOW, a_person, a_small_register, an_object

SCHEMES = (
    "方案编号,抽查任务,发起部门,配合部门,抽查事项,检查表编号,检查内容,检查方式,实施层级,具体要求,结果处理方式,"
    "检查开始日期,检查结束日期,审批人,审批日期,审批意见"
)
STRATA = "方案编号,层名称,行业,抽取数量"
CLUES = (
    "来文编号,线索来源,收到日期,来文单位,承办部门,对象编号,无证无照地点,行政区划,抽查事项,检查表编号,反映情况"
)
FIELDS = "领域编号,领域名称,监管部门,监管依据,行业,专项库,检查事项"
WHOLE = "消防安全,实地检查,州,先出示证件,20个工作日内公示,2026-11-30,2026-12-10"


def _load(store: Store, folder: Path, **files: str) -> tuple[LoadReport, str]:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with store.transaction("test") as records:
        report = load_folder(records, folder, at=NOW)
    return report, "\n".join(report_lines(report))


def _scheme(id: str, *, approved: str = ",,", whole: str = WHOLE) -> str:
    return f"{id},{id}联合抽查,市场监管局,消防救援支队,T-market、T-fire,C1,{whole},{approved}"


def test_a_list_says_what_was_approved_on_paper_and_the_rest_waits_for_the_head(
    store: Store, tmp_path: Path
) -> None:
    with store.transaction("test") as records:
        a_small_register(records)
    rows = [
        _scheme("L1", approved="示例局长,2026-11-20,同意"),
        _scheme("L2"),
        _scheme("L3", whole=WHOLE.replace("20个工作日内公示", "")),
        _scheme("L4", approved="示例局长,,"),
    ]
    strata = [f"{id},餐饮,餐饮,1" for id in ("L1", "L2", "L3", "L4")]
    files = {"schemes": "\n".join([SCHEMES, *rows]), "strata": "\n".join([STRATA, *strata])}
    report, said = _load(store, tmp_path, **files)
    assert "审批人和审批日期只填了一个" in said
    assert {one.code for one in report.errors} == {"half_an_approval", "unknown_reference"}
    with store.reading() as records:
        states = {one.id: one.state for one in rows_of(records, Scheme)}
        asked = [one.person_id for one in rows_of(records, OutboxLine, kind="scheme_submitted")]
    assert states == {
        "S1": SchemeState.FILED,
        "L1": SchemeState.FILED,
        "L2": SchemeState.SUBMITTED,
        "L3": SchemeState.DRAFTED,
    }
    assert asked == ["HD-market"]
    # The same list again changes nothing; a signature that came later files what waited.
    rows[3] = _scheme("L4", approved="示例局长,2026-11-20,")
    report, _ = _load(store, tmp_path, schemes="\n".join([SCHEMES, *rows[:3]]))
    assert all(not one.new and not one.changed for one in report.counts)
    rows[1] = _scheme("L2", approved="示例局长,2026-11-23,同意")
    _load(store, tmp_path, schemes="\n".join([SCHEMES, *rows]))
    with store.reading() as records:
        assert records.get(Scheme, "L2").state is SchemeState.FILED
        assert records.get(Scheme, "L4").paper_approver == "示例局长"
        assert rows_of(records, OutboxLine, kind="scheme_submitted")[0].person_id == "HD-market"


PLANS = "计划编号,年度,计划名称,发起部门,实施开始日期,实施结束日期,县（市）"
OF_COUNTY = SCHEMES + ",区划,所属计划"
JINGHE, WENQUAN = "652722", "652723"


def test_a_countys_scheme_from_a_list_is_the_countys(store: Store, tmp_path: Path) -> None:
    with store.transaction("test") as records:
        a_small_register(records)
        for level in (JINGHE, WENQUAN):
            records.add(a_person(f"HD-{level}", roles=(Role.HEAD,), district=level))
            records.add(an_object(level, district=level))
    plans = [
        f"{id},2026,{id}联合抽查,市场监管局,2026-11-01,2026-12-31,{where}"
        for id, where in (("P1", "精河县"), ("P0", ""), ("P9", "精河"))
    ]
    rows = [
        _scheme(id) + f",{where},{plan}"
        for id, where, plan in (
            ("C1", "", "P1"),
            ("C2", "温泉县", ""),
            ("C3", "652722", "P1"),
            ("C4", "", "P0"),
            ("C5", "温泉县", "P1"),
            ("C6", "精河", ""),
        )
    ]
    strata = [STRATA, *(f"C{number},餐饮,餐饮,1" for number in range(1, 7))]
    files = {"plan": "\n".join([PLANS, *plans]), "strata": "\n".join(strata)}
    report, said = _load(store, tmp_path, schemes="\n".join([OF_COUNTY, *rows]), **files)
    unknown = "「行政区划」：“精河”不在可选的词里。应为：博州本级、博乐市、阿拉山口市、精河县、温泉县 之一。"
    for sentence in (
        f"plan.csv 「plan」 第 4 行 G 列 {unknown}",
        f"schemes.csv 「schemes」 第 7 行 Q 列 {unknown}",
        "第 6 行 Q 列 「行政区划」：计划“P1”由另一个县（市）实施。",
    ):
        assert sentence in said
    assert len(report.errors) == 4  # and a stratum of the scheme that could not be read
    with store.reading() as records:
        levels = {one.id: one.district for one in rows_of(records, Scheme)}
        asked = {one.person_id for one in rows_of(records, OutboxLine, kind="scheme_submitted")}
    assert levels == {"S1": PREFECTURE, "C1": JINGHE, "C2": WENQUAN, "C3": JINGHE, "C4": PREFECTURE}
    assert asked == {f"HD-{JINGHE}", f"HD-{WENQUAN}", "HD-market"}
    # A list without the column leaves every level as it is.
    bare = "\n".join([SCHEMES, _scheme("C2"), _scheme("C4")])
    _load(store, tmp_path, schemes=bare, strata="\n".join(strata))
    with store.reading() as records:
        assert records.get(Scheme, "C2").district == WENQUAN


def test_clues_and_special_fields_come_as_lists_and_nothing_twice(store: Store, tmp_path: Path) -> None:
    with store.transaction("test") as records:
        a_small_register(records)
    clues = [
        "12345-1,投诉举报,2026-11-24,12345热线,市场监管局,B1,,,T-market,,后厨有老鼠",
        "12345-2,转办,2026-11-23,,市场监管局,,红星路烧烤摊,精河县,T-market,C1,无证经营",
        "12345-3,投诉举报,2026-11-24,,市场监管局,B1,红星路,,T-market,,两个地方",
        "12345-4,投诉举报,2026-11-24,,市场监管局,B1,,,T-fire,,别的部门",
        "12345-5,投诉举报,2026-11-25,,市场监管局,B1,,,T-market,,明天的",
        "12345-6,投诉举报,2026-11-24,,税务局,B1,,,T-market,,没有负责人",
    ]
    fields = ["F1,危险化学品,市场监管局,示例条例,危险化学品,,T-market", "F2,没有对象,市场监管局,,,,"]
    files = {"clues": "\n".join([CLUES, *clues]), "special_fields": "\n".join([FIELDS, *fields])}
    report, said = _load(store, tmp_path, **files)
    for sentence in (
        "对象编号和无证无照地点要填其中一个",
        "抽查事项“T-fire”属于消防救援支队",
        "日期2026-11-25还没有到",
        "税务局没有登记负责人",
        "没有写这个领域包括哪些对象",
    ):
        assert sentence in said
    with store.reading() as records:
        kept = [
            (one.id, one.state, one.object_id, one.place, one.checklist_id) for one in rows_of(records, Clue)
        ]
        assert kept == [
            ("X26-0001", ClueState.RECEIVED, "B1", "", "C1"),
            ("X26-0002", ClueState.RECEIVED, None, "红星路烧烤摊", "C1"),
        ]
        (field,) = rows_of(records, SpecialField)
        assert field.industries == ["dangerous_goods"]
        letters = len(rows_of(records, OutboxLine))
    again, _ = _load(store, tmp_path, **files)
    assert all(not one.new and not one.changed for one in again.counts)
    with store.reading() as records:
        assert len(rows_of(records, OutboxLine)) == letters
    assert len(report.errors) == len(again.errors)
