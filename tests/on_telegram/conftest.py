"""One fake Telegram for each test, whose phones wait a little for what they are to hear."""

from collections.abc import Iterator

import pytest

from tests.telegram.server import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(patience=10) as running:
        yield running
        running.faults.end()
