"""The watch over redraws: fair years stay under the stated rate of false alarms, steered ones are found."""

import random
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.diligence import read_diligence
from actions.leave import file_leave_request
from actions.naming import VisitTakenIn, name_officer, take_in
from actions.statistics import read_statistics
from actions.steering import read_watch, replacements_in
from inspection.leave import Ground
from inspection.naming import Origin
from inspection.statistics import Wanted
from inspection.steering import (
    FALSE_ALARMS,
    About,
    Replacement,
    Share,
    Watch,
    replacement_tail,
    share_tail,
    shares_of,
    watch,
)
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, a_story
from tests.stores import on_both

OFFICERS, SEATS, YEARS = 24, 480, 160


def _a_year(dice: random.Random, *, leaver: int | None = None, favourite: int | None = None) -> Watch:
    """Seats dealt evenly, one in ten of them left by chance, each refilled from a pool by chance. `leaver` leaves
    more than half; the `favourite` comes in at every fourth redraw."""
    left, seats, came = Counter[str](), Counter[str](), Counter[str]()
    chances: dict[str, list[float]] = {str(officer): [] for officer in range(OFFICERS)}
    for seat in range(SEATS):
        officer = seat % OFFICERS
        seats[str(officer)] += 1
        if dice.random() >= (0.6 if officer == leaver else 0.1):
            continue
        left[str(officer)] += 1
        could = [one for one in range(OFFICERS) if one != officer]
        is_steered = favourite is not None and favourite != officer and dice.random() < 0.25
        came[str(favourite if is_steered else dice.choice(could))] += 1
        for one in could:
            chances[str(one)].append(1 / len(could))
    shares = shares_of(About.OFFICER, left, seats, of_left=sum(left.values()), of_seats=sum(seats.values()))
    replacements = [Replacement(one, came[one], tuple(held)) for one, held in chances.items()]
    return watch(shares, replacements, tests=2 * OFFICERS)


def test_fair_years_stay_under_the_stated_rate() -> None:
    alarms = sum(bool(_a_year(random.Random(seed)).noticed) for seed in range(YEARS))
    allowed = YEARS * float(FALSE_ALARMS)
    assert alarms <= allowed + 2 * (allowed * (1 - float(FALSE_ALARMS))) ** 0.5


@pytest.mark.parametrize("seed", range(5))
def test_a_steered_year_is_found_and_names_who_it_is_about(seed: int) -> None:
    leaving = _a_year(random.Random(seed), leaver=7)
    assert [(one.about, one.key) for one in leaving.noticed] == [(About.OFFICER, "7")]
    (found,) = leaving.noticed
    assert found.observed > found.expected * 1.5
    assert found.chance <= FALSE_ALARMS
    coming = _a_year(random.Random(seed), favourite=3)
    assert [(one.about, one.key) for one in coming.noticed] == [(About.REPLACEMENT, "3")]


@given(left=st.integers(0, 8), seats=st.integers(1, 12), others=st.integers(0, 8), more=st.integers(0, 12))
def test_the_share_of_a_tail_is_exact(left: int, seats: int, others: int, more: int) -> None:
    """Against every way in which seats can be left, counted by Pascal's triangle in whole numbers."""
    left, others = min(left, seats), min(others, more)
    share = Share(About.OFFICER, "x", left, seats, left + others, seats + more)
    right = 1.0 if left == 0 or more == 0 else float(_by_counting(left, seats, left + others, more))
    assert share_tail(share) == pytest.approx(right, rel=1e-9)


def _by_counting(left: int, seats: int, whole: int, more: int) -> Fraction:
    ways = sum(_choose(seats, one) * _choose(more, whole - one) for one in range(left, min(seats, whole) + 1))
    return Fraction(ways, _choose(seats + more, whole))


def _choose(whole: int, part: int) -> int:
    if part < 0 or part > whole:
        return 0
    row = [1]
    for _ in range(whole):
        row = [1, *(a + b for a, b in pairwise(row)), 1]
    return row[part]


@given(chances=st.lists(st.floats(0, 1), max_size=9), times=st.integers(0, 9))
def test_the_tail_of_redraws_is_exact(chances: list[float], times: int) -> None:
    """Against every way in which they can fall; what is no more than expected is never unusual."""
    times = min(times, len(chances))
    tail = 0.0
    for outcome in range(2 ** len(chances)):
        hits = [bool(outcome >> place & 1) for place in range(len(chances))]
        if sum(hits) >= times:
            chance = 1.0
            for hit, one in zip(hits, chances, strict=True):
                chance *= one if hit else 1 - one
            tail += chance
    found = replacement_tail(Replacement("x", times, tuple(chances)))
    assert found == pytest.approx(1.0 if times <= sum(chances) else tail, abs=1e-9)


