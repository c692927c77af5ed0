"""The same form comes in three kinds of file; a file that is none gets one sentence."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.load_checklist import check_checklist
from storage import pages
from storage.form_files import read_form_file
from storage.workbook_look import UNPACKED_LIMIT
from tests.forms.reading.sheets import Sheets, a_form, places, told, write_form

ENDINGS = (".xlsx", ".csv", ".md")


def _form() -> Sheets:
    rows = [("select_one answer", "a", "甲、乙", "税务局"), ("text", "b", "丙 (1|2)".replace("|", "/"), "")]
    return a_form(*rows)


def test_a_workbook_a_table_and_a_page_give_the_same_xform(tmp_path: Path) -> None:
    digests = set()
    for ending in ENDINGS:
        reading = check_checklist(write_form(tmp_path / f"form{ending}", _form()))
        assert reading.form is not None, told(reading)
        digests.add(reading.form.digest)
    assert len(digests) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text("甲乙 ab1.，“”<&>'()", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4
    )
)
def test_whatever_the_words_are_the_three_kinds_of_file_agree(tmp_path: Path, words: list[str]) -> None:
    sheets = a_form(*(("text", f"q{at}", text, "") for at, text in enumerate(words)))
    readings = [check_checklist(write_form(tmp_path / f"form{ending}", sheets)) for ending in ENDINGS]
    assert {one.form.digest if one.form else "" for one in readings} == {
        readings[0].form and readings[0].form.digest
    }


@pytest.mark.parametrize(("ending", "place"), [(".xlsx", (3, "A")), (".csv", (4, "B")), (".md", (4, "B"))])
def test_a_place_is_where_the_file_itself_has_it(tmp_path: Path, ending: str, place: tuple[int, str]) -> None:
    sheets = a_form(("text", "a", "甲", ""), ("range", "b", "乙", ""))
    reading = check_checklist(write_form(tmp_path / f"form{ending}", sheets))
    assert places(reading) == [("type_not_carried", "survey", *place)]
    assert reading.problems[0].file == f"form{ending}"


def test_prose_and_rules_between_the_tables_of_a_page_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "CL-1.md"
    path.write_text(
        "# 一张检查表\n\n| survey | | | |\n|---|---|---|---|\n| | type | name | label |\n"
        "| | text | a | 甲\\|乙 |\n\n说明文字\n",
        encoding="utf-8",
    )
    reading = check_checklist(path)
    assert reading.form is not None
    assert reading.form.questions[0].words == {"": "甲|乙"}


def test_a_table_as_a_chinese_program_saves_it_is_read(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.csv", _form())
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert check_checklist(path).form is not None


def test_true_and_false_cells_of_a_workbook_are_yes_and_no(tmp_path: Path) -> None:
    sheets = a_form(("text", "a", "甲", "", True), titles=("type", "name", "label", "department", "required"))  # type: ignore[arg-type]
    form = check_checklist(write_form(tmp_path / "form.xlsx", sheets)).form
    assert form is not None
    assert 'required="true()"' in form.xform


def test_lists_beside_the_file_are_found(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.md", a_form(("select_one_from_file t.csv", "a", "甲", "")))
    assert places(check_checklist(path)) == [("list_file_missing", "survey", 3, "B")]
    (tmp_path / "t.csv").write_text("name,label\n1,一\n", encoding="utf-8")
    assert read_form_file(path).beside == {"t.csv": b"name,label\n1,\xe4\xb8\x80\n"}
    assert check_checklist(path).form is not None


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (UNPACKED_LIMIT + 1))


def _with_macros(path: Path) -> None:
    write_form(path, _form())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")


@pytest.mark.parametrize(
    ("name", "write", "code"),
    [
        ("form.xlsx", lambda path: path.write_bytes(b""), "file_empty"),
        ("form.md", lambda path: path.write_bytes(b""), "file_empty"),
        ("form.xlsx", lambda path: path.write_bytes(b"PK\x03\x04 not a zip"), "file_unreadable"),
        ("form.xlsx", lambda path: path.write_text("plain words"), "file_unreadable"),
        ("form.md", lambda path: path.write_bytes(b"\xff\xfe\x00"), "file_unreadable"),
        ("form.xlsx", lambda path: path.mkdir(), "file_unreadable"),
        ("form.xlsx", lambda path: None, "file_unreadable"),
        ("form.xlsx", _bomb, "file_too_large"),
        ("form.xlsx", _with_macros, "file_with_macros"),
        ("form.md", lambda path: path.write_text("# 说明\n"), "no_survey_sheet"),
        ("form.csv", lambda path: path.write_text("name,label\n1,2\n"), "no_survey_sheet"),
        ("form.xlsx", lambda path: write_form(path, {"检查表": [("题号",), ("1",)]}), "no_survey_sheet"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_form_gets_one_sentence(tmp_path: Path, name: str, write, code: str) -> None:  # type: ignore[no-untyped-def]
    write(tmp_path / name)
    reading = check_checklist(tmp_path / name)
    assert [one.code for one in reading.problems] == [code]
    for language in ("zh", "en"):
        [line] = told(reading, language)
        assert name in line


def test_a_file_that_is_larger_than_any_form_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FILE_LIMIT", 1000)
    path = write_form(tmp_path / "form.xlsx", _form())
    assert [one.code for one in check_checklist(path).problems] == ["file_too_large"]
