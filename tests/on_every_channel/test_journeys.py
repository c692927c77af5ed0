"""The journeys of `tests/journeys`, the same on every messenger: the same words and presses, the same meaning."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.papers import pdf_of, read_paper
from inspection.states import AssignmentState, InspectionState, StrayState
from notifications.buttons.papers import PaperKind
from notifications.buttons.results import ResultAct, ResultButton
from storage import inbox
from storage.tables.inspections import Assignment, CheckIn, Inspection
from storage.tables.messaging import OutboxLine, OutboxState, Stray
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.journeys import test_corrections_in_chat as corrections
from tests.journeys import test_forms_in_chat as forms
from tests.journeys import test_from_draw_to_team as teams
from tests.journeys import test_in_the_field as field
from tests.journeys import test_without_a_signal as signals
from tests.journeys.visit import Visit
from tests.journeys.whole_journey import Journey
from tests.on_every_channel.conftest import AT_LENGTH, Opening
from tests.on_every_channel.town import TownOnAMessenger
from tests.papers import kept_visits
from tests.papers.sheets import needs_a_font


@pytest.fixture
def visit(town: TownOnAMessenger) -> Visit:
    return Visit(town, town.files)


def test_the_main_job_is_done_on_one_messenger_alone(town: TownOnAMessenger) -> None:
    """Draw, leave, order and redraw; team, checklist, photos, findings, review, publicity."""
    journey = Journey(town, town.files)
    assert list(journey.stages())[-1] == "public"
    with town.store.reading() as records:
        [visited] = [one for one in rows_of(records, Inspection) if one.id == journey.id]
        assert visited.state is InspectionState.CLOSED
        assert inbox.quarantined(records) == []
        lines = rows_of(records, OutboxLine)
    assert {one.state for one in lines} <= {OutboxState.SENT, OutboxState.DROPPED}
    sent = [(one.chat, one.message_id) for one in lines if one.message_id]
    assert len(set(sent)) < 0.8 * len(sent), "cards change in place instead of stacking"
    assert len(town.from_before) < 5, f"what is wanted next stands on the phone: {town.from_before}"


# From the draw to the team


@AT_LENGTH
def test_everybody_drawn_is_told_and_the_lead_confirms_the_team(town: TownOnAMessenger) -> None:
    teams.test_everybody_drawn_is_told_and_the_lead_confirms_the_team(town)


@AT_LENGTH
def test_whoever_is_silent_hears_of_the_default_that_was_stated(town: TownOnAMessenger) -> None:
    teams.test_whoever_is_silent_hears_of_the_default_that_was_stated(town)


@AT_LENGTH
def test_whoever_does_not_answer_is_reminded_once_and_then_another_is_drawn(town: TownOnAMessenger) -> None:
    town.hold_draw()
    one, other = (who for who in town.holders_who_hear("assignment_drawn") if who.startswith("fire"))
    town.press(other, "accept")
    town.hears(other, "assignment_accepted")
    town.wait(timedelta(hours=9))
    assert "示例商户" in town.hears(one, "answer_reminder").text
    town.wait(timedelta(hours=16))
    town.hears(one, "assignment_lapsed")
    substitutes = town.holders_who_hear("assignment_drawn")
    assert len([who for who in substitutes if who.startswith("fire")]) == 1
    assert not {one, other} & set(substitutes)
    with town.store.reading() as records:
        [held] = rows_of(records, Assignment, person_id=one)
    assert held.state is AssignmentState.LAPSED
    reminded = [outgoing.kind for outgoing in town.shown(other)]
    assert "answer_reminder" not in reminded


# In the field


@pytest.mark.faults
def test_a_team_fills_in_its_checklist_and_the_result_becomes_public(visit: Visit) -> None:
    field.test_a_team_fills_in_its_checklist_and_the_result_becomes_public(visit)


@AT_LENGTH
def test_a_question_of_every_kind_is_answered(town: TownOnAMessenger) -> None:
    forms.test_every_kind_of_question_is_answered_with_the_thumb_and_recorded(
        forms.being_filled(town, town.files)
    )


@pytest.mark.faults
def test_answers_of_every_kind_come_in_one_message(town: TownOnAMessenger) -> None:
    forms.test_answers_of_every_kind_come_in_one_message(forms.being_filled(town, town.files))


@AT_LENGTH
def test_a_correction_goes_from_the_objection_to_the_next_version(visit: Visit) -> None:
    corrections.test_a_correction_goes_from_the_objection_to_the_next_version_on_the_phones(visit)


# Without a signal


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(1, 5))])
def test_what_a_phone_kept_is_on_record_the_same_in_every_order(visit: Visit, seed: int) -> None:
    """Answers, a press, pictures with their numbers and the place, each brought to us twice."""
    town, lead = visit.town, visit.lead
    assert isinstance(town, TownOnAMessenger)
    town.press(lead, "start_visit")
    town.press(lead, "open_checklist")
    visit.read_all()
    town.loses_signal(lead)
    town.type(lead, "1 是 2 否 证照过期")
    town.press(lead, "answer_yes")
    town.send_photo(lead, visit.photo("red"), "1")
    town.send_photo(lead, visit.photo("green"), "第2题")
    town.send_photo(lead, visit.photo("blue"), "第2题")
    town.send_place(lead, 44.9001, 82.0701)
    town.wait(timedelta(minutes=40))
    assert signals.answers(visit) == {}
    town.comes_twice(20)
    town.finds_signal(lead, seed=seed)
    for _ in range(3):
        town.wait(timedelta(seconds=9))
    assert signals.answers(visit) == {"q1": ("yes", ""), "q2": ("no", "证照过期")}
    kept = {("q1", "red"), ("q2", "green"), ("q2", "blue")}
    assert signals.photos(visit) == sorted((number, signals.sha_of(visit, colour)) for number, colour in kept)
    assert len(visit.rows(CheckIn)) == 1
    assert [one for one in visit.rows(Stray) if one.state is StrayState.ASKED] == []
    said = town.hears(lead, "back_again").text
    assert "已收到：2/2题，1/1张照片" in said
    assert "都已齐全" in said
    with town.store.reading() as records:
        assert len(rows_of(records, OutboxLine, kind="back_again")) == 1
        assert inbox.quarantined(records) == []


# Papers


@pytest.fixture
def ended(opening: Opening, tmp_path: Path) -> Iterator[tuple[TownOnAMessenger, kept_visits.Visit]]:
    """A visit that has ended; its lead has the messenger."""
    with kept_visits.a_kept_visit("sqlite", tmp_path) as (store, visit), opening(store, tmp_path) as town:
        town.now = visit.at
        town.enrol_everybody(visit.lead)
        yield town, visit


@needs_a_font
def test_the_lead_reads_both_papers_as_files_and_then_submits(
    ended: tuple[TownOnAMessenger, kept_visits.Visit],
) -> None:
    town, visit = ended
    town.press_data(visit.lead, ResultButton(ResultAct.VIEW, visit.id))
    town.hears(visit.lead, "joint_summary")
    for kind, title in ((PaperKind.RECORD, "现场检查笔录"), (PaperKind.SUMMARY, "联合检查汇总表")):
        town.press(visit.lead, f"paper_{kind}")
        assert any(one.text.startswith(f"{title}已生成") for one in town.shown(visit.lead))
        assert town.hears(visit.lead, "paper_made").text.startswith(f"{title}（草稿）")
        with town.store.transaction("test") as records:
            lead = records.get(Person, visit.lead)
            paper = read_paper(records, visit.id, kind, by=lead, at=town.now)
        assert town.documents(visit.lead)[-1] == (f"{title}-{visit.id}.pdf", pdf_of(paper, town.files))
    town.press(visit.lead, "view_result")
    town.press(visit.lead, "submit_result")
    town.hears(visit.lead, "result_submitted")
