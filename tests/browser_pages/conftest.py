"""Living houses on SQLite, and visitors with a real browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from storage.store import Store
from tests.browser_pages.living import LivingHouse, draw, living, settle_in
from tests.browser_pages.visits import Visits, visits_of
from tests.stores import an_empty_store

# Below the 15 seconds after which a page hears of everything anyway: what should be live must be live.
expect.set_options(timeout=12_000)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Store]:
    """A store with the small register; the pages are the same on both databases, so SQLite is enough."""
    with an_empty_store("sqlite", tmp_path) as store:
        settle_in(store)
        yield store


@pytest.fixture
async def visits(browser: Browser) -> AsyncIterator[Visits]:
    async with visits_of(browser) as opened:
        yield opened


@pytest.fixture
async def town(register: Store, tmp_path: Path) -> AsyncIterator[LivingHouse]:
    """A demo in which everybody waits for the first draw."""
    async with living(register, tmp_path) as house:
        yield house


@pytest.fixture
async def drawn_town(town: LivingHouse) -> LivingHouse:
    """The same, drawn: four officers have been asked."""
    await draw(town)
    return town
