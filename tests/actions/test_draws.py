"""The draw as a deed: frozen pools, who is left out, what everybody is told, and what is refused."""

import json
from datetime import date, timedelta

import pytest

from actions.ceremony import give_number
from actions.draws import announce_draw, run_draw
from actions.pools import pool_files
from draw.double_random import read_announcement, read_transcript, shortage_of
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotFound, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import AssignmentState, InspectionState, SchemeState, TeamState
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord, Inspection, Seat, Team
from storage.tables.registers import Absence, DeclaredInterest, Inspector, Person, RegisteredObject, Scheme
from tests.actions.story import SECRET, a_drawn_story, a_story, changing
from tests.builders import NOW, a_person, a_scheme, an_inspector, an_object
from tests.stores import on_both_the_first


def test_a_draw_opens_an_inspection_with_a_full_team_for_each_object(store: Store) -> None:
    story = a_drawn_story(store, objects=5, count=2)
    assert story.row(Scheme, "S1").state is SchemeState.DRAWN
    inspections: list[Inspection] = story.rows(Inspection)
    assert len(inspections) == 2
    for one in inspections:
        assert one.id == f"S1.{one.object_id}"
        assert one.state is InspectionState.ASSEMBLING
        assert story.row(Team, one.id).state is TeamState.ASSEMBLING
        assert {seat.id for seat in story.rows(Seat, inspection_id=one.id)} == {
            f"{one.id}/{department}/{number}" for department in ("market", "fire") for number in (1, 2)
        }
        assert [seat.id for seat in story.rows(Seat, inspection_id=one.id, is_lead=True)] == [
            f"{one.id}/market/1"
        ]
        assert len(story.live(one.id)) == 4


def test_everybody_drawn_is_asked_once_with_a_reminder_and_an_end(store: Store) -> None:
    story = a_drawn_story(store)
    for one in story.assignments():
        assert one.id == f"{one.seat_id}/1"
        assert one.state is AssignmentState.NOTIFIED
        assert one.answer_by == NOW + timedelta(hours=24)
        assert story.told(one.person_id) == ["assignment_drawn"]
        # Half of the time is 22:00: the office opens again when the time is over, so it is said before 19:30.
        assert [(work.kind, work.due_at - NOW) for work in story.works(one.id)] == [
            ("remind", timedelta(hours=9)),
            ("lapse", timedelta(hours=24)),
        ]
        assert story.verbs(one.id) == ["assignment.draw", "assignment.notify"]


def test_an_officer_sits_for_the_own_department_only(store: Store) -> None:
    story = a_drawn_story(store, objects=5, count=4)
    assert all(one.person_id.startswith(one.seat_id.split("/")[1]) for one in story.assignments())


def test_what_changes_in_the_registers_after_the_announcement_changes_no_draw(store: Store) -> None:
    story = a_story(store, officers=2, objects=1)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    with changing(store) as records:
        records.add(a_person("market-9", roles=(Role.OFFICER,)), an_object("B9"))
        records.add(an_inspector("market-9"))
        records.get(Inspector, "market-1").is_active = False
    story.run("S1", number="1")
    assert story.inspections() == ["S1.B1"]
    assert {one.person_id for one in story.assignments()} == {"market-1", "market-2", "fire-1", "fire-2"}


def test_the_announcement_shows_the_anchor_and_never_the_secret(store: Store) -> None:
    story = a_story(store)
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    [draw] = story.rows(DrawRecord)
    assert read_announcement(draw.announcement.encode()) == announcement
    assert SECRET.hex() not in draw.announcement
    assert draw.transcript is None
    assert announcement.pools["objects.jsonl"].size == 3
    assert announcement.pools["inspectors.jsonl"].size == 8


def test_objects_that_have_closed_or_had_their_visits_are_left_out_and_counted(store: Store) -> None:
    story = a_story(store, objects=4)
    with changing(store) as records:
        records.get(RegisteredObject, "B1").status = "closed"
        records.get(RegisteredObject, "B2").status = "moved"
        records.get(RegisteredObject, "B3").visits_this_year = 2
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert [(one.cause, one.number) for one in announcement.left_out] == [("cap", 1), ("closed", 2)]
    story.run("S1", number="1")
    assert story.inspections() == ["S1.B4"]


def test_an_object_that_no_stratum_wants_is_not_in_the_pool(store: Store) -> None:
    story = a_story(store, objects=2)
    with changing(store) as records:
        records.get(RegisteredObject, "B1").industry = "hotel"
    announcement = story.do(announce_draw, "S1", secret=SECRET, by="OP")
    assert announcement.pools["objects.jsonl"].size == 1
    assert announcement.left_out == ()


