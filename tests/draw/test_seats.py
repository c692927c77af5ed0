"""Filling seats, held against the protocol word for word and against an exact maximum flow."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import networkx as nx
import pytest

from draw.double_random import (
    DistrictRule,
    Exclusion,
    InspectorCandidate,
    Pools,
    Shortage,
    StratumPlan,
    TeamRow,
    run_round_zero,
    shortage_of,
)
from draw.seats import Filling, Seat, seats_of
from tests.draw.builders import INPUTS, a_random_case, a_secret, an_announcement, an_inspector, an_object
from tests.draw.plain_seats import PlainFilling

_KEY = "5eed"


def _a_tight_case(seed: int) -> tuple[list[InspectorCandidate], list[TeamRow], list[Seat], list[Exclusion]]:
    """One department, about as many places as seats, and many who may not go where."""
    dice = Random(seed)
    districts = "nsw"[: dice.randint(1, 3)]
    rule = [TeamRow("market", 2, district=dice.choice(list(DistrictRule)))]
    seats = [
        seat for n in range(dice.randint(5, 9)) for seat in seats_of(f"o{n}", dice.choice(districts), rule)
    ]
    places = len(seats) + dice.randint(0, 2)
    people: list[InspectorCandidate] = []
    while places > 0:
        capacity = min(places, dice.randint(1, 3))
        places -= capacity
        name, home, leads = f"i{len(people)}", dice.choice(districts), dice.random() < 0.7
        people.append(an_inspector(name, district=home, capacity=capacity, may_lead=leads))
    barred = [
        Exclusion(dice.choice(people).id, dice.choice(seats).object)
        for _ in range(dice.randint(0, 3 * len(people)))
    ]
    return people, rule, seats, barred


def _most_seats(
    people: Sequence[InspectorCandidate], seats: Sequence[Seat], barred: Sequence[Exclusion]
) -> int:
    """The largest number of seats that can be filled at all, by maximum flow."""
    graph: nx.DiGraph[object] = nx.DiGraph()
    for seat in seats:
        graph.add_edge("start", seat.id, capacity=1)
        for one in people:
            same = one.district == seat.district
            fits_rule = seat.row.district is DistrictRule.ANY or same is (
                seat.row.district is DistrictRule.SAME
            )
            if (
                fits_rule
                and (one.may_lead or not seat.leads)
                and Exclusion(one.id, seat.object) not in barred
            ):
                graph.add_edge(seat.id, (seat.object, one.id), capacity=1)
                graph.add_edge((seat.object, one.id), one.id, capacity=1)
                graph.add_edge(one.id, "end", capacity=one.capacity)
    return int(nx.maximum_flow_value(graph, "start", "end")) if "end" in graph else 0


def test_never_fewer_seats_are_filled_than_an_exact_maximum_flow_fills() -> None:
    full = searched = 0
    for seed in range(500):
        people, rule, seats, barred = _a_tight_case(seed)
        filling = Filling(_KEY, people, rule, held={}, exclusions=barred)
        in_vain = [
            reached for seat in filling.in_order(seats) if (reached := filling.place(seat)) is not None
        ]
        assert len(filling.holders) == _most_seats(people, seats, barred), f"seed {seed}"
        assert len(filling.holders) + len(in_vain) == len(seats)
        plain = PlainFilling(
            _KEY, people, rule, {seat.object: seat.district for seat in seats}, held={}, exclusions=barred
        )
        for seat_id in plain.in_order(seat.id for seat in seats):
            plain.place(seat_id)
        assert filling.holders == plain.filled, f"seed {seed}"
        full += not in_vain
        searched += bool(plain.steps)
    assert full >= 100, "too few cases can be filled for the comparison to mean much"
    assert searched >= 50, "too few cases need a search for the comparison to mean much"


def test_the_seats_named_compete_for_too_few_people_and_no_smaller_set_does() -> None:
    told = 0
    for seed in range(500):
        people, rule, seats, barred = _a_tight_case(seed)
        filling = Filling(_KEY, people, rule, held={}, exclusions=barred)
        reached = filling.fill(seats)
        if reached is None:
            continue
        told += 1
        named = [seat for seat in seats if seat.id in reached]
        assert _most_seats(people, named, barred) == len(named) - 1, f"seed {seed}"
        for spared in named:
            rest = [seat for seat in named if seat is not spared]
            assert _most_seats(people, rest, barred) == len(rest), f"seed {seed}"
    assert told >= 50


def test_no_team_has_anyone_twice_and_nobody_more_than_the_capacity() -> None:
    drawn = 0
    for seed in range(300):
        case = a_random_case(seed)
        held = case.drawn().rounds[0]
        if held.infeasible is not None:
            continue
        drawn += 1
        people = {one.id: one for one in case.pools.inspectors}
        due = sum(row.seats for row in case.announcement.team_rule) * len(held.objects)
        assert len({filled.seat for filled in held.seats}) == due
        in_team = Counter((filled.seat.split("/")[0], filled.inspector) for filled in held.seats)
        assert set(in_team.values()) == {1}
        for inspector, seats in Counter(filled.inspector for filled in held.seats).items():
            assert people[inspector].load + seats <= people[inspector].capacity
        for filled in held.seats:
            assert people[filled.inspector].department == filled.seat.split("/")[1]
            assert Exclusion(filled.inspector, filled.seat.split("/")[0]) not in case.pools.exclusions
    assert drawn >= 40


def test_load_is_spread_within_one_where_the_rules_allow_it() -> None:
    people = [an_inspector(f"i{n}", capacity=9) for n in range(7)]
    rule = [TeamRow("market", 2)]
    seats = [seat for n in range(16) for seat in seats_of(f"o{n}", "north", rule)]
    filling = Filling(_KEY, people, rule, held={}, exclusions=[])
    assert filling.fill(seats) is None
    loads = Counter(filling.holders.values()).values()
    assert max(loads) - min(loads) <= 1


def _shortage(team_rule: Sequence[TeamRow], inspectors: Sequence[InspectorCandidate]) -> Shortage | None:
    pools = Pools.frozen(objects=[an_object(1)], inspectors=inspectors)
    announcement = an_announcement(pools, strata=[StratumPlan("all", {}, count=1)], team_rule=team_rule)
    return shortage_of(run_round_zero(announcement, pools, a_secret(), INPUTS))


@pytest.mark.parametrize(
    ("row", "people", "seats"),
    [
        (TeamRow("fire", 2), [an_inspector("f1", department="fire")], 2),
        (TeamRow("fire", 2, ("pressure",)), [an_inspector(f"f{n}", department="fire") for n in range(3)], 1),
        (TeamRow("fire", 1, (), DistrictRule.OTHER), [an_inspector("f1", department="fire")], 1),
        (TeamRow("fire", 1), [an_inspector("f1", department="fire", capacity=3, load=3)], 1),
    ],
)
def test_an_infeasible_draw_names_department_qualifications_and_seats(
    row: TeamRow, people: list[InspectorCandidate], seats: int
) -> None:
    market = [an_inspector("m1"), an_inspector("m2")]
    shortage = _shortage([TeamRow("market"), row], [*market, *people])
    assert shortage is not None
    assert (shortage.department, shortage.qualifications, shortage.district) == (
        "fire",
        row.qualifications,
        row.district,
    )
    assert len(shortage.seats) == seats
    assert all(seat.startswith("o1/fire/") for seat in shortage.seats)
    assert "fire" in shortage.sentence
    assert all(word in shortage.sentence for word in (*row.qualifications, *shortage.seats))


def test_a_team_without_anyone_who_may_lead_is_infeasible() -> None:
    shortage = _shortage([TeamRow("market")], [an_inspector(f"m{n}", may_lead=False) for n in range(5)])
    assert shortage is not None
    assert shortage.seats == ("o1/market/1",)


def test_a_department_that_can_be_staffed_is_no_shortage() -> None:
    assert _shortage([TeamRow("market")], [an_inspector("m1"), an_inspector("m2")]) is None
