from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draw.double_random import StratumPlan
from draw.keys import ticket
from draw.objects import lowest_tickets
from draw.refusals import (
    BadCount,
    BadRatio,
    CountAbovePool,
    DuplicateId,
    EmptyStratum,
    Malformed,
    OverlappingStrata,
    Refusal,
)
from draw.strata import members_of, quota_of, sized
from tests.draw.builders import an_object

_RATIOS = st.decimals(min_value=0, max_value=1, places=6).filter(lambda ratio: ratio > 0)


@given(_RATIOS, st.integers(1, 10_000_000))
def test_a_quota_is_exact_and_never_rounds_to_nothing(ratio: Decimal, size: int) -> None:
    quota = quota_of(StratumPlan("s", {}, ratio=f"{ratio:f}"), size)
    assert quota == int((ratio * size).to_integral_value(ROUND_CEILING))
    assert 1 <= quota <= size


@pytest.mark.parametrize(
    ("ratio", "size", "quota"),
    [("0.05", 20, 1), ("0.05", 21, 2), ("0.1", 30, 3), ("1", 7, 7), ("0.001", 1, 1)],
)
def test_quotas_known_by_hand(ratio: str, size: int, quota: int) -> None:
    assert quota_of(StratumPlan("s", {}, ratio=ratio), size) == quota


@pytest.mark.parametrize(
    "ratio",
    ["0", "0.0", "1.5", "2", "5%", ".5", "0.", "1e-2", "-0.1", " 0.1", "0.1\n", "٠.١", "", "0." + "1" * 30],
)
def test_a_ratio_is_a_decimal_string_above_0_and_at_most_1(ratio: str) -> None:
    with pytest.raises(BadRatio, match=r"^Stratum s, ratio must be .*\.$"):
        quota_of(StratumPlan("s", {}, ratio=ratio), 10)


def test_an_object_fits_where_every_field_has_one_of_the_values() -> None:
    objects = [
        an_object(1, credit_class="C", more={"equipment": ("lift", "boiler")}),
        an_object(2, credit_class="C", more={"equipment": "boiler"}),
        an_object(3, credit_class="C", more={"equipment": ()}),
        an_object(4, credit_class="C"),
        an_object(5, credit_class="A", more={"equipment": ("boiler",)}),
    ]
    plan = StratumPlan("boilers", {"class": ("C", "D"), "equipment": ("boiler", "crane")}, count=1)
    assert members_of([plan], objects) == {"boilers": ["o1", "o2"]}


@pytest.mark.parametrize(
    ("plans", "refusal", "words"),
    [
        ([], EmptyStratum, "no stratum"),
        ([StratumPlan("s", {"class": ("Z",)}, count=1)], EmptyStratum, "Stratum s is empty"),
        ([StratumPlan("s", {}, count=4)], CountAbovePool, "asks for 4 objects and the pool holds 3"),
        ([StratumPlan("s", {}, count=0)], BadCount, "at least 1"),
        ([StratumPlan("s", {})], BadCount, "either a ratio or a count"),
        ([StratumPlan("s", {}, ratio="0.5", count=1)], BadCount, "either a ratio or a count"),
        ([StratumPlan("", {}, count=1)], Malformed, "name is empty"),
        ([StratumPlan("s", {"class": ()}, count=1)], Malformed, "at least one value"),
        (
            [StratumPlan("s", {"class": ("A",)}, count=1), StratumPlan("s", {"class": ("B",)}, count=1)],
            DuplicateId,
            "same name",
        ),
        (
            [StratumPlan("s", {"class": ("B",)}, count=1), StratumPlan("t", {"kind": ("shop",)}, count=1)],
            OverlappingStrata,
            "Object o3 fits both stratum s and stratum t",
        ),
    ],
)
def test_a_bad_stratum_is_refused(plans: list[StratumPlan], refusal: type[Refusal], words: str) -> None:
    objects = [an_object(1), an_object(2), an_object(3, credit_class="B")]
    with pytest.raises(refusal, match=words):
        sized(plans, objects)


@given(st.sets(st.integers(0, 5000), max_size=3000), st.integers(0, 60))
def test_the_lowest_tickets_win_however_long_the_list(numbers: set[int], quota: int) -> None:
    ids = [str(number) for number in numbers]
    best = sorted((ticket("k", f"object:{one}"), one) for one in ids)[:quota]
    assert lowest_tickets("k", iter(ids), quota) == best


def test_a_long_stream_is_cut_without_losing_anybody() -> None:
    ids = [str(number) for number in range(20_000)]
    best = sorted((ticket("k", f"object:{one}"), one) for one in ids)
    for quota in (1, 10, 999, 19_999, 30_000):
        assert lowest_tickets("k", iter(ids), quota) == best[:quota]
