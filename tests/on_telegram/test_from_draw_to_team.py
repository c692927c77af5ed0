"""From the draw to a confirmed team, as Telegram shows it: the tests of that journey, on the town of this folder.

Every phone lists what it must hear, the clock is moved by hand, and a message that nobody expected fails the test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.journeys.test_from_draw_to_team import *  # noqa: F403
from tests.stores import an_empty_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One database is enough here: the journeys try both."""
    with an_empty_store("sqlite", tmp_path) as empty:
        yield empty
