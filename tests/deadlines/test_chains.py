"""What is overdue climbs its chain, frozen when the clock started, until the deed is done; deputies hear in between."""

from datetime import date, datetime, timedelta

import pytest

from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.deputies import set_deputy
from actions.load_deadline_rules import keep_deadline_rules
from inspection.calendar.beijing import BEIJING
from inspection.deadlines.reading import read_rules
from inspection.deadlines.rules import RuleName
from inspection.refusals import Unacceptable
from inspection.roles import Role
from storage import deputies
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, a_story
from tests.builders import NOW, a_person
from tests.stores import on_both

MATTER = Matter(department="fire", district="652701")
WITHOUT_A_CHAIN = """\
[correction]
basis = "本地规定"
from_event = "an event"
unit = "working_days"
length = 1
"""


def _at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=BEIJING)


@pytest.fixture
def story(store: Store) -> Story:
    """Nothing is drawn; a correction of the fire department is due at the end of 1 December."""
    story: Story = a_story(store)
    with store.transaction("test") as records:
        records.add(
            a_person("LI", department="fire", roles=(Role.LIAISON,)),
            a_person("LI-market", roles=(Role.LIAISON,)),
        )
        start_deadline(records, RuleName.CORRECTION, "P1", matter=MATTER, at=NOW)
    return story


def _told(story: Story) -> dict[str, int]:
    people = ("LI", "HD-fire", "LI-market", "HD-market", "OP")
    counted = {person: story.told(person).count("deadline_overdue") for person in people}
    return {person: number for person, number in counted.items() if number}


def _tick_at(story: Story, at: datetime) -> dict[str, int]:
    story.at = at
    story.tick()
    return _told(story)


@on_both
def test_each_party_hears_in_its_turn_within_office_hours(story: Story) -> None:
    assert _tick_at(story, _at(2, 9, 59)) == {}
    assert _tick_at(story, _at(2)) == {"LI": 1}
    assert _tick_at(story, _at(3)) == {"LI": 1, "HD-fire": 1}
    assert _tick_at(story, _at(4)) == {"LI": 1, "HD-fire": 1, "LI-market": 1}
    assert _tick_at(story, _at(30)) == {"LI": 1, "HD-fire": 1, "LI-market": 1}
    (letter,) = story.letters("HD-fire", "deadline_overdue")
    assert "逾期：更正公示，P1" in letter
    assert "12月1日（周二）23:59" in letter
    assert story.verbs("1") == ["deadline.escalate"] * 3


def test_the_deed_ends_the_climb_in_the_same_transaction(story: Story) -> None:
    assert _tick_at(story, _at(2)) == {"LI": 1}
    with story.store.transaction("test") as records:
        end_deadline(records, RuleName.CORRECTION, "P1", at=story.at)
    assert story.planned("P1") == []
    assert _tick_at(story, _at(30)) == {"LI": 1}


def test_a_chain_is_frozen_when_it_starts(story: Story) -> None:
    before = story.rows(Deadline)
    with story.store.transaction("test") as records:
        keep_deadline_rules(records, read_rules(WITHOUT_A_CHAIN, "").rules, at=story.at)
        start_deadline(records, RuleName.CORRECTION, "P2", matter=MATTER, at=NOW)
    [old, new] = story.rows(Deadline)
    assert old == before[0]
    assert (len(old.chain), new.chain) == (3, [])
    _tick_at(story, _at(2))
    assert _tick_at(story, _at(3)) == {"LI": 1, "HD-fire": 1}


def test_an_empty_rung_swallows_nothing(story: Story) -> None:
    with story.store.transaction("test") as records:
        records.get(Person, "LI").is_active = False
    assert _tick_at(story, _at(2)) == {"HD-fire": 1}
    assert _tick_at(story, _at(4)) == {"HD-fire": 1, "LI-market": 1}


def test_without_a_liaison_the_operators_are_the_joint_office(story: Story) -> None:
    with story.store.transaction("test") as records:
        records.get(Person, "LI-market").is_active = False
    for day in (2, 3, 4):
        _tick_at(story, _at(day))
    assert _told(story) == {"LI": 1, "HD-fire": 1, "OP": 1}


