"""One fake Telegram for each test, whose phones wait a little for what they are to hear."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.roles import Role
from storage.store import Store
from tests.builders import a_person, a_small_register
from tests.journeys.conftest import PEOPLE
from tests.on_telegram.town import TelegramTown
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram

OFFICERS = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]


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


@pytest.fixture
def town(store: Store, telegram: FakeTelegram, tmp_path: Path) -> Iterator[TelegramTown]:
    """The town of the journeys, everybody enrolled by the link and with what that brought read."""
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    town = TelegramTown(store, telegram, tmp_path)
    with town.house:
        town.enrol_everybody(*PEOPLE, *OFFICERS, "OP-fire")
        for phone in town.phones.values():
            phone.hears("登记成功")
        yield town
