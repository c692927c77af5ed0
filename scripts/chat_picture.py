"""Makes docs/images/chat.png anew: the samples are drawn, and a drawn inspector's chat is photographed on a phone.

Run it as `python -m scripts.chat_picture`; it needs the system's Chromium.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright, expect

from bot.demo import prepare
from bot.play.doors import Doors, update_id
from bot.play.server import PlayServer
from bot.settings import Settings, read_settings
from inspection.roles import Role
from notifications.catalogue import label
from tests.browser import chromium

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "chat.png"
SCHEME = "S2603"
WITNESS = "WIT-5"
NUMBER = "05271"
PHONE = {"width": 390, "height": 844}
LIMIT = 300_000
_LOOK = 0.1


class Somebody:
    """A person by the doors of the chat."""

    def __init__(self, doors: Doors, chat: str) -> None:
        self._doors, self._chat = doors, chat

    async def say(self, text: str) -> None:
        await self._doors.say(self._chat, update_id(text), text)

    async def say_when_asked(self, text: str) -> None:
        await _asked(self._doors, self._chat)
        await self.say(text)

    async def press(self, words: str) -> None:
        """Presses the button that holds these words, when it has come."""
        message, data = await _button(self._doors, self._chat, words)
        await self._doors.press(self._chat, update_id(data), data, message)


async def draw(doors: Doors) -> str:
    """Announces and draws the scheme of the samples; gives the chat of somebody who was drawn."""
    cast = await doors.cast()
    lead = next(one["lead"] for one in cast["schemes"] if one["id"] == SCHEME)
    operator = Somebody(doors, _with_role(cast, Role.OPERATOR, lead))
    await operator.say("/schemes")
    await operator.press("劳务派遣")
    await operator.press(label("scheme_prepare", "zh"))
    await operator.press(label("scheme_announce", "zh"))
    witness = Somebody(doors, WITNESS)
    await witness.say_when_asked(NUMBER)
    await witness.press(label("number_send", "zh"))
    await operator.press(label("scheme_draw", "zh"))
    return await _somebody_drawn(doors, {one["id"] for one in cast["people"]})


def _with_role(cast: dict[str, Any], role: Role, department: str) -> str:
    return next(
        str(one["id"]) for one in cast["people"] if one["department"] == department and role in one["roles"]
    )


async def _button(doors: Doors, chat: str, words: str) -> tuple[int, str]:
    while True:
        for message in reversed(await doors.messages(chat, 0)):
            for row in message["rows"]:
                for key in row:
                    if words in key["label"]:
                        return int(message["id"]), str(key["data"])
        await asyncio.sleep(_LOOK)


async def _asked(doors: Doors, chat: str) -> None:
    """Waits until the bot asks this person for words."""
    while True:
        messages = await doors.messages(chat, 0)
        if messages and messages[-1]["wish"] == "text":
            return
        await asyncio.sleep(_LOOK)


async def _somebody_drawn(doors: Doors, staff: set[str]) -> str:
    """Somebody who has got one message and nothing else."""
    while True:
        chats = (await doors.news()).chats
        drawn = sorted(chat for chat, revision in chats.items() if chat not in staff and revision == 1)
        if drawn and not await doors.waiting():
            return drawn[0]
        await asyncio.sleep(_LOOK)


async def photograph(address: str, path: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = await browser.new_page(viewport=PHONE, device_scale_factor=2, locale="zh-CN")  # type: ignore[arg-type]
        await page.goto(address)
        await expect(page.locator("#link")).to_have_attribute("data-state", "online")
        await expect(page.get_by_role("button", name=label("accept", "zh"), exact=True)).to_be_in_viewport()
        PICTURE.parent.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURE)
        await browser.close()


async def make(settings: Settings, path: str) -> None:
    server = PlayServer(settings)
    async with server.running(), Doors(server.url) as doors:
        await photograph(f"{server.url}/chat/{await draw(doors)}", path)


def main() -> int:
    path = chromium()
    if path is None:
        sys.stderr.write("chat_picture: no Chromium on this machine (.ci/run installs it).\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(data_dir=Path(folder), demo=True, port=0)
        prepare(settings)
        asyncio.run(make(settings, path))
    size = PICTURE.stat().st_size
    sys.stdout.write(f"{PICTURE.name}: {size} bytes\n")
    return 0 if size < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
