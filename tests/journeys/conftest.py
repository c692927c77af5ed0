"""A town on each database: the whole register of one small scheme, everybody with a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.departments import DEPARTMENTS
from inspection.roles import Role
from storage import settings
from storage.files import FileStore
from storage.store import Store
from tests.builders import a_person, a_small_register
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.stores import an_empty_store

PEOPLE = ("OP", "RV", "W1", "HD-market", "HD-fire")


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """SQLite alone; the journeys that go through every table run on both (`on_both`)."""
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def town(store: Store) -> Town:
    assert "market" in DEPARTMENTS
    with store.transaction("test") as records:
        a_small_register(records)
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody(*PEOPLE, *officers)
    return town


@pytest.fixture
def journey(town: Town, tmp_path: Path) -> Journey:
    """The town with an operator of the other department, whom nothing of this scheme concerns."""
    with town.store.transaction("test") as records:
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
        settings.keep(records, {settings.TELEGRAM_USERNAME: "example_bot"})
    town.enrol_everybody("OP-fire")
    return Journey(town, FileStore(tmp_path / "files"))
