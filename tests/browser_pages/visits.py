"""Somebody with a browser: opens pages and remembers whatever went wrong in any of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

PHONE = {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN", "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}


class Visits:
    """`wrong` holds every error of a script, every breach of the policy and every failed load. A test that breaks the
    line on purpose says so in `excused`: words that such an entry may hold."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.wrong: list[str] = []
        self.excused: list[str] = []

    async def device(self, **given: Any) -> BrowserContext:
        """A browser of its own: cookies, queue and windows."""
        context = await self._browser.new_context(**{**PHONE, **given})
        self._contexts.append(context)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        context.on("console", self._hear)
        return context

    async def open(self, address: str, **given: Any) -> Page:
        """One page on a device of its own."""
        page = await (await self.device(**given)).new_page()
        await page.goto(address)
        return page

    async def chat(self, address: str, who: str, **given: Any) -> Page:
        """The chat of a person, once it is live."""
        page = await self.open(f"{address}/chat/{who}", **given)
        await is_live(page)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"{message.page.url if message.page else ''}: {message.text}")

    def unexcused(self) -> list[str]:
        return [one for one in self.wrong if not any(words in one for words in self.excused)]


@asynccontextmanager
async def visits_of(browser: Browser) -> AsyncIterator[Visits]:
    """Fails at the end when anything went wrong that the test did not ask for."""
    visits = Visits(browser)
    try:
        yield visits
    finally:
        await visits.close()
    assert visits.unexcused() == []


async def is_live(page: Page) -> None:
    await expect(page.locator("#link")).to_have_attribute("data-state", "online")


def bubbles(page: Page, *, mine: bool = False) -> Locator:
    return page.locator(f"#log .bubble.{'mine' if mine else 'theirs'}")


def key(page: Page, words: str) -> Locator:
    """The newest button of a message that bears these words."""
    return page.locator("#log").get_by_role("button", name=words, exact=True).last


async def type_and_send(page: Page, text: str) -> None:
    await page.locator("#words").fill(text)
    await page.keyboard.press("Enter")
