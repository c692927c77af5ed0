"""From the rows of a scheme to disjoint strata: one cell for each set of rows, and no row below its own ratio."""

from collections.abc import Mapping, Sequence
from math import ceil
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draw.double_random import ObjectCandidate, StratumPlan, exact_ratio
from draw.refusals import BadRatio, EmptyStratum
from draw.strata import members_of, quota_of, sized
from inspection.refusals import Unacceptable
from inspection.strata import ROWS_FIELD, Cell, Row, Stratification, Values, fits, items_for, stratify

WORDS = {"652701": "博乐市", "652722": "精河县"}
CATERING, LIFTS = {"industry": ("catering",)}, {"lists": ("lift",)}


def _values(
    credit_class: str = "B",
    district: str = "652701",
    *,
    industry: str = "catering",
    lists: Sequence[str] = (),
) -> Values:
    return {
        "class": credit_class,
        "district": district,
        "kind": "enterprise",
        "industry": industry,
        "lists": list(lists),
    }


def _strata(rows: Sequence[Row], objects: Mapping[str, Values]) -> Stratification:
    return stratify(rows, objects.items(), words=WORDS)


def _plans(strata: Stratification) -> list[StratumPlan]:
    return [StratumPlan(one.name, one.where, ratio=one.ratio, count=one.count) for one in strata.cells]


def _members(strata: Stratification, objects: Mapping[str, Values]) -> dict[str, list[str]]:
    """By cell the objects that the draw itself finds in it, from lines of the pool as `actions.pools` writes them."""
    return members_of(_plans(strata), _candidates(strata, objects))


def _candidates(strata: Stratification, objects: Mapping[str, Values]) -> list[ObjectCandidate]:
    return [_candidate(id, values, strata.rows_of) for id, values in objects.items()]


def _candidate(id: str, values: Values, rows_of: Mapping[str, str]) -> ObjectCandidate:
    more: dict[str, str | tuple[str, ...]] = {
        "industry": str(values["industry"]),
        "lists": tuple(values["lists"]),
    }
    if rows_of:
        more[ROWS_FIELD] = rows_of[id]
    return ObjectCandidate(id, str(values["class"]), str(values["district"]), str(values["kind"]), more)


# --- Rows that do not meet -------------------------------------------------------------------------------------------


def test_rows_that_share_no_object_keep_their_own_conditions() -> None:
    rows = [
        Row("餐饮", CATERING, ratio="0.05"),
        Row("宾馆", {"industry": ("hotel",), "class": ("C", "D")}, count=2),
    ]
    strata = _strata(rows, {"B1": _values(), "B2": _values("D", industry="hotel")})
    assert strata.cells == (
        Cell("餐饮", CATERING, ratio="0.05", count=None),
        Cell("宾馆", {"industry": ("hotel",), "class": ("C", "D")}, ratio=None, count=2),
    )
    assert strata.rows_of == {}


def test_an_object_that_fits_no_row_belongs_to_no_cell() -> None:
    objects = {"B1": _values(), "B2": _values(industry="hotel")}
    strata = _strata([Row("餐饮", CATERING, count=1)], objects)
    assert _members(strata, objects) == {"餐饮": ["B1"]}


def test_a_row_that_fits_nobody_stays_as_a_stratum_that_the_draw_refuses_by_its_name() -> None:
    objects = {"B1": _values()}
    strata = _strata([Row("餐饮", CATERING, ratio="0.1"), Row("电梯", LIFTS, ratio="0.2")], objects)
    assert [one.name for one in strata.cells] == ["餐饮", "电梯"]
    assert strata.cells[1] == Cell("电梯", LIFTS, ratio="0.2", count=None)
    with pytest.raises(EmptyStratum) as refused:
        sized(_plans(strata), _candidates(strata, objects))
    assert refused.value.facts["stratum"] == "电梯"


def test_a_row_that_fits_nobody_stays_beside_rows_that_meet() -> None:
    objects = {"B1": _values(lists=["lift"]), "B2": _values()}
    rows = [
        Row("餐饮", CATERING, ratio="0.1"),
        Row("电梯", LIFTS, ratio="0.2"),
        Row("锅炉", {"lists": ("boiler",)}, ratio="1"),
    ]
    strata = _strata(rows, objects)
    assert _members(strata, objects) == {"餐饮": ["B2"], "餐饮 + 电梯": ["B1"], "锅炉": []}


def test_a_single_rows_ratio_is_left_to_the_draw_to_read() -> None:
    strata = _strata([Row("餐饮", CATERING, ratio="5%")], {"B1": _values()})
    assert strata.cells[0].ratio == "5%"
    with pytest.raises(BadRatio):
        quota_of(_plans(strata)[0], 1)


# --- Split by class and district -------------------------------------------------------------------------------------


