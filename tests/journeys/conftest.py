"""A town on each database: the whole register of one small scheme, everybody with a phone."""

import pytest

from inspection.departments import DEPARTMENTS
from storage.store import Store
from tests.builders import a_small_register
from tests.journeys.town import Town

PEOPLE = ("OP", "RV", "HD-market", "HD-fire")


@pytest.fixture
def town(store: Store) -> Town:
    assert "market" in DEPARTMENTS
    with store.transaction("test") as records:
        a_small_register(records)
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody(*PEOPLE, *officers)
    return town
