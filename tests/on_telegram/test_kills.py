"""`kill -9` wherever the dice fall, in the middle of a load: nothing is lost, nothing applied twice, and of each
person's messages at most the one that was in hand is seen again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.outbox import LEASE
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.kills import Load
from tests.on_telegram.program import Program
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram


def _is_killed(load: Load, times: int, within: float) -> int:
    """And started once more; gives how many messages were seen twice."""
    for _ in range(times):
        load.is_killed_at_work()
    with load.program.running():
        load.program.rests(within)
    load.lost_nothing()
    load.applied_each_once()
    return load.doubled_no_more_than_was_in_hand()


def test_what_was_in_hand_goes_on_at_once(telegram: FakeTelegram, tmp_path: Path) -> None:
    """Nobody waits until the lease of a process ends that is no more."""
    with an_empty_store("sqlite", tmp_path) as store:
        program, crowd = Program(store, telegram, tmp_path), Crowd(store, telegram)
        telegram.faults.delays("sendMessage", 60, times=10)
        with program.running() as here:
            crowd.says(20)
            telegram.waits_until(lambda: telegram.faults.are_over)
            here.process.kill()
            here.process.wait()
        with program.running():
            program.rests(within=LEASE.total_seconds() / 3)
        crowd.all_were_answered_once(but_twice=10)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(2, 7))
def test_fifty_kills(
    seed: int, telegram: FakeTelegram, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Ten in each of five lives."""
    with an_empty_store("sqlite", tmp_path) as store:
        twice = _is_killed(Load(store, telegram, tmp_path, seed), 10, within=90)
        record_property("seen_twice", twice)


@pytest.mark.faults
@pytest.mark.postgres
def test_kills_beside_a_store_that_others_may_share(telegram: FakeTelegram, tmp_path: Path) -> None:
    """There the leases of the dead one must end first."""
    with an_empty_store("postgresql", tmp_path) as store:
        _is_killed(Load(store, telegram, tmp_path, 7), 6, within=180)
