"""A large draw as a whole, beside verifying it as a whole; and filling its seats alone, beside their hashes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from draw.double_random import (
    Announcement,
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
_OBJECTS = [ObjectCandidate(f"B{one:06d}", "B", "north", "shop", {}) for one in range(_TEAMS)]
_PEOPLE = [
    InspectorCandidate(f"I{one:06d}", _DEPARTMENTS[one % 3], "north", (), 3, 0, may_lead=True)
    for one in range(_INSPECTORS)
]


def measure_seating() -> Iterator[Measure]:
    pools = Pools.frozen(objects=_OBJECTS, inspectors=_PEOPLE)
    announcement = _announced(pools)
    seating = best_of(3, lambda: run_round_zero(announcement, pools, _SECRET, _INPUTS))
    bare = best_of(3, _hash_alone)
    published = _draw()
    assert _verdict(published) is None
    drawing = best_of(3, _draw)
    verifying = best_of(3, lambda: _verdict(published))
    size = f"{_TEAMS:,} teams of 6 from {_INSPECTORS:,} inspectors"
    yield Measure(f"seating {size}", seating, bare, "bare hashes")
    yield Measure("the same, beside the ten seconds it may take", seating, 10.0, "allowed", at_most=1)
    yield Measure("verifying that draw, whole", verifying, drawing, "drawing it, whole", at_most=1)


def _draw() -> dict[str, bytes]:
    """The whole job of the lead department: from the candidates to the bytes that it publishes."""
    pools = Pools.frozen(objects=_OBJECTS, inspectors=_PEOPLE)
    announcement = _announced(pools)
    transcript = run_round_zero(announcement, pools, _SECRET, _INPUTS)
    assert shortage_of(transcript) is None
    assert len(transcript.rounds[0].seats) == _TEAMS * _SEATS_EACH * len(_DEPARTMENTS)
    return {
        **pools.files(),
        "announcement.json": announcement.to_bytes(),
        "transcript.json": transcript.to_bytes(),
    }


def _verdict(published: dict[str, bytes]) -> str | None:
    """The whole job of a stranger: from the published bytes to what first differs, or None."""
    return verify(published["transcript.json"], published)


def _announced(pools: Pools) -> Announcement:
    return announce(
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


def _hash_alone() -> None:
    """One ticket for each object, inspector and seat."""
    for one in range(_TEAMS + _INSPECTORS + _TEAMS * _SEATS_EACH * len(_DEPARTMENTS)):
        sha256(f"{_AT}:inspector:{one}:0".encode()).hexdigest()