def test_after_a_night_of_standing_still_it_waits_for_the_office(story: Story) -> None:
    assert _tick_at(story, _at(2, 22)) == {}
    assert story.planned("P1") == ["escalate"]
    assert _tick_at(story, _at(3, 9)) == {}
    assert _tick_at(story, _at(3)) == {"LI": 1}
    assert _tick_at(story, _at(3)) == {"LI": 1, "HD-fire": 1}


@on_both
def test_an_urgent_matter_climbs_at_night(store: Store) -> None:
    story = a_story(store)
    with store.transaction("test") as records:
        start_deadline(records, RuleName.POLICE_HANDOVER, "P1", matter=MATTER, at=_at(1, 23))
    assert _tick_at(story, _at(2, 23)) == {"HD-fire": 1}
    assert _tick_at(story, _at(3, 1)) == {"HD-fire": 1, "OP": 1}


# Deputies.


def _stands_in(story: Story, person: str, deputy: str, first: int, last: int) -> None:
    with story.store.transaction("test") as records:
        set_deputy(records, person, deputy, date(2026, 12, first), date(2026, 12, last), at=story.at)


def test_a_deputy_hears_in_the_days_of_absence_and_knows_for_whom(story: Story) -> None:
    _stands_in(story, "LI", "fire-1", 1, 2)
    assert _tick_at(story, _at(2)) == {}
    (letter,) = story.letters("fire-1", "deadline_overdue")
    assert "您代人员LI收到这条通知" in letter
    _stands_in(story, "HD-fire", "fire-1", 1, 2)
    assert _tick_at(story, _at(3)) == {"HD-fire": 1}


def test_a_deputy_who_is_away_too_passes_it_on_and_a_circle_ends_with_the_person(story: Story) -> None:
    _stands_in(story, "LI", "fire-1", 1, 9)
    _stands_in(story, "fire-1", "fire-2", 1, 9)
    with story.store.reading() as records:
        assert deputies.standing_in(records, "LI", date(2026, 12, 2)) == "fire-2"
        assert deputies.standing_in(records, "LI", date(2026, 12, 10)) == "LI"
    _stands_in(story, "fire-2", "LI", 1, 9)
    with story.store.reading() as records:
        assert deputies.standing_in(records, "LI", date(2026, 12, 2)) == "LI"


def test_a_later_note_of_the_same_day_takes_the_place_of_the_earlier(story: Story) -> None:
    _stands_in(story, "LI", "fire-1", 1, 9)
    _stands_in(story, "LI", "fire-2", 1, 5)
    with story.store.reading() as records:
        assert [row.deputy_id for row in deputies.all_deputies(records, since=date(2026, 12, 1))] == [
            "fire-2"
        ]
        assert deputies.all_deputies(records, since=date(2026, 12, 6)) == []


@pytest.mark.parametrize(
    ("deputy", "last", "sentence"),
    [("LI", 9, "own_deputy"), ("fire-1", 0, "deputy_days"), ("fire-2", 9, "deputy_gone")],
)
def test_a_deputy_who_can_be_none_is_refused(story: Story, deputy: str, last: int, sentence: str) -> None:
    with story.store.transaction("test") as records:
        records.get(Person, "fire-2").is_active = False
    first = date(2026, 12, 1)
    end = first + timedelta(days=last - 1)
    with story.store.transaction("test") as records, pytest.raises(Unacceptable) as refused:
        set_deputy(records, "LI", deputy, first, end, at=story.at)
    assert refused.value.sentence == sentence


def test_a_visit_that_is_not_made_goes_to_its_lead_first(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    story.confirm("S1.B1")
    lead = story.lead("S1.B1").person_id
    story.at = _at(11)
    story.tick()
    (letter,) = story.letters(lead, "deadline_overdue")
    assert "完成现场检查" in letter
    assert "检查：示例商户B1" in letter
