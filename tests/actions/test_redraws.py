"""Redraws: the seat goes on to somebody new, what can't be filled stays visible, and a gone object is replaced."""

import random

import pytest

from actions.assignments import accept_assignment, withdraw_acceptance
from actions.leave import decide_leave, file_leave_request
from actions.orders import order_off, ordered_in_scheme
from actions.redraws import replace_gone_object
from actions.teams import send_back_seat
from inspection.leave import Ground, Verdict
from inspection.refusals import AlreadyDone, IllegalStep, NotFound, NotYours
from inspection.roles import Role
from inspection.states import (
    AssignmentState,
    InspectionState,
    InspectionStep,
    LeaveRequestState,
    TeamState,
)
from storage import public
from storage.store import Store
from storage.tables.inspections import Assignment, Inspection, JournalLine, LeaveRequest, Seat, Team
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Inspector, Person, RegisteredObject, Scheme
from tests.actions.story import Story, a_drawn_story, a_story, changing
from tests.builders import a_person, a_scheme

SEAT = "S1.B1/fire/1"


def _recuse(story: Story, seat: str) -> str:
    """Who leaves."""
    held = story.held_by(seat)
    story.do(file_leave_request, held.id, Ground.SELF, "", by=held.person_id)
    return held.person_id


def _report_gone(story: Story, inspection: str, cause: str = "closed") -> None:
    story.move_inspection(inspection, InspectionStep.REPORT_GONE, gone_cause=cause, gone_reported_by="fire-1")


def test_a_seat_that_falls_vacant_again_and_again_never_sees_the_same_person_twice(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=6)
    left = [_recuse(story, SEAT) for _ in range(4)]
    history = story.assignments(seat_id=SEAT)
    assert [one.id for one in history] == [f"{SEAT}/{number}" for number in range(1, 6)]
    assert [one.round for one in history] == [0, 1, 2, 3, 4]
    assert len(set(left) | {story.held_by(SEAT).person_id}) == 5
    assert [one.state for one in history[:-1]] == [AssignmentState.RECUSED] * 4
    assert story.told(story.held_by(SEAT).person_id) == ["assignment_drawn"]


