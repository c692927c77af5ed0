"""What a chat can carry is read; what it cannot is refused with sheet, row, column and what works instead."""

import pytest

from inspection.forms.carried import INSTEAD
from tests.forms.reading.sheets import CHOICES, TITLES, a_form, good, places, read, told

REFUSED = {
    "range": "integer", "rank kind": "select_multiple", "barcode": "text", "audio": "file", "video": "file",
    "geotrace": "geopoint", "geoshape": "geopoint", "background-audio": "file", "audit": "",
    "xml-external": "select_one_from_file", "csv-external": "select_one_from_file", "start-geopoint": "geopoint",
    "background-geopoint": "geopoint", "osm": "geopoint", "subscriberid": "username", "simserial": "username",
}  # fmt: skip
CARRIED = (
    "select_one kind", "select_multiple kind", "select_one kind or_other", "integer", "decimal", "text", "date",
    "time", "dateTime", "geopoint", "image", "photo", "file", "note", "acknowledge",
)  # fmt: skip
METADATA = ("start", "end", "today", "deviceid", "username", "phonenumber", "email")
RULES = ("relevant", "constraint", "calculation", "required", "read_only", "choice_filter", "default")


@pytest.mark.parametrize("written", REFUSED)
def test_a_type_that_a_chat_cannot_carry_is_refused_with_what_works(written: str) -> None:
    reading = read(a_form(("text", "a", "甲"), (written, "b", "乙")))
    assert reading.form is None
    assert places(reading) == [("type_not_carried", "survey", 3, "A")]
    for language in ("zh", "en"):
        assert REFUSED[written] in told(reading, language)[0]
        assert written in told(reading, language)[0]


def test_for_every_refused_type_the_texts_say_what_works_instead() -> None:
    assert {one.split()[0] for one in REFUSED} | {"loop"} == INSTEAD


def test_a_loop_is_refused_in_favour_of_a_repeat() -> None:
    reading = read(a_form(("begin loop over kind", "a", "甲"), ("text", "b", "乙"), ("end loop", "", "")))
    assert places(reading) == [("type_not_carried", "survey", 2, "A")]
    assert "begin_repeat" in told(reading)[0]


@pytest.mark.parametrize("written", CARRIED)
def test_a_type_that_a_chat_can_carry_is_read(written: str) -> None:
    reading = read(a_form(("text", "a", "甲"), (written, "b", "乙")))
    assert (places(reading), reading.form is not None) == ([], True)


@pytest.mark.parametrize("written", METADATA)
def test_metadata_is_kept_and_asks_nobody(written: str) -> None:
    form = good(a_form(("text", "a", "甲"), (written, "b", "")))
    assert 'jr:preload="' in form.xform
    assert [one.name for one in form.questions] == ["a"]


@pytest.mark.parametrize(
    ("written", "code", "word"),
    [
        ("pulldata('towns', 'x', 'y', ${a})", "function_not_carried", "choice_filter"),
        ("selectd(${a}, 'x')", "unknown_function_but_near", "selected"),
        ("zzzzz(${a})", "unknown_function", "zzzzz"),
        ("${b} = 'x'", "no_such_field", "b"),
        ("${a = 'x'", "reference_broken", "${a"),
        ("${last-saved#a} = 'x'", "last_saved", "last-saved"),
        ("(${a} = 'x'", "bracket_open", "("),
        ("${a} = 'x')", "bracket_closed", ")"),
        ("${a} = 'x", "quote_open", "'"),
        ("${a} ＝ 'x'", "sign_in_expression", "＝"),
        ("${a} = = 'x'", "expression_breaks", "="),
        ("${a} = 'x' and", "expression_ends", "and"),
    ],
)
@pytest.mark.parametrize("column", RULES[:3])
def test_a_broken_expression_is_told_with_its_cell(column: str, written: str, code: str, word: str) -> None:
    row = ("calculate" if column == "calculation" else "text", "c", "丙", "", written)
    reading = read(a_form(("text", "a", "甲", "", ""), row, titles=(*TITLES, column)))
    assert (code, "survey", 3, "E") in places(reading)
    assert all(any(word in line for line in told(reading, language)) for language in ("zh", "en"))
    assert reading.form is None


