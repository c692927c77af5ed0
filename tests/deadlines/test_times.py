"""When a deadline ends and when people hear of it: worked examples, and what holds for every rule."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.beijing import BEIJING
from inspection.calendar.calendar import Calendar
from inspection.deadlines.rules import DUE, HALF, DeadlineRule, Party, RuleName, Rung, Span, SpanUnit, Unit
from inspection.deadlines.times import due_at, escalation_times, reminder_times, snoozed_until
from storage.deadlines import built_in_rules

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=BEIJING)
BOLE = "652701"
OFFICES = Calendar.built_in()
RULES = built_in_rules()


def _rule(unit: Unit, length: int = 0, **more: object) -> DeadlineRule:
    return DeadlineRule(RuleName.REVIEW, "本地规定", "an event", unit, length, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "started", "ends"),
    [
        (RULES[RuleName.PUBLICITY], datetime(2026, 5, 15, 12, 0, tzinfo=BEIJING), "2026-06-17T23:59"),
        (RULES[RuleName.PLAN_SUBMISSION], datetime(2026, 12, 1, tzinfo=BEIJING), "2027-03-10T23:59"),
        (RULES[RuleName.PLAN_SUBMISSION], datetime(2026, 3, 10, 9, 0, tzinfo=BEIJING), "2026-03-10T23:59"),
        (RULES[RuleName.PLAN_PUBLICATION], datetime(2026, 3, 10, 9, 0, tzinfo=BEIJING), "2026-04-10T23:59"),
        (RULES[RuleName.CRIMINAL_TRANSFER], TUESDAY, "2026-11-27T23:59"),
        (RULES[RuleName.POLICE_HANDOVER], TUESDAY, "2026-11-25T10:00"),
        (RULES[RuleName.CORRECTION], TUESDAY, "2026-12-01T23:59"),
        (RULES[RuleName.ABNORMAL_LISTING], TUESDAY, "2026-12-08T23:59"),
    ],
)
def test_a_deadline_ends_as_the_notice_counts(rule: DeadlineRule, started: datetime, ends: str) -> None:
    assert due_at(rule, started, OFFICES).astimezone(BEIJING).isoformat()[:16] == ends


def test_the_hours_of_a_scheme_hold_where_the_rule_lets_them() -> None:
    assert due_at(RULES[RuleName.ANSWER], TUESDAY, OFFICES, hours=6) == TUESDAY + timedelta(hours=6)
    assert due_at(RULES[RuleName.POLICE_HANDOVER], TUESDAY, OFFICES, hours=6) == TUESDAY + timedelta(hours=24)


def test_a_day_that_the_event_brings_is_the_last_one() -> None:
    window = RULES[RuleName.VISIT_WINDOW]
    assert due_at(window, TUESDAY, OFFICES, day=date(2026, 12, 10)).isoformat()[:16] == "2026-12-10T23:59"
    with pytest.raises(ValueError, match="visit_window"):
        due_at(window, TUESDAY, OFFICES)


def _times(rule: DeadlineRule, started: datetime, due: datetime) -> list[str]:
    return [
        f"{one.point} {one.at.astimezone(BEIJING):%m-%d %H:%M}"
        for one in reminder_times(rule, started, due, OFFICES, BOLE)
    ]


def test_what_falls_into_the_night_is_said_when_the_office_opens_or_before_it_closed() -> None:
    half = _rule(Unit.HOURS, 24, remind=(HALF,))
    assert _times(half, TUESDAY, TUESDAY + timedelta(hours=24)) == ["half 11-24 19:00"]
    assert _times(half, TUESDAY, TUESDAY + timedelta(hours=30)) == ["half 11-25 10:00"]
    urgent = _rule(Unit.HOURS, 24, remind=(HALF,), urgent=True)
    assert _times(urgent, TUESDAY, TUESDAY + timedelta(hours=24)) == ["half 11-24 22:00"]


def test_a_point_before_the_start_is_left_out_and_two_at_one_moment_are_one() -> None:
    rule = _rule(
        Unit.WORKING_DAYS, 1, remind=(Span(5, SpanUnit.WORKING_DAYS), Span(9, SpanUnit.HOURS), HALF, DUE)
    )
    assert _times(rule, TUESDAY, due_at(rule, TUESDAY, OFFICES)) == [
        "half 11-25 10:00",
        "9h 11-25 15:30",
        "0 11-26 10:00",
    ]


points = st.just(HALF) | st.just(DUE) | st.builds(Span, st.integers(0, 60), st.sampled_from(SpanUnit))
some_rules = st.builds(
    _rule,
    st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS]),
    st.integers(1, 60),
    remind=st.lists(points, max_size=4, unique=True).map(tuple),
    office_hours_only=st.booleans(),
    urgent=st.booleans(),
    escalate=st.lists(st.integers(0, 9), max_size=4).map(
        lambda days: tuple(Rung(Span(one, SpanUnit.WORKING_DAYS), Party.HEAD) for one in sorted(days))
    ),
)
moments = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def _is_open(at: datetime) -> bool:
    return OFFICES.in_office(at, BOLE)


@given(some_rules, moments)
def test_nobody_is_reminded_before_the_start_after_the_end_or_at_night(
    rule: DeadlineRule, started: datetime
) -> None:
    due = due_at(rule, started, OFFICES)
    found = reminder_times(rule, started, due, OFFICES, BOLE)
    assert [one.at for one in found] == sorted({one.at for one in found})
    for one in found:
        assert started < one.at
        assert one.at < due or one.point == DUE
        assert _is_open(one.at) or not rule.waits_for_office


@given(some_rules, moments)
def test_a_chain_climbs_after_the_end_in_its_order(rule: DeadlineRule, started: datetime) -> None:
    due = due_at(rule, started, OFFICES)
    found = [one.at for one in escalation_times(rule, due, OFFICES, BOLE)]
    assert found == sorted(found)
    assert len(found) == len(rule.escalate)
    for at in found:
        assert at >= due
        assert _is_open(at) or not rule.waits_for_office


def test_a_snooze_never_sleeps_past_the_end() -> None:
    hour = timedelta(hours=1)
    assert snoozed_until(TUESDAY, TUESDAY + hour, TUESDAY + hour * 3) == TUESDAY + hour
    assert snoozed_until(TUESDAY, TUESDAY + hour * 4, TUESDAY + hour) == TUESDAY + hour / 2
    assert snoozed_until(TUESDAY, TUESDAY + hour, TUESDAY - hour) == TUESDAY + hour
