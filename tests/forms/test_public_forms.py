"""Forms that others wrote, filled in by a robot: whatever is answered, the filling stays right and can be finished."""

import random
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.forms.filling import Facts, Filling
from inspection.forms.form import Form
from tests.forms.converting import xform_of_file
from tests.forms.robot import Robot

FOLDER = Path(__file__).parent / "public"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".csv", ".xml"))
FACTS = Facts(at=datetime(2026, 11, 26, 3, tzinfo=UTC), username="inspector", seed="a seed")


@cache
def public_form(name: str) -> Form:
    path = FOLDER / name
    return Form.parse(path.read_text(encoding="utf-8") if path.suffix == ".xml" else xform_of_file(path))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_the_robot_finishes_every_public_form(name: str, seed: int) -> None:
    form = public_form(name)
    filling = Robot(form, FACTS, random.Random(seed), checks_every=5).run()
    assert filling.open() == ()
    assert filling.is_complete
    _check_instance(form, filling)


def _check_instance(form: Form, filling: Filling) -> None:
    """Well-formed, called as the form is, and holding the relevant values and nothing else."""
    root = ElementTree.fromstring(filling.to_xml("uuid:1"))
    assert root.get("id", "") == form.id
    assert root.findtext("meta/instanceID") == "uuid:1"
    written = sorted(element.text or "" for element in root.iter() if not len(element) and element.text)
    held = {path: value for path, value in filling.values.items() if not path.endswith("/meta/instanceID")}
    assert written == sorted([*held.values(), "uuid:1"])


@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_the_robot_finishes_a_form_that_holds_everything(seed: int) -> None:
    """Nested and counted repeats, cascades, defaults, triggers, once(): held against a new filling after every step."""
    filling = Robot(everything(), FACTS, random.Random(seed)).run()
    assert filling.open() == ()
    _check_instance(everything(), filling)


@cache
def everything() -> Form:
    return Form.parse(xform_of_file(Path(__file__).parent / "everything.md"))
