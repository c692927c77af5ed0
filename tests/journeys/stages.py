"""Points of a story from which many tests go on: played once for each database, and set up anew for each test."""

from collections.abc import Callable
from copy import deepcopy
from typing import Generic, TypeVar

from sqlalchemy.engine import make_url

from storage.store import Store
from tests.builders import a_small_register
from tests.journeys.town import Kept, Town
from tests.stores import opened

Cast = TypeVar("Cast")
PEOPLE = ("OP", "RV", "W1", "HD-market", "HD-fire")


class Stage(Generic[Cast]):
    """`play` brings a town without anybody to this point, and says who plays which part from here on.

    It is itself what prepares a database (`tests.stores.a_prepared_store`), and remembers what a town knows beside it.
    """

    def __init__(self, play: Callable[[Town], Cast]) -> None:
        self._play = play
        self._kept: dict[str, tuple[Kept, Cast]] = {}

    def __call__(self, url: str) -> None:
        with opened(url) as store:
            town = Town(store)
            cast = self._play(town)
            self._kept[make_url(url).get_backend_name()] = (town.kept(), cast)

    def town(self, store: Store) -> Town:
        """Over a store that was prepared by this."""
        return Town.again(store, self._kept[store.engine.dialect.name][0])

    def cast(self, store: Store) -> Cast:
        return deepcopy(self._kept[store.engine.dialect.name][1])


def everybody_enrolled(town: Town) -> None:
    """The register of one small scheme, everybody with a phone."""
    with town.store.transaction("test") as records:
        a_small_register(records)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody(*PEOPLE, *officers)


ENROLLED = Stage(everybody_enrolled)
