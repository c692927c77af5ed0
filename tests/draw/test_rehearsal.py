"""The rehearsal: sizes, chances and tight spots of a draw, under keys that nobody will use."""

from fractions import Fraction
from hashlib import sha256

import pytest

from draw.double_random import (
    DistrictRule,
    Exclusion,
    InspectorCandidate,
    Pools,
    Rehearsal,
    StratumPlan,
    TeamRow,
    rehearse,
    run_round_zero,
)
from draw.refusals import PoolsChanged
from draw.rounds import rehearse_round_zero
from tests.draw.builders import (
    INPUTS,
    a_random_case,
    a_secret,
    an_announcement,
    an_inspector,
    an_object,
    some_pools,
)

RUNS = 20


def _pools(
    *inspectors: InspectorCandidate, objects: int = 4, exclusions: tuple[Exclusion, ...] = ()
) -> Pools:
    return Pools.frozen(
        objects=[
            an_object(number, credit_class="A" if number < 4 else "B") for number in range(1, objects + 1)
        ],
        inspectors=inspectors,
        exclusions=exclusions,
    )


def _rehearsed(pools: Pools, *rows: TeamRow, count: int = 2, runs: int = RUNS) -> Rehearsal:
    strata = [StratumPlan("all", {}, count=count)]
    return rehearse(an_announcement(pools, strata=strata, team_rule=rows), pools, runs)


@pytest.mark.parametrize("seed", range(8))
def test_the_same_announcement_gives_the_same_report(seed: int) -> None:
    case = a_random_case(seed)
    again = a_random_case(seed)
    assert rehearse(case.announcement, case.pools, RUNS) == rehearse(again.announcement, again.pools, RUNS)


def test_another_announcement_is_rehearsed_under_other_keys() -> None:
    pools = some_pools()
    reports = {
        rehearse(an_announcement(pools, draw=draw), pools, RUNS).departments[0].shares
        for draw in ("d1", "d2", "d3", "d4")
    }
    assert len(reports) > 1


def test_strata_show_their_sizes_chances_and_reserves() -> None:
    pools = _pools(*(an_inspector(f"m{number}", capacity=4) for number in range(4)), objects=10)
    strata = [StratumPlan("A", {"class": ("A",)}, count=3), StratumPlan("B", {"class": ("B",)}, ratio="0.25")]
    report = rehearse(an_announcement(pools, strata=strata, team_rule=[TeamRow("market")]), pools, RUNS)
    assert [(one.name, one.size, one.quota, one.chance, one.reserves) for one in report.strata] == [
        ("A", 3, 3, Fraction(1), 0),
        ("B", 7, 2, Fraction(2, 7), 5),
    ]
    assert (report.runs, report.infeasible, report.shortages) == (RUNS, 0, ())


def test_a_department_shows_its_seats_people_places_and_use() -> None:
    pools = _pools(
        an_inspector("m1", capacity=3, load=1),
        an_inspector("m2", capacity=4),
        an_inspector("m3", capacity=2, load=2),  # no place left
        an_inspector("m4"),
        an_inspector("f1", department="fire", capacity=2),
        an_inspector("f2", department="fire", capacity=2),
        exclusions=(Exclusion("m4"), Exclusion("m2", "o1")),
    )
    market, fire = _rehearsed(pools, TeamRow("market", 1), TeamRow("fire", 2)).departments
    assert (market.department, market.seats, market.people, market.places) == ("market", 2, 2, 6)
    assert (fire.department, fire.seats, fire.people, fire.places) == ("fire", 4, 2, 4)
    assert (market.use, fire.use) == (Fraction(1, 3), Fraction(1))
    assert {person for person, _ in market.shares} == {"m1", "m2"}
    assert (market.short, fire.short) == (0, 0)


@pytest.mark.parametrize("seed", range(12))
def test_the_seats_held_sum_to_the_people_and_to_the_seats(seed: int) -> None:
    case = a_random_case(seed)
    report = rehearse(case.announcement, case.pools, RUNS)
    assert sum(one.short for one in report.departments) == report.infeasible
    assert len(report.shortages) <= len(report.departments)
    for one in report.departments:
        if report.infeasible == report.runs:
            assert one.seats_held == ()
            assert {share for _, share in one.shares} <= {Fraction(0)}
            continue
        assert sum(number for _, number in one.seats_held) == one.people
        assert sum(seats * number for seats, number in one.seats_held) == one.seats
        idle = sum(number for seats, number in one.seats_held if seats == 0)
        assert sum(share for _, share in one.shares) == one.people - idle
        assert one.shares == tuple(sorted(one.shares, key=lambda share: (-share[1], share[0])))
        assert len(one.shares) == one.people


