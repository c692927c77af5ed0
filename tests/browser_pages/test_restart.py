"""A dead line, a killed server, a reload: what was said waits on the device, says so, and arrives once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from bot.play.doors import Doors
from storage.store import Store
from storage.tables.messaging import InboxUpdate
from tests.actions.story import rows_of
from tests.browser_pages.living import LivingHouse, settle_in
from tests.browser_pages.process import ServerProcess
from tests.browser_pages.visits import Visits, bubbles, is_live, key, type_and_send
from tests.field.pictures import a_picture
from tests.stores import lay_a_data_folder

pytestmark = pytest.mark.browser
_FAULTS = ("CONNECTION_REFUSED", "CONNECTION_RESET", "FAILED", "INCOMPLETE_CHUNKED_ENCODING")
DEAD_LINE = [f"net::ERR_{fault}" for fault in _FAULTS]
SCHEME = "示例餐饮联合抽查"
_NOTES_THE_LINE = """() => {
  const link = document.querySelector("#link");
  window.states = [];
  new MutationObserver(() => {
    const now = link.dataset.state;
    if (window.states.at(-1) !== now) window.states.push(now);
  }).observe(link, { attributes: true });
}"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    store = Store(lay_a_data_folder(tmp_path))
    settle_in(store)
    store.close()
    process = ServerProcess(tmp_path)
    await process.start()
    yield process
    process.kill()


async def test_a_killed_server_loses_nothing_and_the_page_lives_on(
    server: ServerProcess, visits: Visits, tmp_path: Path
) -> None:
    visits.excused.extend(DEAD_LINE)
    page = await visits.chat(server.address, "OP")
    await page.evaluate("window.isStillTheSamePage = true")
    await type_and_send(page, "/schemes")
    await expect(key(page, SCHEME)).to_be_visible()
    await page.evaluate(_NOTES_THE_LINE)

    server.kill()
    await expect(page.locator("#link")).not_to_have_attribute("data-state", "online")
    await type_and_send(page, "断线时写的一句话")
    words = bubbles(page, mine=True).last
    await expect(words.locator(".mark")).to_have_text("未送达，已存本机，点按重发")
    await expect(page.locator("#link")).to_have_text("连接中断，恢复后自动重发")
    data = await key(page, SCHEME).get_attribute("data-data")
    await key(page, SCHEME).tap()
    await expect(page.locator(".bubble.theirs .mark.failed")).to_be_visible()

    await server.start()
    await is_live(page)
    states = await page.evaluate("window.states")
    assert states[states.index("offline") :] == ["offline", "online"], "it says once that the line is gone"
    await expect(words.locator(".mark")).to_have_text("已送达")
    await expect(bubbles(page).last).to_contain_text("实施方案")
    async with Doors(server.address) as doors:
        await doors.say("OP", "from-elsewhere", "/help")
    await expect(bubbles(page).last).to_contain_text("可以这样用")
    assert await page.evaluate("window.isStillTheSamePage")
    assert _heard(tmp_path, "OP") == ["/schemes", "断线时写的一句话", data, "/help"]


async def test_a_reload_keeps_what_waits_in_its_order(
    town: LivingHouse, visits: Visits, tmp_path: Path
) -> None:
    visits.excused.extend(DEAD_LINE)
    page = await visits.chat(town.address, "OP")
    await page.route("**/chat/OP/*", _no_line)
    for words in ("第一句", "第二句"):
        await type_and_send(page, words)
    (tmp_path / "a.jpg").write_bytes(a_picture(size=(320, 240)))
    await page.locator("#camera-input").set_input_files(tmp_path / "a.jpg")
    await expect(bubbles(page, mine=True).locator(".mark.failed")).to_have_count(3)
    await page.reload()
    await expect(bubbles(page, mine=True).locator(".mark.failed")).to_have_count(3)
    await expect(bubbles(page, mine=True).last.locator("img")).to_have_js_property("naturalWidth", 320)
    assert town.inbox_of("OP") == []
    await page.unroute("**/chat/OP/*")
    await page.reload()
    await expect(bubbles(page, mine=True).locator(".mark.sent")).to_have_count(3)
    assert [one.text for one in town.inbox_of("OP")] == ["第一句", "第二句", ""]
    await _nothing_waits(page)


async def test_a_lost_answer_makes_nothing_twice(town: LivingHouse, visits: Visits) -> None:
    visits.excused.extend(DEAD_LINE)
    page = await visits.chat(town.address, "OP")

    is_swallowed = asyncio.Event()

    async def swallow(route: Route) -> None:
        await route.fetch()
        await route.abort()
        is_swallowed.set()

    await page.route("**/say", swallow, times=1)
    await type_and_send(page, "帮助")
    await is_swallowed.wait()  # the reply may be on the page before the request has its answer
    await expect(bubbles(page).last).to_contain_text("可以这样用")
    await expect(bubbles(page, mine=True)).to_have_count(1)
    await expect(bubbles(page, mine=True).locator(".mark")).to_have_text("已送达")
    await _nothing_waits(page)
    assert len(town.inbox_of("OP")) == 1


async def test_what_the_server_refuses_is_said_at_the_message(town: LivingHouse, visits: Visits) -> None:
    visits.excused.append("413")
    page = await visits.chat(town.address, "OP")
    await type_and_send(page, "长" * 7000)
    await expect(bubbles(page, mine=True).locator(".mark.refused")).to_contain_text("未能发送：文字太长")
    await type_and_send(page, "帮助")
    await expect(bubbles(page).last).to_contain_text("可以这样用")


async def _no_line(route: Route) -> None:
    if route.request.method == "POST":
        await route.abort()
    else:
        await route.fallback()


async def _nothing_waits(page: Page) -> None:
    assert await page.evaluate("JSON.parse(localStorage.getItem('queue:OP') || '[]')") == []


def _heard(folder: Path, who: str) -> list[str]:
    """What the store holds of this person, words and presses, in their order."""
    store = Store(f"sqlite:///{folder}/shuangsuiji.db")
    with store.reading() as records:
        bodies = [row.body for row in rows_of(records, InboxUpdate) if row.chat == who]
    store.close()
    return [body.get("text") or body["button"] for body in bodies]