def test_a_redraw_is_journalled_with_its_seats(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    _recuse(story, SEAT)
    [line] = story.rows(JournalLine, verb="draw.round")
    assert (line.subject, line.details) == ("D-S1-1", {"round": 1, "seats": ["B1/fire/1"]})


def test_a_seat_that_nobody_fits_stays_open_and_the_operators_hear_it(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=2)
    with changing(store) as records:
        records.add(a_person("OP2", roles=(Role.OPERATOR,)), a_person("OP-fire", department="fire"))
    _recuse(story, SEAT)
    assert story.holder(SEAT) is None
    assert story.last_round().infeasible == ("B1/fire/1",)
    assert story.told("OP") == ["draw_sources", "redraw_infeasible"]
    assert story.told("OP2") == ["redraw_infeasible"]
    assert story.told("OP-fire") == []
    story.accept_all()
    assert story.team_state("S1.B1") == "assembling"


def test_a_later_round_fills_what_an_earlier_one_left_open(store: Store) -> None:
    """Each of two officers carries one seat only: when both leave, they change places."""
    story = a_story(store, objects=2, count=2, officers=2, seats=1)
    with changing(store) as records:
        for id in ("fire-1", "fire-2"):
            records.get(Inspector, id).capacity = 1
    story.draw()
    first, second = (f"{inspection}/fire/1" for inspection in story.inspections())
    one = _recuse(story, first)
    assert story.holder(first) is None
    assert story.told("OP") == ["draw_sources", "redraw_infeasible"]
    two = _recuse(story, second)
    assert (story.held_by(first).person_id, story.held_by(second).person_id) == (two, one)
    assert story.held_by(first).id == f"{first}/2"
    assert story.told("OP") == ["draw_sources", "redraw_infeasible"]


@pytest.mark.parametrize("cause", ["closed", "revoked", "cancelled", "moved"])
def test_an_object_that_is_gone_is_replaced_from_its_stratum(store: Store, cause: str) -> None:
    story = a_story(store, objects=6)
    with changing(store) as records:
        for number in (4, 5, 6):
            records.get(RegisteredObject, f"B{number}").credit_class = "D"
        records.get(Scheme, "S1").strata = [
            {"name": "ordinary", "where": {"class": ["B"]}, "count": 1},
            {"name": "watched", "where": {"class": ["D"]}, "count": 2},
        ]
    story.draw()
    gone = next(one for one in story.rows(Inspection) if one.stratum == "watched")
    team = story.live(gone.id)
    story.accept_all(gone.id)
    _report_gone(story, gone.id, cause)
    story.later(hours=1)
    fresh = story.do(replace_gone_object, gone.id, by="OP")

    replaced = story.row(Inspection, gone.id)
    assert (replaced.state, replaced.replaced_by) == (InspectionState.REPLACED, fresh.id)
    assert story.row(Team, gone.id).state is TeamState.DISSOLVED
    assert {one.state for one in story.assignments(inspection_id=gone.id)} == {AssignmentState.RELEASED}
    assert {one.left_at for one in story.assignments(inspection_id=gone.id)} == {story.at}
    for one in team:
        assert "assignment_released" in story.told(one.person_id)
        assert story.planned(one.id) == []
    assert story.row(RegisteredObject, gone.object_id).status == cause
    drawn = story.row(Inspection, fresh.id)
    assert (drawn.stratum, drawn.state) == ("watched", InspectionState.ASSEMBLING)
    assert len(story.live(fresh.id)) == 4
    [vacated] = story.last_round().vacated
    assert vacated.to_json() == {"cause": "moved" if cause == "moved" else "closed", "object": gone.object_id}


def test_an_object_that_moved_within_the_prefecture_is_handed_to_the_other_county(store: Store) -> None:
    story = a_story(store, objects=3)
    with changing(store) as records:
        jinghe = a_person("LI-jinghe", roles=(Role.LIAISON,))
        jinghe.district = "652722"
        records.add(a_person("LI"), jinghe)
        records.get(Person, "LI").roles = [Role.LIAISON.value]
    story.draw()
    [gone] = story.rows(Inspection)
    story.accept_all(gone.id)
    _report_gone(story, gone.id, "moved")
    story.refuses(IllegalStep, replace_gone_object, gone.id, moved_to="652701", by="OP")
    story.refuses(IllegalStep, replace_gone_object, gone.id, moved_to="110000", by="OP")
    story.do(replace_gone_object, gone.id, moved_to="652722", by="OP")
    kept = story.row(RegisteredObject, gone.object_id)
    assert (kept.status, kept.district) == ("open", "652722"), (
        "it stays in the register, and can be drawn there"
    )
    assert (story.told("LI-jinghe"), story.told("LI")) == (["object_handed_over"], [])
    with store.reading() as records:
        shown = {one.inspection_id: (one.status, one.moved_to) for one in public.drawn_objects(records, "S1")}
    assert shown[gone.id] == ("moved_within", "652722")
    assert {status for id, status in shown.items() if id != gone.id} == {("", "")}
    story.refuses(AlreadyDone, replace_gone_object, gone.id, moved_to="652723", by="OP")


def test_who_asked_to_leave_a_gone_object_needs_no_decision_any_more(store: Store) -> None:
    story = a_drawn_story(store)
    [inspection] = story.inspections()
    held = story.held_by(f"{inspection}/fire/1")
    request = story.do(file_leave_request, held.id, Ground.GIFT, "", by=held.person_id)
    _report_gone(story, inspection)
    story.do(replace_gone_object, inspection, by="OP")
    assert story.row(LeaveRequest, request.id).state is LeaveRequestState.DROPPED
    assert story.planned(request.id) == []
    assert {one.state for one in story.assignments(inspection_id=inspection)} == {AssignmentState.RELEASED}
    story.later(hours=24)
    story.tick()
    assert story.row(LeaveRequest, request.id).state is LeaveRequestState.DROPPED


def test_a_second_press_on_a_replaced_object_says_when_it_was_replaced(store: Store) -> None:
    story = a_drawn_story(store)
    [inspection] = story.inspections()
    _report_gone(story, inspection)
    story.do(replace_gone_object, inspection, by="OP")
    replaced_at = story.at
    story.later(minutes=3)
    refused = story.refuses(AlreadyDone, replace_gone_object, inspection, by="OP")
    assert refused.facts == {"what": "done_replaced", "done_at": replaced_at}


def test_only_what_was_reported_gone_is_replaced_and_only_by_an_operator(store: Store) -> None:
    story = a_drawn_story(store)
    [inspection] = story.inspections()
    story.refuses(IllegalStep, replace_gone_object, inspection, by="OP")
    _report_gone(story, inspection)
    for who in ("RV", "HD-market", story.lead(inspection).person_id):
        story.refuses(NotYours, replace_gone_object, inspection, by=who)
    story.refuses(NotFound, replace_gone_object, "S1.B99", by="OP")


def test_a_stratum_without_a_further_object_gives_none_in_its_place(store: Store) -> None:
    story = a_drawn_story(store, objects=1)
    _report_gone(story, "S1.B1")
    assert story.do(replace_gone_object, "S1.B1", by="OP") is None
    assert story.row(Inspection, "S1.B1").replaced_by is None
    assert story.state_of("S1.B1") is InspectionState.REPLACED
    assert story.live() == []


def test_an_object_replaced_once_may_be_gone_again_until_none_is_left(store: Store) -> None:
    story = a_drawn_story(store, objects=3)
    gone, seen = story.inspections()[0], []
    while True:
        seen.append(gone)
        _report_gone(story, gone)
        fresh = story.do(replace_gone_object, gone, by="OP")
        if fresh is None:
            break
        gone = fresh.id
    assert sorted(seen) == ["S1.B1", "S1.B2", "S1.B3"]


def test_an_open_seat_of_a_gone_object_is_not_filled_any_more(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=2)
    _recuse(story, SEAT)
    _report_gone(story, "S1.B1")
    story.do(replace_gone_object, "S1.B1", by="OP")
    assert story.live() == []
    assert story.holder(SEAT) is None


# --- Seats whose time ends together ----------------------------------------------------------------------------------


def test_seats_whose_time_ends_at_one_moment_are_drawn_again_in_one_round(store: Store) -> None:
    """One of the four has accepted; two of the three seats stand at one object, the third at another."""
    story = a_drawn_story(store, objects=2, count=2, seats=1, officers=6)
    kept = story.held_by("S1.B1/market/1")
    story.do(accept_assignment, kept.id, by=kept.person_id)
    lapsing = [one for one in story.live() if one.id != kept.id]
    story.later(hours=24)
    assert story.tick().count("lapse") == 3
    last = story.last_round()
    assert last.number == 1
    assert [one.to_json() for one in last.vacated] == sorted(
        (
            {"cause": "lapsed", "inspector": one.person_id, "seat": one.seat_id.removeprefix("S1.")}
            for one in lapsing
        ),
        key=lambda line: (line["inspector"], line["seat"]),
    )
    assert [one.seat for one in last.seats] == ["B1/fire/1", "B2/fire/1", "B2/market/1"]
    for one in lapsing:
        left = story.row(Assignment, one.id)
        assert (left.state, left.left_at) == (AssignmentState.LAPSED, story.at)
        assert story.told(one.person_id).count("assignment_lapsed") == 1
        assert story.held_by(one.seat_id).round == 1
        assert story.planned(one.id) == []
    assert story.held_by(kept.seat_id).id == kept.id
    assert len(story.rows(JournalLine, verb="draw.round")) == 1


def test_seats_whose_time_ends_later_have_a_round_of_their_own(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=6)
    story.later(hours=23)
    late = story.held_by(SEAT)
    story.do(accept_assignment, late.id, by=late.person_id)
    story.do(withdraw_acceptance, late.id, by=late.person_id)  # may answer two hours from now
    story.later(hours=1)
    story.tick()
    assert (story.last_round().number, len(story.last_round().vacated)) == (1, 3)
    assert story.held_by(SEAT).id == late.id
    story.later(minutes=59)
    assert story.tick() == []
    story.later(minutes=1)
    assert story.tick().count("lapse") == 1
    last = story.last_round()
    assert (last.number, [one.to_json() for one in last.vacated]) == (
        2,
        [{"cause": "lapsed", "inspector": late.person_id, "seat": "B1/fire/1"}],
    )


def test_what_is_overdue_when_the_clock_comes_back_is_drawn_again_together(store: Store) -> None:
    """The program stood still over both ends."""
    story = a_drawn_story(store, objects=1, officers=6)
    story.later(hours=23)
    late = story.held_by(SEAT)
    story.do(accept_assignment, late.id, by=late.person_id)
    story.do(withdraw_acceptance, late.id, by=late.person_id)
    story.later(hours=9)
    story.tick()
    assert (story.last_round().number, len(story.last_round().vacated)) == (1, 4)


def test_every_draw_has_a_round_of_its_own_for_what_ends_together(store: Store) -> None:
    story = a_story(store, objects=1, officers=8)
    with changing(store) as records:
        records.add(a_scheme("S2"))
    story.draw("S1")
    story.draw("S2")
    story.later(hours=24)
    story.tick()
    for draw in ("D-S1-1", "D-S2-1"):
        assert (story.last_round(draw).number, len(story.last_round(draw).vacated)) == (1, 4)
    assert len(story.live()) == 8


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.faults)])
def test_whatever_people_do_in_whatever_order_the_rules_hold_and_the_record_verifies(
    store: Store, seed: int
) -> None:
    """A random play of sixty acts; `Story` re-checks after each. Nobody barred comes back, nobody hears twice."""
    dice = random.Random(seed)
    story = a_drawn_story(store, objects=5, count=3, officers=9)
    barred: dict[str, int] = {}
    for _ in range(60):
        story.later(minutes=dice.randrange(90))
        _act(story, dice, barred)
    for person, since in barred.items():
        assert all(one.round <= since for one in story.assignments(person_id=person))
    for one in story.assignments(state=AssignmentState.NOTIFIED):
        assert "lapse" in story.planned(one.id)
    for one in story.assignments():
        if one.state is not AssignmentState.NOTIFIED:
            assert story.planned(one.id) == []
    keys = [line.key for line in story.rows(OutboxLine)]
    assert len(keys) == len(set(keys))


