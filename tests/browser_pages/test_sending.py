"""Photos, files and places, from the phone into the story and back as a receipt."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from notifications.catalogue import label
from notifications.incoming import Attachment
from tests.browser_pages.living import LivingHouse, begin_visit
from tests.browser_pages.visits import Visits, bubbles, key
from tests.field.pictures import a_picture

pytestmark = pytest.mark.browser
PLACE = {"latitude": 44.9005, "longitude": 82.07}


async def _open_checklist(town: LivingHouse, visits: Visits) -> tuple[str, Page]:
    lead = await begin_visit(town)
    page = await visits.chat(town.address, lead)
    await key(page, label("open_checklist", "zh")).tap()
    await key(page, label("answer_yes", "zh")).tap()
    await expect(bubbles(page).last).to_contain_text("请直接发送现场照片")
    return lead, page


@pytest.mark.parametrize("button", ["camera", "file"])
async def test_a_picture_is_shown_and_receipted_and_kept_byte_for_byte(
    town: LivingHouse, visits: Visits, button: str
) -> None:
    lead, page = await _open_checklist(town, visits)
    data = a_picture(size=(800, 600), noise=True, taken="2026:11:24 10:00:00")
    async with page.expect_file_chooser() as choosing:
        await page.locator(f"#{button}").tap()
    payload: FilePayload = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": data}
    await (await choosing.value).set_files(payload)
    await expect(bubbles(page, mine=True).last.locator(".mark")).to_have_text("已送达")
    picture = bubbles(page, mine=True).last.locator("img")
    await expect(picture).to_have_attribute("src", f"/chat/{lead}/photos/{_sent(town, lead).sha256}")
    await expect(picture).to_have_js_property("naturalWidth", 800)
    await expect(page.locator("#log")).to_contain_text(f"R-{_sent(town, lead).sha256[:8].upper()}")
    assert town.house.web.files.read(_sent(town, lead).sha256) == data
    assert _sent(town, lead).is_original


async def test_a_picture_can_be_looked_at_and_put_away(town: LivingHouse, visits: Visits) -> None:
    lead, page = await _open_checklist(town, visits)
    await town.show(lead, a_picture(size=(800, 600)))
    await bubbles(page, mine=True).last.get_by_role("button").tap()
    await expect(page.locator("#photo-large")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#photo-large")).to_be_hidden()


async def test_a_picture_that_comes_late_does_not_push_the_end_away(
    town: LivingHouse, visits: Visits
) -> None:
    await town.say("OP", "/help")
    await town.show("OP", a_picture(size=(600, 800)))
    network = asyncio.Event()

    async def slowly(route: Route) -> None:
        await network.wait()
        await route.continue_()

    device = await visits.device()
    await device.route("**/photos/*", slowly)
    page = await device.new_page()
    await page.goto(f"{town.address}/chat/OP")
    await expect(bubbles(page).last.locator(".foot")).to_be_in_viewport(ratio=1)
    network.set()
    await expect(page.locator("#log img")).to_have_js_property("naturalHeight", 800)
    await expect(bubbles(page).last.locator(".foot")).to_be_in_viewport(ratio=1)


async def test_the_question_that_follows_a_picture_is_in_sight(
    town: LivingHouse, visits: Visits, tmp_path: Path
) -> None:
    _lead, page = await _open_checklist(town, visits)
    (tmp_path / "a.jpg").write_bytes(a_picture(size=(600, 800)))
    await page.locator("#camera-input").set_input_files(tmp_path / "a.jpg")
    await expect(bubbles(page).last).to_contain_text("示例问题2")
    await expect(bubbles(page, mine=True).last.locator("img")).to_have_js_property("naturalHeight", 800)
    await expect(bubbles(page).last.locator(".words").first).to_be_in_viewport(ratio=1)
    await expect(page.locator("#newer")).to_be_hidden()


async def test_several_files_at_once_with_words_and_one_that_is_no_picture(
    town: LivingHouse, visits: Visits, tmp_path: Path
) -> None:
    _lead, page = await _open_checklist(town, visits)
    (tmp_path / "a.jpg").write_bytes(a_picture(colour="red"))
    (tmp_path / "说明.txt").write_text("不是照片", encoding="utf-8")
    await page.locator("#words").fill("后厨")
    await page.locator("#file-input").set_input_files([tmp_path / "a.jpg", tmp_path / "说明.txt"])
    await expect(bubbles(page, mine=True)).to_have_count(2)
    await expect(bubbles(page, mine=True).first).to_contain_text("后厨")
    await expect(bubbles(page, mine=True).last).to_contain_text("文件 · 说明.txt")
    await expect(page.locator("#log")).to_contain_text("不是照片")
    await expect(page.locator("#words")).to_have_value("")


async def test_the_place_of_the_phone(town: LivingHouse, visits: Visits) -> None:
    lead = await begin_visit(town)
    page = await visits.chat(town.address, lead, geolocation=PLACE, permissions=["geolocation"])
    await page.locator("#place").tap()
    await page.locator("#locate").tap()
    await expect(bubbles(page, mine=True).last).to_contain_text("位置 44.90050, 82.07000")
    await expect(bubbles(page).last).to_contain_text("距登记地址约56米")
    await expect(page.locator("#means")).to_be_hidden()


async def test_a_phone_that_does_not_tell_leaves_it_to_be_typed(town: LivingHouse, visits: Visits) -> None:
    lead = await begin_visit(town)
    page = await visits.chat(town.address, lead, permissions=[])
    await page.locator("#place").tap()
    await page.locator("#locate").tap()
    await expect(page.get_by_role("alert")).to_have_text("手机没有给出位置，请填写经纬度。")
    await page.locator("#latitude").fill("444.9")
    await page.locator("#longitude").fill("82.07")
    await page.locator("#place-send").tap()
    await expect(page.get_by_role("alert")).to_contain_text("请填写正确的经纬度")
    await page.locator("#latitude").fill("44.9005")
    await page.keyboard.press("Enter")
    await expect(bubbles(page).last).to_contain_text("距登记地址约56米")


def _sent(town: LivingHouse, who: str) -> Attachment:
    """The attachment of the newest photo in the inbox."""
    attachments = [one.attachment for one in town.inbox_of(who) if one.attachment]
    return attachments[-1] if attachments else Attachment()
