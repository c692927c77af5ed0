"""Over many dry draws, everybody comes up as often as the announced chance says, within four sigma."""

from collections import Counter
from hashlib import sha256
from math import sqrt

from draw.double_random import TeamRow
from draw.objects import lowest_tickets
from draw.seats import Filling, seats_of
from tests.draw.builders import an_inspector

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
    draws = _DRAWS // 2
    seated: Counter[str] = Counter()
    leading: Counter[str] = Counter()
    for number in range(draws):
        filling = Filling(_key(number), people, rule, held={}, exclusions=[])
        assert filling.fill(seats) is None
        seated.update(filling.holders.values())
        leading[filling.holders["o1/market/1"]] += 1
    assert max(_sigmas(seated[one.id], 2 / 8, draws) for one in people) < 4
    assert max(_sigmas(leading[one.id], 1 / 8, draws) for one in people) < 4
