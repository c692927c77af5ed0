"""The public page on which anybody's browser recomputes a draw, as a shop owner with a phone finds it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, Request, Route, expect

from storage.store import Store
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Scheme
from tests.browser_pages.living import LivingHouse
from tests.browser_pages.visits import DESK, Visits
from tests.builders import NOW, a_scheme
from tests.stores import owned
from tests.vectors.make_vectors import HERE
from tests.web.houses import a_house, serving

pytestmark = pytest.mark.browser
LOOK = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
OWN_FILES = ("announcement.json", "transcript.json", "objects.jsonl", "inspectors.jsonl", "exclusions.jsonl")


def _code(name: str) -> str:
    """An invented credit code for this name."""
    return f"91652701MA{int(sha256(name.encode()).hexdigest(), 16) % 10**8:08d}"


def _codes(*lines: tuple[str, str | None, str | None]) -> str:
    """Lines of firm, why it was left out, and its object, as the draw keeps them."""
    kept = [
        {"code": sha256(_code(firm).encode()).hexdigest(), "left_out": left_out, "object": id}
        for firm, left_out, id in lines
    ]
    return "".join(f"{json.dumps(line)}\n" for line in sorted(kept, key=lambda line: str(line["code"])))


def _a_draw(vector: str, **given: Any) -> DrawRecord:
    """A vector as the house keeps it."""
    texts = {name: (HERE / vector / name).read_text(encoding="utf-8") for name in OWN_FILES}
    right = {name.split(".")[0]: text for name, text in texts.items()}
    about = {
        "id": vector,
        "scheme_id": "V",
        "secret": "",
        "announced_at": NOW,
        "announced_by": "OP",
        "drawn_at": NOW,
    }
    return DrawRecord(**{**right, **about, **given})


@pytest.fixture
async def archive(register: Store, tmp_path: Path) -> AsyncIterator[str]:
    """The vectors as draws of a scheme whose list is public; gives the address."""
    with register.transaction("test") as records:
        scheme = a_scheme("V")
        scheme.is_list_public = True
        records.add(scheme)
        records.add(
            _a_draw("small"), _a_draw("medium", codes=_codes(("shop", "cap", None))), _a_draw("redraw")
        )
    async with serving(a_house(register, tmp_path)) as address:
        yield address


def _change(store: Store, change: Callable[[DrawRecord], object], draw: str = "small") -> None:
    with store.transaction("test") as records:
        change(records.get(DrawRecord, draw))


async def _check(page: Page) -> None:
    await page.get_by_role("button", name="开始核对").tap()
    await expect(page.locator("#verdict .verdict")).to_be_visible()


async def _ask(page: Page, typed: str) -> None:
    await page.locator("#code").fill(typed)
    await page.get_by_role("button", name="查询").tap()


def _requests(page: Page) -> list[str]:
    """Whatever the page sends from now on; the picture in the tab is the browser's own affair."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/mark.svg" not in request.url:
            sent.append(f"{request.method} {request.url} {request.post_data}")

    page.on("request", note)
    return sent


async def _faults(page: Page) -> list[str]:
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        found += await page.evaluate(LOOK)
    return found


# --- The way of a shop owner ----------------------------------------------------------------------------------------


@pytest.fixture
def open_list(drawn_town: LivingHouse) -> LivingHouse:
    """The drawn town when the list is public, with the codes of five firms in its range."""
    lines = [(f"firm {n}", None, f"B{n}") for n in (1, 2, 3)]
    left_out = [("a closed firm", "closed", None), ("a firm that fits nowhere", None, None)]
    with drawn_town.house.store.transaction("test") as records, owned(records):
        records.get(Scheme, "S1").is_list_public = True
        records.get(DrawRecord, "D-S1-1").codes = _codes(*lines, *left_out)
    return drawn_town


