"""Every page on a phone of 360 pixels: whole, readable, large enough for gloves, by day and by night."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser_pages.living import FIRM, LivingHouse, begin_visit, living, publish, settle_in
from tests.browser_pages.visits import DESK, Visits, is_live
from tests.stores import an_empty_store

pytestmark = pytest.mark.browser
LOOK = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
PUBLIC = {
    "front": "/",
    "results": "/results",
    "search": "/results?q=博乐",
    "nothing found": "/results?q=没有这样的名称",
    "result": "/results/{inspection}",
    "schemes": "/schemes",
    "scheme": "/schemes/S1",
    "draw": "/draws/D-S1-1",
    "items": "/items",
    "department": "/departments/market/results",
    "letters": "/find",
    "check": "/check/S1.B1/NOCODE",
    "open data": "/open-data/",
    "nowhere": "/nowhere",
}
CHATS = {
    "people": "/chat",
    "nobody found": "/chat?q=没有这样的人",
    "empty chat": "/chat/HD-market",
    "operator": "/chat/OP",
    "lead": "/chat/{lead}",
    "reviewer": "/chat/RV",
}

OF_A_DESK = {
    "own schemes": "/schemes/mine?chat=OP",
    "new scheme": "/schemes/new?chat=OP",
    "hours of names": "/schemes/names?chat=OP",
    "account": "/account?chat=OP",
}


@pytest.fixture(scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivingHouse]:
    """A demo in which the whole story has been told; the tests of this file only look."""
    folder = tmp_path_factory.mktemp("told")
    with an_empty_store("sqlite", folder) as store:
        settle_in(store)
        async with living(store, folder) as town:
            await publish(town)
            yield town


def _address(town: LivingHouse, path: str) -> str:
    inspection = (town.results() or [""])[0]
    return town.address + path.format(inspection=inspection, lead=town.drawn()[0])


async def _faults(page: Page) -> list[str]:
    if await page.locator("#link").count():
        await is_live(page)
    found: list[str] = await page.evaluate(LOOK)
    return found


async def _by_day_and_by_night(page: Page) -> list[str]:
    await page.emulate_media(color_scheme="light")
    by_day = await _faults(page)
    await page.emulate_media(color_scheme="dark")
    return by_day + await _faults(page)


async def test_every_public_page_fits_a_phone_and_says_the_same_without_a_script(
    told: LivingHouse, visits: Visits
) -> None:
    visits.excused.append("404")  # of the page that is nowhere
    page, plain = [await (await visits.device(java_script_enabled=runs)).new_page() for runs in (True, False)]
    for name, path in PUBLIC.items():
        await page.goto(_address(told, path))
        assert await _by_day_and_by_night(page) == [], name
        text = await page.locator("main").inner_text()
        assert text.strip(), name
        await plain.goto(_address(told, path))
        assert await plain.locator("main").inner_text() == text, name


@pytest.mark.parametrize("path", [*CHATS.values(), *OF_A_DESK.values()], ids=[*CHATS, *OF_A_DESK])
async def test_a_page_of_somebodys_fits_a_phone(told: LivingHouse, visits: Visits, path: str) -> None:
    assert await _by_day_and_by_night(await visits.open(_address(told, path))) == []


async def test_the_sign_in_fits_a_phone(visits: Visits, tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        async with living(store, tmp_path, is_demo=False) as town:
            page = await visits.open(f"{town.address}/sign-in")
            await expect(page.get_by_role("heading", level=1)).to_have_text("登录")
            assert await _faults(page) == []


async def test_drawer_and_dialogs_fit_a_phone(told: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(told.address, "OP")
    await page.locator("#more").tap()
    await expect(page.locator("#means button")).to_have_count(6)
    assert await _faults(page) == []
    await page.locator("#place").tap()
    await expect(page.locator("#place-dialog")).to_be_visible()
    assert await _faults(page) == []


async def test_a_result_tells_its_clock_and_its_matters(told: LivingHouse, visits: Visits) -> None:
    page = await visits.open(_address(told, PUBLIC["results"]), **DESK)
    line = page.locator(".lines li")
    await expect(line).to_contain_text("检查结束当日公示")
    await line.get_by_role("link", name=FIRM).click()
    await expect(page.locator("h1")).to_contain_text(FIRM)
    await expect(page.locator(".count")).to_contain_text("2026年11月24日（周二）")
    await expect(page.locator(".count")).to_contain_text("公示期限 2026年12月22日（周二）")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody tr").first).to_contain_text("未发现问题")


async def test_a_draw_gives_its_files_with_their_digests(told: LivingHouse, visits: Visits) -> None:
    page = await visits.open(_address(told, PUBLIC["draw"]))
    for name in ("announcement.json", "transcript.json", "objects.jsonl", "inspectors.jsonl"):
        line = page.locator(".lines li", has_text=name)
        await expect(line.locator("code")).to_have_text(re.compile("[0-9a-f]{64}"))
        async with page.expect_download() as downloading:
            await line.get_by_role("link").tap()
        assert (await downloading.value).suggested_filename == name


async def test_what_the_bot_asks_for_is_offered_in_one_row(town: LivingHouse, visits: Visits) -> None:
    lead = await begin_visit(town)
    page = await visits.chat(town.address, lead)
    await expect(page.locator("#means button:visible")).to_have_text(["位置"])
    assert await _faults(page) == []
    await page.locator("#more").tap()  # all of them after all
    await expect(page.locator("#means button:visible")).to_have_count(6)
