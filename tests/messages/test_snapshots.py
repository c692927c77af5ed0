"""Every message a person can receive, as it reads. `UPDATE_SNAPSHOTS=1 pytest tests/messages` writes them anew."""

import importlib
import os
import pkgutil
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest

import notifications.messages
import tests.messages
from inspection.refusals import Refusal
from notifications.catalogue import LANGUAGES, TEXTS, kind_of, refusal_sentence, render
from notifications.messages.message import Message
from notifications.outgoing import Outgoing
from tests.messages.examples_refused import FACTS

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


def _refusals() -> str:
    """Refusals are no template each but a sentence each, in the language of whoever pressed."""
    codes = tomllib.loads((TEXTS / "zh" / "refusals.toml").read_text(encoding="utf-8"))
    parts = []
    for code in codes:
        refusal = Refusal(code, **FACTS.get(code, {}))
        sentences = [refusal_sentence(refusal, language) for language in LANGUAGES]
        parts.append("\n".join([f"--- {code} ---", *sentences]))
    return "\n\n".join(parts) + "\n"


PAGES: dict[str, Callable[[], str]] = {kind: partial(_page, examples) for kind, examples in KINDS.items()}
PAGES["refused"] = _refusals


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_message_reads_as_its_snapshot(kind: str) -> None:
    path, page = SNAPSHOTS / f"{kind}.txt", PAGES[kind]()
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