async def test_from_the_record_to_the_verdict_to_ones_own_firm(
    open_list: LivingHouse, visits: Visits
) -> None:
    page = await visits.open(f"{open_list.address}/draws/D-S1-1")
    shown = await page.locator(".of-code code").all_inner_texts()
    await page.get_by_role("link", name="在浏览器里重新计算核对").tap()
    await _check(page)
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    digests = await page.locator("#verdict code").all_inner_texts()
    assert digests == shown[:2]  # of the announcement and of the transcript
    drawn, *others = _in_order(open_list)
    found = page.locator("#found")
    await _ask(page, _code(f"firm {drawn[1:]}"))
    await expect(found.locator(".verdict")).to_have_text("抽中")
    await expect(found).to_contain_text("抽签号在本类 3 家里排第 1，前 1 家抽中。")
    await expect(found).to_contain_text("1/3 (33.33%)")
    await _ask(page, f" {_code(f'firm {others[1][1:]}').lower()} ")
    await expect(found.locator(".verdict")).to_have_text("没有抽中")
    await expect(found).to_contain_text("排第 3，只抽前 1 家")
    await expect(found.locator("code")).to_have_count(2)
    await _ask(page, others[0])
    await expect(found).to_contain_text("排第 2，只抽前 1 家")
    await _ask(page, _code("a closed firm"))
    await expect(found).to_contain_text("没有进入这次的名录：已注销、吊销或迁出。")
    await _ask(page, _code("a firm that fits nowhere"))
    await expect(found).to_contain_text("不属于这次抽取的任何一类")
    await _ask(page, _code("a stranger"))
    await expect(found).to_contain_text("不在这次抽取的范围里")
    await _ask(page, "9165270")
    await expect(found).to_contain_text("请填18位统一社会信用代码")


def _in_order(town: LivingHouse) -> list[str]:
    """The three objects by their tickets."""
    with town.house.store.reading() as records:
        record = json.loads(records.get(DrawRecord, "D-S1-1").transcript or "")
    key = record["rounds"][0]["key"]
    return sorted(("B1", "B2", "B3"), key=lambda one: sha256(f"{key}:object:{one}".encode()).hexdigest())


async def test_of_a_code_two_digits_of_its_digest_are_sent_and_nothing_more(
    open_list: LivingHouse, visits: Visits
) -> None:
    page = await visits.open(f"{open_list.address}/verify/D-S1-1")
    asked = _requests(page)
    code = _code("firm 2")
    await _ask(page, code)  # asks for the draw to be recomputed first
    await expect(page.locator("#found")).to_contain_text("B2")
    asked = [
        one for one in asked if "/mark.svg" not in one
    ]  # the picture in the tab, which comes when it likes
    digits = sha256(code.encode()).hexdigest()[:2]
    address = open_list.address
    assert asked[-1] == f"GET {address}/draws/D-S1-1/codes/{digits} None"
    assert asked[:-1] == [f"GET {address}/draws/D-S1-1/{name} None" for name in OWN_FILES]


async def test_the_page_fits_a_phone_and_the_keyboard(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/medium")
    assert await _faults(page) == []
    await page.locator("#start").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await page.keyboard.press("Tab")
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.type("91652701")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_contain_text("请填18位")
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("#own")).to_be_focused()
    assert await _faults(page) == []


