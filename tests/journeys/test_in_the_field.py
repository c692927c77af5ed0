"""From the confirmed team to the public result, as the phones of everybody see it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from actions.keep_attachment import keep_attachment
from actions.receiving import receive_updates
from inspection.checklists import AnswerValue
from inspection.results import Category, FollowUp, Method
from inspection.states import DeadlineState, InspectionState, ResultState
from notifications.buttons.checklists import AnswerButton, QuestionAct, QuestionButton
from notifications.buttons.data import ButtonData
from notifications.buttons.results import (
    CategoryButton,
    FollowUpButton,
    MethodButton,
    MethodStep,
    ReceiverButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.visits import GoneAct, GoneButton, VisitAct, VisitButton
from notifications.incoming import Incoming, IncomingKind
from storage.files import FileStore
from storage.tables.deadlines import Deadline
from storage.tables.inspections import (
    Answer,
    Finding,
    JournalLine,
    Photo,
    Publication,
    Result,
    Transfer,
)
from storage.tables.messaging import DueWork
from tests.journeys.stages import ENROLLED, Stage
from tests.journeys.town import CHANNEL, Town
from tests.journeys.visit import TEAM, Visit
from tests.stores import on_both

pytestmark = on_both

PUBLISHED_IN_TIME = "2026-12-22"


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage[Any]:
    return TEAM if "visit" in request.fixturenames else ENROLLED


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Visit:
    return Visit(town, FileStore(tmp_path / "files"), TEAM.cast(town.store))


def test_a_team_fills_in_its_checklist_and_the_result_becomes_public(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    assert "已开始" in town.hears(visit.lead, "visit_started").text
    assert town.holders_who_hear("visit_started") == sorted({visit.market, visit.fire, visit.other_fire})
    town.send_place(visit.lead, 44.9005, 82.07)
    assert "约56米" in town.hears(visit.lead, "checked_in").text

    town.press(visit.lead, "open_checklist")
    assert "示例问题1" in town.hears(visit.lead, "ask_question").text
    town.press(visit.lead, "answer_yes")
    assert "请直接发送现场照片" in town.hears(visit.lead, "ask_question").text
    sent = visit.photo()
    town.send_photo(visit.lead, sent)
    receipt = town.hears(visit.lead, "photo_kept").text
    assert "已收1/1张" in receipt
    assert f"R-{sent.sha256[:8].upper()}" in receipt
    assert "示例问题2" in town.hears(visit.lead, "ask_question").text
    town.press(visit.lead, "answer_no")
    town.hears(visit.lead, "ask_note")
    town.type(visit.lead, "垃圾桶没有盖 <b>*_[ \u202e")
    assert "垃圾桶没有盖 <b>*_[" in town.hears(visit.lead, "note_kept").text
    town.hears(visit.lead, "checklist_summary")
    town.press(visit.lead, "finish_part")
    town.hears(visit.lead, "checklist_summary")
    town.press(visit.lead, "enter_findings")
    assert "1/1" in town.hears(visit.lead, "ask_finding").text
    town.press(visit.lead, "category_corrected")
    town.hears(visit.lead, "findings_kept")

    visit.fill_in(visit.fire, "q3", "q4")
    town.press(visit.fire, "category_pending")
    town.hears(visit.fire, "ask_finding_words")
    town.type(visit.fire, "后门堆放液化气瓶")
    town.hears(visit.fire, "ask_follow_up")
    town.press(visit.fire, "follow_up_notify")
    town.hears(visit.fire, "ask_receiver")
    visit.read_all()
    town.press_text(visit.fire, "住建局")
    town.hears(visit.fire, "findings_kept")

    assert "各部门都已完成" in town.hears(visit.lead, "overview").text
    town.press(visit.lead, "end_visit")
    assert "垃圾桶没有盖" in town.hears(visit.lead, "joint_summary").text
    town.hears(visit.market, "visit_ended")
    town.press(visit.lead, "submit_result")
    town.hears(visit.lead, "result_submitted")
    assert "还在等消防救援支队" in town.hears("RV", "review_card").text
    assert not town.has_button("RV", "approve_result")
    town.hears("HD-fire", "department_review_card")
    visit.agree()
    assert "各部门都已同意" in town.hears("RV", "review_card").text
    town.press("RV", "approve_result")
    assert "检查结束当日" in town.hears("RV", "result_published").text
    assert town.holders_who_hear("result_published") == sorted(
        ["OP", visit.lead, visit.market, visit.fire, visit.other_fire]
    )

    (published,) = visit.rows(Publication)
    told = json.loads(published.bundle)
    assert [one["raninsCheckResName"] for one in told["details"]] == [
        "发现问题，依法责令立即改正或者限期改正",
        "发现问题，待后续调查处理",
    ]
    assert (told["publicityDue"], published.due.isoformat()) == (PUBLISHED_IN_TIME, PUBLISHED_IN_TIME)
    assert "人员" not in published.bundle
    assert [(one.from_department, one.to_department) for one in visit.rows(Transfer)] == [("fire", "housing")]
    assert visit.state() is InspectionState.CLOSED
    running = [one for one in visit.rows(Deadline) if one.state is DeadlineState.RUNNING]
    assert sorted(one.rule for one in running) == ["rectification", "transfer_receipt"]
    of_what_follows = {f"deadline:{one.id}" for one in running}
    ended = [work for work in visit.rows(DueWork) if work.subject not in of_what_follows]
    assert {work.outcome for work in ended if work.kind in {"remind", "escalate"}} == {"cancelled"}


def test_a_returned_result_is_put_right_and_submitted_again(visit: Visit) -> None:
    town = visit.town
    visit.play_to_submission()
    town.press("RV", "return_result")
    town.hears("RV", "ask_return_words")
    town.type("RV", "请补写后门情况")
    town.hears("RV", "result_sent_back")
    assert "请补写后门情况" in town.hears(visit.fire, "result_returned").text
    town.press(visit.fire, "open_checklist")
    town.press(visit.fire, "reopen_part")
    visit.answer(visit.fire, "q4", AnswerValue.NO)
    town.type(visit.fire, "后门已清空")
    town.press(visit.fire, "finish_part")
    town.press_data(visit.lead, ResultButton(ResultAct.SUBMIT, visit.id))
    assert "后门已清空" in town.shown("RV")[-1].text
    visit.agree()
    town.press("RV", "approve_result")
    (result,) = visit.rows(Result)
    assert (result.state, result.returns) == (ResultState.PUBLISHED, 1)
    changes = [line.details for line in visit.rows(JournalLine) if line.verb == "answer.value"]
    assert {"from": "yes", "to": "no"} in changes


def test_a_second_press_says_what_was_done_already_and_changes_nothing(visit: Visit) -> None:
    town = visit.town
    visit.play_to_submission()
    for act, who in [
        (VisitButton(VisitAct.START, visit.id), visit.lead),
        (VisitButton(VisitAct.END, visit.id), visit.lead),
        (ResultButton(ResultAct.SUBMIT, visit.id), visit.lead),
    ]:
        before = len(visit.rows(JournalLine))
        town.press_data(who, act)
        assert "没有重复办理" in visit.refused(who)
        assert len(visit.rows(JournalLine)) == before
    visit.agree()
    town.press("RV", "approve_result")
    town.press_data("RV", ResultButton(ResultAct.APPROVE, visit.id))
    assert "没有重复办理" in visit.refused("RV")
    assert len(visit.rows(Publication)) == 1


def test_the_same_answer_and_the_same_photo_twice_are_one(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    visit.answer(visit.lead, "q1", AnswerValue.YES)
    visit.answer(visit.lead, "q1", AnswerValue.YES)
    assert "没有重复记录" in town.hears(visit.lead, "ask_question").text
    town.send_photo(visit.lead, visit.photo())
    town.send_photo(visit.lead, visit.photo(), caption="第1题")
    receipts = [one.text for one in town.shown(visit.lead) if one.kind == "photo_kept"]
    assert len(receipts) == 2
    assert "没有重复保存" in receipts[1]
    assert receipts[0].split("回执 ")[1][:10] == receipts[1].split("回执 ")[1][:10]
    assert (len(visit.rows(Photo)), len(visit.rows(Answer))) == (1, 1)


def test_a_finding_entered_twice_is_one_and_keeps_its_receiver(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    visit.fill_in(visit.fire, "q3", "q4")
    town.press(visit.fire, "category_pending")
    town.type(visit.fire, "后门堆放液化气瓶")
    for _ in range(2):
        town.press_data(visit.fire, FollowUpButton(FollowUp.NOTIFY, visit.id, "T-fire"))
        town.press_data(visit.fire, ReceiverButton("housing", visit.id, "T-fire"))
    town.press_data(visit.fire, FollowUpButton(FollowUp.NOTIFY, visit.id, "T-fire"))
    assert [one.transfer_to for one in visit.rows(Finding)] == ["housing"]
    entered = [line.verb for line in visit.rows(JournalLine) if line.verb.startswith("finding.")]
    assert entered == ["finding.category", "finding.words", "finding.follow_up", "finding.receiver"]


@pytest.mark.parametrize(
    ("press", "who"),
    [
        (lambda id: VisitButton(VisitAct.START, id), "outsider"),
        (lambda id: AnswerButton(AnswerValue.YES, id, "q1"), "fire"),
        (lambda id: AnswerButton(AnswerValue.YES, id, "q99"), "lead"),
        (lambda id: AnswerButton(AnswerValue.YES, "S9.B9", "q1"), "lead"),
        (lambda id: QuestionButton(QuestionAct.NOTE, id, "q1"), "lead"),
        (lambda id: VisitButton(VisitAct.END, id), "lead"),
        (lambda id: VisitButton(VisitAct.END, id), "fire"),
        (lambda id: CategoryButton(Category.CLEAN, id, "T-market"), "lead"),
        (lambda id: CategoryButton(Category.CLEAN, id, "T-market"), "fire"),
        (lambda id: ResultButton(ResultAct.SUBMIT, id), "lead"),
        (lambda id: ResultButton(ResultAct.APPROVE, id), "fire"),
        (lambda id: GoneButton(GoneAct.CONFIRM, id), "lead"),
        (lambda id: GoneButton(GoneAct.REJECT, id), "lead"),
        (lambda id: "ca:maybe:S1.B1:q1", "lead"),
        (lambda id: f"ca:yes:{id}:q1:more", "lead"),
    ],
)
def test_a_button_that_is_not_ones_own_or_out_of_turn_is_refused_in_one_sentence(
    visit: Visit, press: Callable[[str], ButtonData | str], who: str
) -> None:
    visit.town.press(visit.lead, "start_visit")
    visit.read_all()
    person, before = getattr(visit, who), len(visit.rows(JournalLine))
    visit.town.press_data(person, press(visit.id))
    sentence = visit.refused(person)
    assert sentence
    assert "\n" not in sentence
    assert len(visit.rows(JournalLine)) == before
    visit.town.nobody_hears_more()


def test_words_and_photos_that_cannot_be_taken_get_one_sentence_and_change_nothing(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    town.type(visit.lead, "看起来不错 👍")
    assert "没有记录" in town.hears(visit.lead, "words_on_question").text
    for data, words in [(b"", "0 字节"), (b"no picture", "不是照片"), (b"0" * 30_000_000, "20 MB")]:
        town.send_photo(visit.lead, keep_attachment(visit.files, data))
        assert words in visit.refused(visit.lead)
    visit.answer(visit.lead, "q2", AnswerValue.NO)
    town.type(visit.lead, "长" * 10_000)
    assert "10000" in visit.refused(visit.lead)
    town.type(visit.lead, "\u202e \u200f")
    assert "没有读到文字" in visit.refused(visit.lead)
    assert visit.rows(Photo) == []
    assert [one.note for one in visit.rows(Answer)] == [""]
    town.press(visit.lead, "quick_expired")
    assert [one.note for one in visit.rows(Answer)] == ["已过有效期"]


def test_a_finished_part_refuses_a_change_that_would_leave_a_gap(visit: Visit) -> None:
    visit.town.press(visit.lead, "start_visit")
    visit.fill_in(visit.lead, "q1", "q2")
    visit.answer(visit.lead, "q2", AnswerValue.NO)
    assert "缺备注" in visit.refused(visit.lead)
    assert {one.value for one in visit.rows(Answer)} == {"yes"}
    visit.answer(visit.lead, "q2", AnswerValue.NOT_APPLICABLE)
    assert {one.value for one in visit.rows(Answer)} == {"yes", "na"}


def test_an_important_no_rules_out_no_problem_found(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    visit.answer(visit.lead, "q1", AnswerValue.NO)
    town.press(visit.lead, "quick_expired")
    town.send_photo(visit.lead, visit.photo(), caption="q1")
    visit.answer(visit.lead, "q2", AnswerValue.YES)
    town.press(visit.lead, "finish_part")
    town.press_data(visit.lead, CategoryButton(Category.CLEAN, visit.id, "T-market"))
    assert "未发现问题" in visit.refused(visit.lead)


def test_how_an_item_was_checked_is_on_site_unless_one_says_otherwise(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    visit.fill_in(visit.lead, "q1", "q2")
    town.press(visit.lead, "category_clean")
    assert "检查方式：实地检查\n" in town.hears(visit.lead, "findings_kept").text
    town.press(visit.lead, "methods")
    town.press(visit.lead, "method_testing", mark="☐")
    assert "检查方式加上“检验检测”" in town.hears(visit.lead, "ask_methods").text
    town.press(visit.lead, "method_on_site", mark="☑")
    town.press(visit.lead, "method_testing", mark="☑")
    assert "至少要保留一种" in visit.refused(visit.lead)
    town.press_data(visit.lead, MethodButton(MethodStep.ADD, Method.COMMISSIONED, visit.id, "T-market"))
    assert [one.methods for one in visit.rows(Finding)] == [["testing", "commissioned"]]
    visit.fill_in(visit.fire, "q3", "q4")
    town.press(visit.fire, "category_clean")
    town.press_data(visit.lead, VisitButton(VisitAct.OVERVIEW, visit.id))
    town.press(visit.lead, "end_visit")
    assert "检查方式：检验检测、委托专业机构辅助" in town.hears(visit.lead, "joint_summary").text
    town.press(visit.lead, "submit_result")
    card = town.hears("RV", "review_card").text
    assert "检查方式：检验检测、委托专业机构辅助" in card
    assert "检查方式：实地检查\n" in card


def test_a_follow_up_pressed_twice_keeps_its_receiver(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    visit.fill_in(visit.fire, "q3", "q4")
    town.press(visit.fire, "category_pending")
    town.type(visit.fire, "后门堆放液化气瓶")
    town.press(visit.fire, "follow_up_notify")
    notify = FollowUpButton(FollowUp.NOTIFY, visit.id, "T-fire")
    visit.read_all()
    town.press_text(visit.fire, "住建局")
    town.press_data(visit.fire, notify)
    assert "没有重复记录" in town.hears(visit.fire, "findings_kept").text
    assert [one.transfer_to for one in visit.rows(Finding)] == ["housing"]


def test_one_goes_back_and_on_skips_notes_and_jumps_from_the_summary(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    town.press(visit.lead, "skip")
    assert "示例问题2" in town.hears(visit.lead, "ask_question").text
    town.press(visit.lead, "write_note")
    assert "请先回答第2题" in visit.refused(visit.lead)
    town.press(visit.lead, "previous_question")
    assert "示例问题1" in town.hears(visit.lead, "ask_question").text
    town.press(visit.lead, "next_question")
    town.press(visit.lead, "answer_na")
    assert "第2题已记为“不适用”" in town.hears(visit.lead, "ask_question").text
    town.press(visit.lead, "summary")
    assert "★第1题" in town.hears(visit.lead, "checklist_summary").text
    town.press(visit.lead, "jump_important", number=1)
    town.press(visit.lead, "answer_yes")
    town.hears(visit.lead, "ask_question")
    town.press(visit.lead, "write_note")
    town.hears(visit.lead, "ask_note")
    town.type(visit.lead, "证照齐全")
    town.hears(visit.lead, "note_kept")
    assert [(one.value, one.note) for one in visit.rows(Answer)] == [("yes", "证照齐全"), ("na", "")]
    assert "备注：证照齐全" in town.hears(visit.lead, "ask_question").text


def test_an_answer_is_acknowledged_only_when_it_is_stored(visit: Visit) -> None:
    """The disk fails in the commit: nobody hears of it, and the same update is done again, once."""
    town = visit.town
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    visit.read_all()
    button = AnswerButton(AnswerValue.YES, visit.id, "q1").pack()
    update = Incoming(CHANNEL, visit.lead, "late", IncomingKind.BUTTON, town.now, button=button)
    assert receive_updates(town.store, [update], channel=update.channel, at=update.received_at) == 1
    with _a_full_disk(town), pytest.raises(OSError, match="disk"):
        town.settle()
    assert visit.rows(Answer) == []
    town.nobody_hears_more()
    town.settle()
    assert "第1题已记为“是”" in town.hears(visit.lead, "ask_question").text
    assert len(visit.rows(Answer)) == 1


@contextmanager
def _a_full_disk(town: Town) -> Iterator[None]:
    """Every commit fails."""

    def fail(_connection: object) -> None:
        raise OSError("disk full")

    event.listen(town.store.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(town.store.engine, "commit", fail)


def test_a_gone_object_is_reported_rejected_and_the_visit_goes_on(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "start_visit")
    visit.read_all()
    town.press(visit.fire, "report_gone")
    town.press(visit.fire, "gone_moved")
    town.hears(visit.fire, "gone_noted")
    assert visit.state() is InspectionState.GONE_REPORTED
    town.press_data(visit.market, GoneButton(GoneAct.CLOSED, visit.id))
    assert "没有重复办理" in visit.refused(visit.market)
    town.hears("OP", "gone_reported")
    town.press("OP", "reject_gone")
    assert visit.state() is InspectionState.VISITING
    town.press(visit.lead, "open_checklist")
    town.hears(visit.lead, "ask_question")


def test_where_says_which_question_and_what_is_next(visit: Visit) -> None:
    town = visit.town
    town.type(visit.lead, "/where")
    assert "到场后点" in town.hears(visit.lead, "in_field").text
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    town.type(visit.lead, "/where")
    assert "当前在第1题" in town.hears(visit.lead, "in_field").text


def test_lead_and_reviewer_are_reminded_before_the_last_day_until_it_is_public(visit: Visit) -> None:
    visit.play_to_submission()
    visit.read_all()
    (clock,) = [one for one in visit.rows(Deadline) if one.rule == "publicity"]
    works = [
        one for one in visit.rows(DueWork) if (one.kind, one.subject) == ("remind", f"deadline:{clock.id}")
    ]
    planned = sorted({work.due_at for work in works})
    assert {work.person_id for work in works} == {"RV", visit.lead}
    assert [at.isoformat() for at in planned] == ["2026-12-15T02:00:00+00:00", "2026-12-21T02:00:00+00:00"]
    visit.town.wait(planned[0] - visit.town.now)
    assert "还剩5个工作日" in visit.town.hears("RV", "publicity_nears").text
    visit.town.hears(visit.lead, "publicity_nears")