def test_a_split_gives_one_cell_for_each_value_that_occurs_in_words() -> None:
    objects = {
        "B1": _values("A"),
        "B2": _values("C", "652722"),
        "B3": _values("A", "652722"),
        "B4": _values("A"),
    }
    strata = _strata([Row("餐饮", CATERING, split=("class", "district"), ratio="0.1")], objects)
    assert _members(strata, objects) == {
        "餐饮 · A · 博乐市": ["B1", "B4"],
        "餐饮 · A · 精河县": ["B3"],
        "餐饮 · C · 精河县": ["B2"],
    }
    assert strata.cells[1].where == {**CATERING, "class": ("A",), "district": ("652722",)}
    assert {one.ratio for one in strata.cells} == {"0.1"}
    assert strata.rows_of == {}


def test_a_district_without_a_name_reads_as_its_code() -> None:
    [cell] = _strata(
        [Row("餐饮", CATERING, split=("district",), ratio="1")], {"B1": _values(district="659006")}
    ).cells
    assert cell.name == "餐饮 · 659006"


def test_a_split_by_class_narrows_the_classes_that_the_row_names() -> None:
    row = Row("重点", {"class": ("C", "D")}, split=("class",), count=1)
    strata = _strata([row], {"B1": _values("C"), "B2": _values("D"), "B3": _values("A")})
    assert [(one.where, one.count) for one in strata.cells] == [
        ({"class": ("C",)}, 1),
        ({"class": ("D",)}, 1),
    ]


def test_where_rows_meet_the_joint_cell_is_split_by_what_either_is_split_by() -> None:
    objects = {
        "B1": _values("A", lists=["lift"]),
        "B2": _values("C", lists=["lift"]),
        "B3": _values("C"),
        "B4": _values("A", industry="hotel", lists=["lift"]),
    }
    rows = [Row("餐饮", CATERING, split=("class",), ratio="0.1"), Row("电梯", LIFTS, ratio="0.2")]
    strata = _strata(rows, objects)
    assert _members(strata, objects) == {
        "餐饮 · C": ["B3"],
        "餐饮 + 电梯 · A": ["B1"],
        "餐饮 + 电梯 · C": ["B2"],
        "电梯": ["B4"],
    }


# --- Rows that meet --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratios", "highest"),
    [
        (("0.1", "0.09"), "0.1"),
        (("0.09", "0.1"), "0.1"),
        (("0.10", "0.1"), "0.10"),
        (("0.3333333333333333", "0.3333333333333334"), "0.3333333333333334"),
        (("0.999", "1"), "1"),
    ],
)
def test_who_fits_several_rows_is_drawn_once_at_the_highest_exact_ratio(
    ratios: tuple[str, str], highest: str
) -> None:
    objects = {
        "B1": _values(lists=["lift"]),
        "B2": _values(),
        "B3": _values(industry="hotel", lists=["lift"]),
    }
    rows = [Row("餐饮", CATERING, ratio=ratios[0]), Row("电梯", LIFTS, ratio=ratios[1])]
    strata = _strata(rows, objects)
    assert strata.cells == (
        Cell("餐饮", {ROWS_FIELD: ("1",)}, ratio=ratios[0], count=None),
        Cell("餐饮 + 电梯", {ROWS_FIELD: ("1+2",)}, ratio=highest, count=None),
        Cell("电梯", {ROWS_FIELD: ("2",)}, ratio=ratios[1], count=None),
    )
    assert strata.rows_of == {"B1": "1+2", "B2": "1", "B3": "2"}
    assert _members(strata, objects) == {"餐饮": ["B2"], "餐饮 + 电梯": ["B1"], "电梯": ["B3"]}


@pytest.mark.parametrize("wrong", ["5%", "", None])
def test_ratios_that_meet_and_cannot_be_read_are_refused_with_their_place(wrong: str | None) -> None:
    rows = [Row("餐饮", CATERING, ratio="0.1"), Row("电梯", LIFTS, ratio=wrong)]
    with pytest.raises(BadRatio) as refused:
        _strata(rows, {"B1": _values(lists=["lift"])})
    assert refused.value.facts["place"] == "Stratum 餐饮 + 电梯, ratio"


@pytest.mark.parametrize("counted", [0, 1])
def test_a_row_with_a_count_that_shares_an_object_is_refused_naming_both(counted: int) -> None:
    asked = [{"ratio": "0.1"}, {"ratio": "0.1"}]
    asked[counted] = {"count": 3}  # type: ignore[dict-item]
    rows = [
        Row.from_json({"name": "餐饮", "where": {"industry": ["catering"]}, **asked[0]}),
        Row.from_json({"name": "电梯", "where": {"lists": ["lift"]}, **asked[1]}),
    ]
    with pytest.raises(Unacceptable) as refused:
        _strata(rows, {"B1": _values(), "B2": _values(lists=["lift"])})
    assert refused.value.sentence == "count_shared"
    assert refused.value.facts == {
        "row": rows[counted].name,
        "other": rows[1 - counted].name,
        "object": "B2",
    }


# --- Items -----------------------------------------------------------------------------------------------------------

ITEMS = ("T1", "T2", "T3", "T4")


