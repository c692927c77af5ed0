"""Reminders on the phones of a town: one message for all that waits, the buttons that end it, later, and not at all."""

from datetime import datetime, timedelta

import pytest

from actions.deadline_parties import Matter
from actions.deadlines import start_deadline
from inspection.calendar.beijing import BEIJING
from inspection.deadlines.rules import RuleName
from inspection.states import AssignmentState
from notifications.buttons.deadlines import Later, RequestButton, SnoozeButton
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import DueWork
from tests.actions.story import Story, a_story, rows_of
from tests.deadlines.reading import buttons, read_all, unread
from tests.journeys.town import Town
from tests.stores import on_both

HOUR = timedelta(hours=1)
BEFORE_CLOSING = 9 * HOUR
"""After the draw at 10:00: half of 24 hours is in the night, so the reminder comes at 19:00."""
OFFICER = "fire-1"


def _rows(town: Town, kind: type[object], **wanted: object) -> list[object]:
    with town.store.reading() as records:
        return rows_of(records, kind, **wanted)


def _reminded(town: Town) -> None:
    town.wait(BEFORE_CLOSING)


@on_both
def test_all_that_falls_due_for_one_person_is_one_message(town: Town) -> None:
    town.wait(BEFORE_CLOSING - timedelta(minutes=1))
    assert unread(town, OFFICER) == []
    town.wait(timedelta(minutes=1))
    assert unread(town, OFFICER) == ["reminder_digest"]
    digest = town.hears(OFFICER, "reminder_digest")
    assert digest.text.startswith(
        "有2件事等您办理\n1. 答复任务：示例商户B1，最迟北京时间11月25日（周三）10:00"
    )
    assert buttons(digest) == ["答复：示例商户B1", "答复：示例商户B2", "一小时后再提醒", "明早再提醒"]
    assert digest.is_fresh


def test_each_button_opens_the_card_that_ends_the_matter(town: Town) -> None:
    _reminded(town)
    town.press_text(OFFICER, "答复：示例商户B2")
    town.hears(OFFICER, "assignment_details")
    town.press(OFFICER, "accept")
    assert "示例商户B2" in town.hears(OFFICER, "assignment_accepted").text
    read_all(town)


def test_one_matter_alone_brings_all_its_answers(town: Town) -> None:
    town.press(OFFICER, "accept")
    read_all(town)
    _reminded(town)
    reminder = town.hears(OFFICER, "answer_reminder")
    assert buttons(reminder) == ["接受", "申请回避", "不能参加", "一小时后再提醒", "明早再提醒"]


def test_whoever_answered_everything_hears_nothing(town: Town) -> None:
    for number in (1, 2):
        town.press_data(OFFICER, f"as:a:S1.B{number}/fire/{_seat(town, number)}/1")
    read_all(town)
    _reminded(town)
    assert unread(town, OFFICER) == []


def _seat(town: Town, number: int) -> int:
    held: list[Assignment] = _rows(town, Assignment, person_id=OFFICER, inspection_id=f"S1.B{number}")  # type: ignore[assignment]
    return int(held[0].seat_id[-1])


@on_both
def test_an_answer_takes_back_the_reminder_that_was_not_sent_and_tells_the_rest_anew(town: Town) -> None:
    town.messenger.unreachable.add(OFFICER)
    _reminded(town)
    town.press_data(OFFICER, f"as:a:S1.B1/fire/{_seat(town, 1)}/1")
    town.messenger.unreachable.clear()
    town.wait(timedelta(minutes=11))
    assert sorted(unread(town, OFFICER)) == ["answer_reminder", "assignment_accepted"]
    assert "示例商户B2" in town.hears(OFFICER, "answer_reminder").text


def test_nobody_hears_of_what_lapsed_while_the_clock_stood_still(town: Town) -> None:
    town.wait(48 * HOUR)
    assert "reminder_digest" not in unread(town, OFFICER)
    assert unread(town, OFFICER).count("assignment_lapsed") == 2


def test_a_night_of_standing_still_says_nothing_at_night(town: Town) -> None:
    town.wait(12 * HOUR)
    assert unread(town, OFFICER) == []


# Later.


@on_both
def test_later_is_an_hour_from_now_with_all_that_is_open(town: Town) -> None:
    _reminded(town)
    read_all(town)
    number = len(town.messenger.phones[OFFICER].messages)
    town.press(OFFICER, "snooze_hour")
    snoozed = town.hears(OFFICER, "reminder_snoozed")
    assert snoozed.text.startswith("好的，北京时间11月24日（周二）20:00再提醒您。")
    assert len(town.messenger.phones[OFFICER].messages) == number
    town.wait(HOUR)
    assert "有2件事" in town.hears(OFFICER, "reminder_digest").text


def test_in_the_morning_is_before_the_end_in_any_case(town: Town) -> None:
    _reminded(town)
    read_all(town)
    town.press(OFFICER, "snooze_morning")
    assert "11月25日（周三）02:30" in town.hears(OFFICER, "reminder_snoozed").text
    town.wait(7 * HOUR + HOUR / 2)
    town.hears(OFFICER, "reminder_digest")


