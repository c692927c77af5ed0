"""Draws for the tests: invented objects and inspectors, small by default, tight and random on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

from draw.double_random import (
    Announcement,
    Cause,
    DistrictRule,
    Exclusion,
    InspectorCandidate,
    ObjectCandidate,
    Pools,
    PublicInput,
    Source,
    StratumPlan,
    TeamRow,
    Transcript,
    VacatedObject,
    VacatedSeat,
    announce,
    run_redraw,
    run_round_zero,
    situation_of,
)

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
INPUTS = (PublicInput("witness.1", "4711"),)


def a_secret(name: str = "a secret") -> bytes:
    """The same 32 bytes for the same name."""
    return sha256(name.encode()).digest()


def an_object(
    number: int,
    *,
    credit_class: str = "A",
    district: str = "north",
    kind: str = "shop",
    more: Mapping[str, str | tuple[str, ...]] | None = None,
) -> ObjectCandidate:
    return ObjectCandidate(f"o{number}", credit_class, district, kind, more or {})


def an_inspector(
    inspector_id: str,
    *,
    department: str = "market",
    district: str = "north",
    qualifications: tuple[str, ...] = (),
    capacity: int = 2,
    load: int = 0,
    may_lead: bool = True,
) -> InspectorCandidate:
    return InspectorCandidate(inspector_id, department, district, qualifications, capacity, load, may_lead)


def some_pools() -> Pools:
    """Six objects and six inspectors of two departments: enough for one team of each."""
    return Pools.frozen(
        objects=[an_object(number) for number in range(1, 7)],
        inspectors=[an_inspector(f"m{number}") for number in range(1, 4)]
        + [an_inspector(f"f{number}", department="fire", may_lead=False) for number in range(1, 4)],
    )


def an_announcement(
    pools: Pools,
    *,
    strata: Sequence[StratumPlan] = (StratumPlan("all", {}, count=1),),
    team_rule: Sequence[TeamRow] = (TeamRow("market"), TeamRow("fire")),
    rounds: int = 5,
    secret: bytes | None = None,
    draw: str = "d1",
    sources: Sequence[Source] = (Source("witness.1", AT),),
) -> Announcement:
    return announce(
        draw=draw,
        scheme="s1",
        lead=team_rule[0].department if team_rule else "market",
        announced_at=AT,
        pools=pools,
        strata=strata,
        team_rule=team_rule,
        sources=sources,
        rounds=rounds,
        secret=secret or a_secret(),
    )


@dataclass(frozen=True)
class Case:
    """A random draw, all of it following from one seed."""

    pools: Pools
    announcement: Announcement
    secret: bytes

    def drawn(self) -> Transcript:
        return run_round_zero(self.announcement, self.pools, self.secret, INPUTS)


def a_random_case(seed: int) -> Case:
    """Few people for many seats, all district rules, exclusions and loads: many of them cannot be filled."""
    dice = Random(seed)
    districts = ["north", "south", "west"][: dice.randint(1, 3)]
    departments = ["market", "fire", "water"][: dice.randint(1, 3)]
    objects = [
        an_object(number, credit_class=dice.choice("AB"), district=dice.choice(districts))
        for number in range(dice.randint(4, 10))
    ]
    inspectors = [
        an_inspector(
            f"{department}{number}",
            department=department,
            district=dice.choice(districts),
            qualifications=("pressure",) if dice.random() < 0.8 else (),
            capacity=dice.randint(1, 4),
            load=dice.randint(0, 1),
            may_lead=dice.random() < 0.6,
        )
        for department in departments
        for number in range(dice.randint(3, 9))
    ]
    exclusions = [_an_exclusion(dice, inspectors, objects) for _ in range(dice.randint(0, 12))]
    pools = Pools.frozen(objects=objects, inspectors=inspectors, exclusions=exclusions)
    secret = a_secret(str(seed))
    announcement = an_announcement(
        pools,
        strata=_some_strata(dice, objects),
        team_rule=[_a_row(dice, department) for department in departments],
        secret=secret,
    )
    return Case(pools, announcement, secret)


def a_random_redraw(case: Case, transcript: Transcript, dice: Random) -> Transcript:
    """Some seats and perhaps an object fall vacant, perhaps an exclusion becomes known; then the next round."""
    now = situation_of(transcript)
    objects = sorted(now.objects)
    gone = dice.sample(objects, k=dice.randint(0, min(2, len(objects))))
    left = sorted(seat for seat in now.holders if seat.split("/")[0] not in gone)
    seats = dice.sample(left, k=dice.randint(0, min(3, len(left))))
    vacated: list[VacatedSeat | VacatedObject] = [
        *(VacatedSeat(seat, now.holders[seat], dice.choice(list(Cause))) for seat in seats),
        *(VacatedObject(one, dice.choice(list(Cause))) for one in gone),
    ]
    if not vacated and not now.open_seats:
        return transcript
    excluded = [_an_exclusion(dice, case.pools.inspectors, case.pools.objects)] if dice.random() < 0.5 else []
    return run_redraw(transcript, case.pools, case.secret, vacated=vacated, excluded=excluded)


def _a_row(dice: Random, department: str) -> TeamRow:
    qualifications = ("pressure",) if dice.random() < 0.3 else ()
    return TeamRow(department, dice.randint(1, 2), qualifications, dice.choice(list(DistrictRule)))


def _some_strata(dice: Random, objects: Sequence[ObjectCandidate]) -> list[StratumPlan]:
    classes = sorted({one.credit_class for one in objects})
    return [
        StratumPlan(f"class {each}", {"class": (each,)}, ratio=f"0.{dice.randint(1, 9)}") for each in classes
    ]


def _an_exclusion(
    dice: Random, inspectors: Sequence[InspectorCandidate], objects: Sequence[ObjectCandidate]
) -> Exclusion:
    everywhere = dice.random() < 0.1
    return Exclusion(dice.choice(inspectors).id, None if everywhere else dice.choice(objects).id)
