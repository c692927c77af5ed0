"""One checklist filled in: what is said in which language, where a question stands, and what goes out."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from inspection.forms.filling import Facts, Filling, Unfit
from inspection.forms.form import Form
from tests.forms.converting import xform_of_file

FACTS = Facts(at=datetime(2026, 11, 26, 4, tzinfo=UTC), username="inspector", seed="a seed")


@cache
def everything() -> Form:
    return Form.parse(xform_of_file(Path(__file__).parent / "everything.md"))


def id_of(name: str) -> str:
    return everything().by_name[name].id


def a_filling() -> Filling:
    filling = Filling(everything(), facts=FACTS)
    filling.answer(id_of("shop"), "天山")
    filling.answer(id_of("goods"), "meat ice")
    filling.answer(id_of("people"), "2")
    filling.answer(f"{id_of('name')}.2", "甲")
    filling.add(id_of("fridge"))
    filling.add(f"{id_of('reading')}.2")
    filling.answer(f"{id_of('t')}.2.2", "-10.5")
    return filling


def test_a_question_is_said_in_the_language_of_the_reader_or_the_first() -> None:
    filling = a_filling()
    assert filling.label(id_of("shop"), "zh") == "店名"
    assert filling.label(id_of("shop"), "en") == "Shop"
    assert filling.label(id_of("shop"), "ug") == "店名"
    assert filling.label(f"{id_of('name')}.1", "en") == "Name at 天山"
    assert [choice.label for choice in filling.choices(id_of("region"), "zh")] == ["北疆", "南疆"]
    assert filling.label("q999", "zh") == ""


def test_a_question_says_where_it_stands() -> None:
    filling = a_filling()
    assert filling.trail(f"{id_of('name')}.2", "zh") == ("人员", "人员 2/2")
    assert filling.trail(f"{id_of('t')}.2.2", "en") == ("Fridge 2/2", "Reading 2/2")
    assert filling.trail(f"{id_of('reading')}.2", "en") == ("Fridge 2/2",)
    assert filling.trail(id_of("shop"), "en") == ()


def test_a_broken_constraint_is_said_in_every_language() -> None:
    with pytest.raises(Unfit) as refused:
        a_filling().answer(id_of("opened"), "2027-01-01")
    assert refused.value.messages == {"中文 (zh)": "不能晚于今天", "English (en)": "Not after today"}


def test_the_instance_holds_what_is_relevant_and_where_it_came_from() -> None:
    root = ElementTree.fromstring(a_filling().to_xml("uuid:7"))
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "CL-ALL", "20261126")
    assert root.findtext("meta/instanceID") == "uuid:7"
    assert [each.findtext("name") for each in root.findall("staff/person")] == ["", "甲"]
    assert [len(fridge.findall("reading")) for fridge in root.findall("fridge")] == [1, 2]
    assert root.find("staff/health_note") is None
    assert root.findtext("warmest") == "-10.5"


def test_data_is_nested_as_the_form_is() -> None:
    data = a_filling().to_json()
    assert data["people"] == 2
    assert data["goods"] == ["meat", "ice"]
    assert data["region"] is None
    assert isinstance(data["fridge"], list)
    assert data["fridge"][1] == {
        "tag": "A01",
        "reading": [{"t": None}, {"t": -10.5, "warm": None}],
        "worst": "-10.5",
    }


def test_rows_are_the_answers_in_order() -> None:
    rows = a_filling().to_rows()
    assert [(row.name, row.positions, row.value) for row in rows][:4] == [
        ("shop", (), "天山"),
        ("goods", (), "meat ice"),
        ("people", (), "2"),
        ("name", (2,), "甲"),
    ]
    assert all((row.number > 0) is row.id.startswith("q") for row in rows), "what is only shown has no number"


def test_a_filling_is_made_again_from_what_it_kept() -> None:
    filling = a_filling()
    again = Filling(everything(), filling.answers, filling.facts, filling.kept)
    assert again.asked() == filling.asked()
    assert again.to_xml() == filling.to_xml()


def test_time_that_passes_moves_what_looks_at_the_clock() -> None:
    filling = a_filling()
    filling.answer(id_of("opened"), "2026-11-26")
    filling.move_to(Facts(at=datetime(2026, 11, 25, 4, tzinfo=UTC), seed="a seed"))
    assert (id_of("opened"), "constraint") in [(each.id, each.problem) for each in filling.open()]


def test_how_many_can_be_said_at_once() -> None:
    filling = a_filling()
    assert filling.answer(id_of("fridge"), "3") == {id_of("fridge"): "3"}
    assert filling.find(id_of("fridge")).value == "3"  # type: ignore[union-attr]
    changes = filling.answer(id_of("fridge"), "1")
    assert changes[id_of("fridge")] == "1"
    assert changes[f"{id_of('t')}.2.2"] == ""
    assert filling.find(f"{id_of('t')}.2.2") is None
    with pytest.raises(Unfit, match="unfit_count"):
        filling.answer(id_of("fridge"), "-1")
