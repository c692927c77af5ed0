"""Over many dry draws, everybody comes up as often as the announced chance says, within four sigma.

The keys are fixed, so that a test which holds once holds always.
"""

from collections import Counter
from hashlib import sha256
from math import sqrt

import pytest

from draw.double_random import Exclusion, Pools, StratumPlan, TeamRow
from draw.objects import lowest_tickets
from draw.rounds import rehearse_round_zero
from draw.seats import Filling, seats_of
from tests.draw.builders import an_announcement, an_inspector, an_object

_DRAWS = 100_000


def _key(number: int) -> str:
    return sha256(f"dry {number}".encode()).hexdigest()


def _sigmas(times: int, chance: float, draws: int) -> float:
    return abs(times - draws * chance) / sqrt(draws * chance * (1 - chance))


def test_every_object_is_drawn_as_often_as_its_chance_and_two_are_independent() -> None:
    ids, quota = [f"o{number}" for number in range(12)], 3
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for number in range(_DRAWS):
        drawn = sorted(one for _, one in lowest_tickets(_key(number), ids, quota))
        alone.update(drawn)
        together.update((one, other) for place, one in enumerate(drawn) for other in drawn[place + 1 :])
    assert max(_sigmas(alone[one], quota / len(ids), _DRAWS) for one in ids) < 4
    both = quota * (quota - 1) / (len(ids) * (len(ids) - 1))
    assert len(together) == 66, "every pair comes up, not only neighbours of a list"
    assert max(_sigmas(times, both, _DRAWS) for times in together.values()) < 4


def test_two_strata_are_drawn_independently() -> None:
    first, second = [f"a{number}" for number in range(4)], [f"b{number}" for number in range(5)]
    pairs: Counter[tuple[str, str]] = Counter()
    for number in range(_DRAWS):
        key = _key(number)
        pairs[lowest_tickets(key, first, 1)[0][1], lowest_tickets(key, second, 1)[0][1]] += 1
    assert len(pairs) == 20
    assert max(_sigmas(times, 1 / 20, _DRAWS) for times in pairs.values()) < 4


def test_equally_eligible_inspectors_are_seated_equally_often() -> None:
    people = [an_inspector(f"i{number}", capacity=1) for number in range(8)]
    rule = [TeamRow("market", 2)]
    seats = seats_of("o1", "north", rule)
    draws = _DRAWS // 4
    seated: Counter[str] = Counter()
    leading: Counter[str] = Counter()
    for number in range(draws):
        filling = Filling(_key(number), people, rule, held={}, exclusions=[])
        assert filling.fill(seats) is None
        seated.update(filling.holders.values())
        leading[filling.holders["o1/market/1"]] += 1
    assert max(_sigmas(seated[one.id], 2 / 8, draws) for one in people) < 4
    assert max(_sigmas(leading[one.id], 1 / 8, draws) for one in people) < 4


@pytest.mark.parametrize("draws", [20_000, pytest.param(_DRAWS, marks=pytest.mark.faults)])
def test_whole_draws_treat_every_firm_and_every_inspector_alike_and_spread_the_load(draws: int) -> None:
    """Objects, then their seats: two of six firms, each with two of three equal people and one of four unequal ones.

    `f4` has declared a conflict with three of the firms: both drawn firms are among these in 1 of 5 draws, and else
    `f4` has the same half as everybody, so 2/5 in all; what `f4` cannot take falls to the other three alike.
    """
    firms, conflicts = [f"o{number}" for number in range(1, 7)], {"o1", "o2", "o3"}
    market, fire = [f"m{number}" for number in range(1, 4)], [f"f{number}" for number in range(1, 5)]
    pools = Pools.frozen(
        objects=[an_object(number) for number in range(1, 7)],
        inspectors=[an_inspector(one, capacity=2) for one in market]
        + [an_inspector(one, department="fire", capacity=2) for one in fire],
        exclusions=[Exclusion("f4", firm) for firm in conflicts],
    )
    rule = [TeamRow("market", 2), TeamRow("fire", 1)]
    announcement = an_announcement(pools, strata=[StratumPlan("all", {}, count=2)], team_rule=rule)
    drawn: Counter[str] = Counter()
    leading: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    seated: Counter[str] = Counter()
    for number in range(draws):
        held = rehearse_round_zero(announcement, pools, _key(number))
        drawn.update(one.id for one in held.objects)
        places = [(filled.seat.split("/"), filled.inspector) for filled in held.seats]
        load = Counter(inspector for _, inspector in places)
        assert sorted(load[one] for one in market) == [1, 1, 2], (
            "the load is spread within one, in every draw"
        )
        assert max(load[one] for one in fire) == 1
        twice.update(one for one in market if load[one] == 2)
        seated.update(one for one in fire if load[one])
        leading.update(inspector for seat, inspector in places if seat == [held.objects[0].id, "market", "1"])
        assert not any(inspector == "f4" and seat[0] in conflicts for seat, inspector in places)
    assert max(_sigmas(drawn[one], 2 / 6, draws) for one in firms) < 4
    assert max(_sigmas(twice[one], 1 / 3, draws) for one in market) < 4
    assert max(_sigmas(leading[one], 1 / 3, draws) for one in market) < 4
    assert max(_sigmas(seated[one], 8 / 15, draws) for one in fire[:3]) < 4
    assert _sigmas(seated["f4"], 2 / 5, draws) < 4
