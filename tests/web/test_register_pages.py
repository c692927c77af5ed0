"""The pages of the registers: who may change what, forms that are checked, a load that is looked at, a policy."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlmodel import select

from actions.enrolment import issue_code
from inspection.departments import JOINT_OFFICE
from inspection.roles import Role
from storage import register_history as history
from storage.register_rows import find_row
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.registers import Absence, Inspector, RegisteredObject
from tests.builders import a_person, an_inspector, an_item, an_object
from tests.stores import on_both
from tests.web.houses import House, a_house
from web.app import make_app

PEOPLE = (
    ("MKT-OP", "market", Role.OPERATOR, "zh"),
    ("FIR-LIA", "fire", Role.LIAISON, "en"),
    ("MKT-1", "market", Role.OFFICER, "zh"),
)


def _house(store: Store, folder: Path) -> House:
    house = a_house(store, folder)
    with store.transaction() as records:
        for id, department, role, language in PEOPLE:
            records.add(a_person(id, department=department, roles=(role,), language=language))
        records.add(
            an_inspector("MKT-1"), an_item("T1"), an_object("B1", name="<script>alert(1)</script>示例")
        )
        ours = an_object("B2", name="示例消防商户")
        ours.departments = ["fire"]
        records.add(ours)
    return house


def _signed_in(house: House, person: str) -> httpx.AsyncClient:
    with house.store.transaction() as records:
        issue_code(records, person, f"CODE{person}", at=house.clock(), valid_for=timedelta(hours=1))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=make_app(house.web)),
        base_url="http://test",
        headers={"origin": "http://test"},
        follow_redirects=True,
    )


async def _enter(client: httpx.AsyncClient, person: str) -> None:
    assert (
        await client.post("/sign-in", data={"code": f"CODE{person}"}, follow_redirects=False)
    ).status_code == 303


@on_both
async def test_a_keeper_looks_sifts_changes_and_closes_rows(store: Store, tmp_path: Path) -> None:
    house = _house(store, tmp_path)
    async with _signed_in(house, "MKT-OP") as client:
        assert (await client.get("/registers/zh/objects/list")).url.path == "/sign-in"
        await _enter(client, "MKT-OP")
        assert "名录" in (await client.get("/desk")).text
        page = await client.get("/registers")
        assert page.url.path == "/registers/zh/objects/list"
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert(1)" not in page.text
        _holds_the_policy(page)
        assert "B1" not in (await client.get("/registers/zh/objects/list?q=消防商户")).text
        assert "B2" in (await client.get("/registers/zh/objects/list?sort=name&page_size=25")).text
        for sift, found in (
            ("departments__holds=消防救援支队", {"B2"}),
            ("district__in=博乐市 AND name__contains=消防", {"B2"}),
            ("district__in=精河县,温泉县", set()),
            ("id__eq=B1 OR industry__eq=餐饮", {"B1", "B2"}),
        ):
            rows = await client.get("/registers/zh/objects/list", params={"filter": sift})
            assert set(re.findall(r"edit\?pk=(B\d)", rows.text)) == found, sift
        assert (await client.get("/registers/zh/objects/list?filter=nonsense__in=1")).status_code == 400
        for path in ("items/list", "inspectors/list", "experts/list", "labels/list", "objects/detail?pk=B1",
                     "objects/create", "items/edit?pk=T1"):  # fmt: skip
            shown = await client.get(f"/registers/zh/{path}")
            assert shown.status_code == 200, path
            _holds_the_policy(shown)
        form = _form_of(await client.get("/registers/zh/objects/edit?pk=B1"))
        wrong = await client.post("/registers/zh/objects/edit?pk=B1", data={**form, "yearly_cap": "许多"})
        assert wrong.status_code == 422
        assert "“许多”不是数字" in wrong.text
        done = await client.post("/registers/zh/objects/edit?pk=B1", data={**form, "name": "新名商户"})
        assert (done.status_code, done.url.path) == (200, "/registers/zh/objects/list")
        assert "已保存" in done.text
        made = {"id": "N1", "kind": "产品", "name": "示例水", "district": "精河县", "model": "550ml"}
        assert (await client.post("/registers/zh/objects/create", data=made)).status_code == 200
        closed = await client.post("/registers/zh/_api/objects/row-action?name=deactivate&pk=B1")
        assert closed.status_code == 200, closed.text
        foreign = await client.post(
            "/registers/zh/objects/edit?pk=B1", data=form, headers={"sec-fetch-site": "cross-site"}
        )
        assert foreign.status_code == 403
        feed = (await client.get("/registers/changes")).text
        assert "名称：&lt;script&gt;" in feed
        assert "状态：有效 → 失效" in feed
        assert (await client.get("/registers/changes?format=json")).json()["department"] == "market"
        assert "改前 → 改后" in (await client.get("/registers/changes?format=csv")).text
    with store.reading() as records:
        row = find_row(records, "objects", ["B1"]) or {}
        assert (row["name"], row["is_active"]) == ("新名商户", False)
        assert [one.loaded_by for one in history.versions(records, "objects")] == ["MKT-OP"] * 3
        verbs = [line.verb for line in records.session.exec(select(JournalLine)) if line.subject == "objects"]
        assert verbs == ["registers.loaded"] * 3


def _holds_the_policy(page: httpx.Response) -> None:
    """Nothing from elsewhere, and every script or style in the page has the page's own nonce."""
    policy = page.headers["content-security-policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert nonce is not None
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1
    assert "style-src-attr 'unsafe-inline'" in policy
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", page.text):
        assert "src=" in tag or "application/json" in tag or f'nonce="{nonce[1]}"' in tag, tag
    assert not re.findall(r"\son(?:click|change|submit|load)=", page.text)
    for address in re.findall(r"(?:src|href)=\"(https?://[^\"]+)\"", page.text):
        assert address.startswith("http://test/"), address
    assert "rsms.me" not in page.text


def _form_of(page: httpx.Response) -> dict[str, str]:
    """What a browser would send back."""
    form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text))
    for name, inside in re.findall(r'<select id="\w+"\s+name="(\w+)"(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"\s+selected', inside)
        form[name] = chosen[1] if chosen else ""
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in form.items()}


