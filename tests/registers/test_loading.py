"""Loading as a deed: what is new, changed or the same, strictness, and rows that refer to other rows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import SQLModel, select

from inspection.calendar.beijing import BEIJING
from inspection.forms.filling import Filling
from inspection.forms.form import Form
from inspection.frequency import CapExemption
from inspection.registration.words import CAP_EXEMPTION_WORDS
from inspection.roles import Role
from inspection.states import InspectionState, SchemeState
from notifications.load_report import report_lines
from storage.store import Store
from storage.tables.inspections import Inspection, JournalLine
from storage.tables.registers import (
    Absence,
    Checklist,
    Expert,
    Inspector,
    Person,
    RegisteredObject,
    Scheme,
)
from tests.actions.story import a_drawn_story
from tests.registers.folders import (
    OBJECT_TITLES,
    a_question,
    an_object_row,
    count_of,
    load,
    places,
    told,
    write_checklist,
    write_objects,
    write_workbook,
)

Row = TypeVar("Row", bound=SQLModel)

INSPECTOR_TITLES = (
    "人员编号",
    "姓名",
    "部门",
    "行政区划",
    "执法证号",
    "执法证有效期至",
    "专业资格资质",
    "可任组长",
)
STAFF_TITLES = ("人员编号", "姓名", "部门", "行政区划", "角色")
ITEM_TITLES = ("事项编码", "抽查领域", "抽查事项", "发起部门")
SCHEME_TITLES = (
    "方案编号",
    "抽查任务",
    "发起部门",
    "配合部门",
    "抽查事项",
    "检查表编号",
    "检查开始日期",
    "检查结束日期",
    "人员资格要求",
)
CEREMONY_TITLES = (
    "每户专家人数",
    "专家专业领域",
    "最近检查间隔（天）",
    "频次豁免情形",
    "见证人编号",
    "公开数值",
)
STRATUM_TITLES = ("方案编号", "层名称", "信用风险等级", "行业", "专项库", "抽取比例", "抽取数量")

INSPECTOR = (
    "MKT-1",
    "云砚岫",
    "市场监管局",
    "博乐市",
    "SL0001",
    "2027-06-30",
    "食品安全监管、计量监督",
    "是",
)
SCHEME = ("S1", "餐饮抽查", "市场监管局", "消防救援支队", "MKT-01", "CL-1", "2026-11-30", "2026-12-18", "")
STRATUM = ("S1", "高风险", "C、D", "餐饮", "", "20%", "")


def _rows(store: Store, table: type[Row]) -> list[Row]:
    with store.reading() as records:
        return list(records.session.exec(select(table)))


def _write_people(folder: Path, *inspectors: Any, absences: Any = (), interests: Any = ()) -> None:
    sheets = {
        "执法检查人员名录库": [INSPECTOR_TITLES, *inspectors],
        "不可用时段": [("人员编号", "起始日期", "结束日期", "事由"), *absences],
        "利益关系申报": [("人员编号", "对象编号", "回避情形"), *interests],
    }
    write_workbook(folder / "inspectors.xlsx", sheets)


def _write_questions(folder: Path, *rows: Any) -> None:
    write_checklist(folder / "CL-1.xlsx", *rows)


def _write_scheme(folder: Path, *schemes: Any, strata: Any = (STRATUM,)) -> None:
    item = ("MKT-01", "餐饮", "餐饮服务检查", "市场监管局")
    write_workbook(folder / "items.xlsx", {"抽查事项清单": [ITEM_TITLES, item]})
    _write_questions(folder, a_question(1), a_question(2, "消防救援支队"))
    sheets = {"实施方案": [SCHEME_TITLES, *(schemes or [SCHEME])], "分层抽取": [STRATUM_TITLES, *strata]}
    write_workbook(folder / "schemes.xlsx", sheets)


def test_loading_twice_changes_nothing_and_writes_no_journal(store: Store, tmp_path: Path) -> None:
    write_objects(
        tmp_path, an_object_row(), an_object_row(对象编号="BL2", 对象类型="项目", 统一社会信用代码="")
    )
    _write_people(
        tmp_path,
        INSPECTOR,
        absences=[("MKT-1", "2026-12-01", "2026-12-03", "培训")],
        interests=[("MKT-1", "BL1", "A6")],
    )
    _write_scheme(tmp_path)
    first, second = load(store, tmp_path), load(store, tmp_path)
    assert first.problems == second.problems == ()
    assert {count.register: (count.new, count.changed, count.unchanged) for count in second.counts} == {
        count.register: (0, 0, count.new) for count in first.counts
    }
    assert {count.register for count in first.counts} == {
        "inspectors", "items", "objects", "absences", "interests", "checklists", "schemes",
    }  # fmt: skip
    journal = _rows(store, JournalLine)
    assert [(line.verb, line.details) for line in journal if line.subject == "objects"] == [
        ("registers.loaded", {"new": 2, "changed": 0})
    ]
    assert len(journal) == len(first.counts)
    assert not second.has_changed_anything


def test_a_changed_row_is_changed_alone(store: Store, tmp_path: Path) -> None:
    write_objects(
        tmp_path, an_object_row(), an_object_row(对象编号="BL2", 统一社会信用代码="", 对象类型="产品")
    )
    load(store, tmp_path)
    write_objects(
        tmp_path,
        an_object_row(信用风险等级="D"),
        an_object_row(对象编号="BL3", 统一社会信用代码="", 对象类型="产品"),
    )
    count = count_of(load(store, tmp_path), "objects")
    assert (count.new, count.changed, count.unchanged) == (1, 1, 0)
    assert {one.id: one.credit_class for one in _rows(store, RegisteredObject)} == {
        "BL1": "D",
        "BL2": "B",
        "BL3": "B",
    }


def test_an_older_list_takes_no_visit_away(store: Store, tmp_path: Path) -> None:
    titles = (*OBJECT_TITLES, "上次检查日期", "本年度已检次数")
    write_objects(tmp_path, [*an_object_row(), "2026-03-01", 1], titles=titles)
    load(store, tmp_path)
    with store.transaction() as records:
        visited = records.get(RegisteredObject, "BL1")
        visited.last_inspected_on, visited.visits_this_year = date(2026, 11, 20), 2
    assert count_of(load(store, tmp_path), "objects").unchanged == 1
    (kept,) = _rows(store, RegisteredObject)
    assert (kept.last_inspected_on, kept.visits_this_year) == (date(2026, 11, 20), 2)


def test_an_older_list_does_not_open_what_a_visit_found_gone(store: Store, tmp_path: Path) -> None:
    story = a_drawn_story(store)
    found: Inspection = story.rows(Inspection)[0]
    with store.transaction() as records:
        inspection = records.get(Inspection, found.id)
        inspection.state, inspection.gone_cause = InspectionState.REPLACED, "moved"
        records.get(RegisteredObject, found.object_id).status = "moved"
    titles = (*OBJECT_TITLES, "登记状态")
    write_objects(tmp_path, [*an_object_row(对象编号=found.object_id), "存续"], titles=titles)
    for _ in range(2):
        assert places(load(store, tmp_path)) == [("found_gone", 2, "H")]
        assert story.row(RegisteredObject, found.object_id).status == "moved"
    write_objects(tmp_path, [*an_object_row(对象编号=found.object_id), "注销"], titles=titles)
    assert load(store, tmp_path).problems == ()
    assert story.row(RegisteredObject, found.object_id).status == "closed"


def test_strict_loads_nothing_when_one_row_is_wrong(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(), an_object_row(对象编号="BL2", 信用风险等级="E"))
    _write_people(tmp_path, INSPECTOR)
    report = load(store, tmp_path, strict=True)
    assert places(report) == [
        ("not_in_list", 3, "G"),
    ]
    assert not report.is_loaded
    assert not report.has_changed_anything
    for table in (RegisteredObject, Person, Inspector, JournalLine):
        assert _rows(store, table) == []
    assert report_lines(report)[-1] == "没有导入任何一行：有 1 处错误，且要求全部正确才导入。"
    assert load(store, tmp_path).is_loaded
    assert [one.id for one in _rows(store, RegisteredObject)] == ["BL1"]


def test_the_report_counts_every_register(store: Store, tmp_path: Path) -> None:
    write_objects(
        tmp_path, an_object_row(统一社会信用代码="91"), an_object_row(对象编号="BL2", 对象类型="船")
    )
    lines = report_lines(load(store, tmp_path), "en")
    assert lines[-2:] == [
        "检查对象名录库: 1 new, 0 changed, 0 unchanged, 1 not loaded, 1 warnings",
        "Loaded: 1 errors, 1 warnings.",
    ]


def test_an_inspector_becomes_a_person_and_an_officer(store: Store, tmp_path: Path) -> None:
    _write_people(tmp_path, INSPECTOR)
    load(store, tmp_path)
    (person,) = _rows(store, Person)
    (inspector,) = _rows(store, Inspector)
    assert (person.id, person.name, person.department, person.roles) == (
        "MKT-1",
        "云砚岫",
        "market",
        [Role.OFFICER],
    )
    assert inspector.certificate_expires == date(2027, 6, 30)
    assert inspector.qualifications == ["食品安全监管", "计量监督"]
    assert inspector.may_lead


def test_one_person_in_both_lists_has_all_roles_whatever_comes_first(store: Store, tmp_path: Path) -> None:
    staff = write_workbook(
        tmp_path / "staff.xlsx",
        {"工作人员": [STAFF_TITLES, ("MKT-1", "云砚岫", "市场监管局", "博州本级", "审核员、负责人")]},
    )
    both = [Role.OFFICER, Role.HEAD, Role.REVIEWER]
    _write_people(tmp_path, INSPECTOR)
    load(store, tmp_path)
    assert _rows(store, Person)[0].roles == both
    staff.unlink()
    load(store, tmp_path)
    assert _rows(store, Person)[0].roles == both


def test_a_persons_own_language_stays(store: Store, tmp_path: Path) -> None:
    _write_people(tmp_path, INSPECTOR)
    load(store, tmp_path)
    with store.transaction() as records:
        records.get(Person, "MKT-1").language = "en"
    _write_people(tmp_path, (INSPECTOR[0], "云芷岫", *INSPECTOR[2:]))
    assert count_of(load(store, tmp_path), "inspectors").changed == 1
    (person,) = _rows(store, Person)
    assert (person.name, person.language) == ("云芷岫", "en")


def test_one_id_for_two_people_is_refused(store: Store, tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "staff.xlsx",
        {"工作人员": [STAFF_TITLES, ("MKT-1", "石荞", "市场监管局", "博州本级", "经办人")]},
    )
    _write_people(tmp_path, INSPECTOR)
    report = load(store, tmp_path)
    assert places(report) == [("another_person", 2, "B")]
    assert [one.name for one in _rows(store, Person)] == ["石荞"]
    assert _rows(store, Inspector) == []


def test_absences_and_interests_must_refer_to_what_there_is(store: Store, tmp_path: Path) -> None:
    _write_people(
        tmp_path,
        INSPECTOR,
        absences=[
            ("MKT-9", "2026-12-01", "2026-12-03", ""),
            ("MKT-1", "2026-12-05", "2026-12-03", ""),
            ("MKT-1", "2026-12-01", "2026-12-03", "培训"),
        ],
        interests=[("MKT-1", "BL9", "A2"), ("MKT-1", "BL9", "C1")],
    )
    report = load(store, tmp_path)
    assert sorted(places(report)) == [
        ("ends_before_it_begins", 3, "C"),
        ("not_in_list", 3, "C"),
        ("unknown_reference", 2, "A"),
        ("unknown_reference", 2, "B"),
    ]
    assert any("检查对象名录库中没有“BL9”" in line for line in told(report))
    assert [one.cause for one in _rows(store, Absence)] == ["培训"]


def test_a_checklist_with_new_words_is_a_new_version(store: Store, tmp_path: Path) -> None:
    _write_questions(tmp_path, a_question(1), a_question(2))
    assert count_of(load(store, tmp_path), "checklists").new == 1
    before = (tmp_path / "CL-1.xlsx").read_bytes()
    write_checklist(tmp_path / "CL-1.xlsx", a_question(1), a_question(2), 说明=[("另外一张表",)])
    assert (tmp_path / "CL-1.xlsx").read_bytes() != before
    assert count_of(load(store, tmp_path), "checklists").unchanged == 1
    _write_questions(tmp_path, a_question(1), a_question(2, text="是否有效"))
    assert count_of(load(store, tmp_path), "checklists").changed == 1
    assert [one.version for one in _rows(store, Checklist)] == [1, 2]
    fillings = {one.version: Filling(Form.parse(one.xform)) for one in _rows(store, Checklist)}
    assert [
        (version, one.question.id, filling.label(one, "zh"))
        for version, filling in sorted(fillings.items())
        for one in filling.asked()
        if not one.question.companion_of
    ] == [
        (1, "q1", "是否亮证"),
        (1, "q2", "是否亮证"),
        (2, "q1", "是否亮证"),
        (2, "q2", "是否有效"),
    ]
    assert count_of(load(store, tmp_path), "checklists").unchanged == 1


def test_the_stored_form_is_known_by_its_digest(store: Store, tmp_path: Path) -> None:
    _write_questions(tmp_path, a_question(1))
    load(store, tmp_path)
    [kept] = _rows(store, Checklist)
    assert kept.digest == sha256(kept.xform.encode()).hexdigest()
    assert (kept.title, "urn:shuangsuiji:checklist" in kept.xform) == ("餐饮检查表", True)


def test_a_checklist_with_a_wrong_row_is_not_taken_in_part(store: Store, tmp_path: Path) -> None:
    _write_questions(tmp_path, a_question(1), a_question(2, "乌有局"), a_question(1))
    write_checklist(tmp_path / "CL-2.xlsx", a_question(1, "税务局"), id="CL-2", title="另一张")
    report = load(store, tmp_path)
    assert places(report) == [("not_in_list", 3, "D"), ("field_name_twice", 4, "B")]
    assert [one.id for one in _rows(store, Checklist)] == ["CL-2"]
    assert count_of(report, "checklists").rejected == 1


def test_a_strict_load_takes_no_checklist_when_another_is_wrong(store: Store, tmp_path: Path) -> None:
    _write_questions(tmp_path, a_question(1, "乌有局"))
    write_checklist(tmp_path / "CL-2.xlsx", a_question(1), id="CL-2")
    assert not load(store, tmp_path, strict=True).is_loaded
    assert _rows(store, Checklist) == []


def test_forms_may_lie_in_a_folder_of_their_own_with_their_lists(store: Store, tmp_path: Path) -> None:
    row = ["select_one_from_file towns.csv", "town", "哪里", "税务局", "", ""]
    write_checklist(tmp_path / "checklists" / "CL-1.xlsx", row)
    (tmp_path / "checklists" / "towns.csv").write_text("name,label\n1,博乐\n", encoding="utf-8")
    (tmp_path / "checklists" / "README.md").write_text("# 说明\n", encoding="utf-8")
    report = load(store, tmp_path)
    assert report.problems == ()
    assert "博乐" in _rows(store, Checklist)[0].xform


def test_a_list_beside_a_form_in_the_folder_itself_is_no_unknown_register(
    store: Store, tmp_path: Path
) -> None:
    row = ["select_one_from_file towns.csv", "town", "哪里", "税务局", "", ""]
    write_checklist(tmp_path / "CL-1.xlsx", row)
    for name in ("towns.csv", "other.csv"):
        (tmp_path / name).write_text("name,label\n1,博乐\n", encoding="utf-8")
    [problem] = load(store, tmp_path).problems
    assert (problem.file, problem.code) == ("other.csv", "sheet_unknown")


def test_two_forms_of_one_id_are_told_and_the_first_is_taken(store: Store, tmp_path: Path) -> None:
    write_checklist(tmp_path / "a.xlsx", a_question(1), title="一")
    write_checklist(tmp_path / "b.xlsx", a_question(1), title="二")
    report = load(store, tmp_path)
    assert [(one.file, one.code) for one in report.problems] == [("b.xlsx", "form_twice")]
    assert [one.title for one in _rows(store, Checklist)] == ["一"]


def test_a_workbook_without_a_survey_among_the_checklists_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "checklists").mkdir()
    write_workbook(tmp_path / "checklists" / "plan.xlsx", {"年度抽查计划": [("计划编号",), ("P1",)]})
    [problem] = load(store, tmp_path).problems
    assert (problem.file, problem.code) == ("checklists/plan.xlsx", "no_survey_sheet")


def test_a_table_of_questions_is_no_checklist_any_more(store: Store, tmp_path: Path) -> None:
    write_workbook(tmp_path / "checklists.xlsx", {"检查表": [("检查表编号", "题号"), ("CL-1", 1)]})
    [problem] = load(store, tmp_path).problems
    assert (problem.code, problem.is_error) == ("checklist_is_a_form", True)


def test_a_question_of_no_department_is_the_leads(store: Store, tmp_path: Path) -> None:
    _write_scheme(tmp_path, (*SCHEME[:3], "", *SCHEME[4:]))
    _write_questions(tmp_path, a_question(1, ""))
    assert load(store, tmp_path).problems == ()
    _write_questions(tmp_path, a_question(1, "税务局"))
    codes = {problem.code for problem in load(store, tmp_path).problems}
    assert codes == {"question_without_department", "department_without_question"}


def test_a_scheme_comes_with_its_strata(store: Store, tmp_path: Path) -> None:
    listed = ("S1", "加油站", "", "", "加油站、特种设备使用", "", 3)
    row = (*SCHEME[:-1], "市场监管局：食品安全监管、计量监督；消防救援支队:建筑消防")
    _write_scheme(tmp_path, row, strata=[STRATUM, listed])
    report = load(store, tmp_path)
    assert report.problems == ()
    (scheme,) = _rows(store, Scheme)
    assert scheme.state is SchemeState.DRAFTED  # nobody has approved it, and parts are missing
    assert scheme.departments == ["market", "fire"]
    assert scheme.strata == [
        {"name": "高风险", "where": {"class": ["C", "D"], "industry": ["catering"]}, "ratio": "0.2"},
        {"name": "加油站", "where": {"lists": ["加油站", "特种设备使用"]}, "count": 3},
    ]
    assert scheme.qualifications == {"market": ["食品安全监管", "计量监督"], "fire": ["建筑消防"]}


@pytest.mark.parametrize(
    ("place", "value", "codes"),
    [
        (0, "S1.2", ["id_characters", "unknown_reference"]),
        (0, "S1234567890", ["id_too_long", "unknown_reference"]),
        (3, "消防救援支队、市场监管局", ["lead_joins_itself", "unknown_reference"]),
        (4, "MKT-01、MKT-77", ["unknown_reference"]),
        (5, "CL-9", ["unknown_reference"]),
        (7, "2026-11-01", ["ends_before_it_begins", "unknown_reference"]),
        (8, "食品安全监管", ["not_department_words", "unknown_reference"]),
    ],
)
def test_a_scheme_that_cannot_be_is_refused_with_its_strata(
    store: Store, tmp_path: Path, place: int, value: str, codes: list[str]
) -> None:
    row = [*SCHEME]
    row[place] = value
    _write_scheme(tmp_path, row)
    report = load(store, tmp_path)
    assert sorted(one.code for one in report.errors) == codes
    assert _rows(store, Scheme) == []


@pytest.mark.parametrize(
    ("strata", "codes"),
    [
        ([], ["no_strata"]),
        ([(*STRATUM[:5], "20%", 3)], ["not_whole", "ratio_or_count"]),
        ([(*STRATUM[:5], "", "")], ["not_whole", "ratio_or_count"]),
        ([(*STRATUM[:5], "0%", "")], ["not_a_ratio", "not_whole"]),
        ([(*STRATUM[:5], "120%", "")], ["not_a_ratio", "not_whole"]),
        ([STRATUM, STRATUM], ["not_whole", "repeated"]),
    ],
)
def test_a_scheme_with_wrong_strata_is_not_taken(
    store: Store, tmp_path: Path, strata: list[Any], codes: list[str]
) -> None:
    _write_scheme(tmp_path, strata=strata)
    report = load(store, tmp_path)
    assert sorted(one.code for one in report.errors) == codes
    assert _rows(store, Scheme) == []


@pytest.mark.parametrize(
    ("written", "ratio"), [("5%", "0.05"), (0.07, "0.07"), ("１００％", "1"), (0.1 + 0.2, "0.3"), (1, "1")]
)
def test_a_ratio_is_exact_however_it_is_written(
    store: Store, tmp_path: Path, written: Any, ratio: str
) -> None:
    _write_scheme(tmp_path, strata=[(*STRATUM[:5], written, "")])
    load(store, tmp_path)
    assert _rows(store, Scheme)[0].strata[0]["ratio"] == ratio


def test_departments_and_questions_that_do_not_match_are_pointed_out(store: Store, tmp_path: Path) -> None:
    _write_scheme(tmp_path, (*SCHEME[:3], "税务局", *SCHEME[4:]))
    report = load(store, tmp_path)
    assert [one.code for one in report.warnings] == [
        "department_without_question",
        "question_without_department",
    ]
    assert "税务局" in told(report)[0]
    assert "消防救援支队" in told(report)[1]
    assert len(_rows(store, Scheme)) == 1


def test_a_running_scheme_is_not_changed_by_a_list(store: Store, tmp_path: Path) -> None:
    _write_scheme(tmp_path)
    load(store, tmp_path)
    with store.transaction() as records:
        records.get(Scheme, "S1").state = SchemeState.DRAWN
    same = load(store, tmp_path)
    assert same.problems == ()
    assert count_of(same, "schemes").unchanged == 1
    _write_scheme(tmp_path, strata=[(*STRATUM[:5], "30%", "")])
    other = load(store, tmp_path)
    assert [one.code for one in other.errors] == ["scheme_running"]
    (scheme,) = _rows(store, Scheme)
    assert (scheme.state, scheme.strata[0]["ratio"]) == (SchemeState.DRAWN, "0.2")


def test_csv_files_are_known_by_their_names(store: Store, tmp_path: Path) -> None:
    files: dict[str, list[Sequence[str]]] = {
        "staff": [STAFF_TITLES, ("A1", "石荞", "tax", "652701", "联络员")],
        "检查对象名录库": [OBJECT_TITLES, an_object_row()],
    }
    for stem, rows in files.items():
        (tmp_path / f"{stem}.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    report = load(store, tmp_path)
    assert report.problems == ()
    assert {count.register for count in report.counts} == {"staff", "objects"}


# --- What a draw takes in ---------------------------------------------------------------------------------------------


def _whole_folder(
    folder: Path,
    *,
    strata: Sequence[Sequence[Any]],
    scheme: Sequence[Any] = SCHEME,
    titles: Sequence[str] = SCHEME_TITLES,
    stratum_titles: Sequence[str] = STRATUM_TITLES,
) -> None:
    """Everything that one scheme refers to, with a witness and an expert."""
    items = [
        ITEM_TITLES,
        ("MKT-01", "餐饮", "食品安全", "市场监管局"),
        ("FIR-01", "消防", "用气", "消防救援支队"),
    ]
    write_workbook(folder / "items.xlsx", {"抽查事项清单": items})
    write_checklist(folder / "CL-1.xlsx", a_question(1))
    witnesses = [("见证人编号", "姓名", "身份"), ("WIT-1", "云砚岫", "州人大代表"), ("WIT-2", "石荞", "记者")]
    write_workbook(folder / "witnesses.xlsx", {"见证人名册": witnesses})
    experts = [("专家编号", "姓名", "专业领域", "同时承担席位上限"), ("EXP-1", "柏钰", "食品安全", 7)]
    write_workbook(folder / "experts.xlsx", {"专家库": experts})
    sheets = {"实施方案": [titles, scheme], "分层抽取": [stratum_titles, *strata]}
    write_workbook(folder / "schemes.xlsx", sheets)


def test_a_scheme_says_whom_it_invites_and_how_firms_are_spared(store: Store, tmp_path: Path) -> None:
    _whole_folder(
        tmp_path,
        titles=(*SCHEME_TITLES, *CEREMONY_TITLES),
        scheme=(*SCHEME, 1, "食品安全", 30, "投诉举报", "WIT-1、WIT-2", "示例彩票第1期"),
        stratum_titles=(*STRATUM_TITLES, "抽查事项", "再按以下分层"),
        strata=[(*STRATUM, "MKT-01", "信用风险等级、行政区划")],
    )
    report = load(store, tmp_path)
    assert not [problem for problem in report.problems if problem.is_error]
    [scheme] = _rows(store, Scheme)
    assert (scheme.expert_seats, scheme.expert_field, scheme.stays_away_days) == (1, "食品安全", 30)
    assert (scheme.cap_exemption, scheme.witnesses) == ("complaint", ["WIT-1", "WIT-2"])
    assert scheme.public_value == "示例彩票第1期"
    [stratum] = scheme.strata
    assert (stratum["items"], stratum["split"]) == (["MKT-01"], ["class", "district"])


def test_witnesses_and_experts_become_people_one_can_talk_to(store: Store, tmp_path: Path) -> None:
    _whole_folder(tmp_path, strata=[STRATUM])
    load(store, tmp_path)
    people = {one.id: one for one in _rows(store, Person)}
    assert (people["WIT-1"].roles, people["WIT-1"].department, people["WIT-1"].title) == (
        [Role.WITNESS.value],
        "public",
        "州人大代表",
    )
    assert (people["EXP-1"].roles, people["EXP-1"].department) == ([Role.EXPERT.value], "expert")
    [expert] = _rows(store, Expert)
    assert expert.capacity == 7
    again = load(store, tmp_path)
    assert not any(count.new or count.changed for count in again.counts)


def test_an_outsider_cannot_bear_the_id_of_somebody_of_a_department(store: Store, tmp_path: Path) -> None:
    staff = [STAFF_TITLES, ("WIT-1", "石荞", "税务局", "博乐市", "联络员")]
    write_workbook(tmp_path / "staff.xlsx", {"工作人员": staff})
    _whole_folder(tmp_path, strata=[STRATUM])
    report = load(store, tmp_path)
    assert ("another_person", 2, "A") in places(report)
    assert {one.id: one.department for one in _rows(store, Person)}["WIT-1"] == "tax"


def test_an_unknown_witness_keeps_a_scheme_out(store: Store, tmp_path: Path) -> None:
    scheme = (*SCHEME, 0, "", 0, "", "WIT-9", "")
    _whole_folder(tmp_path, titles=(*SCHEME_TITLES, *CEREMONY_TITLES), scheme=scheme, strata=[STRATUM])
    report = load(store, tmp_path)
    assert any("WIT-9" in line for line in told(report))
    assert _rows(store, Scheme) == []


@pytest.mark.parametrize(
    ("scheme", "stratum", "code"),
    [
        ((*SCHEME, 1, "", 0, "", "", ""), (*STRATUM, "", ""), "half_an_expert"),
        ((*SCHEME, 0, "食品安全", 0, "", "", ""), (*STRATUM, "", ""), "half_an_expert"),
        ((*SCHEME, 0, "", 0, "心情", "", ""), (*STRATUM, "", ""), "not_in_list"),
        (
            (*SCHEME, 0, "", 0, "", "", ""),
            ("S1", "高风险", "C", "", "", "", 3, "", "行政区划"),
            "split_needs_ratio",
        ),
    ],
)
def test_half_of_an_expert_and_a_count_that_is_divided_are_refused(
    store: Store, tmp_path: Path, scheme: Sequence[Any], stratum: Sequence[Any], code: str
) -> None:
    _whole_folder(
        tmp_path,
        titles=(*SCHEME_TITLES, *CEREMONY_TITLES),
        scheme=scheme,
        stratum_titles=(*STRATUM_TITLES, "抽查事项", "再按以下分层"),
        strata=[stratum],
    )
    assert code in {problem.code for problem in load(store, tmp_path).problems}
    assert _rows(store, Scheme) == []


@pytest.mark.parametrize("cause", list(CapExemption))
def test_each_of_the_ten_exempt_causes_has_its_word(cause: CapExemption) -> None:
    assert len(CapExemption) == 10
    assert cause.value in CAP_EXEMPTION_WORDS.values()


VISIT_TITLES = (*OBJECT_TITLES, "本年度已检次数", "本年度各部门已检次数", "检查次数统计截至日期")


def _visits(store: Store) -> tuple[int, dict[str, int], date | None]:
    [one] = _rows(store, RegisteredObject)
    return one.visits_this_year, one.visits_by_department, one.visits_counted_on


def test_visits_by_department_are_read_and_a_later_count_replaces_an_older(
    store: Store, tmp_path: Path
) -> None:
    counted = "市场监管局：2；消防救援支队:1"
    for row, expected in (
        ((3, counted, "2026-11-01"), (3, {"market": 2, "fire": 1}, date(2026, 11, 1))),
        ((1, "市场监管局：1", "2026-06-01"), (3, {"market": 2, "fire": 1}, date(2026, 11, 1))),
        ((9, "", ""), (3, {"market": 2, "fire": 1}, date(2026, 11, 1))),
        ((0, "", "2027-01-10"), (0, {}, date(2027, 1, 10))),
    ):
        write_objects(tmp_path, [*an_object_row(), *row], titles=VISIT_TITLES)
        assert not load(store, tmp_path).problems
        assert _visits(store) == expected


def test_undated_counts_take_no_visit_away(store: Store, tmp_path: Path) -> None:
    for counted in ("市场监管局：2", "消防救援支队：1、市场监管局：1"):
        write_objects(tmp_path, [*an_object_row(), 1, counted, ""], titles=VISIT_TITLES)
        load(store, tmp_path)
    assert _visits(store) == (1, {"market": 2, "fire": 1}, None)


@pytest.mark.parametrize("words", ["市场监管局", "市场监管局：两次", "某某局：1"])
def test_a_count_that_names_no_department_or_no_number_is_refused(
    store: Store, tmp_path: Path, words: str
) -> None:
    write_objects(tmp_path, [*an_object_row(), 0, words, ""], titles=VISIT_TITLES)
    [problem] = load(store, tmp_path).problems
    assert problem.is_error
    assert problem.column == "I"


def test_a_list_that_is_not_to_be_public_needs_the_law_that_says_so(store: Store, tmp_path: Path) -> None:
    titles = (*SCHEME_TITLES, "名单是否公示", "名单不公示的依据")

    def write(*reason: str) -> None:
        _write_scheme(tmp_path)
        sheets: dict[str, list[Any]] = {
            "实施方案": [titles, (*SCHEME, *reason)],
            "分层抽取": [STRATUM_TITLES, STRATUM],
        }
        write_workbook(tmp_path / "schemes.xlsx", sheets)

    write("否", "")
    [problem] = load(store, tmp_path).errors
    assert (problem.code, problem.row, problem.heading) == ("list_reason_needed", 2, "名单不公示的依据")
    assert _rows(store, Scheme) == []
    write("否", "《示例条例》第三条")
    assert load(store, tmp_path).errors == ()
    (scheme,) = _rows(store, Scheme)
    assert (scheme.is_list_public, scheme.list_withheld_basis) == (False, "《示例条例》第三条")


def test_the_hour_of_the_names_is_a_day_with_a_time_before_the_visits_begin(
    store: Store, tmp_path: Path
) -> None:
    def read(hour: object) -> list[tuple[str, str]]:
        _write_scheme(tmp_path)
        titles = (*SCHEME_TITLES, "名称公布时间")
        sheets: dict[str, list[Any]] = {
            "实施方案": [titles, (*SCHEME, hour)],
            "分层抽取": [STRATUM_TITLES, STRATUM],
        }
        write_workbook(tmp_path / "schemes.xlsx", sheets)
        errors = load(store, tmp_path).errors
        return [
            (one.code, one.heading) for one in errors if one.code != "unknown_reference"
        ]  # of its stratum

    first = dict(zip(SCHEME_TITLES, SCHEME, strict=True))["检查开始日期"]
    begins = datetime.fromisoformat(str(first))
    for wrong in (str(first), f"{first} 25:00", "明天8点"):
        assert read(wrong) == [("not_a_moment", "名称公布时间")]
    assert read(begins + timedelta(minutes=1)) == [("names_open_too_late", "名称公布时间")]
    assert _rows(store, Scheme) == []
    before = begins - timedelta(days=1, hours=-8)
    for right in (before, f"{before.year}年{before.month}月{before.day}日8:00", f"{before:%Y/%m/%d %H：%M}"):
        assert read(right) == []
        (scheme,) = _rows(store, Scheme)
        assert scheme.names_open_at == before.replace(tzinfo=BEIJING)
