"""One fake Telegram for each test, whose phones wait a little for what they are to hear."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """SQLite alone: the journeys try everything on both, and here the main job and the faults ask for the other too."""
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(patience=10) as running:
        yield running
        running.faults.end()