@pytest.mark.parametrize(
    ("values", "items"),
    [
        (_values(), ["T1", "T3"]),
        (_values(industry="hotel", lists=["lift"]), ["T2", "T3"]),
        (_values(lists=["lift"]), ["T1", "T2", "T3"]),
        (_values("D", industry="hotel"), ["T1", "T2", "T3", "T4"]),
        (_values(industry="hotel"), []),
    ],
)
def test_one_visit_covers_the_items_of_every_row_in_the_order_of_the_scheme(
    values: Values, items: list[str]
) -> None:
    rows = [
        Row("餐饮", CATERING, items=("T3", "T1"), ratio="0.1"),
        Row("电梯", LIFTS, items=("T2", "T3"), ratio="0.1"),
        Row("失信", {"class": ("D",)}, ratio="1"),  # no items of its own: all of the scheme's
    ]
    assert items_for(rows, values, ITEMS) == items


def test_a_row_reads_back_as_a_scheme_keeps_it() -> None:
    stored = {
        "name": "餐饮",
        "where": {"industry": ["catering"]},
        "items": ["T1"],
        "split": ["class"],
        "ratio": "0.1",
    }
    assert Row.from_json(stored) == Row("餐饮", CATERING, ("T1",), ("class",), "0.1")
    assert Row.from_json({"name": "餐饮", "where": {}, "count": 2}) == Row("餐饮", {}, count=2)


@pytest.mark.parametrize(
    ("where", "does"),
    [
        ({}, True),
        ({"class": ("A", "B")}, True),
        ({"class": ("A",)}, False),
        ({"lists": ("boiler", "lift")}, True),
        ({"lists": ("boiler",)}, False),
        ({"class": ("B",), "lists": ("boiler",)}, False),
        ({"floor": ("1",)}, False),
    ],
)
def test_every_condition_must_hold_and_a_list_needs_one_of_the_values(
    where: Mapping[str, tuple[str, ...]], does: bool
) -> None:
    assert fits(where, _values(lists=["lift", "gas"])) is does


# --- Whatever the rows -----------------------------------------------------------------------------------------------

_some_values = st.builds(
    _values,
    st.sampled_from("ABCD"),
    st.sampled_from(["652701", "652722", "652723"]),
    industry=st.sampled_from(["catering", "hotel"]),
    lists=st.lists(st.sampled_from(["lift", "boiler"]), unique=True),
)
_some_objects = st.lists(_some_values, min_size=1, max_size=40).map(
    lambda found: {f"B{number}": values for number, values in enumerate(found)}
)
_some_where = st.fixed_dictionaries(
    {},
    optional={
        "class": st.lists(st.sampled_from("ABCD"), min_size=1, unique=True).map(tuple),
        "industry": st.sampled_from([("catering",), ("hotel",)]),
        "lists": st.sampled_from([("lift",), ("boiler",), ("lift", "boiler")]),
    },
)
_some_ratio = st.integers(1, 1000).map(lambda thousandth: f"{thousandth // 1000}.{thousandth % 1000:03}")
_some_rows = st.lists(
    st.tuples(_some_where, st.lists(st.sampled_from(["class", "district"]), unique=True), _some_ratio),
    min_size=1,
    max_size=4,
).map(
    lambda found: [
        Row(f"第{number}行", where, split=tuple(split), ratio=ratio)
        for number, (where, split, ratio) in enumerate(found)
    ]
)


@given(_some_rows, _some_objects)
def test_every_object_that_fits_a_row_belongs_to_exactly_one_cell(
    rows: list[Row], objects: dict[str, Values]
) -> None:
    fitting = {
        id: values for id, values in objects.items() if any(fits(row.where, values) for row in rows)
    }  # only these come into the pool
    strata = _strata(rows, objects)
    found = sorted(id for members in _members(strata, fitting).values() for id in members)
    assert found == sorted(fitting)


@given(_some_rows, _some_objects)
def test_no_row_is_drawn_below_its_own_ratio(rows: list[Row], objects: dict[str, Values]) -> None:
    fitting = {id: values for id, values in objects.items() if any(fits(row.where, values) for row in rows)}
    strata = _strata(rows, objects)
    members = _members(strata, fitting)
    quotas = {plan.name: quota_of(plan, len(members[plan.name])) for plan in _plans(strata)}
    for row in rows:
        wanted = {id for id, values in objects.items() if fits(row.where, values)}
        of_row = [name for name, ids in members.items() if set(ids) & wanted]
        assert all(set(members[name]) <= wanted for name in of_row), "a cell lies within a row or outside it"
        least = ceil(exact_ratio(row.ratio, row.name) * len(wanted))
        assert sum(quotas[name] for name in of_row) >= least


@given(_some_rows, _some_objects, st.randoms(use_true_random=False))
def test_the_order_of_the_register_changes_no_stratum(
    rows: list[Row], objects: dict[str, Values], dice: Random
) -> None:
    turned = list(objects.items())
    dice.shuffle(turned)
    again = _strata(rows, dict(turned))
    assert again == _strata(rows, objects)
