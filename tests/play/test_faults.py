"""More than `make test` has time for: the full-size scheme with kills, and kills wherever the dice fall."""

from pathlib import Path

import pytest

from storage.migrate import migrate
from tests.play.faults import Faults
from tests.play.moments import (
    somewhere,
    when_the_clock_has_moved,
    while_assignments_are_answered,
    while_checklists_come_in,
    while_results_are_reviewed,
)
from tests.play.small_scheme import WHOLE_STORY, a_small_stage, totals
from tests.play.stage import Played, a_stage
from tests.stores import lay_a_store

pytestmark = pytest.mark.faults


def _lost_and_doubled_nothing(played: Played) -> None:
    assert played.code == 0, played.words
    assert played.summary["violations"] == 0
    assert (played.lost(), played.doubled()) == ([], [])


def test_the_whole_sample_scheme_with_four_kills(tmp_path: Path, faults: Faults) -> None:
    with a_stage(lay_a_store(tmp_path / "store.db"), tmp_path, "S2601") as stage:
        stage.patience = 900.0
        played = stage.play(
            while_assignments_are_answered(accepted=150),
            when_the_clock_has_moved(),
            while_checklists_come_in(photos=200),
            while_results_are_reviewed(approved=30),
        )
        faults.note(played)
        _lost_and_doubled_nothing(played)


@pytest.mark.parametrize("seed", range(1, 5))
def test_kills_wherever_the_dice_fall(seed: int, postgres_url: str, tmp_path: Path, faults: Faults) -> None:
    migrate(postgres_url)
    url = postgres_url if seed % 2 else lay_a_store(tmp_path / "store.db")
    spans = ((5, 120), (140, 240), (260, 360), (380, 480))
    with a_small_stage(url, tmp_path) as stage:
        played = stage.play(*(somewhere(seed, first=first, last=last) for first, last in spans))
        faults.note(played)
        _lost_and_doubled_nothing(played)
        assert totals(played) == WHOLE_STORY
