"""What a form asks: kinds, ids, numbers, companions, our own columns, and what is refused."""

import pytest

from inspection.forms.form import BadForm, Form, Kind
from tests.forms.converting import a_form, xform_of

SURVEY = """
| survey |
| | type | name | label | readonly | calculation |
| | select_one yn | a | A? | | |
| | text | a_note | Why? | | |
| | image | a_photo | Photo | | |
| | note | hello | Hello | | |
| | integer | n | N | | |
| | begin_group | g | G | | |
| | select_one city | c | C | | |
| | text | c_note | C note | | |
| | end_group | | | | |
| | begin_repeat | fridge | Fridge | | |
| | decimal | t | T | | |
| | end_repeat | | | | |
| | select_multiple city | m | M | | |
| | acknowledge | ok | OK | | |
| | date | d | D | | |
| | time | ti | Ti | | |
| | dateTime | dt | Dt | | |
| | geopoint | gp | Gp | | |
| | file | f | F | | |
| | text | shown | Shown | yes | ${n} * 2 |
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | yn | na | Not applicable |
| | city | u | Urumqi |
| | city | k | Kashgar |
| settings |
| | form_title | form_id | version |
| | Kitchen | CL-K | 7 |
"""


def test_every_control_is_a_question_with_its_kind() -> None:
    kinds = {question.name: question.kind for question in a_form(SURVEY).questions}
    assert kinds == {
        "a": Kind.SELECT_ONE,
        "a_note": Kind.TEXT,
        "a_photo": Kind.IMAGE,
        "hello": Kind.NOTE,
        "n": Kind.INTEGER,
        "c": Kind.SELECT_ONE,
        "c_note": Kind.TEXT,
        "t": Kind.DECIMAL,
        "fridge": Kind.REPEAT,
        "m": Kind.SELECT_MULTIPLE,
        "ok": Kind.ACKNOWLEDGE,
        "d": Kind.DATE,
        "ti": Kind.TIME,
        "dt": Kind.DATETIME,
        "gp": Kind.GEOPOINT,
        "f": Kind.FILE,
        "shown": Kind.TEXT,
    }


def test_a_form_knows_what_it_is_called() -> None:
    form = a_form(SURVEY)
    assert (form.id, form.version, form.title, form.languages) == ("CL-K", "7", "Kitchen", ())


def test_notes_repeats_and_companions_have_no_number_of_their_own() -> None:
    numbers = {question.name: question.number for question in a_form(SURVEY).questions}
    assert numbers["a"] == numbers["a_note"] == numbers["a_photo"] == 1
    assert numbers["hello"] == numbers["fridge"] == 0
    assert (numbers["n"], numbers["c"], numbers["c_note"], numbers["t"]) == (2, 3, 4, 5)


def test_note_and_photo_belong_to_the_compliance_question_before_them() -> None:
    form = a_form(SURVEY)
    asked = form.by_name["a"]
    assert asked.is_compliance
    assert form.question(asked.note) == form.by_name["a_note"]
    assert form.question(asked.photo) == form.by_name["a_photo"]
    assert form.by_name["a_note"].companion_of == asked.id
    assert not form.by_name["c"].is_compliance
    assert form.by_name["c_note"].companion_of == ""


def test_a_question_knows_the_repeats_around_it() -> None:
    form = a_form(SURVEY)
    assert form.by_name["t"].repeats == ("/data/fridge",)
    assert form.by_name["fridge"].id == "r1"


def test_ids_with_positions_lead_to_their_question() -> None:
    form = a_form(SURVEY)
    assert form.question(f"{form.by_name['t'].id}.3") == form.by_name["t"]
    assert form.question("q999") is None


def test_our_columns_are_read_from_the_bind() -> None:
    xml = xform_of(SURVEY).replace(
        'nodeset="/data/a"',
        'xmlns:c="urn:shuangsuiji:checklist" c:department="fire" c:basis="第3条" c:important="yes" '
        'c:resultHint="限期改正" nodeset="/data/a"',
    )
    question = Form.parse(xml).by_name["a"]
    assert (question.department, question.basis, question.result_hint) == ("fire", "第3条", "限期改正")
    assert question.is_important


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<not closed", "form_not_xml"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "form_not_xml"),
        ("<html/>", "form_without_model"),
        ("<html><model/></html>", "form_without_instance"),
        (
            "<html><model><instance><d><y/></d></instance></model><body><input ref='/d/x'/></body></html>",
            "form_reference",
        ),
        (
            "<html><model><instance><d><x/></d></instance></model><body><rank ref='/d/x'/></body></html>",
            "form_control",
        ),
        (
            "<html><model><instance><d><x/></d></instance><bind nodeset='/d/x' relevant='1 +'/></model></html>",
            "form_expression",
        ),
    ],
)
def test_a_broken_form_is_refused_with_a_reason(text: str, sentence: str) -> None:
    with pytest.raises(BadForm) as refused:
        Form.parse(text)
    assert refused.value.sentence == sentence


def test_pulldata_is_refused_by_name() -> None:
    table = """
    | survey |
    | | type | name | label | calculation |
    | | text | a | A | |
    | | calculate | b | | pulldata('list', 'x', 'y', ${a}) |
    """
    with pytest.raises(BadForm) as refused:
        a_form(table)
    assert refused.value.sentence == "form_function"
    assert refused.value.facts["function"] == "pulldata"


def test_questions_that_depend_on_each_other_in_a_circle_are_refused() -> None:
    table = """
    | survey |
    | | type | name | label | relevant |
    | | text | a | A | ${b} = 'x' |
    | | text | b | B | ${a} = 'x' |
    """
    with pytest.raises(BadForm) as refused:
        a_form(table)
    assert refused.value.sentence == "form_cycle"
