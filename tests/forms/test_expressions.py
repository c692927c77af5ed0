"""Rules of a form as ODK reads them, each shown on a small form filled in by hand."""

import uuid
from datetime import UTC, datetime

import pytest

from inspection.forms.filling import Facts, Filling, Unfit
from tests.forms.converting import a_form

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)  # noon in Beijing
FACTS = Facts(at=NOON, username="inspector", seed="a seed")
HEADS = [
    "type",
    "name",
    "label",
    "relevant",
    "required",
    "constraint",
    "calculation",
    "default",
    "choice_filter",
    "repeat_count",
    "trigger",
    "parameters",
]
CHOICES = """
| choices |
| | list_name | name | label | region |
| | yn | yes | Yes | |
| | yn | no | No | |
| | goods | meat | Meat | |
| | goods | milk | Milk | |
| | goods | ice | Ice | |
| | region | north | North | |
| | region | south | South | |
| | city | urumqi | Urumqi | north |
| | city | yining | Yining | north |
| | city | kashgar | Kashgar | south |
"""


def a_filling(*rows: dict[str, str], answers: dict[str, str] | None = None) -> Filling:
    """A form of these rows ({"type": …, "name": …}); the label is the name unless the row has one."""
    lines = ["| survey |", f"| | {' | '.join(HEADS)} |"]
    for row in rows:
        row = {"label": row.get("name", ""), **row}
        lines.append(f"| | {' | '.join(row.get(head, '') for head in HEADS)} |")
    return Filling(a_form("\n".join(lines) + CHOICES), answers, FACTS)


def calculated(expression: str, **given: str) -> str:
    """What the expression comes to; `given` are texts it may refer to."""
    filling = a_filling(
        *({"type": "text", "name": name} for name in given),
        {"type": "calculate", "name": "outcome", "calculation": expression},
    )
    for name, value in given.items():
        filling.answer(filling.form.by_name[name].id, value)
    return filling.values.get("/data/outcome", "")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("7 div 2", "3.5"),
        ("-7 mod 3", "-1"),
        ("1 div 0", ""),
        ("number('')", ""),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(1.005 * 100, 1)", "100.5"),
        ("round(1234, -2)", "1200"),
        ("round(-12.25, 1)", "-12.2"),
        ("int(-3.7)", "-3"),
        ("6.1 - 7.8 = -1.7", "true"),
        ("3 < 4 < 5", "true"),
        ("-3 < 3 = 6 >= 6", "true"),
        ("'017' = '17'", "false"),
        ("'017' = 17", "true"),
        ("'-17' > '-172'", "true"),
        ("number('1.1e6')", ""),
        ("pow(2, 10)", "1024"),
        ("sqrt(-1)", ""),
        ("abs(-3)", "3"),
        ("max(3, 11, 2)", "11"),
        ("date('2026-01-31') + 1", "20485"),
        ("date(date('2026-01-31') + 1)", "2026-02-01"),
        ("date('2026-03-01') - date('2026-02-01')", "28"),
        ("today()", "2026-11-26"),
        ("now()", "2026-11-26T12:00:00.000+08:00"),
        ("today() > date('2026-11-25')", "true"),
        ("today() <= now()", "true"),
        ("decimal-date-time('1970-01-02T12:00:00.000+08:00')", "1.5"),
        ("decimal-time('06:00:00.000+08:00')", "0.25"),
        ("format-date('2026-11-05', '%Y年%n月%e日')", "2026年11月5日"),
        ("format-date-time('2026-11-05T09:07:00.000+08:00', '%H:%M %a')", "09:07 Thu"),
        ("date-time('2026-11-05')", "2026-11-05T00:00:00.000+08:00"),
        ("concat('a', 1, true())", "a1true"),
        ("join('-', 'a', 'b', 'c')", "a-b-c"),
        ("substr('abcdef', 1, 3)", "bc"),
        ("substr('abcdef', -2)", "ef"),
        ("substring-before('12kg', 'kg')", "12"),
        ("substring-after('No:12', ':')", "12"),
        ("translate('2026-11', '-', '')", "202611"),
        ("normalize-space('  a   b ')", "a b"),
        ("string-length('乌鲁木齐')", "4"),
        ("contains('abc', '')", "true"),
        ("ends-with('abc', 'bc')", "true"),
        ("regex('A12', '[A-Z][0-9]+')", "true"),
        ("regex('xA12', '[A-Z][0-9]+')", "false"),
        ("count-selected(' a  b ')", "2"),
        ("selected-at('a b c', 2)", "c"),
        ("selected-at('a', 5)", ""),
        ("if('' = 0, 'same', 'not')", "not"),
        ("coalesce('', 'second')", "second"),
        ("boolean-from-string('TRUE')", "true"),
        ("not(false()) and true()", "true"),
        ("checklist(2, 3, true(), false(), true())", "true"),
        ("weighted-checklist(3, 5, true(), 2, true(), 2)", "true"),
        ("digest('a', 'SHA-256', 'hex')", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("'it' = \"it\"", "true"),
        ("round(distance('0 0 0 0', '0 1 0 0') div 1000)", "111"),
    ],
)
def test_functions_come_to_what_odk_says(expression: str, value: str) -> None:
    assert calculated(expression) == value


