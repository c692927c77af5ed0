"""The auditor finds nothing while all is well, at every stage of a whole journey, and finds each thing that is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from actions.audit import Flaw, FlawKind, audit
from actions.draws import announce_draw
from actions.leave import file_leave_request
from actions.next_steps import NextStep, Step, next_steps
from actions.receiving import receive_updates
from inspection.leave import Ground
from inspection.roles import Role
from inspection.states import InspectionState, ResultState
from notifications.incoming import Incoming, IncomingKind
from storage import due
from storage.files import FileStore
from storage.store import Store
from storage.tables.inspections import Inspection, Result
from storage.tables.registers import Person
from tests.actions.story import SECRET, Story, a_drawn_story, a_story
from tests.audit.crowd import ask_everybody, plan_lapses
from tests.audit.drawn import a_drawn_store
from tests.builders import NOW, a_person, a_small_register
from tests.journeys.stages import PEOPLE
from tests.journeys.town import CHANNEL, Town
from tests.journeys.whole_journey import Journey
from tests.stores import an_empty_store, on_both


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with a_drawn_store("sqlite", tmp_path) as drawn:
        yield drawn


def _flaws(story: Story, **later: float) -> set[tuple[FlawKind, str]]:
    with story.store.reading() as records:
        return {(one.kind, one.subject) for one in audit(records, story.at + timedelta(**later))}


def _steps(store: Store) -> list[NextStep]:
    with store.reading() as records:
        return list(next_steps(records))


def _write(store: Store, statement: str) -> None:
    """What no action does: damage of the kind that the auditor is there for."""
    with store.engine.begin() as connection:
        connection.execute(text(statement))


def _a_journey(store: Store, folder: Path) -> Journey:
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody(*PEOPLE, "OP-fire", *officers)
    return Journey(town, FileStore(folder / "files"))


_WITHOUT_A_DRAW = (
    "the scheme is filed",
    "the name of a public value is asked",
    "the witness is not to be invited",
)


@on_both
def test_at_every_stage_of_a_whole_journey_there_is_a_next_step_and_no_flaw(
    store: Store, tmp_path: Path
) -> None:
    journey, seen = _a_journey(store, tmp_path), set[Step]()
    for stage in journey.stages():
        with store.reading() as records:
            assert audit(records, journey.town.now) == [], stage
        steps = _steps(store)
        assert steps or stage in _WITHOUT_A_DRAW, stage
        seen |= {one.step for one in steps}
    elsewhere = {Step.FILL_SEAT, Step.CLOSE_TRANSFER, Step.DECIDE_OBJECTION, Step.CORRECT_RESULT}
    of_plans = {Step.FILE_PLAN, Step.PUBLISH_PLAN}  # tests/planning
    around = {Step.APPROVE_SCHEME, Step.COUNTERSIGN, Step.DECIDE_CLUE, Step.APPROVE_VISIT}
    following = {Step.RECHECK, Step.DECIDE_LISTING}  # tests/audit/test_waiting.py
    of_crimes = {Step.DECIDE_CRIME, Step.HAND_OVER_CRIME, Step.NOTE_POLICE_ANSWER}
    assert seen == set(Step) - elsewhere - {Step.STUCK} - of_plans - around - following - of_crimes


def test_after_a_gone_object_there_is_a_next_step_too(store: Store, tmp_path: Path) -> None:
    journey = _a_journey(store, tmp_path)
    for stage in journey.gone():
        with store.reading() as records:
            assert audit(records, journey.town.now) == [], stage


def test_the_owners_and_the_times_are_those_of_the_rows(story: Story) -> None:
    [one, *_] = story.assignments()
    steps = {step.subject: step for step in _steps(story.store)}
    assert steps[one.id] == NextStep(one.id, Step.ANSWER, (one.person_id,), one.answer_by, "market")
    story.accept_all()
    [step] = _steps(story.store)
    assert (step.step, step.owners) == (Step.CONFIRM_TEAM, (story.lead(one.inspection_id).person_id,))
    assert step.due_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    story.confirm(one.inspection_id)
    [step] = _steps(story.store)
    assert (step.step, len(step.owners)) == (Step.START_VISIT, 4)
    assert step.due_at == datetime(2026, 12, 10, 16, 0, tzinfo=UTC)


def test_a_head_who_is_asked_is_the_owner_until_the_default_holds(story: Story) -> None:
    [one, *_] = story.assignments(person_id=story.assignments()[0].person_id)
    request = story.do(file_leave_request, one.id, Ground.ON_LEAVE, "出差", by=one.person_id)
    [step] = [step for step in _steps(story.store) if step.step is Step.DECIDE_LEAVE]
    assert (step.subject, step.owners, step.due_at) == (request.id, (request.decider_id,), request.decide_by)
    _write(story.store, f"UPDATE person SET is_active = FALSE WHERE id = '{request.decider_id}'")
    assert _flaws(story) == {(FlawKind.NO_OWNER, request.id)}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE person SET is_active = FALSE WHERE id IN (SELECT person_id FROM assignment)", "no_owner"),
        ("UPDATE assignment SET answer_by = NULL", "no_time"),
        ("UPDATE assignment SET state = 'lapsed'", ""),
        ("UPDATE assignment SET state = 'accepted'", "stuck"),
        ("UPDATE assignment SET state = 'confirmed'", "stuck"),
        ("UPDATE inspection SET state = 'ready'", "stuck"),
        ("UPDATE team SET state = 'dissolved'; UPDATE assignment SET state = 'accepted'", "stuck"),
        ("UPDATE inspection SET state = 'visited'", "stuck"),
    ],
)
def test_an_inspection_that_cannot_go_on_is_found(story: Story, statement: str, kind: str) -> None:
    assert _flaws(story) == set()
    for one in statement.split(";"):
        _write(story.store, one)
    assert {found.value for found, _ in _flaws(story)} == ({kind} if kind else set())


def test_a_seat_that_nobody_can_be_drawn_for_is_the_operators_until_there_is_none(story: Story) -> None:
    [one, *_] = story.assignments()
    _write(story.store, f"UPDATE assignment SET state = 'lapsed' WHERE id = '{one.id}'")
    [step] = [step for step in _steps(story.store) if step.step is Step.FILL_SEAT]
    assert (step.subject, step.owners) == (one.seat_id, ("OP",))
    _write(story.store, "UPDATE person SET is_active = FALSE WHERE id = 'OP'")
    assert _flaws(story) == {(FlawKind.NO_OWNER, one.seat_id)}


def test_a_draw_without_its_witness_has_no_owner(store: Store) -> None:
    story = a_story(store)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert [step.owners for step in _steps(store)] == [("W1",)]
    _write(store, "UPDATE person SET is_active = FALSE WHERE id = 'W1'")
    assert _flaws(story) == {(FlawKind.NO_OWNER, "D-S1-1")}


def test_a_result_that_nobody_may_review_is_found(story: Story) -> None:
    """Whoever was on the team may not."""
    [inspection] = story.inspections()
    story.confirm(inspection)
    with story.store.transaction() as records:
        row = records.lock(Inspection, inspection)
        row.state = InspectionState.VISITED
        result = records.get(Result, inspection)
        result.publicity_due = NOW.date() + timedelta(days=28)
        result.state = ResultState.SUBMITTED
        due.plan(records, kind="publicity", subject=inspection, due_at=story.at + timedelta(days=20))
    assert [(step.step, step.owners) for step in _steps(story.store)] == [(Step.REVIEW_RESULT, ("RV",))]
    with story.store.transaction() as records:
        for id in ("RV", "HD-market"):
            records.get(Person, id).is_active = False
    assert _flaws(story) == {(FlawKind.NO_OWNER, inspection)}


@on_both
def test_a_deadline_that_passed_without_anything_planned_is_found(store: Store) -> None:
    story = a_drawn_story(store)
    asked = {one.id for one in story.assignments()}
    _write(store, "DELETE FROM due_work")
    assert _flaws(story, hours=24, minutes=4) == _letters(story, hours=24, minutes=4)
    found = _flaws(story, hours=24, minutes=6)
    assert found - _letters(story, hours=24, minutes=6) == {(FlawKind.NO_DEADLINE, one) for one in asked}


def _letters(story: Story, **later: float) -> set[tuple[FlawKind, str]]:
    return {one for one in _flaws(story, **later) if one[0] is FlawKind.LATE_LETTER}


@on_both
def test_due_work_letters_and_updates_that_nobody_touches_for_five_minutes_are_found(store: Store) -> None:
    story = a_story(store)
    with store.transaction() as records:
        due.plan(records, kind="back_again", subject="OP", due_at=story.at, key="w")
    Town(store).enrol_everybody("OP")
    update = Incoming(CHANNEL, "OP", "u1", IncomingKind.TEXT, story.at, text="x")
    receive_updates(store, [update], channel=CHANNEL, at=story.at)
    assert _flaws(story, minutes=5) == set()
    found = {kind for kind, _ in _flaws(story, minutes=6)}
    assert found == {FlawKind.LATE_WORK, FlawKind.LATE_LETTER, FlawKind.LATE_UPDATE}
    with store.reading() as records:
        flaws = audit(records, story.at + timedelta(minutes=6))
    assert Flaw("", FlawKind.LATE_WORK, "w", "back_again") in flaws


def test_a_messenger_that_is_away_makes_no_letter_late(story: Story) -> None:
    """Its trouble is told elsewhere: what was tried waits for the next try, and the rest of the queue behind it."""
    officer = story.assignments()[0].person_id
    town = Town(story.store)
    town.enrol_everybody(*{one.person_id for one in story.assignments()}, "OP", "W1")
    town.messenger.unreachable |= set(town.enrolled)
    town.settle()
    assert _letters(story, minutes=30) == set()
    assert officer in town.enrolled


def test_a_thousand_open_inspections_are_audited_in_a_few_queries(store: Store) -> None:
    """How long ten thousand take is measured by the bench."""
    with store.transaction() as records:
        plan_lapses(records, ask_everybody(records, 1000)[:100])
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with store.reading() as records:
        assert audit(records, NOW) == []
    assert len(statements) < 30


def test_a_draw_and_a_request_whose_time_passed_with_nothing_planned_are_found(store: Store) -> None:
    story = a_story(store)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert _flaws(story, hours=25) - _letters(story, hours=25) == {(FlawKind.LATE_WORK, "draw_due:D-S1-1")}
    _write(store, "DELETE FROM due_work")
    assert _flaws(story, hours=25) - _letters(story, hours=25) == {(FlawKind.NO_DEADLINE, "D-S1-1")}
    story.run()
    one = story.assignments()[0]
    request = story.do(file_leave_request, one.id, Ground.ON_LEAVE, "出差", by=one.person_id)
    _write(store, f"DELETE FROM due_work WHERE subject = '{request.id}'")
    found = {subject for kind, subject in _flaws(story, hours=25) if kind is FlawKind.NO_DEADLINE}
    assert found == {request.id}


def test_a_draw_that_was_postponed_goes_on_without_a_flaw(store: Store) -> None:
    """It waits for its inputs, and whoever keeps it waiting has been told."""
    story = a_story(store)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    story.later(hours=25)
    assert story.tick() == ["draw_due"]
    story.later(days=3)
    assert _flaws(story) == _letters(story)
