"""A fake Telegram for one test, and python-telegram-bot's own Bot, which is pointed at it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.telegram.server import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as running:
        yield running


@pytest.fixture
async def bot(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """Speaks to the fake over HTTP, as the product will."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns whenever it is told to wait
    quietly = HTTPXRequest(httpx_kwargs={"trust_env": False})
    polling = HTTPXRequest(httpx_kwargs={"trust_env": False})
    async with Bot(
        telegram.token,
        base_url=telegram.api_url,
        base_file_url=telegram.file_url,
        request=quietly,
        get_updates_request=polling,
    ) as running:
        yield running
