"""差异化监管: shares held against the rules, risk that moves an object's class, caps by class, and what-ifs."""

import json
from pathlib import Path
from typing import Any

import pytest

from actions.draws import announce_draw
from actions.load_supervision_rules import keep_supervision_rules
from actions.planning import special_objects
from actions.pools import freeze, frozen_pools
from actions.rehearsals import rehearse_checked
from inspection.refusals import Unacceptable
from inspection.supervision.reading import read_supervision
from inspection.supervision.rules import (
    ItemKind,
    RiskLevel,
    SupervisionRules,
    as_toml,
    check_share,
    effective_class,
    risk_level,
    risk_score,
)
from storage import planning
from storage.store import Store
from storage.supervision import built_in_supervision, standing_supervision
from storage.tables.inspections import DrawRecord
from storage.tables.registers import InspectionItem, RegisteredObject, Scheme
from storage.tables.supervision import RiskIndicator
from tests.actions.story import SECRET, Story, a_story, changing
from tests.planning.office import text_of
from tests.registers.folders import load, told, write_workbook
from tests.stores import on_both
from tests.web.houses import a_client, a_house

RULES = built_in_supervision()
GENERAL, KEY = ItemKind.GENERAL, ItemKind.KEY
CATERING = {"industry": ["catering"]}
_RAISE = "raise_medium = 0\nraise_high = 1\n"


def _asks(story: Story, strata: list[dict[str, Any]], **changes: Any) -> None:
    with changing(story.store) as records:
        scheme = records.get(Scheme, "S1")
        scheme.strata = strata
        for name, value in changes.items():
            setattr(scheme, name, value)


def _kinds(story: Story, kind: str) -> None:
    with changing(story.store) as records:
        for item in ("T-market", "T-fire"):
            records.get(InspectionItem, item).kind = kind


@on_both
def test_shares_classes_and_caps_go_by_the_rules_and_the_pool_shows_it(store: Store, tmp_path: Path) -> None:
    story = a_story(store, objects=30)
    _shares(story)
    _risk(story, tmp_path)
    _caps(story)


def _shares(story: Story) -> None:
    _asks(story, [{"name": "全部", "where": CATERING, "ratio": "0.5"}])
    refused = story.refuses(Unacceptable, announce_draw, "S1", secret=SECRET, by="OP")
    assert refused.sentence == "share_above_rule"
    assert refused.facts == {"stratum": "全部", "credit_class": "B", "share": "50%", "limit": "20%"}
    _kinds(story, "key")
    with story.store.reading() as records:
        assert rehearse_checked(records, "S1", at=story.at, runs=1)[1] == ()
    _kinds(story, "general")
    _asks(story, [{"name": "全部", "where": CATERING, "ratio": "0.5"}], cap_exemption="complaint")
    with story.store.reading() as records:
        assert rehearse_checked(records, "S1", at=story.at, runs=1)[1] == ()
    _asks(story, [{"name": "全部", "where": CATERING, "count": 7}], cap_exemption=None)
    assert (
        story.refuses(Unacceptable, announce_draw, "S1", secret=SECRET, by="OP").sentence
        == "share_above_rule"
    )


