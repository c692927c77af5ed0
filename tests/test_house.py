"""The rules of the house that no other tool holds: see `tests/house.py`, and CONTRIBUTING.md for the reasons."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house import (
    ROOMS,
    ROOMS_OF_THOUGHT,
    ROOMS_WITHOUT_A_CLOCK,
    ROOT,
    clock_or_dice,
    code_of,
    hidden_imports,
    mocks,
    project_files,
    reaching_out,
)

# A command file for a witness who has nothing but Python: it reads the files it is given.
_STANDS_ALONE = ROOT / "draw" / "verify.py"

_NAMELESS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}

# Put together here, so that this file does not name what it forbids.
_FOREIGN = [
    re.compile(
        "|".join((r"\bpypi\." + "org", "python" + "hosted", "npm" + r"js\.", r"--(?:extra-)?index" + "-url"))
    ),
    re.compile(r"(?<![\w.)])/(?:root|home/\w+|Users/\w+)/|/work/(?:main|shared|brief)\b|[A-Z]:\\Users\\"),
]


def _found(path: Path, faults: list[str]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{fault}" for fault in faults]


def test_time_and_chance_come_from_the_bot_only() -> None:
    assert [
        found
        for path in code_of(*ROOMS_WITHOUT_A_CLOCK)
        if path != _STANDS_ALONE
        for found in _found(path, clock_or_dice(path.read_text("utf-8")))
    ] == []


@pytest.mark.parametrize("room", ROOMS_OF_THOUGHT)
def test_the_rooms_of_thought_reach_nothing(room: str) -> None:
    assert [
        found
        for path in code_of(room)
        if path != _STANDS_ALONE
        for found in _found(path, reaching_out(path.read_text("utf-8"), room))
    ] == []


_MUST_KNOW = {
    "actions/assigning.py": 1, "actions/briefing.py": 1, "actions/case_files.py": 1, "actions/clue_desk.py": 1,
    "actions/clues.py": 3, "actions/credit_feedback.py": 1, "actions/deadline_parties.py": 1,
    "actions/department_reviews.py": 1, "actions/foreign_draws.py": 1, "actions/full_coverage.py": 1,
    "actions/gone.py": 1, "actions/matter_access.py": 1, "actions/naming.py": 3, "actions/notices.py": 1,
    "actions/object_names.py": 2, "actions/publishing.py": 1, "actions/redraws.py": 1, "actions/visit_approvals.py": 1,
    "actions/visits.py": 1, "handlers/clues.py": 1, "web/clue_desk.py": 1,
}  # fmt: skip
"""How often each file reads a firm itself: for its district or its place, to write to it, by a number somebody typed,
or after the visit. Whoever shows a firm of a visit takes it from `storage.veils`, which knows if it may be named."""


def test_a_firm_of_a_visit_is_shown_through_its_veil() -> None:
    reads = re.compile(r"\.(?:get|find|lock)\(RegisteredObject,")
    found = {
        str(path.relative_to(ROOT)): len(reads.findall(path.read_text("utf-8")))
        for path in code_of("actions", "handlers", "web")
    }
    assert {path: number for path, number in found.items() if number} == _MUST_KNOW
    columns = re.compile(r"RegisteredObject\.(?:name|credit_code|address)\b")
    named = {path.name for path in code_of("storage") if columns.search(path.read_text("utf-8"))}
    assert named == {"clues.py", "public.py", "scheme_progress.py", "steering.py"}


def test_every_import_stands_at_the_top() -> None:
    assert [
        found
        for path in code_of(*ROOMS, "tests", "scripts")
        for found in _found(path, hidden_imports(path.read_text("utf-8"), may_discover="tests" in path.parts))
    ] == []


def test_nothing_is_mocked() -> None:
    assert [
        found
        for path in code_of(*ROOMS, "tests", "scripts")
        for found in _found(path, mocks(path.read_text("utf-8")))
    ] == []


def test_a_room_has_an_empty_door() -> None:
    doors = [path for path in code_of(*ROOMS, "tests") if path.name == "__init__.py"]
    assert {door.parent.name for door in doors} >= set(ROOMS)
    assert [str(door.relative_to(ROOT)) for door in doors if door.read_bytes()] == []


def test_tables_are_read_without_postponed_annotations() -> None:
    """SQLModel cannot resolve `list["Seat"]` when annotations are postponed."""
    written = [
        path for path in code_of("storage") if "from __future__ import annotations" in path.read_text("utf-8")
    ]
    assert written == []


def test_every_file_has_a_name_of_its_own() -> None:
    assert [
        str(path.relative_to(ROOT))
        for path in project_files()
        if _NAMELESS & {part.partition(".")[0].lower() for part in path.relative_to(ROOT).parts}
    ] == []


def test_no_file_names_a_package_index_or_a_place_on_one_machine() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a spreadsheet
        found += [
            f"{path.relative_to(ROOT)}: {hit.group()}" for shape in _FOREIGN for hit in shape.finditer(text)
        ]
    assert found == []


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    shape = re.compile(
        r"[a-z0-9-]+(\[[a-z,]+\])?==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #.*"
    )
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert not any("://" in line for line in lines)


def test_the_lock_holds_every_package_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in asked}
    locked = re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert names - set(locked) == set()


def test_make_lists_every_command() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    written = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert written
    assert [name for name in written if f"make {name} " not in listed] == []


@pytest.mark.parametrize(
    "line",
    [
        "import datetime as dt; dt.datetime.now(dt.UTC)",
        "from datetime import datetime; at = datetime.utcnow",
        "from datetime import date; date.today()",
        "import time; time.time()",
        "from time import time as now; now()",
        "import random",
        "from random import choice",
        "from secrets import token_urlsafe",
        "import uuid; uuid.uuid4()",
        "from uuid import uuid4 as fresh; fresh()",
        "import os; os.urandom(8)",
    ],
)
def test_a_clock_or_dice_would_be_found(line: str) -> None:
    assert clock_or_dice(line)


@pytest.mark.parametrize(
    "line",
    ["from datetime import datetime; datetime.fromisoformat(x)", "import uuid; uuid.UUID(x)", "random = 1"],
)
def test_what_is_no_clock_is_let_through(line: str) -> None:
    assert clock_or_dice(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "import os",
        "from pathlib import Path",
        "import socket",
        "import httpx",
        "import storage.store",
    ],
)
def test_reaching_out_would_be_found(line: str) -> None:
    assert reaching_out(line, "inspection")


@pytest.mark.parametrize(
    "line",
    [
        "def f():\n    import json",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json",
        "try:\n    import json\nexcept ImportError:\n    json = None",
        "import importlib\nimportlib.import_module('json')",
    ],
)
def test_a_hidden_import_would_be_found(line: str) -> None:
    assert hidden_imports(line)


@pytest.mark.parametrize(
    "line", ["from unittest.mock import patch", "from unittest import mock", "import mock"]
)
def test_a_mock_would_be_found(line: str) -> None:
    assert mocks(line)
