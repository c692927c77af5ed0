"""Clocks that start and stop with the deeds of the trade, each by the rules as they stood when it started."""

from datetime import datetime, timedelta

import pytest

from actions.assignments import accept_assignment, withdraw_acceptance
from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.leave import decide_leave, file_leave_request
from actions.load_deadline_rules import keep_deadline_rules
from actions.teams import confirm_team
from inspection.calendar.beijing import BEIJING
from inspection.deadlines.reading import read_rules
from inspection.deadlines.rules import RuleName
from inspection.leave import Ground, Verdict
from inspection.roles import Role
from inspection.states import AssignmentState, DeadlineState, DeadlineStep
from storage import deadlines
from storage.deadlines import built_in_rules
from storage.store import Store
from storage.tables.deadlines import Deadline, DeadlineRuleVersion
from storage.tables.messaging import DueWork
from tests.actions.story import Story, a_drawn_story, a_story
from tests.builders import NOW, a_person
from tests.stores import on_both

SEAT = "S1.B1/market/1"
RUNNING, MET, MISSED, CANCELLED = DeadlineState
SHORTER = """\
[answer]
basis = "本地规定"
from_event = "an officer is told of a seat"
unit = "hours"
length = 6
remind = ["2h"]
remind_whom = ["asked"]
at_end = "lapse"
"""


def _clocks(story: Story, rule: RuleName) -> list[tuple[str, DeadlineState]]:
    return [(one.subject, one.state) for one in story.rows(Deadline, rule=rule.value)]


def _load(story: Story, text: str) -> tuple[int, bool]:
    reading = read_rules(text, "rules.toml")
    assert reading.problems == ()
    with story.store.transaction("test") as records:
        return keep_deadline_rules(records, reading.rules, at=story.at)