def _risk(story: Story, folder: Path) -> None:
    """Loaded as a sheet: a high risk raises the class by which an object is drawn, and strata may choose by it."""
    titles = ("对象编号", "指标代码", "指标值", "评定日期", "来源")
    rows = [
        ("B1", code, 90, "2026-11-01", "12345热线") for code in ("R01", "R02", "R03", "R0305", "R04", "R05")
    ]
    bad = [("B2", "R09", 50, "", ""), ("B2", "R01", 101, "", ""), ("B99", "R01", 1, "", "")]
    write_workbook(folder / "risks.xlsx", {"风险指标": [titles, *rows, *bad, ("B3", "R03", 60, "", "")]})
    said = told(load(story.store, folder))
    assert [line.split("：")[1] for line in said] == [
        "risks.xlsx 「风险指标」 第 8 行 B 列 「指标代码」",
        "risks.xlsx 「风险指标」 第 9 行 C 列 「指标值」",
        "risks.xlsx 「风险指标」 第 10 行 A 列 「对象编号」",
    ]
    assert len(story.rows(RiskIndicator)) == 7
    _asks(
        story,
        [
            {"name": "高风险", "where": {"risk": ["high"]}, "ratio": "1"},
            {"name": "其余", "where": {"class": ["B"]}, "ratio": "0.1"},
        ],
    )
    story.do(announce_draw, "S1", secret=SECRET, by="OP")
    draw = story.row(DrawRecord, "D-S1-1")
    strata = {one["name"]: (one["size"], one["quota"]) for one in json.loads(draw.announcement)["strata"]}
    assert strata == {"高风险": (1, 1), "其余": (29, 3)}
    lines = {one["id"]: one for one in map(json.loads, draw.objects.splitlines())}
    assert (lines["B1"]["class"], lines["B1"]["listed_class"], lines["B1"]["risk"]) == ("C", "B", "high")
    assert (lines["B3"]["class"], lines["B3"]["risk"], "listed_class" in lines["B3"]) == ("B", "low", False)
    assert "risk" not in lines["B2"]
    assert len(frozen_pools(draw).objects) == 30
    with story.store.reading() as records:
        assert special_objects(records) == {"B1": ("C", "high"), "B3": ("B", "low")}
        groups = planning.object_groups(records, 2026, special_objects(records))
        assert sum(one.number for one in groups) == 30
        assert [(one.credit_class, one.number) for one in groups if one.risk == "high"] == [("C", 1)]
    story.run()
    with story.store.reading() as records:
        drawn = sum(len(one.own) for one in planning.object_groups(records, 2026, special_objects(records)))
    assert drawn == 4


def _caps(story: Story) -> None:
    """A class of which the rules allow no visit is left out by its cap, whatever the list allows."""
    reading = read_supervision('[general.B]\nbasis = "示例"\nvisits = 0\n', "rules.toml")
    with changing(story.store) as records:
        assert keep_supervision_rules(records, reading.sections, at=story.at) == (1, True)
        assert keep_supervision_rules(records, reading.sections, at=story.at) == (1, False)
        assert standing_supervision(records)[1].of_class(GENERAL, "A").most == "0.05"
    _kinds(story, "general")
    with story.store.reading() as records:
        scheme = records.get(Scheme, "S1")
        thought = Scheme(
            **{**scheme.model_dump(), "strata": [{"name": "C", "where": {"class": ["C", "B"]}, "count": 1}]}
        )
        frozen = freeze(records, thought)
    assert [(one.cause, one.number) for one in frozen.left_out] == [("cap", 29)]
    assert [one.id for one in frozen.pools.objects] == ["B1"]


# As values.


@pytest.mark.parametrize(
    ("kind", "classes", "size", "quota", "wanted"),
    [
        (GENERAL, "B", 100, 20, []),
        (GENERAL, "B", 101, 21, []),  # 20.2, rounded up
        (GENERAL, "B", 100, 21, [("B", True, True)]),
        (GENERAL, "AB", 100, 20, [("A", True, True)]),
        (GENERAL, "B", 19, 19, [("B", True, False)]),
        (GENERAL, "B", 100, 1, [("B", False, False)]),
        (GENERAL, "D", 100, 100, []),
        (GENERAL, "E", 100, 100, []),
        (KEY, "A", 100, 100, []),
        (KEY, "D", 100, 10, [("D", False, False)]),
    ],
)
def test_a_share_is_held_against_the_rule_of_every_class_in_it(
    kind: ItemKind, classes: str, size: int, quota: int, wanted: list[tuple[str, bool, bool]]
) -> None:
    found = check_share(RULES, stratum="x", kind=kind, classes=classes, size=size, quota=quota)
    assert [(one.credit_class, one.is_above, one.is_refused) for one in found] == wanted


