"""An order of the head: officers are taken off their seats, and all of these are drawn again in one round."""

import json
from collections.abc import Sequence

import pytest

from actions.leave import decide_leave, file_leave_request
from actions.orders import officer_message, officers_message, order_off, ordered_in_scheme
from actions.redraws import replace_gone_object
from actions.visits import start_visit
from inspection.leave import WORDS_LIMIT, Ground, Verdict
from inspection.refusals import AlreadyDone, IllegalStep, NotFound, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import AssignmentState, InspectionState, InspectionStep, LeaveRequestState
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord, JournalLine, LeaveRequest
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person, Scheme
from tests.actions.story import Story, a_drawn_story, a_story, changing
from tests.builders import NOW, a_person, an_expert
from tests.stores import on_both_the_first

SEAT = "S1.B1/fire/1"
HEAD = "HD-fire"
WORDS = "与经营者有来往，群众举报"


def _one_object(store: Store) -> Story:
    return a_drawn_story(store, objects=1)


def _busy(store: Store) -> tuple[Story, str, list[str]]:
    """Three objects and five officers a department: an officer of the fire brigade with more than one seat, and the
    assignments."""
    story = a_drawn_story(store, objects=3, count=3, officers=5)
    held: dict[str, list[str]] = {}
    for one in story.live():
        held.setdefault(one.person_id, []).append(one.id)
    officer = max((one for one in held if one.startswith("fire")), key=lambda one: len(held[one]))
    assert len(held[officer]) > 1
    return story, officer, sorted(held[officer])


def _order(story: Story, assignments: Sequence[str], *, by: str = HEAD, words: str = WORDS) -> None:
    story.do(order_off, assignments, words, by=by)


# --- What an order does ----------------------------------------------------------------------------------------------


