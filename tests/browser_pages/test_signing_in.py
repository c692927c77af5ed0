"""Where it is no demo: a code opens one's own chat."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from actions.enrolment import issue_code
from storage.store import Store
from tests.browser_pages.living import LivingHouse, living
from tests.browser_pages.visits import Visits, bubbles, is_live, type_and_send
from tests.builders import NOW

pytestmark = pytest.mark.browser


@pytest.fixture
async def office(register: Store, tmp_path: Path) -> AsyncIterator[LivingHouse]:
    async with living(register, tmp_path, is_demo=False) as house:
        yield house


def _code(office: LivingHouse, code: str, who: str = "OP") -> str:
    with office.house.store.transaction("test") as records:
        issue_code(records, who, code, at=NOW, valid_for=timedelta(hours=1))
    return code


async def _sign_in(page: Page, code: str) -> None:
    await page.get_by_label("登记码").fill(code)
    await page.get_by_role("button", name="登录", exact=True).tap()


async def test_a_code_opens_ones_own_chat(office: LivingHouse, visits: Visits) -> None:
    page = await visits.open(f"{office.address}/chat")
    await expect(page.get_by_label("登记码")).to_be_focused()
    await page.keyboard.type(_code(office, "ABCD-EFGH-JKLM"))
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("人员OP")
    await is_live(page)
    await type_and_send(page, "/help")
    await expect(bubbles(page).last).to_contain_text("可以这样用")
    await page.goto(f"{office.address}/chat/RV")
    await expect(page.locator("h1")).to_have_text("人员OP")


async def test_a_wrong_code_gets_one_sentence(office: LivingHouse, visits: Visits) -> None:
    visits.excused.append("403")
    page = await visits.open(f"{office.address}/sign-in")
    await _sign_in(page, "WRONG")
    await expect(page.get_by_role("alert")).to_contain_text("不正确")
    await _sign_in(page, _code(office, "ABCD-EFGH-JKLM"))
    await is_live(page)


async def test_after_signing_out_the_chat_is_closed_and_what_was_typed_is_kept(
    office: LivingHouse, visits: Visits
) -> None:
    visits.excused.append("401")
    page = await visits.open(f"{office.address}/sign-in")
    await _sign_in(page, _code(office, "ABCD-EFGH-JKLM"))
    await is_live(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await is_live(other)
    await page.get_by_role("button", name="退出").tap()
    await expect(page.get_by_label("登记码")).to_be_visible()
    await expect(other.locator("#link")).to_contain_text("登录已过期")
    await type_and_send(other, "帮助")
    await expect(bubbles(other, mine=True).locator(".mark.failed")).to_be_visible()
    await other.get_by_role("link", name="请重新登录").tap()
    await _sign_in(other, _code(office, "NPQR-STUV-WXYZ"))
    await expect(bubbles(other, mine=True).locator(".mark.sent")).to_be_visible()
    await expect(bubbles(other).last).to_contain_text("可以这样用")