@pytest.mark.parametrize(
    ("indicators", "score", "level", "credit_class"),
    [
        ({}, None, None, "B"),
        ({"R99": 100}, None, None, "B"),
        ({"R03": 100}, 35, RiskLevel.LOW, "B"),
        ({"R03": 100, "R0305": 10, "R01": 50}, 40, RiskLevel.MEDIUM, "B"),
        ({"R03": 100, "R04": 100, "R01": 100}, 70, RiskLevel.HIGH, "C"),
    ],
)
def test_indicators_become_a_level_by_their_weights(
    indicators: dict[str, int], score: int | None, level: RiskLevel | None, credit_class: str
) -> None:
    assert risk_score(RULES.risk, indicators) == score
    assert risk_level(RULES.risk, indicators) is level
    assert effective_class(RULES.risk, "B", level) == credit_class
    assert effective_class(RULES.risk, "D", RiskLevel.HIGH) == "D"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "supervision_no_rules", 0),
        ("[general.A\n", "toml_broken", 1),
        ('\n[general.E]\nbasis = "x"\n', "supervision_unknown", 2),
        ("nothing = 1\n", "supervision_unknown", 1),
        ("risk = 1\n", "supervision_not_a_section", 1),
        ('[general.A]\nbasis = "x"\nmust = 1\n', "supervision_unknown_key", 3),
        ('[general.A]\nmost = "5%"\n', "supervision_words", 1),
        ('[general.A]\nbasis = "x"\nmost = "105%"\n', "supervision_share", 3),
        ('[general.A]\nbasis = "x"\nmost = 0.05\n', "supervision_share", 3),
        ('[general.A]\nbasis = "x"\nleast = "6%"\nmost = "5%"\n', "supervision_least_above_most", 4),
        ('[general.A]\nbasis = "x"\nvisits = -1\n', "supervision_whole", 3),
        ('[small_pools]\nbasis = "x"\nbelow = true\n', "supervision_whole", 3),
        (
            f'[risk]\nbasis = "x"\nweights = {{ R06 = 1 }}\nmedium_from = 1\nhigh_from = 2\n{_RAISE}',
            "supervision_weights",
            3,
        ),
        (
            f'[risk]\nbasis = "x"\nweights = {{ R01 = 1 }}\nmedium_from = 9\nhigh_from = 9\n{_RAISE}',
            "supervision_levels_in_order",
            5,
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_named_with_its_line(text: str, code: str, line: int) -> None:
    reading = read_supervision(text, "rules.toml")
    assert reading.sections == {}
    assert [(one.code, one.row) for one in reading.problems][:1] == [(code, line)]


def test_rules_as_shown_are_read_as_they_are() -> None:
    assert SupervisionRules.of(read_supervision(as_toml(RULES), "x").sections) == RULES


# What if.


def test_a_what_if_reckons_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    story = a_story(store, objects=12)
    with changing(store) as records:
        for number in (1, 2, 3, 4):
            records.get(RegisteredObject, f"B{number}").credit_class = "D"
        records.get(RegisteredObject, "B12").status = "closed"
    _asks(story, [{"name": "全部", "where": CATERING, "ratio": "0.1"}])
    before = story.everything()
    house = a_house(store, tmp_path, is_demo=True)
    house.clock.now = story.at
    with a_client(house) as door:

        def shown(who: str = "OP", **asked: str) -> tuple[int, str]:
            answer = door.get("/schemes/S1/what-if", params={"chat": who, **asked})
            return answer.status_code, text_of(answer)

        status, page = shown(class_D="100%")
        assert status == 200
        assert "共检查5户" in page  # 0.1 of 7, and all four of class D
        assert "全部 · D 4 4" in page
        assert "等级 名录库 检查户数 以往发现问题 B 7 1 – D 4 4 –" in page
        assert "消防救援支队 10 4 5 " in page
        assert "已注销、吊销或迁出：1户" in page
        assert "共检查6户" in shown(row_1="0.5")[1]
        status, page = shown(row_1="许多")
        assert (status, "“许多”不能试算" in page) == (422, True)
        status, page = shown(class_A="5%")
        assert (status, "没有“A”这一层或这一等级的对象" in page) == (422, True)
        assert "共检查4户" in shown(class_B="1%", class_D="0.7")[1]
        assert shown(who="HD-fire")[0] == 404
        assert door.get("/schemes/S9/what-if", params={"chat": "OP"}).status_code == 404
        listed = door.get("/what-if", params={"chat": "OP"}).text
        assert "/schemes/S1/what-if?chat=OP" in listed
        assert door.get("/what-if", params={"chat": "HD-fire"}).status_code == 404
    assert story.everything() == before
