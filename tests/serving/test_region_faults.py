"""Four processes share a PostgreSQL, and everything happens to them that does: whatever was acknowledged is applied
once and answered, seats have legal histories, the journal is whole, and each reminder went once."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from tests.serving.load import Load
from tests.serving.region import a_region
from tests.serving.region_faults import SHORT, Size, Trial, table_of
from tests.serving.wrong_clock import NoWrongClock, make_wrong_clock
from tests.telegram.server import FakeTelegram

WHOLE = Size(kills=int(os.environ.get("FAULTS_KILLS", "50")), restarts=5, cuts=10, seconds=10.0)
SEED = int(os.environ.get("FAULTS_SEED", "1"))

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    "size", [SHORT, pytest.param(WHOLE, marks=pytest.mark.faults)], ids=["short", "whole"]
)
def test_whatever_happens_nothing_is_lost_and_nothing_done_twice(
    size: Size, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, without = _wrong_clock(tmp_path) if size.seconds else (None, "")
    with FakeTelegram() as telegram, a_region(tmp_path, telegram) as region:
        load = Load(region, SEED)
        region.start()
        load.sign_in()
        trial = Trial(region, load, size, SEED)
        try:
            trial.all_faults(clock)
        finally:
            load.close()
            with capsys.disabled():
                _show(trial, without)
    assert [note for row in trial.rows for note in row.notes] == []
    assert all(row.is_well for row in trial.rows)
    assert trial.most_seen_twice() <= trial.strikes


def _wrong_clock(folder: Path) -> tuple[Path | None, str]:
    try:
        return make_wrong_clock(folder), ""
    except NoWrongClock as reason:
        return None, f"; no wrong clocks: {reason}"


def _show(trial: Trial, without: str) -> None:
    console = Console(width=150)
    title = f"Faults of a region: {len(trial.load.said_at)} words, {len(trial.load.posts)} posts, "
    title += f"{len(trial.load.pictures)} pictures, {len(trial.load.reminders)} reminders{without}"
    console.print()
    console.print(table_of(trial.rows, title))
    for row in trial.rows:
        for note in row.notes[:20]:
            console.print(f"  {row.fault}: {note}", markup=False, highlight=False)