def test_a_second_press_moves_the_time_and_doubles_nothing(town: Town) -> None:
    _reminded(town)
    data = town.button(OFFICER, "一小时后再提醒")
    town.press_data(OFFICER, data)
    town.wait(timedelta(minutes=10))
    town.press_data(OFFICER, data)
    read_all(town)
    town.wait(HOUR - timedelta(minutes=10))
    assert unread(town, OFFICER) == []
    town.wait(timedelta(minutes=10))
    assert unread(town, OFFICER) == ["reminder_digest"]


def test_what_was_done_meanwhile_is_not_brought_up_again(town: Town) -> None:
    _reminded(town)
    town.press(OFFICER, "snooze_hour")
    town.press_data(OFFICER, f"as:a:S1.B1/fire/{_seat(town, 1)}/1")
    read_all(town)
    town.wait(HOUR)
    assert "示例商户B2" in town.hears(OFFICER, "answer_reminder").text


def test_there_is_nothing_to_put_off_when_all_is_done_or_it_was_not_yours(town: Town) -> None:
    _reminded(town)
    data = town.button(OFFICER, "一小时后再提醒")
    read_all(town)
    town.press_data("fire-2", data)
    assert "不是给您的" in town.hears("fire-2", "refused").text
    for number in (1, 2):
        town.press_data(OFFICER, f"as:a:S1.B{number}/fire/{_seat(town, number)}/1")
    read_all(town)
    town.press_data(OFFICER, data)
    assert "都已办好" in town.hears(OFFICER, "refused").text
    for forged in (
        SnoozeButton(Later.HOUR, "999999"),
        SnoozeButton(Later.HOUR, "told:1 OR 1=1".replace(":", "")),
    ):
        town.press_data(OFFICER, forged)
        town.hears(OFFICER, "refused")


# A head.


def test_a_head_is_reminded_and_sees_the_request_again(town: Town) -> None:
    town.press(OFFICER, "unavailable")
    town.press(OFFICER, "ground_C2")
    town.press(OFFICER, "file_without_words")
    read_all(town)
    _reminded(town)
    digest = town.hears("HD-fire", "reminder_digest")
    [name, *_later] = buttons(digest)
    assert name.startswith("决定：示例商户")
    town.press_text("HD-fire", name)
    town.hears("HD-fire", "leave_asked")
    packed = town.button("HD-fire", name)
    town.press_data("HD-market", packed)
    town.hears("HD-market", "refused")
    town.press("HD-fire", "refuse")
    read_all(town)
    town.press_data("HD-fire", packed)
    town.hears("HD-fire", "leave_decided")
    town.press_data("HD-fire", RequestButton("nothing"))
    town.hears("HD-fire", "refused")


# Without a town.

FIRE = Matter(department="fire", district="652701", asked_id="HD-fire")
EVENING = datetime(2026, 12, 1, 21, 0, tzinfo=BEIJING)


def _start(
    story: Story, rule: RuleName, subject: str, at: datetime, *, ends_at: datetime | None = None
) -> None:
    with story.store.transaction("test") as records:
        start_deadline(records, rule, subject, matter=FIRE, at=at, ends_at=ends_at)


@on_both
def test_an_urgent_matter_is_said_at_any_hour_and_alone(store: Store) -> None:
    story = a_story(store)
    _start(story, RuleName.POLICE_HANDOVER, "P1", EVENING)
    _start(story, RuleName.POLICE_HANDOVER, "P2", EVENING)
    story.at = EVENING + 12 * HOUR
    assert story.tick() == ["remind"] * 2
    letters = story.letters("HD-fire", "reminder_digest")
    assert len(letters) == 2
    assert all("紧急：有1件事等您办理" in letter for letter in letters)


@pytest.mark.parametrize(("minutes", "messages"), [(4, 1), (9, 2)])
def test_five_minutes_are_one_message(store: Store, minutes: int, messages: int) -> None:
    story = a_story(store)
    start = datetime(2026, 12, 1, 10, 0, tzinfo=BEIJING)
    for number in range(2):
        begun = start + number * timedelta(minutes=minutes)
        _start(story, RuleName.LEAVE_DECISION, f"R{number}", begun - timedelta(hours=9))
    for later in (0, minutes):
        story.at = start + 3 * HOUR + timedelta(minutes=later)
        story.tick()
    assert len(story.letters("HD-fire", "reminder_digest")) == messages


def test_what_could_not_be_said_at_night_is_said_in_the_morning(store: Store) -> None:
    story = a_story(store)
    ends_at = EVENING + 21 * HOUR
    _start(story, RuleName.LEAVE_DECISION, "R1", EVENING - 24 * HOUR, ends_at=ends_at)
    story.at = EVENING
    story.tick()
    assert story.told("HD-fire") == []
    [moved] = [work for work in story.rows(DueWork) if work.done_at is None and work.kind == "remind"]
    assert moved.due_at == datetime(2026, 12, 2, 10, 0, tzinfo=BEIJING)
    story.at = moved.due_at
    story.tick()
    assert story.told("HD-fire") == ["reminder_digest"]


def test_one_person_s_answer_leaves_the_others_reminders_alone(town: Town) -> None:
    town.press(OFFICER, "accept")
    read_all(town)
    _reminded(town)
    assert unread(town, "fire-2") == ["reminder_digest"]
    states = {one.state for one in _rows(town, Assignment, person_id="fire-2")}  # type: ignore[attr-defined]
    assert states == {AssignmentState.NOTIFIED}
