"""A phone that was without a signal sends what it kept: late, twice, in any order. Everything lands where it belongs,
what belongs nowhere is asked about, and one message says what is there and what is missing."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from actions.keep_attachment import keep_attachment
from actions.receiving import receive_updates
from bot.working import work_batch
from handlers.turn import Tools
from inspection.checklists import AnswerValue
from inspection.states import ChecklistState, StrayState
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton
from notifications.buttons.strays import StrayAct, StrayButton
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage.files import FileStore
from storage.tables.inspections import Answer, CheckIn, ChecklistPart, JournalLine, Photo
from storage.tables.messaging import (
    AwaitedFile,
    AwaitedFileState,
    ChannelAccount,
    InboxState,
    InboxUpdate,
    OutboxLine,
    Stray,
)
from storage.tables.registers import Checklist
from tests.actions.story import rows_of
from tests.builders import made_checklist
from tests.journeys.stages import ENROLLED, Stage
from tests.journeys.town import CHANNEL, Town
from tests.journeys.visit import ON_SITE, Visit
from tests.made_forms import Compliance
from tests.stores import on_both

TEXT, PHOTO = IncomingKind.TEXT, IncomingKind.PHOTO


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage[Any]:
    return ON_SITE if "visit" in request.fixturenames else ENROLLED


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Visit:
    """On site, with the checklist not yet opened."""
    return Visit(town, FileStore(tmp_path / "files"), ON_SITE.cast(town.store))


def far(colour: str) -> Attachment:
    """A picture whose bytes still lie with the messenger."""
    return Attachment(remote=colour, size=1000)


def bring(visit: Visit) -> None:
    """The bytes come, a few seconds later."""
    visit.town.wait(timedelta(seconds=3))
    visit.town.bring_files(visit.photo)


def answers(visit: Visit) -> dict[str, tuple[str, str]]:
    return {one.question_id: (one.value, one.note) for one in visit.rows(Answer)}


def photos(visit: Visit) -> list[tuple[str, str]]:
    return sorted((one.question_id, one.sha256) for one in visit.rows(Photo))


def sha_of(visit: Visit, colour: str) -> str:
    return visit.photo(colour).sha256


# Several answers in one message


def test_one_message_answers_several_questions_and_the_report_says_what_is_missing(visit: Visit) -> None:
    visit.town.type(visit.lead, "1 是 2 否 证照过期 3 是 99 不适用")
    report = visit.town.hears(visit.lead, "answers_kept").text
    assert answers(visit) == {"q1": ("yes", ""), "q2": ("no", "证照过期")}
    assert "已记录2题" in report
    assert "第2题 否，备注：证照过期" in report
    assert "第3题由消防救援支队负责" in report
    assert "没有这一题" in report
    assert "现有2/2题，0/1张照片" in report
    visit.town.press(visit.lead, "go_on_filling")
    assert "示例问题1" in visit.town.hears(visit.lead, "ask_question").text
    visit.town.nobody_hears_more()


def test_the_same_message_twice_records_nothing_twice(visit: Visit) -> None:
    for _ in range(2):
        visit.town.type(visit.lead, "1是2否证照过期")
    first = visit.town.hears(visit.lead, "answers_kept").text
    second = visit.town.hears(visit.lead, "answers_kept").text
    assert "已记录2题" in first
    assert "此前已记录，没有重复记录：第1、2题" in second
    written = [one.verb for one in visit.rows(JournalLine) if one.verb.startswith("answer.")]
    assert written == ["answer.value", "answer.value", "answer.note"]


def test_a_no_without_a_note_and_two_values_for_one_question_are_named(visit: Visit) -> None:
    visit.town.type(visit.lead, "1 是 1 否 2 否")
    report = visit.town.hears(visit.lead, "answers_kept").text
    assert answers(visit) == {"q2": ("no", "")}
    assert "第2题 否（还缺备注）" in report
    assert "第1题：同一条消息里有两个不同的答案" in report


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("2 是", {"q2": ("yes", "")}),
        ("2 否 证照过期", {"q2": ("no", "证照过期")}),
        ("1 是 2 否 证照过期", {"q1": ("yes", ""), "q2": ("no", "证照过期")}),
        ("1 是 3号柜的标签", {"q2": ("no", "1 是 3号柜的标签")}),
        ("3号冰柜过期", {"q2": ("no", "3号冰柜过期")}),
    ],
)
def test_while_a_note_is_asked_for_answers_are_answers_and_words_are_the_note(
    visit: Visit, words: str, kept: dict[str, tuple[str, str]]
) -> None:
    visit.answer(visit.lead, "q2", AnswerValue.NO)
    visit.town.type(visit.lead, words)
    assert answers(visit) == kept


def test_after_its_note_came_with_the_answers_no_other_words_take_its_place(visit: Visit) -> None:
    visit.answer(visit.lead, "q2", AnswerValue.NO)
    visit.town.type(visit.lead, "1 是 2 否 证照过期")
    visit.town.type(visit.lead, "好的")
    assert answers(visit)["q2"] == ("no", "证照过期")


def test_answers_of_somebody_without_any_visit_are_words_nobody_expected(visit: Visit) -> None:
    visit.town.type("OP", "1 是 2 否")
    visit.town.hears("OP", "not_understood")
    assert visit.rows(Stray) == []


# Photos by reference


def test_a_photo_goes_where_it_belonged_when_it_was_sent(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "open_checklist")
    town.send(visit.lead, PHOTO, attachment=far("red"))
    visit.read_all()
    town.press_data(visit.lead, AnswerButton(AnswerValue.NO, visit.id, "q2"))
    town.hears(visit.lead, "ask_note")
    town.nobody_hears_more()
    bring(visit)
    assert "第1题共1张" in town.hears(visit.lead, "photo_kept").text
    town.nobody_hears_more()
    assert photos(visit) == [("q1", sha_of(visit, "red"))]
    town.type(visit.lead, "垃圾桶没有盖")
    assert answers(visit)["q2"] == ("no", "垃圾桶没有盖")


def test_a_file_that_is_fetched_twice_is_told_once(visit: Visit) -> None:
    visit.town.send(visit.lead, PHOTO, attachment=far("red"), text="1")
    bring(visit)
    bring(visit)
    visit.town.hears(visit.lead, "photo_kept")
    visit.town.nobody_hears_more()
    assert [one.state for one in visit.rows(AwaitedFile)] == [AwaitedFileState.HERE]


def test_bytes_that_arrive_are_no_words_of_the_person(visit: Visit) -> None:
    """When they last spoke decides where notices go, and when they are back after a break."""
    visit.town.send(visit.lead, PHOTO, attachment=far("red"), text="1")
    with visit.town.store.reading() as records:
        spoke_at = records.get(ChannelAccount, (CHANNEL, visit.lead)).last_used_at
    visit.town.now += timedelta(hours=1)
    bring(visit)
    with visit.town.store.reading() as records:
        assert records.get(ChannelAccount, (CHANNEL, visit.lead)).last_used_at == spoke_at


def test_a_photo_that_cannot_be_fetched_is_asked_for_again_by_its_number(visit: Visit) -> None:
    visit.town.send(visit.lead, PHOTO, attachment=far("red"), text="第1题")
    visit.town.bring_files(lambda _remote: None)
    said = visit.town.hears(visit.lead, "photo_lost").text
    assert "第1题" in said
    assert "题号“1”" in said
    assert [one.state for one in visit.rows(AwaitedFile)] == [AwaitedFileState.LOST]
    visit.town.send(visit.lead, PHOTO, attachment=far("red"), text="1")
    bring(visit)
    assert photos(visit) == [("q1", sha_of(visit, "red"))]


def test_bytes_that_are_no_photo_are_refused_when_they_come(visit: Visit) -> None:
    visit.town.send(visit.lead, PHOTO, attachment=far("red"), text="1")
    visit.town.bring_files(lambda _remote: keep_attachment(visit.files, b"no picture"))
    assert "不是照片" in visit.refused(visit.lead)
    assert visit.rows(Photo) == []


def test_the_pieces_of_an_album_go_with_the_one_that_names_a_question(visit: Visit) -> None:
    town = visit.town
    town.press(visit.lead, "open_checklist")
    for colour, caption in (("red", ""), ("green", "2"), ("blue", "")):
        town.send(visit.lead, PHOTO, attachment=far(colour), text=caption, album="A1")
    town.bring_files(visit.photo)
    assert photos(visit) == [("q2", sha_of(visit, "green"))]
    bring(visit)
    assert {question for question, _sha in photos(visit)} == {"q2"}
    assert len(photos(visit)) == 3


def test_of_an_album_that_names_two_questions_nothing_is_guessed(visit: Visit) -> None:
    for colour, caption in (("red", "1"), ("green", "2"), ("blue", "")):
        visit.town.send(visit.lead, PHOTO, attachment=far(colour), text=caption, album="A1")
    bring(visit)
    assert [question for question, _sha in photos(visit)] == ["q1", "q2"]
    assert "它是哪一题的" in visit.town.hears(visit.lead, "stray_asked").text


def test_why_a_file_is_better_is_said_once(visit: Visit) -> None:
    for colour in ("red", "green"):
        visit.town.send_photo(visit.lead, visit.photo(colour), "1")
    assert "请以“文件”方式发送" in visit.town.hears(visit.lead, "photo_kept").text
    assert "文件" not in visit.town.hears(visit.lead, "photo_kept").text


# What belongs nowhere


def test_a_photo_of_no_question_is_kept_and_placed_by_one_press(visit: Visit) -> None:
    town = visit.town
    town.send_photo(visit.lead, visit.photo("red"), "99")
    card = town.hears(visit.lead, "stray_asked")
    assert "没有说明写的这一题" in card.text
    assert [key.label for row in card.rows for key in row] == ["第1题", "第2题", "不要了"]
    town.type(visit.lead, "/where")
    assert "1份材料待归位" in town.hears(visit.lead, "in_field").text
    town.press(visit.lead, "look_at_strays", number=1)
    town.press(visit.lead, "jump", number=1)
    assert "回执 R-" in town.hears(visit.lead, "photo_kept").text
    assert photos(visit) == [("q1", sha_of(visit, "red"))]
    assert [one.state for one in visit.rows(Stray)] == [StrayState.PLACED]
    town.press_data(visit.lead, StrayButton(StrayAct.QUESTION, "1", visit.id, "q2"))
    assert "没有重复办理" in visit.refused(visit.lead)
    assert len(photos(visit)) == 1


def test_a_typed_number_says_what_the_only_stray_photo_is_for(visit: Visit) -> None:
    town = visit.town
    town.send_photo(visit.lead, visit.photo("red"))
    town.type(visit.lead, "99")
    assert "没有这一题" in visit.refused(visit.lead)
    town.type(visit.lead, "3")
    assert "第3题由消防救援支队负责" in visit.refused(visit.lead)
    town.type(visit.lead, "第2题")
    town.hears(visit.lead, "photo_kept")
    assert photos(visit) == [("q2", sha_of(visit, "red"))]
    town.type(visit.lead, "2")
    town.hears(visit.lead, "not_understood")


def test_the_same_stray_photo_twice_is_asked_about_once(visit: Visit) -> None:
    for _ in range(2):
        visit.town.send_photo(visit.lead, visit.photo("red"))
    assert len(visit.rows(Stray)) == 1


def test_what_is_not_wanted_is_left_out_and_the_bytes_stay(visit: Visit) -> None:
    sent = visit.photo("red")
    visit.town.send_photo(visit.lead, sent)
    visit.town.press(visit.lead, "stray_discard")
    assert "仍保存" in visit.town.hears(visit.lead, "stray_discarded").text
    assert visit.rows(Photo) == []
    assert visit.files.read(sent.sha256)
    visit.town.type(visit.lead, "/where")
    assert "待归位" not in visit.town.hears(visit.lead, "in_field").text


@pytest.mark.parametrize("stray", ["0", "2", "999999999", "99999999999999999999", "x", "", "-1", "１"])
def test_a_stray_that_is_nobodys_is_refused(visit: Visit, stray: str) -> None:
    visit.town.press_data(visit.lead, f"st:d:{stray}::")
    assert visit.refused(visit.lead)


def test_a_photo_of_somebody_without_a_visit_is_kept_too(visit: Visit) -> None:
    visit.town.send_photo("OP", visit.photo("red"))
    assert "没有正在进行的检查" in visit.town.hears("OP", "stray_asked").text
    visit.town.send_place("OP", 44.9, 82.07)
    assert "没有正在进行的检查" in visit.town.hears("OP", "stray_asked").text
    assert len(visit.rows(Stray)) == 2


def test_what_overtakes_the_start_of_the_visit_waits_for_it(town: Town, tmp_path: Path) -> None:
    visit = Visit(town, FileStore(tmp_path / "files"))
    town.type(visit.lead, "1 是 2 否 证照过期")
    assert "还没有开始" in town.hears(visit.lead, "stray_asked").text
    town.send_place(visit.lead, 44.9, 82.07)
    town.press_data(visit.lead, StrayButton(StrayAct.VISIT, "1", visit.id))
    assert visit.rows(Answer) == []
    town.press(visit.lead, "start_visit")
    town.press_data(visit.lead, StrayButton(StrayAct.VISIT, "1", visit.id))
    assert set(answers(visit)) == {"q1", "q2"}
    town.press_data(visit.lead, StrayButton(StrayAct.VISIT, "2", visit.id))
    assert len(visit.rows(CheckIn)) == 1


# Too late, or after somebody else


def _ended(visit: Visit) -> None:
    for who, important, ordinary in ((visit.lead, "q1", "q2"), (visit.fire, "q3", "q4")):
        visit.fill_in(who, important, ordinary)
        visit.town.press(who, "category_clean")
    visit.town.press_data(visit.lead, "vi:o:" + visit.id)
    visit.town.press(visit.lead, "end_visit")
    visit.read_all()


def _part(visit: Visit) -> ChecklistState:
    (part,) = (one for one in visit.rows(ChecklistPart) if one.department == "market")
    state: ChecklistState = part.state
    return state


def test_an_answer_after_the_end_is_told_back_and_recorded_when_the_part_is_opened_again(
    visit: Visit,
) -> None:
    _ended(visit)
    visit.answer(visit.lead, "q2", AnswerValue.NOT_APPLICABLE)
    assert "第2题的“不适用”没有记上" in visit.town.hears(visit.lead, "answer_too_late").text
    assert answers(visit)["q2"] == ("yes", "")
    visit.town.press(visit.lead, "reopen_as_na")
    assert answers(visit)["q2"] == ("na", "")
    assert _part(visit) is ChecklistState.OPEN


def test_an_answer_that_stands_already_is_no_late_one(visit: Visit) -> None:
    _ended(visit)
    visit.answer(visit.lead, "q2", AnswerValue.YES)
    assert "没有重复记录" in visit.town.hears(visit.lead, "checklist_summary").text
    visit.town.type(visit.lead, "1 是 2 是")
    assert "没有重复记录：第1、2题" in visit.town.hears(visit.lead, "answers_kept").text
    visit.town.send_photo(visit.lead, visit.photo("red"), "1")
    assert "没有重复保存" in visit.town.hears(visit.lead, "photo_kept").text
    assert _part(visit) is ChecklistState.LOCKED


@pytest.mark.parametrize(
    ("late", "is_there"),
    [
        (
            lambda visit: visit.town.type(visit.lead, "1 是 2 否 证照过期"),
            lambda visit: answers(visit)["q2"][0] == "no",
        ),
        (
            lambda visit: visit.town.send_photo(visit.lead, visit.photo("olive"), "2"),
            lambda visit: ("q2", sha_of(visit, "olive")) in photos(visit),
        ),
    ],
    ids=["answers", "photo"],
)
def test_what_comes_after_the_end_is_added_when_the_part_is_opened_again(
    visit: Visit, late: Callable[[Visit], None], is_there: Callable[[Visit], bool]
) -> None:
    _ended(visit)
    late(visit)
    assert "检查已结束" in visit.town.hears(visit.lead, "stray_asked").text
    assert not is_there(visit)
    visit.town.press(visit.lead, "stray_reopen")
    assert is_there(visit)
    assert _part(visit) is ChecklistState.OPEN


def test_while_the_result_is_in_review_nothing_is_added_and_nothing_is_lost(visit: Visit) -> None:
    _ended(visit)
    visit.town.press(visit.lead, "submit_result")
    visit.town.send_photo(visit.lead, visit.photo("olive"), "2")
    card = visit.town.hears(visit.lead, "stray_asked")
    assert "正在审核" in card.text
    assert not visit.town.has_button(visit.lead, "stray_reopen")
    visit.town.press_data(visit.lead, StrayButton(StrayAct.REOPEN, "1", visit.id, "q2"))
    assert "正在审核" in visit.town.hears(visit.lead, "stray_asked").text
    assert [one.state for one in visit.rows(Stray)] == [StrayState.ASKED]
    visit.agree()
    visit.town.press("RV", "approve_result")
    visit.town.type(visit.lead, "/where")
    visit.town.press(visit.lead, "look_at_strays", number=1)
    assert "已公示" in visit.town.hears(visit.lead, "stray_asked").text


def test_an_answer_never_takes_a_colleagues_place_in_silence(visit: Visit) -> None:
    town = visit.town
    visit.answer(visit.market, "q2", AnswerValue.NOT_APPLICABLE)
    visit.answer(visit.lead, "q2", AnswerValue.YES)
    said = town.hears(visit.lead, "answer_differs").text
    assert f"人员{visit.market}已记为“不适用”" in said
    assert answers(visit)["q2"] == ("na", "")
    town.press(visit.lead, "leave_as_na")
    town.type(visit.lead, "1 是 2 是")
    report = town.hears(visit.lead, "answers_kept").text
    assert f"人员{visit.market}已于" in report
    assert answers(visit) == {"q1": ("yes", ""), "q2": ("na", "")}
    town.press(visit.lead, "change_to_yes", number=2)
    assert answers(visit)["q2"] == ("yes", "")
    visit.answer(visit.lead, "q2", AnswerValue.NOT_APPLICABLE)
    assert answers(visit)["q2"] == ("na", "")


# Edited messages


def test_an_edited_message_with_answers_is_applied_like_a_new_one(visit: Visit) -> None:
    visit.town.send(visit.lead, TEXT, text="1 是 2 是", message_id="m1")
    visit.town.send(visit.lead, TEXT, text="1 是 2 否 证照过期", message_id="m1", is_edit=True)
    assert answers(visit) == {"q1": ("yes", ""), "q2": ("no", "证照过期")}


def test_an_edited_note_follows_until_another_one_has_taken_its_place(visit: Visit) -> None:
    town = visit.town
    visit.answer(visit.lead, "q2", AnswerValue.NO)
    town.send(visit.lead, TEXT, text="没有盖", message_id="m1")
    town.send(visit.lead, TEXT, text="垃圾桶没有盖", message_id="m1", is_edit=True)
    assert answers(visit)["q2"] == ("no", "垃圾桶没有盖")
    visit.read_all()
    town.press_data(visit.lead, f"cq:n:{visit.id}:q2")
    town.send(visit.lead, TEXT, text="后门也没有盖", message_id="m2")
    town.send(visit.lead, TEXT, text="旧的", message_id="m1", is_edit=True)
    town.hears(visit.lead, "edit_not_taken")
    assert answers(visit)["q2"] == ("no", "后门也没有盖")


def test_a_photo_follows_its_edited_caption(visit: Visit) -> None:
    town, sent = visit.town, visit.photo("red")
    town.send(visit.lead, PHOTO, attachment=sent, text="1", message_id="m1")
    town.send(visit.lead, PHOTO, attachment=sent, text="2", message_id="m1", is_edit=True)
    assert "从第1题改到第2题" in town.hears(visit.lead, "photo_moved").text
    town.send(visit.lead, PHOTO, attachment=far("green"), text="1", message_id="m2")
    town.send(visit.lead, PHOTO, attachment=far("green"), text="2", message_id="m2", is_edit=True)
    town.send(visit.lead, PHOTO, attachment=visit.photo("blue"), text="99", message_id="m3")
    town.send(visit.lead, PHOTO, attachment=visit.photo("blue"), text="2", message_id="m3", is_edit=True)
    bring(visit)
    assert photos(visit) == sorted(("q2", sha_of(visit, colour)) for colour in ("red", "green", "blue"))
    town.send(visit.lead, PHOTO, attachment=sent, text="后门", message_id="m1", is_edit=True)
    town.hears(visit.lead, "edit_not_taken")
    moves = [one.details for one in visit.rows(JournalLine) if one.verb == "photo.move"]
    assert [(one["from"], one["to"]) for one in moves] == [("q1", "q2")]


def test_a_photo_moved_to_where_its_bytes_are_is_there_once(visit: Visit) -> None:
    town, sent = visit.town, visit.photo("red")
    for number in ("1", "2"):
        town.send(visit.lead, PHOTO, attachment=sent, text=number, message_id=f"m{number}")
    town.send(visit.lead, PHOTO, attachment=sent, text="2", message_id="m1", is_edit=True)
    assert photos(visit) == [("q2", sent.sha256)]


def test_a_finished_part_does_not_lose_the_photo_that_it_needs(visit: Visit) -> None:
    sent = visit.photo("red")
    visit.town.type(visit.lead, "1 是 2 是")
    visit.town.send(visit.lead, PHOTO, attachment=sent, text="1", message_id="m1")
    visit.town.press_data(visit.lead, PartButton(PartAct.FINISH, visit.id))
    visit.town.send(visit.lead, PHOTO, attachment=sent, text="2", message_id="m1", is_edit=True)
    assert "缺照片" in visit.refused(visit.lead)
    assert photos(visit) == [("q1", sent.sha256)]


@pytest.mark.parametrize("text", ["/where", "/tasks", "好的", "", "1"])
def test_any_other_edit_is_kindly_declined(visit: Visit, text: str) -> None:
    visit.town.send(visit.lead, TEXT, text=text, message_id="m9", is_edit=True)
    assert "不会重新办理" in visit.town.hears(visit.lead, "edit_not_taken").text
    visit.town.nobody_hears_more()


def test_a_live_location_says_nothing(visit: Visit) -> None:
    visit.town.send(visit.lead, IncomingKind.LOCATION, latitude=44.9, longitude=82.07, is_edit=True)
    visit.town.nobody_hears_more()
    assert visit.rows(CheckIn) == []


# Back after a break


def test_after_a_break_one_message_says_what_is_there_and_what_is_missing(visit: Visit) -> None:
    town = visit.town
    town.wait(timedelta(minutes=30))
    town.type(visit.lead, "1 是")
    town.wait(timedelta(seconds=5))
    town.send(visit.lead, PHOTO, attachment=far("olive"), text="1")
    town.wait(timedelta(seconds=5))
    visit.read_all()
    town.nobody_hears_more()
    town.wait(timedelta(seconds=4))
    said = town.hears(visit.lead, "back_again").text
    assert "已收到：1/2题，0/1张照片" in said
    assert "1张照片正在接收" in said
    assert "还差：第1题照片、第2题答案。" in said
    town.press(visit.lead, "go_on_filling")
    town.wait(timedelta(minutes=5))
    visit.read_all()
    town.wait(timedelta(minutes=5))
    town.nobody_hears_more()


def test_whoever_types_on_hears_it_all_the_same(visit: Visit) -> None:
    visit.town.wait(timedelta(minutes=30))
    for _ in range(15):
        visit.town.type(visit.lead, "1 是")
        visit.town.wait(timedelta(seconds=6))
    visit.town.hears(visit.lead, "back_again")


def test_two_breaks_while_nobody_ticked_are_told_as_one(visit: Visit) -> None:
    town = visit.town
    for words in ("1 是", "2 是"):
        town.now += timedelta(minutes=30)
        update = Incoming(CHANNEL, visit.lead, words, TEXT, town.now, text=words)
        receive_updates(town.store, [update], channel=CHANNEL, at=town.now)
        work_batch(town.store, Tools(new_secret=lambda: bytes(32)), town.clock)
    town.wait(timedelta(minutes=1))
    visit.town.hears(visit.lead, "back_again")
    visit.read_all()
    with town.store.reading() as records:
        assert [line.kind for line in rows_of(records, OutboxLine)].count("back_again") == 1


@pytest.mark.parametrize("words", ["/where", "好的", "99 是"])
def test_after_a_break_in_which_nothing_came_for_a_visit_nothing_is_said(visit: Visit, words: str) -> None:
    visit.town.wait(timedelta(minutes=30))
    visit.town.type(visit.lead, words)
    visit.read_all()
    visit.town.wait(timedelta(minutes=2))
    visit.town.nobody_hears_more()


def test_without_a_break_nothing_is_said(visit: Visit) -> None:
    visit.town.wait(timedelta(minutes=19))
    visit.town.type(visit.lead, "1 是")
    visit.read_all()
    visit.town.wait(timedelta(minutes=2))
    visit.town.nobody_hears_more()


# All of it, in every order


def _fourteen_questions(town: Town) -> None:
    """Four of the usual ones, and twelve more for the lead department."""
    asked = [
        Compliance(
            f"示例问题{number}", department, is_important=number in (1, 3), wants_photo=number in (1, 3)
        )
        for number, department in enumerate(("market", "market", "fire", "fire"), start=1)
    ]
    asked += [Compliance(f"示例问题{number}", "market", wants_photo=number < 8) for number in range(5, 17)]
    made = made_checklist(asked)
    with town.store.transaction("test") as records:
        row = records.get(Checklist, ("C1", 1))
        row.xform, row.digest = made.xform, made.digest


MINE = (1, 2, *range(5, 17))
ALL_ANSWERS = " ".join(f"{number} {'否 坏了' if number % 5 == 0 else '是'}" for number in MINE)


def _queued(visit: Visit) -> list[Incoming]:
    """What the phone kept: fourteen answers, four photos, an album; some of it twice, in two ways."""
    numbers = count(1)

    def one(kind: IncomingKind, **sent: Any) -> Incoming:
        return Incoming(CHANNEL, visit.lead, f"late{next(numbers)}", kind, visit.town.now, **sent)

    def photo(colour: str, caption: str, album: str = "") -> Incoming:
        return one(PHOTO, text=caption, album=album, attachment=far(colour))

    kept = [
        one(TEXT, text=ALL_ANSWERS),
        photo("red", "1"),
        photo("green", "5"),
        photo("blue", "6"),
        photo("navy", "7"),
        photo("maroon", "2", "A"),
        photo("olive", "", "A"),
        photo("teal", "", "A"),
        photo("navy", "99"),
    ]
    under_new_ids = [one(TEXT, text=ALL_ANSWERS), one(PHOTO, text="第1题", attachment=far("red"))]
    return [*kept, *under_new_ids, *kept[:3]]


def _record(visit: Visit) -> tuple[object, ...]:
    strays = [(one.state, one.body["attachment"]["sha256"]) for one in visit.rows(Stray)]
    return answers(visit), photos(visit), strays


@on_both
@pytest.mark.parametrize("seed", range(4))
def test_in_every_order_the_record_ends_the_same_and_nothing_is_lost(
    town: Town, tmp_path: Path, seed: int
) -> None:
    _fourteen_questions(town)
    visit = Visit(town, FileStore(tmp_path / "files"))
    town.press(visit.lead, "start_visit")
    town.press(visit.lead, "open_checklist")
    visit.read_all()
    updates = _queued(visit)
    random.Random(seed).shuffle(updates)
    _arrive(visit, updates, random.Random(seed))
    wanted = {f"q{number}": ("no", "坏了") if number % 5 == 0 else ("yes", "") for number in MINE}
    colours = {"q1": "red", "q5": "green", "q6": "blue", "q7": "navy"}
    pinned = {*colours.items(), *(("q2", colour) for colour in ("maroon", "olive", "teal"))}
    assert _record(visit) == (
        wanted,
        sorted((question, sha_of(visit, colour)) for question, colour in pinned),
        [(StrayState.ASKED, sha_of(visit, "navy"))],
    )
    assert {one.state for one in visit.rows(InboxUpdate)} == {InboxState.DONE}
    assert {one.state for one in visit.rows(AwaitedFile)} == {AwaitedFileState.HERE}


def _arrive(visit: Visit, updates: Sequence[Incoming], dice: random.Random) -> None:
    """In handfuls; the bytes of some pictures come between them."""
    for update in updates:
        receive_updates(visit.town.store, [update], channel=update.channel, at=update.received_at)
        visit.town.settle()
        if dice.random() < 0.3 and not update.album:
            visit.town.bring_files(visit.photo)
    visit.town.wait(timedelta(seconds=10))
    visit.town.bring_files(visit.photo)
