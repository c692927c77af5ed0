"""The chat by keyboard alone."""

import pytest
from playwright.async_api import Page, expect

from notifications.catalogue import label
from tests.browser_pages.living import LivingHouse
from tests.browser_pages.visits import DESK, Visits, bubbles, key, type_and_send

pytestmark = pytest.mark.browser
STEPS = 60


async def _tab_to(page: Page, words: str) -> None:
    for _ in range(STEPS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"{STEPS} steps do not lead to {words!r}")


async def _outline(page: Page) -> float:
    """The width of the ring around what has the focus."""
    width: float = await page.evaluate(
        "(() => { const style = getComputedStyle(document.activeElement);"
        " return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth); })()"
    )
    return width


async def test_tab_and_enter_press_a_button_and_the_focus_stays_with_the_answer(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(drawn_town.address, drawn_town.drawn()[1])
    await _tab_to(page, label("accept", "zh"))
    assert await _outline(page) >= 2
    await page.keyboard.press("Enter")
    await expect(key(page, "撤回接受")).to_be_visible()
    focused = page.locator("#log .bubble :focus")
    await expect(focused).to_contain_text("已接受")
    assert await _outline(page) >= 2
    await page.keyboard.press("Tab")
    await expect(page.locator("#log .bubble .key:focus")).to_have_text("查看详情")
    await page.keyboard.press("Space")
    await expect(page.locator("#log .bubble :focus")).to_have_count(1)


async def test_the_focus_stays_while_the_answer_is_awaited(drawn_town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(drawn_town.address, drawn_town.drawn()[1])
    visits.excused.append("net::ERR_FAILED")
    await page.route("**/press", lambda route: route.abort())
    await key(page, label("accept", "zh")).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".mark.failed")).to_be_visible()
    await expect(key(page, label("accept", "zh"))).to_be_focused()


async def test_enter_sends_and_shift_enter_begins_a_line(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP", **DESK)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the first thing on the page leads past everything to the words
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("第一行")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("第二行")
    await page.keyboard.press("Enter")
    await expect(bubbles(page, mine=True).last.locator(".mark")).to_have_text("已送达")
    assert [one.text for one in town.inbox_of("OP")] == ["第一行\n第二行"]
    await expect(page.locator("#words")).to_be_focused()
    await expect(page.locator("#words")).to_have_value("")
    await expect(bubbles(page)).to_have_count(1)
    await expect(page.locator("#words")).to_be_focused()


async def test_a_word_of_pinyin_is_not_sent_by_the_enter_that_ends_it(
    town: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(town.address, "OP")
    await page.locator("#words").focus()
    typing = await page.context.new_cdp_session(page)
    await typing.send("Input.imeSetComposition", {"text": "bangzhu", "selectionStart": 7, "selectionEnd": 7})
    await page.locator("#words").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await page.locator("#words").dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    await typing.send("Input.insertText", {"text": "帮助"})
    await expect(page.locator("#words")).to_have_value("帮助")
    await expect(bubbles(page, mine=True)).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(bubbles(page, mine=True)).to_have_count(1)


async def test_the_drawer_opens_and_closes_and_gives_the_focus_back(
    town: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(town.address, "OP")
    await page.locator("#more").focus()
    await page.keyboard.press("Enter")
    await page.locator("#place").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("#means")).to_be_hidden()
    await expect(page.locator("#more")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.locator("#means").get_by_role("button", name="帮助").focus()
    await page.keyboard.press("Enter")
    await expect(bubbles(page).last).to_contain_text("可以这样用")
    await expect(page.locator("#more")).to_be_focused()


async def test_the_conversation_scrolls_by_keyboard(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP")
    for number in range(1, 4):
        await type_and_send(page, "/help")
        await expect(bubbles(page)).to_have_count(number)
    await page.locator("#scroll").focus()
    await page.keyboard.press("Home")
    await expect(bubbles(page, mine=True).first).to_be_in_viewport()
    await town.say("OP", "/help")
    await expect(page.locator("#newer")).to_be_visible()
    await page.locator("#newer").focus()
    await page.keyboard.press("Enter")
    await expect(bubbles(page).last).to_be_in_viewport()
    await expect(page.locator("#newer")).to_be_hidden()
