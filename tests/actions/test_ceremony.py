"""The ceremony of a draw: who is invited, how each public input comes in, what waits for it, and how it is given up."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from actions.ceremony import (
    MOST_WITNESSES,
    VALUE_LIMIT,
    Entry,
    choose_witness,
    enter_public_value,
    give_number,
    name_public_value,
    number_of,
    open_invitations,
    open_second_entries,
    value_of,
)
from actions.draws import COLLECTING, REASON_LIMIT, announce_draw, run_draw, void_draw
from draw.double_random import PublicInput, read_announcement
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotFound, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import SchemeState
from notifications.messages.ceremony import MOST_DIGITS
from storage import draws, people
from storage.store import Store
from storage.tables.inspections import DrawRecord, DrawSource, Inspection, JournalLine
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person, RegisteredObject, Scheme
from tests.actions.story import SECRET, Story, a_story, changing
from tests.builders import NOW, a_person, a_witness
from tests.stores import on_both_the_first

DRAW = "D-S1-1"
LOTTERY = "双色球第2026135期"
VALUE = "01 05 09 17 22 31 + 08"


def _prepared(store: Store, *, witnesses: Sequence[str] = ("W1",), public_value: str = "") -> Story:
    """Filed, with these witnesses invited and this public value named; `OP2` is a second operator."""
    story = a_story(store)
    with changing(store) as records:
        records.add(a_person("OP2", roles=(Role.OPERATOR,)))
        records.add(*(a_witness(one, title="政协委员") for one in witnesses if one != "W1"))
        scheme = records.get(Scheme, "S1")
        scheme.witnesses, scheme.public_value = list(witnesses), public_value
    return story


def _announced(store: Store, *, witnesses: Sequence[str] = ("W1",), public_value: str = "") -> Story:
    story = _prepared(store, witnesses=witnesses, public_value=public_value)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    return story


def _witnesses(story: Story) -> list[str]:
    invited: list[str] = story.row(Scheme, "S1").witnesses
    return invited


def _source(story: Story, number: int = 1) -> DrawSource:
    source: DrawSource = story.row(DrawSource, (DRAW, number))
    return source


# --- Before the announcement -----------------------------------------------------------------------------------------


def test_witnesses_are_put_on_the_list_and_taken_off_again_in_their_order(store: Store) -> None:
    story = _prepared(store, witnesses=("W1", "W2"))
    with changing(store) as records:
        records.add(a_witness("W3"))
    story.do(choose_witness, "S1", "W3", invited=True, by="OP")
    story.do(choose_witness, "S1", "W1", invited=False, by="OP2")
    story.do(choose_witness, "S1", "W1", invited=True, by="OP")
    assert _witnesses(story) == ["W2", "W3", "W1"]
    assert story.verbs("S1:W1") == ["scheme.leave_out", "scheme.invite"]


def test_inviting_twice_says_when_it_was_done_first(store: Store) -> None:
    story = _prepared(store, witnesses=())
    with changing(store) as records:
        records.add(a_witness("W2"))
    story.do(choose_witness, "S1", "W2", invited=True, by="OP")
    story.later(minutes=7)
    refused = story.refuses(AlreadyDone, choose_witness, "S1", "W2", invited=True, by="OP2")
    assert refused.facts == {"what": "done_invited", "done_at": NOW}
    story.do(choose_witness, "S1", "W2", invited=False, by="OP")
    left_out_at = story.at
    story.later(minutes=7)
    refused = story.refuses(AlreadyDone, choose_witness, "S1", "W2", invited=False, by="OP2")
    assert refused.facts == {"what": "done_left_out", "done_at": left_out_at}


def test_only_witnesses_who_are_active_can_be_invited(store: Store) -> None:
    story = _prepared(store, witnesses=())
    with changing(store) as records:
        records.add(a_witness("W2"))
        records.get(Person, "W2").is_active = False
    for who in ("W2", "market-1", "HD-market", "OP"):
        story.refuses(NotYours, choose_witness, "S1", who, invited=True, by="OP")
    story.refuses(NotFound, choose_witness, "S1", "W9", invited=True, by="OP")


def test_no_more_witnesses_than_a_round_can_hear_are_invited(store: Store) -> None:
    story = _prepared(store, witnesses=[f"W{number}" for number in range(1, MOST_WITNESSES + 1)])
    with changing(store) as records:
        records.add(a_witness("W9"))
    refused = story.refuses(Unacceptable, choose_witness, "S1", "W9", invited=True, by="OP")
    assert (refused.sentence, refused.facts) == ("too_many_witnesses", {"limit": 8})
    story.do(choose_witness, "S1", "W4", invited=False, by="OP")
    story.do(choose_witness, "S1", "W9", invited=True, by="OP")
    assert len(_witnesses(story)) == 8


def test_the_public_value_is_named_in_one_line_and_taken_back(store: Store) -> None:
    story = _prepared(store)
    story.do(name_public_value, "S1", f" {LOTTERY}\n开奖\u202e号码 ", by="OP")
    assert story.row(Scheme, "S1").public_value == f"{LOTTERY} 开奖号码"
    story.do(name_public_value, "S1", "  ", by="OP")
    assert story.row(Scheme, "S1").public_value == ""
    named: list[JournalLine] = story.rows(JournalLine, verb="scheme.public_value")
    assert [line.details["name"] for line in named] == [f"{LOTTERY} 开奖号码", ""]


@pytest.mark.parametrize(
    ("name", "sentence"), [("x" * (VALUE_LIMIT + 1), "words_too_long"), ("\u202e", "words_empty")]
)
def test_a_name_that_cannot_be_read_or_is_too_long_is_refused(store: Store, name: str, sentence: str) -> None:
    story = _prepared(store)
    assert story.refuses(Unacceptable, name_public_value, "S1", name, by="OP").sentence == sentence


@pytest.mark.parametrize("who", ["RV", "HD-market", "W1", "fire-1"])
def test_only_an_operator_of_the_lead_department_prepares(store: Store, who: str) -> None:
    story = _prepared(store)
    story.refuses(NotYours, choose_witness, "S1", "W1", invited=False, by=who)
    story.refuses(NotYours, name_public_value, "S1", LOTTERY, by=who)


def test_after_the_announcement_nothing_of_it_can_be_changed(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"))
    story.refuses(IllegalStep, choose_witness, "S1", "W2", invited=False, by="OP")
    story.refuses(IllegalStep, name_public_value, "S1", LOTTERY, by="OP")


def test_nothing_is_announced_without_a_witness_or_a_public_value(store: Store) -> None:
    story = _prepared(store, witnesses=())
    refused = story.refuses(Incomplete, announce_draw, "S1", secret=SECRET, by="OP")
    assert refused.sentence == "source_needed"
    story.do(choose_witness, "S1", "W1", invited=True, by="OP")
    with changing(store) as records:
        records.get(Person, "W1").is_active = False
    refused = story.refuses(Incomplete, announce_draw, "S1", secret=SECRET, by="OP")
    assert refused.sentence == "source_needed"
    story.do(name_public_value, "S1", LOTTERY, by="OP")
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert [one.name for one in announcement.sources] == [LOTTERY]
    assert announcement.witnesses == ()


# --- The announcement ------------------------------------------------------------------------------------------------


def test_the_announcement_names_witnesses_and_public_value_in_the_order_of_the_scheme(store: Store) -> None:
    story = _announced(store, witnesses=("W3", "W1", "W2"), public_value=LOTTERY)
    announcement = read_announcement(story.row(DrawRecord, DRAW).announcement.encode())
    names = ["政协委员 人员W3", "人大代表 人员W1", "政协委员 人员W2"]
    assert [one.name for one in announcement.sources] == [*names, LOTTERY]
    assert list(announcement.witnesses) == names
    sources: list[DrawSource] = story.rows(DrawSource)
    assert [(one.number, one.witness_id, one.due, one.value) for one in sources] == [
        (1, "W3", NOW + COLLECTING, None),
        (2, "W1", NOW + COLLECTING, None),
        (3, "W2", NOW + COLLECTING, None),
        (4, None, NOW + COLLECTING, None),
    ]
    assert {one.due for one in announcement.sources} == {"2026-11-25T02:00:00Z"}


def test_two_witnesses_of_one_name_are_told_apart_by_their_number(store: Store) -> None:
    story = _prepared(store, witnesses=("W1", "W2", "W3"))
    with changing(store) as records:
        for one in ("W1", "W3"):
            witness = records.get(Person, one)
            witness.name, witness.title = "李明", "人大代表"
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert announcement.witnesses == ("人大代表 李明（1）", "政协委员 人员W2", "人大代表 李明（3）")
    story.do(give_number, DRAW, "7", by="W3")
    assert [one.value for one in story.rows(DrawSource)] == [None, None, "7"]


def test_every_witness_is_invited_with_the_fingerprints_and_nobody_else(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"), public_value=LOTTERY)
    announcement = read_announcement(story.row(DrawRecord, DRAW).announcement.encode())
    for one in ("W1", "W2"):
        assert story.told(one) == ["witness_invited"]
        [letter] = story.letters(one, "witness_invited")
        assert announcement.digest in letter
        assert SECRET.hex() not in letter
    assert len(story.rows(OutboxLine)) == 2
    with store.reading() as records:
        assert [
            (draw.id, source.number) for draw, source in open_invitations(records, records.get(Person, "W2"))
        ] == [(DRAW, 2)]
        assert open_invitations(records, records.get(Person, "OP")) == []


# --- A witness's number ----------------------------------------------------------------------------------------------


def test_a_number_is_given_once_and_a_second_one_hears_when(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"))
    story.do(give_number, DRAW, "416", by="W1")
    story.later(minutes=4)
    for again in ("416", "417"):
        refused = story.refuses(AlreadyDone, give_number, DRAW, again, by="W1")
        assert refused.facts == {"what": "done_given", "done_at": NOW}
    source = _source(story)
    assert (source.value, source.given_at, source.given_by) == ("416", NOW, "W1")
    assert _source(story, 2).value is None
    with store.reading() as records:
        assert open_invitations(records, records.get(Person, "W1")) == []


@pytest.mark.parametrize("who", ["W2", "OP", "market-1"])
def test_a_stranger_gives_no_number(store: Store, who: str) -> None:
    story = _announced(store, public_value=LOTTERY)
    with changing(store) as records:
        records.add(a_witness("W2"))
    story.refuses(NotYours, give_number, DRAW, "1", by=who)


def test_for_a_draw_that_does_not_exist_nobody_gives_a_number(store: Store) -> None:
    story = _announced(store)
    assert story.refuses(NotFound, give_number, "D-S9-1", "1", by="W1").sentence == "not_yours"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("４ 1、6", "416"),
        ("007", "007"),
        (" 4-1-6。\n", "416"),
        ("1,234.5", "12345"),
        ("４１６\u200b", "416"),
        ("①②", "12"),
        ("9" * MOST_DIGITS, "9" * MOST_DIGITS),
    ],
)
def test_a_number_is_read_as_plain_digits_however_it_is_typed(store: Store, typed: str, digits: str) -> None:
    assert number_of(typed) == digits
    story = _announced(store)
    story.do(give_number, DRAW, typed, by="W1")
    assert _source(story).value == digits


@on_both_the_first("typed", ["", "  ", "、", "四一六", "4a", "٤", "4+1", "½"])
def test_what_is_no_number_is_asked_for_again(store: Store, typed: str) -> None:
    story = _announced(store)
    assert story.refuses(Incomplete, give_number, DRAW, typed, by="W1").sentence == "number_needed"


def test_a_number_of_too_many_digits_is_refused(store: Store) -> None:
    story = _announced(store)
    refused = story.refuses(Unacceptable, give_number, DRAW, "1" * (MOST_DIGITS + 1), by="W1")
    assert (refused.sentence, refused.facts) == ("number_too_long", {"limit": MOST_DIGITS})


def test_the_operators_hear_of_every_number_but_read_none(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"))
    story.do(give_number, DRAW, "3141592653", by="W1")
    assert story.told("OP") == story.told("OP2") == ["draw_sources"]
    assert story.told("W2") == ["witness_invited"]
    assert story.verbs(DRAW) == ["draw.input"]
    written = [json.dumps(line.body) for line in story.rows(OutboxLine)]
    written += [json.dumps(line.details) for line in story.rows(JournalLine)]
    assert not any("3141592653" in one for one in written)


# --- The public value, by two people ---------------------------------------------------------------------------------


def test_two_people_who_enter_the_same_settle_the_public_value(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    assert story.do(enter_public_value, DRAW, VALUE, by="OP") is Entry.FIRST
    assert _source(story, 2).value is None
    story.later(minutes=2)
    assert story.do(enter_public_value, DRAW, "  ０1  05 09 17 22 31 +\n08\u200e ", by="RV") is Entry.AGREED
    source = _source(story, 2)
    assert (source.value, source.given_at, source.given_by, source.first_by) == (VALUE, story.at, "RV", "OP")
    story.later(minutes=2)
    for who in ("OP", "RV", "HD-market"):
        refused = story.refuses(AlreadyDone, enter_public_value, DRAW, "9", by=who)
        assert refused.facts == {"what": "done_given", "done_at": NOW + timedelta(minutes=2)}
    assert story.verbs(DRAW) == ["draw.first_entry", "draw.input"]


def test_the_first_entry_is_hidden_from_the_colleagues_who_are_asked_for_the_second(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    with changing(store) as records:
        records.add(
            a_person("LI", roles=(Role.LIAISON,)),
            a_person("RV-fire", department="fire", roles=(Role.REVIEWER,)),
            a_person("AD", roles=(Role.ADMIN,)),
        )
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    for who in ("OP2", "RV", "HD-market", "LI"):
        assert story.told(who) == [*(["draw_sources"] if who == "OP2" else []), "second_entry_asked"]
        assert not any(VALUE in card for card in story.letters(who, "draw_sources"))
        [letter] = story.letters(who, "second_entry_asked")
        assert LOTTERY in letter
        assert "人员OP" in letter
        assert VALUE not in letter
    for who in ("OP", "RV-fire", "HD-fire", "AD", "market-1"):
        assert story.told(who) == []
    assert not any(VALUE in json.dumps(line.details) for line in story.rows(JournalLine))
    with store.reading() as records:
        waiting = {
            one.id: [source.number for _draw, source in open_second_entries(records, one)]
            for one in people.everybody(records)
        }
    assert {who for who, found in waiting.items() if found} == {"OP2", "RV", "HD-market", "LI"}


def test_the_same_person_never_makes_both_entries(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    for value in (VALUE, "8"):
        refused = story.refuses(Unacceptable, enter_public_value, DRAW, value, by="OP")
        assert refused.sentence == "second_person_needed"


def test_two_entries_that_differ_are_both_struck_and_asked_for_anew(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    story.later(minutes=1)
    assert story.do(enter_public_value, DRAW, "01 05", by="RV") is Entry.DIFFERENT  # RV hears it in the reply
    source = _source(story, 2)
    assert (source.first_value, source.first_by, source.value, source.given_at) == ("", None, None, None)
    assert story.told("OP") == ["entries_differ"]
    assert "01 05" not in story.letters("OP", "entries_differ")[0]
    with store.reading() as records:
        assert open_second_entries(records, records.get(Person, "HD-market")) == []

    story.later(minutes=1)
    assert story.do(enter_public_value, DRAW, "01 05", by="RV") is Entry.FIRST
    assert story.told("OP") == ["entries_differ", "draw_sources", "second_entry_asked"]
    story.later(minutes=1)
    assert story.do(enter_public_value, DRAW, VALUE, by="OP") is Entry.DIFFERENT
    assert story.told("RV") == ["second_entry_asked", "entries_differ"]
    story.later(minutes=1)
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    story.do(enter_public_value, DRAW, VALUE, by="HD-market")
    assert _source(story, 2).value == VALUE
    assert story.verbs(DRAW) == [
        *["draw.first_entry", "draw.entries_differ"] * 2,
        "draw.first_entry",
        "draw.input",
    ]


@on_both_the_first("who", ["HD-fire", "OP-fire", "W1", "market-1", "OP-left"])
def test_nobody_but_the_lead_departments_own_people_enters_a_public_value(store: Store, who: str) -> None:
    story = _announced(store, public_value=LOTTERY)
    with changing(store) as records:
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
        records.add(a_person("OP-left", roles=(Role.OPERATOR,)))
        records.get(Person, "OP-left").is_active = False
    story.refuses(NotYours, enter_public_value, DRAW, VALUE, by=who)


def test_a_draw_without_a_public_value_takes_none(store: Store) -> None:
    story = _announced(store)
    story.refuses(NotYours, enter_public_value, DRAW, VALUE, by="OP")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(" \n ", "words_empty"), ("\u202e", "words_empty"), ("8" * (VALUE_LIMIT + 1), "words_too_long")],
)
def test_a_public_value_that_cannot_be_read_or_is_too_long_is_refused(
    store: Store, value: str, sentence: str
) -> None:
    story = _announced(store, public_value=LOTTERY)
    assert story.refuses(Unacceptable, enter_public_value, DRAW, value, by="OP").sentence == sentence


def test_two_ways_to_type_one_value_read_the_same() -> None:
    assert value_of("０１　05\u200f \n 09") == value_of(" 01 05 09 ") == "01 05 09"


# --- Two hands at one moment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_number_given_from_another_phone_meanwhile_stays(store: Store) -> None:
    """A second phone that had looked at the draw before must not write over what the first has given."""
    story = _announced(store)
    with store.transaction() as second:
        seen = draws.sources_of(second, DRAW)
        story.do(give_number, DRAW, "1", by="W1")
        with pytest.raises(AlreadyDone):
            give_number(second, DRAW, "2", by=second.get(Person, "W1"), at=NOW)
    assert len(seen) == 1
    assert _source(story).value == "1"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_first_entry_made_meanwhile_is_compared_and_not_written_over(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    with store.transaction() as second:
        seen = draws.sources_of(second, DRAW)
        story.do(enter_public_value, DRAW, VALUE, by="OP")
        entry = enter_public_value(second, DRAW, "8", by=second.get(Person, "RV"), at=NOW)
    assert len(seen) == 2
    assert entry is Entry.DIFFERENT


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_draw_whose_last_number_came_meanwhile_is_not_given_up(store: Store) -> None:
    story = _announced(store)
    with store.transaction() as second:
        seen = draws.sources_of(second, DRAW)
        story.do(give_number, DRAW, "1", by="W1")
        with pytest.raises(Unacceptable):
            void_draw(second, "S1", reason="看错了", by=second.get(Person, "OP"), at=NOW)
    assert len(seen) == 1
    assert story.row(DrawRecord, DRAW).voided_at is None


# --- The draw waits for all of them ----------------------------------------------------------------------------------


def test_the_draw_waits_for_every_input_and_names_those_that_are_missing(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"), public_value=LOTTERY)
    steps = [
        (("人大代表 人员W1", "政协委员 人员W2", LOTTERY), give_number, "W2", "22"),
        (("人大代表 人员W1", LOTTERY), enter_public_value, "RV", VALUE),
        (("人大代表 人员W1", LOTTERY), enter_public_value, "HD-market", VALUE),
        (("人大代表 人员W1",), give_number, "W1", "11"),
    ]
    for missing, deed, who, value in steps:
        refused = story.refuses(Incomplete, run_draw, "S1", by="OP")
        assert (refused.sentence, refused.facts) == ("inputs_missing", {"sources": missing})
        story.later(minutes=1)
        story.do(deed, DRAW, value, by=who)
    transcript = story.do(run_draw, "S1", by="OP")
    assert transcript.inputs == (
        PublicInput("人大代表 人员W1", "11"),
        PublicInput("政协委员 人员W2", "22"),
        PublicInput(LOTTERY, VALUE),
    )


def test_the_operators_hear_aloud_only_when_the_last_input_is_in(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"))
    story.do(give_number, DRAW, "1", by="W2")
    story.do(give_number, DRAW, "2", by="W1")
    lines: list[OutboxLine] = story.rows(OutboxLine, person_id="OP", kind="draw_sources")
    assert [line.body["is_fresh"] for line in lines] == [False, True]
    assert {line.slot for line in lines} == {"scheme:S1"}
    first, last = story.letters("OP", "draw_sources")
    assert ("sc:x:S1" in first, "sc:d:S1" in first) == (True, False)  # may be given up, not drawn
    assert ("sc:x:S1" in last, "sc:d:S1" in last) == (False, True)


def test_when_the_time_is_over_the_draw_stays_announced_and_whoever_is_missing_hears_so(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"), public_value=LOTTERY)
    story.do(give_number, DRAW, "1", by="W1")
    story.later(hours=23, minutes=59)
    assert story.tick() == []
    story.later(minutes=1)
    assert story.tick() == ["draw_due"]
    assert story.row(Scheme, "S1").state is SchemeState.ANNOUNCED
    assert story.told("W1") == ["witness_invited"]
    assert story.told("W2") == ["witness_invited", "witness_invited"]
    for operator in ("OP", "OP2"):
        assert story.told(operator) == ["draw_sources", "draw_postponed"]
        [letter] = story.letters(operator, "draw_postponed")
        assert "人员W2" in letter
        assert LOTTERY in letter
        assert "人员W1" not in letter
    [line] = story.rows(JournalLine, verb="draw.postpone")
    assert (line.actor, line.details) == (None, {"missing": [2, 3]})
    story.later(days=9)
    assert story.tick() == []

    story.do(give_number, DRAW, "2", by="W2")
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    story.do(enter_public_value, DRAW, VALUE, by="RV")
    story.do(run_draw, "S1", by="OP")
    assert story.row(Scheme, "S1").state is SchemeState.DRAWN


def test_another_time_for_the_inputs_is_announced_and_waited_for(store: Store) -> None:
    story = _prepared(store)
    due_at = NOW + timedelta(days=3)
    announcement = story.do(announce_draw, "S1", secret=SECRET, due_at=due_at, by="OP")
    assert [one.due for one in announcement.sources] == ["2026-11-27T02:00:00Z"]
    story.later(days=2)
    assert story.tick() == []
    story.later(days=1)
    assert story.tick() == ["draw_due"]
    assert story.told("OP") == ["draw_postponed"]


def test_nobody_hears_of_a_delay_when_all_inputs_are_in(store: Store) -> None:
    story = _announced(store)
    story.do(give_number, DRAW, "1", by="W1")
    story.later(days=2)
    assert story.tick() == ["draw_due"]
    assert story.told("OP") == ["draw_sources"]
    assert story.verbs(DRAW) == ["draw.input"]
    story.do(run_draw, "S1", by="OP")
    assert story.planned(DRAW) == []


def test_all_who_took_part_get_the_record_once(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"), public_value=LOTTERY)
    for one in ("W1", "W2"):
        story.do(give_number, DRAW, "1", by=one)
    story.do(enter_public_value, DRAW, VALUE, by="RV")
    story.do(enter_public_value, DRAW, VALUE, by="HD-market")
    transcript = story.do(run_draw, "S1", by="OP2")
    told: list[OutboxLine] = story.rows(OutboxLine, kind="draw_recorded")
    assert sorted(str(line.person_id) for line in told) == ["HD-market", "OP", "RV", "W1", "W2"]
    for line in told:
        assert transcript.digest in json.dumps(line.body)
        assert VALUE in json.dumps(line.body)
        assert SECRET.hex() not in json.dumps(line.body)
    story.refuses(AlreadyDone, run_draw, "S1", by="OP")


def test_a_drawn_draw_takes_no_further_input(store: Store) -> None:
    story = _announced(store)
    story.run()
    story.later(minutes=1)
    refused = story.refuses(AlreadyDone, give_number, DRAW, "2", by="W1")
    assert refused.facts == {"what": "done_drawn", "done_at": NOW}


# --- Given up --------------------------------------------------------------------------------------------------------


def test_a_draw_is_given_up_in_public_and_the_next_one_names_it(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"), public_value=LOTTERY)
    story.do(give_number, DRAW, "1", by="W1")
    story.do(enter_public_value, DRAW, VALUE, by="RV")
    story.later(minutes=30)
    story.do(void_draw, "S1", reason=" 名录库有误，重新核对。 ", by="OP2")
    draw = story.row(DrawRecord, DRAW)
    assert (draw.voided_at, draw.voided_by, draw.void_reason) == (story.at, "OP2", "名录库有误，重新核对。")
    assert (draw.drawn_at, draw.transcript) == (None, None)
    assert story.row(Scheme, "S1").state is SchemeState.FILED
    assert story.verbs(DRAW)[-1] == "draw.void"
    assert story.planned(DRAW) == []
    told: list[OutboxLine] = story.rows(OutboxLine, kind="draw_voided")
    assert sorted(str(line.person_id) for line in told) == ["OP", "RV", "W1", "W2"]
    assert all("名录库有误" in json.dumps(line.body, ensure_ascii=False) for line in told)
    assert story.rows(Inspection) == []

    again = story.do(announce_draw, "S1", secret=bytes(32), by="OP")
    assert (again.draw, again.replaces) == ("D-S1-2", DRAW)
    assert story.told("W2") == ["witness_invited", "draw_voided", "witness_invited"]
    story.later(days=2)
    assert story.tick() == ["draw_due"]
    story.do(give_number, "D-S1-2", "5", by="W1")
    assert story.row(DrawSource, (DRAW, 1)).value == "1"


def test_a_draw_that_is_void_takes_no_input(store: Store) -> None:
    story = _announced(store, public_value=LOTTERY)
    story.do(enter_public_value, DRAW, VALUE, by="OP")
    story.do(void_draw, "S1", reason="名录库有误", by="OP")
    story.later(minutes=1)
    for deed, who in ((give_number, "W1"), (enter_public_value, "RV")):
        refused = story.refuses(AlreadyDone, deed, DRAW, "2", by=who)
        assert refused.facts == {"what": "done_voided", "done_at": NOW}
    with store.reading() as records:
        assert open_invitations(records, records.get(Person, "W1")) == []
        assert open_second_entries(records, records.get(Person, "RV")) == []
    story.refuses(NotYours, give_number, DRAW, "2", by="market-1")


def test_from_the_last_input_on_a_draw_cannot_be_given_up(store: Store) -> None:
    story = _announced(store, witnesses=("W1", "W2"))
    story.do(give_number, DRAW, "1", by="W1")
    story.do(give_number, DRAW, "2", by="W2")
    refused = story.refuses(Unacceptable, void_draw, "S1", reason="看错了", by="OP")
    assert refused.sentence == "inputs_complete"
    story.do(run_draw, "S1", by="OP")
    assert story.refuses(AlreadyDone, void_draw, "S1", reason="看错了", by="OP").facts["what"] == "done_drawn"


@pytest.mark.parametrize(
    ("reason", "sentence"), [("  ", "words_empty"), ("长" * (REASON_LIMIT + 1), "words_too_long")]
)
def test_a_draw_is_given_up_for_a_reason_that_can_be_read(store: Store, reason: str, sentence: str) -> None:
    story = _announced(store)
    assert story.refuses(Unacceptable, void_draw, "S1", reason=reason, by="OP").sentence == sentence


def test_only_an_operator_gives_up_and_only_what_is_announced(store: Store) -> None:
    story = _prepared(store)
    story.refuses(IllegalStep, void_draw, "S1", reason="看错了", by="OP")
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    for who in ("RV", "HD-market", "W1"):
        story.refuses(NotYours, void_draw, "S1", reason="看错了", by=who)
    story.do(void_draw, "S1", reason="看错了", by="OP")
    story.refuses(IllegalStep, void_draw, "S1", reason="看错了", by="OP")


# --- Where each firm stands ------------------------------------------------------------------------------------------


def test_a_firm_finds_itself_by_the_digest_of_its_code_with_the_cause_why_it_is_left_out(
    store: Store,
) -> None:
    story = a_story(store, objects=5)
    codes = {f"B{number}": f"9165270{number}MA0000000{number}" for number in range(1, 6)}
    with changing(store) as records:
        for id, code in codes.items():
            records.get(RegisteredObject, id).credit_code = code
        records.get(RegisteredObject, "B2").status = "closed"
        records.get(RegisteredObject, "B3").visits_this_year = 2
        records.get(RegisteredObject, "B4").industry = "hotel"  # no stratum wants it: not in the range
        records.get(RegisteredObject, "B5").credit_code = ""
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    kept = story.row(DrawRecord, DRAW).codes
    digests = {id: hashlib.sha256(codes[id].encode()).hexdigest() for id in ("B1", "B2", "B3")}
    causes = {"B1": None, "B2": "closed", "B3": "cap"}
    assert [json.loads(line) for line in kept.splitlines()] == [
        {"code": digests[id], "left_out": causes[id], "object": id}
        for id in sorted(causes, key=digests.__getitem__)
    ]
    assert not any(code in kept for code in codes.values())
