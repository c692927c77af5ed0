"""Accept, take back, remind, lapse."""

from datetime import timedelta

from actions.assignments import TIME_AFTER_WITHDRAWING, accept_assignment, withdraw_acceptance
from actions.redraws import replace_gone_object
from actions.teams import confirm_team
from inspection.refusals import AlreadyDone, IllegalStep, NotFound, NotYours, TooLate
from inspection.states import AssignmentState, InspectionStep
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import OutboxLine
from tests.actions.story import Story, a_drawn_story
from tests.builders import NOW

SEAT = "S1.B1/fire/1"


def _one_object(store: Store) -> Story:
    return a_drawn_story(store, objects=1)


def test_whoever_accepts_has_the_seat_and_no_more_reminders(store: Store) -> None:
    story = _one_object(store)
    asked = story.held_by(SEAT)
    story.later(hours=1)
    acceptance = story.do(accept_assignment, asked.id, by=asked.person_id)
    assert (acceptance.accepted, acceptance.seats) == (1, 4)
    accepted = story.held_by(SEAT)
    assert (accepted.id, accepted.state, accepted.answered_at) == (
        asked.id,
        AssignmentState.ACCEPTED,
        story.at,
    )
    assert story.planned(asked.id) == []
    assert [work.outcome for work in story.works(asked.id)] == ["cancelled", "cancelled"]
    assert story.verbs(asked.id)[-1] == "assignment.accept"


def test_a_second_press_says_when_it_was_accepted(store: Store) -> None:
    story = _one_object(store)
    asked = story.held_by(SEAT)
    story.do(accept_assignment, asked.id, by=asked.person_id)
    story.later(hours=3)
    refused = story.refuses(AlreadyDone, accept_assignment, asked.id, by=asked.person_id)
    assert refused.facts == {"what": "done_accepted", "done_at": NOW}


def test_nobody_answers_for_another(store: Store) -> None:
    story = _one_object(store)
    asked, other = story.held_by(SEAT), story.held_by("S1.B1/fire/2")
    for who in (other.person_id, "OP", "HD-fire"):
        story.refuses(NotYours, accept_assignment, asked.id, by=who)
        story.refuses(NotYours, withdraw_acceptance, asked.id, by=who)


def test_an_invented_assignment_reads_as_one_that_is_not_yours(store: Store) -> None:
    story = _one_object(store)
    for invented in ("S1.B1/fire/1/9", "S9.B1/fire/1/1", "", "x" * 500, "示例'; --"):
        assert story.refuses(NotFound, accept_assignment, invented, by="OP").sentence == "not_yours"


def test_the_last_moment_counts_and_the_one_after_is_too_late(store: Store) -> None:
    story = _one_object(store)
    first, second = story.held_by(SEAT), story.held_by("S1.B1/fire/2")
    story.later(hours=24)
    story.do(accept_assignment, first.id, by=first.person_id)
    story.later(microseconds=1)
    story.refuses(TooLate, accept_assignment, second.id, by=second.person_id)


def test_the_last_acceptance_assembles_the_team_and_asks_the_lead_once(store: Store) -> None:
    story = _one_object(store)
    *others, last = story.live()
    for one in others:
        story.do(accept_assignment, one.id, by=one.person_id)
        assert story.team_state("S1.B1") == "assembling"
    story.do(accept_assignment, last.id, by=last.person_id)
    assert story.team_state("S1.B1") == "assembled"
    assert [line.person_id for line in story.rows(OutboxLine, kind="team_ready")] == [
        story.lead("S1.B1").person_id
    ]


def test_an_acceptance_taken_back_opens_the_question_with_its_old_deadline(store: Store) -> None:
    story = _one_object(store)
    asked = story.held_by(SEAT)
    story.do(accept_assignment, asked.id, by=asked.person_id)
    story.later(hours=1)
    story.do(withdraw_acceptance, asked.id, by=asked.person_id)
    again = story.held_by(SEAT)
    assert (again.state, again.answer_by) == (AssignmentState.NOTIFIED, NOW + timedelta(hours=24))
    assert story.planned(asked.id) == ["remind", "lapse"]
    story.later(minutes=5)
    refused = story.refuses(AlreadyDone, withdraw_acceptance, asked.id, by=asked.person_id)
    assert refused.facts == {"what": "done_withdrawn", "done_at": NOW + timedelta(hours=1)}
    story.do(accept_assignment, asked.id, by=asked.person_id)
    assert story.held_by(SEAT).state is AssignmentState.ACCEPTED


def test_taken_back_at_the_last_minute_it_leaves_two_hours_to_think(store: Store) -> None:
    story = _one_object(store)
    asked = story.held_by(SEAT)
    story.do(accept_assignment, asked.id, by=asked.person_id)
    story.later(hours=30)
    story.do(withdraw_acceptance, asked.id, by=asked.person_id)
    assert story.held_by(SEAT).answer_by == story.at + TIME_AFTER_WITHDRAWING