def test_a_certificate_that_ends_within_the_window_keeps_its_holder_out(store: Store) -> None:
    story = a_story(store, officers=3)
    with changing(store) as records:
        records.get(Inspector, "market-1").certificate_expires = date(2026, 12, 9)
        records.get(Inspector, "market-2").certificate_expires = date(
            2026, 12, 10
        )  # the last day itself is enough
    story.draw()
    assert {one.person_id for one in story.assignments() if "market" in one.seat_id} == {
        "market-2",
        "market-3",
    }


@pytest.mark.parametrize(
    ("first", "last", "is_away"),
    [
        (date(2026, 12, 10), date(2026, 12, 20), True),
        (date(2026, 11, 1), date(2026, 11, 26), True),
        (date(2026, 11, 27), date(2026, 11, 28), True),
        (date(2026, 12, 11), date(2026, 12, 20), False),
        (date(2026, 11, 1), date(2026, 11, 25), False),
    ],
)
def test_an_absence_that_touches_the_window_keeps_an_officer_out(
    store: Store, first: date, last: date, is_away: bool
) -> None:
    story = a_story(store, officers=3)
    with changing(store) as records:
        records.add(Absence(inspector_id="fire-1", first_day=first, last_day=last, cause="training"))
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    [draw] = story.rows(DrawRecord)
    assert draw.exclusions == ('{"inspector":"fire-1"}\n' if is_away else "")
    story.run("S1", number="1")
    seated = {one.person_id for one in story.assignments()}
    assert not is_away or "fire-1" not in seated


def test_a_declared_interest_keeps_officer_and_object_apart_without_its_reason(store: Store) -> None:
    story = a_story(store, officers=3, objects=1)
    with changing(store) as records:
        records.add(DeclaredInterest(inspector_id="fire-2", object_id="B1", relation="A2"))
    story.draw()
    assert {one.person_id for one in story.assignments() if "fire" in one.seat_id} == {"fire-1", "fire-3"}
    [draw] = story.rows(DrawRecord)
    assert draw.exclusions == '{"inspector":"fire-2","object":"B1"}\n'


def test_an_interest_in_an_object_outside_the_range_is_no_hindrance(store: Store) -> None:
    story = a_story(store)
    with changing(store) as records:
        records.get(RegisteredObject, "B1").industry = "hotel"
        records.add(DeclaredInterest(inspector_id="fire-2", object_id="B1", relation="A2"))
    story.draw()
    assert story.rows(DrawRecord)[0].exclusions == ""


def test_seats_held_in_another_scheme_count_against_an_officer(store: Store) -> None:
    story = a_drawn_story(store, officers=3)
    with changing(store) as records:
        records.add(a_scheme("S2", items=("T-market", "T-fire")))
    story.do(announce_draw, "S2", secret=SECRET, by="OP")
    pool = [json.loads(line) for line in story.row(DrawRecord, "D-S2-1").inspectors.splitlines()]
    held = {one.person_id for one in story.assignments()}
    assert {line["id"]: line["load"] for line in pool} == {
        line["id"]: int(line["id"] in held) for line in pool
    }


@on_both_the_first("who", ["RV", "HD-market", "market-1", "OP2", "OP3"])
def test_only_an_operator_of_the_lead_department_announces_and_draws(store: Store, who: str) -> None:
    story = a_story(store)
    with changing(store) as records:
        records.add(a_person("OP2", department="fire", roles=(Role.OPERATOR,)))
        records.add(a_person("OP3", department="market", roles=(Role.OPERATOR,)))
        records.get(Person, "OP3").is_active = False
    refused = story.refuses(NotYours, announce_draw, "S1", secret=SECRET, by=who)
    assert refused.sentence == "not_operator"
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    story.refuses(NotYours, run_draw, "S1", by=who)


def test_a_scheme_that_does_not_exist_reads_as_one_that_is_not_yours(store: Store) -> None:
    story = a_story(store)
    refused = story.refuses(NotFound, announce_draw, "S9", secret=SECRET, by="OP")
    assert refused.sentence == "not_operator"


def test_a_second_press_says_when_it_was_announced_and_drawn(store: Store) -> None:
    story = a_story(store)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    story.later(minutes=5)
    refused = story.refuses(AlreadyDone, announce_draw, "S1", secret=bytes(32), by="OP")
    assert refused.facts == {"what": "done_announced", "done_at": NOW}
    story.run("S1", number="1")
    drawn_at = story.at
    story.later(minutes=5)
    refused = story.refuses(AlreadyDone, run_draw, "S1", by="OP")
    assert refused.facts == {"what": "done_drawn", "done_at": drawn_at}
    refused = story.refuses(AlreadyDone, announce_draw, "S1", secret=bytes(32), by="OP")
    assert refused.facts["what"] == "done_announced"


def test_nothing_is_drawn_before_it_is_announced(store: Store) -> None:
    story = a_story(store)
    story.refuses(IllegalStep, run_draw, "S1", by="OP")


