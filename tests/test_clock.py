"""The demo's clock: moved by hand, forward only, and where it stands is in the store. The store's clock: everybody's,
however wrong the clock of a host is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.clock import ASKS_EVERY, Clock, DemoClock, StoreClock, clock_for
from bot.health import health
from storage.store import Store, StoreFault
from tests.stores import on_both

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


class Host:
    """A machine whose clock is ten minutes ahead, and may be set; what nobody can set goes on by hand."""

    def __init__(self) -> None:
        self.seconds, self.off = 1000.0, timedelta(minutes=10)
        self.began = Clock()()

    def now(self) -> float:
        return self.seconds

    def clock(self) -> datetime:
        return self.began + timedelta(seconds=self.seconds - 1000.0) + self.off

    def passes(self, seconds: float, clock: StoreClock) -> None:
        self.seconds += seconds
        clock.look()


on_postgresql = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@on_postgresql
def test_a_host_whose_clock_is_wrong_goes_by_the_stores_time_and_says_so_once(store: Store) -> None:
    host = Host()
    with capture_logs() as said:
        clock = StoreClock(store, host.now, host.clock)
        began = clock()
        assert abs(began - Clock()()) < timedelta(minutes=1)
        host.passes(ASKS_EVERY / 2, clock)
        assert clock() - began == timedelta(seconds=ASKS_EVERY / 2), "in between it goes on by itself"
        clock.ask()
        assert health(store, clock=clock)["host_clock_off_by"] == pytest.approx(600, abs=60)
        host.off = -timedelta(seconds=ASKS_EVERY * 3 / 2)  # as much as was made to pass
        host.passes(ASKS_EVERY, clock)
    assert [one["event"] for one in said] == ["host_clock_off", "host_clock_right"]
    assert "host_clock_off_by" not in health(store, clock=clock)


@on_postgresql
def test_while_the_store_does_not_answer_time_goes_on(store: Store) -> None:
    host = Host()
    host.off = timedelta()
    clock = StoreClock(store, host.now, host.clock)
    began, asked = clock(), [0]

    def refuse(*_: object) -> None:
        asked[0] += 1
        raise OperationalError("SELECT", {}, Exception("no answer"))

    event.listen(store.engine, "before_cursor_execute", refuse)
    host.passes(ASKS_EVERY, clock)
    host.passes(1, clock)
    assert (clock() - began, asked) == (timedelta(seconds=ASKS_EVERY + 1), [1])
    event.remove(store.engine, "before_cursor_execute", refuse)
    host.off = timedelta(hours=2)  # a machine that slept: what nobody can set stood still meanwhile
    host.passes(1, clock)
    assert clock() - began < timedelta(minutes=1), "the store says that it did not"


@on_both
def test_the_store_says_the_time_where_several_hosts_share_it(store: Store) -> None:
    clock = clock_for(store, is_demo=False)
    assert isinstance(clock, StoreClock) is not store.is_sqlite
    clock.start()
    clock.close()
    assert abs(clock() - Clock()()) < timedelta(minutes=1)
    assert isinstance(clock_for(store, is_demo=True), DemoClock)
