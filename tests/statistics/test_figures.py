"""The figures of pages and workbook against a recount from the rows, on invented stores and on a played scheme."""

import io
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from actions.statistics import count
from inspection.statistics import Entry, Statistics, VisitGroup, Wanted, figures, median, rate
from storage.calendars import calendar_of
from storage.store import Store
from tests.archive.published import Published, a_published_visit
from tests.statistics.invented import Recount, a_wish, invent
from tests.stores import an_empty_store
from tests.web.houses import a_client, a_house
from web.statistics_tables import percent, shown


@pytest.fixture(params=("sqlite", "postgresql"), scope="module")
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with an_empty_store(request.param, tmp_path_factory.mktemp("figures")) as opened:
        yield opened


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_the_database_counts_is_what_the_rows_say(empty: Store, seed: int) -> None:
    dice = random.Random(seed)
    with empty.transaction("test") as records:
        invent(records, dice)
        for wanted in (Wanted(), *(a_wish(dice) for _ in range(4))):
            found = count(records, wanted, with_officers=True, with_grounds=True)
            _compare(found, Recount(records, wanted, calendar_of(records)))
        records.session.rollback()  # what was invented goes again


def _compare(found: Statistics, right: Recount) -> None:
    about = right.wanted
    assert _line(found.whole) == right.line(right.visits), about
    departments = right.lines(lambda one: right.schemes[one.scheme_id].departments)
    if about.department:
        departments = {key: line for key, line in departments.items() if key == about.department}
    assert {one.key: _line(one) for one in found.departments} == departments, about
    for lines, key in (
        (found.districts, lambda one: [right.objects[one.object_id].district]),
        (found.classes, lambda one: [right.objects[one.object_id].credit_class]),
        (found.months, lambda one: [right.month(one)]),
        (found.origins, lambda one: [right.origin(one)]),
    ):
        assert {one.key: _line(one) for one in lines} == right.lines(key), about
    assert found.categories == Counter(one.category for one in right.findings), about
    assert found.follow_ups == Counter(what for one in right.findings for what in one.follow_ups), about
    assert {one.item: one.findings for one in found.items} == Counter(one.item_id for one in right.findings)
    assert found.repeats == right.repeats(), about
    assert Counter({one.kind: one.number for one in found.matters}) == Counter(
        kind for kind, _ in right.matters
    )
    assert {one.kind: one.open for one in found.matters if one.open} == Counter(
        kind for kind, is_open in right.matters if is_open
    ), about
    assert found.grounds == Counter((one.kind, one.ground) for one in right.requests), about
    assert found.median_days == right.median_days(), about
    _compare_seats(found, right)


def _compare_seats(found: Statistics, right: Recount) -> None:
    states = Counter(one.state.value for one in right.seats)
    seats = found.seats
    assert seats.asked == len(right.seats)
    assert seats.answered == len(right.answered)
    for state in ("recused", "unavailable", "lapsed", "sent_back", "ordered_off"):
        assert getattr(seats, state) == states[state]
    assert seats.served == states["confirmed"] + states["completed"]
    drawn_again = [one for one in right.seats if one.round > 0 and one.inspection_id in right.drawn]
    assert seats.redrawn == len(drawn_again)
    assert seats.median_minutes == right.median_minutes(), right.wanted
    assert {one.key: one.asked for one in found.officers} == Counter(one.person_id for one in right.seats)
    by_department = Counter(right.people[one.person_id].department for one in right.seats)
    assert {one.key: one.asked for one in found.seats_by_department} == by_department


def _line(one: object) -> tuple[int, ...]:
    names = ("objects", "waiting", "in_entry", "published", "on_time", "problems", "finished")
    return tuple(getattr(one, name) for name in names)


@given(values=st.lists(st.integers(0, 9), max_size=30))
def test_a_median_of_a_histogram_is_that_of_its_values(values: list[int]) -> None:
    values.sort()
    middle = median(Counter(values))
    half = len(values) // 2
    if not values:
        assert middle is None
    elif len(values) % 2:
        assert middle == values[half]
    else:
        assert middle is not None
        assert middle * 2 == values[half - 1] + values[half]


