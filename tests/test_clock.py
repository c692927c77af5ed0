"""The demo's clock: moved by hand, forward only, and where it stands is in the store."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.clock import Clock, DemoClock
from storage.store import Store, StoreFault

_DAY = timedelta(days=1)


def test_a_push_outlives_a_restart(store: Store) -> None:
    clock = DemoClock(store)
    clock.move(_DAY)
    clock.move(_DAY)
    assert all(one() - Clock()() > 1.9 * _DAY for one in (clock, DemoClock(store)))


def test_a_push_that_could_not_be_kept_has_not_moved_the_clock(store: Store) -> None:
    clock = DemoClock(store)
    with store.transaction() as records:
        records.session.execute(text("DROP TABLE setting"))
    with pytest.raises(StoreFault):
        clock.move(_DAY)
    assert clock() - Clock()() < _DAY


def test_the_clock_never_goes_back(store: Store) -> None:
    with pytest.raises(ValueError, match="forward"):
        DemoClock(store).move(-_DAY)
