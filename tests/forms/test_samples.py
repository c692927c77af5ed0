"""The six sample checklists, filled in by the robot; and their preview, which must say what the chat will ask."""

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.forms.form import Form
from inspection.forms.read_form import ReadForm
from inspection.forms.reading import read_checklist
from storage.form_files import read_form_file
from tests.forms.robot import Robot
from tests.forms.test_public_forms import FACTS

FOLDER = Path(__file__).parents[2] / "samples" / "checklists"
NAMES = sorted(path.name for path in FOLDER.glob("*.xlsx"))


@cache
def _read(name: str) -> ReadForm:
    reading = read_checklist(read_form_file(FOLDER / name))
    assert reading.form is not None
    return reading.form


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_the_robot_finishes_every_sample(name: str, seed: int) -> None:
    filling = Robot(Form.parse(_read(name).xform), FACTS, random.Random(seed), checks_every=10).run()
    assert filling.is_complete


@pytest.mark.parametrize("name", NAMES)
def test_the_preview_numbers_and_hands_out_questions_as_the_chat_will(name: str) -> None:
    read = _read(name)
    asked = [one for one in Form.parse(read.xform).questions if one.number and not one.companion_of]
    shown = [one for one in read.questions if one.number]
    assert [(one.number, one.department, one.is_important, one.is_compliance) for one in asked] == [
        (one.number, one.department, one.is_important, one.is_compliance) for one in shown
    ]
