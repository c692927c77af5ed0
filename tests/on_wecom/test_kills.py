"""`kill -9` wherever the dice fall, in the middle of a load: nothing is lost, nothing applied twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.on_wecom.kills import Load
from tests.stores import an_empty_store
from tests.wecom.server import FakeWecom

BREATH = 3.0
"""Seconds from one try of WeCom's to the next: three tries outlast a start, as its own fifteen seconds do."""


@pytest.mark.faults
@pytest.mark.parametrize(
    ("database", "kills"),
    [("sqlite", 5), pytest.param("postgresql", 3, marks=pytest.mark.postgres)],
)
def test_kills_under_load_lose_nothing_and_apply_nothing_twice(
    database: str,
    kills: int,
    wecom: FakeWecom,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    wecom.breath = BREATH
    with an_empty_store(database, tmp_path) as store:
        load = Load(store, wecom, tmp_path, seed=2)
        for _ in range(kills):
            load.is_killed_at_work()
        load.ends_well()
        load.lost_nothing()
        load.applied_each_once()
        record_property("seen_twice", load.doubled_no_more_than_was_in_hand())
