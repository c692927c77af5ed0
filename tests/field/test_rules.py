"""Checklists, findings, words, places and bundles: the rules alone, without a store."""

import hashlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checklists import (
    AnswerValue,
    Entry,
    Gap,
    missing,
    next_open,
    number_in_words,
    owner,
    progress,
)
from inspection.forms.form import Kind
from inspection.places import check_place, distance_m
from inspection.publicity import Matter, Particulars, bundle, digest
from inspection.refusals import Unacceptable
from inspection.results import (
    CATEGORIES,
    FOLLOW_UPS,
    METHODS,
    Category,
    FindingGap,
    FollowUp,
    Method,
    allowed,
    finding_gaps,
    is_allowed,
    rolled_up,
    usual_follow_up,
)
from inspection.words import WORDS_LIMIT, clean_words
from notifications.catalogue import label

YES, NO, NA = AnswerValue.YES, AnswerValue.NO, AnswerValue.NOT_APPLICABLE
entries = st.lists(
    st.builds(
        Entry,
        question_id=st.uuids().map(str),
        number=st.integers(1, 99).map(str),
        is_important=st.booleans(),
        needs_note=st.booleans(),
        needs_photo=st.booleans(),
        value=st.none() | st.sampled_from(AnswerValue),
        note=st.sampled_from(["", "已过期"]),
        photos=st.integers(0, 2),
    ),
    max_size=12,
)


def test_a_no_wants_a_note_and_a_camera_sign_a_photo() -> None:
    part = [
        Entry("q1", "1", value=YES),
        Entry("q2", "2", needs_note=True, value=NO),
        Entry("q3", "3", needs_photo=True, value=YES),
        Entry("q4", "4", value=NA),
        Entry("q5", "5", needs_photo=True),
    ]
    assert [(entry.question_id, gaps) for entry, gaps in missing(part)] == [
        ("q2", (Gap.NOTE,)),
        ("q3", (Gap.PHOTO,)),
        ("q5", (Gap.ANSWER, Gap.PHOTO)),
    ]
    found = progress(part)
    assert (found.answered, found.questions, found.photos, found.photos_wanted, found.open) == (4, 5, 0, 2, 3)


@given(entries)
def test_going_from_open_question_to_open_question_never_skips_one(part: list[Entry]) -> None:
    wanting = {entry.question_id for entry, _ in missing(part)}
    seen, at = set(), next_open(part)
    while at is not None and at.question_id not in seen:
        seen.add(at.question_id)
        at = next_open(part, after=at.question_id)
    assert seen == wanting
    assert progress(part).is_complete == (not wanting)


def test_what_may_stay_open_is_shown_once_on_the_way_and_holds_up_nothing() -> None:
    part = [
        Entry("q1", "1", value=YES),
        Entry("q2", "2", kind=Kind.TEXT, is_compliance=False, is_required=False),
        Entry("q3", "3"),
        Entry("q4", "4", kind=Kind.TEXT, is_compliance=False, is_required=False),
    ]
    on_the_way = [next_open(part, after=id) for id in ("q1", "q2", "q3", "q4")]
    assert [one.question_id if one else None for one in on_the_way] == ["q2", "q3", "q4", "q3"]
    assert next_open([part[0], part[1]], after="q2") is None
    assert progress([part[0], part[1]]).is_complete


def test_a_repeated_group_wants_to_know_whether_there_is_one_more_and_counts_as_no_question() -> None:
    more = Entry("r1", "冷库", kind=Kind.REPEAT, is_compliance=False)
    assert more.gaps == (Gap.MORE,)
    assert (progress([more]).questions, progress([more]).open) == (0, 1)


@given(entries)
def test_an_important_no_never_ends_as_no_problem_found(part: list[Entry]) -> None:
    choices = allowed(part)
    has_important_no = any(entry.is_important and entry.value is NO for entry in part)
    clean = {Category.CLEAN, Category.PASSED, Category.NO_ACTIVITY}
    assert clean & set(choices) == (set() if has_important_no else clean)
    assert len(choices) == len(set(choices)) == (9 if has_important_no else 12)
    assert all(is_allowed(category, part) for category in choices)


@given(entries)
def test_no_problem_found_is_suggested_only_when_nothing_was_answered_no(part: list[Entry]) -> None:
    assert (allowed(part)[0] is Category.CLEAN) <= (NO not in {entry.value for entry in part})


@given(entries, st.sampled_from(Category), st.booleans(), st.sampled_from(FollowUp), st.booleans())
def test_a_finding_that_wants_nothing_can_stand(
    part: list[Entry], category: Category, has_words: bool, follow_up: FollowUp, has_receiver: bool
) -> None:
    gaps = finding_gaps(
        category,
        part,
        words="灶台" if has_words else "",
        follow_ups=[follow_up],
        transfer_to="ecology" if has_receiver else None,
    )
    if not gaps:
        assert is_allowed(category, part)
        assert has_words or not CATEGORIES[category].needs_words
        assert has_receiver or follow_up not in {FollowUp.CASE, FollowUp.NOTIFY}


