"""Whatever is wrong with a spreadsheet: one clear sentence with its place, and everything else is loaded."""

import shutil
import tomllib
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from inspection.registration.problems import Severity
from notifications import load_report
from storage.pages import column_letters
from storage.store import Store
from storage.tables.registers import RegisteredObject
from tests.registers.folders import (
    GOOD_CODE,
    OBJECT_TITLES,
    an_object_row,
    count_of,
    load,
    places,
    told,
    write_objects,
    write_workbook,
)
from tests.stores import an_empty_store

OLD = Path(__file__).parent / "old.xls"
TEXTS = Path(load_report.__file__).parent / "texts"


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Reading is the same on every database: SQLite will do."""
    with an_empty_store("sqlite", tmp_path_factory.mktemp("store")) as opened:
        yield opened


def _objects(store: Store) -> dict[str, RegisteredObject]:
    with store.reading() as records:
        return {one.id: one for one in records.session.exec(select(RegisteredObject))}


def test_a_missing_column_is_named_and_the_other_sheets_are_loaded(store: Store, tmp_path: Path) -> None:
    rows = [[value for at, value in enumerate(row) if at != 4] for row in (OBJECT_TITLES, an_object_row())]
    write_objects(tmp_path, *rows[1:], titles=rows[0])
    experts = [("专家编号", "姓名", "专业领域"), ("EXP-1", "云砚岫", "计量")]
    write_workbook(tmp_path / "experts.xlsx", {"专家库": experts})
    report = load(store, tmp_path)
    assert places(report) == [("column_missing", 1, "")]
    assert told(report)[0] == (
        "错误：objects.xlsx 「检查对象名录库」 第 1 行 「行政区划」：没有“行政区划”这一列，因此这张表的各行都没有导入。"
        "应为：标题行中要有“行政区划”。"
    )
    assert count_of(report, "objects").rejected == 1
    assert count_of(report, "experts").new == 1


def test_an_unknown_column_and_an_unknown_sheet_are_pointed_out(store: Store, tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "objects.xlsx",
        {
            "检查对象名录库": [(*OBJECT_TITLES, "信用风险等极"), [*an_object_row(), "A"]],
            "随手记": [("记得", "打电话")],
            "空表": [],
        },
    )
    report = load(store, tmp_path)
    assert places(report) == [("column_unused", 1, "H"), ("sheet_unknown", 0, "")]
    assert count_of(report, "objects").new == 1


def test_a_column_that_is_there_twice_is_refused(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, [*an_object_row(), "另一名称"], titles=(*OBJECT_TITLES, "名称"))
    report = load(store, tmp_path)
    assert places(report) == [("column_twice", 1, "H")]
    assert _objects(store) == {}


def test_cells_merged_downwards_count_for_each_row_and_a_title_above_is_no_matter(
    store: Store, tmp_path: Path
) -> None:
    rows = [
        ["博州检查对象名录库（2026年）"],
        OBJECT_TITLES,
        an_object_row(),
        an_object_row(对象编号="BL2", 统一社会信用代码="", 行政区划=""),
        an_object_row(对象编号="BL3", 统一社会信用代码="", 行政区划="", 对象类型="产品"),
    ]
    write_workbook(tmp_path / "objects.xlsx", {"检查对象名录库": rows}, merged=["A1:G1", "E3:E5"])
    report = load(store, tmp_path)
    assert places(report) == [("merged_cells", 3, "E"), ("credit_code_missing", 4, "D")]
    assert report.problems[0].facts == {"extent": "E3:E5"}
    assert {one.district for one in _objects(store).values()} == {"652701"}
    assert len(_objects(store)) == 3


def test_cells_merged_across_fill_the_first_column_only(store: Store, tmp_path: Path) -> None:
    rows = [OBJECT_TITLES, an_object_row(统一社会信用代码=""), an_object_row(对象编号="BL2")]
    write_workbook(tmp_path / "objects.xlsx", {"检查对象名录库": rows}, merged=["C2:D2"])
    report = load(store, tmp_path)
    assert places(report) == [("merged_cells", 2, "C"), ("credit_code_missing", 2, "D")]
    assert count_of(report, "objects").new == 2


def test_numbers_where_codes_belong(store: Store, tmp_path: Path) -> None:
    write_objects(
        tmp_path,
        an_object_row(对象编号=12),
        an_object_row(对象编号=9.16501e17),
        an_object_row(对象编号=1.5),
        an_object_row(对象编号="BL2", 统一社会信用代码=916501000000000000, 行政区划=652701.0),
    )
    report = load(store, tmp_path)
    assert places(report) == [
        ("number_as_code", 2, "A"),
        ("number_lost", 3, "A"),
        ("number_lost", 4, "A"),
        ("credit_code_number", 5, "D"),
    ]
    objects = _objects(store)
    assert set(objects) == {"12", "BL2"}
    assert objects["BL2"].credit_code == "916501000000000000"
    assert objects["BL2"].district == "652701"


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        (650100012345678, "credit_code_old"),
        ("91350100M000100Y44", "credit_code_check"),
        ("91350100M000100Y4", "credit_code_length"),
        ("9135O100M000100Y43", "credit_code_characters"),
        ("91350100M000100-43", "credit_code_characters"),
        ("650100012345678", "credit_code_old"),
        ("", "credit_code_missing"),
        ("没有<b>", "credit_code_length"),
    ],
)
def test_a_wrong_credit_code_is_pointed_out_and_loaded(
    store: Store, tmp_path: Path, code: str | int, flaw: str
) -> None:
    write_objects(tmp_path, an_object_row(统一社会信用代码=code))
    report = load(store, tmp_path, strict=True)
    assert places(report) == [(flaw, 2, "D")]
    assert report.is_loaded
    assert _objects(store)["BL1"].credit_code == str(code).upper()


def test_full_width_signs_and_lower_case_are_the_same_code(store: Store, tmp_path: Path) -> None:
    written = "".join(chr(ord(sign) + 0xFEE0) for sign in GOOD_CODE.lower())
    write_objects(tmp_path, an_object_row(对象编号=" ＢＬ１ ", 统一社会信用代码=written, 信用风险等级="ｂ"))
    report = load(store, tmp_path)
    assert report.problems == ()
    assert _objects(store)["BL1"].credit_code == GOOD_CODE


def test_of_two_rows_with_one_id_the_first_is_taken(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(), an_object_row(名称="后一家"))
    report = load(store, tmp_path)
    assert places(report) == [
        ("repeated", 3, "A"),
    ]
    assert told(report, "en")[0] == (
        "error: objects.xlsx 「检查对象名录库」 row 3 column A 「对象编号」: “BL1” was there before "
        "(objects.xlsx, row 2); the earlier row was taken. Right would be: one row for each id."
    )
    assert _objects(store)["BL1"].name == "示例餐馆"


def test_one_code_on_two_objects_is_pointed_out(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(), an_object_row(对象编号="BL2"))
    assert places(load(store, tmp_path)) == [("credit_code_repeated", 3, "D")]
    assert len(_objects(store)) == 2


def test_a_cell_of_ten_megabytes_is_refused_and_the_rest_goes_on(store: Store, tmp_path: Path) -> None:
    rows = [
        an_object_row(名称="肥" * (10 * 1024 * 1024 // 3)),
        an_object_row(对象编号="BL2"),
    ]
    lines = [",".join(str(cell) for cell in row) for row in (OBJECT_TITLES, *rows)]
    (tmp_path / "objects.csv").write_text("\n".join(lines), encoding="utf-8")
    report = load(store, tmp_path)
    assert places(report) == [("cell_too_large", 2, "C")]
    assert len(told(report)[0]) < 200
    assert set(_objects(store)) == {"BL2"}


def test_a_cell_of_ten_megabytes_in_a_workbook(store: Store, tmp_path: Path) -> None:
    # openpyxl cuts at the spreadsheet's own limit, so the long text is put into the file behind its back.
    path = write_objects(tmp_path, an_object_row(名称="一家"), an_object_row(对象编号="BL2"))
    _replace_in_archive(path, "xl/worksheets/sheet1.xml", "一家", "肥" * (10 * 1024 * 1024 // 3))
    report = load(store, tmp_path)
    assert places(report) == [("cell_too_large", 2, "C")]
    assert set(_objects(store)) == {"BL2"}


def test_a_text_of_ten_thousand_characters_is_refused_with_its_length(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(名称="长" * 10_000), an_object_row(对象编号="BL2"))
    report = load(store, tmp_path)
    assert places(report) == [("too_long", 2, "C")]
    assert report.problems[0].facts["length"] == 10_000
    assert "10000 个字" in told(report)[0]
    assert set(_objects(store)) == {"BL2"}


@pytest.mark.parametrize(
    "name",
    [
        "<b>云雀</b>示例餐馆",
        "*_[云雀](x)_*`",
        "👩‍🍳🍜示例餐馆",
        "䶮㛃示例餐馆",
        "=1+1",
        "{name}",
        "云雀\n示例餐馆",
    ],
)
def test_markup_emoji_and_rare_signs_are_part_of_a_name(store: Store, tmp_path: Path, name: str) -> None:
    lines = [",".join(OBJECT_TITLES), ",".join(f'"{cell}"' for cell in an_object_row(名称=name))]
    (tmp_path / "objects.csv").write_text("\n".join(lines), encoding="utf-8")
    report = load(store, tmp_path)
    assert report.problems == ()
    assert _objects(store)["BL1"].name == name


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\x07"])
def test_invisible_signs_are_taken_out_of_a_name_and_pointed_out(
    store: Store, tmp_path: Path, sign: str
) -> None:
    lines = [",".join(OBJECT_TITLES), ",".join(an_object_row(名称=f"云雀{sign}示例餐馆"))]
    (tmp_path / "objects.csv").write_text("\n".join(lines), encoding="utf-8")
    report = load(store, tmp_path)
    assert places(report) == [("invisible_signs", 2, "C")]
    assert _objects(store)["BL1"].name == "云雀示例餐馆"
    assert sign not in told(report)[0]


def test_a_name_of_invisible_signs_only_is_missing(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(名称="\u202e\u200b"))
    assert ("missing", 2, "C") in places(load(store, tmp_path))
    assert _objects(store) == {}


def test_braces_in_a_value_do_not_break_the_sentence(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(信用风险等级="{choices.__class__}"))
    assert "“{choices.__class__}”不在可选的词里" in told(load(store, tmp_path))[0]


@pytest.mark.parametrize(
    ("title", "value", "code"),
    [
        ("对象编号", "x" * 15, "id_too_long"),
        ("对象编号", "BL/1", "id_characters"),
        ("对象编号", "博乐1", "id_characters"),
        ("对象类型", "公司", "not_in_list"),
        ("行政区划", "乌有县", "not_in_list"),
        ("信用风险等级", "E", "not_in_list"),
        ("名称", "", "missing"),
        ("对象编号", "  ", "missing"),
    ],
)
def test_each_wrong_cell_has_its_code_and_place(
    store: Store, tmp_path: Path, title: str, value: str, code: str
) -> None:
    write_objects(tmp_path, an_object_row(**{title: value}), an_object_row(对象编号="BL2"))
    report = load(store, tmp_path)
    assert places(report) == [(code, 2, column_letters(OBJECT_TITLES.index(title)))]
    assert set(_objects(store)) == {"BL2"}


def test_several_faults_of_one_row_are_all_said_and_count_once(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(信用风险等级="E", 对象类型="公司", 名称=""))
    report = load(store, tmp_path)
    assert places(report) == [("not_in_list", 2, "B"), ("missing", 2, "C"), ("not_in_list", 2, "G")]
    assert count_of(report, "objects").rejected == 1


def test_an_unknown_industry_stays_as_written(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row(行业="捕鲸"))
    assert places(load(store, tmp_path)) == [("unknown_word", 2, "F")]
    assert _objects(store)["BL1"].industry == "捕鲸"


def test_days_are_read_however_they_are_written(store: Store, tmp_path: Path) -> None:
    titles = (*OBJECT_TITLES, "上次检查日期")
    written: list[Any] = [
        datetime(2026, 3, 5),  # noqa: DTZ001  # a date cell knows no zone
        "2026-03-05",
        "2026/3/5",
        "2026年3月5日",
        "2026.3.5",
        "２０２６－０３－０５",
        "2026-03-05 10:30:00",
        "20260305",
        20260305,
    ]
    wrong: list[Any] = ["2026-02-30", "去年", 20260231, "5/3/2026", 12]
    rows = [
        [*an_object_row(对象编号=f"BL{at}", 统一社会信用代码="", 对象类型="产品"), value]
        for at, value in enumerate([*written, *wrong])
    ]
    write_objects(tmp_path, *rows, titles=titles)
    report = load(store, tmp_path)
    assert places(report) == [("not_a_day", row, "H") for row in range(11, 16)]
    assert {str(one.last_inspected_on) for one in _objects(store).values()} == {"2026-03-05"}


@pytest.mark.parametrize("number", [46086, 46086.4375, "46086", "４６０８６"])
def test_a_day_that_lost_its_format_is_read_and_pointed_out(
    store: Store, tmp_path: Path, number: float | str
) -> None:
    write_objects(tmp_path, [*an_object_row(), number], titles=(*OBJECT_TITLES, "上次检查日期"))
    report = load(store, tmp_path, strict=True)
    assert places(report) == [("day_as_number", 2, "H")]
    assert "已按 2026-03-05 读取" in told(report)[0]
    assert str(_objects(store)["BL1"].last_inspected_on) == "2026-03-05"


def test_empty_rows_between_are_no_matter_and_numbers_stay_the_spreadsheets(
    store: Store, tmp_path: Path
) -> None:
    write_objects(tmp_path, [], an_object_row(), [None, "  "], an_object_row(对象编号="BL 2"))
    report = load(store, tmp_path)
    assert places(report) == [("id_characters", 5, "A")]
    assert count_of(report, "objects").new == 1


def test_a_csv_in_the_encoding_of_a_chinese_spreadsheet_program(store: Store, tmp_path: Path) -> None:
    lines = [",".join(OBJECT_TITLES), ",".join(an_object_row())]
    (tmp_path / "objects.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    assert load(store, tmp_path).problems == ()
    assert _objects(store)["BL1"].name == "示例餐馆"


def test_blank_rows_at_the_end_and_hidden_words_to_choose_from_are_no_matter(
    store: Store, tmp_path: Path
) -> None:
    path = write_objects(tmp_path, an_object_row(), *([None, " "] for _ in range(5)))
    workbook = load_workbook(path)
    workbook.worksheets[0].cell(3000, 3, " ")
    sheets: dict[str, list[tuple[str, ...]]] = {
        "下拉选项": [("企业", "个体工商户")],
        "专家库": [("专家编号", "姓名", "专业领域")],
    }
    for name, rows in sheets.items():
        hidden = workbook.create_sheet(name)
        hidden.sheet_state = "hidden"
        for row in rows:
            hidden.append(row)
    workbook.save(path)
    report = load(store, tmp_path)
    assert [(one.sheet, one.code) for one in report.problems] == [("专家库", "sheet_hidden")]
    assert count_of(report, "objects").new == 1


def test_a_formula_is_its_result_and_one_without_a_result_is_said(store: Store, tmp_path: Path) -> None:
    titles = (*OBJECT_TITLES, "本年度已检次数")
    rows = [[*an_object_row(对象编号=f"BL{at}", 统一社会信用代码=""), f"=0+{at}"] for at in (1, 2, 3)]
    drawn_down_too_far = [*[None] * len(OBJECT_TITLES), "=0+4"]
    path = write_objects(tmp_path, *rows, drawn_down_too_far, titles=titles)
    sheet = "xl/worksheets/sheet1.xml"
    _replace_in_archive(path, sheet, "<f>0+1</f><v />", "<f>0+1</f><v>1</v>")
    _replace_in_archive(path, sheet, '<c r="H3"><f>0+2</f><v />', '<c r="H3" t="e"><f>0+2</f><v>#DIV/0!</v>')
    report = load(store, tmp_path)
    assert [one for one in places(report) if one[0] != "credit_code_missing"] == [
        ("formula_without_value", 3, "H"),
        ("formula_without_value", 4, "H"),
    ]
    assert [one for one in told(report) if "#DIV/0!" in one] != []
    assert {id: one.visits_this_year for id, one in _objects(store).items()} == {"BL1": 1}


def test_a_blank_in_the_farthest_corner_does_not_end_the_process(store: Store, tmp_path: Path) -> None:
    """The reader would ask for the whole rectangle, 500 GB of it, and the process would be gone."""
    path = write_objects(tmp_path, an_object_row())
    workbook = load_workbook(path)
    workbook.worksheets[0]["XFD1048576"] = " "
    experts = workbook.create_sheet("专家库")
    experts.append(("专家编号", "姓名", "专业领域"))
    experts.append(("EXP-1", "云砚岫", "计量"))
    workbook.save(path)
    report = load(store, tmp_path)
    assert [(one.sheet, one.code) for one in report.problems] == [("检查对象名录库", "sheet_too_far")]
    assert count_of(report, "experts").new == 1


def test_a_zip_bomb_is_refused_before_it_unfolds(store: Store, tmp_path: Path) -> None:
    path = write_objects(tmp_path, an_object_row())
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/bomb", "w") as bomb,
    ):
        for _ in range(300):
            bomb.write(bytes(1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    report = load(store, tmp_path)
    assert [one.code for one in report.problems] == ["file_too_large"]
    assert "300 MB" in told(report)[0]


def test_a_zip_bomb_that_lies_about_its_size_is_refused(store: Store, tmp_path: Path) -> None:
    path = write_objects(tmp_path, an_object_row(名称="一家" * 90))
    (size,) = [
        one.file_size
        for one in zipfile.ZipFile(path).infolist()
        if one.filename == "xl/worksheets/sheet1.xml"
    ]
    data = path.read_bytes()
    assert size.to_bytes(4, "little") in data
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    report = load(store, tmp_path)
    assert [one.code for one in report.problems] == ["file_unreadable"]


@pytest.mark.parametrize("name", ["objects.xls", "检查对象名录库.et"])
def test_a_workbook_of_the_old_kind(store: Store, tmp_path: Path, name: str) -> None:
    """`old.xls` was written once, by xlwt: no package of ours makes that kind any more."""
    shutil.copyfile(OLD, tmp_path / name)
    report = load(store, tmp_path)
    assert places(report) == [
        ("number_as_code", 4, "A"),
        ("credit_code_old", 4, "D"),
        ("missing", 4, "E"),
        ("not_in_list", 5, "G"),
    ]
    (read,) = _objects(store).values()
    assert (read.id, read.district, str(read.last_inspected_on)) == ("BL1", "652701", "2026-03-05")


def test_a_new_workbook_under_the_old_ending_is_what_it_is_inside(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, an_object_row()).rename(tmp_path / "objects.xls")
    assert load(store, tmp_path).problems == ()
    assert set(_objects(store)) == {"BL1"}


def test_a_workbook_with_a_password_is_told_from_a_broken_one(store: Store, tmp_path: Path) -> None:
    (tmp_path / "objects.xlsx").write_bytes(_locked(OLD.read_bytes()))
    assert [one.code for one in load(store, tmp_path).problems] == ["file_has_a_password"]


def test_files_that_are_no_spreadsheets(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    (tmp_path / "b.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe\xff\xff\x80")
    (tmp_path / "e.xlsx").write_text(f"{','.join(OBJECT_TITLES)}\n", "utf-8")
    (tmp_path / "f.xls").write_bytes(OLD.read_bytes()[:1000])
    (tmp_path / "g.csv").mkdir()
    (tmp_path / "h.xlsx").symlink_to(tmp_path / "nowhere")
    with zipfile.ZipFile(tmp_path / "i.xlsx", "w") as archive:
        archive.writestr("anything.txt", "no workbook")
    (tmp_path / "~$objects.xlsx").write_bytes(b"a spreadsheet program's lock")
    (tmp_path / "notes.txt").write_text("not ours")
    whole = write_objects(tmp_path, an_object_row()).read_bytes()
    (tmp_path / "d.xlsx").write_bytes(whole[: len(whole) // 2])
    report = load(store, tmp_path)
    assert [(one.file, one.code) for one in report.problems] == [
        ("a.xlsx", "file_empty"),
        ("b.xlsx", "file_unreadable"),
        ("c.csv", "file_unreadable"),
        *(
            (f"{name}", "file_unreadable")
            for name in ("d.xlsx", "e.xlsx", "f.xls", "g.csv", "h.xlsx", "i.xlsx")
        ),
    ]
    assert count_of(report, "objects").new == 1


@pytest.mark.parametrize("folder", ["empty", "not-there", "a-file"])
def test_a_folder_without_spreadsheets_says_so(store: Store, tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_text("")
    report = load(store, tmp_path / folder)
    assert [one.code for one in report.problems] == ["nothing_to_load"]


def test_a_sheet_without_titles_says_which_there_should_be(store: Store, tmp_path: Path) -> None:
    write_objects(tmp_path, [1, 2], titles=("甲", "乙"))
    report = load(store, tmp_path)
    assert [one.code for one in report.problems] == ["no_titles"]
    assert "对象编号、对象类型、名称、行政区划" in told(report)[0]


def test_every_code_has_both_sentences_in_both_languages() -> None:
    texts = {
        language: tomllib.loads((TEXTS / language / "loading.toml").read_text("utf-8"))
        for language in ("zh", "en")
    }
    assert texts["zh"]["problem"].keys() == texts["en"]["problem"].keys()
    for language in texts.values():
        assert all(one["what"] and one["right"] for one in language["problem"].values())
        assert set(language["severity"]) == {severity.value for severity in Severity}


def _replace_in_archive(path: Path, member: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content[member] = content[member].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def _locked(workbook: bytes) -> bytes:
    """As a spreadsheet program keeps a workbook with a password: in the old container, under a name of its own."""
    written, wanted = ("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))
    at, locked = workbook.index(written), bytearray(workbook)
    locked[at : at + len(wanted)] = wanted
    locked[at + 64 : at + 66] = (len(wanted) + 2).to_bytes(2, "little")
    return bytes(locked)
