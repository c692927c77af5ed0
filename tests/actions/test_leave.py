"""Recusal and unavailability: what holds at once, what the head decides, and what holds when the head says nothing."""

import json
from datetime import timedelta

import pytest

from actions.assignments import accept_assignment
from actions.leave import decide_leave, file_leave_request
from inspection.leave import GROUND_RULES, WORDS_LIMIT, Ground, LeaveKind, Verdict
from inspection.refusals import AlreadyDone, IllegalStep, NotFound, NotYours, TooLate, Unacceptable
from inspection.roles import Role
from inspection.states import AssignmentState, InspectionState, InspectionStep, LeaveRequestState
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord, JournalLine, LeaveRequest
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, changing
from tests.builders import NOW, a_person
from tests.stores import on_both_the_first

SEAT = "S1.B1/fire/1"
HEAD = "HD-fire"
AT_ONCE = [Ground(f"A{number}") for number in range(1, 8)]
BY_HEAD = [ground for ground in Ground if ground not in AT_ONCE]


def _one_object(store: Store) -> Story:
    return a_drawn_story(store, objects=1)


def _file(story: Story, ground: Ground, words: str = "", *, seat: str = SEAT) -> LeaveRequest:
    held = story.held_by(seat)
    request = story.do(file_leave_request, held.id, ground, words, by=held.person_id)
    found: LeaveRequest = story.row(LeaveRequest, request.id)
    return found


@on_both_the_first("ground", AT_ONCE)
def test_a_mandatory_relation_holds_at_once_and_the_head_is_informed(store: Store, ground: Ground) -> None:
    story = _one_object(store)
    left = story.held_by(SEAT)
    request = _file(story, ground, "同住")
    assert (request.id, request.kind, request.words) == (f"{left.id}/r1", "recusal", "同住")
    assert (request.state, request.decided_at) == (LeaveRequestState.GRANTED, NOW)
    assert (request.decider_id, request.decided_by, request.is_by_default) == (None, None, False)
    gone = story.row(Assignment, left.id)
    assert (gone.state, gone.left_at) == (AssignmentState.RECUSED, NOW)
    assert story.told(HEAD) == ["recusal_noted"]
    assert story.planned(left.id) == story.planned(request.id) == []
    assert story.held_by(SEAT).id == f"{SEAT}/2"
    [vacated] = story.last_round().vacated
    assert vacated.cause == "recused"
    assert story.last_round().excluded == ()


@on_both_the_first("ground", BY_HEAD)
def test_every_other_ground_waits_for_the_head_with_a_stated_default(store: Store, ground: Ground) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    request = _file(story, ground)
    assert (request.state, request.decider_id) == (LeaveRequestState.PENDING, HEAD)
    assert request.decide_by == NOW + timedelta(hours=24)
    assert story.held_by(SEAT).state is AssignmentState.LEAVE_ASKED
    assert story.told(HEAD) == ["leave_asked"]
    assert story.planned(request.id) == ["remind", "decide_by_default"]
    assert story.planned(held.id) == []

    story.later(hours=24)
    assert "decide_by_default" in story.tick()
    decided = story.row(LeaveRequest, request.id)
    is_recusal = GROUND_RULES[ground].kind is LeaveKind.RECUSAL
    assert decided.state is (LeaveRequestState.GRANTED if is_recusal else LeaveRequestState.REFUSED)
    assert (decided.is_by_default, decided.decided_by, decided.decided_at) == (True, None, story.at)
    assert story.told(HEAD) == ["leave_asked", "leave_decided"]
    state = AssignmentState.RECUSED if is_recusal else AssignmentState.NOTIFIED
    assert story.row(Assignment, held.id).state is state
    assert story.told(held.person_id)[1:2] == ["leave_granted" if is_recusal else "leave_refused"]


