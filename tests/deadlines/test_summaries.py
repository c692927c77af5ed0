"""The day for leads and the joint office, the week for liaisons; whoever has nothing to hear hears nothing."""

from datetime import datetime

import pytest

from actions.assignments import accept_assignment
from actions.deadline_parties import Matter, people_of
from actions.deadlines import start_deadline
from actions.due_work import DUE_ACTIONS
from actions.summary_times import Summary
from inspection.calendar.beijing import BEIJING
from inspection.deadlines.rules import Party, RuleName
from inspection.roles import Role
from storage.store import Store
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, Scheme
from tests.actions.story import Story, a_drawn_story
from tests.builders import NOW, a_person
from tests.stores import on_both

KINDS = {"lead_summary", "liaison_summary", "overdue_list"}


def _at(day: int, hour: int = 10, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


@pytest.fixture
def story(store: Store) -> Story:
    """One visit is drawn on Tuesday 24 November at 10:00; both departments have a liaison."""
    story: Story = a_drawn_story(store, objects=1)
    story.has_summaries = True
    with store.transaction("test") as records:
        records.add(
            a_person("LI-market", roles=(Role.LIAISON,)),
            a_person("LI-fire", department="fire", roles=(Role.LIAISON,)),
        )
    return story


def _summaries(story: Story, at: datetime) -> dict[str, list[str]]:
    """Who has been told which summaries by then, each time the clock ticks until nothing is due."""
    story.at = at
    while story.tick():
        pass
    people = [person.id for person in story.rows(Person)]
    told = {person: [kind for kind in story.told(person) if kind in KINDS] for person in people}
    return {person: kinds for person, kinds in told.items() if kinds}


def _confirmed(story: Story) -> str:
    story.confirm("S1.B1")
    return story.lead("S1.B1").person_id


@on_both
def test_a_lead_reads_each_working_day_what_runs_in_the_own_visits(story: Story) -> None:
    lead = _confirmed(story)
    assert _summaries(story, _at(25, 9, 59)) == {}
    assert _summaries(story, _at(25)) == {lead: ["lead_summary"]}
    (letter,) = story.letters(lead, "lead_summary")
    assert "今天的检查安排（11月25日（周三））" in letter
    assert "完成现场检查：示例商户B1" in letter
    assert "检查：示例商户B1" in letter
    assert _summaries(story, _at(26)) == {lead: ["lead_summary"] * 2}


def test_a_lead_sees_who_has_not_answered_yet(story: Story) -> None:
    lead = story.lead("S1.B1")
    story.at = _at(24, 11)
    story.do(accept_assignment, lead.id, by=lead.person_id)
    assert _summaries(story, _at(25))[lead.person_id] == ["lead_summary"]
    (letter,) = story.letters(lead.person_id, "lead_summary")
    assert "答复任务：示例商户B1（人员fire-" in letter


def test_no_summary_comes_on_a_day_off(story: Story) -> None:
    _confirmed(story)
    planned = [work for work in story.rows(DueWork, kind=Summary.LEADS.value) if work.done_at is None]
    assert [work.due_at for work in planned] == [_at(25)]
    story.at = _at(27)
    while story.tick():
        pass
    planned = [work for work in story.rows(DueWork, kind=Summary.LEADS.value) if work.done_at is None]
    assert [work.due_at for work in planned] == [_at(30)]


def test_a_liaison_reads_the_week_on_its_first_working_day(story: Story) -> None:
    _confirmed(story)
    with story.store.transaction("test") as records:
        start_deadline(records, RuleName.CORRECTION, "P1", matter=Matter("fire"), at=NOW)
    told = _summaries(story, _at(30))
    assert told["LI-fire"] == told["LI-market"] == ["liaison_summary"]
    (letter,) = story.letters("LI-fire", "liaison_summary")
    assert "消防救援支队本周期限（11月30日（周一）起）" in letter
    assert "在办1件，其中逾期0件。过去七天按时办好2件，逾期0件。" in letter
    assert "更正公示：P1" in letter
    assert _summaries(story, _at(1, month=12))["LI-fire"] == ["liaison_summary"]
    assert _summaries(story, _at(7, month=12))["LI-fire"].count("liaison_summary") == 2


def test_the_joint_office_reads_what_is_overdue_and_nothing_when_nothing_is(story: Story) -> None:
    _confirmed(story)
    with story.store.transaction("test") as records:
        start_deadline(records, RuleName.CORRECTION, "P1", matter=Matter("fire"), at=NOW)
    assert "overdue_list" not in _summaries(story, _at(1, month=12)).get("LI-market", [])
    assert "overdue_list" in _summaries(story, _at(2, month=12))["LI-market"]
    (letter,) = story.letters("LI-market", "overdue_list")
    assert "全州逾期清单（12月2日（周三））：1件" in letter
    assert "消防救援支队" in letter


def test_a_countys_liaisons_and_its_joint_office_read_what_the_county_leads(story: Story) -> None:
    bole, wenquan = "652701", "652723"
    _confirmed(story)
    with story.store.transaction("test") as records:
        records.get(Scheme, "S1").district = bole
        records.add(
            *(
                a_person(f"LI-{part}{level[-2:]}", department=part, roles=(Role.LIAISON,), district=level)
                for part in ("market", "fire")
                for level in (bole, wenquan)
            )
        )
        start_deadline(records, RuleName.CORRECTION, "P1", matter=Matter("fire", district=bole), at=NOW)
        start_deadline(records, RuleName.CORRECTION, "P2", matter=Matter("fire", district=""), at=NOW)
    assert _summaries(story, _at(30))["LI-fire01"] == ["liaison_summary"]
    told = _summaries(story, _at(2, month=12))
    assert set(told["LI-market01"]) == {"liaison_summary", "overdue_list"}
    assert not {"LI-fire23", "LI-market23"} & told.keys()
    with story.store.reading() as records:
        watching = people_of(records, Party.JOINT_OFFICE, Matter("fire", district=bole))
    assert watching == ["LI-market"], "over all matters watches the prefecture's"
    (letter,) = story.letters("LI-fire01", "liaison_summary")
    assert "博乐市消防救援支队本周期限" in letter
    assert "在办1件，其中逾期0件。过去七天按时办好2件，逾期0件。" in letter
    assert "P2" not in letter
    (county,) = story.letters("LI-market01", "overdue_list")
    (all_of_them,) = story.letters("LI-market", "overdue_list")
    assert "博乐市逾期清单（12月2日（周三））：1件" in county
    assert "全州逾期清单（12月2日（周三））：2件" in all_of_them


def test_a_summary_plans_the_next_even_when_nobody_has_anything_to_hear(story: Story) -> None:
    assert _summaries(story, _at(24, 12)) == {}
    for day in (25, 26, 27):
        story.at = _at(day)
        while story.tick():
            pass
    kinds = {work.kind for work in story.rows(DueWork) if work.done_at is None}
    assert kinds >= {kind.value for kind in Summary}


def test_a_clock_that_stood_still_for_weeks_tells_one_summary(story: Story) -> None:
    lead = _confirmed(story)
    story.at = _at(8, 12, month=12)
    while story.tick():
        pass
    assert story.told(lead).count("lead_summary") == 1


def test_every_kind_of_summary_has_its_deed() -> None:
    assert {kind.value for kind in Summary} <= set(DUE_ACTIONS)