def test_what_was_never_accepted_cannot_be_taken_back(store: Store) -> None:
    story = _one_object(store)
    asked = story.held_by(SEAT)
    story.refuses(IllegalStep, withdraw_acceptance, asked.id, by=asked.person_id)


def test_a_confirmed_member_cannot_simply_take_the_acceptance_back(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    held = story.held_by(SEAT)
    refused = story.refuses(AlreadyDone, withdraw_acceptance, held.id, by=held.person_id)
    assert refused.facts == {"what": "done_confirmed_team", "done_at": story.at}


def test_a_lead_hears_each_time_that_an_assembled_team_is_open_again(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    lead, asked = story.lead("S1.B1"), story.held_by(SEAT)
    for number in (1, 2):
        story.later(minutes=10)
        story.do(withdraw_acceptance, asked.id, by=asked.person_id)
        assert story.team_state("S1.B1") == "assembling"
        assert story.told(lead.person_id).count("team_reopened") == number
        story.later(minutes=10)
        story.do(accept_assignment, asked.id, by=asked.person_id)
        assert story.told(lead.person_id).count("team_ready") == number + 1
    story.do(confirm_team, "S1.B1", by=lead.person_id)


def test_half_of_the_time_in_office_hours_brings_a_reminder_to_those_who_have_not_answered(
    store: Store,
) -> None:
    story = _one_object(store)
    quick, *slow = story.live()
    story.do(accept_assignment, quick.id, by=quick.person_id)
    story.later(hours=8, minutes=59)
    assert story.tick() == []
    story.later(minutes=1)
    assert story.tick() == ["remind"] * 3
    assert [story.told(one.person_id)[-1] for one in slow] == ["answer_reminder"] * 3
    assert "answer_reminder" not in story.told(quick.person_id)
    assert story.tick() == []
    [line] = [
        one for one in story.rows(OutboxLine, kind="answer_reminder") if one.person_id == slow[0].person_id
    ]
    assert (line.subject, line.while_state) == (slow[0].id, "notified")


def test_silence_to_the_end_lapses_and_the_seat_goes_to_somebody_else(store: Store) -> None:
    story = _one_object(store)
    silent = story.held_by(SEAT)
    for one in story.live():
        if one.id != silent.id:
            story.do(accept_assignment, one.id, by=one.person_id)
    story.later(hours=24)
    story.tick()
    lapsed = story.row(Assignment, silent.id)
    assert (lapsed.state, lapsed.left_at) == (AssignmentState.LAPSED, story.at)
    assert story.told(silent.person_id)[-1] == "assignment_lapsed"
    fresh = story.held_by(SEAT)
    assert fresh.id == f"{SEAT}/2"
    assert fresh.person_id != silent.person_id
    assert (fresh.state, fresh.round, fresh.answer_by) == (
        AssignmentState.NOTIFIED,
        1,
        story.at + timedelta(hours=24),
    )
    [vacated] = story.last_round().vacated
    assert vacated.cause == "lapsed"
    story.later(minutes=1)
    refused = story.refuses(AlreadyDone, accept_assignment, silent.id, by=silent.person_id)
    assert refused.facts == {"what": "done_lapsed", "done_at": lapsed.left_at}


def test_a_clock_that_stood_still_for_days_lapses_without_a_late_reminder(store: Store) -> None:
    story = _one_object(store)
    asked = story.live()
    story.later(days=3)
    assert sorted(set(story.tick())) == ["lapse", "remind"]
    for one in asked:
        assert story.told(one.person_id)[:2] == ["assignment_drawn", "assignment_lapsed"]


def test_a_seat_lapses_once_however_often_the_clock_ticks(store: Store) -> None:
    story = _one_object(store)
    story.later(hours=24)
    story.tick()
    before = story.everything()
    assert story.tick() == []
    assert story.everything() == before


def test_the_deadline_of_an_acceptance_that_was_taken_back_is_the_new_one(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    asked = story.held_by(SEAT)
    story.later(hours=23)
    story.do(withdraw_acceptance, asked.id, by=asked.person_id)
    story.later(hours=1)
    story.tick()
    assert story.held_by(SEAT).id == asked.id
    story.later(hours=1)
    assert "lapse" in story.tick()
    assert story.held_by(SEAT).id == f"{SEAT}/2"


def test_an_assignment_that_was_released_says_so(store: Store) -> None:
    story = a_drawn_story(store)
    [inspection] = story.inspections()
    one = story.live(inspection)[0]
    story.move_inspection(inspection, InspectionStep.REPORT_GONE, gone_cause="closed")
    story.do(replace_gone_object, inspection, by="OP")
    refused = story.refuses(AlreadyDone, accept_assignment, one.id, by=one.person_id)
    assert refused.facts["what"] == "done_released"