def test_the_head_grants_a_recusal_and_the_seat_is_drawn_again(store: Store) -> None:
    story = _one_object(store)
    left = story.held_by(SEAT)
    request = _file(story, Ground.BANQUET)
    story.later(hours=2)
    story.do(decide_leave, request.id, Verdict.GRANT, by=HEAD)
    decided = story.row(LeaveRequest, request.id)
    assert (decided.state, decided.decided_by, decided.is_by_default) == (
        LeaveRequestState.GRANTED,
        HEAD,
        False,
    )
    assert story.row(Assignment, left.id).state is AssignmentState.RECUSED
    assert story.told(left.person_id) == ["assignment_drawn", "leave_granted"]
    assert story.planned(request.id) == []
    assert story.held_by(SEAT).person_id != left.person_id
    assert story.last_round().excluded == ()


def test_who_is_unavailable_is_barred_from_the_whole_draw(store: Store) -> None:
    story = a_drawn_story(store, objects=4, count=2, officers=6)
    first, second = story.inspections()
    left = story.held_by(f"{first}/fire/1")
    request = _file(story, Ground.ON_LEAVE, seat=left.seat_id)
    story.do(decide_leave, request.id, Verdict.GRANT, by=HEAD)
    assert story.row(Assignment, left.id).state is AssignmentState.UNAVAILABLE
    held = story.last_round()
    assert [(one.inspector, one.object) for one in held.excluded] == [(left.person_id, None)]
    assert held.vacated[0].cause == "unavailable"
    for seat in (f"{first}/fire/1", f"{second}/fire/1", f"{second}/fire/2") * 2:
        holder = story.holder(seat)
        if holder is None or holder.person_id == left.person_id:
            continue
        _file(story, Ground.SELF, seat=seat)
    later = [one for one in story.assignments() if one.round > 1]
    assert len(later) >= 3
    assert left.person_id not in {one.person_id for one in later}


def test_who_recuses_at_one_object_may_still_be_drawn_for_another(store: Store) -> None:
    """With two officers for two seats of one each, swapping both is the only way out."""
    story = a_drawn_story(store, objects=2, count=2, officers=2, seats=1)
    first, second = (f"{inspection}/fire/1" for inspection in story.inspections())
    left, other = story.held_by(first), story.held_by(second)
    assert left.person_id != other.person_id
    _file(story, Ground.SPOUSE, seat=first)
    assert story.held_by(first).person_id == other.person_id
    _file(story, Ground.SPOUSE, seat=second)
    assert story.held_by(second).person_id == left.person_id