def test_an_answer_that_is_not_there_compares_as_the_empty_text() -> None:
    assert calculated("if(${a} = '', 'empty', 'full')", a="") == "empty"
    assert calculated("${a} + 1", a="") == ""
    assert calculated("${a} + 1", a="2026-01-31") == "20485"


def test_a_picked_choice_is_looked_for_as_a_whole_word() -> None:
    filling = a_filling(
        {"type": "select_multiple goods", "name": "goods"},
        {
            "type": "text",
            "name": "why",
            "relevant": "selected(${goods}, 'ice') and count-selected(${goods}) > 1",
        },
    )
    filling.answer("q1", "ice")
    assert filling.find("q2") is None
    filling.answer("q1", "meat ice")
    assert filling.find("q2") is not None


def test_a_hidden_group_keeps_its_answers_and_brings_them_back() -> None:
    filling = a_filling(
        {"type": "select_one yn", "name": "staff"},
        {"type": "begin_group", "name": "g", "relevant": "${staff} = 'yes'"},
        {"type": "integer", "name": "people"},
        {"type": "end_group"},
        {"type": "calculate", "name": "twice", "calculation": "${people} * 2"},
    )
    filling.answer("q1", "yes")
    filling.answer("q2", "4")
    assert filling.values["/data/twice"] == "8"
    filling.answer("q1", "no")
    assert filling.find("q2") is None
    assert "/data/twice" not in filling.values
    assert "people" not in filling.to_xml()
    assert filling.answers["q2"] == "4"
    filling.answer("q1", "yes")
    assert filling.find("q2") is not None
    assert filling.values["/data/twice"] == "8"


def test_a_choice_that_is_filtered_away_stays_but_blocks_the_end() -> None:
    filling = a_filling(
        {"type": "select_one region", "name": "region"},
        {"type": "select_one city", "name": "city", "choice_filter": "region = ${region}"},
    )
    filling.answer("q1", "north")
    assert [choice.name for choice in filling.choices("q2", "en")] == ["urumqi", "yining"]
    filling.answer("q2", "yining")
    filling.answer("q1", "south")
    assert filling.answers["q2"] == "yining"
    assert [(each.id, each.problem) for each in filling.open()] == [("q2", "choice")]
    with pytest.raises(Unfit, match="unfit_choice"):
        filling.answer("q2", "urumqi")
    filling.answer("q2", "kashgar")
    assert filling.is_complete


def test_a_label_says_the_answers_it_refers_to() -> None:
    filling = a_filling(
        {"type": "text", "name": "shop"},
        {"type": "note", "name": "hello", "label": "Welcome to ${shop}!"},
    )
    filling.answer("q1", "冰柜 <b>")
    assert filling.label("n1", "zh") == "Welcome to 冰柜 <b>!"


def test_a_dynamic_default_is_taken_once_and_stays_cleared() -> None:
    filling = a_filling(
        {"type": "date", "name": "day", "default": "today()"},
        {"type": "text", "name": "other"},
    )
    assert filling.find("q1").value == "2026-11-26"  # type: ignore[union-attr]
    filling.move_to(Facts(at=NOON.replace(day=28), started_at=NOON))
    assert filling.find("q1").value == "2026-11-26"  # type: ignore[union-attr]
    filling.answer("q1", "")
    again = Filling(filling.form, filling.answers, filling.facts, filling.kept)
    assert again.find("q1").value == ""  # type: ignore[union-attr]


