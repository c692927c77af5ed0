"""Most of planning asks little of a database: it runs on SQLite alone, the main journeys on both (`on_both`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.stores import an_empty_store


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened
