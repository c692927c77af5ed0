"""Teams that were not drawn here: taken in, told, and filled by naming where a draw would be drawn again."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from actions.assignments import accept_assignment
from actions.call_off import call_off_scheme
from actions.gone import report_object_gone
from actions.leave import decide_leave, file_leave_request
from actions.naming import VisitTakenIn, name_officer, problems_of, take_in
from actions.orders import order_off
from actions.redraws import replace_gone_object
from actions.rule_check import check_scheme
from actions.teams import confirm_team
from inspection.leave import Ground, Verdict
from inspection.naming import Candidate, Hindrance, Origin, Wanted, hindrance
from inspection.refusals import AlreadyDone, IllegalStep, NotYours, Unacceptable
from inspection.states import AssignmentState, InspectionState, SchemeState
from storage.naming import selections_of
from storage.store import Store
from storage.tables.inspections import Inspection, LeaveRequest, Seat
from storage.tables.registers import Inspector, Person, RegisteredObject, Scheme
from tests.actions.story import Story, a_story, changing

VISIT, SEAT = "S1.B1", "S1.B1/market/2"
TEAM = {"market/1": "market-1", "market/2": "market-2", "fire/1": "fire-1", "fire/2": "fire-2"}


def _taken_in(
    store: Store, people: Mapping[str, str] = TEAM, *, may_be_open: bool = False, **facts: str
) -> Story:
    story = a_story(store)
    with store.transaction("test") as records:
        take_in(
            records,
            "S1",
            [VisitTakenIn("B1", people)],
            origin=Origin.ELSEWHERE if facts else Origin.NAMED,
            reason="" if facts else "群众举报，须立即核查",
            chosen_at=story.at,
            may_be_open=may_be_open,
            by=records.get(Person, "OP"),
            at=story.at,
            **facts,
        )
    return story


def _violations(story: Story) -> list[str]:
    with story.store.reading() as records:
        return [f"{one.rule} {one.subject}: {one.detail}" for one in check_scheme(records, "S1", story.at)]


def test_a_named_team_is_told_accepts_and_a_vacancy_is_filled_by_naming(store: Store) -> None:
    story = _taken_in(store)
    assert story.row(Scheme, "S1").state is SchemeState.DRAWN
    (letter,) = story.letters("market-2", "assignment_drawn")
    assert "您被指定参加检查" in letter
    assert "抽中" not in letter
    story.do(file_leave_request, f"{SEAT}/1", Ground.SPOUSE, "", by="market-2")
    (asked,) = story.letters("HD-market", "seat_to_name")
    assert "原来的人员已回避" in asked
    offered = [key["data"].split(":")[-1] for row in json.loads(asked)["rows"] for key in row]
    assert offered == ["market-3", "market-4"]
    assert _violations(story) == []
    assert story.refuses(Unacceptable, name_officer, SEAT, "market-2", by="HD-market").facts["why"] == (
        "hindrance_left_before"
    )
    story.refuses(NotYours, name_officer, SEAT, "market-3", by="HD-fire")
    story.refuses(NotYours, name_officer, SEAT, "market-3", by="OP")
    story.do(name_officer, SEAT, "market-3", by="HD-market")
    story.refuses(AlreadyDone, name_officer, SEAT, "market-4", by="HD-market")
    (letter,) = story.letters("market-3", "assignment_drawn")
    assert "由您接替" in letter
    story.accept_all()
    story.do(confirm_team, VISIT, by="market-1")
    assert story.state_of(VISIT) is InspectionState.READY
    assert _violations(story) == []


def test_whoever_lets_the_time_run_out_is_not_offered_again(store: Store) -> None:
    story = _taken_in(store)
    for person in ("market-1", "fire-1", "fire-2"):
        seat = next(seat for seat, one in TEAM.items() if one == person)
        story.do(accept_assignment, f"{VISIT}/{seat}/1", by=person)
    story.later(hours=25)
    assert "lapse" in story.tick()
    assert story.holder(SEAT) is None
    (asked,) = story.letters("HD-market", "seat_to_name")
    assert "没有按时答复" in asked
    assert "market-2" not in asked
    assert _violations(story) == []


def test_a_head_who_excuses_or_orders_off_names_who_takes_over(store: Store) -> None:
    story = _taken_in(store)
    story.do(file_leave_request, f"{VISIT}/fire/1/1", Ground.ON_LEAVE, "年休假", by="fire-1")
    (request,) = story.rows(LeaveRequest)
    story.do(decide_leave, request.id, Verdict.GRANT, by="HD-fire")
    story.do(order_off, [f"{VISIT}/fire/2/1"], "另有任务", by="HD-fire")
    assert len(story.letters("HD-fire", "seat_to_name")) == 2
    story.do(name_officer, f"{VISIT}/fire/1", "fire-3", by="HD-fire")
    story.refuses(Unacceptable, name_officer, f"{VISIT}/fire/2", "fire-3", by="HD-fire")
    story.do(name_officer, f"{VISIT}/fire/2", "fire-4", by="HD-fire")
    assert {one.person_id for one in story.live(VISIT)} == {"market-1", "market-2", "fire-3", "fire-4"}


def test_seats_without_anybody_are_asked_for_at_once(store: Store) -> None:
    story = _taken_in(store, {"market/1": "market-1"}, may_be_open=True)
    assert len(story.letters("HD-market", "seat_to_name")) == 1
    assert len(story.letters("HD-fire", "seat_to_name")) == 2
    assert _violations(story) == []


def test_a_draw_of_another_platform_is_never_called_ours(store: Store) -> None:
    story = _taken_in(store, platform="自治区双随机平台", batch="2026-0417")
    (letter,) = story.letters("fire-1", "assignment_drawn")
    assert "抽取在自治区双随机平台进行，本系统没有抽取" in letter
    with store.reading() as records:
        (selection,) = selections_of(records, "S1")
    assert (selection.id, selection.origin, selection.batch) == ("N-S1-1", "elsewhere", "2026-0417")
    assert story.row(Inspection, VISIT).draw_id is None


def test_an_object_that_has_gone_ends_the_task_for_nothing_is_drawn_in_its_place(store: Store) -> None:
    story = _taken_in(store)
    story.accept_all()
    story.do(report_object_gone, VISIT, "closed", by="market-1")
    assert story.do(replace_gone_object, VISIT, by="OP") is None
    assert story.state_of(VISIT) is InspectionState.REPLACED
    assert story.row(Scheme, "S1").state is SchemeState.FINISHED


def test_a_task_that_was_taken_in_can_be_called_off(store: Store) -> None:
    story = _taken_in(store)
    assert story.do(call_off_scheme, "S1", reason="线索已由别的部门核实", by="HD-market") is None
    assert story.row(Scheme, "S1").state is SchemeState.VOIDED
    assert {one.state for one in story.assignments()} == {AssignmentState.RELEASED}
    story.refuses(AlreadyDone, call_off_scheme, "S1", reason="再次取消", by="HD-market")


def test_nothing_is_taken_in_when_one_seat_does_not_fit(store: Store) -> None:
    story = a_story(store)
    with changing(store) as records:
        records.get(Inspector, "market-2").certificate_expires = date(2026, 12, 1)
        records.get(Person, "fire-2").is_active = False
    before = story.everything()
    with store.transaction("test") as records, pytest.raises(Unacceptable) as refused:
        _take(records, story)
    assert refused.value.sentence == "taken_in_not_eligible"
    assert (refused.value.facts["why"], refused.value.facts["number"]) == ("hindrance_not_active", 2)
    assert story.everything() == before
    with store.reading() as records:
        scheme = records.get(Scheme, "S1")
        odd = {"market/1": "market-1", "market/x": "market-3", "tax/1": "tax-1", "fire/1": "nobody"}
        found = problems_of(records, scheme, [VisitTakenIn("B1", odd), VisitTakenIn("B9", {})])
    assert {(one.seat, one.cause) for one in found} == {
        ("market/x", "seat_unknown"),
        ("tax/1", "seat_unknown"),
        ("fire/1", "unknown"),
        ("fire", "too_few"),
        ("", "no_object"),
    }
    with changing(store) as records:
        records.get(Scheme, "S1").district = "652722"
    with store.transaction("test") as records, pytest.raises(Unacceptable) as refused:
        _take(records, story)
    assert refused.value.sentence == "taken_in_other_district"


def test_a_scheme_takes_in_once(store: Store) -> None:
    story = _taken_in(store)
    with store.transaction("test") as records, pytest.raises(IllegalStep):
        _take(records, story)


def _take(records: object, story: Story) -> None:
    take_in(
        records,  # type: ignore[arg-type]
        "S1",
        [VisitTakenIn("B1", TEAM)],
        origin=Origin.NAMED,
        reason="核查",
        chosen_at=story.at,
        by=None,
        at=story.at,
    )


def test_the_database_holds_to_one_way_of_choosing(store: Store) -> None:
    story = _taken_in(store)
    assert len(story.rows(Seat, inspection_id=VISIT)) == 4
    with pytest.raises(Exception, match="one_way_of_choosing"), changing(store) as records:
        records.get(Inspection, VISIT).selection_id = None


WANTED = Wanted("fire", False, "B1", "652701", "any", (), date(2026, 12, 10))
FIT = Candidate(
    "F1", "示例", "fire", "652701", True, date(2026, 12, 10), (), False, 3, 2, False, frozenset()
)  # fmt: skip


def test_each_hindrance_is_seen_for_itself() -> None:
    def why(wanted: Wanted = WANTED, *, team: str = "", left: str = "", **facts: object) -> object:
        candidate = replace(FIT, **facts)  # type: ignore[arg-type]
        return hindrance(wanted, candidate, team={team}, left={left})

    same, lead = _with(district_rule="same"), _with(is_lead=True)
    assert why() is None
    assert why(certified_until=WANTED.last_day - timedelta(days=1)) is Hindrance.CERTIFICATE
    assert why(certified_until=None) is Hindrance.CERTIFICATE
    assert why(is_active=False) is Hindrance.NOT_ACTIVE
    assert why(department="tax") is Hindrance.OTHER_DEPARTMENT
    assert why(team="F1") is Hindrance.IN_TEAM
    assert why(left="F1") is Hindrance.LEFT_BEFORE
    assert why(interests=frozenset({"B1"})) is Hindrance.INTEREST
    assert why(is_absent=True) is Hindrance.ABSENT
    assert why(_with(qualifications=("消防",))) is Hindrance.UNQUALIFIED
    assert why(same) is None
    assert why(same, district="652722") is Hindrance.DISTRICT
    assert why(_with(district_rule="other")) is Hindrance.DISTRICT
    assert why(lead) is Hindrance.MAY_NOT_LEAD
    assert why(lead, may_lead=True) is None
    assert why(load=3) is Hindrance.FULL


def _with(**facts: object) -> Wanted:
    return replace(WANTED, **facts)  # type: ignore[arg-type]


def test_the_register_names_the_object_in_what_is_refused(store: Store) -> None:
    story = a_story(store)
    with store.transaction("test") as records, pytest.raises(Unacceptable) as refused:
        take_in(
            records,
            "S1",
            [VisitTakenIn("B1", {"market/1": "market-1"})],
            origin=Origin.NAMED,
            reason="核查",
            chosen_at=story.at,
            by=None,
            at=story.at,
        )
    assert refused.value.sentence == "taken_in_too_few"
    assert refused.value.facts["object"] == story.row(RegisteredObject, "B1").name
