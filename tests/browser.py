"""The system's Chromium for tests of the pages as a person sees them."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The path of a Chromium on this machine. Nothing is downloaded: the package manager brings it."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A running Chromium that reaches 127.0.0.1 only; skips the test, and says why, where none is installed."""
    path = chromium()
    if not path:
        pytest.skip(
            "NO BROWSER: no Chromium on this machine, so this page was not tried in one (.ci/run installs it)"
        )
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own sandbox refuses root
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield running
        finally:
            await running.close()
