"""The play from outside: undisturbed, and with its processes killed, it comes to the same end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.migrate import migrate
from tests.play.faults import Faults
from tests.play.moments import (
    somewhere,
    when_a_head_has_refused,
    when_a_returned_result_is_back,
    while_assignments_are_answered,
    while_checklists_come_in,
    while_results_are_reviewed,
    while_the_field_reports,
)
from tests.play.small_scheme import DEEDS, WHOLE_STORY, a_small_stage, totals
from tests.play.stage import Played, Stage
from tests.postgres import fresh_database
from tests.stores import lay_a_store

_DEEDS_THAT_DIFFER = {
    "team.complete": "a seat that is left before its team was whole reopens nothing, and which comes first is chance",
    "team.reopen": "likewise",
    "public_bundle.add": "lists that grow are frozen again and again, as often as there is time while they do",
    "publicity.sign": "and each of these is signed",
    "deadline.cancel": "a team that was whole has a clock to be confirmed by, which its reopening cancels",
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_small_stage(lay_a_store(tmp_path / "store.db"), tmp_path) as stage:
        yield stage


@pytest.fixture
def stage_on_postgres(tmp_path: Path) -> Iterator[Stage]:
    with fresh_database(migrate) as url, a_small_stage(url, tmp_path) as stage:
        yield stage


@pytest.fixture(scope="module")
def killed_twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Once while people answer, and once with an update in hand."""
    folder = tmp_path_factory.mktemp("killed-twice")
    with a_small_stage(lay_a_store(folder / "store.db"), folder) as stage:
        yield stage.play(while_assignments_are_answered(accepted=20), while_checklists_come_in(photos=20))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("undisturbed")
    with a_small_stage(lay_a_store(folder / "store.db"), folder) as stage:
        yield stage.play()


def _deeds(played: Played) -> dict[str, int]:
    deeds = played.books.deeds()
    return {verb: number for verb, number in deeds.items() if verb not in _DEEDS_THAT_DIFFER}


def _came_to_the_end(played: Played) -> None:
    """The totals and the deeds of the whole story, nothing left over, nothing shown twice, and the clock pushed as far
    as it is when nobody disturbs."""
    assert played.code == 0, played.words
    assert (played.lost(), played.doubled()) == ([], [])
    assert totals(played) == WHOLE_STORY
    assert _deeds(played) == DEEDS
    moved = played.books.clock_moved()
    assert timedelta(hours=24) <= moved <= timedelta(hours=25), (
        "a day, and an hour where the rest is not waited for"
    )


def test_a_server_killed_twice_loses_nothing_does_nothing_twice_and_tells_the_whole_story(
    killed_twice: Played, faults: Faults
) -> None:
    faults.note(killed_twice)
    assert killed_twice.summary["server_starts"] == 3
    _came_to_the_end(killed_twice)


def test_the_terminal_shows_every_bar_full_and_no_line_of_a_library(killed_twice: Played) -> None:
    assert [total in killed_twice.words for total in ("72/72", "36/36")] == [True, True]
    assert killed_twice.words.count("12/12") == 2
    assert "alembic" not in killed_twice.words


@pytest.mark.faults
def test_an_undisturbed_play_tells_the_whole_story(undisturbed: Played) -> None:
    assert undisturbed.summary["server_starts"] == 1
    _came_to_the_end(undisturbed)


@pytest.mark.faults
def test_a_server_killed_four_times_loses_nothing_and_does_nothing_twice(
    stage: Stage, faults: Faults
) -> None:
    played = stage.play(
        while_assignments_are_answered(accepted=20),
        while_checklists_come_in(photos=20),
        somewhere(20261124, first=330, last=400),
        while_results_are_reviewed(approved=2),
    )
    faults.note(played)
    assert played.summary["server_starts"] == 5
    _came_to_the_end(played)


@pytest.mark.faults
def test_the_same_on_postgresql(stage_on_postgres: Stage, faults: Faults) -> None:
    played = stage_on_postgres.play(
        while_assignments_are_answered(accepted=20),
        while_checklists_come_in(photos=8),
        while_results_are_reviewed(approved=2),
    )
    faults.note(played)
    assert played.summary["server_starts"] == 4
    _came_to_the_end(played)


@pytest.mark.faults
def test_a_play_that_was_killed_goes_on_where_it_stopped(stage: Stage, faults: Faults) -> None:
    stage.play_until(when_a_head_has_refused())
    stage.play_until(while_the_field_reports(photos=8))
    stage.play_until(when_a_returned_result_is_back())
    played = stage.play()
    faults.note(played)
    _came_to_the_end(played)
