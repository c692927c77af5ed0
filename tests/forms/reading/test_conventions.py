"""What of a checklist is ours: departments, marks, companions, ids; and what every reader of it may count on."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.departments import DEPARTMENTS
from inspection.forms.expressions import flaws_of_expression, flaws_of_references
from inspection.forms.plain_form import NAMESPACE
from inspection.forms.reading import read_checklist
from tests.forms.reading.sheets import CHOICES, TITLES, Rows, a_file, a_form, good, places, read, told

XFORMS = "{http://www.w3.org/2002/xforms}"
OURS = f"{{{NAMESPACE}}}"
TWO = ("type", "name", "label::中文 (zh)", "label::English (en)")
TWO_CHOICES: Rows = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("kind", "meat", "肉", "Meat"),
)


def _binds(xform: str) -> dict[str, Mapping[str, str]]:
    """The attributes of each bind by the last step of its path."""
    found = ET.fromstring(xform).iter(f"{XFORMS}bind")
    return {one.attrib["nodeset"].rpartition("/")[2]: one.attrib for one in found}


def _words(xform: str, language: str) -> dict[str, str]:
    """The words of one language by their path."""
    translations = ET.fromstring(xform).iter(f"{XFORMS}translation")
    own = next(one for one in translations if one.attrib["lang"] == language)
    return {
        text.attrib["id"]: "".join(value.itertext()).strip()
        for text in own
        for value in text.iter(f"{XFORMS}value")
    }


def test_our_columns_stand_as_attributes_of_the_bind() -> None:
    titles = (*TITLES, "basis", "important", "resultHint")
    row = ("select_one answer", "a", "甲", "消防救援支队", "消防法28", "是", "现场处罚")
    bind = _binds(good(a_form(row, titles=titles)).xform)["a"]
    assert {name: bind[OURS + name] for name in ("department", "basis", "important", "resultHint")} == {
        "department": "fire",
        "basis": "消防法28",
        "important": "yes",
        "resultHint": "现场处罚",
    }


def test_an_empty_column_leaves_no_attribute() -> None:
    bind = _binds(good(a_form(("text", "a", "甲", ""))).xform)["a"]
    assert [name for name in bind if name.startswith(OURS)] == []


def test_our_columns_may_bear_their_chinese_names() -> None:
    titles = ("type", "name", "label", "责任部门", "检查依据", "重要事项")
    [question] = good(a_form(("text", "a", "甲", "税务局", "依据", "★"), titles=titles)).questions
    assert (question.department, question.basis, question.is_important) == ("tax", "依据", True)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_department_is_named_by_its_id_or_its_chinese_name(department: str) -> None:
    for written in (department, DEPARTMENTS[department].name):
        assert good(a_form(("text", "a", "甲", written))).departments == {department}


def test_a_group_hands_its_department_down_until_another_is_named() -> None:
    rows = [
        ("begin_group", "g", "组", "税务局"),
        ("text", "a", "甲", ""),
        ("begin_repeat", "r", "项", ""),
        ("text", "b", "乙", ""),
        ("text", "c", "丙", "海关"),
        ("end_repeat", "", "", ""),
        ("end_group", "", "", ""),
        ("text", "d", "丁", ""),
    ]
    form = good(a_form(*rows))
    assert {one.name: one.department for one in form.questions} == {
        "a": "tax",
        "b": "tax",
        "c": "customs",
        "d": "",
    }
    assert form.counts == {"tax": 2, "customs": 1, "": 1}
    assert _binds(form.xform)["b"][OURS + "department"] == "tax"


def test_yes_and_no_with_companions_is_one_question() -> None:
    rows = [
        ("select_one answer", "a", "甲", "税务局"),
        ("text", "a_note", "说明", ""),
        ("image", "a_photo", "照片", ""),
        ("integer", "b", "乙", ""),
    ]
    form = good(a_form(*rows))
    assert [(one.number, one.name) for one in form.questions] == [(1, "a"), (2, "b")]
    first = form.questions[0]
    assert (first.is_compliance, first.wants_note, first.wants_photo, form.photos) == (True, True, True, 1)


def test_a_companion_of_another_type_or_group_is_a_question_of_its_own() -> None:
    rows = [
        ("select_one answer", "a", "甲", ""),
        ("integer", "a_note", "说明", ""),
        ("begin_group", "g", "组", ""),
        ("image", "a_photo", "照片", ""),
        ("end_group", "", "", ""),
        ("select_one kind", "b", "乙", ""),
        ("text", "b_note", "说明", ""),
    ]
    reading = read(a_form(*rows))
    assert places(reading) == [("companion_kind", "survey", 3, "A")]
    assert reading.form is not None
    assert [one.number for one in reading.form.questions] == [1, 2, 3, 4, 5]


def test_notes_have_no_number_and_what_is_silent_is_not_shown() -> None:
    titles = (*TITLES, "calculation")
    rows = [("note", "n", "注意", "", ""), ("calculate", "c", "", "", "1 + 1"), ("text", "a", "甲", "", "")]
    assert [(one.number, one.name) for one in good(a_form(*rows, titles=titles)).questions] == [
        (0, "n"),
        (1, "a"),
    ]


def test_a_condition_names_the_number_of_the_question_and_those_of_the_groups_around() -> None:
    titles = (*TITLES, "relevant")
    rows = [
        ("select_one answer", "a", "甲", "", ""),
        ("begin_group", "g", "组", "", "${a} = 'yes'"),
        ("text", "b", "乙", "", "${a} != 'na'"),
        ("end_group", "", "", "", ""),
    ]
    question = good(a_form(*rows, titles=titles)).questions[1]
    assert question.condition == "(a(#1) = 'yes') and (a(#1) != 'na')"
    assert question.trail == ("组",)


def test_chinese_quotation_marks_stay_as_they_are_written() -> None:
    form = good(a_form(("text", "a", "无“三无”食品", "")))
    assert "无“三无”食品" in form.xform
    assert form.questions[0].words == {"": "无“三无”食品"}


def test_bent_quotation_marks_of_an_expression_become_straight() -> None:
    rows = [("text", "a", "甲", "", ""), ("text", "b", "乙", "", "${a} = ‘x’")]
    assert "='x'" in _binds(good(a_form(*rows, titles=(*TITLES, "relevant"))).xform)["b"]["relevant"].replace(
        " ", ""
    )


def test_markup_in_words_is_text() -> None:
    xform = good(
        a_form(("text", "a", "<b>甲</b> & ${b}", ""), ("text", "b", "<output value='/x'/>", ""))
    ).xform
    assert "<b>" not in xform
    assert len(list(ET.fromstring(xform).iter(f"{XFORMS}output"))) == 1


def test_words_that_lack_in_one_language_are_taken_from_the_other() -> None:
    rows = [("select_one kind", "a", "甲", ""), ("note", "n", "注意", "Mind")]
    reading = read(a_form(*rows, titles=TWO, choices=TWO_CHOICES))
    assert places(reading) == [("words_missing", "survey", 2, "D")]
    assert reading.form is not None
    assert _words(reading.form.xform, "English (en)")["/data/a:label"] == "甲"
    assert "-" not in _words(reading.form.xform, "English (en)").values()


def test_hints_in_one_language_only_are_there_in_all() -> None:
    titles = (*TWO, "hint")
    form = good(a_form(("text", "a", "甲", "A", "提示"), titles=titles, choices=TWO_CHOICES))
    assert form.languages == ("中文 (zh)", "English (en)")
    assert {_words(form.xform, one)["/data/a:hint"] for one in form.languages} == {"提示"}


def test_the_default_language_comes_first() -> None:
    own: Rows = (("form_title", "form_id", "default_language"), ("示例", "CL-1", "English (en)"))
    form = good(a_form(("text", "a", "甲", "A"), titles=TWO, choices=TWO_CHOICES, settings=own))
    assert form.languages == ("English (en)", "中文 (zh)")


def test_a_question_is_shown_in_the_readers_language_or_the_first() -> None:
    [question] = good(a_form(("text", "a", "甲", "A"), titles=TWO, choices=TWO_CHOICES)).questions
    assert [question.text(one) for one in ("zh", "en", "ug")] == ["甲", "A", "甲"]


def test_or_other_asks_what_it_is_in_the_forms_own_languages() -> None:
    row = ("select_multiple kind or_other", "a", "甲", "A")
    form = good(a_form(row, titles=TWO, choices=TWO_CHOICES))
    assert [(one.number, one.name) for one in form.questions] == [(1, "a"), (2, "a_other")]
    english, chinese = (_words(form.xform, one) for one in ("English (en)", "中文 (zh)"))
    assert (english["kind-1"], chinese["kind-1"]) == ("Other", "其他")
    assert chinese["/data/a_other:label"] == "请写明是什么："
    assert _binds(form.xform)["a_other"]["relevant"] == "selected(../a, 'other')"


def test_or_other_can_not_be_filtered() -> None:
    row = ("select_one kind or_other", "a", "甲", "", "true()")
    assert places(read(a_form(row, titles=(*TITLES, "choice_filter")))) == [
        ("other_with_filter", "survey", 2, "A")
    ]


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("A" * 15, "id_too_long"),
        ("CL 1", "id_characters"),
        ("检查表1", "id_characters"),
        ("CL_1", "id_characters"),
    ],
)
def test_an_id_that_does_not_fit_is_told_with_its_cell(id: str, code: str) -> None:
    reading = read(a_form(("text", "a", "甲"), settings=(("form_title", "form_id"), ("示例", id))))
    assert places(reading) == [(code, "settings", 2, "B")]


def test_a_form_without_settings_is_called_after_its_file() -> None:
    sheets = {"survey": (TITLES, ("text", "a", "甲"))}
    reading = read_checklist(a_file(sheets, name="CL-9.xlsx"))
    assert reading.form is not None
    assert (reading.form.id, reading.form.title, reading.form.version) == ("CL-9", "CL-9", "")
    assert [one.code for one in reading.problems] == ["id_from_file", "title_from_id"]
    nameless = a_file(sheets, name="检查表.xlsx")
    assert [one.code for one in read_checklist(nameless).problems if one.is_error] == ["missing"]


def test_other_words_make_another_digest_and_the_same_ones_do_not() -> None:
    one, same = (good(a_form(("text", "a", "甲"))) for _ in range(2))
    other = good(a_form(("text", "a", "乙")))
    assert one.digest == same.digest != other.digest
    assert one.version == "7"


def test_a_form_that_would_send_itself_elsewhere_or_lock_itself_does_not() -> None:
    own: Rows = (
        ("form_title", "form_id", "submission_url", "public_key"),
        ("示例", "CL-1", "https://example.org", "k"),
    )
    xform = good(a_form(("text", "a", "甲"), settings=own)).xform
    assert "example.org" not in xform
    assert "submission" not in xform


def test_what_only_the_converter_sees_is_quoted_with_its_row() -> None:
    row = ("integer", "a", "甲", "", "start=1 end")
    reading = read(a_form(("text", "b", "乙", "", ""), row, titles=(*TITLES, "parameters")))
    assert places(reading) == [("not_converted", "survey", 3, "")]
    assert "parameters" in told(reading)[0]


def test_a_survey_without_its_columns_is_told() -> None:
    assert places(read({"survey": (("name", "label"), ("a", "甲"))})) == [
        ("form_column_missing", "survey", 1, "")
    ]
    assert (
        places(read({"survey": (("题目", "说明"), ("a", "甲"))}))
        == [("form_column_missing", "survey", 1, "")] * 2
    )
    assert places(read({"问卷": (TITLES,)})) == [("no_survey_sheet", "", 0, "")]


def test_a_column_that_is_there_twice_is_told() -> None:
    reading = read(a_form(("text", "a", "甲", "", "1", "2"), titles=(*TITLES, "relevant", "relevance")))
    assert ("column_twice", "survey", 1, "F") in places(reading)


def test_invisible_signs_are_taken_out_and_pointed_out() -> None:
    reading = read(a_form(("text", "a", "甲\u202e乙\x00")))
    assert places(reading) == [("invisible_signs", "survey", 2, "C")]
    assert reading.form is not None
    assert reading.form.questions[0].words == {"": "甲乙"}


# --- Whatever somebody writes -----------------------------------------------------------------------------------------

_TYPES = st.sampled_from(
    ["text", "select_one answer", "select_multiple kind or_other", "note", "begin_group", "end_group", "begin_repeat",
     "end_repeat", "calculate", "range", "select_one_from_file x.csv", "select_one_external kind", "start", ""]
)  # fmt: skip
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["${a}", "${a} = 'x'", "yes", "<b>", "]]>", "&amp;", "a", "b", "{x}", "%s", "='", "1", "${", "\x00"]
)
_ROW = st.tuples(_TYPES | _TEXT, st.sampled_from("abcd") | _TEXT, *(_TEXT for _ in range(6)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_ROW, max_size=8),
    st.lists(st.tuples(st.sampled_from(["answer", "kind"]), _TEXT, _TEXT), max_size=3),
)
def test_no_form_makes_the_reading_fail(rows: list[tuple[str, ...]], choices: list[tuple[str, ...]]) -> None:
    titles = ("type", "name", "label", "department", "relevant", "required", "hint", "default")
    reading = read(a_form(*rows, titles=titles, choices=(*CHOICES, *choices)))
    assert (reading.form is None) == any(one.is_error for one in reading.problems)
    for language in ("zh", "en"):
        assert all("\n" not in line for line in told(reading, language))
    if reading.form is not None:
        assert ET.fromstring(reading.form.xform) is not None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_no_expression_makes_the_check_fail(text: str) -> None:
    assert all(flaw.code for flaw in flaws_of_expression(text))
    assert all(flaw.code for flaw in flaws_of_references(text, {"a": 1}))
