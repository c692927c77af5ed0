"""Spreadsheets of plan lines as departments send them."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

TITLES = (
    "抽查任务名称", "抽查类型", "配合部门", "抽查事项", "检查对象及范围", "信用风险等级",
    "行业", "抽查比例", "数量（约）", "频次", "实施层级", "实施开始日期", "实施结束日期",
)  # fmt: skip


def a_row(name: str, item: str, **changes: Any) -> list[Any]:
    """A good row under `TITLES`; a change is named by the title."""
    row = dict.fromkeys(TITLES, "")
    row |= {
        "抽查任务名称": name, "抽查类型": "定向", "抽查事项": item, "检查对象及范围": "餐饮服务提供者",
        "行业": "餐饮", "抽查比例": "50%", "频次": "每年1次", "实施层级": "州",
        "实施开始日期": "2027-06-01", "实施结束日期": "2027-06-30",
    }  # fmt: skip
    assert changes.keys() <= row.keys()
    return list({**row, **changes}.values())


def a_sheet(*rows: list[Any]) -> bytes:
    """A workbook with these rows."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "年度计划报送"
    for number, row in enumerate((TITLES, *rows), start=1):
        for at, value in enumerate(row, start=1):
            sheet.cell(number, at, value).data_type = "s"  # "=…" would become a formula
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def write_sheet(path: Path, *rows: list[Any]) -> Path:
    path.write_bytes(a_sheet(*rows))
    return path
