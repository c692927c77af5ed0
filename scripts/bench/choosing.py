"""Choosing objects, beside the bare loop that hashes the same ids: no draw by hash can be quicker than that."""

import sys
from collections.abc import Iterator
from hashlib import sha256

from draw.objects import lowest_tickets
from scripts.bench.alone import alone, tell
from scripts.bench.measure import Measure

_KEY = sha256(b"bench").hexdigest()
_STRATA = 4
_SHARE = 20


def measure_choosing() -> Iterator[Measure]:
    for number in (100_000, 1_000_000):
        ours, bare = alone(__name__, "ours", number), alone(__name__, "bare", number)
        what = f"drawing 5 % of {number:,} objects in 4 strata"
        yield Measure(what, ours.seconds, bare.seconds, "bare hash loop", at_most=2)
        yield Measure(f"{what}: peak memory", ours.peak, bare.peak, "bare hash loop", unit="MB", at_most=1.5)


def _choose(strata: list[list[str]]) -> None:
    for stratum in strata:
        lowest_tickets(_KEY, stratum, len(stratum) // _SHARE)


def _hash_all(strata: list[list[str]]) -> None:
    for stratum in strata:
        for one in stratum:
            sha256(f"{_KEY}:object:{one}".encode()).hexdigest()


def _ids(number: int) -> list[list[str]]:
    return [[f"B{one:07d}" for one in range(start, number, _STRATA)] for start in range(_STRATA)]


if __name__ == "__main__":
    _ours, _number = sys.argv[1] == "ours", int(sys.argv[2])
    _given = _ids(_number)
    tell(lambda: _choose(_given) if _ours else _hash_all(_given), times=3)