@given(
    entries, st.sampled_from(Category), st.lists(st.sampled_from(FollowUp), unique=True), st.text(max_size=3)
)
def test_no_finding_beside_an_important_no_can_stand_without_a_fault_and_a_follow_up(
    part: list[Entry], category: Category, follow_ups: list[FollowUp], words: str
) -> None:
    marked = [*part, Entry("q0", "0", is_important=True, value=NO)]
    for receiver in (None, "ecology"):
        gaps = finding_gaps(category, marked, words=words, follow_ups=follow_ups, transfer_to=receiver)
        if not gaps:
            assert not CATEGORIES[category].is_clean
            assert set(follow_ups) - {FollowUp.NONE}
    assert all(not CATEGORIES[one].is_clean for one in allowed(marked))
    assert usual_follow_up(Category.OTHER, marked) is None


def test_statistics_add_up_under_a_category_that_stands_for_itself() -> None:
    assert {rolled_up(rolled_up(one)) for one in Category} == {rolled_up(one) for one in Category}
    assert rolled_up(Category.UNREACHABLE) is rolled_up(Category.FAILED) is Category.PENDING
    repairable = {one for one, rule in CATEGORIES.items() if rule.is_repairable}
    assert {CATEGORIES[one].number for one in repairable} == {2, 4, 6, 7, 11, 12}
    assert all(CATEGORIES[one].is_negative for one in repairable)


def test_a_pending_finding_wants_words_then_what_follows_then_who_receives_it() -> None:
    assert finding_gaps(None, []) == [FindingGap.CATEGORY]
    assert finding_gaps(Category.PENDING, []) == [FindingGap.WORDS, FindingGap.FOLLOW_UP]
    assert finding_gaps(Category.PENDING, [], words="灶台", follow_ups=["notify"]) == [FindingGap.RECEIVER]
    assert finding_gaps(Category.PENDING, [], words="灶台", follow_ups=["rectify"]) == []
    assert finding_gaps(Category.CLEAN, [Entry("q1", "1", is_important=True, value=NO)]) == [
        FindingGap.CONTRADICTION
    ]


def test_buttons_say_the_national_words() -> None:
    for category, rule in CATEGORIES.items():
        assert label(f"category_{category}", "zh") == rule.title
        assert label(f"category_{category}", "en") == rule.english
    for follow_up, title in FOLLOW_UPS.items():
        assert label(f"follow_up_{follow_up}", "zh") == title
    assert [rule.number for rule in CATEGORIES.values()] == list(range(1, 13))
    assert set(METHODS) == set(Method)


@pytest.mark.parametrize(
    ("caption", "number"),
    [
        ("3", "3"),
        ("第3题", "3"),
        ("q3", "3"),
        ("Q12", "12"),
        (" 第 3 题 ", "3"),
        ("03", "3"),
        ("\uff13", "3"),
        ("7-2", "7-2"),
        ("第7-2题", "7-2"),
        ("灶台", None),
        ("2026年", None),
        ("", None),
    ],
)
def test_a_caption_names_a_question(caption: str, number: str | None) -> None:
    assert number_in_words(caption) == number


def test_a_question_belongs_to_its_department_to_the_lead_or_to_nobody() -> None:
    assert owner("fire", ["market", "fire"]) == "fire"
    assert owner("", ["market", "fire"]) == "market"
    assert owner("tax", ["market", "fire"]) is None


def test_words_lose_hidden_marks_and_keep_everything_else() -> None:
    assert (
        clean_words(" \u202e灶台\x00 <b>脏</b> *_[ 👨‍👩‍👧 \n\n\n\n第二行 ")
        == "灶台 <b>脏</b> *_[ 👨‍👩‍👧 \n\n第二行"
    )


@pytest.mark.parametrize(
    ("text", "sentence"), [("\u202e \u200f", "words_empty"), ("长" * 10_000, "words_too_long")]
)
def test_words_that_say_nothing_or_too_much_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        clean_words(text)
    assert refused.value.sentence == sentence
    assert len(clean_words("长" * WORDS_LIMIT)) == WORDS_LIMIT


def test_a_distance_is_in_metres() -> None:
    assert distance_m((44.9, 82.07), (44.9, 82.07)) == 0
    assert distance_m((44.90, 82.07), (44.91, 82.07)) == pytest.approx(1112, abs=2)


@pytest.mark.parametrize(
    "place", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0), (float("inf"), 0.0), (None, 82.0)]
)
def test_a_place_that_is_not_on_earth_is_refused(place: tuple[float | None, float | None]) -> None:
    with pytest.raises(Unacceptable):
        check_place(*place)


def test_the_bundle_has_the_national_shape_and_a_digest_that_anyone_can_recompute() -> None:
    what = Particulars(
        plan_id="P2026-01", plan_name="餐饮联合抽查", task_id="S1", task_name="第一批", kind="directed",
        departments=("市场监管局", "消防救援支队"), ended_on=date(2026, 5, 15), object_name="<b>甲</b>饭馆",
        credit_code="92650000MA00000000", due=date(2026, 6, 17), published_on=date(2026, 5, 20), version=1,
        matters=[Matter("食品经营", "未发现问题")],
    )  # fmt: skip
    text = bundle(what)
    assert json.loads(text)["details"] == [
        {"seqno": 1, "raninsItemName": "食品经营", "raninsCheckResName": "未发现问题"}
    ]
    assert set(json.loads(text)) == {
        "raninsPlanId", "raninsPlaneName", "raninsTaskId", "raninsTaskName", "raninsTypeName", "insAuth", "insDate",
        "details", "objectName", "creditCode", "publicityDue", "publishedOn", "version",
    }  # fmt: skip
    assert "<b>甲</b>饭馆" in text
    assert text == bundle(what)
    assert digest(text) == hashlib.sha256(text.encode()).hexdigest()