def test_a_number_that_is_missing_postpones_and_with_it_the_draw_runs(store: Store) -> None:
    story = a_story(store)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    refused = story.refuses(Incomplete, run_draw, "S1", by="OP")
    assert refused.sentence == "inputs_missing"
    assert refused.facts["sources"] == ("人大代表 人员W1",)
    story.run("S1", number="1")
    assert story.row(Scheme, "S1").state is SchemeState.DRAWN


@pytest.mark.parametrize("objects", [0, 1])
def test_a_scheme_that_cannot_be_drawn_as_it_is_stays_filed_with_the_reason(
    store: Store, objects: int
) -> None:
    story = a_story(store, objects=objects, count=2)
    refused = story.refuses(Unacceptable, announce_draw, "S1", secret=SECRET, by="OP")
    assert refused.sentence == ("draw_count_above_pool" if objects else "draw_empty_stratum")
    assert refused.facts["stratum"] == "all"


def test_a_draw_short_of_people_is_voided_in_public_and_announced_anew(store: Store) -> None:
    story = a_story(store, officers=1)
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    transcript = story.run("S1", number="1")
    shortage = shortage_of(transcript)
    assert shortage is not None
    assert shortage.department in ("market", "fire")
    first = story.row(DrawRecord, "D-S1-1")
    assert first.voided_at == NOW
    assert read_transcript(first.transcript.encode()).closing == transcript.closing
    assert transcript.closing is not None
    assert transcript.closing.state == "voided"
    assert story.row(Scheme, "S1").state is SchemeState.FILED
    assert story.rows(Inspection) == story.rows(Assignment) == []

    with changing(store) as records:
        for department in ("market", "fire"):
            records.add(a_person(f"{department}-2", department=department, roles=(Role.OFFICER,)))
            records.add(an_inspector(f"{department}-2", department=department))
    again = story.do(announce_draw, "S1", secret=bytes(32), by="OP")
    assert (again.draw, again.replaces) == ("D-S1-2", "D-S1-1")
    story.run("S1", number="1")
    assert len(story.live()) == 4
    assert story.row(DrawRecord, "D-S1-1").transcript == first.transcript


def test_where_people_lack_who_may_lead_the_shortage_says_so(store: Store) -> None:
    story = a_story(store, officers=3, objects=1)
    with changing(store) as records:
        for number in (1, 2, 3):
            records.get(Inspector, f"market-{number}").may_lead = False
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    shortage = shortage_of(story.run("S1"))
    assert shortage is not None
    assert (shortage.seats, shortage.leads) == (("B1/market/1",), True)
    assert "who may lead" in shortage.sentence
    assert "可任组长" in story.row(DrawRecord, "D-S1-1").void_reason


def test_a_lack_in_another_department_is_no_lack_of_leads(store: Store) -> None:
    """Seat 1 leads in the lead department only."""
    story = a_story(store, objects=2, count=2, officers=1, seats=1)
    with changing(store) as records:
        records.get(Inspector, "fire-1").capacity = 1
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    shortage = shortage_of(story.run("S1"))
    assert shortage is not None
    assert (shortage.department, shortage.leads) == ("fire", False)
    assert all(seat.endswith("/fire/1") for seat in shortage.seats)


def test_the_tenth_draw_of_a_scheme_with_the_longest_id_has_room(store: Store) -> None:
    story = a_story(store, officers=1)
    with changing(store) as records:
        records.add(a_scheme("SCHEME-010"))
    for number in range(1, 12):
        announcement = story.do(announce_draw, "SCHEME-010", secret=SECRET, by="OP")
        assert announcement.draw == f"D-SCHEME-010-{number}"
        story.run("SCHEME-010", number="1")


def test_the_same_number_and_secret_draw_the_same_and_another_number_something_else(store: Store) -> None:
    a_story(store, objects=9, officers=9)

    def rehearse(value: str) -> list[str]:
        """Undone, so that the next one starts from the same."""
        with store.transaction() as records:
            operator = records.get(Person, "OP")
            announce_draw(records, "S1", secret=SECRET, by=operator, at=NOW)
            give_number(records, "D-S1-1", value, by=records.get(Person, "W1"), at=NOW)
            first = run_draw(records, "S1", by=operator, at=NOW).rounds[0]
            records.session.rollback()
        return [one.id for one in first.objects] + [one.inspector for one in first.seats]

    assert rehearse("4711") == rehearse("4711")
    assert len({tuple(rehearse(str(value))) for value in range(8)}) == 8


def test_the_files_kept_are_those_announced(store: Store) -> None:
    story = a_drawn_story(store)
    [draw] = story.rows(DrawRecord)
    announced = read_announcement(draw.announcement.encode()).pools
    assert {name: len(data.splitlines()) for name, data in pool_files(draw).items()} == {
        name: seal.size for name, seal in announced.items()
    }