def test_places_that_lack_are_a_use_above_one_and_the_shortage_is_named() -> None:
    pools = _pools(
        an_inspector("m1", capacity=1),
        an_inspector("m2", capacity=1),
        an_inspector("m3", capacity=1),
        *(an_inspector(f"f{number}", department="fire", capacity=4) for number in range(4)),
    )
    report = _rehearsed(pools, TeamRow("market", 2), TeamRow("fire", 2))
    market, fire = report.departments
    assert (market.use, fire.use) == (Fraction(4, 3), Fraction(1, 4))
    assert report.infeasible == market.short == RUNS
    assert fire.short == 0
    [shortage] = report.shortages
    assert shortage.department == "market"
    assert "market has too few inspectors" in shortage.sentence
    assert (market.seats_held, fire.seats_held) == ((), ())
    assert {share for _, share in market.shares} == {Fraction(0)}


def test_a_department_where_nobody_has_a_place_left_is_used_by_all_that_it_is_asked() -> None:
    pools = _pools(an_inspector("m1", capacity=1, load=1))
    [market] = _rehearsed(pools, TeamRow("market", 1)).departments
    assert (market.people, market.places, market.use, market.short) == (0, 0, Fraction(2), RUNS)


def test_a_tight_spot_that_depends_on_the_objects_is_met_in_some_runs_only() -> None:
    """One of four objects lies where nobody of the other districts may go."""
    pools = Pools.frozen(
        objects=[an_object(1, district="south"), *(an_object(number) for number in (2, 3, 4))],
        inspectors=[an_inspector(f"m{number}", capacity=9) for number in range(4)],
    )
    rule = TeamRow("market", 1, district=DistrictRule.SAME)
    report = _rehearsed(pools, rule, count=1, runs=100)
    assert 5 < report.infeasible < 60
    assert report.departments[0].use == Fraction(1, 36)
    assert [(one.department, one.district, one.seats) for one in report.shortages] == [
        ("market", "same", ("o1/market/1",))
    ]
    assert sum(number for _, number in report.departments[0].seats_held) == 4


def test_nothing_of_a_rehearsal_is_of_the_real_draw() -> None:
    pools = some_pools()
    announcement = an_announcement(pools)
    drawn = run_round_zero(announcement, pools, a_secret(), INPUTS).rounds[0]
    keys = [
        sha256(f"rehearsal\n{announcement.digest}\n{number}".encode()).hexdigest() for number in range(RUNS)
    ]
    assert drawn.key not in keys
    dry = [rehearse_round_zero(announcement, pools, key) for key in keys]
    assert {one.link for one in dry} == {""}
    tickets = {ticket.ticket for one in dry for ticket in one.objects}
    assert tickets.isdisjoint(ticket.ticket for ticket in drawn.objects)
    told = repr(rehearse(announcement, pools, RUNS))
    for secret in (a_secret().hex(), drawn.key, drawn.link, announcement.anchor):
        assert secret not in told


def test_the_keys_of_a_rehearsal_are_those_that_its_announcement_gives_to_anybody() -> None:
    pools = some_pools()
    announcement = an_announcement(pools)
    seated: dict[str, int] = {}
    for number in range(RUNS):
        key = sha256(f"rehearsal\n{announcement.digest}\n{number}".encode()).hexdigest()
        for one in {seat.inspector for seat in rehearse_round_zero(announcement, pools, key).seats}:
            seated[one] = seated.get(one, 0) + 1
    report = rehearse(announcement, pools, RUNS)
    shares = {person: share for one in report.departments for person, share in one.shares}
    assert shares == {person: Fraction(seated.get(person, 0), RUNS) for person in shares}


def test_other_pools_than_those_announced_are_not_rehearsed() -> None:
    announcement = an_announcement(some_pools())
    with pytest.raises(PoolsChanged):
        rehearse(announcement, _pools(an_inspector("m1"), an_inspector("f1", department="fire")), RUNS)
