"""Deadline rules as a file: what comes with the program, what an operator may change, and every mistake by its line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.deadlines.reading import RuleReading, read_rules
from inspection.deadlines.rules import (
    AtEnd,
    DeadlineRule,
    Party,
    RuleName,
    Rung,
    Span,
    SpanUnit,
    Unit,
    as_toml,
)
from notifications.load_report import problem_line
from storage.deadlines import built_in_rules

GOOD = """\
# A rule of our own.
[review]
basis = "本地规定"
from_event = "a result is submitted"
unit = "working_days"
length = 2
remind = ["half", "1wd", "2h", "0"]
remind_whom = ["reviewer"]
escalate = [{ after = "0", party = "liaison" }, { after = "1wd", party = "head" }]
"""


def _read(text: str) -> RuleReading:
    return read_rules(text, "rules.toml")


def test_the_program_brings_a_rule_for_every_clock() -> None:
    rules = built_in_rules()
    assert list(rules) == list(RuleName)
    assert (rules[RuleName.PUBLICITY].length, rules[RuleName.PUBLICITY].unit) == (20, Unit.WORKING_DAYS)
    assert rules[RuleName.PLAN_SUBMISSION].on == (3, 10)
    assert rules[RuleName.PLAN_PUBLICATION].on == (4, 10)
    assert (rules[RuleName.ABNORMAL_LISTING].length, rules[RuleName.CORRECTION].length) == (10, 5)
    assert rules[RuleName.CRIMINAL_TRANSFER].urgent
    assert all(rule.basis and rule.remind and rule.remind_whom for rule in rules.values())


def test_a_good_rule_is_read_with_all_it_says() -> None:
    reading = _read(GOOD)
    assert reading.problems == ()
    rule = reading.rules[RuleName.REVIEW]
    assert (rule.length, rule.waits_for_office, rule.at_end) == (2, True, AtEnd.NOTHING)
    assert [str(point) for point in rule.remind] == ["half", "1wd", "2h", "0"]
    assert rule.escalate[1] == Rung(Span(1, SpanUnit.WORKING_DAYS), Party.HEAD)


def test_the_rules_of_the_program_come_back_from_their_own_file() -> None:
    rules = dict(built_in_rules())
    assert _read(as_toml(rules.values())).rules == rules


spans = st.builds(Span, st.integers(0, 99), st.sampled_from(SpanUnit))
rules = st.builds(
    DeadlineRule,
    name=st.sampled_from(RuleName),
    basis=st.text(min_size=1, max_size=40).filter(lambda text: text == text.strip() != ""),
    from_event=st.just("an event"),
    unit=st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS]),
    length=st.integers(1, 250),
    remind=st.lists(st.just("half") | spans, max_size=3, unique=True).map(tuple),
    remind_whom=st.lists(st.sampled_from(Party), min_size=1, max_size=3).map(tuple),
    office_hours_only=st.booleans(),
    urgent=st.booleans(),
    at_end=st.sampled_from(AtEnd),
)


@given(rules)
def test_a_rule_is_the_same_after_it_was_written_and_read(rule: DeadlineRule) -> None:
    reading = _read(as_toml([rule]))
    assert reading.problems == ()
    assert reading.rules == {rule.name: rule}


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("length = 2", "length = -2", 6, "deadline_length"),
        ("length = 2", "length = 0", 6, "deadline_length"),
        ("length = 2", "length = 2000", 6, "deadline_length"),
        ("length = 2", 'length = "two"', 6, "deadline_not_a_number"),
        ("length = 2", "length = true", 6, "deadline_not_a_number"),
        ("length = 2", "", 2, "deadline_length"),
        ("[review]", "[rewiev]", 2, "deadline_unknown"),
        ("length = 2", 'length = 2\ncalendar = "mars"', 7, "deadline_unknown_key"),
        ('"working_days"', '"fortnights"', 5, "deadline_not_in_list"),
        ('"working_days"', '"given"', 6, "deadline_no_length"),
        ('"working_days"\nlength = 2', '"date"', 2, "deadline_on"),
        ('"working_days"\nlength = 2', '"date"\non = "02-30"', 6, "deadline_day_of_year"),
        ('"working_days"\nlength = 2', '"date"\non = "02-29"', 6, "deadline_day_of_year"),
        ("length = 2", 'length = 2\non = "03-10"', 7, "deadline_on"),
        ('"本地规定"', '"  "', 3, "deadline_words"),
        ('basis = "本地规定"', "", 2, "deadline_words"),
        ('"2h"', '"2 hours"', 7, "deadline_span"),
        ('"2h"', '"-2h"', 7, "deadline_span"),
        ('"2h"', "2", 7, "deadline_span"),
        ('"2h"', '"half"', 7, "deadline_twice"),
        ('["half", "1wd", "2h", "0"]', '"half"', 7, "deadline_not_a_list"),
        ('["reviewer"]', '["mayor"]', 8, "deadline_not_in_list"),
        ('["reviewer"]', "[]", 8, "deadline_nobody"),
        ('party = "head"', 'party = "mayor"', 9, "deadline_not_in_list"),
        ('{ after = "1wd", party = "head" }', '"head"', 9, "deadline_rung"),
        (
            '{ after = "0", party = "liaison" }',
            '{ after = "2wd", party = "liaison" }',
            9,
            "deadline_chain_order",
        ),
        ("length = 2", "length = 2\nurgent = 1", 7, "deadline_truth"),
        ("length = 2", 'length = 2\nat_end = "explode"', 7, "deadline_not_in_list"),
        ("length = 2", "length = 2\nscheme_sets_length = true", 7, "deadline_scheme_hours"),
        ("length = 2", "length = = 2", 6, "toml_broken"),
        ("length = 2", "length = 2\nlength = 3", 7, "toml_broken"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_taken(
    old: str, new: str, line: int, code: str
) -> None:
    assert old in GOOD
    reading = _read(GOOD.replace(old, new, 1))
    assert reading.rules == {}
    assert [(problem.row, problem.code) for problem in reading.problems] == [(line, code)]
    for language, place in (("zh", f"第 {line} 行"), ("en", f"row {line}")):
        said = problem_line(reading.problems[0], language)
        assert said.startswith(("错误：rules.toml ", "error: rules.toml "))
        assert place in said


def test_every_mistake_of_a_file_is_named_at_once() -> None:
    reading = _read(GOOD.replace("length = 2", "length = -2").replace('"2h"', '"2x"') + "\n[nobody]\n")
    assert [problem.code for problem in reading.problems] == ["deadline_span", "deadline_unknown"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "review = 3\n", "[[review]]\n"])
def test_a_file_without_a_rule_is_refused(text: str) -> None:
    assert _read(text).problems != ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = _read(text)
    assert reading.problems
    for problem in reading.problems:
        problem_line(problem, "zh")


@given(st.sampled_from(range(len(GOOD))), st.text(max_size=3))
def test_no_slip_of_the_hand_breaks_the_reading(place: int, slip: str) -> None:
    for problem in _read(GOOD[:place] + slip + GOOD[place + len(slip) :]).problems:
        assert problem_line(problem, "en")


def test_an_urgent_rule_does_not_wait_for_the_office() -> None:
    rule = _read(GOOD).rules[RuleName.REVIEW]
    assert not replace(rule, urgent=True).waits_for_office
    assert not replace(rule, office_hours_only=False).waits_for_office
