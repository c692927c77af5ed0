"""公示公告: by department, each with its four tabs as public bulletins have them; the item list; one line of a plan
with its signature."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from inspection.departments import DEPARTMENTS, DISTRICTS, department_name
from inspection.open_data import ITEM_LIST_SUBJECT, BundleKind
from storage import public, publicity
from storage.publicity import Wanted
from storage.store import Records
from storage.tables.publicity import PublicBundle
from web import asked
from web.house import house_of
from web.pages import page
from web.public import PAGE, not_here, result_lines

TABS = ("items", "plans", "tasks", "results")
ITEMS_ON_A_PAGE = 100


@dataclass(frozen=True)
class ItemList:
    """The published item list: its bundle, and what stands in it."""

    bundle: PublicBundle | None
    items: tuple[dict[str, Any], ...]


def published_items(records: Records) -> ItemList:
    """The newest version that was made public."""
    bundle = publicity.newest_bundle(records, BundleKind.ITEM_LIST, ITEM_LIST_SUBJECT)
    return ItemList(bundle, tuple(json.loads(bundle.bundle)["items"]) if bundle else ())


def list_departments(request: Request) -> Response:
    """`/departments`: where the bulletins of each begin."""
    house = house_of(request)
    return page("departments.html", house.language, departments=DEPARTMENTS, is_export=house.is_export)


def show_department(request: Request) -> Response:
    """`/departments/<id>/<tab>`: items, plans, tasks, results of one lead department."""
    house = house_of(request)
    id, tab = asked.part(request, "id"), request.path_params.get("tab", TABS[0])
    if id not in DEPARTMENTS or tab not in TABS:
        return not_here(house)
    before = asked.whole(request, "before")
    with house.store.reading() as records:
        shown, next_before = _of_department(records, id, tab, before, asked.day_and_id(request))
    return page(
        "department.html",
        house.language,
        id=id,
        tab=tab,
        tabs=TABS,
        shown=shown,
        next_page=asked.address(f"/departments/{id}/{tab}", before=next_before) if next_before else "",
        is_export=house.is_export,
    )


def _of_department(
    records: Records, id: str, tab: str, before: int, cursor: Any
) -> tuple[list[Any], int | str]:
    """The lines of one tab, and where the next page begins."""
    if tab == "items":
        items = [one for one in published_items(records).items if one["initiator"] == department_name(id)]
        return items[before : before + ITEMS_ON_A_PAGE], _next(len(items), before)
    if tab == "plans":
        plans = [one for one in public.plans(records) if one.lead_department == id]
        return plans[before : before + ITEMS_ON_A_PAGE], _next(len(plans), before)
    if tab == "tasks":
        tasks = public.tasks(records, department=id, before=cursor, limit=PAGE + 1)
        last = tasks[PAGE - 1] if len(tasks) > PAGE else None
        return list(tasks[:PAGE]), f"{last.first_day}_{last.id}" if last else ""
    found = publicity.results(records, Wanted(department=id, before=before), limit=PAGE)
    return list(result_lines(records, found.rows)), found.next_before


def _next(number: int, before: int) -> int:
    return before + ITEMS_ON_A_PAGE if before + ITEMS_ON_A_PAGE < number else 0


def list_items(request: Request) -> Response:
    """`/items`: 抽查事项清单 in its newest version; `?department=`, `?page=` from 1."""
    house, department = house_of(request), asked.department(request)
    number = max(1, asked.whole(request, "page", most=100_000))
    with house.store.reading() as records:
        found = published_items(records)
    name = department_name(department) if department else ""
    items = [one for one in found.items if not name or name in (one["initiator"], *one["joining"])]
    return page(
        "items.html",
        house.language,
        bundle=found.bundle,
        items=items[(number - 1) * ITEMS_ON_A_PAGE : number * ITEMS_ON_A_PAGE],
        total=len(items),
        number=number,
        pages=-(-len(items) // ITEMS_ON_A_PAGE),
        department=department,
        departments=DEPARTMENTS,
        is_export=house.is_export,
    )


def show_item(request: Request) -> Response:
    """`/items/<id>`: one matter with its basis."""
    house = house_of(request)
    with house.store.reading() as records:
        found = published_items(records)
    item = next((one for one in found.items if one["itemId"] == asked.part(request, "id")), None)
    if item is None or found.bundle is None:
        return not_here(house)
    return page("item.html", house.language, item=item, bundle=found.bundle, is_export=house.is_export)


def show_plan(request: Request) -> Response:
    """`/plan/<id>`: one line of a yearly plan, with its signed bundle."""
    house = house_of(request)
    with house.store.reading() as records:
        bundle = publicity.newest_bundle(records, BundleKind.PLAN, asked.part(request, "id"))
    if bundle is None:
        return not_here(house)
    return page(
        "plan_line.html",
        house.language,
        plan=json.loads(bundle.bundle),
        bundle=bundle,
        is_export=house.is_export,
    )


def find_by_letter(request: Request) -> Response:
    """`/find`: districts and the letters under which they have results, for who would rather not type."""
    house = house_of(request)
    with house.store.reading() as records:
        found = [
            (district, publicity.initials_of(records, district))
            for district in publicity.districts_of_results(records)
        ]
    return page("find.html", house.language, found=found, is_export=house.is_export)


def list_by_letter(request: Request) -> Response:
    """`/find/<district>/<letter>`: results of a district under one letter; `other` is what begins with none."""
    house = house_of(request)
    district, letter = asked.part(request, "district"), asked.part(request, "letter")
    if district not in DISTRICTS:
        return not_here(house)
    wanted = Wanted(
        district=district,
        initial="#" if letter == "other" else letter,
        before=asked.whole(request, "before"),
    )
    with house.store.reading() as records:
        found = publicity.results(records, wanted, limit=PAGE)
        lines = result_lines(records, found.rows)
    here = f"/find/{district}/{letter}"
    return page(
        "letter.html",
        house.language,
        district=district,
        letter=wanted.initial,
        found=lines,
        next_page=asked.address(here, before=found.next_before) if found.next_before else "",
        is_export=house.is_export,
    )


def to_scheme(request: Request) -> Response:
    """A task is a scheme, and has one address."""
    return RedirectResponse(f"/schemes/{request.path_params['id']}", status_code=308)


def to_schemes(_request: Request) -> Response:
    return RedirectResponse("/schemes", status_code=308)