@pytest.mark.parametrize("column", ["required", "read_only", "choice_filter", "default", "repeat_count"])
def test_the_other_columns_of_expressions_are_looked_at_too(column: str) -> None:
    row = (
        "begin_repeat" if column == "repeat_count" else "select_one kind",
        "c",
        "丙",
        "",
        "pulldata(${a}, 'x')",
    )
    rows = [("text", "a", "甲", "", ""), row]
    if column == "repeat_count":
        rows += [("text", "d", "丁", "", ""), ("end_repeat", "", "", "", "")]
    reading = read(a_form(*rows, titles=(*TITLES, column)))
    assert places(reading) == [("function_not_carried", "survey", 3, "E")]


@pytest.mark.parametrize("column", ["label::中文 (zh)", "hint", "constraint_message", "trigger"])
def test_a_reference_in_words_must_mean_a_question(column: str) -> None:
    reading = read(a_form(("text", "aaa", "甲", "", "${aab}"), titles=(*TITLES, column)))
    assert ("no_such_field_but_near", "survey", 2, "E") in places(reading)


def test_a_reference_that_two_questions_could_mean_is_refused() -> None:
    rows = [
        *(("begin_group", "g", "组"), ("text", "a", "甲"), ("end_group", "", "")),
        *(("begin_group", "h", "组"), ("text", "a", "甲"), ("end_group", "", "")),
        ("note", "n", "${a}"),
    ]
    assert places(read(a_form(*rows))) == [("several_such_fields", "survey", 8, "C")]


@pytest.mark.parametrize(
    "written",
    [
        "selected(${a}, 'x') and not(count-selected(${a}) > 2)",
        "if(${a} = 'x', 1, -2) * 3 div 2 mod 2 >= . or position(..) = 1",
        "instance('kind')/root/item[name = current()/../a]/label != ''",
        "once(today()) + 3 < date('2026-12-01')",
        "jr:choice-name(${a}, '${a}') = '肉' or regex(${a}, '^[0-9]+$')",
        "count(/data/*[. != '']) > 1 | 2",
        "${a} = “x”",
    ],
)
def test_an_expression_that_can_be_one_is_left_to_the_engine(written: str) -> None:
    row = ("text", "c", "丙", "", written)
    reading = read(a_form(("select_multiple kind", "a", "甲", "", ""), row, titles=(*TITLES, "relevant")))
    assert not reading.problems


@pytest.mark.parametrize(
    ("appearance", "codes"),
    [
        ("minimal columns-3 w2", []),
        ("signature", []),
        ("sparkling", ["appearance_unknown"]),
        ("search('towns')", ["function_not_carried"]),
        ("ex:org.example.app", ["appearance_other_app"]),
    ],
)
def test_an_appearance_is_known_pointed_out_or_refused(appearance: str, codes: list[str]) -> None:
    reading = read(a_form(("text", "a", "甲", "", appearance), titles=(*TITLES, "appearance")))
    assert places(reading) == [(code, "survey", 2, "E") for code in codes]
    assert (reading.form is None) == (codes not in ([], ["appearance_unknown"]))


@pytest.mark.parametrize("column", ["media::image", "image", "audio", "video", "media::image::English (en)"])
def test_pictures_and_sound_of_a_question_are_pointed_out(column: str) -> None:
    reading = read(a_form(("text", "a", "甲", "", "a.jpg"), titles=(*TITLES, column)))
    assert ("media_not_shown", "survey", 2, "E") in places(reading)
    assert reading.form is not None


@pytest.mark.parametrize("sheet", ["entities", "osm"])
def test_a_sheet_that_a_chat_has_no_use_for_is_refused_by_its_name(sheet: str) -> None:
    reading = read(a_form(("text", "a", "甲"), **{sheet: [("list_name", "label"), ("trees", "x")]}))
    assert places(reading) == [("form_sheet_refused", sheet, 0, "")]


