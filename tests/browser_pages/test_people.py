"""The side list of the demo: being any of the people of the story."""

import pytest
from playwright.async_api import expect

from tests.browser_pages.living import LivingHouse
from tests.browser_pages.visits import DESK, Visits, bubbles, is_live, type_and_send

pytestmark = pytest.mark.browser
LINES = ".neighbour .who b"


async def test_whoever_must_answer_stands_first(drawn_town: LivingHouse, visits: Visits) -> None:
    await drawn_town.say("RV", "/help")  # the latest of all, but nothing to be answered
    page = await visits.open(f"{drawn_town.address}/chat", **DESK)
    names = await page.locator(LINES).all_inner_texts()
    waiting = await page.locator(".neighbour", has=page.locator(".badge")).locator("b").all_inner_texts()
    assert set(waiting) >= {f"人员{who}" for who in drawn_town.drawn()}
    assert names[: len(waiting)] == waiting
    assert names[len(waiting)] == "人员RV"


async def test_a_click_makes_one_another_person(drawn_town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(drawn_town.address, "OP", **DESK)
    await page.get_by_role("link", name=f"人员{drawn_town.drawn()[0]}").click()
    await expect(page.locator("h1")).to_have_text(f"人员{drawn_town.drawn()[0]}")
    await is_live(page)
    await expect(bubbles(page).last).to_contain_text("您被抽中参加联合检查")
    await expect(page.locator(".neighbour[aria-current]")).to_contain_text(f"人员{drawn_town.drawn()[0]}")


async def test_the_search_finds_by_name_department_and_part(town: LivingHouse, visits: Visits) -> None:
    page = await visits.open(f"{town.address}/chat", **DESK)
    for words, found in (
        ("fire-3", ["人员fire-3"]),
        ("审核员", ["人员RV"]),
        ("消防", ["人员HD-fire", *(f"人员fire-{number}" for number in range(1, 5))]),
        ("没有这样的人", []),
    ):
        await page.locator("#find").fill(words)
        await expect(page.locator(LINES)).to_have_text(found)
    await expect(page.locator("#people")).to_contain_text("没有找到")
    await page.locator("#find").fill("")
    await expect(page.locator(LINES)).to_have_count(13)


async def test_the_list_stays_fresh_and_marks_what_was_not_seen(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP", **DESK)
    await expect(page.locator(".unseen")).to_have_count(0)
    await town.say("RV", "/help")
    await expect(page.locator(".unseen")).to_contain_text("人员RV")
    await expect(page.locator(".neighbour").first).to_contain_text("可以这样用")
    await page.locator(".unseen").click()
    await is_live(page)
    await page.get_by_role("link", name="人员OP").click()
    await is_live(page)
    await expect(page.locator(".unseen")).to_have_count(0)


async def test_on_a_phone_the_way_back_leads_to_the_list(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP")
    await expect(page.locator("#people-panel")).to_be_hidden()
    await page.get_by_role("link", name="人员", exact=True).tap()
    await expect(page.locator("#find")).to_be_in_viewport()
    await page.locator("#find").fill("RV")
    await page.get_by_role("link", name="人员RV").tap()
    await expect(page.locator("h1")).to_have_text("人员RV")


async def test_the_clock_is_pushed_on_and_the_chat_stays_open(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP", **DESK)
    await page.get_by_role("button", name="+1 天").click()
    await expect(page.locator(".clock time")).to_have_text("北京时间11月25日（周三）10:00")
    await is_live(page)
    await type_and_send(page, "/help")
    await expect(page.locator(".log .day")).to_have_text(["11月25日（周三）"])
    await expect(bubbles(page).last).to_contain_text("可以这样用")
