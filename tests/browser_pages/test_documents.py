"""A file that came into a chat: a link for the thumb, which brings every byte under the name that stands on it."""

import asyncio

import pytest
from playwright.async_api import expect

from notifications.outgoing import Document, Outgoing
from tests.browser_pages.living import LivingHouse
from tests.browser_pages.visits import Visits, bubbles

pytestmark = pytest.mark.browser
NAME = "联合检查汇总表-S2601.BL00123.pdf"
PDF = b"%PDF-1.7 " + bytes(range(256))


async def test_a_document_is_a_link_that_brings_it_under_its_name(town: LivingHouse, visits: Visits) -> None:
    page = await visits.chat(town.address, "OP")
    document = Document(town.house.web.files.put(PDF), NAME, "application/pdf")
    await town.house.tell("OP", Outgoing("paper_made", "联合检查汇总表（草稿）\n示例", document=document))
    link = bubbles(page).last.get_by_role("link", name=NAME)
    await expect(link).to_be_visible()
    box = await link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    async with page.expect_download() as coming:
        await link.tap()
    download = await coming.value
    assert download.suggested_filename == NAME
    kept = await download.path()
    assert await asyncio.to_thread(kept.read_bytes) == PDF
