"""One small town with phones, and a web house on the same store whose clock is the town's."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from bot.delivering import Deliverer
from inspection.roles import Role
from tests.builders import a_person, a_small_register
from tests.journeys.town import CHANNEL, Town
from tests.stores import an_empty_store
from tests.web.houses import House, a_client, a_house


@dataclass(frozen=True)
class Office:
    """The town, the pages, and a client at their doors."""

    town: Town
    house: House
    client: httpx.Client
    opened: ExitStack

    def browser(self) -> httpx.Client:
        """Another browser, with cookies of its own."""
        here = str(self.client.base_url).rstrip("/")
        return self.opened.enter_context(httpx.Client(base_url=here, headers={"origin": here}))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_empty_store("sqlite", tmp_path) as store:
        with store.transaction("test") as records:
            a_small_register(records)
            records.add(
                a_person("LI", department="fire", roles=(Role.LIAISON,)), a_person("AD", roles=(Role.ADMIN,))
            )
        town = Town(store)
        town.enrol_everybody("fire-1", "fire-2", "LI", "AD", "OP")
        house = a_house(store, tmp_path)
        town._deliverer = Deliverer(store, {CHANNEL: town.messenger, "web": house.channel}, town.clock)
        live = House(store, replace(house.web, clock=town.clock), house.clock, house.wakes, house.channel)
        with a_client(live) as client, ExitStack() as opened:
            yield Office(town, live, client, opened)
