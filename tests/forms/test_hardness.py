"""What no form and no answer may do to the engine: crash it, fill the memory, take its time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.forms.calls import Focus
from inspection.forms.expression import Expression
from inspection.forms.filling import Filling, Unfit
from inspection.forms.form import BadForm
from inspection.forms.functions import FUNCTIONS
from tests.forms.converting import a_form
from tests.forms.test_expressions import a_filling

_ATOMS = st.sampled_from(
    [
        *("''", "'a b'", "'2026-11-26'", "'09:30'", "'44.9 82.07 0 0'", "'%Y-%m'", "'[A-Z]+'", "' /data/a '"),
        *("-1", "0", "2.5", "1e9", "1 div 0", "number('x')", "true()"),
        *("/data/a", "..", "//b", "/data/none", "/data/b[. > 1]", "../*", "../a | ../b"),
    ]
)


@st.composite
def calls(draw: st.DrawFn, depth: int = 2) -> str:
    """A call of any function with arguments of any kind, others within it."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    count = FUNCTIONS[name][0]
    least, most = (count, count) if isinstance(count, int) else (count[0], count[1] or count[0] + 2)
    inner = _ATOMS | calls(depth - 1) if depth else _ATOMS
    return f"{name}({', '.join(draw(st.lists(inner, min_size=least, max_size=most)))})"


@settings(max_examples=200, deadline=None)
@given(source=calls())
def test_no_call_of_any_function_crashes(source: str) -> None:
    try:
        expression = Expression(source, "/data/a")
    except BadForm:
        return
    assert expression.text(_focus()) is not None
    assert isinstance(expression.reads(_FILLING.form.places), dict)


_FILLING = a_filling(
    {"type": "text", "name": "a"}, {"type": "integer", "name": "b"}, answers={"q1": "x", "q2": "3"}
)


def _focus() -> Focus:
    return _FILLING.live.focus.on(_FILLING.live.root.children[0])


@settings(max_examples=150, deadline=None)
@given(source=st.text("/.[]()'= +-*|@:,data12$ \t", max_size=25) | st.text(max_size=12))
def test_any_text_is_an_expression_or_refused(source: str) -> None:
    try:
        Expression(source, "/data/a").text(_focus())
    except BadForm:
        return


@pytest.mark.parametrize(
    "answers", [{"r1": "999999999"}, {"r1": "1000", "r2": "x"}, {"q1.0": "1"}, {"": ""}, {"q1.1.1.1": "x"}]
)
def test_answers_that_make_no_sense_do_no_harm(answers: dict[str, str]) -> None:
    form = a_form("""
    | survey |
    | | type | name | label |
    | | begin_repeat | a | A |
    | | begin_repeat | b | B |
    | | integer | n | N |
    | | end_repeat | | |
    | | end_repeat | | |
    """)
    filling = Filling(form, answers)
    assert len(filling.asked()) < 10_000
    for id in ("", ".", "q1", "q1.", "q1.x", "q1.１", "r1.0", "q1.1.99999999999999999999"):
        assert filling.find(id) is None
        with pytest.raises(Unfit):
            filling.answer(id, "1")


def test_repeats_within_repeats_have_an_end() -> None:
    rows = [{"type": "begin_repeat", "name": f"r{depth}"} for depth in range(4)]
    filling = a_filling(*rows, {"type": "text", "name": "t"}, *({"type": "end_repeat"} for _ in range(4)))
    filling.answer("r4", "1000")
    for position in range(1, 13):
        filling.answer(f"r3.{position}", "450")
    with pytest.raises(Unfit, match="unfit_count"):
        filling.answer("r3.13", "1000")
    assert filling.live.size <= 30_000


def test_a_pattern_that_is_none_is_refused_when_the_form_is_read() -> None:
    with pytest.raises(BadForm, match="form_pattern"):
        a_filling({"type": "text", "name": "a", "constraint": "regex(., '[A-')"})


def test_an_answer_costs_what_it_changes_and_not_what_the_form_holds() -> None:
    """A form of 250 questions, each shown by a rule: one answer and what is asked then, well below a millisecond."""
    rows = [
        {"type": "select_one yn", "name": f"q{at}", "relevant": f"${{q{at // 10}}} != 'na'"}
        for at in range(1, 250)
    ]
    filling = a_filling({"type": "select_one yn", "name": "q0"}, *rows)
    filling.asked()
    begun = time.process_time()
    for at in range(100, 250):
        filling.answer(f"q{at}", "yes")
        filling.asked()
    assert (time.process_time() - begun) / 150 < 0.001
