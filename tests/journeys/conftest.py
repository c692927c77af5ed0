"""A town on each database: the whole register of one small scheme, everybody with a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspection.roles import Role
from storage import settings
from storage.files import FileStore
from storage.migrate import migrate
from storage.store import Store
from tests.builders import a_person
from tests.journeys.stages import ENROLLED, Stage
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.postgres import Prepare
from tests.stores import a_prepared_store


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Prepare:
    """Where a test begins; a module whose tests begin further on says so."""
    return ENROLLED if "town" in request.fixturenames else migrate


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path, stage: Prepare) -> Iterator[Store]:
    """SQLite alone; the journeys that go through every table run on both (`on_both`)."""
    with a_prepared_store(request.param, tmp_path, stage) as opened:
        yield opened


@pytest.fixture
def town(store: Store, stage: Stage[Any]) -> Town:
    return stage.town(store)


@pytest.fixture
def journey(town: Town, tmp_path: Path) -> Journey:
    """The town with an operator of the other department, whom nothing of this scheme concerns."""
    with town.store.transaction("test") as records:
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
        settings.keep(records, {settings.TELEGRAM_USERNAME: "example_bot"})
    town.enrol_everybody("OP-fire")
    return Journey(town, FileStore(tmp_path / "files"))
