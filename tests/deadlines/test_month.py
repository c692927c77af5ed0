"""The month in five lines: on its first working day, to heads for their department and to the joint office for all."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from actions.monthly_digest import month_for
from actions.summary_times import Summary
from inspection.calendar.beijing import BEIJING
from inspection.roles import Role
from inspection.states import ArchiveState
from storage.store import Store
from storage.tables.archives import CaseFile
from storage.tables.messaging import DueWork
from storage.tables.registers import Scheme
from tests.actions.story import Story, a_drawn_story
from tests.builders import NOW, a_person
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


def _case(visit: str) -> CaseFile:
    """Still to be archived."""
    about: dict[str, Any] = {"scheme_id": "S1", "department": "market", "year": 2026, "number": 1}
    ends: dict[str, Any] = {"closed_at": NOW, "archive_at": NOW + timedelta(days=99)}
    state: dict[str, Any] = {"outcome": "published", "state": ArchiveState.OPEN}
    return CaseFile(inspection_id=visit, object_name="示例商户", **about, **ends, **state)


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


def test_a_countys_heads_and_its_joint_office_read_what_was_done_in_the_county(story: Story) -> None:
    bole, wenquan = "652701", "652723"
    with story.store.transaction("test") as records:
        for level in (bole, wenquan):
            for name, role in (("HD", Role.HEAD), ("LI", Role.LIAISON)):
                records.add(a_person(f"{name}-{level}", roles=(role,), district=level))
        records.get(Scheme, "S1").district = bole
        records.add(_case(story.inspections()[0]))
    _run_to(story, datetime(2026, 12, 1, 10, 0, tzinfo=BEIJING))
    (head,), (office,) = (story.letters(f"{one}-{bole}", "monthly_digest") for one in ("HD", "LI"))
    for title, letter in (("博乐市市场监管局", head), ("博乐市各部门", office)):
        assert f"11月情况：{title}" in letter
        assert "今年应检查1户" in letter
        assert "人次" not in letter
        assert "待归档1卷" in letter
    for one in ("HD", "LI"):
        assert story.letters(f"{one}-{wenquan}", "monthly_digest") == []


def test_a_month_is_told_once_however_late_the_clock_comes(story: Story) -> None:
    _run_to(story, datetime(2026, 12, 3, 12, tzinfo=BEIJING))
    _run_to(story, datetime(2026, 12, 8, 12, tzinfo=BEIJING))
    assert len(story.letters("HD-fire", "monthly_digest")) == 1
