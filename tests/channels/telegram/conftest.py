"""A fake Telegram for one test, and our own way to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram.wire import Wire
from tests.telegram.server import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(patience=5) as running:
        yield running


@pytest.fixture
async def wire(telegram: FakeTelegram) -> AsyncIterator[Wire]:
    wire = Wire(telegram.token, telegram.url, within=5)
    yield wire
    await wire.shutdown()
