"""What a plan is looked through for: pairs, joint lines, caps, people; as values, without a store."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest

from inspection.calendar.calendar import Calendar
from inspection.frequency import ListedVisits, OwnVisit
from inspection.planning.lines import (
    ObjectGroup,
    PlannedLine,
    expected_visits,
    gap_of,
    joint_of,
    meet_lines,
    near_pairs,
)
from inspection.planning.looks import Clash, ListedItem, Officer, look_at_caps, look_for_clashes
from inspection.strata import Row
from storage.supervision import built_in_supervision

RULES = built_in_supervision()
JUNE = (date(2027, 6, 1), date(2027, 6, 30))


def a_group(number: int = 10, **facts: Any) -> ObjectGroup:
    """Objects of class B in catering that may be visited twice a year."""
    values = {
        "credit_class": "B", "district": "652701", "kind": "enterprise", "industry": "catering", "lists": (),
        "risk": "", "yearly_cap": 2, "listed": ListedVisits(),
    }  # fmt: skip
    return ObjectGroup(**{**values, **facts}, number=number)


def a_line(
    id: str = "2027-fire-1",
    *,
    ratio: str | None = "0.5",
    count: int | None = None,
    days: tuple[date, date] = JUNE,
    times: int = 1,
    items: tuple[str, ...] = ("T",),
    joining: tuple[str, ...] = (),
    about: int = 0,
    **where: tuple[str, ...],
) -> PlannedLine:
    rows = (Row(id, where or {"industry": ("catering",)}, ratio=ratio, count=count),)
    department = id.split("-")[1]
    return PlannedLine(id, id, department, joining, items, rows, times, about, *days)


def test_lines_that_mean_the_same_objects_in_neighbouring_time_are_a_pair() -> None:
    lines = [
        a_line("2027-fire-1"),
        a_line("2027-market-1", days=(date(2027, 7, 30), date(2027, 8, 30))),
        a_line("2027-health-1", days=(date(2027, 7, 31), date(2027, 8, 30))),
        a_line("2027-tax-1", industry=("retail",)),
    ]
    met = meet_lines(lines, [a_group(), a_group(7, credit_class="C"), a_group(5, industry="mining")])
    assert gap_of(lines[0], lines[1]) == 30
    pairs = [(pair.one.id, pair.other.id, pair.shared) for pair in near_pairs(lines, met, 30)]
    assert pairs == [("2027-fire-1", "2027-market-1", 17), ("2027-market-1", "2027-health-1", 17)]


def test_a_joint_line_keeps_the_rows_of_both_and_no_object_is_counted_twice() -> None:
    fire = a_line("2027-fire-1", ratio="1", items=("F",), risk=("high",))
    market = a_line("2027-market-1", ratio=None, count=10, items=("M",), joining=("health",))
    groups = [a_group(40), a_group(10, risk="high")]
    met = meet_lines([fire, market], groups)
    joint = joint_of(fire, market, {fire.id: met.sizes[0], market.id: met.sizes[1]})
    assert joint.departments == ("market", "health", "fire")
    assert joint.items == ("M", "F")
    assert [(row.items, row.ratio) for row in joint.rows] == [(("M",), "0.2"), (("F",), "1")]
    whole = PlannedLine("j", "j", "market", (), joint.items, joint.rows, 1, 0, *JUNE)
    assert expected_visits(whole, meet_lines([whole], groups).rows[0]) == 8 + 10


def test_a_number_above_the_range_becomes_all_of_it_in_a_joint_line() -> None:
    one, other = a_line("2027-fire-1", ratio=None, count=30), a_line("2027-market-1")
    joint = joint_of(one, other, {one.id: 10, other.id: 10})
    assert [row.ratio for row in joint.rows] == ["1", "0.5"]


@pytest.mark.parametrize(
    ("facts", "times", "ratio", "wanted"),
    [
        ({}, 2, "1", []),
        ({}, 3, "0.1", [("fire", 10, 0)]),
        ({}, 3, "1", [("fire", 10, 10)]),
        ({"listed": ListedVisits(in_all=1, counted_on=date(2027, 2, 1))}, 2, "0.1", [("fire", 10, 0)]),
        ({"listed": ListedVisits(in_all=1, counted_on=date(2026, 12, 31))}, 2, "0.1", []),
        ({"own": (OwnVisit(date(2027, 3, 1), ("fire",)),)}, 2, "1", [("fire", 10, 10)]),
        ({"own": (OwnVisit(date(2027, 3, 1), ("market",)),)}, 2, "1", []),
        ({"credit_class": "A", "yearly_cap": 9}, 3, "1", [("fire", 10, 10)]),
    ],
)
def test_an_object_over_its_cap_is_counted_by_authority(
    facts: dict[str, Any], times: int, ratio: str, wanted: list[tuple[str, int, int]]
) -> None:
    lines = [a_line(ratio=ratio, times=times)]
    met = meet_lines(lines, [a_group(**facts)])
    found = look_at_caps(2027, lines, met, RULES, {"T": "general"})
    assert [(one.department, one.possible, one.certain) for one in found] == wanted


def _clashes(line: PlannedLine, officers: list[Officer], number: int = 10) -> list[Clash]:
    return look_for_clashes(
        2027,
        [line],
        meet_lines([line], [a_group(number)]),
        near=(),
        items={"T": ListedItem("fire", True, "建筑消防"), "OLD": ListedItem("fire", False, "")},
        officers=officers,
        rule=RULES.planning,
        calendar=Calendar.built_in(),
    )


def an_officer(**facts: Any) -> Officer:
    values = {
        "department": "fire", "district": "652701", "certificate_expires": date(2028, 1, 1),
        "qualifications": ("建筑消防",), "may_lead": True,
    }  # fmt: skip
    return Officer(**{**values, **facts})


TWO = [an_officer(), an_officer()]


@pytest.mark.parametrize(
    ("line", "officers", "codes"),
    [
        (a_line(), TWO, []),
        (a_line(days=(date(2026, 12, 1), date(2027, 6, 1))), TWO, ["outside_year"]),
        (a_line(items=("OLD", "NEW")), TWO, ["unknown_item", "unknown_item"]),
        (a_line("2027-market-1"), TWO, ["foreign_item", "too_few_officers"]),
        (a_line(industry=("mining",)), TWO, ["empty_range"]),
        (a_line(about=11), TWO, ["count_above_range"]),
        (a_line(), [an_officer(certificate_expires=date(2027, 6, 29))] * 2, ["too_few_officers", "unqualified"]),
        (a_line(), [an_officer(may_lead=False)] * 2, ["nobody_leads"]),
        (a_line(), [an_officer(qualifications=())] * 2, ["unqualified"]),
    ],
)  # fmt: skip
def test_each_thing_that_stands_against_a_line_is_one_clash(
    line: PlannedLine, officers: list[Officer], codes: list[str]
) -> None:
    assert [one.code for one in _clashes(line, officers)] == codes


def test_a_month_in_which_too_few_can_make_too_many_visits_is_named() -> None:
    full = _clashes(a_line(ratio="1"), TWO, number=400)
    assert [one.code for one in full] == ["month_too_full"]
    assert (full[0].facts["month"], full[0].facts["wanted"]) == (6, 800)
    assert _clashes(a_line(ratio="1"), TWO * 20, number=400) == []


def test_a_large_register_and_many_lines_are_met_in_a_moment() -> None:
    """As different as objects can be, and a line for each trade in each district."""
    trades = [f"trade{number}" for number in range(28)]
    groups = [
        a_group(
            1,
            credit_class="ABCD"[at % 4],
            district=f"65270{at % 5}",
            industry=trades[at % 28],
            listed=ListedVisits(in_all=at),
        )
        for at in range(20_000)
    ]
    lines = [
        a_line(f"2027-fire-{at}", industry=(trades[at % 28],), district=(f"65270{at % 5}",))
        for at in range(140)
    ]
    started = perf_counter()
    met = meet_lines(lines, groups)
    look_at_caps(2027, lines, met, RULES, {})
    assert sum(met.sizes.values()) == 20_000
    assert perf_counter() - started < 5
