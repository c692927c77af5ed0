"""The published plans, for anybody: a page, and the same as .xlsx, .csv and .json. No person stands in any of them."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from starlette.requests import Request
from starlette.responses import Response

from inspection.departments import department_name
from inspection.registration.registers import PLAN_LINES
from inspection.registration.written import guarded
from inspection.states import PlanLineState
from storage import planning
from storage.store import Records
from storage.tables.planning import PlanLine, PlanVersion, PlanYear
from storage.tables.registers import Plan
from web.house import WebHouse, house_of
from web.pages import page
from web.public import FRESH, not_here
from web.wording import Wording, wording

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = ("number", "id", "name", "kind", "items", "range", "ratio", "frequency", "about", "first", "last", "lead",
            "joining", "level", "document", "state")  # fmt: skip


@dataclass(frozen=True)
class PublicLine:
    """One line as the public reads it; `items` are titles, `state` is empty, `amended` or `withdrawn`."""

    plan: Plan
    items: tuple[tuple[str, str], ...]
    state: str


@dataclass(frozen=True)
class PublicPlan:
    """A year's plan with what was changed of it, the newest change first."""

    year: int
    number: str
    published_at: datetime | None
    lines: tuple[PublicLine, ...]
    amendments: tuple[PlanVersion, ...]


def list_plans(request: Request) -> Response:
    """Every year with a published plan."""
    house = house_of(request)
    with house.store.reading() as records:
        years = planning.public_years(records)
    return page("plans.html", house.language, years=years)


def show_plan(request: Request) -> Response:
    """`/plans/<year>`: the table in the columns in which such plans are published, and the amendments."""
    house = house_of(request)
    plan = _read(request)
    if plan is None:
        return not_here(house)
    return page("plan.html", house.language, plan=plan, is_export=house.is_export)


def give_plan(request: Request) -> Response:
    """`/plans/<year>/plan.xlsx`, `.csv` or `.json`."""
    house, plan = house_of(request), _read(request)
    makers = {"xlsx": _as_xlsx, "csv": _as_csv, "json": _as_json}
    kind = request.path_params["kind"]
    if plan is None or kind not in makers:
        return not_here(house)
    return makers[kind](plan, house)


def _read(request: Request) -> PublicPlan | None:
    year = request.path_params["year"]
    with house_of(request).store.reading() as records:
        return read_plan(records, year) if year <= _LAST_YEAR else None


_LAST_YEAR = 9999


def read_plan(records: Records, year: int) -> PublicPlan | None:
    """What of a year is public; None where nothing is."""
    found = planning.published(records, year)
    if not found:
        return None
    opened = records.find(PlanYear, year)
    titles = planning.item_titles(records, {item for plan, _ in found for item in plan.items})
    numbers = {plan.document_number for plan, _ in found if plan.document_number}
    return PublicPlan(
        year=year,
        number=opened.document_number if opened and opened.document_number else "、".join(sorted(numbers)),
        published_at=opened.published_at if opened and opened.document_number else None,
        lines=tuple(
            PublicLine(plan, tuple((item, titles.get(item, item)) for item in plan.items), _state(line))
            for plan, line in found
        ),
        amendments=tuple(one for one in planning.versions(records, year) if one.change != "published"),
    )


def _state(line: PlanLine | None) -> str:
    states = {PlanLineState.AMENDED: "amended", PlanLineState.WITHDRAWN: "withdrawn"}
    return states.get(line.state, "") if line else ""


def give_template(request: Request) -> Response:
    """`/plans/template.xlsx`: an empty sheet to file lines with, the titles as they are read, with one sample row."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = PLAN_LINES.title
    year = house_of(request).clock().year + 1
    sample = {
        "name": "餐饮服务单位联合抽查（示例，请改）", "kind": "定向", "object_range": "餐饮服务提供者",
        "industry": "餐饮", "ratio": "5%", "times": "每年1次", "level": "州",
        "first_day": f"{year}-06-01", "last_day": f"{year}-08-31",
    }  # fmt: skip
    titles = [column.title for column in PLAN_LINES.columns]
    _fill(sheet, [titles, [sample.get(column.field, "") for column in PLAN_LINES.columns]])
    written = BytesIO()
    workbook.save(written)
    return _file(written.getvalue(), _XLSX, "plan-template.xlsx")


# --- Files ----------------------------------------------------------------------------------------------------------


def _as_xlsx(plan: PublicPlan, house: WebHouse) -> Response:
    w = wording(house.language)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = w("plan_sheet", year=plan.year)
    _fill(sheet, _rows(plan, w))
    if plan.amendments:
        _fill(workbook.create_sheet(w("plan_amendments")), _amendment_rows(plan, w))
    written = BytesIO()
    workbook.save(written)
    return _file(written.getvalue(), _XLSX, f"plan-{plan.year}.xlsx")


def _fill(sheet: Any, rows: Iterable[Sequence[object]]) -> None:
    """A text stays a text, whatever sign it begins with."""
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row, start=1):
            cell = sheet.cell(number, at, value)
            if isinstance(value, str):
                cell.data_type = "s"


def _as_csv(plan: PublicPlan, house: WebHouse) -> Response:
    """With a mark at the beginning by which spreadsheet programs know UTF-8; a text that one would take for a formula
    gets a sign before it."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    for row in _rows(plan, wording(house.language)):
        table.writerow(guarded(one) for one in row)
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv", f"plan-{plan.year}.csv")


def _as_json(plan: PublicPlan, _house: WebHouse) -> Response:
    body = {
        "year": plan.year,
        "document_number": plan.number,
        "published_at": plan.published_at.isoformat() if plan.published_at else None,
        "lines": [
            {
                **{name: _plain(value) for name, value in line.plan.model_dump().items()},
                "items": [{"id": id, "title": title} for id, title in line.items],
                "state": line.state or "published",
            }
            for line in plan.lines
        ],
        "amendments": [
            {
                "plan": one.plan_id,
                "version": one.version,
                "change": one.change,
                "reason": one.reason,
                "at": one.at.isoformat(),
                "line": one.line,
            }
            for one in plan.amendments
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return _file(text.encode(), "application/json", f"plan-{plan.year}.json")


def _rows(plan: PublicPlan, w: Wording) -> Iterable[Sequence[object]]:
    yield [w(f"plan_column_{name}") for name in _COLUMNS]
    for number, line in enumerate(plan.lines, start=1):
        one = line.plan
        yield [
            number, one.id, one.name, w(f"plan_kind_{one.kind}"), "；".join(title for _, title in line.items),
            one.object_range, one.ratio, one.frequency, one.about_count, one.first_day.isoformat(),
            one.last_day.isoformat(), department_name(one.lead_department, w.language),
            "、".join(department_name(id, w.language) for id in one.joining), one.level, one.document_number,
            w(f"plan_state_{line.state or 'published'}"),
        ]  # fmt: skip


def _amendment_rows(plan: PublicPlan, w: Wording) -> Iterable[Sequence[object]]:
    yield [w(f"plan_column_{name}") for name in ("at", "id", "name", "change", "reason")]
    for one in plan.amendments:
        yield [
            one.at.date().isoformat(),
            one.plan_id,
            one.line["name"],
            w(f"plan_change_{one.change}"),
            one.reason,
        ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **FRESH}
    return Response(content, media_type=media_type, headers=headers)
