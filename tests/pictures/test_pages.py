"""The pages of progress and calendar on a phone of 360 pixels, and who may open them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from notifications.outgoing import Document, Outgoing
from notifications.pictures.pictures import draw as drawn_picture
from storage.tables.registers import Scheme
from tests.actions.story import changing
from tests.browser_pages.living import LivingHouse, begin_visit, living, settle_in
from tests.browser_pages.visits import DESK, Visits, bubbles, visits_of
from tests.papers.sheets import needs_a_font
from tests.pictures.examples import a_progress
from tests.stores import an_empty_store

pytestmark = pytest.mark.browser
LOOK = (Path(__file__).parents[1] / "browser_pages" / "looks.js").read_text(encoding="utf-8")


@pytest.fixture
async def visits(browser: object) -> AsyncIterator[Visits]:
    async with visits_of(browser) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture(scope="module")
async def begun(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivingHouse]:
    """A demo in which the only visit has begun and should have ended yesterday."""
    folder = tmp_path_factory.mktemp("begun")
    with an_empty_store("sqlite", folder) as store:
        settle_in(store)
        async with living(store, folder) as town:
            await begin_visit(town)
            with changing(store) as records:
                scheme = records.get(Scheme, "S1")
                scheme.last_day = scheme.last_day.replace(month=11, day=23)
            yield town


async def _faults(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(LOOK)
    return found


@pytest.mark.parametrize("path", ["/schemes/S1/progress?chat=OP", "/due?chat=OP"])
async def test_a_page_fits_a_phone_by_day_and_night_and_needs_no_script(
    begun: LivingHouse, visits: Visits, path: str
) -> None:
    page = await visits.open(f"{begun.address}{path}", color_scheme="light", java_script_enabled=True)
    assert await _faults(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await _faults(page) == []
    without = await visits.open(f"{begun.address}{path}", java_script_enabled=False)
    assert await without.locator("main").inner_text() == await page.locator("main").inner_text()


async def test_the_progress_says_its_numbers_and_what_is_late_in_a_table(
    begun: LivingHouse, visits: Visits
) -> None:
    page = await visits.open(f"{begun.address}/schemes/S1/progress?chat=HD-fire", **DESK)
    await expect(page.locator(".alarm")).to_contain_text("检查1户")
    row = page.locator(".numbers").first.locator("tr", has_text="检查中")
    await expect(row.locator("td")).to_have_text(["1"])
    late = page.locator(".numbers").first.locator("tr.late")
    await expect(late).to_contain_text("逾期")
    await expect(late.locator("td")).to_have_text(["1"])
    assert await page.locator("main svg").count() == 3


async def test_the_calendar_frames_today_and_greys_what_is_off(begun: LivingHouse, visits: Visits) -> None:
    page = await visits.open(f"{begun.address}/due?chat={begun.drawn()[0]}")
    await expect(page.locator("td.today")).to_have_attribute("aria-current", "date")
    await expect(page.locator("td.today b")).to_have_text("24")
    await expect(page.locator(".weeks tr")).to_have_count(6)
    await expect(page.locator("td.off").first).to_contain_text("休")
    await expect(page.locator(".alarm")).to_contain_text("检查1户")


async def test_others_are_told_that_it_is_not_theirs(begun: LivingHouse, visits: Visits) -> None:
    visits.excused += ["404", "401"]
    page = await visits.open(f"{begun.address}/schemes/S1/progress?chat=W1")
    await expect(page.locator("body")).to_contain_text("您不能查看它的进度")
    unknown = await visits.open(f"{begun.address}/schemes/S9/progress?chat=OP")
    await expect(unknown.locator("body")).to_contain_text("没有这个方案")
    nobody = await visits.open(f"{begun.address}/due")
    await expect(nobody.locator("body")).to_contain_text("请重新登录")


@needs_a_font
async def test_a_picture_stands_in_the_chat_with_its_numbers_as_words(
    begun: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(begun.address, "OP")
    text = "进度图：示例\n共1户：检查中 1，逾期1"
    png = drawn_picture(a_progress(), "zh")
    document = Document(begun.house.web.files.put(png), "进度图-S1.png", "image/png")
    await begun.house.tell("OP", Outgoing("progress_made", text, document=document))
    picture = bubbles(page).last.get_by_role("img")
    await expect(picture).to_have_attribute("alt", text)
    await expect(picture).to_be_visible()
    assert await picture.evaluate("async (one) => (await one.decode(), one.naturalWidth)") == 1080
    box = await picture.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 360
    assert await _faults(page) == []
    await picture.tap()
    await expect(page.locator("#photo-large")).to_have_attribute("alt", text)
