"""What a draw is made from: who is left in peace, one visit for all that a firm was drawn for, and experts' seats."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from actions.assignments import accept_assignment
from actions.call_off import call_off_scheme
from actions.checklists import answer_question
from actions.draws import announce_draw
from actions.leave import decide_leave, file_leave_request
from actions.pools import pool_files
from actions.redraws import replace_gone_object
from actions.refused_draws import public_reason
from actions.teams import confirm_team
from actions.visits import check_in, start_visit
from draw.double_random import read_transcript, shortage_of
from draw.verify import verify
from inspection.checklists import AnswerValue
from inspection.leave import Ground, Verdict
from inspection.refusals import Incomplete, NotYours, Unacceptable
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
from storage.tables.inspections import Assignment, DrawRecord, Inspection, LeaveRequest, Seat
from storage.tables.registers import Expert, Person, RegisteredObject, Scheme
from tests.actions.story import SECRET, Story, a_story, changing
from tests.builders import NOW, a_person, a_scheme, an_expert, an_object

CLASS_C = {"name": "class C", "where": {"class": ["C"]}, "count": 1}


# --- Who was visited before ------------------------------------------------------------------------------------------


def _drawn_before(
    store: Store, *, departments: tuple[str, ...] = ("market", "fire"), yearly_cap: int = 1, **scheme: Any
) -> Story:
    """Scheme S0 has drawn B1, the only one of class C; S1 is filed and would draw from all three."""
    story = a_story(store)
    with changing(store) as records:
        records.get(RegisteredObject, "B1").credit_class = "C"
        for id in ("B1", "B2", "B3"):
            records.get(RegisteredObject, id).yearly_cap = yearly_cap
        earlier = a_scheme("S0", departments=departments, items=tuple(f"T-{one}" for one in departments))
        earlier.strata = [CLASS_C]
        for name, value in scheme.items():
            setattr(earlier, name, value)
        records.add(earlier)
    story.draw("S0")
    assert story.inspections() == ["S0.B1"]
    return story


def _visited_before(store: Store, *, ended_at: datetime, **given: Any) -> Story:
    story = _drawn_before(store, **given)
    story.move_inspection("S0.B1", InspectionStep.CONFIRM_TEAM)
    story.move_inspection("S0.B1", InspectionStep.START_VISIT, started_at=ended_at)
    story.move_inspection("S0.B1", InspectionStep.END_VISIT, ended_at=ended_at)
    return story


def _asks(story: Story, **facts: object) -> None:
    """Changes what S1 asks for."""
    with changing(story.store) as records:
        for name, value in facts.items():
            setattr(records.get(Scheme, "S1"), name, value)


def _listed(story: Story, **facts: object) -> None:
    """Changes what the register says of B1."""
    with changing(story.store) as records:
        for name, value in facts.items():
            setattr(records.get(RegisteredObject, "B1"), name, value)


def _left_out(story: Story, *, by: str = "OP") -> dict[str, int]:
    """Announces S1 and gives who is left out; whoever is left out is not in the pool and finds the cause."""
    announcement = story.do(announce_draw, "S1", secret=SECRET, by=by)
    draw = story.row(DrawRecord, announcement.draw)
    causes = {line["object"]: line["left_out"] for line in map(json.loads, draw.codes.splitlines())}
    in_pool = {json.loads(line)["id"] for line in draw.objects.splitlines()}
    assert in_pool == {id for id, cause in causes.items() if cause is None}
    assert len(causes) == 3
    return {one.cause: one.number for one in announcement.left_out}


def test_a_visit_drawn_and_still_to_come_takes_room_under_the_cap(store: Store) -> None:
    story = _drawn_before(store)
    assert _left_out(story) == {"cap": 1}
    story.run("S1")
    assert "S1.B1" not in story.inspections()


def test_with_room_for_two_visits_the_firm_may_be_drawn_again(store: Store) -> None:
    assert _left_out(_drawn_before(store, yearly_cap=2)) == {}


@pytest.mark.parametrize(
    ("ended_at", "left_out"),
    [
        (datetime(2026, 3, 2, 3, 0, tzinfo=UTC), {"cap": 1}),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), {"cap": 1}),  # New Year in Beijing
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), {}),
    ],
)
def test_a_visit_of_ours_counts_in_the_year_in_which_it_ended(
    store: Store, ended_at: datetime, left_out: dict[str, int]
) -> None:
    assert _left_out(_visited_before(store, ended_at=ended_at)) == left_out


def test_a_visit_that_the_list_has_counted_is_not_counted_twice(store: Store) -> None:
    story = _visited_before(store, ended_at=datetime(2026, 6, 30, 3, 0, tzinfo=UTC), yearly_cap=2)
    _listed(story, visits_this_year=1, visits_counted_on=date(2026, 6, 30))
    assert _left_out(story) == {}


def test_a_visit_after_the_day_of_the_count_is_added_to_it(store: Store) -> None:
    story = _visited_before(store, ended_at=datetime(2026, 6, 30, 3, 0, tzinfo=UTC), yearly_cap=2)
    _listed(story, visits_this_year=1, visits_counted_on=date(2026, 6, 29))
    assert _left_out(story) == {"cap": 1}


def test_a_visit_still_to_come_is_added_to_a_count_made_after_its_scheme_began(store: Store) -> None:
    story = _drawn_before(store, yearly_cap=2, first_day=date(2026, 11, 20))
    _listed(story, visits_this_year=1, visits_counted_on=date(2026, 11, 24))
    assert _left_out(story) == {"cap": 1}


def test_a_visit_of_another_department_takes_no_room(store: Store) -> None:
    story = _drawn_before(store, departments=("market",))
    with changing(store) as records:
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    _asks(story, departments=["fire"], items=["T-fire"])
    assert _left_out(story, by="OP-fire") == {}


def test_a_joint_visit_needs_room_with_each_of_its_departments(store: Store) -> None:
    assert _left_out(_drawn_before(store, departments=("market",))) == {"cap": 1}


def test_a_replaced_visit_takes_no_room(store: Store) -> None:
    story = _drawn_before(store)
    story.move_inspection("S0.B1", InspectionStep.REPORT_GONE, gone_cause="moved", gone_reported_by="fire-1")
    story.do(replace_gone_object, "S0.B1", by="OP")
    _listed(story, status="open")  # it had not moved after all
    assert _left_out(story) == {}


def test_a_visit_called_off_takes_no_room(store: Store) -> None:
    story = _drawn_before(store)
    story.do(call_off_scheme, "S0", reason="方案有误", by="HD-market")
    assert _left_out(story) == {}


@pytest.mark.parametrize(
    ("days", "left_out"), [(-31, {}), (-30, {"recent": 1}), (-3, {"recent": 1}), (-500, {})]
)
def test_who_was_visited_within_the_interval_is_left_in_peace(
    store: Store, days: int, left_out: dict[str, int]
) -> None:
    ended_at = datetime(2026, 11, 26, 3, 0, tzinfo=UTC) + timedelta(days=days)
    story = _visited_before(store, ended_at=ended_at, yearly_cap=9)
    _asks(story, stays_away_days=30)
    assert _left_out(story) == left_out


def test_an_interval_longer_than_a_year_looks_back_as_far(store: Store) -> None:
    ended_at = datetime(2026, 11, 26, 3, 0, tzinfo=UTC) - timedelta(days=500)
    story = _visited_before(store, ended_at=ended_at)
    _asks(story, stays_away_days=730)
    assert _left_out(story) == {"recent": 1}


def test_who_will_be_visited_soon_is_left_in_peace_too(store: Store) -> None:
    story = _drawn_before(store, yearly_cap=9, first_day=date(2026, 12, 20), last_day=date(2026, 12, 30))
    _asks(story, stays_away_days=24)
    assert _left_out(story) == {"recent": 1}


def test_a_visit_by_others_that_the_list_knows_keeps_us_away(store: Store) -> None:
    story = a_story(store)
    _listed(story, last_inspected_on=date(2026, 11, 1))
    _asks(story, stays_away_days=25)
    assert _left_out(story) == {"recent": 1}


@pytest.mark.parametrize("stays_away_days", [0, 90])
def test_an_exempt_scheme_draws_whoever_had_the_visits(store: Store, stays_away_days: int) -> None:
    story = _drawn_before(store)
    _asks(story, cap_exemption="complaint", stays_away_days=stays_away_days, strata=[{**CLASS_C}])
    with changing(store) as records:
        for id in ("B2", "B3"):
            records.get(RegisteredObject, id).credit_class = "C"
            records.get(RegisteredObject, id).visits_this_year = 7
    assert _left_out(story) == {}
    story.run("S1")
    assert len(story.inspections()) == 2


def test_a_visit_under_an_exemption_takes_no_room_and_keeps_nobody_away(store: Store) -> None:
    story = _drawn_before(store, cap_exemption="urgent")
    _asks(story, stays_away_days=90)
    assert _left_out(story) == {}


# --- One visit for all that a firm was drawn for ---------------------------------------------------------------------


def _two_rows(store: Store, *, ratios: tuple[str, str] = ("0.5", "1")) -> Story:
    """Catering for one item, lifts for another; B1 and B2 are both, B3 and B4 catering only, L5 has a lift only."""
    story = a_story(store, objects=4, officers=9)
    with changing(store) as records:
        records.add(an_object("L5"))
        records.get(RegisteredObject, "L5").industry = "hotel"
        for id in ("B1", "B2", "L5"):
            records.get(RegisteredObject, id).special_lists = ["lift"]
        records.get(Scheme, "S1").strata = [
            {"name": "餐饮", "where": {"industry": ["catering"]}, "items": ["T-market"], "ratio": ratios[0]},
            {"name": "电梯", "where": {"lists": ["lift"]}, "items": ["T-fire"], "ratio": ratios[1]},
        ]
    return story


def test_a_firm_that_fits_two_rows_gets_one_visit_for_the_items_of_both(store: Store) -> None:
    story = _two_rows(store)
    story.draw()
    visits: list[Inspection] = story.rows(Inspection)
    by_object = {one.object_id: one for one in visits}
    assert len(visits) == len(by_object) == 4
    for id in ("B1", "B2"):
        assert (by_object[id].stratum, by_object[id].items) == ("餐饮 + 电梯", ["T-market", "T-fire"])
    assert (by_object["L5"].stratum, by_object["L5"].items) == ("电梯", ["T-fire"])
    [catering] = by_object.keys() - {"B1", "B2", "L5"}
    assert (by_object[catering].stratum, by_object[catering].items) == ("餐饮", ["T-market"])


def test_the_draw_of_rows_that_meet_is_published_disjoint_and_verifies(store: Store) -> None:
    story = _two_rows(store)
    story.draw()
    draw = story.row(DrawRecord, "D-S1-1")
    assert verify(draw.transcript.encode(), pool_files(draw)) is None
    announcement = read_transcript(draw.transcript.encode()).announcement
    assert [(one.name, one.size, one.quota) for one in announcement.strata] == [
        ("餐饮", 2, 1),
        ("餐饮 + 电梯", 2, 2),
        ("电梯", 1, 1),
    ]
    pool = [json.loads(line) for line in draw.objects.splitlines()]
    assert {line["id"]: line["rows"] for line in pool} == {
        "B1": "1+2", "B2": "1+2", "B3": "1", "B4": "1", "L5": "2",
    }  # fmt: skip


def test_whoever_replaces_a_gone_firm_is_visited_for_the_same_rows(store: Store) -> None:
    story = _two_rows(store, ratios=("0.1", "0.2"))
    story.draw()
    [gone] = story.rows(Inspection, stratum="餐饮 + 电梯")
    story.move_inspection(gone.id, InspectionStep.REPORT_GONE, gone_cause="closed", gone_reported_by="fire-1")
    fresh = story.do(replace_gone_object, gone.id, by="OP")
    assert (fresh.stratum, fresh.items) == ("餐饮 + 电梯", ["T-market", "T-fire"])
    assert {gone.object_id, fresh.object_id} == {"B1", "B2"}


def test_rows_that_are_split_draw_from_every_district_that_occurs(store: Store) -> None:
    story = a_story(store, objects=4)
    with changing(store) as records:
        for id in ("B3", "B4"):
            records.get(RegisteredObject, id).district = "652722"
        row = {"name": "餐饮", "where": {"industry": ["catering"]}, "split": ["district"], "ratio": "0.1"}
        records.get(Scheme, "S1").strata = [row]
    story.draw()
    assert sorted(one.stratum for one in story.rows(Inspection)) == ["餐饮 · 博乐市", "餐饮 · 精河县"]
    assert [json.loads(line).keys() & {"rows"} for line in story.row(DrawRecord, "D-S1-1").objects.splitlines()] == [
        set()
    ] * 4  # fmt: skip


def test_a_row_with_a_count_that_shares_a_firm_with_another_is_not_announced(store: Store) -> None:
    story = _two_rows(store)
    with changing(store) as records:
        scheme = records.get(Scheme, "S1")
        first, second = scheme.strata
        scheme.strata = [first, {**second, "ratio": None, "count": 1}]
    refused = story.refuses(Unacceptable, announce_draw, "S1", secret=SECRET, by="OP")
    assert refused.sentence == "count_shared"
    assert refused.facts == {"row": "电梯", "other": "餐饮", "object": "B1"}


# --- Experts ---------------------------------------------------------------------------------------------------------

FIELD = "fire_safety"
ONE = "S1.B1"
SEAT = f"{ONE}/expert/1"


def _with_experts(store: Store, *, experts: int = 3, seats: int = 1, officers: int = 4) -> Story:
    """One object, experts `E1` … of the field; `EX` knows another one, `EI` and `EP` are not active any more."""
    story = a_story(store, objects=1, officers=officers)
    with changing(store) as records:
        for id in [*(f"E{number}" for number in range(1, experts + 1)), "EX", "EI", "EP"]:
            person, expert = an_expert(id, field="lifts" if id == "EX" else FIELD)
            records.add(person)
            records.add(expert)
        records.get(Expert, "EI").is_active = False
        records.get(Person, "EP").is_active = False
        scheme = records.get(Scheme, "S1")
        scheme.expert_field, scheme.expert_seats = FIELD, seats
    return story


def _advised(store: Store) -> Story:
    """Drawn, with an expert on the team."""
    story = _with_experts(store)
    story.draw()
    return story


def test_the_seats_of_experts_are_filled_from_those_of_the_field_only(store: Store) -> None:
    story = _with_experts(store, seats=2)
    story.draw()
    seats: list[Seat] = story.rows(Seat, inspection_id=ONE, department="expert")
    assert [(one.id, one.is_lead) for one in seats] == [(SEAT, False), (f"{ONE}/expert/2", False)]
    for seat in story.rows(Seat, inspection_id=ONE):
        holder = story.held_by(seat.id).person_id
        assert (
            holder in {"E1", "E2", "E3"}
            if seat.department == "expert"
            else holder.startswith(seat.department)
        )
    draw = story.row(DrawRecord, "D-S1-1")
    pool = {line["id"]: line for line in map(json.loads, draw.inspectors.splitlines())}
    assert pool.keys() & {"E1", "E2", "E3", "EX", "EI", "EP"} == {"E1", "E2", "E3"}
    assert pool["E1"] == {
        "capacity": 3, "department": "expert", "district": "652701", "id": "E1", "load": 0, "may_lead": False,
        "qualifications": [FIELD],
    }  # fmt: skip


def test_experts_never_count_as_officers(store: Store) -> None:
    story = _with_experts(store, experts=9, officers=1)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    shortage = shortage_of(story.run("S1"))
    assert shortage is not None
    assert shortage.department in ("market", "fire")


def test_too_few_experts_void_the_draw_naming_them(store: Store) -> None:
    story = _with_experts(store, experts=1, seats=2)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    shortage = shortage_of(story.run("S1"))
    assert shortage is not None
    assert (shortage.department, shortage.qualifications) == ("expert", (FIELD,))
    draw = story.row(DrawRecord, "D-S1-1")
    assert (draw.voided_at, draw.voided_by, draw.void_reason) == (NOW, None, public_reason(shortage))
    assert draw.void_reason.startswith("专家符合条件的人员不够")
    assert story.row(Scheme, "S1").state is SchemeState.FILED
    assert story.assignments() == []


def test_a_field_without_a_single_expert_is_refused_at_the_announcement(store: Store) -> None:
    story = _with_experts(store, experts=0)
    refused = story.refuses(Unacceptable, announce_draw, "S1", secret=SECRET, by="OP")
    assert (refused.sentence, refused.facts["department"]) == ("draw_unknown_department", "expert")


def test_a_scheme_without_seats_for_experts_asks_none(store: Store) -> None:
    story = _with_experts(store, seats=0)
    story.draw()
    assert len(story.live(ONE)) == 4
    assert '"expert"' not in story.row(DrawRecord, "D-S1-1").inspectors


def test_an_expert_with_all_seats_taken_elsewhere_is_not_drawn_again(store: Store) -> None:
    story = _advised(store)
    seated = story.held_by(SEAT).person_id
    with changing(store) as records:
        records.get(Expert, seated).capacity = 1
        second = a_scheme("S2")
        second.expert_field, second.expert_seats = FIELD, 1
        records.add(second)
    story.do(announce_draw, "S2", secret=SECRET, by="OP")
    pool = [json.loads(line) for line in story.row(DrawRecord, "D-S2-1").inspectors.splitlines()]
    assert {line["id"]: line["load"] for line in pool if line["department"] == "expert"} == {
        one: int(one == seated) for one in ("E1", "E2", "E3")
    }
    story.run("S2")
    assert story.held_by("S2.B1/expert/1").person_id != seated


def test_a_team_waits_for_its_expert_who_needs_no_certificate(store: Store) -> None:
    story = _advised(store)
    lead, expert = story.lead(ONE).person_id, story.held_by(SEAT)
    for one in story.live(ONE):
        if one.id != expert.id:
            story.do(accept_assignment, one.id, by=one.person_id)
    refused = story.refuses(Incomplete, confirm_team, ONE, by=lead)
    assert (refused.sentence, refused.facts) == ("team_not_ready", {"accepted": 4, "seats": 5})
    assert "team_ready" not in story.told(lead)
    story.do(accept_assignment, expert.id, by=expert.person_id)
    assert "team_ready" in story.told(lead)
    story.do(confirm_team, ONE, by=lead)
    assert story.team_state(ONE) == TeamState.CONFIRMED
    assert story.row(Assignment, expert.id).state is AssignmentState.CONFIRMED
    assert story.told(expert.person_id) == ["assignment_drawn", "visit_card"]


def test_an_expert_asks_the_head_of_the_lead_department_for_leave(store: Store) -> None:
    story = _advised(store)
    expert = story.held_by(SEAT)
    request = story.do(file_leave_request, expert.id, Ground.GIFT, "", by=expert.person_id)
    assert request.decider_id == "HD-market"
    assert story.told("HD-market") == ["leave_asked"]
    assert story.told("HD-fire") == []
    story.refuses(NotYours, decide_leave, request.id, Verdict.GRANT, by="HD-fire")
    story.do(decide_leave, request.id, Verdict.GRANT, by="HD-market")
    assert story.row(LeaveRequest, request.id).state is LeaveRequestState.GRANTED
    fresh = story.held_by(SEAT)
    assert fresh.id == f"{SEAT}/2"
    assert fresh.person_id in {"E1", "E2", "E3"} - {expert.person_id}
    assert [one.inspector for one in story.last_round().seats] == [fresh.person_id]


def test_the_head_of_the_lead_department_hears_when_an_expert_is_a_relation(store: Store) -> None:
    story = _advised(store)
    expert = story.held_by(SEAT)
    story.do(file_leave_request, expert.id, Ground.SPOUSE, "", by=expert.person_id)
    assert story.told("HD-market") == ["recusal_noted"]
    assert story.held_by(SEAT).person_id != expert.person_id


def test_an_expert_advises_and_neither_starts_a_visit_nor_answers(store: Store) -> None:
    story = _advised(store)
    story.confirm(ONE)
    expert = story.held_by(SEAT).person_id
    refused = story.refuses(NotYours, start_visit, ONE, by=expert)
    assert refused.sentence == "expert_advises"
    story.do(start_visit, ONE, by=story.lead(ONE).person_id)
    assert story.state_of(ONE) is InspectionState.VISITING
    assert story.told(expert) == ["assignment_drawn", "visit_card", "visit_started"]
    refused = story.refuses(NotYours, answer_question, ONE, "q1", AnswerValue.YES, by=expert)
    assert refused.sentence == "expert_advises"
    story.do(check_in, ONE, 44.9, 82.07, by=expert)  # but may say where it was


# --- Lists that are covered in full -----------------------------------------------------------------------------------


def test_everybody_on_a_special_list_is_drawn_whatever_else_they_fit(store: Store) -> None:
    """A row of ratio 1 is full coverage, also where a row of a lower ratio meets it."""
    story = a_story(store, objects=12, officers=30)
    with changing(store) as records:
        for number in (2, 5, 11):
            records.get(RegisteredObject, f"B{number}").special_lists = ["special_equipment"]
        records.get(Scheme, "S1").strata = [
            {"name": "catering", "where": {"industry": ["catering"]}, "ratio": "0.1"},
            {"name": "lifts", "where": {"lists": ["special_equipment"]}, "ratio": "1"},
        ]
    story.draw()
    drawn = {one.object_id for one in story.rows(Inspection)}
    assert {"B2", "B5", "B11"} <= drawn
    assert len(drawn) == 4, "and one in ten of the nine others"
