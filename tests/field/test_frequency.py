"""How often one authority may visit one firm in a year, and when it is left in peace."""

from datetime import date, timedelta

import pytest

from inspection.frequency import (
    GONE,
    ListedVisits,
    OwnVisit,
    cause_to_leave_out,
    visits_in_year,
)

FIRST_DAY = date(2026, 11, 26)
JOINT = ("market", "fire")


def _cause(
    *own: OwnVisit,
    status: str = "open",
    departments: tuple[str, ...] = JOINT,
    listed: ListedVisits | None = None,
    yearly_cap: int = 2,
    first_day: date = FIRST_DAY,
    stays_away_days: int = 0,
    is_exempt: bool = False,
) -> str | None:
    return cause_to_leave_out(
        status=status,
        departments=departments,
        listed=listed or ListedVisits(),
        own=own,
        yearly_cap=yearly_cap,
        first_day=first_day,
        stays_away_days=stays_away_days,
        is_exempt=is_exempt,
    )


def _visit(
    *departments: str, day: date = date(2026, 5, 8), counts: bool = True, is_held: bool = True
) -> OwnVisit:
    return OwnVisit(day, departments or JOINT, counts, is_held)


# --- The cap of one authority ----------------------------------------------------------------------------------------


def test_a_firm_that_had_as_many_visits_as_the_cap_allows_is_left_out() -> None:
    assert _cause(_visit()) is None
    assert _cause(_visit(), _visit()) == "cap"
    assert _cause(_visit(), yearly_cap=1) == "cap"
    assert _cause(yearly_cap=0) == "cap"


def test_a_joint_visit_is_one_visit_of_each_of_its_departments_and_of_no_other() -> None:
    joint = _visit("market", "fire")
    for department, visits in [("market", 1), ("fire", 1), ("health", 0)]:
        assert visits_in_year(2026, department, ListedVisits(), [joint]) == visits


def test_one_department_without_room_keeps_the_whole_joint_visit_away() -> None:
    own = (_visit("market"), _visit("fire"), _visit("market", "health"))
    assert _cause(*own, departments=("fire", "health")) is None
    assert _cause(*own, departments=("fire", "market")) == "cap"
    assert _cause(*own, departments=("market", "fire")) == "cap"


def test_a_list_by_department_counts_for_the_department_it_names() -> None:
    listed = ListedVisits(in_all=9, by_department={"market": 2, "fire": 1})
    assert _cause(listed=listed, departments=("fire", "health")) is None
    assert _cause(listed=listed, departments=("fire", "market")) == "cap"
    assert visits_in_year(2026, "health", listed, []) == 0


@pytest.mark.parametrize("by_department", [None, {}])
def test_a_list_of_all_authorities_together_counts_in_full_for_each(by_department: dict[str, int]) -> None:
    listed = ListedVisits(in_all=2, by_department=by_department)
    assert [visits_in_year(2026, one, listed, []) for one in ("market", "health")] == [2, 2]
    assert _cause(listed=listed) == "cap"


def test_visits_of_another_year_take_no_room() -> None:
    own = (_visit(day=date(2025, 12, 31)), _visit(day=date(2027, 1, 1)))
    assert _cause(*own, yearly_cap=1) is None
    assert _cause(_visit(day=date(2026, 1, 1)), yearly_cap=1) == "cap"
    assert _cause(_visit(day=date(2026, 12, 31)), yearly_cap=1) == "cap"


def test_a_scheme_counts_in_the_year_in_which_it_begins() -> None:
    last_year = _visit(day=date(2026, 12, 30))
    assert _cause(last_year, yearly_cap=1, first_day=date(2026, 12, 31)) == "cap"
    assert _cause(last_year, yearly_cap=1, first_day=date(2027, 1, 1)) is None


# --- What the list has counted and what it can't have ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "visits"), [(date(2026, 6, 29), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 2)]
)
def test_only_our_visits_after_the_day_of_the_count_are_added(day: date, visits: int) -> None:
    listed = ListedVisits(in_all=1, counted_on=date(2026, 6, 30))
    assert visits_in_year(2026, "market", listed, [_visit(day=day)]) == visits


def test_a_visit_still_to_come_is_added_even_when_its_scheme_began_before_the_count() -> None:
    listed = ListedVisits(in_all=1, counted_on=date(2026, 11, 24))
    drawn = _visit(day=date(2026, 11, 20), is_held=False)
    assert visits_in_year(2026, "market", listed, [drawn]) == 2
    assert _cause(drawn, listed=listed) == "cap"


def test_a_list_that_says_no_day_is_taken_as_it_is_and_all_of_ours_are_added() -> None:
    assert visits_in_year(2026, "market", ListedVisits(in_all=1), [_visit(), _visit()]) == 3


@pytest.mark.parametrize("counted_on", [date(2025, 12, 31), date(2027, 1, 4)])
def test_a_count_of_another_year_is_void_and_all_of_ours_are_added(counted_on: date) -> None:
    listed = ListedVisits(in_all=5, by_department={"market": 4}, counted_on=counted_on)
    assert visits_in_year(2026, "market", listed, []) == 0
    assert visits_in_year(2026, "market", listed, [_visit(), _visit(day=date(2026, 1, 1))]) == 2


# --- Exemption -------------------------------------------------------------------------------------------------------


def test_an_exempt_scheme_needs_no_room_and_keeps_no_interval() -> None:
    listed = ListedVisits(in_all=5, last_on=FIRST_DAY - timedelta(days=1))
    assert _cause(listed=listed, stays_away_days=90) == "cap"
    assert _cause(listed=listed, stays_away_days=90, is_exempt=True) is None


def test_an_exempt_visit_takes_no_room_and_keeps_nobody_away() -> None:
    exempt = _visit(day=FIRST_DAY - timedelta(days=1), counts=False)
    assert _cause(exempt, exempt, exempt, stays_away_days=90) is None


# --- Left in peace ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "cause"),
    [(-31, None), (-30, "recent"), (-1, "recent"), (0, "recent"), (30, "recent"), (31, None)],
)
def test_a_visit_within_the_interval_before_or_after_the_first_day_keeps_us_away(
    days: int, cause: str | None
) -> None:
    day = FIRST_DAY + timedelta(days=days)
    assert _cause(_visit(day=day), stays_away_days=30) == cause
    assert _cause(listed=ListedVisits(last_on=day), stays_away_days=30) == cause


def test_the_interval_knows_no_year_and_no_department() -> None:
    last_year = _visit("health", day=date(2025, 12, 20))
    assert _cause(last_year, first_day=date(2026, 1, 5), stays_away_days=30) == "recent"


def test_without_an_interval_yesterday_is_no_hindrance() -> None:
    assert _cause(_visit(day=FIRST_DAY - timedelta(days=1))) is None


def test_the_cap_is_named_before_the_interval() -> None:
    assert _cause(_visit(day=FIRST_DAY), yearly_cap=1, stays_away_days=30) == "cap"


# --- Gone ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", GONE)
def test_whoever_is_gone_is_left_out_first_and_no_exemption_brings_it_back(status: str) -> None:
    assert _cause(_visit(), _visit(), status=status) == "closed"
    assert _cause(status=status, is_exempt=True) == "closed"
