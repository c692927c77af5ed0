"""Deadlines ask little of a database: most tests run on SQLite alone, the main ones on both (`on_both`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.roles import Role
from storage.store import Store
from tests.builders import a_person, a_small_register
from tests.deadlines.reading import read_all
from tests.journeys.town import Town
from tests.stores import an_empty_store


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


@pytest.fixture
def town(store: Store) -> Town:
    """Two visits of a joint scheme are drawn, and everybody holds a seat at both; what was said so far is read."""
    with store.transaction("test") as records:
        a_small_register(records, officers=2, objects=2, count=2)
        records.add(a_person("LI", roles=(Role.LIAISON,)))
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in (1, 2)]
    town.enrol_everybody("OP", "RV", "W1", "HD-market", "HD-fire", "LI", *officers)
    town.hold_draw()
    read_all(town)
    return town
