"""The chat as people use it: pressing, typing, in several windows at once, never reloading."""

import pytest
from playwright.async_api import expect

from notifications.catalogue import label
from tests.browser_pages.living import FIRM, LivingHouse
from tests.browser_pages.visits import Visits, bubbles, is_live, key, type_and_send

pytestmark = pytest.mark.browser
ACCEPT, WITHDRAW = label("accept", "zh"), "撤回接受"


async def test_a_press_is_answered_in_the_place_of_the_message(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    who = drawn_town.drawn()[1]
    page = await visits.chat(drawn_town.address, who)
    await page.evaluate("window.isStillTheSamePage = true")
    asked = page.locator("#log .bubble", has=page.get_by_role("button", name=ACCEPT, exact=True)).last
    place = await asked.get_attribute("id")
    await expect(asked.locator(".words").first).to_contain_text("您被抽中参加联合检查")
    number = await bubbles(page).count()
    await key(page, ACCEPT).tap()
    answered = page.locator(f"#{place}")
    await expect(answered.locator(".words").first).to_contain_text("已接受")
    await expect(answered.get_by_role("button", name=WITHDRAW)).to_be_visible()
    await expect(key(page, ACCEPT)).to_have_count(0)
    assert await bubbles(page).count() == number
    assert await page.evaluate("window.isStillTheSamePage")


async def test_typed_words_are_answered_at_the_end(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP")
    await expect(page.locator("#begin")).to_be_visible()
    await type_and_send(page, "帮助")
    await expect(bubbles(page, mine=True).last).to_contain_text("帮助")
    await expect(bubbles(page, mine=True).last.locator(".mark")).to_have_text("已送达")
    await expect(bubbles(page).last).to_contain_text("可以这样用")
    await expect(page.locator("#words")).to_have_value("")
    await expect(page.locator("#begin")).to_be_hidden()


async def test_an_operator_draws_and_whoever_is_drawn_is_asked(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP")
    await type_and_send(page, "/schemes")
    await key(page, "示例餐饮联合抽查").tap()
    await key(page, label("scheme_prepare", "zh")).tap()
    await key(page, label("scheme_announce", "zh")).tap()
    await expect(bubbles(page).last).to_contain_text("人大代表")
    witness = await visits.chat(town.address, "W1")
    for side in "416":
        await key(witness, f"{side}点").tap()
    await expect(bubbles(witness).last).to_contain_text("您的数字是：416")
    await key(witness, label("number_send", "zh")).tap()
    await expect(bubbles(witness).last).to_contain_text("已收到您的数字：416")
    await key(page, label("scheme_draw", "zh")).tap()
    await expect(bubbles(page).last).to_contain_text("抽取完成")
    await expect(bubbles(witness).last).to_contain_text("您参加的抽取已完成")
    officer = await visits.chat(town.address, town.drawn()[0])
    await expect(key(officer, ACCEPT)).to_be_visible()


async def test_four_people_accept_and_the_lead_is_told_while_looking(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    pages = [await visits.chat(drawn_town.address, who) for who in drawn_town.drawn()]
    for page in pages:
        await key(page, ACCEPT).tap()
    await expect(key(pages[0], label("confirm_team", "zh"))).to_be_visible()
    await key(pages[0], label("confirm_team", "zh")).tap()
    for page in pages:
        await expect(page.locator("#log")).to_contain_text("检查组已确认")


async def test_two_windows_of_one_person_show_the_same(drawn_town: LivingHouse, visits: Visits) -> None:
    who = drawn_town.drawn()[0]
    phone = await visits.chat(drawn_town.address, who)
    desk = await visits.chat(drawn_town.address, who, viewport={"width": 1280, "height": 800})
    second = await phone.context.new_page()  # and a second window on the same device
    await second.goto(phone.url)
    await is_live(second)
    await key(phone, ACCEPT).tap()
    for page in (phone, desk, second):
        await expect(key(page, WITHDRAW)).to_be_visible()
    await type_and_send(desk, "/where")
    for page in (phone, desk, second):
        await expect(bubbles(page, mine=True)).to_have_count(1)
        await expect(bubbles(page).last).to_contain_text("检查组正在组建")
        assert await page.locator("#log").inner_text() == await desk.locator("#log").inner_text()


async def test_pressing_twice_quickly_is_one_press(drawn_town: LivingHouse, visits: Visits) -> None:
    who = drawn_town.drawn()[0]
    page = await visits.chat(drawn_town.address, who)
    await key(page, ACCEPT).dblclick()
    await expect(key(page, WITHDRAW)).to_be_visible()
    await type_and_send(page, "/where")  # whatever was pressed before has arrived before this
    await expect(bubbles(page).last).to_contain_text("检查组正在组建")
    assert [one.kind for one in drawn_town.inbox_of(who)] == ["button", "text"]


async def test_a_pressed_button_waits_for_its_answer_and_says_so(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(drawn_town.address, drawn_town.drawn()[0])
    visits.excused.append("net::ERR_FAILED")
    await page.route("**/press", lambda route: route.abort())
    await key(page, ACCEPT).tap()
    await expect(page.locator("#log .mark.failed")).to_be_visible()
    await expect(key(page, ACCEPT)).to_have_attribute("aria-disabled", "true")
    await page.unroute("**/press")
    await page.locator("#log .mark.failed").tap()
    await expect(key(page, WITHDRAW)).to_be_visible()
    await expect(key(page, WITHDRAW)).not_to_have_attribute("aria-disabled", "true")


async def test_earlier_messages_come_when_they_are_asked_for(town: LivingHouse, visits: Visits) -> None:
    await town.say("OP", "/schemes")
    for _ in range(30):
        await town.say(
            "OP", "你好"
        )  # the answer is shorter than a screen, so the end of the chat stays in sight
    page = await visits.chat(town.address, "OP")
    await expect(page.locator("#log .bubble")).to_have_count(60)
    top = await page.locator("#log .bubble").first.get_attribute("id")
    await town.say("OP", "/schemes")  # takes the buttons of the first list, which is not on the page yet
    await expect(bubbles(page).last).to_contain_text("本部门发起的实施方案")
    await expect(bubbles(page).last).to_be_in_viewport()
    assert await page.locator("#log .bubble").first.get_attribute("id") == top
    # As in Safari, which does not by itself keep what one looks at in its place.
    await page.evaluate("document.getElementById('scroll').style.overflowAnchor = 'none'")
    await page.locator("#older").scroll_into_view_if_needed()
    before = await page.locator(f"#{top}").bounding_box()
    await page.locator("#older").tap()
    await expect(page.locator("#log .bubble")).to_have_count(64)
    after = await page.locator(f"#{top}").bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2
    await expect(page.locator("#older")).to_be_hidden()
    await expect(page.locator("#log .key")).to_have_count(1)


async def test_markup_in_a_name_is_shown_as_text(drawn_town: LivingHouse, visits: Visits) -> None:
    who = drawn_town.drawn()[0]
    page = await visits.chat(drawn_town.address, who)
    await expect(page.locator("#log")).to_contain_text(FIRM)
    await type_and_send(page, "<img src=x onerror=alert(1)> & <b>粗</b>")
    await expect(bubbles(page, mine=True).last).to_contain_text("<img src=x onerror=alert(1)> & <b>粗</b>")
    assert await page.locator("#log b, #log img, #log script").count() == 0


async def test_a_message_longer_than_the_screen_is_read_from_its_beginning(
    drawn_town: LivingHouse, visits: Visits
) -> None:
    page = await visits.chat(drawn_town.address, drawn_town.drawn()[0])
    first_line = bubbles(page).last.locator(".words").first
    await expect(first_line).to_be_in_viewport()
    await expect(page.locator(".chat-top")).to_be_in_viewport(ratio=1)
