"""The canary's trial run: it comes to its end, says where it stopped when it does not, and touches nothing of ours."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.canary.trial import Trial, TrialFailed
from bot.canary.watch import FIRST_AFTER, CanaryWatch, canary_lines, run_trial
from bot.cli import app
from bot.health import health
from bot.settings import read_settings
from storage import canary_results
from storage.canary_results import CANARY, CanaryResult
from storage.shadow import ShadowTaken, shadow_store
from storage.store import Store
from tests.actions.story import Story, a_drawn_story
from tests.builders import NOW
from tests.logs import logging_put_back
from tests.stores import an_empty_store, on_both


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


def _url(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def _without_the_result(story: Story) -> dict[str, list[dict[str, Any]]]:
    rows = story.everything()
    rows["setting"] = [row for row in rows["setting"] if row["name"] != CANARY]
    return {table: kept for table, kept in rows.items() if kept}


@on_both
def test_it_runs_from_draw_to_publication_and_leaves_only_its_result_in_the_real_store(
    store: Store, tmp_path: Path
) -> None:
    """Twice, where that is quick: the shadow is made anew each time."""
    story = a_drawn_story(store)
    before = story.everything()
    for at in (NOW, NOW + timedelta(days=1)) if store.is_sqlite else (NOW,):
        result = run_trial(store, _url(store), tmp_path, at)
        assert (result.step, result.failure, result.good_at) == ("verified", "", at)
        assert _without_the_result(story) == before
        with store.reading() as records:
            assert canary_results.last(records) == result
    if not store.is_sqlite:
        with store.engine.connect() as connection:
            drawn = connection.execute(text("SELECT count(*) FROM canary.publication")).scalar_one()
            assert (drawn, connection.execute(text("SELECT count(*) FROM publication")).scalar_one()) == (
                1,
                0,
            )


@pytest.mark.parametrize(
    ("broken", "step", "words"),
    [
        ("bot.canary.trial.tick", "drawn", "what was due was not done"),
        ("bot.canary.trial.verify", "published", "the draw does not recompute"),
        ("bot.canary.trial.digest", "published", "no sound bundle"),
        ("bot.canary.trial.work_batch", "begun", "no SchemeButton came"),
    ],
)
def test_where_it_stops_is_kept_with_the_time_it_last_went_well(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, step: str, words: str
) -> None:
    good = CanaryResult(NOW - timedelta(days=1), 1.0, "verified", "", NOW - timedelta(days=1))
    with store.transaction() as records:
        canary_results.keep(records, good)
    monkeypatch.setattr(broken, lambda *given, **named: 0)
    result = run_trial(store, _url(store), tmp_path, NOW)
    assert (result.step, result.good_at) == (step, good.good_at)
    assert words in result.failure


def test_a_fault_of_our_own_is_a_failure_with_its_name(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object, **_named: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr("bot.canary.trial.newest_publication", breaks)
    assert run_trial(store, _url(store), tmp_path, NOW).failure == "KeyError: 'a mistake of ours'"


@on_both
def test_two_at_the_same_time_are_one(store: Store, tmp_path: Path) -> None:
    with shadow_store(_url(store), tmp_path, CANARY), pytest.raises(ShadowTaken):
        run_trial(store, _url(store), tmp_path, NOW)
    with store.reading() as records:
        assert canary_results.last(records) is None


def test_a_trial_that_expects_what_does_not_come_says_so(store: Store) -> None:
    trial = Trial(store, NOW)
    with pytest.raises(TrialFailed, match="no SchemeButton came"):
        trial._hold_draw()


class Watched:
    """The watch of a running service, with both clocks and the outcome of its trials in hand."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.at, self.seconds, self.failure = store, NOW, 0.0, ""
        self.watch = CanaryWatch(
            store, _url(store), folder, lambda: self.at, now=lambda: self.seconds, trial=self._trial
        )

    def _trial(self, store: Store, _url: str, _folder: Path, at: datetime) -> CanaryResult:
        result = CanaryResult(at, 1.0, "verified", self.failure, None if self.failure else at)
        with store.transaction() as records:
            canary_results.keep(records, result)
        return result

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()

    def look(self) -> CanaryResult | None:
        """Gives what stands in the store when whatever was started is over."""
        self.watch.look()
        self.watch.wait()
        with self.store.reading() as records:
            return canary_results.last(records)

    def status(self) -> tuple[object, object]:
        found = health(self.store, (), None, self.watch)
        return found["status"], found["reasons"]


