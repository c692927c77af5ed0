"""The form of a line and its hash, by the published vector; what a walk along the chain finds."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from inspection.journal_chain import (
    GENESIS,
    START,
    Anchor,
    Examination,
    Flaw,
    FlawKind,
    Line,
    Link,
    NoAnchor,
    anchor_of,
    first_flaw,
    hash_of,
    line_bytes,
    linked,
)

PAGE = Path(__file__).parents[2] / "docs" / "journal.md"
VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "journal.json").read_text(encoding="utf-8"))
LINES = [
    Line(
        id=number,
        at=datetime(2026, 11, 27, 9, number, tzinfo=UTC),
        actor="P1" if number % 2 else None,
        channel="web",
        verb="answer.value",
        subject=f"S1.B{number}/market/q1",
        details={"to": f"第{number}条"},
    )
    for number in range(1, 8)
]
LINKS = linked(START, LINES)
ANCHORS = [Anchor(date(2026, 11, 26), LINKS[1]), Anchor(date(2026, 11, 27), LINKS[4])]


def test_the_published_vector_is_what_the_code_makes_and_what_the_script_of_the_page_recomputes() -> None:
    assert VECTOR["genesis"] == GENESIS
    before = GENESIS
    for one in VECTOR["lines"]:
        given = dict(one["line"])
        line = Line(**(given | {"at": datetime.fromisoformat(given["at"])}))
        assert line_bytes(line).decode() == one["bytes"]
        before = hash_of(before, line)
        assert before == one["hash"]
    script = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    exported = [{"after": 0, "hash": GENESIS}] + [
        {"place": place, "hash": one["hash"], "line": one["bytes"]}
        for place, one in enumerate(VECTOR["lines"], start=1)
    ]
    assert _run(script, exported).stdout.strip() == f"{len(VECTOR['lines'])} {before}"
    exported[2]["line"] = str(exported[2]["line"]).replace("4711", "4712")
    assert _run(script, exported).returncode != 0


def _run(script: str, exported: Sequence[object]) -> subprocess.CompletedProcess[str]:
    written = "".join(json.dumps(one) + "\n" for one in exported)
    asked = [sys.executable, "-c", script]
    return subprocess.run(asked, input=written, capture_output=True, text=True, check=False)


def test_what_databases_write_differently_has_one_form() -> None:
    line = LINES[0]
    there = replace(line, at=line.at.astimezone(timezone(timedelta(hours=8))))
    assert line_bytes(there) == line_bytes(line)
    one, other = ({"m": 12.0, "of": [1.0, 0.5]}, {"of": [1, 0.5], "m": 12})
    assert line_bytes(replace(line, details=one)) == line_bytes(replace(line, details=other))
    assert b'"at":"2026-11-27T09:01:00.000000Z"' in line_bytes(line)


def _walk(pairs: Sequence[tuple[Link, Line | None]], anchors: Sequence[Anchor] = ANCHORS) -> Flaw | None:
    return first_flaw(pairs, anchors, Examination())


def test_a_walk_names_the_first_line_that_is_wrong() -> None:
    good = list(zip(LINKS, LINES, strict=True))
    told = Examination()
    assert first_flaw(good, ANCHORS, told) is None
    assert (told.lines, told.anchors, told.head) == (7, 2, LINKS[-1])

    changed = [*good[:3], (LINKS[3], replace(LINES[3], actor="P9")), *good[4:]]
    assert _walk(changed) == Flaw(FlawKind.CHANGED, place=4, line=4, since=2)
    assert _walk([*good[:3], (LINKS[3], None), *good[4:]]) == Flaw(FlawKind.REMOVED, place=4, line=4, since=2)
    assert _walk([*good[:3], *good[4:]]) == Flaw(FlawKind.REMOVED, place=4, since=2)
    assert _walk(good[:4]) == Flaw(FlawKind.CUT_OFF, place=4, line=4, what="2026-11-27", since=5)
    assert _walk(good[:6]) is None, "what follows the last anchor is proven by nobody"


def test_whoever_computes_all_hashes_anew_is_found_by_the_next_anchor() -> None:
    lines = [*LINES[:3], *LINES[4:]]
    anew = list(zip(linked(START, lines), lines, strict=True))
    assert _walk(anew, []) is None
    assert _walk(anew) == Flaw(FlawKind.REWRITTEN, place=5, line=6, what="2026-11-27", since=2)
    put_in = [*LINES[:3], replace(LINES[3], id=99, verb="put.in"), *LINES[3:]]
    anew = list(zip(linked(START, put_in), put_in, strict=True))
    assert _walk(anew) == Flaw(FlawKind.REWRITTEN, place=5, line=4, what="2026-11-27", since=2)


def test_an_anchor_is_read_from_its_bundle_and_from_nothing_else() -> None:
    assert anchor_of({"kind": "journal", "version": 1, **ANCHORS[0].content}) == ANCHORS[0]
    wrongs: list[Any] = [
        {},
        {"kind": "plan"},
        ANCHORS[0].content | {"journalForm": "x"},
        {"journalForm": 1},
        [],
    ]
    for wrong in wrongs:
        with pytest.raises(NoAnchor):
            anchor_of(wrong)