def test_once_keeps_the_first_value() -> None:
    filling = a_filling(
        {"type": "text", "name": "name"},
        {"type": "calculate", "name": "first", "calculation": "once(${name})"},
    )
    filling.answer("q1", "A")
    filling.answer("q1", "B")
    assert filling.values["/data/first"] == "A"
    again = Filling(filling.form, filling.answers, filling.facts, filling.kept)
    assert again.values["/data/first"] == "A"


def test_what_is_drawn_stays_the_same_for_a_seed() -> None:
    row = {"type": "calculate", "name": "lot", "calculation": "once(random())"}
    one, two = a_filling(row), a_filling(row)
    assert one.values["/data/lot"] == two.values["/data/lot"]
    other = Filling(one.form, facts=Facts(at=NOON, seed="another"))
    assert other.values["/data/lot"] != one.values["/data/lot"]


def test_a_uuid_is_one_of_version_four() -> None:
    drawn = calculated("uuid()")
    assert uuid.UUID(drawn).version == 4
    assert calculated("string-length(uuid(12))") == "12"


def test_shuffled_choices_are_the_same_choices_in_an_order_that_stays() -> None:
    rows = {"type": "select_one city", "name": "city", "parameters": "randomize=true"}
    one, two = a_filling(rows), a_filling(rows)
    names = [choice.name for choice in one.choices("q1", "en")]
    assert sorted(names) == ["kashgar", "urumqi", "yining"]
    assert names == [choice.name for choice in two.choices("q1", "en")]


def test_a_trigger_writes_when_its_question_changes() -> None:
    filling = a_filling(
        {"type": "text", "name": "a"},
        {"type": "text", "name": "seen", "calculation": "concat('saw ', ${a})", "trigger": "${a}"},
    )
    assert filling.answer("q1", "x") == {"q1": "x", "q2": "saw x"}
    assert filling.find("q2").value == "saw x"  # type: ignore[union-attr]


def test_repeats_count_themselves_and_know_their_neighbours() -> None:
    filling = a_filling(
        {"type": "integer", "name": "n"},
        {"type": "begin_repeat", "name": "fridge", "repeat_count": "${n}"},
        {"type": "decimal", "name": "t"},
        {"type": "calculate", "name": "nth", "calculation": "position(..)"},
        {
            "type": "calculate",
            "name": "rise",
            "calculation": "${t} - indexed-repeat(${t}, ${fridge}, position(..) - 1)",
        },
        {"type": "end_repeat"},
        {"type": "calculate", "name": "total", "calculation": "sum(${t})"},
        {"type": "calculate", "name": "many", "calculation": "count(${fridge})"},
    )
    filling.answer("q1", "3")
    for position, value in enumerate(("-18", "-16.5", "-12"), 1):
        filling.answer(f"q2.{position}", value)
    assert filling.values["/data/total"] == "-46.5"
    assert filling.values["/data/many"] == "3"
    assert filling.values["/data/fridge/rise.3"] == "4.5"
    filling.answer("q1", "2")
    assert filling.values["/data/total"] == "-34.5"
    assert filling.find("q2.3") is None
    filling.answer("q1", "3")
    assert filling.find("q2.3").value == "-12"  # type: ignore[union-attr]


def test_nested_repeats_have_two_positions_and_removing_moves_answers_up() -> None:
    filling = a_filling(
        {"type": "begin_repeat", "name": "fridge", "label": "Fridge"},
        {"type": "text", "name": "tag"},
        {"type": "begin_repeat", "name": "shelf", "label": "Shelf"},
        {"type": "decimal", "name": "t", "relevant": "${tag} != ''"},
        {"type": "end_repeat"},
        {"type": "end_repeat"},
    )
    filling.add("r2")
    filling.add("r1.2")
    filling.answer("q1.1", "A")
    filling.answer("q1.2", "B")
    filling.answer("q2.2.1", "1")
    filling.answer("q2.2.2", "2")
    assert filling.trail("q2.2.2", "en") == ("Fridge 2/2", "Shelf 2/2")
    changes = filling.remove("r2", 1)
    assert changes == {
        "q1.1": "B",
        "q1.2": "",
        "q2.1.1": "1",
        "q2.2.1": "",
        "q2.1.2": "2",
        "q2.2.2": "",
        "r2": "1",
    } | {
        "r1.1": "2",
        "r1.2": "",
    }
    assert [(each.id, each.value) for each in filling.asked()] == [
        ("q1.1", "B"),
        ("q2.1.1", "1"),
        ("q2.1.2", "2"),
        ("r1.1", "2"),
        ("r2", "1"),
    ]


