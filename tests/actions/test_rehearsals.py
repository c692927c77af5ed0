"""The rehearsal of a scheme: as if it were announced now, with nothing kept and nobody told."""

import pytest

from actions.draws import announce_draw
from actions.rehearsals import rehearse_draw
from draw.double_random import Rehearsal
from inspection.refusals import Unacceptable
from storage.store import Store
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Inspector
from tests.actions.story import SECRET, Story, a_story, changing

RUNS = 10


def _rehearsed(story: Story) -> Rehearsal:
    """Nothing at all may have changed by it."""
    before = story.everything()
    with story.store.transaction() as records:
        report = rehearse_draw(records, "S1", at=story.at, runs=RUNS)
    assert story.everything() == before
    return report


def test_a_rehearsal_shows_the_sizes_that_the_announcement_will_have_and_keeps_nothing(store: Store) -> None:
    story = a_story(store, objects=5, count=2)
    report = _rehearsed(story)
    assert (report.runs, report.infeasible) == (RUNS, 0)
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert [(one.name, one.size, one.quota) for one in report.strata] == [
        (one.name, one.size, one.quota) for one in announcement.strata
    ]
    assert [(one.department, one.seats, one.people, one.places) for one in report.departments] == [
        ("market", 4, 4, 20),
        ("fire", 4, 4, 20),
    ]


def test_a_rehearsal_twice_at_one_moment_is_the_same(store: Store) -> None:
    story = a_story(store, objects=5, count=2)
    assert _rehearsed(story) == _rehearsed(story)


def test_a_shortage_is_seen_before_the_announcement(store: Store) -> None:
    story = a_story(store)
    with changing(store) as records:
        for number in (2, 3, 4):
            records.get(Inspector, f"fire-{number}").is_active = False
    report = _rehearsed(story)
    assert report.infeasible == RUNS
    assert [one.department for one in report.shortages] == ["fire"]
    story.draw()
    assert "消防救援支队符合条件的人员不够" in story.row(DrawRecord, "D-S1-1").void_reason
    assert _rehearsed(story).infeasible == RUNS


def test_a_rehearsal_tells_nothing_of_the_draw_that_follows(store: Store) -> None:
    """With one and the same secret, registers and moment the draw still has a key of its own."""
    story = a_story(store, objects=9, officers=9)
    told = repr(_rehearsed(story))
    story.do(announce_draw, "S1", secret=bytes(32), by="OP")
    transcript = story.run()
    assert transcript.rounds[0].key not in told
    assert transcript.announcement.digest not in told


@pytest.mark.parametrize("objects", [0, 1])
def test_what_cannot_be_announced_as_it_is_cannot_be_rehearsed_either(store: Store, objects: int) -> None:
    story = a_story(store, objects=objects, count=2)
    sentence = "draw_count_above_pool" if objects else "draw_empty_stratum"
    with store.reading() as records, pytest.raises(Unacceptable) as refused:
        rehearse_draw(records, "S1", at=story.at, runs=RUNS)
    assert refused.value.sentence == sentence
