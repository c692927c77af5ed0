"""A drawn scheme is called off before its first visit: all are released, and the draw is voided in public."""

import json

import pytest

from actions.call_off import REASON_LIMIT, call_off_scheme
from actions.draws import announce_draw, run_draw, void_draw
from actions.leave import file_leave_request
from actions.pools import pool_files
from actions.redraws import replace_gone_object
from actions.visits import start_visit
from draw.double_random import read_transcript
from draw.verify import verify
from inspection.leave import Ground
from inspection.refusals import AlreadyDone, IllegalStep, NotFound, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import (
    AssignmentState,
    InspectionState,
    InspectionStep,
    LeaveRequestState,
    SchemeState,
    TeamState,
)
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord, Inspection, JournalLine, LeaveRequest, Team
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person, Scheme
from tests.actions.story import SECRET, Story, a_drawn_story, a_story, changing
from tests.builders import NOW, a_person
from tests.stores import on_both_the_first

DRAW = "D-S1-1"
HEAD = "HD-market"
REASON = "名录库有误，需要重新核对。"


def _two_objects(store: Store) -> Story:
    return a_drawn_story(store, count=2, officers=5)


def _call_off(story: Story, reason: str = REASON, *, by: str = HEAD) -> None:
    story.do(call_off_scheme, "S1", reason=reason, by=by)


def test_everybody_is_released_and_hears_why(store: Store) -> None:
    story = _two_objects(store)
    first, second = story.inspections()
    story.confirm(first)
    held = story.live()
    story.later(hours=1)
    _call_off(story)
    assert {one.state for one in story.rows(Inspection)} == {InspectionState.CALLED_OFF}
    assert {one.state for one in story.rows(Team)} == {TeamState.DISSOLVED}
    assert story.live() == []
    for one in held:
        left = story.row(Assignment, one.id)
        assert (left.state, left.left_at) == (AssignmentState.RELEASED, story.at)
        assert story.planned(one.id) == []
        letters = story.letters(one.person_id, "assignment_released")
        [letter] = [letter for letter in letters if one.id in letter]
        assert "所属的方案已取消" in letter
    for inspection in (first, second):
        assert story.verbs(inspection)[-2:] == ["inspection.call_off", "team.dissolve"]
    story.later(days=3)
    assert story.tick() == []


def test_the_record_of_the_draw_is_closed_in_public_and_still_verifies(store: Store) -> None:
    story = _two_objects(store)
    story.do(file_leave_request, story.live()[0].id, Ground.SELF, "", by=story.live()[0].person_id)
    before = read_transcript(story.row(DrawRecord, DRAW).transcript.encode())
    story.later(hours=1)
    _call_off(story, f" {REASON}\u202e ")
    draw = story.row(DrawRecord, DRAW)
    assert (draw.voided_at, draw.voided_by, draw.void_reason) == (story.at, HEAD, REASON)
    assert draw.drawn_at == NOW
    transcript = read_transcript(draw.transcript.encode())
    assert transcript.rounds == before.rounds
    assert len(transcript.rounds) == 2
    assert transcript.closing is not None
    assert (transcript.closing.state, transcript.closing.reason) == ("voided", REASON)
    assert transcript.closing.at == "2026-11-24T03:00:00Z"
    assert verify(draw.transcript.encode(), pool_files(draw)) is None
    assert story.verbs(DRAW)[-1] == "draw.void"


def test_all_who_took_part_in_the_draw_hear_that_it_is_void(store: Store) -> None:
    story = _two_objects(store)
    _call_off(story)
    told: list[OutboxLine] = story.rows(OutboxLine, kind="draw_voided")
    assert sorted(str(line.person_id) for line in told) == ["OP", "W1"]
    assert all(REASON in json.dumps(line.body, ensure_ascii=False) for line in told)


def test_the_scheme_ends_with_it_and_cannot_be_drawn_again(store: Store) -> None:
    story = _two_objects(store)
    _call_off(story)
    assert story.row(Scheme, "S1").state is SchemeState.VOIDED
    story.later(minutes=5)
    story.refuses(IllegalStep, announce_draw, "S1", secret=bytes(32), by="OP")
    story.refuses(IllegalStep, run_draw, "S1", by="OP")
    story.refuses(IllegalStep, void_draw, "S1", reason=REASON, by="OP")
    refused = story.refuses(AlreadyDone, call_off_scheme, "S1", reason=REASON, by=HEAD)
    assert refused.facts["what"] == "done_voided"


