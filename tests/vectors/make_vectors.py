"""Makes the known-answer vectors beside it: `python -m tests.vectors.make_vectors`.

Each is a folder with the pools, the announcement, the transcript, its digest and the secret, so that another
implementation can be tried from either end. Nothing here is random: the same files come out every time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random

from draw.double_random import (
    Announcement,
    Cause,
    ClosingState,
    DistrictRule,
    Exclusion,
    InspectorCandidate,
    LeftOut,
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
    close,
    run_redraw,
    run_round_zero,
    situation_of,
)

HERE = Path(__file__).parent
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ONE_SOURCE = (Source("witness.1", AT),)
ONE_INPUT = (PublicInput("witness.1", "4711"),)


def vectors() -> dict[str, dict[str, bytes]]:
    """The files of every vector, by folder and name."""
    return {
        "augmenting": augmenting(),
        "infeasible": infeasible(),
        "medium": medium(),
        "redraw": redraw(),
        "small": small(),
    }


def small() -> dict[str, bytes]:
    """Three objects, one is drawn, two of three inspectors go; one may not."""
    pools = Pools.frozen(
        objects=[ObjectCandidate(f"o{number}", "A", "n", "k") for number in (1, 2, 3)],
        inspectors=[_inspector(f"i{number}", "m", "n", capacity=1) for number in (1, 2, 3)],
        exclusions=[Exclusion("i2", "o2")],
    )
    announcement = _announce("small", pools, [StratumPlan("all", {}, ratio="0.2")], [TeamRow("m")], rounds=1)
    return _files("small", pools, run_round_zero(announcement, pools, _secret("small"), ONE_INPUT))


def medium() -> dict[str, bytes]:
    """Three departments, all district rules, several strata, text that is hard to write canonically."""
    dice = Random("medium")
    pools = Pools.frozen(
        objects=_medium_objects(dice), inspectors=_medium_inspectors(dice), exclusions=_sixty(dice)
    )
    announcement = announce(
        draw="medium",
        scheme="scheme.2026-1",
        lead="market",
        announced_at=AT,
        pools=pools,
        strata=[
            StratumPlan("信用C、D类 \U0001f4cb", {"class": ("C", "D")}, ratio="0.3333"),
            StratumPlan(
                "boilers north",
                {"class": ("A", "B"), "district": ("北区",), "equipment": ("boiler",)},
                count=7,
            ),
            StratumPlan(
                'the "rest"\n', {"class": ("A", "B"), "district": ("南区", "东区\u2028")}, ratio="0.05"
            ),
        ],
        team_rule=[
            TeamRow("market", 2, ("food",), DistrictRule.SAME),
            TeamRow("fire", 2, (), DistrictRule.OTHER),
            TeamRow("water", 1, ("well", "sewage"), DistrictRule.ANY),
        ],
        sources=[Source("lottery 2026-03-03", AT), Source("witness.媒体", AT)],
        rounds=12,
        secret=_secret("medium"),
        left_out=[LeftOut("visited too recently", 31), LeftOut("closed", 4)],
        witnesses=["人大代表", "媒体"],
        replaces="medium.0",
    )
    inputs = (PublicInput("lottery 2026-03-03", "03 07 11 24 31 + 06"), PublicInput("witness.媒体", "六 \t⚅"))
    return _files("medium", pools, run_round_zero(announcement, pools, _secret("medium"), inputs))


def redraw() -> dict[str, bytes]:
    """Three rounds after the first: recusals, a closed object with replacement, an exclusion; closed at the end."""
    pools = Pools.frozen(
        objects=[ObjectCandidate(f"o{n:02}", "AB"[n % 2], "ns"[n % 3 % 2], "shop") for n in range(20)],
        inspectors=[
            _inspector(
                f"i{n:02}",
                ("market", "fire")[n % 2],
                "ns"[n % 4 // 2],
                capacity=3,
                may_lead=n % 3 > 0,
            )
            for n in range(24)
        ],
        exclusions=[Exclusion("i03", "o04"), Exclusion("i05")],
    )
    strata = [StratumPlan("A", {"class": ("A",)}, count=3), StratumPlan("B", {"class": ("B",)}, ratio="0.4")]
    team_rule = [TeamRow("market"), TeamRow("fire", 1, (), DistrictRule.OTHER)]
    announcement = _announce("redraw", pools, strata, team_rule, rounds=6)
    transcript = run_round_zero(announcement, pools, _secret("redraw"), ONE_INPUT)
    for seats_left, objects_lost, cause in ((3, 0, Cause.RECUSED), (2, 1, Cause.CLOSED), (1, 2, Cause.MOVED)):
        now = situation_of(transcript)
        objects = sorted(now.objects)[:objects_lost]
        seats = [seat for seat in sorted(now.holders) if seat.split("/")[0] not in objects][:seats_left]
        left = [VacatedSeat(seat, now.holders[seat], Cause.RECUSED) for seat in seats]
        lost = [VacatedObject(one, cause) for one in objects]
        excluded = [Exclusion("i07"), Exclusion("i08", "o01")] if cause is Cause.CLOSED else []
        secret = _secret("redraw")
        transcript = run_redraw(transcript, pools, secret, vacated=[*left, *lost], excluded=excluded)
    closed = close(transcript, state=ClosingState.CLOSED, reason="all visited", at=AT)
    return _files("redraw", pools, closed)


def augmenting() -> dict[str, bytes]:
    """As many places as seats: two searches are needed, one of them moves three people (the seed was looked for)."""
    return _tight("augmenting", seed=7, exclusions=28)


def infeasible() -> dict[str, bytes]:
    """As many places as seats, but they do not fit: nothing is drawn, and the seats that compete are named."""
    return _tight("infeasible", seed=36, exclusions=16)


def _tight(name: str, *, seed: int, exclusions: int) -> dict[str, bytes]:
    dice = Random(seed)
    inspectors = [_inspector(f"i{n}", "market", "n", capacity=2, may_lead=n % 2 == 0) for n in range(8)]
    objects = [ObjectCandidate(f"o{n}", "A", "n", "shop") for n in range(8)]
    barred = [Exclusion(dice.choice(inspectors).id, dice.choice(objects).id) for _ in range(exclusions)]
    pools = Pools.frozen(objects=objects, inspectors=inspectors, exclusions=barred)
    announcement = _announce(name, pools, [StratumPlan("all", {}, ratio="1")], [TeamRow("market")], rounds=3)
    return _files(name, pools, run_round_zero(announcement, pools, _secret(name), ONE_INPUT))


def _medium_objects(dice: Random) -> list[ObjectCandidate]:
    return [
        ObjectCandidate(
            f"9165.{number:04}",
            dice.choice("ABCD"),
            dice.choice(["北区", "南区", "东区\u2028"]),
            dice.choice(["food", "works"]),
            {
                "equipment": tuple(dice.sample(["boiler", "lift", "crane"], k=2)),
                "\ue000": "x",
                "\U00010000": "y",
            },
        )
        for number in range(240)
    ]


def _medium_inspectors(dice: Random) -> list[InspectorCandidate]:
    return [
        InspectorCandidate(
            f"{department}-{number:03}",
            department,
            dice.choice(["北区", "南区", "东区\u2028"]),
            tuple(dice.sample(["food", "well", "sewage"], k=dice.randint(2, 3))),
            dice.randint(2, 8),
            dice.randint(0, 2),
            dice.random() < 0.4,
        )
        for department in ("market", "fire", "water")
        for number in range(90)
    ]


def _sixty(dice: Random) -> list[Exclusion]:
    everywhere = [Exclusion(f"fire-{dice.randrange(90):03}") for _ in range(5)]
    return everywhere + [
        Exclusion(
            f"{dice.choice(['market', 'water'])}-{dice.randrange(90):03}", f"9165.{dice.randrange(240):04}"
        )
        for _ in range(55)
    ]


def _inspector(
    one: str, department: str, district: str, *, capacity: int, may_lead: bool = True
) -> InspectorCandidate:
    return InspectorCandidate(one, department, district, (), capacity, 0, may_lead)


def _announce(
    draw: str, pools: Pools, strata: Sequence[StratumPlan], team_rule: Sequence[TeamRow], *, rounds: int
) -> Announcement:
    return announce(
        draw=draw,
        scheme="s",
        lead=team_rule[0].department,
        announced_at=AT,
        pools=pools,
        strata=strata,
        team_rule=team_rule,
        sources=ONE_SOURCE,
        rounds=rounds,
        secret=_secret(draw),
    )


def _secret(name: str) -> bytes:
    return sha256(f"the secret of the vector {name}".encode()).digest()


def _files(name: str, pools: Pools, transcript: Transcript) -> dict[str, bytes]:
    return {
        **pools.files(),
        "announcement.json": transcript.announcement.to_bytes(),
        "secret.hex": _secret(name).hex().encode() + b"\n",
        "transcript.json": transcript.to_bytes(),
        "transcript.json.sha256": f"{transcript.digest}  transcript.json\n".encode(),
    }


def write() -> None:
    for folder, files in vectors().items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, data in files.items():
            (HERE / folder / name).write_bytes(data)


if __name__ == "__main__":
    write()