def _ordered(story: Story, person: str) -> list[str]:
    with story.store.reading() as records:
        return ordered_in_scheme(records, person, "S1")


def _act(story: Story, dice: random.Random, barred: dict[str, int]) -> None:
    story.tick()
    held = dice.choice(story.live())
    who = held.person_id
    lead = story.holder(
        next(seat.id for seat in story.rows(Seat, inspection_id=held.inspection_id) if seat.is_lead)
    )
    if held.state is AssignmentState.LEAVE_ASKED:
        [request] = story.rows(LeaveRequest, assignment_id=held.id, state=LeaveRequestState.PENDING)
        verdict = dice.choice(list(Verdict))
        story.do(decide_leave, request.id, verdict, by=request.decider_id)
        if verdict is Verdict.GRANT and request.kind == "unavailability":
            barred[who] = story.last_round().number
    elif dice.random() < 0.1:
        story.do(order_off, _ordered(story, who), "群众举报", by=f"HD-{held.seat_id.split('/')[1]}")
    elif held.state is AssignmentState.NOTIFIED and dice.random() < 0.7:
        story.do(accept_assignment, held.id, by=who)
    elif held.state is AssignmentState.ACCEPTED and dice.random() < 0.3:
        story.do(withdraw_acceptance, held.id, by=who)
    elif lead is not None and lead.id != held.id and dice.random() < 0.2:
        story.do(send_back_seat, held.id, "另有任务", by=lead.person_id)
    elif dice.random() < 0.5:
        ground = dice.choice([Ground.SELF, Ground.GIFT, Ground.ON_LEAVE])
        story.do(file_leave_request, held.id, ground, "", by=who)
