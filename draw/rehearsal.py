"""A rehearsal: what an announcement would draw, before it is published and under many keys that nobody will use.

It shows the operator sizes, chances and tight spots while all can still be changed. Nothing of it tells anything of the
real draw, whose key does not exist yet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from draw.announcement import Announcement, check_pools
from draw.pools import Pools
from draw.rounds import rehearse_round_zero
from draw.situation import Shortage, shortage_in

RUNS = 200
"""Enough to meet what happens in one draw of a hundred."""


@dataclass(frozen=True, slots=True)
class StratumReport:
    """Of each object in a stratum the chance to be drawn is `quota` of `size`; `reserves` stand by for a gone one."""

    name: str
    size: int
    quota: int

    @property
    def chance(self) -> Fraction:
        return Fraction(self.quota, self.size)

    @property
    def reserves(self) -> int:
        return self.size - self.quota


@dataclass(frozen=True, slots=True)
class DepartmentReport:
    """How a department would fare: `seats` asked of it, `people` who may serve, `places` they have left in all.

    `shares` is for each of them the share of the runs in which they were seated, highest first; `seats_held` how many
    people held so many seats, on average over the runs that could be filled; `short` the runs that failed here.
    """

    department: str
    seats: int
    people: int
    places: int
    shares: tuple[tuple[str, Fraction], ...]
    seats_held: tuple[tuple[int, Fraction], ...]
    short: int

    @property
    def use(self) -> Fraction:
        """Seats per place; above 1 the draw can't be filled whatever the key."""
        return Fraction(self.seats, self.places) if self.places else Fraction(self.seats)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What `runs` dry draws gave; `shortages` are the distinct reasons of those that could not be filled."""

    runs: int
    infeasible: int
    strata: tuple[StratumReport, ...]
    departments: tuple[DepartmentReport, ...]
    shortages: tuple[Shortage, ...]


@dataclass
class _Tally:
    seated: Counter[str]
    held: dict[str, Counter[int]]
    short: Counter[str]
    first_shortage: dict[str, Shortage]
    filled: int = 0


def rehearse(announcement: Announcement, pools: Pools, runs: int = RUNS) -> Rehearsal:
    """Draws `runs` times under keys of its own; the same announcement gives the same report."""
    check_pools(announcement, pools)
    tally = _Tally(Counter(), {row.department: Counter() for row in announcement.team_rule}, Counter(), {})
    fit = _may_serve(pools)
    for key in _keys(announcement, runs):
        _draw_dry(announcement, pools, key, fit, tally)
    return Rehearsal(
        runs=runs,
        infeasible=runs - tally.filled,
        strata=tuple(StratumReport(one.name, one.size, one.quota) for one in announcement.strata),
        departments=tuple(_departments(announcement, pools, fit, tally)),
        shortages=tuple(tally.first_shortage[one] for one in sorted(tally.first_shortage)),
    )


def _keys(announcement: Announcement, runs: int) -> Iterator[str]:
    for number in range(runs):
        yield sha256(f"rehearsal\n{announcement.digest}\n{number}".encode()).hexdigest()


def _may_serve(pools: Pools) -> Mapping[str, list[str]]:
    shut_out = {one.inspector for one in pools.exclusions if one.object is None}
    fit: dict[str, list[str]] = {}
    for person in pools.inspectors:
        if person.id not in shut_out and person.load < person.capacity:
            fit.setdefault(person.department, []).append(person.id)
    return fit


def _draw_dry(
    announcement: Announcement, pools: Pools, key: str, fit: Mapping[str, Sequence[str]], tally: _Tally
) -> None:
    drawn = rehearse_round_zero(announcement, pools, key)
    shortage = shortage_in(drawn, announcement.team_rule)
    if shortage is not None:
        tally.short[shortage.department] += 1
        tally.first_shortage.setdefault(shortage.department, shortage)
        return
    tally.filled += 1
    seats = Counter(one.inspector for one in drawn.seats)
    tally.seated.update(seats.keys())
    for department, held in tally.held.items():
        held.update(seats[person] for person in fit.get(department, ()))


def _departments(
    announcement: Announcement, pools: Pools, fit: Mapping[str, Sequence[str]], tally: _Tally
) -> Iterator[DepartmentReport]:
    objects = sum(stratum.quota for stratum in announcement.strata)
    left = {person.id: person.capacity - person.load for person in pools.inspectors}
    filled = tally.filled or 1
    for row in announcement.team_rule:
        people = fit.get(row.department, ())
        shares = sorted(((Fraction(tally.seated[one], filled), one) for one in people), key=_highest_first)
        held = sorted(tally.held[row.department].items())
        yield DepartmentReport(
            department=row.department,
            seats=objects * row.seats,
            people=len(people),
            places=sum(left[one] for one in people),
            shares=tuple((one, share) for share, one in shares),
            seats_held=tuple((seats, Fraction(number, filled)) for seats, number in held),
            short=tally.short[row.department],
        )


def _highest_first(share: tuple[Fraction, str]) -> tuple[Fraction, str]:
    return -share[0], share[1]