@on_both
async def test_a_department_keeps_its_own_and_an_officer_nothing(store: Store, tmp_path: Path) -> None:
    house = _house(store, tmp_path)
    async with _signed_in(house, "FIR-LIA") as client:
        await _enter(client, "FIR-LIA")
        page = await client.get("/registers")
        assert page.url.path == "/registers/en/objects/list"
        assert "edit?pk=B2" in page.text
        assert "edit?pk=B1" not in page.text
        form = _form_of(await client.get("/registers/en/objects/edit?pk=B1"))
        refused = await client.post("/registers/en/objects/edit?pk=B1", data={**form, "name": "x"})
        assert refused.status_code == 422
        assert "not kept by" in refused.text
        moved = await client.post("/registers/en/objects/edit?pk=B2", data={**form, "departments": "税务局"})
        assert "the joint office says who supervises" in moved.text
    async with _signed_in(house, "MKT-1") as client:
        await _enter(client, "MKT-1")
        assert "名录" not in (await client.get("/desk")).text
        assert (await client.get("/registers")).status_code == 404
        assert (await client.get("/registers/load")).status_code == 404
        assert (await client.get("/registers/zh/objects/list")).status_code == 403
        assert (await client.post("/registers/zh/objects/edit?pk=B1", data={"name": "x"})).status_code == 403
        assert (await client.get("/registers/export/inspectors.csv")).status_code == 404
    with store.reading() as records:
        assert history.versions(records) == []


LIST = (
    "对象编号,对象类型,名称,行政区划,信用风险等级\n"
    "B1,企业,换名商户,博乐市,C\nX1,企业,,博乐市,B\nX2,项目,示例渠,精河县,\n"
)


