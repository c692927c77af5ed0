"""The month in five lines: on its first working day, to heads for their department and to the joint office for all."""

from datetime import datetime

import pytest

from actions.monthly_digest import month_for
from actions.summary_times import Summary
from inspection.calendar.beijing import BEIJING
from inspection.roles import Role
from storage.store import Store
from storage.tables.messaging import DueWork
from tests.actions.story import Story, a_drawn_story
from tests.builders import a_person
from tests.stores import on_both


@pytest.fixture
def story(store: Store) -> Story:
    """One visit is drawn on Tuesday 24 November; every seat lapses, and so do those drawn in their place."""
    story: Story = a_drawn_story(store, objects=1)
    story.has_summaries = True
    with store.transaction("test") as records:
        records.add(
            a_person("LI-market", roles=(Role.LIAISON,)),
            a_person("HD-tax", department="tax", roles=(Role.HEAD,)),
        )
    return story


def _run_to(story: Story, at: datetime) -> None:
    story.at = at
    while story.tick():
        pass


@on_both
def test_on_the_first_working_day_heads_and_the_joint_office_read_five_lines(story: Story) -> None:
    _run_to(story, datetime(2026, 11, 25, 12, tzinfo=BEIJING))
    _run_to(story, datetime(2026, 12, 1, 9, 59, tzinfo=BEIJING))
    assert "monthly_digest" not in story.told("HD-fire")
    _run_to(story, datetime(2026, 12, 1, 10, 0, tzinfo=BEIJING))
    (fire,), (whole,) = (story.letters(one, "monthly_digest") for one in ("HD-fire", "LI-market"))
    assert "11月情况：消防救援支队" in fire
    assert "今年应检查1户，已公示0户，完成率0%" in fire
    assert "11月情况：全州" in whole
    assert story.letters("HD-tax", "monthly_digest") == []
    with story.store.reading() as records:
        found = month_for(records, "fire", at=story.at)
    assert (found.drawn, found.answered, found.lapsed) == (4, 0, 4)
    assert f"当月抽中{found.drawn}人次，已答复0人次，逾期失效4人次，补抽2席" in fire
    planned = [one for one in story.rows(DueWork, kind=Summary.MONTH.value) if one.done_at is None]
    assert [one.due_at for one in planned] == [datetime(2027, 1, 4, 10, 0, tzinfo=BEIJING)]


def test_a_month_is_told_once_however_late_the_clock_comes(story: Story) -> None:
    _run_to(story, datetime(2026, 12, 3, 12, tzinfo=BEIJING))
    _run_to(story, datetime(2026, 12, 8, 12, tzinfo=BEIJING))
    assert len(story.letters("HD-fire", "monthly_digest")) == 1