def test_more_things_looked_at_ask_for_more() -> None:
    share = Share(About.OFFICER, "x", 6, 10, 20, 200)
    assert watch([share], []).noticed != ()
    assert watch([share], [], tests=100_000).noticed == ()


# --- From the store ---------------------------------------------------------------------------------------------------


@on_both
def test_the_chances_of_a_redraw_are_those_of_its_pool(store: Store) -> None:
    """Six officers in a department, two of them seated: with one gone, four could come, each with the same chance."""
    story = a_drawn_story(store, officers=6)
    (inspection,) = story.inspections()
    left = story.held_by(f"{inspection}/fire/1")
    story.do(file_leave_request, left.id, Ground.SPOUSE, "", by=left.person_id)
    came = story.held_by(f"{inspection}/fire/1").person_id
    with store.reading() as records:
        found = {one.key: one for one in replacements_in(records, None)}
        watched = read_watch(records, Wanted(), by=records.get(Person, "HD-market"))
    stayed = story.held_by(f"{inspection}/fire/2").person_id
    could = {f"fire-{number}" for number in range(1, 7)} - {left.person_id, stayed}
    assert set(found) == could
    assert {one.chances for one in found.values()} == {(0.25,)}
    assert [key for key, one in found.items() if one.times] == [came]
    assert watched.watch.noticed == ()
    assert watched.watch.tests == len({one.person_id for one in story.rows(Assignment)}) + 1 + 1 + 2 + len(
        could
    )


@on_both
def test_teams_that_were_not_drawn_here_are_counted_but_not_watched(store: Store) -> None:
    """Who took a seat that a named officer left was named too: no redraw, and no chance to compare with."""
    story = a_story(store)
    team = {"market/1": "market-1", "market/2": "market-2", "fire/1": "fire-1", "fire/2": "fire-2"}
    with store.transaction("test") as records:
        operator = records.get(Person, "OP")
        visit = [VisitTakenIn("B1", team)]
        take_in(
            records,
            "S1",
            visit,
            origin=Origin.NAMED,
            reason="群众举报",
            chosen_at=story.at,
            by=operator,
            at=story.at,
        )
    story.do(file_leave_request, "S1.B1/market/2/1", Ground.SPOUSE, "", by="market-2")
    story.do(name_officer, "S1.B1/market/2", "market-3", by="HD-market")
    with store.reading() as records:
        watched = read_watch(records, Wanted(), by=records.get(Person, "HD-market")).watch
        found = read_statistics(records, Wanted(), by=records.get(Person, "HD-market"))
        served = read_diligence(
            records,
            "market-3",
            date(2026, 1, 1),
            date(2026, 12, 31),
            by=records.get(Person, "market-3"),
            at=story.at,
        ).served
    assert (watched.tests, watched.noticed) == (0, ())
    assert (found.whole.objects, found.schemes, found.redraw_rounds) == (1, 1, 0)
    assert (found.seats.asked, found.seats.recused, found.seats.redrawn) == (5, 1, 0)
    assert [one.is_drawn for one in served] == [False]


def test_the_fewest_seats_come_first_and_only_tickets_decide_among_them(store_of_two: Story) -> None:
    """Who already holds a seat of the draw is no candidate while somebody holds none."""
    story = store_of_two
    (draw,) = story.rows(DrawRecord)
    assert draw.transcript is not None
    first, second = story.inspections()
    left = story.held_by(f"{first}/fire/1")
    story.do(file_leave_request, left.id, Ground.SPOUSE, "", by=left.person_id)
    with story.store.reading() as records:
        found = {one.key for one in replacements_in(records, None)}
    holding = {one.person_id for one in story.live(second)} | {one.person_id for one in story.live(first)}
    spare = {f"fire-{number}" for number in range(1, 7)} - holding - {left.person_id}
    came = story.held_by(f"{first}/fire/1").person_id
    assert found == spare | {came}


@pytest.fixture
def store_of_two(store: Store) -> Story:
    story: Story = a_drawn_story(store, officers=6, objects=2, count=2)
    return story