@on_both
async def test_a_file_is_looked_at_before_it_is_accepted(store: Store, tmp_path: Path) -> None:
    house = _house(store, tmp_path)
    async with _signed_in(house, "MKT-OP") as client, _signed_in(house, "FIR-LIA") as other:
        await _enter(client, "MKT-OP")
        await _enter(other, "FIR-LIA")
        assert (await client.post("/registers/load", files={"file": ("x.csv", b"")})).status_code == 400
        file = ("检查对象名录库.csv", LIST.encode())
        seen = await client.post(
            "/registers/load", files={"file": file}, data={"effective_from": "2026-01-01"}
        )
        assert seen.url.path == "/registers/loads/1"
        assert "名称：&lt;script&gt;alert(1)&lt;/script&gt;示例 → 换名商户" in seen.text
        assert "第 3 行 C 列 「名称」" in seen.text
        assert (await other.get("/registers/loads/1")).status_code == 404
        with store.reading() as records:
            assert history.versions(records) == []
        done = await client.post("/registers/loads/1", data={"answer": "accept"})
        assert "已生效" in done.text
        assert (await client.post("/registers/loads/1", data={"answer": "accept"})).status_code == 409
        later = await client.post(
            "/registers/load", files={"file": file}, data={"effective_from": "2036-01-01"}
        )
        assert "没有什么可以导入" in later.text
        assert "待核对" in (await client.get("/registers/load")).text
        assert "已撤回" in (await client.post("/registers/loads/2", data={"answer": "withdraw"})).text
        bad = await client.post("/registers/load", files={"file": ("坏.xlsx", b"PK?")})
        assert "坏.xlsx" in bad.text
        assert (
            await client.post("/registers/load", files={"file": file}, data={"effective_from": "x"})
        ).status_code == 409
        workbook = load_workbook(io.BytesIO((await client.get("/registers/export/objects.xlsx")).content))
        assert [cell.value for cell in workbook["检查对象名录库"][2]][:3] == ["B1", "企业", "换名商户"]
        assert (await client.get("/registers/export/nothing.csv")).status_code == 409


@pytest.mark.parametrize(
    "path", ["/registers", "/registers/load", "/registers/changes", "/registers/loads/1"]
)
async def test_without_a_sign_in_there_is_nothing(store: Store, tmp_path: Path, path: str) -> None:
    app = make_app(a_house(store, tmp_path).web)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        assert (await client.get(path)).status_code == 401


async def test_numbers_of_people_are_seen_by_their_own_department_and_the_joint_office(
    store: Store, tmp_path: Path
) -> None:
    house = _house(store, tmp_path)
    with store.transaction() as records:
        records.get(RegisteredObject, "B1").contact = "热合曼 13812345678"
        records.get(Inspector, "MKT-1").certificate_number = "新E-0042"
        records.add(
            Absence(inspector_id="MKT-1", first_day=date(2026, 1, 5), last_day=date(2026, 1, 9), cause="病假")
        )
        records.add(a_person("JO", department=JOINT_OFFICE, roles=(Role.LIAISON,)))
    places = {
        "/registers/export/objects.csv": "热合曼 13812345678",
        "/registers/zh/objects/detail?pk=B1": "热合曼 13812345678",
        "/registers/en/objects/detail?pk=B1": "热合曼 13812345678",
        "/registers/export/inspectors.csv": "新E-0042",
        "/registers/zh/inspectors/detail?pk=MKT-1": "新E-0042",
        "/registers/export/absences.csv": "病假",
    }
    for person, may_see in (("MKT-OP", True), ("FIR-LIA", False), ("JO", True)):
        async with _signed_in(house, person) as client:
            await _enter(client, person)
            for place, word in places.items():
                page = await client.get(place)
                assert page.status_code == 200, place
                assert (word in page.text) is may_see, (person, place)
                assert may_see or word == "病假" or f"{word[:1]}***" in page.text, place
