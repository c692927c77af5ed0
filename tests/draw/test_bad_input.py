"""Whatever is wrong with what a draw is given, it says so in one sentence that names the place, and draws nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from draw import rounds
from draw.canonical import canonical_bytes
from draw.double_random import (
    Cause,
    Exclusion,
    Pools,
    PublicInput,
    Refusal,
    StratumPlan,
    TeamRow,
    Transcript,
    VacatedSeat,
    read_pools,
    read_transcript,
    run_redraw,
    run_round_zero,
)
from tests.draw.builders import INPUTS, a_secret, an_announcement, an_inspector, an_object, some_pools

_POOLS, _ALL = some_pools(), StratumPlan("all", {}, count=1)


def _lead_of(transcript: Transcript) -> tuple[str, str]:
    lead = next(filled for filled in transcript.rounds[-1].seats if filled.seat.endswith("/market/1"))
    return lead.seat, lead.inspector


def _swap_links(held: list[dict[str, object]]) -> None:
    held[0]["link"], held[1]["link"] = held[1]["link"], held[0]["link"]


def _transcript(draw: str = "d1", *, rounds_held: int = 1) -> Transcript:
    """A draw of one team, whose lead leaves again and again."""
    secret = a_secret(draw)
    announcement = an_announcement(_POOLS, secret=secret, draw=draw)
    transcript = run_round_zero(announcement, _POOLS, secret, INPUTS)
    for _ in range(rounds_held - 1):
        left = VacatedSeat(*_lead_of(transcript), Cause.RECUSED)
        transcript = run_redraw(transcript, _POOLS, secret, vacated=[left])
    return transcript


_ONE, _TWO, _OTHER = _transcript(), _transcript(rounds_held=2), _transcript("d2")


def _draw(
    *,
    pools: Pools = _POOLS,
    stratum: StratumPlan = _ALL,
    departments: tuple[str, ...] = ("market", "fire"),
    then: Pools | None = None,
    inputs: tuple[PublicInput, ...] = INPUTS,
    secret: bytes | None = None,
) -> Transcript:
    """A whole draw; `then` are the pools that lie there when it is held."""
    rule = [TeamRow(each) for each in departments]
    announcement = an_announcement(pools, strata=[stratum], team_rule=rule)
    return run_round_zero(announcement, then or pools, secret or a_secret(), inputs)


def _stratum(ratio: object = None, **given: Any) -> Callable[[], object]:
    where = given.pop("where", {})
    return lambda: _draw(stratum=StratumPlan("all", where, ratio=ratio, **given))  # type: ignore[arg-type]


def _read_changed(transcript: Transcript, change: Callable[[Any], object]) -> Callable[[], object]:
    def read() -> object:
        record = json.loads(transcript.to_bytes())
        change(record)
        return read_transcript(canonical_bytes(record))

    return read


_FEWER = Pools.frozen(objects=_POOLS.objects, inspectors=_POOLS.inspectors[:-1])
_CASES: dict[str, tuple[Callable[[], object], list[str]]] = {
    "an object twice": (
        lambda: _draw(pools=Pools.frozen(objects=[an_object(1), an_object(1)], inspectors=_POOLS.inspectors)),
        ["objects.jsonl line 2", "o1 a second time"],
    ),
    "an inspector twice": (
        lambda: _draw(
            pools=Pools.frozen(objects=_POOLS.objects, inspectors=[an_inspector("m1"), an_inspector("m1")])
        ),
        ["inspectors.jsonl line 2", "m1 a second time"],
    ),
    "an exclusion of nobody": (
        lambda: _draw(
            pools=Pools.frozen(
                objects=_POOLS.objects, inspectors=_POOLS.inspectors, exclusions=[Exclusion("m9")]
            )
        ),
        ["exclusions.jsonl line 1", "m9"],
    ),
    "an unknown department": (
        lambda: _draw(departments=("market", "water")),
        ["team rule", "department water"],
    ),
    "a ratio of 0": (_stratum("0"), ["Stratum all, ratio"]),
    "a ratio above 1": (_stratum("1.5"), ["Stratum all, ratio", "1.5"]),
    "a ratio in percent": (_stratum("5%"), ["Stratum all, ratio", "5%"]),
    "a ratio that is a float": (_stratum(0.05), ["Stratum all, ratio", "0.05"]),
    "an empty stratum": (_stratum(count=1, where={"class": ("Z",)}), ["Stratum all is empty"]),
    "a count above the pool": (_stratum(count=7), ["Stratum all", "7 objects", "the pool holds 6"]),
    "a pool changed after the announcement": (
        lambda: _draw(then=_FEWER),
        ["inspectors.jsonl", _POOLS.digests()["inspectors.jsonl"], _FEWER.digests()["inspectors.jsonl"]],
    ),
    "no input": (lambda: _draw(inputs=()), ["Source witness.1", "postponed"]),
    "the secret of another draw": (lambda: _draw(secret=a_secret("d2")), ["anchor of draw d1", "another"]),
    "links out of order": (
        _read_changed(_TWO, lambda record: _swap_links(record["rounds"])),
        ["link of round 0", "does not hash to the anchor"],
    ),
    "rounds out of order": (
        _read_changed(_TWO, lambda record: record["rounds"].reverse()),
        ["round at place 1", "number 1 instead of 0"],
    ),
    "a round of another draw": (
        _read_changed(_ONE, lambda record: record.update(rounds=json.loads(_OTHER.to_bytes())["rounds"])),
        ["link of round 0", "does not hash to the anchor"],
    ),
    "the inputs of another draw": (
        _read_changed(_ONE, lambda record: record["inputs"][0].update(value="4712")),
        ["key of round 0", "does not follow"],
    ),
    "a redraw of another draw": (
        lambda: run_redraw(_OTHER, _POOLS, a_secret("d1")),
        ["anchor of draw d2", "another"],
    ),
    "a transcript that was broken off": (
        lambda: read_transcript(_ONE.to_bytes()[:-1]),
        ["transcript is not canonical JSON"],
    ),
    "a pool that was broken off": (
        lambda: read_pools({**_POOLS.files(), "objects.jsonl": _POOLS.files()["objects.jsonl"][:-9]}),
        ["objects.jsonl", "broken off"],
    ),
    "a line that was broken off": (
        lambda: read_pools({**_POOLS.files(), "objects.jsonl": _POOLS.files()["objects.jsonl"][:-9] + b"\n"}),
        ["objects.jsonl line 6", "not canonical JSON"],
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_drawn(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, words = _CASES[name]
    drawn: list[object] = []
    monkeypatch.setattr(rounds, "lowest_tickets", lambda *given: drawn.append(given))
    monkeypatch.setattr(rounds, "Filling", lambda *given, **more: drawn.append(given))
    with pytest.raises(Refusal) as caught:
        attempt()
    sentence = str(caught.value)
    assert all(word in sentence for word in words), sentence
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\n" not in sentence
    assert drawn == []
