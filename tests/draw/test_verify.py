"""Two implementations of one page, and what the verifier says where a record is not what the page gives."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from draw.canonical import canonical_bytes
from draw.double_random import Transcript, read_transcript, situation_of
from draw.verify import EXCLUSION, INSPECTOR, QUICK, Difference, check_object, check_shape, parse, verify
from tests.draw.builders import Case, a_random_case, a_random_redraw
from tests.vectors.make_vectors import HERE


def test_both_implementations_agree_on_random_draws_with_redraws() -> None:
    infeasible = redrawn = replaced = 0
    for seed in range(400):
        case, dice = a_random_case(seed), Random(seed)
        transcript = case.drawn()
        for _ in range(dice.randint(0, 4)):
            transcript = a_random_redraw(case, transcript, dice)
        assert verify(transcript.to_bytes(), case.pools.files()) is None, f"seed {seed}"
        assert read_transcript(transcript.to_bytes()) == transcript
        infeasible += any(held.infeasible is not None for held in transcript.rounds)
        redrawn += len(transcript.rounds) > 1 and any(held.seats for held in transcript.rounds[1:])
        replaced += any(held.objects for held in transcript.rounds[1:])
    assert min(infeasible, redrawn, replaced) >= 60, (infeasible, redrawn, replaced)


def test_whoever_is_put_in_by_hand_is_found() -> None:
    tried = 0
    for seed in range(300):
        case = a_random_case(seed)
        transcript = case.drawn()
        held = transcript.rounds[0]
        if not held.seats:
            continue
        for other in case.pools.inspectors:
            first = held.seats[0]
            if other.id != first.inspector:
                tried += 1
                seats = (replace(first, inspector=other.id), *held.seats[1:])
                forged = replace(transcript, rounds=(replace(held, seats=seats),))
                found = verify(forged.to_bytes(), case.pools.files())
                assert found is not None
                assert found.startswith("round 0, seat 1: recorded "), found
    assert tried >= 100


def _json_of(name: str) -> tuple[Any, dict[str, bytes]]:
    files = {path.name: path.read_bytes() for path in (HERE / name).glob("*.json*")}
    del files["announcement.json"]
    return json.loads(files["transcript.json"]), files


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record["rounds"].pop(0), "has number 1 instead of 0"),
        (
            lambda record: record["rounds"].insert(1, record["rounds"].pop(2)),
            "place 2: has number 2 instead of 1",
        ),
        (
            lambda record: record["rounds"][1].update(link=record["rounds"][2]["link"]),
            "round 1, link: does not hash",
        ),
        (lambda record: record["rounds"][0].update(key="0" * 64), "round 0, key: recorded 0000"),
        (lambda record: record["rounds"].clear(), "there are 0, announced were 6"),
        (lambda record: record["inputs"].clear(), "inputs: are from"),
        (lambda record: record["inputs"][0].update(value="4712"), "round 0, key"),
        (
            lambda record: record["announcement"]["strata"][0].update(quota=2),
            "its quota is 3, announced was 2",
        ),
        (
            lambda record: record["announcement"]["strata"][0].update(size=11),
            "its size is 10, announced was 11",
        ),
        (lambda record: record["announcement"]["strata"][1].update(ratio="5%"), "must be a decimal string"),
        (lambda record: record["announcement"]["strata"][1].update(ratio="1.5"), "not above 0 and at most 1"),
        (lambda record: record["announcement"].update(lead="fire"), "first department must be the lead's"),
        (
            lambda record: record["announcement"].update(anchor="0" * 64),
            "round 0, link: does not hash to the anchor",
        ),
        (lambda record: record["announcement"].update(announced_at="2026-02-30T00:00:00Z"), "announced_at"),
        (lambda record: record["announcement"].update(sources=[]), "sources: there is none"),
        (
            lambda record: record["announcement"]["pools"]["objects"].update(digest="0" * 64),
            "announced was 0000",
        ),
        (
            lambda record: record["rounds"][0]["objects"].pop(),
            "round 0, objects: 6 are recorded, 7 recomputed",
        ),
        (lambda record: record["rounds"][1]["seats"].pop(), "round 1, seats: 2 are recorded, 3 recomputed"),
        (lambda record: record["rounds"][1].update(vacated=[]), "round 1: nothing was vacant"),
        (lambda record: record["rounds"][1]["vacated"].reverse(), "out of order"),
        (lambda record: record["rounds"][1]["vacated"][0].update(inspector="i05"), "does not hold seat"),
        (lambda record: record["rounds"][1]["vacated"][0].update(cause="bored"), "must be one of recused"),
        (
            lambda record: record["rounds"][0].update(excluded=[{"inspector": "i01"}]),
            "nothing can be vacated",
        ),
        (
            lambda record: record["rounds"][0].update(infeasible=["o1/market/1"]),
            "round 0, infeasible: recorded",
        ),
        (
            lambda record: record.update(closing={"at": "today", "reason": "", "state": "closed"}),
            "closing, at",
        ),
        (lambda record: record.update(more=1), "must be an object with the fields"),
    ],
)
def test_the_first_difference_is_named_in_one_line(change: Callable[[Any], object], words: str) -> None:
    record, files = _json_of("redraw")
    change(record)
    found = verify(canonical_bytes(record), files)
    assert found is not None
    assert words in found
    assert "\n" not in found


def test_a_transcript_of_another_draw_is_found() -> None:
    _, files = _json_of("redraw")
    _, others = _json_of("augmenting")
    found = verify(others["transcript.json"], files)
    assert found is not None
    assert found.startswith("exclusions.jsonl: its digest is ")


@pytest.mark.parametrize("length", [0, 1, 500, -1])
def test_a_transcript_that_was_broken_off_is_found(length: int) -> None:
    _, files = _json_of("redraw")
    found = verify(files["transcript.json"][:length], files)
    assert found is not None
    assert found.startswith("transcript: is broken")


@pytest.mark.parametrize(
    "data", [b"[]", b"null", b"{}", b"[" * 100_000, b"\xff", b'"\\ud800"', b"1" * 5000, b"1.5"]
)
def test_no_bytes_at_all_make_the_verifier_stumble(data: bytes) -> None:
    assert verify(data, {})


_LINES = [
    ("exclusions", EXCLUSION, '{"inspector":"i1"}'),
    ("exclusions", EXCLUSION, '{"inspector":"i1","object":"o-2"}'),
    ("objects", check_object, '{"class":"甲","district":"a","id":"o1","kind":""}'),
    (
        "inspectors",
        INSPECTOR,
        '{"capacity":10,"department":"m","district":"n","id":"i1","load":0,"may_lead":true,"qualifications":["a","é"]}',
    ),
]


@pytest.mark.parametrize(("pool", "shape", "line"), _LINES)
def test_the_quick_reading_of_a_line_takes_nothing_that_the_long_one_refuses(
    pool: str, shape: object, line: str
) -> None:
    """Over every exchanged, left out or added sign that means something in JSON, or nothing."""
    assert QUICK[pool](line) == parse("it", line.encode())
    signs, taken = '"\\,:[]{}0-9.eaA /\x00\x1f\n\x7f\u2028é', 0
    for place in range(len(line) + 1):
        for put in ("", *signs):
            for rest in (line[place:], line[place + 1 :]):
                changed = line[:place] + put + rest
                quick = QUICK[pool](changed)
                try:
                    value = parse("it", changed.encode())
                    check_shape("it", value, shape)
                except Difference:
                    assert quick is None, changed
                else:
                    assert quick is None or quick == value, changed
                    taken += quick is not None
    assert taken > len(line), "too few changed lines are read quickly for this to mean much"


def test_the_verifier_runs_alone_in_a_folder_of_its_own(tmp_path: Path) -> None:
    copied = tmp_path / "verify.py"
    copied.write_bytes((HERE.parents[1] / "draw" / "verify.py").read_bytes())
    vector = HERE / "medium"
    command = [
        sys.executable,
        "-I",
        "-S",
        str(copied),
        str(vector / "transcript.json"),
        "--pools",
        str(vector),
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("VERIFIED: draw medium")


def _redrawn(case: Case, seed: int) -> Transcript:
    return a_random_redraw(case, case.drawn(), Random(seed))


def test_whoever_left_never_returns_to_that_object_and_no_object_returns() -> None:
    left = 0
    for seed in range(200):
        case, dice = a_random_case(seed), Random(seed)
        transcript = _redrawn(case, seed)
        for _ in range(3):
            transcript = a_random_redraw(case, transcript, dice)
        drawn = [one.id for held in transcript.rounds for one in held.objects]
        assert len(drawn) == len(set(drawn))
        gone: set[tuple[str, str]] = set()
        for held in transcript.rounds:
            leaving = [line.to_json() for line in held.vacated]
            for line in leaving:
                assert isinstance(line, dict)
                if "seat" in line:
                    gone.add((str(line["inspector"]), str(line["seat"]).split("/")[0]))
            assert not gone & {(one.inspector, one.seat.split("/")[0]) for one in held.seats}
        left += len(gone)
        situation_of(transcript)
    assert left >= 50
