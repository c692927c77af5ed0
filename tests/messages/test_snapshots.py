"""Every message a person can receive, as it reads. `UPDATE_SNAPSHOTS=1 pytest tests/messages` writes them anew."""

import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

import notifications.messages
import tests.messages
from notifications.catalogue import LANGUAGES, TEXTS, kind_of, render
from notifications.messages.message import Message
from notifications.outgoing import Outgoing

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def _modules(package: object, prefix: str) -> Iterator[object]:
    for found in pkgutil.iter_modules(package.__path__):  # type: ignore[attr-defined]
        if found.name.startswith(prefix):
            yield importlib.import_module(f"{package.__name__}.{found.name}")  # type: ignore[attr-defined]


EXAMPLES: list[Message] = sorted(
    (one for module in _modules(tests.messages, "examples_") for one in module.EXAMPLES),  # type: ignore[attr-defined]
    key=kind_of,
)
KINDS = {kind: list(examples) for kind, examples in groupby(EXAMPLES, key=kind_of)}


def _as_seen(outgoing: Outgoing) -> str:
    rows = [" ".join(f"[{key.label}]" for key in row) for row in outgoing.rows]
    wish = [f"<{outgoing.wish}>"] if outgoing.wish else []
    return "\n".join([outgoing.text, *rows, *wish])


def _page(examples: list[Message]) -> str:
    parts = [
        f"--- {language} ---\n{_as_seen(render(example, language))}"
        for example in examples
        for language in LANGUAGES
    ]
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_message_reads_as_its_snapshot(kind: str) -> None:
    path, page = SNAPSHOTS / f"{kind}.txt", _page(KINDS[kind])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(page, encoding="utf-8")
    assert path.exists(), (
        f"no snapshot for {kind}: run UPDATE_SNAPSHOTS=1 pytest tests/messages and read it aloud"
    )
    assert page == path.read_text(encoding="utf-8")


def test_every_kind_of_message_has_an_example() -> None:
    modules = list(_modules(notifications.messages, ""))
    kinds = {
        kind_of(one.__new__(one))
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, Message)
        and one is not Message
        and not one.__name__.startswith("_")
    }
    assert kinds == set(KINDS)


def test_no_snapshot_is_left_of_a_message_that_is_gone() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == set(KINDS)


def test_every_template_belongs_to_a_message_and_speaks_both_languages() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (TEXTS / language).glob("*.txt")} == set(KINDS), language


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_message_fits_a_phone(kind: str) -> None:
    for example in KINDS[kind]:
        for language in LANGUAGES:
            outgoing = render(example, language)
            assert len(outgoing.text) <= 4096
            assert not re.search(r"\{\{|\bNone\b|T\d\d:\d\d", outgoing.text), outgoing.text