@on_both
def test_a_draw_starts_a_clock_for_every_answer_and_the_rules_become_version_one(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    clocks = story.rows(Deadline)
    assert {one.rule for one in clocks} == {"answer"}
    assert len(clocks) == 4
    for clock in clocks:
        assert (clock.version, clock.owners, clock.asked_id) == (1, [clock.asked_id], clock.asked_id)
        assert (clock.started_at, clock.due_at) == (NOW, NOW + timedelta(hours=24))
    with store.reading() as records:
        assert deadlines.rules_of(records, 1) == dict(built_in_rules())


def test_an_answer_ends_its_clock_and_an_acceptance_taken_back_starts_it_again(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    held = story.held_by(SEAT)
    story.do(accept_assignment, held.id, by=held.person_id)
    assert (held.id, MET) in _clocks(story, RuleName.ANSWER)
    story.do(withdraw_acceptance, held.id, by=held.person_id)
    [_first, again] = story.rows(Deadline, subject=held.id)
    assert (again.state, again.due_at) == (RUNNING, NOW + timedelta(hours=24))


@on_both
def test_silence_misses_the_clock_and_the_next_one_has_a_clock_of_their_own(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    silent = story.held_by(SEAT)
    story.later(hours=24)
    story.tick()
    assert story.row(type(silent), silent.id).state is AssignmentState.LAPSED
    clocks = dict(_clocks(story, RuleName.ANSWER))
    assert clocks[silent.id] is MISSED
    assert clocks[story.held_by(SEAT).id] is RUNNING


def test_a_head_who_decides_meets_the_clock_and_a_silent_head_misses_it(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    first, second = story.live()[:2]
    for one in (first, second):
        story.do(file_leave_request, one.id, Ground.BUSINESS_TRIP, "", by=one.person_id)
    story.do(decide_leave, f"{first.id}/r1", Verdict.REFUSE, by=f"HD-{first.seat_id.split('/')[1]}")
    story.later(hours=24)
    story.tick()
    assert _clocks(story, RuleName.LEAVE_DECISION) == [(f"{first.id}/r1", MET), (f"{second.id}/r1", MISSED)]


@on_both
def test_a_whole_team_waits_for_its_lead_and_a_confirmed_one_for_the_visit(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    story.accept_all()
    [confirmation] = story.rows(Deadline, rule="team_confirmation")
    assert confirmation.owners == [story.lead("S1.B1").person_id]
    assert confirmation.due_at == datetime(2026, 11, 25, 23, 59, tzinfo=BEIJING)
    story.do(confirm_team, "S1.B1", by=story.lead("S1.B1").person_id)
    assert _clocks(story, RuleName.TEAM_CONFIRMATION) == [("S1.B1", MET)]
    [window] = story.rows(Deadline, rule="visit_window")
    assert window.due_at == datetime(2026, 12, 10, 23, 59, tzinfo=BEIJING)
    assert sorted(window.owners) == sorted(one.person_id for one in story.live())


def test_a_team_that_opens_again_stops_what_was_running_for_it(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    story.confirm("S1.B1")
    leaving = story.held_by("S1.B1/fire/1")
    story.do(file_leave_request, leaving.id, Ground.SPOUSE, "", by=leaving.person_id)
    assert _clocks(story, RuleName.VISIT_WINDOW) == [("S1.B1", CANCELLED)]
    story.confirm("S1.B1")
    assert _clocks(story, RuleName.VISIT_WINDOW) == [("S1.B1", CANCELLED), ("S1.B1", RUNNING)]


@on_both
def test_new_rules_hold_for_what_starts_and_leave_alone_what_runs(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    before = story.rows(Deadline)
    planned = story.rows(DueWork)
    assert _load(story, SHORTER) == (2, True)
    assert story.rows(Deadline) == before
    assert story.rows(DueWork) == planned
    silent = story.held_by(SEAT)
    story.later(hours=24)
    story.tick()
    assert story.held_by(SEAT).id != silent.id
    [fresh] = story.rows(Deadline, subject=story.held_by(SEAT).id)
    assert (fresh.version, fresh.due_at - fresh.started_at) == (2, timedelta(hours=6))


def test_the_same_rules_twice_are_one_version(store: Store) -> None:
    story = a_story(store)
    assert _load(story, SHORTER) == (1, True)
    assert _load(story, SHORTER) == (1, False)
    assert [one.version for one in story.rows(DeadlineRuleVersion)] == [1]
    with store.reading() as records:
        version, rules = deadlines.standing_rules(records)
    assert (version, rules[RuleName.ANSWER].length) == (1, 6)
    assert rules[RuleName.PUBLICITY] == built_in_rules()[RuleName.PUBLICITY]


LATER_EVENTS = (
    RuleName.PLAN_SUBMISSION,
    RuleName.PLAN_PUBLICATION,
    RuleName.ABNORMAL_LISTING,
    RuleName.CRIMINAL_TRANSFER,
    RuleName.POLICE_HANDOVER,
    RuleName.CORRECTION,
    RuleName.TRANSFER_RECEIPT,
)


@pytest.mark.parametrize("rule", LATER_EVENTS)
def test_a_clock_can_be_started_and_stopped_for_every_rule(store: Store, rule: RuleName) -> None:
    story = a_story(store)
    matter = Matter(department="market", district="652701", asked_id="RV")
    with store.transaction("test") as records:
        records.add(a_person("LI", roles=(Role.LIAISON,)))
        clock = start_deadline(records, rule, "X1", matter=matter, at=NOW)
        assert clock.due_at > NOW
    works = story.works("X1")
    assert {work.kind for work in works} <= {"remind", "escalate"}
    assert all(NOW < work.due_at < clock.due_at for work in works if work.kind == "remind")
    with store.transaction("test") as records:
        end_deadline(records, rule, "X1", at=NOW + timedelta(hours=1))
    assert _clocks(story, rule) == [("X1", MET)]
    assert story.planned("X1") == []


def test_what_is_done_after_its_end_was_missed_and_what_nobody_needs_is_cancelled(store: Store) -> None:
    story = a_story(store)
    matter = Matter(department="market")
    for subject, step, days in (("late", DeadlineStep.MEET, 9), ("void", DeadlineStep.CANCEL, 1)):
        with store.transaction("test") as records:
            start_deadline(records, RuleName.CORRECTION, subject, matter=matter, at=NOW)
        with store.transaction("test") as records:
            end_deadline(records, RuleName.CORRECTION, subject, step, at=NOW + timedelta(days=days))
            end_deadline(records, RuleName.CORRECTION, subject, step, at=NOW + timedelta(days=days))
    assert _clocks(story, RuleName.CORRECTION) == [("late", MISSED), ("void", CANCELLED)]


def test_a_clock_that_starts_again_takes_the_place_of_the_one_that_ran(store: Store) -> None:
    story = a_story(store)
    for hours in (0, 5):
        with store.transaction("test") as records:
            at = NOW + timedelta(hours=hours)
            start_deadline(records, RuleName.REVIEW, "S1.B1", matter=Matter(department="market"), at=at)
    assert _clocks(story, RuleName.REVIEW) == [("S1.B1", CANCELLED), ("S1.B1", RUNNING)]
    running = story.rows(Deadline)[-1]
    open_works = [work for work in story.works("S1.B1") if work.done_at is None]
    assert {work.subject for work in open_works} == {f"deadline:{running.id}"}
