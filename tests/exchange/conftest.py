"""A store on SQLite, and on both databases where a test says so; the clock is moved by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.stores import an_empty_store
from tests.web.houses import FakeClock


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
