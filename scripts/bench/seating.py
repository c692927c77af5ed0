"""Filling seats, beside the hashes alone that their tickets need; and recomputing the draw, beside drawing it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from draw.double_random import (
    InspectorCandidate,
    ObjectCandidate,
    Pools,
    PublicInput,
    Source,
    StratumPlan,
    TeamRow,
    announce,
    run_round_zero,
    shortage_of,
)
from draw.verify import verify
from scripts.bench.measure import Measure, best_of

_DEPARTMENTS = ("market", "fire", "health")
_TEAMS, _INSPECTORS, _SEATS_EACH = 5_000, 20_000, 2
_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_SECRET = sha256(b"bench").digest()
_INPUTS = [PublicInput("witness", "4711")]


def measure_seating() -> Iterator[Measure]:
    pools = _pools()
    announcement = announce(
        draw="D1",
        scheme="S1",
        lead=_DEPARTMENTS[0],
        announced_at=_AT,
        pools=pools,
        strata=[StratumPlan("all", {}, count=_TEAMS)],
        team_rule=[TeamRow(department, _SEATS_EACH) for department in _DEPARTMENTS],
        sources=[Source("witness", _AT)],
        rounds=10,
        secret=_SECRET,
    )
    transcript = run_round_zero(announcement, pools, _SECRET, _INPUTS)
    assert shortage_of(transcript) is None
    assert len(transcript.rounds[0].seats) == _TEAMS * _SEATS_EACH * len(_DEPARTMENTS)
    drawing = best_of(2, lambda: run_round_zero(announcement, pools, _SECRET, _INPUTS))
    bare = best_of(2, _hash_alone)
    files = pools.files()
    recomputing = best_of(2, lambda: verify(transcript.to_bytes(), files))
    assert verify(transcript.to_bytes(), files) is None
    yield Measure(
        f"seating {_TEAMS:,} teams of 6 from {_INSPECTORS:,} inspectors", drawing, bare, "bare hashes"
    )
    yield Measure("the same, beside the ten seconds it may take", drawing, 10.0, "allowed", at_most=1)
    yield Measure("recomputing that draw with the verifier", recomputing, drawing, "drawing it")


def _pools() -> Pools:
    return Pools.frozen(
        objects=[ObjectCandidate(f"B{one:06d}", "B", "north", "shop", {}) for one in range(_TEAMS)],
        inspectors=[
            InspectorCandidate(f"I{one:06d}", _DEPARTMENTS[one % 3], "north", (), 3, 0, may_lead=True)
            for one in range(_INSPECTORS)
        ],
    )


def _hash_alone() -> None:
    """One ticket for each object, inspector and seat."""
    for one in range(_TEAMS + _INSPECTORS + _TEAMS * _SEATS_EACH * len(_DEPARTMENTS)):
        sha256(f"{_AT}:inspector:{one}:0".encode()).hexdigest()