def test_rates_are_exact_and_nothing_has_no_share() -> None:
    group = VisitGroup("S1", "2026-11", "652701", "B", Entry.PUBLISHED, True, True, False, 3)
    whole = figures([group, VisitGroup("S1", "2026-11", "652701", "B", Entry.WAITING, None, False, False, 5)])
    assert (whole.objects, whole.published, whole.waiting) == (8, 3, 5)
    shares = [percent(one) for one in (whole.completion, whole.punctuality, whole.closing)]
    assert shares == ["37.5%", "100.0%", "0.0%"]
    assert (rate(0, 0), percent(None), shown(None), shown(7)) == (None, "—", "—", "7")
    assert percent(rate(1, 3)) == "33.3%"
    assert percent(rate(2, 3)) == "66.7%"


# --- The pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Published]:
    with a_published_visit("sqlite", tmp_path) as published:
        yield published


@pytest.fixture
def door(case: Published, tmp_path: Path) -> Iterator[httpx.Client]:
    house = a_house(case.store, tmp_path, is_demo=True)
    house.clock.now = case.story.at
    with a_client(house) as client:
        client.timeout = httpx.Timeout(60)
        yield client


def test_pages_and_workbook_show_a_played_scheme_to_those_who_may_see_it(
    case: Published, door: httpx.Client
) -> None:
    whole = door.get("/statistics", params={"chat": "AU"}).text
    for words in (
        "按部门",
        "消防救援支队",
        "市场监管局",
        "100.0%",
        "回避和不能参加的理由",
        "近姻亲",
        "补抽席位",
        "后续办理",
        "案件线索移送",
        f"人员{case.left}",
    ):
        assert words in whole, words
    assert whole.count('role="img"') >= 5
    assert "<desc" in whole
    assert "style=" not in whole
    fire = door.get("/statistics", params={"chat": "HD-fire", "department": "market"}).text
    assert f"人员{case.left}" in fire
    assert f"人员{case.lead}" not in fire
    assert "近姻亲" not in door.get("/statistics", params={"chat": "OP-fire"}).text
    public = door.get("/statistics/public").text
    assert "应检查户数" in public
    assert not any(words in public for words in ("人员market", "人员fire", "近姻亲", "消防救援支队"))
    for person in ("RV", "W1", case.lead):
        assert door.get("/statistics", params={"chat": person}).status_code == (
            200 if person == "RV" else 404
        )
        assert door.get("/statistics/watch", params={"chat": "OP-fire"}).status_code == 404
    assert door.get("/statistics").status_code == 401
    for nonsense in ({"year": "0"}, {"month": "13", "year": "2026"}, {"district": "<b>"}, {"origin": "x"}):
        assert door.get("/statistics", params={"chat": "AU", **nonsense}).status_code == 200

    answer = door.get("/statistics.xlsx", params={"chat": "AU", "year": "2026"})
    book = load_workbook(io.BytesIO(answer.content))
    cover = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert (cover["年度"], cover["应检查户数"], cover["按期公示率"]) == ("2026", "1", "100.0%")
    assert "2026年11月27日" in str(cover["统计时间"])
    page = door.get("/statistics", params={"chat": "AU", "year": "2026"}).text
    for sheet in book.worksheets[1:]:
        assert f"<h2>{sheet.title}</h2>" in page
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    departments = list(book["按部门"].iter_rows(values_only=True))
    assert departments[1][:5] == ("消防救援支队", 1, 0, 0, 1)


def test_the_watch_says_how_often_it_is_wrong_and_accuses_nobody(case: Published, door: httpx.Client) -> None:
    page = door.get("/statistics/watch", params={"chat": "HD-fire"}).text
    for words in ("值得看一看，不说明有人违规", "误报的机会不超过5%", "没有靠机会难以解释的情况"):
        assert words in page