def test_what_was_asked_and_reported_before_needs_no_decision_any_more(store: Store) -> None:
    story = _two_objects(store)
    first, second = story.inspections()
    held = story.held_by(f"{second}/fire/1")
    asked = story.do(file_leave_request, held.id, Ground.GIFT, "", by=held.person_id)
    story.move_inspection(first, InspectionStep.REPORT_GONE, gone_cause="closed", gone_reported_by="fire-1")
    _call_off(story)
    assert story.row(LeaveRequest, asked.id).state is LeaveRequestState.DROPPED
    assert story.planned(asked.id) == []
    assert story.state_of(first) is InspectionState.CALLED_OFF
    story.refuses(IllegalStep, replace_gone_object, first, by="OP")


def test_an_object_replaced_before_stays_replaced(store: Store) -> None:
    story = a_drawn_story(store)
    [gone] = story.inspections()
    story.move_inspection(gone, InspectionStep.REPORT_GONE, gone_cause="closed", gone_reported_by="fire-1")
    fresh = story.do(replace_gone_object, gone, by="OP")
    _call_off(story)
    assert story.state_of(gone) is InspectionState.REPLACED
    assert story.state_of(fresh.id) is InspectionState.CALLED_OFF
    assert len(story.rows(JournalLine, verb="inspection.call_off")) == 1


def test_once_a_team_has_started_nothing_is_called_off(store: Store) -> None:
    story = _two_objects(store)
    first, _second = story.inspections()
    story.confirm(first)
    story.do(start_visit, first, by=story.lead(first).person_id)
    refused = story.refuses(Unacceptable, call_off_scheme, "S1", reason=REASON, by=HEAD)
    assert (refused.sentence, refused.facts) == ("visits_begun", {"number": 1})
    story.move_inspection(first, InspectionStep.END_VISIT, ended_at=story.at)
    story.refuses(Unacceptable, call_off_scheme, "S1", reason=REASON, by=HEAD)


def test_a_visit_begun_at_an_object_that_was_gone_counts_as_begun(store: Store) -> None:
    story = _two_objects(store)
    first, _second = story.inspections()
    story.confirm(first)
    story.do(start_visit, first, by=story.lead(first).person_id)
    story.move_inspection(first, InspectionStep.REPORT_GONE, gone_cause="moved", gone_reported_by="fire-1")
    refused = story.refuses(Unacceptable, call_off_scheme, "S1", reason=REASON, by=HEAD)
    assert refused.sentence == "visits_begun"


@on_both_the_first("who", ["OP", "RV", "HD-fire", "W1", "market-1", "HD-gone"])
def test_only_the_head_of_the_lead_department_calls_off(store: Store, who: str) -> None:
    story = _two_objects(store)
    with changing(store) as records:
        records.add(a_person("HD-gone", roles=(Role.HEAD,)))
        records.get(Person, "HD-gone").is_active = False
    story.refuses(NotYours, call_off_scheme, "S1", reason=REASON, by=who)
    story.refuses(NotFound, call_off_scheme, "S9", reason=REASON, by=who)


def test_what_is_not_drawn_is_not_called_off(store: Store) -> None:
    story = a_story(store)
    story.refuses(IllegalStep, call_off_scheme, "S1", reason=REASON, by=HEAD)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    story.refuses(IllegalStep, call_off_scheme, "S1", reason=REASON, by=HEAD)
    story.run()
    story.later(minutes=5)
    assert story.refuses(AlreadyDone, run_draw, "S1", by="OP").facts["what"] == "done_drawn"


@pytest.mark.parametrize(
    ("reason", "sentence"), [("  ", "words_empty"), ("长" * (REASON_LIMIT + 1), "words_too_long")]
)
def test_a_scheme_is_called_off_for_a_reason_that_can_be_read(
    store: Store, reason: str, sentence: str
) -> None:
    story = _two_objects(store)
    assert story.refuses(Unacceptable, call_off_scheme, "S1", reason=reason, by=HEAD).sentence == sentence