async def test_who_was_replaced_and_who_came_instead(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/redraw")
    await _ask(page, "o01")
    await expect(page.locator("#found .verdict")).to_have_text("抽中")
    await expect(page.locator("#found")).to_contain_text("后来在第 2 轮退出：已停业或注销。")
    last = json.loads((HERE / "redraw" / "transcript.json").read_bytes())["rounds"][3]["objects"][0]["id"]
    await _ask(page, last)
    await expect(page.locator("#found .verdict")).to_have_text("补抽抽中")
    await expect(page.locator("#found")).to_contain_text("第 3 轮补抽时抽中")
    assert await _faults(page) == []


async def test_who_fits_no_stratum_and_whose_cap_is_reached(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/medium")
    lines = (HERE / "medium" / "objects.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    odd = next(
        one
        for one in map(json.loads, lines)
        if one["class"] in "AB" and one["district"] == "北区" and "boiler" not in one["equipment"]
    )
    await _ask(page, odd["id"])
    await expect(page.locator("#found")).to_contain_text("不属于这次抽取的任何一类")
    await _ask(page, _code("shop"))
    await expect(page.locator("#found")).to_contain_text("已达全年检查次数上限")


async def test_without_codes_the_page_says_so_instead_of_out_of_range(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/small")
    await _ask(page, _code("shop"))
    await expect(page.locator("#found")).to_contain_text("没有代码对照表")


# --- What is not there yet, or not right ----------------------------------------------------------------------------


async def test_a_withheld_list_is_said_and_the_rest_is_checked(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    with drawn_town.house.store.transaction("test") as records:
        records.get(Scheme, "S1").is_list_public = False
    page = await visits.open(f"{drawn_town.address}/verify/D-S1-1")
    await expect(page.locator("main")).to_contain_text("抽取记录含检查安排，检查结束后公开")
    await _check(page)
    await expect(page.locator("#verdict .verdict")).to_have_text("公告与名录一致")
    await expect(page.locator("#verdict code")).to_have_count(1)
    await _ask(page, "B1")
    await expect(page.locator("#found")).to_contain_text("要等抽取记录公开后才知道")
    await expect(page.locator("#found")).to_contain_text("1/3 (33.33%)")
    assert await _faults(page) == []


@pytest.mark.parametrize(("voided", "words"), [(False, "还没有抽取"), (True, "在开始前就已作废")])
async def test_a_draw_without_rounds_is_said_and_the_rest_is_checked(
    archive: str, register: Store, visits: Visits, voided: bool, words: str
) -> None:
    at = NOW + timedelta(days=1) if voided else None
    with register.transaction("test") as records, owned(records):
        draw = records.get(DrawRecord, "small")
        draw.transcript, draw.drawn_at, draw.voided_at = None, None, at
    page = await visits.open(f"{archive}/verify/small")
    await expect(page.locator("main")).to_contain_text(words)
    await _check(page)
    await expect(page.locator("#verdict .verdict")).to_have_text("公告与名录一致")


async def test_a_swapped_inspector_is_named(archive: str, register: Store, visits: Visits) -> None:
    def swap(draw: DrawRecord) -> None:
        draw.transcript = str(draw.transcript).replace('{"inspector":"i2",', '{"inspector":"i3",')

    _change(register, swap)
    page = await visits.open(f"{archive}/verify/small")
    await _check(page)
    await expect(page.locator("#verdict .verdict")).to_have_text("核对不一致")
    await expect(page.locator("#verdict")).to_contain_text(
        "第一处不同：rounds[0].seats[0] 公布的是 i3 o1/m/1，重算是 i2 o1/m/1。"
    )
    await _ask(page, "o1")
    await expect(page.locator("#found")).to_contain_text("要先核对一致")
    assert await _faults(page) == []


async def test_a_tampered_register_is_named_while_the_list_is_withheld(
    archive: str, register: Store, visits: Visits
) -> None:
    with register.transaction("test") as records, owned(records):
        records.get(Scheme, "V").is_list_public = False
        draw = records.get(DrawRecord, "small")
        draw.objects = draw.objects.replace('"o3"', '"o4"')
    page = await visits.open(f"{archive}/verify/small")
    await _check(page)
    await expect(page.locator("#verdict")).to_contain_text("objects.jsonl SHA-256 公布的是")


async def test_the_files_of_another_draw_are_not_taken_for_this_one(
    archive: str, register: Store, visits: Visits
) -> None:
    with register.transaction("test") as records:
        records.add(_a_draw("redraw", id="D7"))
    page = await visits.open(f"{archive}/verify/D7")
    await _check(page)
    await expect(page.locator("#verdict")).to_contain_text("这些文件属于另一次抽取：redraw")


async def test_how_far_it_is_is_said_while_it_works(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/small")
    goes_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await goes_on.wait()
        await route.continue_()

    await page.route("**/objects.jsonl", hold)
    await page.get_by_role("button", name="开始核对").tap()
    await expect(page.locator("#step")).to_have_text("正在下载文件…")
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.locator("#start")).to_be_disabled()
    assert await _faults(page) == []
    goes_on.set()
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await expect(page.locator("#progress")).to_be_hidden()
    await expect(page.locator("#start")).to_be_enabled()


async def test_a_dead_line_is_said_and_a_second_press_helps(archive: str, visits: Visits) -> None:
    visits.excused.append("net::ERR_FAILED")
    page = await visits.open(f"{archive}/verify/small")
    await page.route("**/objects.jsonl", lambda route: route.abort())
    await _check(page)
    await expect(page.locator("#verdict .verdict")).to_have_text("没有完成。请检查网络，再试一次。")
    await page.unroute("**/objects.jsonl")
    await _ask(page, "o1")
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await expect(page.locator("#found .verdict")).to_have_text("抽中")


# --- One's own files ------------------------------------------------------------------------------------------------


async def test_own_files_are_checked_though_the_site_gives_others(
    archive: str, register: Store, visits: Visits
) -> None:
    _change(register, lambda draw: setattr(draw, "transcript", "{}"))
    page = await visits.open(f"{archive}/verify/small")
    asked = _requests(page)
    own = {name: HERE / "small" / name for name in OWN_FILES}
    await page.locator("#own").set_input_files(
        [own["transcript.json"], own["objects.jsonl"], HERE / "small" / "secret.hex"]
    )
    await expect(page.locator("#own-told")).to_have_text(
        "已有：transcript.json, objects.jsonl。 不认识：secret.hex。 还缺：inspectors.jsonl, exclusions.jsonl。"
    )
    await page.locator("#own").set_input_files([own["inspectors.jsonl"], own["exclusions.jsonl"]])
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await expect(page.locator("#verdict")).to_contain_text("用的是您自己的文件")
    await _ask(page, "o1")
    await expect(page.locator("#found .verdict")).to_have_text("抽中")
    assert asked == []


async def test_a_record_that_is_added_later_is_checked_too(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/medium")
    files = [HERE / "medium" / name for name in OWN_FILES]
    await page.locator("#own").set_input_files([one for one in files if one.name != "transcript.json"])
    await page.locator("#own").set_input_files([one for one in files if one.name == "transcript.json"])
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await page.locator("#own").set_input_files(HERE / "small" / "objects.jsonl")
    await expect(page.locator("#verdict")).to_contain_text("objects.jsonl SHA-256 公布的是")


async def test_own_files_may_be_dropped_under_the_names_that_a_browser_gave_them(
    archive: str, visits: Visits
) -> None:
    page = await visits.open(f"{archive}/verify/small", **DESK)
    named = {
        re.sub(r"\.", " (1).", name): (HERE / "small" / name).read_text(encoding="utf-8")
        for name in OWN_FILES
    }
    await page.evaluate(
        """(files) => {
          const carried = new DataTransfer();
          for (const [name, text] of Object.entries(files)) carried.items.add(new File([text], name));
          for (const kind of ["dragenter", "dragover", "drop"]) {
            const told = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
            document.getElementById("drop").dispatchEvent(told);
          }
        }""",
        named,
    )
    await expect(page.locator("#verdict .verdict")).to_have_text("核对一致")
    await expect(page.locator("#drop")).not_to_have_class(re.compile("over"))


async def test_an_own_file_that_was_changed_is_found(archive: str, visits: Visits) -> None:
    page = await visits.open(f"{archive}/verify/small")
    bytes_of = {name: (HERE / "small" / name).read_bytes() for name in OWN_FILES}
    bytes_of["inspectors.jsonl"] = bytes_of["inspectors.jsonl"].replace(b'"load":0', b'"load":1', 1)
    await page.locator("#own").set_input_files(
        [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in bytes_of.items()]
    )
    await expect(page.locator("#verdict")).to_contain_text("inspectors.jsonl SHA-256 公布的是")


# --- Other browsers, other languages --------------------------------------------------------------------------------


async def test_without_a_safe_line_or_a_script_the_page_says_what_it_needs(
    archive: str, visits: Visits
) -> None:
    device = await visits.device()
    await device.add_init_script(
        "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"
    )
    page = await device.new_page()
    await page.goto(f"{archive}/verify/small")
    without = await visits.open(f"{archive}/verify/small", java_script_enabled=False)
    for one in (page, without):
        await expect(one.locator("#needs")).to_contain_text("https")
        await expect(one.locator("#tool")).to_be_hidden()


async def test_an_english_house_says_verified(
    archive: str, register: Store, tmp_path: Path, visits: Visits
) -> None:
    house = a_house(register, tmp_path)
    house.web = replace(house.web, language="en")
    async with serving(house) as address:
        page = await visits.open(f"{address}/verify/redraw", **DESK)
        await page.get_by_role("button", name="Check now").click()
        await expect(page.locator("#verdict .verdict")).to_have_text("VERIFIED")
        await page.locator("#code").fill("o02")
        await page.keyboard.press("Enter")
        await expect(page.locator("#found")).to_contain_text("It left again in round 3: moved away.")
        text = await page.locator("body").inner_text()
        assert not re.search("[\u4e00-\u9fff]", text.replace("示例餐饮联合抽查", ""))