def test_required_can_hang_on_another_answer() -> None:
    filling = a_filling(
        {"type": "select_one yn", "name": "a", "required": "yes"},
        {"type": "text", "name": "why", "required": "${a} = 'no'"},
    )
    assert [each.id for each in filling.open()] == ["q1"]
    filling.answer("q1", "no")
    assert [(each.id, each.problem) for each in filling.open()] == [("q2", "required")]


def test_a_refused_answer_changes_nothing() -> None:
    filling = a_filling({"type": "integer", "name": "n", "constraint": ". > 3"})
    filling.answer("q1", "5")
    for value, sentence in (("3", "unfit_constraint"), ("3.5", "unfit_integer"), ("x", "unfit_integer")):
        with pytest.raises(Unfit, match=sentence):
            filling.answer("q1", value)
    assert filling.answers == {"q1": "5"}
    with pytest.raises(Unfit, match="unfit_question"):
        filling.answer("q9", "1")


def test_a_constraint_that_another_answer_breaks_blocks_the_end() -> None:
    filling = a_filling(
        {"type": "integer", "name": "most"},
        {"type": "integer", "name": "n", "constraint": ". <= ${most}"},
    )
    filling.answer("q1", "5")
    filling.answer("q2", "4")
    filling.answer("q1", "3")
    assert [(each.id, each.problem) for each in filling.open()] == [("q2", "constraint")]


def test_other_asks_for_words() -> None:
    filling = a_filling({"type": "select_one goods or_other", "name": "goods"})
    assert len(filling.asked()) == 1
    filling.answer("q1", "other")
    assert [asked.question.name for asked in filling.asked()] == ["goods", "goods_other"]


def test_who_and_when_are_filled_in_by_themselves() -> None:
    filling = a_filling(
        {"type": "start", "name": "start"},
        {"type": "username", "name": "who"},
        {"type": "today", "name": "d"},
    )
    assert filling.values["/data/start"] == "2026-11-26T12:00:00.000+08:00"
    assert filling.values["/data/who"] == "inspector"
    assert filling.values["/data/d"] == "2026-11-26"


def test_the_label_of_a_choice_can_stand_in_a_calculation() -> None:
    filling = a_filling(
        {"type": "select_one city", "name": "city"},
        {"type": "calculate", "name": "said", "calculation": "jr:choice-name(${city}, '${city}')"},
    )
    filling.answer("q1", "kashgar")
    assert filling.values["/data/said"] == "Kashgar"


def test_a_department_sees_its_own_questions() -> None:
    filling = a_filling({"type": "text", "name": "a"}, {"type": "text", "name": "b"})
    assert filling.asked("fire", lead="market") == ()
    assert len(filling.asked("market", lead="market")) == 2


@pytest.mark.parametrize(
    ("choice_filter", "given", "shown"),
    [
        ("region = ${t}", "north", ["urumqi", "yining"]),
        ("region = ${t} and name = 'yining'", "north", ["yining"]),
        ("(region = ${t}) and (name != 'yining')", "north", ["urumqi"]),
        ("region = ${t} or name = 'kashgar'", "north", ["urumqi", "yining", "kashgar"]),
        ("string-length(name) = ${n}", "", []),
        ("region = concat(${t}, 'th')", "nor", ["urumqi", "yining"]),
        ("nowhere = ${t}", "", ["urumqi", "yining", "kashgar"]),
        ("position() = 2", "", ["yining"]),
    ],
)
def test_choices_are_filtered_by_any_condition(choice_filter: str, given: str, shown: list[str]) -> None:
    filling = a_filling(
        {"type": "text", "name": "t"},
        {"type": "integer", "name": "n"},
        {"type": "select_one city", "name": "city", "choice_filter": choice_filter},
    )
    filling.answer("q1", given)
    assert [choice.name for choice in filling.choices("q3", "en")] == shown
