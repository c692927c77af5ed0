"""The numbers of pictures, against what stands in the store; a small scheme is played to get them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from actions.assignments import accept_assignment
from actions.due_calendar import due_for_person, due_in_scheme
from actions.leave import file_leave_request
from actions.scheme_progress import read_progress, scheme_progress
from inspection.calendar.beijing import beijing_day
from inspection.leave import Ground
from inspection.refusals import NotYours
from inspection.roles import Role
from inspection.states import AssignmentState, InspectionState, InspectionStep
from notifications.pictures.facts import Duty, Progress, SeatStage, Stage
from storage.store import Store
from storage.tables.inspections import Inspection, Result
from storage.tables.registers import Person, RegisteredObject, Scheme
from tests.actions.story import Story, a_drawn_story, changing
from tests.builders import NOW, a_person
from tests.papers.visits import a_submitted_visit, an_ended_visit
from tests.pictures.examples import a_calendar
from tests.stores import an_empty_store, on_both


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as empty:
        yield empty


def _progress(story: Story, **later: float) -> Progress:
    with story.store.reading() as records:
        at = story.at + timedelta(**later)
        return scheme_progress(records, records.get(Scheme, "S1"), at=at)


def _three(store: Store) -> Story:
    """Three firms in two counties: one confirmed, one whose people have all accepted, one that waits."""
    story = a_drawn_story(store, officers=8, objects=3, count=3)
    with changing(store) as records:
        records.get(RegisteredObject, "B2").district = "652722"
    story.confirm("S1.B1")
    story.accept_all("S1.B2")
    return story


@on_both
def test_the_counts_are_those_of_the_store(store: Store) -> None:
    story = _three(store)
    progress = _progress(story)
    assert progress.whole.counts == ((Stage.DRAWN, 1), (Stage.ACCEPTED, 1), (Stage.CONFIRMED, 1))
    assert [(one.id, one.counts) for one in progress.districts] == [
        ("652701", ((Stage.DRAWN, 1), (Stage.CONFIRMED, 1))),
        ("652722", ((Stage.ACCEPTED, 1),)),
    ]
    states = Counter(one.state for one in story.live())
    taken = states[AssignmentState.ACCEPTED] + states[AssignmentState.CONFIRMED]
    assert sum(dict(one.counts)[SeatStage.TAKEN] for one in progress.departments) == taken == 8
    waiting = states[AssignmentState.NOTIFIED]
    assert sum(dict(one.counts)[SeatStage.WAITING] for one in progress.departments) == waiting == 4
    assert [one.id for one in progress.departments] == ["market", "fire"]
    assert progress.late == ()


@pytest.mark.parametrize(
    ("step", "stage"),
    [(InspectionStep.START_VISIT, Stage.VISITING), (InspectionStep.REPORT_GONE, Stage.GONE)],
)
def test_each_step_of_a_visit_is_seen(store: Store, step: InspectionStep, stage: Stage) -> None:
    story = _three(store)
    story.move_inspection("S1.B1", step)
    assert dict(_progress(story).whole.counts)[stage] == 1


def test_replaced_and_called_off_ones_are_counted_apart_and_owe_nothing(store: Store) -> None:
    story = _three(store)
    story.move_inspection("S1.B1", InspectionStep.CALL_OFF)
    progress = _progress(story, days=30)
    assert dict(progress.whole.counts)[Stage.OFF] == 1
    assert progress.departments[0].total == 4
    (visits,) = (one for one in progress.late if one.duty is Duty.VISIT)
    assert (visits.number, visits.names) == (2, ("示例商户B2", "示例商户B3"))


def test_ended_and_submitted_visits_are_told_apart(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    assert _progress(story).whole.counts == ((Stage.VISITED, 1),)
    assert story.row(Inspection, inspection).state is InspectionState.VISITED


def test_publicity_is_near_five_working_days_before_and_late_after(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = a_submitted_visit(store, tmp_path)
    assert _progress(story).whole.counts == ((Stage.SUBMITTED, 1),)
    due = story.row(Result, inspection).publicity_due
    left = (due - beijing_day(story.at)).days
    assert _progress(story).near is None
    near = _progress(story, days=left - 3).near
    assert near is not None
    assert (near.duty, near.number) == (Duty.PUBLICITY, 1)
    assert _progress(story, days=left).late == ()
    late = _progress(story, days=left + 1)
    assert [one.duty for one in late.late] == [Duty.PUBLICITY]
    assert (late.near, late.whole.late) == (None, 1)


def test_answers_and_visits_are_late_after_their_time_and_not_before(store: Store) -> None:
    story = a_drawn_story(store)
    assert _progress(story, hours=24).late == ()
    late = _progress(story, hours=24, minutes=1)
    assert [(one.duty, one.number) for one in late.late] == [(Duty.ANSWER, 4)]
    assert [one.late for one in late.departments] == [2, 2]
    assert late.whole.late == 0
    last_day = story.row(Scheme, "S1").last_day
    days = (last_day - story.at.date()).days
    assert Duty.VISIT not in {one.duty for one in _progress(story, days=days).late}
    assert Duty.VISIT in {one.duty for one in _progress(story, days=days + 1).late}


def test_the_visits_of_a_scheme_are_counted_in_a_handful_of_queries(store: Store) -> None:
    story = _three(store)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    _progress(story)
    assert sum(one.startswith("SELECT") for one in asked) <= 5


def test_whoever_watches_the_scheme_may_see_it_and_nobody_else(store: Store) -> None:
    story = _three(store)
    with changing(store) as records:
        records.add(a_person("LI", department="fire", roles=(Role.LIAISON,)))
        records.add(a_person("OP-tax", department="tax", roles=(Role.OPERATOR,)))
    lead = story.lead("S1.B1").person_id
    seen = ("OP", "HD-market", "HD-fire", "LI", lead)
    leads = {story.lead(one).person_id for one in story.inspections()}
    others = [one.person_id for one in story.live() if one.person_id not in leads]
    with store.reading() as records:
        for who in seen:
            assert read_progress(records, "S1", by=records.get(Person, who), at=NOW).whole.total == 3
        for who in ("RV", "W1", "OP-tax", others[0]):
            with pytest.raises(NotYours) as refused:
                read_progress(records, "S1", by=records.get(Person, who), at=NOW)
            assert refused.value.sentence == "progress_not_yours"
        with pytest.raises(NotYours) as unknown:
            read_progress(records, "S9", by=records.get(Person, "OP"), at=NOW)
        assert unknown.value.sentence == "progress_not_yours"


def _due(story: Story, who: str) -> dict[tuple[date, Duty], int]:
    with story.store.reading() as records:
        calendar = due_for_person(records, records.get(Person, who), at=story.at)
    assert len(calendar.days) == 35
    assert (calendar.days[0].day.weekday(), calendar.today) == (0, date(2026, 11, 24))
    return {(day.day, one.duty): one.number for day in calendar.open for one in day.dues}


def test_an_officer_sees_the_answer_and_then_the_visit(store: Store) -> None:
    story = a_drawn_story(store)
    asked = story.live()[0]
    assert _due(story, asked.person_id) == {(date(2026, 11, 25), Duty.ANSWER): 1}
    story.do(accept_assignment, asked.id, by=asked.person_id)
    assert _due(story, asked.person_id) == {(date(2026, 12, 10), Duty.VISIT): 1}


def test_a_head_sees_the_decision_and_an_operator_all_visits(store: Store) -> None:
    story = _three(store)
    asked = next(one for one in story.live("S1.B3") if one.seat_id.startswith("S1.B3/fire"))
    story.do(file_leave_request, asked.id, Ground.TRAINING, "", by=asked.person_id)
    assert [duty for _day, duty in _due(story, "HD-fire")] == [Duty.DECISION]
    assert _due(story, "OP") == {(date(2026, 12, 10), Duty.VISIT): 3}
    assert _due(story, "W1") == {}


def test_lead_and_reviewer_see_the_day_of_publicity(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    due = story.row(Result, inspection).publicity_due
    lead = story.lead(inspection) if story.live(inspection) else None
    with store.reading() as records:
        for who in ("RV", "OP", *([lead.person_id] if lead else [])):
            calendar = due_for_person(records, records.get(Person, who), at=story.at)
            assert [(day.day, day.dues[0].duty) for day in calendar.open] == [(due, Duty.PUBLICITY)], who


def test_a_scheme_has_everything_of_everybody_on_its_calendar(store: Store) -> None:
    story = _three(store)
    with store.reading() as records:
        calendar = due_in_scheme(records, records.get(Scheme, "S1"), at=story.at)
    assert {one.duty: one.number for day in calendar.open for one in day.dues} == {
        Duty.ANSWER: 4,
        Duty.VISIT: 3,
    }


def test_days_off_and_days_that_may_still_move_are_marked() -> None:
    days = {one.day: one for one in a_calendar([]).days}
    assert days[date(2026, 12, 19)].is_off
    assert not days[date(2026, 12, 18)].is_off
    assert days[date(2027, 1, 1)].is_off
    assert days[date(2027, 1, 1)].is_provisional
    assert not days[date(2026, 12, 31)].is_provisional