def test_a_refused_request_leads_back_to_the_question_with_fresh_time(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.later(hours=20)
    request = _file(story, Ground.BUSINESS_TRIP)
    story.later(hours=5)
    story.do(decide_leave, request.id, Verdict.REFUSE, by=HEAD)
    again = story.held_by(SEAT)
    assert (again.id, again.state) == (held.id, AssignmentState.NOTIFIED)
    assert (again.answer_by, again.answered_at) == (story.at + timedelta(hours=24), None)
    assert story.planned(held.id) == ["remind", "lapse"]
    assert story.told(held.person_id) == ["assignment_drawn", "leave_refused"]
    story.do(accept_assignment, held.id, by=held.person_id)
    second = story.do(file_leave_request, held.id, Ground.TRAINING, "", by=held.person_id)
    assert second.id == f"{held.id}/r2"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_second_decision_says_what_was_decided_and_when(store: Store, verdict: Verdict) -> None:
    story = _one_object(store)
    request = _file(story, Ground.GIFT)
    story.do(decide_leave, request.id, verdict, by=HEAD)
    decided_at = story.at
    story.later(hours=1)
    for second in Verdict:
        refused = story.refuses(AlreadyDone, decide_leave, request.id, second, by=HEAD)
        assert refused.facts == {"what": f"done_decided_{verdict.value}", "done_at": decided_at}


def test_a_decision_after_the_default_comes_too_late(store: Store) -> None:
    story = _one_object(store)
    request = _file(story, Ground.GIFT)
    story.later(hours=24)
    story.tick()
    refused = story.refuses(AlreadyDone, decide_leave, request.id, Verdict.REFUSE, by=HEAD)
    assert refused.facts == {"what": "done_decided_grant", "done_at": story.at}


def test_the_clock_does_not_decide_what_the_head_has_decided(store: Store) -> None:
    story = _one_object(store)
    request = _file(story, Ground.TRAINING)
    story.do(decide_leave, request.id, Verdict.GRANT, by=HEAD)
    story.later(hours=24)
    assert "decide_by_default" not in story.tick()
    assert not story.row(LeaveRequest, request.id).is_by_default


@on_both_the_first("who", ["HD-market", "OP", "fire-1", "HD-fire-2"])
def test_only_the_head_who_was_asked_decides(store: Store, who: str) -> None:
    story = _one_object(store)
    request = _file(story, Ground.GIFT)
    with changing(store) as records:
        records.add(a_person("HD-fire-2", department="fire", roles=(Role.HEAD,)))
    story.refuses(NotYours, decide_leave, request.id, Verdict.GRANT, by=who)


def test_an_invented_request_is_refused_like_another_persons(store: Store) -> None:
    story = _one_object(store)
    refused = story.refuses(NotFound, decide_leave, "S1.B1/fire/1/1/r9", Verdict.GRANT, by=HEAD)
    assert refused.sentence == "not_yours"


def test_without_any_head_nothing_waits_for_nobody(store: Store) -> None:
    story = _one_object(store)
    with changing(store) as records:
        records.get(Person, HEAD).is_active = False
        records.get(Person, "HD-market").is_active = False
    held = story.held_by(SEAT)
    refused = story.refuses(Unacceptable, file_leave_request, held.id, Ground.GIFT, "", by=held.person_id)
    assert (refused.sentence, refused.facts) == ("no_head", {"department": "fire"})
    _file(story, Ground.SELF)
    assert story.row(Assignment, held.id).state is AssignmentState.RECUSED


@pytest.mark.parametrize(("second_head", "decider"), [(True, "HD-fire-2"), (False, "HD-market")])
def test_the_own_request_of_a_head_goes_to_another_head_or_to_the_joint_offices(
    store: Store, second_head: bool, decider: str
) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    with changing(store) as records:
        records.get(Person, HEAD).is_active = False
        records.get(Person, held.person_id).roles = [Role.OFFICER.value, Role.HEAD.value]
        if second_head:
            records.add(a_person("HD-fire-2", department="fire", roles=(Role.HEAD,)))
    request = _file(story, Ground.OTHER_RELATION)
    assert request.decider_id == decider
    stands_in = "leave_request.stands_in" in story.verbs(request.id)
    assert stands_in is not second_head
    story.refuses(NotYours, decide_leave, request.id, Verdict.GRANT, by=held.person_id)
    story.do(decide_leave, request.id, Verdict.GRANT, by=decider)
    assert story.row(Assignment, held.id).state is AssignmentState.RECUSED


def test_words_of_the_full_length_are_kept_and_one_more_sign_is_refused(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    words = "亲" * WORDS_LIMIT
    refused = story.refuses(
        Unacceptable, file_leave_request, held.id, Ground.GIFT, words + "戚", by=held.person_id
    )
    assert refused.facts == {"length": WORDS_LIMIT + 1, "limit": WORDS_LIMIT}
    assert _file(story, Ground.GIFT, f"  {words}\n").words == words


@pytest.mark.parametrize("ground", [Ground.SPOUSE, Ground.GIFT])
def test_private_words_reach_the_head_and_nobody_else(store: Store, ground: Ground) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    words = "只给负责人看的话"
    request = _file(story, ground, words)
    if not GROUND_RULES[ground].holds_at_once:
        story.do(decide_leave, request.id, Verdict.GRANT, by=HEAD)
    lines: list[OutboxLine] = story.rows(OutboxLine)
    assert {line.person_id for line in lines if words in json.dumps(line.body, ensure_ascii=False)} == {HEAD}
    for line in story.rows(JournalLine):
        assert words not in json.dumps(line.details, ensure_ascii=False)
    assert words not in story.row(DrawRecord, "D-S1-1").transcript
    assert ground.value not in json.dumps([one.to_json() for one in story.last_round().vacated])
    assert held.person_id in story.row(DrawRecord, "D-S1-1").transcript


def test_a_second_request_says_that_the_first_was_filed_or_held(store: Store) -> None:
    story = _one_object(store)
    asking, leaving = story.held_by(SEAT), story.held_by("S1.B1/market/2")
    _file(story, Ground.GIFT)
    _file(story, Ground.SELF, seat=leaving.seat_id)
    story.later(minutes=9)
    for one, what in ((asking, "done_filed"), (leaving, "done_left")):
        refused = story.refuses(AlreadyDone, file_leave_request, one.id, Ground.SELF, "", by=one.person_id)
        assert refused.facts == {"what": what, "done_at": NOW}
        refused = story.refuses(AlreadyDone, accept_assignment, one.id, by=one.person_id)
        assert refused.facts == {"what": what, "done_at": NOW}


def test_nobody_leaves_for_another(store: Store) -> None:
    story = _one_object(store)
    held, other = story.held_by(SEAT), story.held_by("S1.B1/fire/2")
    for who in (other.person_id, HEAD, "OP"):
        story.refuses(NotYours, file_leave_request, held.id, Ground.SELF, "", by=who)


def test_an_open_question_whose_time_is_over_is_not_answered_by_leaving(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.later(hours=24, seconds=1)
    story.refuses(TooLate, file_leave_request, held.id, Ground.SELF, "", by=held.person_id)


@pytest.mark.parametrize("reach", ["accepted", "confirmed"])
def test_who_accepted_or_was_confirmed_can_still_recuse_at_any_time(store: Store, reach: str) -> None:
    story = _one_object(store)
    if reach == "accepted":
        story.accept_all()
    else:
        story.confirm("S1.B1")
    lead, left = story.lead("S1.B1"), story.held_by(SEAT)
    story.later(days=3)
    _file(story, Ground.SPOUSE)
    assert story.state_of("S1.B1") is InspectionState.ASSEMBLING
    assert story.team_state("S1.B1") == "assembling"
    assert story.told(lead.person_id)[-1] == "team_reopened"
    assert {one.state for one in story.live() if one.seat_id != SEAT} == {AssignmentState.ACCEPTED}
    assert story.held_by(SEAT).person_id != left.person_id
    story.confirm("S1.B1")
    assert story.state_of("S1.B1") is InspectionState.READY


def test_a_confirmed_team_waits_while_the_head_decides_and_stands_again_after(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    request = _file(story, Ground.OTHER_DUTY)
    assert story.team_state("S1.B1") == "assembling"
    story.do(decide_leave, request.id, Verdict.REFUSE, by=HEAD)
    story.confirm("S1.B1")
    assert story.team_state("S1.B1") == "confirmed"


def test_who_recuses_during_the_visit_is_replaced_while_the_visit_goes_on(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    story.move_inspection("S1.B1", InspectionStep.START_VISIT)
    _file(story, Ground.SPOUSE)
    assert story.state_of("S1.B1") is InspectionState.VISITING
    assert story.team_state("S1.B1") == "assembling"
    story.confirm("S1.B1")
    assert story.state_of("S1.B1") is InspectionState.VISITING
    assert {one.state for one in story.live()} == {AssignmentState.CONFIRMED}


@pytest.mark.parametrize(
    "steps", [(InspectionStep.END_VISIT,), (InspectionStep.END_VISIT, InspectionStep.CLOSE)]
)
def test_nobody_leaves_a_visit_that_is_over(store: Store, steps: tuple[InspectionStep, ...]) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    for step in (InspectionStep.START_VISIT, *steps):
        story.move_inspection("S1.B1", step)
    held = story.held_by(SEAT)
    story.refuses(IllegalStep, file_leave_request, held.id, Ground.SELF, "", by=held.person_id)


def test_a_lead_who_leaves_is_followed_by_one_who_may_lead(store: Store) -> None:
    story = _one_object(store)
    left = story.lead("S1.B1")
    story.accept_all()
    _file(story, Ground.SELF, seat=left.seat_id)
    assert "team_reopened" not in story.told(left.person_id)
    story.confirm("S1.B1")
    assert story.lead("S1.B1").person_id != left.person_id
