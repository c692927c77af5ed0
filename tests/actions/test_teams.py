"""The lead and the team: assembled, confirmed, sent back, open again."""

import threading
from collections.abc import Callable
from datetime import date

import pytest

from actions.assignments import accept_assignment
from actions.leave import file_leave_request
from actions.teams import confirm_team, send_back_seat, team_facts
from inspection.leave import WORDS_LIMIT, Ground
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotFound, NotYours, Unacceptable
from inspection.states import AssignmentState, InspectionState, InspectionStep
from storage import assignments
from storage.store import Store
from storage.tables.inspections import Assignment, ChecklistPart, Inspection, Result, Team
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Inspector, Person
from tests.actions.story import Story, a_drawn_story, changing
from tests.builders import NOW, a_checklist

ONE = "S1.B1"
SEAT = "S1.B1/fire/1"


def _one_object(store: Store) -> Story:
    return a_drawn_story(store, objects=1)


def test_a_confirmed_team_is_ready_with_its_checklists_laid_out(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    story.later(hours=1)
    lead = story.lead(ONE).person_id
    story.do(confirm_team, ONE, by=lead)
    team = story.row(Team, ONE)
    assert (team.state.value, team.confirmed_at, team.confirmed_by) == ("confirmed", story.at, lead)
    assert {one.state for one in story.live(ONE)} == {AssignmentState.CONFIRMED}
    inspection = story.row(Inspection, ONE)
    assert (inspection.state, inspection.checklist_version) == (InspectionState.READY, 1)
    assert [part.id for part in story.rows(ChecklistPart)] == [f"{ONE}/fire", f"{ONE}/market"]
    assert story.row(Result, ONE).state.value == "draft"


def test_a_second_press_says_when_the_team_was_confirmed(store: Store) -> None:
    story = _one_object(store)
    story.confirm(ONE)
    story.later(hours=1)
    refused = story.refuses(AlreadyDone, confirm_team, ONE, by=story.lead(ONE).person_id)
    assert refused.facts == {"what": "done_confirmed_team", "done_at": NOW}


def test_only_the_lead_confirms(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    lead = story.lead(ONE)
    for who in {one.person_id for one in story.live(ONE)} - {lead.person_id} | {"OP", "HD-market"}:
        assert story.refuses(NotYours, confirm_team, ONE, by=who).sentence == "not_lead"
    story.refuses(NotFound, confirm_team, "S1.B99", by=lead.person_id)


def test_a_team_with_an_answer_missing_is_not_confirmed(store: Store) -> None:
    story = _one_object(store)
    lead, *others = sorted(story.live(ONE), key=lambda one: not one.seat_id.endswith("market/1"))
    for one in (lead, *others[:2]):
        story.do(accept_assignment, one.id, by=one.person_id)
    refused = story.refuses(Incomplete, confirm_team, ONE, by=lead.person_id)
    assert (refused.sentence, refused.facts) == ("team_not_ready", {"accepted": 3, "seats": 4})


def test_a_team_with_an_open_seat_is_not_confirmed(store: Store) -> None:
    story = a_drawn_story(store, objects=1, officers=2)
    story.accept_all()
    left = story.held_by(SEAT)
    story.do(file_leave_request, left.id, Ground.SELF, "", by=left.person_id)
    refused = story.refuses(Incomplete, confirm_team, ONE, by=story.lead(ONE).person_id)
    assert refused.facts == {"accepted": 3, "seats": 4}


def test_a_certificate_that_was_shortened_after_the_draw_stops_the_team(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    held = story.held_by(SEAT)
    with changing(store) as records:
        records.get(Inspector, held.person_id).certificate_expires = date(2026, 12, 9)
    refused = story.refuses(Unacceptable, confirm_team, ONE, by=story.lead(ONE).person_id)
    assert (refused.sentence, refused.facts) == (
        "certificate_expired",
        {"person": f"人员{held.person_id}", "expires": date(2026, 12, 9)},
    )
    with changing(store) as records:
        seats = team_facts(records, ONE)["seats"]
    assert [seat.is_certificate_valid for seat in seats] == [seat.assignment != held.id for seat in seats]


def test_the_lead_sees_the_team_in_the_order_of_the_departments(store: Store) -> None:
    story = _one_object(store)
    with changing(store) as records:
        seats = team_facts(records, ONE)["seats"]
    assert [(seat.department, seat.is_lead) for seat in seats] == [
        ("market", True),
        ("market", False),
        ("fire", False),
        ("fire", False),
    ]
    assert [seat.assignment for seat in seats] == [
        f"{ONE}/{department}/{number}/1" for department in ("market", "fire") for number in (1, 2)
    ]
    assert all(seat.certificate_number == f"示例{seat.person.removeprefix('人员')}" for seat in seats)
    assert story.state_of(ONE) is InspectionState.ASSEMBLING


def test_a_seat_sent_back_goes_to_somebody_else_and_the_officer_reads_why(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    lead, left = story.lead(ONE), story.held_by(SEAT)
    story.later(hours=1)
    story.do(send_back_seat, left.id, "  与另一任务同日  ", by=lead.person_id)
    sent_back = story.row(Assignment, left.id)
    assert (sent_back.state, sent_back.left_at) == (AssignmentState.SENT_BACK, story.at)
    line = story.rows(OutboxLine, person_id=left.person_id)[-1]
    assert line.kind == "seat_sent_back"
    assert "与另一任务同日" in line.body["text"]
    assert story.held_by(SEAT).person_id != left.person_id
    assert story.last_round().vacated[0].cause == "ordered"
    assert story.team_state(ONE) == "assembling"
    story.later(hours=1)
    refused = story.refuses(AlreadyDone, send_back_seat, left.id, "又一次", by=lead.person_id)
    assert refused.facts == {"what": "done_sent_back", "done_at": sent_back.left_at}
    refused = story.refuses(AlreadyDone, accept_assignment, left.id, by=left.person_id)
    assert refused.facts["what"] == "done_sent_back"


def test_a_seat_is_sent_back_with_words_that_fit_by_the_lead_and_never_the_leads_own(store: Store) -> None:
    story = _one_object(store)
    lead, held = story.lead(ONE), story.held_by(SEAT)
    assert (
        story.refuses(Incomplete, send_back_seat, held.id, " \n", by=lead.person_id).sentence
        == "words_needed"
    )
    too_long = story.refuses(Unacceptable, send_back_seat, held.id, "长" * 10_000, by=lead.person_id)
    assert too_long.facts == {"length": 10_000, "limit": WORDS_LIMIT}
    story.refuses(NotYours, send_back_seat, lead.id, "我", by=lead.person_id)
    for who in (held.person_id, "OP", "HD-fire"):
        story.refuses(NotYours, send_back_seat, held.id, "不合适", by=who)
    story.refuses(NotFound, send_back_seat, "S1.B1/fire/1/9", "不合适", by=lead.person_id)


def test_who_has_asked_to_leave_is_not_sent_back_before_the_head_has_decided(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    story.do(file_leave_request, held.id, Ground.GIFT, "", by=held.person_id)
    story.refuses(IllegalStep, send_back_seat, held.id, "不合适", by=story.lead(ONE).person_id)


def test_a_team_confirmed_again_keeps_the_version_of_the_checklist(store: Store) -> None:
    story = _one_object(store)
    story.confirm(ONE)
    with changing(store) as records:
        newer = a_checklist()
        newer.version = 2
        records.add(newer)
    left = story.held_by(SEAT)
    story.do(file_leave_request, left.id, Ground.SELF, "", by=left.person_id)
    story.later(hours=1)
    story.confirm(ONE)
    assert story.row(Inspection, ONE).checklist_version == 1
    assert story.row(Team, ONE).confirmed_at == story.at
    assert len(story.rows(ChecklistPart)) == 2


def test_a_team_is_not_confirmed_for_an_object_that_is_reported_gone(store: Store) -> None:
    story = _one_object(store)
    story.accept_all()
    story.move_inspection(ONE, InspectionStep.REPORT_GONE, gone_cause="closed")
    story.refuses(IllegalStep, confirm_team, ONE, by=story.lead(ONE).person_id)


def test_the_last_two_accept_in_the_same_moment_and_the_team_is_assembled_once(store: Store) -> None:
    """Two connections for each of five teams, let loose at once."""
    story = a_drawn_story(store, objects=5, count=5, officers=8)
    for inspection in story.inspections():
        *others, last, very_last = story.live(inspection)
        for one in others:
            story.do(accept_assignment, one.id, by=one.person_id)
        assert _together(*(_acceptance(story, one) for one in (last, very_last))) == ["done", "done"]
        assert story.team_state(inspection) == "assembled"
        assert story.verbs(inspection).count("team.complete") == 1
        assert len(story.rows(OutboxLine, kind="team_ready", slot=f"team:{inspection}")) == 1
        story.do(confirm_team, inspection, by=story.lead(inspection).person_id)


def test_two_windows_of_one_person_accept_once(store: Store) -> None:
    story = _one_object(store)
    held = story.held_by(SEAT)
    outcomes = _together(_acceptance(story, held), _acceptance(story, held))
    assert sorted(outcomes) == ["AlreadyDone", "done"]
    assert story.verbs(held.id).count("assignment.accept") == 1


def test_two_who_leave_two_teams_of_one_draw_in_the_same_moment_are_both_replaced(store: Store) -> None:
    """Both redraws write the one record of the draw; neither may overwrite the other's round."""
    story = a_drawn_story(store, objects=4, count=4, officers=8)
    leaving = [story.held_by(f"{inspection}/fire/1") for inspection in story.inspections()]
    outcomes = _together(*(_recusal(story, one) for one in leaving))
    assert outcomes == ["done"] * 4
    assert story.last_round().number == 4
    story.check_rules()
    for one in leaving:
        assert story.held_by(one.seat_id).person_id != one.person_id


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_team_is_counted_as_other_processes_left_it(store: Store) -> None:
    """A batch that looked at the team before must not count by what it saw then."""
    story = _one_object(store)
    *others, last = story.live()
    with store.transaction() as batch:
        seen = assignments.members(batch, ONE)
        assert len(seen) == 4
        for one in others:
            story.do(accept_assignment, one.id, by=one.person_id)
        acceptance = accept_assignment(batch, last.id, by=batch.get(Person, last.person_id), at=NOW)
    assert acceptance.accepted == 4
    assert story.team_state(ONE) == "assembled"


def _acceptance(story: Story, one: Assignment) -> Callable[[threading.Barrier], None]:
    def accept(ready: threading.Barrier) -> None:
        ready.wait()
        with story.store.transaction() as records:
            accept_assignment(records, one.id, by=records.get(Person, one.person_id), at=story.at)

    return accept


def _recusal(story: Story, one: Assignment) -> Callable[[threading.Barrier], None]:
    def recuse(ready: threading.Barrier) -> None:
        ready.wait()
        with story.store.transaction() as records:
            person = records.get(Person, one.person_id)
            file_leave_request(records, one.id, Ground.SELF, "", by=person, at=story.at)

    return recuse


def _together(*deeds: Callable[[threading.Barrier], None]) -> list[str]:
    """Does all at once and says how each went: `done`, or the name of what it raised."""
    ready, outcomes = threading.Barrier(len(deeds)), list[str]()

    def run(deed: Callable[[threading.Barrier], None]) -> None:
        try:
            deed(ready)
        except Exception as raised:
            outcomes.append(type(raised).__name__)
        else:
            outcomes.append("done")

    hands = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return outcomes
