"""One fake WeCom for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.stores import an_empty_store
from tests.wecom.server import FakeWecom


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """SQLite alone: what differs between the two is tried where the channel's own rows are."""
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def wecom() -> Iterator[FakeWecom]:
    with FakeWecom() as running:
        running.world.per_minute = 10_000  # the house is in a hurry; how fast we speak is tried by itself
        yield running
        running.faults.end()
