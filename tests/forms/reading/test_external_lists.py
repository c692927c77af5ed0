"""Lists of choices beside a form become part of it, whatever kind of file they are."""

import json
import xml.etree.ElementTree as ET

import pytest

from inspection.forms.external_lists import COLUMN_LIMIT, LIST_LIMIT, is_plain_name, lists_wanted
from tests.forms.reading.sheets import TITLES, Rows, a_file, a_form, good, places, read

X = "{http://www.w3.org/2002/xforms}"
TITLES_WITH_MORE = (*TITLES, "choice_filter", "parameters")
CSV = "name,label,county\nbl,博乐,652701\njh,精河,652722\n"
XML = (
    "<root><item><name>bl</name><label>博乐</label><county>652701</county></item>"
    "<item><name>jh</name><label>精河</label><county>652722</county></item></root>"
)
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "id": "bl",
                "properties": {"title": "博乐", "height": 531},
                "geometry": {"type": "Point", "coordinates": [82.07, 44.9]},
            }
        ],
    }
)

_WIDE = (
    b"name,label," + b",".join(b"c%d" % at for at in range(COLUMN_LIMIT)) + b"\na,b" + b",1" * COLUMN_LIMIT
)


def _instance(xform: str, id: str) -> list[dict[str, str]]:
    found = next(one for one in ET.fromstring(xform).iter(f"{X}instance") if one.get("id") == id)
    assert found.get("src") is None
    return [
        {child.tag.removeprefix(X): child.text or "" for child in item} for item in found.iter(f"{X}item")
    ]


def _itemset(xform: str) -> tuple[str, str, str]:
    found = next(ET.fromstring(xform).iter(f"{X}itemset"))
    return found.attrib["nodeset"], found[0].attrib["ref"], found[1].attrib["ref"]


def _asking(file: str, filter: str = "", parameters: str = "") -> dict[str, Rows]:
    row = (f"select_one_from_file {file}", "town", "哪里", "", filter, parameters)
    return a_form(("text", "where", "哪县", "", "", ""), row, titles=TITLES_WITH_MORE)


@pytest.mark.parametrize(("ending", "text"), [("csv", CSV), ("xml", XML)])
def test_a_table_and_a_tree_give_the_same_choices(ending: str, text: str) -> None:
    form = good(_asking(f"towns.{ending}"), **{f"towns_{ending}": text.encode()})
    assert _instance(form.xform, "towns") == [
        {"name": "bl", "label": "博乐", "county": "652701"},
        {"name": "jh", "label": "精河", "county": "652722"},
    ]
    assert _itemset(form.xform) == ("instance('towns')/root/item", "name", "label")


def test_places_of_a_map_are_chosen_by_their_title() -> None:
    form = good(_asking("towns.geojson"), towns_geojson=GEOJSON.encode())
    assert _instance(form.xform, "towns") == [
        {"id": "bl", "title": "博乐", "height": "531", "geometry": "44.9 82.07 0 0"}
    ]
    assert _itemset(form.xform)[1:] == ("id", "title")


def test_a_list_may_be_filtered_and_name_its_own_columns() -> None:
    sheets = _asking("towns.csv", "county = ${where}", "value=county label=name")
    form = good(sheets, towns_csv=CSV.encode())
    nodeset, value, label = _itemset(form.xform)
    assert nodeset.replace(" ", "") == "instance('towns')/root/item[county=/data/where]"
    assert (value, label) == ("county", "name")


def test_a_list_as_a_chinese_program_saves_it_is_read() -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        assert "博乐" in good(_asking("towns.csv"), towns_csv=CSV.encode(encoding)).xform


def test_choices_of_the_external_sheet_become_choices_like_any_other() -> None:
    external: Rows = (
        ("list_name", "name", "label", "county"),
        ("towns", "bl", "博乐", "652701"),
        ("towns", "bl", "博乐", "652702"),
    )
    row = ("select_one_external towns", "town", "哪里", "", "county = ${where}", "")
    sheets = a_form(
        ("text", "where", "哪县", "", "", ""), row, titles=TITLES_WITH_MORE, external_choices=external
    )
    form = good(
        {**sheets, "settings": (("form_id", "form_title", "allow_choice_duplicates"), ("CL-1", "示", "yes"))}
    )
    assert [one["county"] for one in _instance(form.xform, "towns")] == ["652701", "652702"]
    assert _itemset(form.xform)[0].startswith("instance('towns')/root/item[county")
    assert "query=" not in form.xform


def test_an_external_list_may_bear_the_name_of_another() -> None:
    external: Rows = (("list_name", "name", "label", "county"), ("kind", "bl", "博乐", "652701"))
    rows = [
        ("select_one kind", "where", "哪种", "", "", ""),
        ("select_one_external kind", "town", "哪里", "", "county = ${where}", ""),
    ]
    form = good(a_form(*rows, titles=TITLES_WITH_MORE, external_choices=external))
    assert [one["name"] for one in _instance(form.xform, "kind")] == ["meat", "fish"]
    assert [one["name"] for one in _instance(form.xform, "kind_external")] == ["bl"]


@pytest.mark.parametrize(
    ("file", "data", "code"),
    [
        ("towns.csv", None, "list_file_missing"),
        ("towns.csv", b"name,title\na,b\n", "list_file_column"),
        ("towns.csv", b"", "list_file_unreadable"),
        ("towns.csv", b"name,label\n", "list_file_unreadable"),
        ("towns.csv", b"\xff\xfe\x00\x00\xff", "list_file_unreadable"),
        ("towns.xml", b"<root><item>", "list_file_unreadable"),
        ("towns.xml", b"<!DOCTYPE r [<!ENTITY a 'b'>]><root><item><name>&a;</name></item></root>",
         "list_file_unreadable"),
        ("towns.geojson", b"{}", "list_file_unreadable"),
        ("towns.geojson", b"[" * 100_000, "list_file_unreadable"),
        ("towns.csv", b"name,label\n" + b"a,b\n" * (LIST_LIMIT + 1), "list_file_too_long"),
        ("towns.csv", _WIDE, "list_file_too_long"),
        ("../towns.csv", b"name,label\na,b\n", "list_file_name"),
        ("/etc/towns.csv", b"name,label\na,b\n", "list_file_name"),
    ],
)  # fmt: skip
def test_a_list_that_can_not_be_taken_is_told_at_the_row(file: str, data: bytes | None, code: str) -> None:
    beside = {} if data is None else {file.replace(".", "_").replace("/", "_"): data}
    reading = read(_asking(file), **beside)
    assert places(reading) == [(code, "survey", 3, "A")]


def test_a_list_that_two_questions_use_is_there_once() -> None:
    rows = [(f"select_one_from_file {name}", f"q{at}", "哪里") for at, name in enumerate(["t.csv", "t.csv"])]
    xform = good(a_form(*rows), t_csv=CSV.encode()).xform
    assert xform.count('<instance id="t"') == 1


def test_the_lists_that_a_form_wants_are_known_before_it_is_read() -> None:
    rows = [("select_one_from_file a.csv", "a", "甲"), ("select_multiple_from_file b.xml", "b", "乙"),
            ("select_one_from_file ../c.csv", "c", "丙"), ("text", "d", "丁")]  # fmt: skip
    assert lists_wanted(a_file(a_form(*rows))) == {"a.csv", "b.xml"}


@pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "a\\b.csv", "c:a.csv", ".a.csv", "a.txt", "a"])
def test_a_name_that_leads_elsewhere_is_no_list(name: str) -> None:
    assert not is_plain_name(name)