@pytest.fixture
def watched(store: Store, tmp_path: Path) -> Watched:
    return Watched(store, tmp_path)


def test_it_runs_once_a_day_and_not_at_once(watched: Watched) -> None:
    assert watched.look() is None
    watched.later(seconds=FIRST_AFTER)
    first = watched.look()
    assert first is not None
    assert first.good_at == watched.at
    watched.later(hours=23, minutes=59)
    assert watched.look() == first
    watched.later(minutes=1)
    second = watched.look()
    assert second is not None
    assert second.at == watched.at


def test_a_failed_one_is_red_is_tried_again_within_the_hour_and_mends_itself(watched: Watched) -> None:
    watched.later(hours=1)
    watched.failure = "TrialFailed: the draw does not recompute"
    watched.look()
    assert watched.status() == ("red", {"canary_failed": 1})
    watched.failure = ""
    watched.later(minutes=59)
    watched.look()
    assert watched.status() == ("red", {"canary_failed": 1})
    watched.later(minutes=1)
    watched.look()
    assert watched.status() == ("ok", {})


def test_one_that_does_not_arrive_is_red_after_26_hours_of_service(watched: Watched) -> None:
    assert watched.status() == ("ok", {})
    watched.later(hours=26)
    assert watched.status() == ("ok", {})
    watched.later(seconds=1)
    assert watched.status() == ("red", {"canary_old": 1})
    with watched.store.transaction() as records:
        canary_results.keep(records, CanaryResult(watched.at, 1.0, "verified", "", watched.at))
    assert watched.status() == ("ok", {})


def test_an_old_result_is_not_held_against_a_service_that_has_just_started(watched: Watched) -> None:
    long_ago = NOW - timedelta(days=30)
    with watched.store.transaction() as records:
        canary_results.keep(records, CanaryResult(long_ago, 1.0, "verified", "", long_ago))
    assert watched.status() == ("ok", {})


def test_a_result_from_before_the_clock_was_set_back_does_not_stop_it(watched: Watched) -> None:
    with watched.store.transaction() as records:
        ahead = NOW + timedelta(days=400)
        canary_results.keep(records, CanaryResult(ahead, 1.0, "verified", "", ahead))
    watched.later(hours=1)
    found = watched.look()
    assert found is not None
    assert found.at == watched.at


def test_the_command_runs_it_now_and_status_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    with logging_put_back():
        runner = CliRunner()
        assert "自检" not in runner.invoke(app, ["status"]).output
        ran = runner.invoke(app, ["canary", "run"])
        assert (ran.exit_code, "自检通过" in ran.output) == (0, True)
        assert "自检通过" in runner.invoke(app, ["status"]).output
        with monkeypatch.context() as broken:
            broken.setattr("bot.canary.trial.verify", lambda *given: "no")
            failed = runner.invoke(app, ["canary", "run"])
        assert failed.exit_code == 1
        assert "自检没有通过" in failed.output
        assert "走到“已公示”。TrialFailed: the draw does not recompute" in failed.output
        store = Store(f"sqlite:///{tmp_path / 'shuangsuiji.db'}")
        with store.reading() as records:
            [line] = canary_lines(records, "en")
        store.close()
        assert "having come to “published”" in line


def test_health_shows_the_last_one_without_the_words_of_its_failure(watched: Watched) -> None:
    with watched.store.transaction() as records:
        canary_results.keep(records, CanaryResult(NOW, 1.0, "drawn", "KeyError: something", None))
    found = json.dumps(health(watched.store, (), None, watched.watch))
    assert '"step": "drawn"' in found
    assert "KeyError" not in found


def test_it_is_on_for_a_service_and_off_in_a_demo_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().has_canary is True
    assert read_settings(demo=True).has_canary is False
    assert read_settings(demo=True, canary="on").has_canary is True
    monkeypatch.setenv("SHUANGSUIJI_CANARY", "off")
    assert read_settings().has_canary is False
