"""Folders of spreadsheets as departments send them, written for one test each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from actions.load_registers import load_folder
from inspection.registration.report import LoadReport, RegisterCount
from notifications.load_report import problem_line
from storage.store import Store

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
GOOD_CODE = "91350100M000100Y43"

OBJECT_TITLES = ("对象编号", "对象类型", "名称", "统一社会信用代码", "行政区划", "行业", "信用风险等级")


def an_object_row(**changes: Any) -> list[Any]:
    """A good row under `OBJECT_TITLES`; a change is named by the title."""
    row = dict(zip(OBJECT_TITLES, ("BL1", "企业", "示例餐馆", GOOD_CODE, "博乐市", "餐饮", "B"), strict=True))
    assert changes.keys() <= row.keys()
    return list({**row, **changes}.values())


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()
) -> Path:
    """A workbook with these rows from A1 on; `merged` are ranges of its first sheet."""
    workbook = Workbook()
    del workbook["Sheet"]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for extent in merged:
        workbook.worksheets[0].merge_cells(extent)
    workbook.save(path)
    return path


def write_objects(folder: Path, *rows: Sequence[Any], titles: Sequence[str] = OBJECT_TITLES) -> Path:
    """`objects.xlsx` with these rows."""
    return write_workbook(folder / "objects.xlsx", {"检查对象名录库": [titles, *rows]})


QUESTION_TITLES = ("type", "name", "label", "department", "basis", "important")
ANSWERS = (("list_name", "name", "label"), ("answer", "yes", "是"), ("answer", "no", "否"))


def a_question(number: int, department: str = "市场监管局", text: str = "是否亮证") -> list[Any]:
    """A row under `QUESTION_TITLES` that is answered by yes or no."""
    return ["select_one answer", f"q{number}", text, department, "", "no"]


def write_checklist(
    path: Path, *rows: Sequence[Any], id: str = "CL-1", title: str = "餐饮检查表", **more: Any
) -> Path:
    """An XLSForm with these rows below `QUESTION_TITLES`; `more` are further sheets."""
    path.parent.mkdir(exist_ok=True)
    settings = [("form_title", "form_id"), (title, id)]
    return write_workbook(
        path, {"survey": [QUESTION_TITLES, *rows], "choices": ANSWERS, "settings": settings, **more}
    )


def load(store: Store, folder: Path, *, strict: bool = False) -> LoadReport:
    """One load in one transaction."""
    with store.transaction() as records:
        return load_folder(records, folder, at=AT, strict=strict)


def count_of(report: LoadReport, register: str) -> RegisterCount:
    return next(count for count in report.counts if count.register == register)


def places(report: LoadReport) -> list[tuple[str, int, str]]:
    """Code, row and column letters of each problem, in the report's order."""
    return [(problem.code, problem.row, problem.column) for problem in report.problems]


def told(report: LoadReport, language: str = "zh") -> list[str]:
    return [problem_line(problem, language) for problem in report.problems]