def test_an_order_takes_one_officer_off_one_seat_and_it_is_drawn_again(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.later(hours=1)
    _order(story, [held.id])
    left = story.row(Assignment, held.id)
    assert (left.state, left.left_at) == (AssignmentState.ORDERED_OFF, story.at)
    assert story.planned(held.id) == []
    [vacated] = story.last_round().vacated
    assert vacated.to_json() == {"cause": "ordered", "inspector": held.person_id, "seat": "B1/fire/1"}
    assert story.last_round().excluded == ()
    fresh = story.held_by(SEAT)
    assert (fresh.id, fresh.round, fresh.state) == (f"{SEAT}/2", 1, AssignmentState.NOTIFIED)
    assert fresh.person_id != held.person_id
    assert story.told(held.person_id) == ["assignment_drawn", "ordered_off"]


def test_all_seats_of_an_officer_in_a_scheme_are_drawn_again_in_one_round(store: Store) -> None:
    story, officer, seats = _busy(store)
    with store.reading() as records:
        assert sorted(ordered_in_scheme(records, officer, "S1")) == seats
        assert ordered_in_scheme(records, officer, "S2") == []
    _order(story, list(reversed(seats)))
    held = story.last_round()
    assert held.number == 1
    assert [one.to_json() for one in held.vacated] == [
        {"cause": "ordered", "inspector": officer, "seat": story.row(Assignment, one).seat_id.removeprefix("S1.")}
        for one in seats
    ]  # fmt: skip
    assert len(held.seats) == len(seats)
    assert {one.state for one in story.assignments(person_id=officer)} == {AssignmentState.ORDERED_OFF}
    assert story.told(officer) == ["assignment_drawn"] * len(seats) + ["ordered_off"] * len(seats)
    assert len(story.live()) == 12
    with store.reading() as records:
        assert ordered_in_scheme(records, officer, "S1") == []


def test_whoever_is_ordered_off_a_whole_scheme_is_not_drawn_for_it_again(store: Store) -> None:
    story, officer, seats = _busy(store)
    story.do(order_off, seats, WORDS, bars_people=True, by=HEAD)
    assert [one.to_json() for one in story.last_round().excluded] == [{"inspector": officer}]
    assert not [one for one in story.live() if one.person_id == officer]


def test_seats_of_another_scheme_are_left_alone(store: Store) -> None:
    story, officer, seats = _busy(store)
    with changing(store) as records:
        second = records.get(Scheme, "S1").model_dump()
        records.add(Scheme(**{**second, "id": "S2", "state": "filed"}))
    story.draw("S2")
    elsewhere = {one.id for one in story.live() if one.person_id == officer} - set(seats)
    _order(story, seats)
    assert {one.id for one in story.live() if one.person_id == officer} == elsewhere
    assert len(story.rows(DrawRecord)) == 2
    assert story.last_round("D-S2-1").number == 0


def test_two_officers_of_one_team_are_replaced_in_one_round_and_the_lead_hears_it(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    seats = [story.held_by(f"S1.B1/fire/{number}") for number in (1, 2)]
    _order(story, [one.id for one in seats])
    assert len(story.last_round().vacated) == 2
    assert story.team_state("S1.B1") == "assembling"
    assert story.state_of("S1.B1") is InspectionState.ASSEMBLING
    lead = story.lead("S1.B1")
    assert lead.state is AssignmentState.ACCEPTED
    assert story.told(lead.person_id).count("team_reopened") == 1
    assert {story.held_by(one.seat_id).person_id for one in seats}.isdisjoint(one.person_id for one in seats)


def test_while_the_visit_goes_on_an_order_still_holds(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    story.do(start_visit, "S1.B1", by=story.lead("S1.B1").person_id)
    _order(story, [story.held_by(SEAT).id])
    assert story.held_by(SEAT).id == f"{SEAT}/2"
    assert story.state_of("S1.B1") is InspectionState.VISITING


def test_an_order_that_leaves_a_seat_empty_is_told_to_the_operators(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=2)
    _order(story, [story.held_by(SEAT).id])
    assert story.holder(SEAT) is None
    assert story.last_round().infeasible == ("B1/fire/1",)
    assert story.told("OP") == ["draw_sources", "redraw_infeasible"]


# --- The words of the head -------------------------------------------------------------------------------------------


def test_the_reason_stands_in_the_request_and_nowhere_else(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    _order(story, [held.id], words=f" {WORDS}\u202e ")
    [request] = story.rows(LeaveRequest)
    assert (request.id, request.kind, request.ground, request.words) == (f"{held.id}/r1", "order", "E", WORDS)
    assert (request.state, request.decider_id, request.decided_by) == (LeaveRequestState.GRANTED, HEAD, HEAD)
    assert (request.filed_at, request.decided_at, request.is_by_default) == (NOW, NOW, False)
    written = [json.dumps(line.body, ensure_ascii=False) for line in story.rows(OutboxLine)]
    written += [json.dumps(line.details, ensure_ascii=False) for line in story.rows(JournalLine)]
    written += [draw.transcript for draw in story.rows(DrawRecord)]
    assert not any(WORDS in one for one in written)
    [line] = story.rows(JournalLine, verb="assignment.order_off")
    assert (line.actor, line.subject) == (HEAD, held.id)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "words_empty"), (" \n", "words_empty"), ("长" * (WORDS_LIMIT + 1), "words_too_long")],
)
def test_an_order_without_a_reason_that_can_be_read_is_refused(
    store: Store, words: str, sentence: str
) -> None:
    story = _one_object(store)
    refused = story.refuses(Unacceptable, order_off, [story.held_by(SEAT).id], words, by=HEAD)
    assert refused.sentence == sentence


# --- A leave request that waits --------------------------------------------------------------------------------------


def test_a_request_for_leave_that_waits_is_dropped_by_the_order(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    asked = story.do(file_leave_request, held.id, Ground.GIFT, "", by=held.person_id)
    _order(story, [held.id])
    request = story.row(LeaveRequest, asked.id)
    assert (request.state, request.decided_at) == (LeaveRequestState.DROPPED, NOW)
    assert [one.id for one in story.rows(LeaveRequest)] == [f"{held.id}/r1", f"{held.id}/r2"]
    assert story.planned(asked.id) == []
    refused = story.refuses(AlreadyDone, decide_leave, asked.id, Verdict.REFUSE, by=HEAD)
    assert refused.facts["done_at"] == NOW
    story.later(days=2)
    story.tick()
    assert story.row(LeaveRequest, asked.id).state is LeaveRequestState.DROPPED


# --- Who may not order, and when no more -----------------------------------------------------------------------------


@on_both_the_first("who", ["HD-market", "OP", "RV", "fire-1", "fire-9", "HD-health"])
def test_nobody_but_the_head_of_the_officers_department_orders(store: Store, who: str) -> None:
    story = _one_object(store)
    with changing(store) as records:
        records.add(a_person("fire-9", department="fire", roles=(Role.OFFICER, Role.OPERATOR)))
        records.add(a_person("HD-health", department="health", roles=(Role.HEAD,)))
    story.refuses(NotYours, order_off, [story.held_by(SEAT).id], WORDS, by=who)


def test_a_head_orders_nobody_off_the_own_seat(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    with changing(store) as records:
        records.get(Person, held.person_id).roles = [Role.OFFICER.value, Role.HEAD.value]
    story.refuses(NotYours, order_off, [held.id], WORDS, by=held.person_id)
    with store.reading() as records:
        head = records.get(Person, held.person_id)
        assert held.person_id not in {one.id for one in officers_message(records, head).officers}
        with pytest.raises(NotYours):
            officer_message(records, held.person_id, head=head)


def test_where_one_seat_of_an_order_is_not_the_heads_none_is_taken(store: Store) -> None:
    story = _one_object(store)
    seats = [story.held_by(SEAT).id, story.held_by("S1.B1/market/2").id]
    story.refuses(NotYours, order_off, seats, WORDS, by=HEAD)


def test_a_seat_that_does_not_exist_reads_as_one_that_is_not_yours(store: Store) -> None:
    story = _one_object(store)
    refused = story.refuses(NotFound, order_off, ["S1.B1/fire/9/1"], WORDS, by=HEAD)
    assert refused.sentence == "not_yours"


def test_a_second_order_says_when_the_first_was_given(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    _order(story, [held.id])
    story.later(minutes=6)
    refused = story.refuses(AlreadyDone, order_off, [held.id], WORDS, by=HEAD)
    assert refused.facts == {"what": "done_ordered_off", "done_at": NOW}


def test_a_seat_left_for_another_cause_is_not_ordered_off(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.do(file_leave_request, held.id, Ground.SELF, "", by=held.person_id)
    story.refuses(IllegalStep, order_off, [held.id], WORDS, by=HEAD)


def test_nobody_is_ordered_off_a_visit_that_is_over(store: Store) -> None:
    story = _one_object(store)
    story.confirm("S1.B1")
    story.move_inspection("S1.B1", InspectionStep.START_VISIT, started_at=NOW)
    story.move_inspection("S1.B1", InspectionStep.END_VISIT, ended_at=NOW)
    held = story.held_by(SEAT)
    story.refuses(IllegalStep, order_off, [held.id], WORDS, by=HEAD)
    with store.reading() as records:
        assert ordered_in_scheme(records, held.person_id, "S1") == []
        [seat] = officer_message(records, held.person_id, head=records.get(Person, HEAD)).seats
        assert not seat.may_be_ordered


def test_nobody_is_ordered_off_an_object_that_was_replaced(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.move_inspection("S1.B1", InspectionStep.REPORT_GONE, gone_cause="closed", gone_reported_by="fire-1")
    story.do(replace_gone_object, "S1.B1", by="OP")
    story.refuses(IllegalStep, order_off, [held.id], WORDS, by=HEAD)


# --- What the head sees ----------------------------------------------------------------------------------------------


def test_a_head_sees_the_officers_of_the_department_and_their_seats(store: Store) -> None:
    _story, officer, seats = _busy(store)
    with store.reading() as records:
        head = records.get(Person, HEAD)
        listed = {one.id: one.seats for one in officers_message(records, head).officers}
        card = officer_message(records, officer, head=head)
        with pytest.raises(NotYours):
            officer_message(records, officer, head=records.get(Person, "HD-market"))
        with pytest.raises(NotYours):
            officer_message(records, officer, head=records.get(Person, "OP"))
    assert listed[officer] == len(seats)
    assert sum(listed.values()) == 6
    assert all(one.startswith("fire") for one in listed)
    assert sorted(one.assignment for one in card.seats) == seats
    assert all(one.may_be_ordered for one in card.seats)


def test_an_expert_is_ordered_off_by_the_head_of_the_lead_department(store: Store) -> None:
    story = a_story(store, objects=1)
    with changing(store) as records:
        for number in (1, 2):
            person, expert = an_expert(f"E{number}")
            records.add(person)
            records.add(expert)
        scheme = records.get(Scheme, "S1")
        scheme.expert_field, scheme.expert_seats = "fire_safety", 1
    story.draw()
    held = story.held_by("S1.B1/expert/1")
    story.refuses(NotYours, order_off, [held.id], WORDS, by=HEAD)
    with store.reading() as records:
        lead, other = records.get(Person, "HD-market"), records.get(Person, HEAD)
        assert held.person_id in [one.id for one in officers_message(records, lead).officers]
        assert held.person_id not in [one.id for one in officers_message(records, other).officers]
        card = officer_message(records, held.person_id, head=lead)
        with pytest.raises(NotYours):
            officer_message(records, held.person_id, head=other)
    assert [(one.assignment, one.may_be_ordered) for one in card.seats] == [(held.id, True)]
    _order(story, [held.id], by="HD-market")
    assert {held.person_id, story.held_by("S1.B1/expert/1").person_id} == {"E1", "E2"}
