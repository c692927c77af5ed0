"""The headings under which departments and public platforms keep these lists are known."""

from pathlib import Path

import pytest

from inspection.registration.registers import INSPECTORS, ITEMS, OBJECTS, PLANS, SCHEMES, Register
from storage.store import Store
from storage.tables.registers import RegisteredObject
from tests.registers.folders import OBJECT_TITLES, an_object_row, count_of, load, write_objects

READ = {
    ITEMS: (
        "事项编码 抽查领域/类别 抽查领域 抽查事项(大项) 抽查事项 事项名称 事项类别 发起部门 "
        "配合部门 检查主体及层级 抽查层级 检查对象类型 检查对象 检查依据 依据 检查内容及要求 "
        "内容及要求 检查方式 检查比例 检查频次 次数 检查人员要求 状态 版本 生效日期 "
    ),
    OBJECTS: (
        "对象编号 对象类型 名称 市场主体名称 统一社会信用代码 统一社会信用代码/注册号 登记状态 "
        "行政区划 住所 实际经营地址 联络员及电话 许可证 专项库 信用风险等级 上次检查日期 "
        "本年度已检次数 频次上限 有效标志 "
    ),
    INSPECTORS: (
        "人员编号 姓名 单位 部门机构 地区 职务 业务专长 执法证号(部门) 执法证号 专业资格资质 "
        "是否可任组长 状态 "
    ),
    PLANS: (
        "年度 计划编号 计划名称 抽查任务名称 抽查类型 发起部门 参与部门 抽查事项 检查对象及范围 "
        "检查对象 抽查比例 频次 数量(约) 大约抽取数量 实施层级 实施单位 发文文号 "
    ),
    SCHEMES: (
        "抽查任务 所属计划 抽查事项 每部门人数 检查内容 检查方式 实施层级 检查开始日期 检查结束日期 "
        "具体要求 结果处理方式 名单是否公示 "
    ),
}


@pytest.mark.parametrize("register", READ, ids=lambda register: register.id)
def test_what_public_platforms_call_a_column_is_known(register: Register) -> None:
    known = {title for column in register.columns for title in (column.title, *column.also)}
    assert [title for title in READ[register].split() if title not in known] == []


def test_no_title_means_two_columns_of_one_list() -> None:
    for register in READ:
        titles = [title for column in register.columns for title in (column.title, *column.also)]
        assert len(titles) == len(set(titles)), register.id


def test_row_numbers_are_passed_over_and_columns_of_ones_own_are_only_pointed_out(
    store: Store, tmp_path: Path
) -> None:
    titles = ("序号", *OBJECT_TITLES, "法定代表人", "备注")
    write_objects(tmp_path, [1, *an_object_row(), "云砚岫", "无"], titles=titles)
    report = load(store, tmp_path)
    assert [(one.code, one.column) for one in report.problems] == [
        ("column_unused", "I"),
        ("column_unused", "J"),
    ]
    assert count_of(report, "objects").new == 1


def test_a_columns_own_title_goes_before_another_way_to_head_it(store: Store, tmp_path: Path) -> None:
    titles = ("实际经营地址", *OBJECT_TITLES, "住所")
    write_objects(tmp_path, ["示例路2号", *an_object_row(), "示例路1号"], titles=titles)
    report = load(store, tmp_path)
    assert [(one.code, one.column, one.is_error) for one in report.problems] == [
        ("column_unused", "A", False)
    ]
    with store.reading() as records:
        assert records.get(RegisteredObject, "BL1").address == "示例路1号"