def test_an_entity_of_a_question_is_refused() -> None:
    reading = read(a_form(("text", "a", "甲", "", "height"), titles=(*TITLES, "save_to")))
    assert places(reading) == [("entity_not_kept", "survey", 2, "E")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("txt", "a", "甲")], ("unknown_type", 2, "A")),
        ([("select_one", "a", "甲")], ("select_without_list", 2, "A")),
        ([("select_one kinds", "a", "甲")], ("list_missing", 2, "A")),
        ([("select_one_external kind", "a", "甲")], ("list_missing", 2, "A")),
        ([("", "a", "甲")], ("missing", 2, "A")),
        ([("text", "", "甲")], ("missing", 2, "B")),
        ([("text", "a", "")], ("missing", 2, "C")),
        ([("text", "1a", "甲")], ("field_name", 2, "B")),
        ([("text", "a", "甲"), ("text", "a", "乙")], ("field_name_twice", 3, "B")),
        ([("begin_group", "g", "组"), ("text", "a", "甲")], ("group_not_closed", 2, "A")),
        ([("text", "a", "甲"), ("end_group", "", "")], ("group_closed_unopened", 3, "A")),
        ([("begin_group", "g", "组"), ("text", "a", "甲"), ("end_repeat", "", ""), ("end_group", "", "")],
         ("group_closed_crosswise", 4, "A")),
        ([("text", "a", "甲"), ("calculate", "b", "")], ("missing", 3, "")),
        ([("text", "a", "甲", "乌有局")], ("not_in_list", 2, "D")),
        ([("text", "a", "字" * 2001)], ("too_long", 2, "C")),
        ([("note", "a", "只有说明")], ("no_questions", 2, "A")),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_told_with_its_cell(
    rows: list[tuple[str, ...]], expected: tuple[str, int, str]
) -> None:
    reading = read(a_form(*rows))
    code, row, column = expected
    assert places(reading) == [(code, "survey", row, column)]
    assert reading.form is None


@pytest.mark.parametrize(
    ("choice", "kind", "expected"),
    [
        (("kind", "meat", "又是肉"), "select_one", ("choice_twice", 7, "B")),
        (("kind", "", "无名"), "select_one", ("missing", 7, "B")),
        (("", "x", "无主"), "select_one", ("missing", 7, "A")),
        (("kind", "two words", "两"), "select_multiple", ("choice_with_blank", 7, "B")),
        (("kind", "x", "字" * 201), "select_one", ("too_long", 7, "C")),
        (("kind", "x", ""), "select_one", ("choice_without_words", 7, "C")),
    ],
)
def test_a_choice_that_is_wrong_is_told_with_its_cell(
    choice: tuple[str, ...], kind: str, expected: tuple[str, int, str]
) -> None:
    reading = read(a_form((f"{kind} kind", "a", "甲"), choices=(*CHOICES, choice)))
    code, row, column = expected
    assert places(reading) == [(code, "choices", row, column)]


def test_everything_that_is_wrong_is_told_at_once_in_reading_order() -> None:
    rows = [("range", "a", "甲"), ("text", "b", "乙", "乌有局"), ("select_one zzz", "c", "丙")]
    reading = read(a_form(*rows))
    assert [(code, row) for code, _, row, _ in places(reading)] == [
        ("type_not_carried", 2),
        ("not_in_list", 3),
        ("list_missing", 4),
    ]


def test_groups_within_groups_end_somewhere() -> None:
    rows = [("begin_group", f"g{number}", "组") for number in range(11)]
    rows += [("text", "a", "甲"), *(("end_group", "", "") for _ in range(11))]
    assert places(read(a_form(*rows))) == [("too_deep", "survey", 12, "A")]


def test_a_disabled_row_is_as_if_it_were_not_there() -> None:
    rows = [("text", "a", "甲", "", ""), ("range", "b", "乙", "", "yes")]
    assert places(read(a_form(*rows, titles=(*TITLES, "disabled")))) == []
