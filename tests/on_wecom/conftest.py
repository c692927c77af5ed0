"""One fake WeCom for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.roles import Role
from storage.store import Store
from tests.builders import a_person, a_small_register
from tests.journeys.conftest import PEOPLE
from tests.on_wecom.town import WecomTown
from tests.stores import an_empty_store
from tests.wecom.server import FakeWecom

OFFICERS = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]


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


@pytest.fixture
def town(store: Store, wecom: FakeWecom, tmp_path: Path) -> Iterator[WecomTown]:
    """The town of the journeys, everybody enrolled."""
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    town = WecomTown(store, wecom, tmp_path)
    town.enrol_everybody(*PEOPLE, *OFFICERS, "OP-fire")
    with town.house:
        town.settle()
        yield town
