"""Choosing objects, beside the bare loop that hashes the same ids: no draw by hash can be quicker than that."""

from collections.abc import Iterator
from hashlib import sha256

from draw.objects import lowest_tickets
from scripts.bench.measure import Measure, best_of

_KEY = sha256(b"bench").hexdigest()
_STRATA = 4
_SHARE = 20


def measure_choosing() -> Iterator[Measure]:
    for number in (100_000, 1_000_000):
        strata = [[f"B{one:07d}" for one in range(start, number, _STRATA)] for start in range(_STRATA)]
        ids = [one for stratum in strata for one in stratum]

        def choose(strata: list[list[str]] = strata) -> None:
            for stratum in strata:
                lowest_tickets(_KEY, stratum, len(stratum) // _SHARE)

        def hash_all(ids: list[str] = ids) -> None:
            for one in ids:
                sha256(f"{_KEY}:object:{one}".encode()).hexdigest()

        ours, bare = best_of(3, choose), best_of(3, hash_all)
        yield Measure(
            f"drawing 5 % of {number:,} objects in 4 strata", ours, bare, "bare hash loop", at_most=2
        )
