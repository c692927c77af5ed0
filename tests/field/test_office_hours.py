"""When offices are open: by season and place, never on a day off, in Beijing time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import OfficeHours, Season

BOLE, JINGHE = "652701", "652722"
_TUOKEXUN = Season((5, 1), (9, 30), ((time(9, 30), time(13, 30)), (time(16, 30), time(20))), "tkx.gov.cn")
"""托克逊 in the summer of 2025, lent to 精河 here."""
CALENDAR = Calendar.built_in().overlaid((), [OfficeHours(JINGHE, (_TUOKEXUN,))])

moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
districts = st.sampled_from([BOLE, JINGHE, "no such place"])


def _hours(day: date, district: str) -> list[str]:
    return [
        f"{begin.astimezone(BEIJING):%H:%M}-{end.astimezone(BEIJING):%H:%M}"
        for begin, end in CALENDAR.office_hours(day, district)
    ]


@pytest.mark.parametrize(
    ("day", "district", "hours"),
    [
        (date(2026, 4, 30), BOLE, ["10:00-14:00", "15:30-19:30"]),
        (date(2026, 7, 1), BOLE, ["10:00-14:00", "16:00-20:00"]),
        (date(2026, 9, 30), BOLE, ["10:00-14:00", "16:00-20:00"]),
        (date(2026, 10, 8), BOLE, ["10:00-14:00", "15:30-19:30"]),
        (date(2026, 7, 1), JINGHE, ["09:30-13:30", "16:30-20:00"]),
        (date(2026, 12, 1), JINGHE, ["10:00-14:00", "15:30-19:30"]),  # its own say nothing about the winter
        (date(2026, 5, 9), BOLE, ["10:00-14:00", "16:00-20:00"]),  # a Saturday made up for
        (date(2026, 5, 27), BOLE, []),  # 古尔邦节
        (date(2026, 7, 4), BOLE, []),
    ],
)
def test_offices_are_open_by_season_and_place(day: date, district: str, hours: list[str]) -> None:
    assert _hours(day, district) == hours


@pytest.mark.parametrize(
    ("at", "following", "last"),
    [
        ("2026-07-01T11:00", "2026-07-01T11:00", "2026-07-01T11:00"),
        ("2026-07-01T14:00", "2026-07-01T16:00", "2026-07-01T14:00"),  # the midday break has begun
        ("2026-07-01T15:00", "2026-07-01T16:00", "2026-07-01T14:00"),
        ("2026-07-01T16:00", "2026-07-01T16:00", "2026-07-01T16:00"),
        ("2026-07-01T23:30", "2026-07-02T10:00", "2026-07-01T20:00"),
        ("2026-07-02T00:30", "2026-07-02T10:00", "2026-07-01T20:00"),
        ("2026-05-26T21:00", "2026-06-01T10:00", "2026-05-26T20:00"),  # 古尔邦节 lies between
        ("2026-05-30T12:00", "2026-06-01T10:00", "2026-05-26T20:00"),
    ],
)
def test_outside_office_hours_the_next_and_the_last_moment_are_their_edges(
    at: str, following: str, last: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
    assert CALENDAR.next_office_moment(moment, BOLE) == datetime.fromisoformat(following).replace(
        tzinfo=BEIJING
    )
    assert CALENDAR.last_office_moment(moment, BOLE) == datetime.fromisoformat(last).replace(tzinfo=BEIJING)


@given(moments, districts)
def test_the_next_office_moment_is_in_office_and_its_own_next(at: datetime, district: str) -> None:
    following = CALENDAR.next_office_moment(at, district)
    assert following >= at
    assert CALENDAR.in_office(following, district)
    assert CALENDAR.next_office_moment(following, district) == following
    assert (following == at) is CALENDAR.in_office(at, district)


@given(moments, districts)
def test_the_last_office_moment_is_its_own_last_and_nothing_is_open_between(
    at: datetime, district: str
) -> None:
    last = CALENDAR.last_office_moment(at, district)
    assert last <= at
    assert CALENDAR.in_office(last - timedelta(minutes=1), district) or CALENDAR.in_office(last, district)
    assert CALENDAR.last_office_moment(last, district) == last
    if not CALENDAR.in_office(at, district):
        assert CALENDAR.next_office_moment(last, district) == CALENDAR.next_office_moment(at, district)


@given(moments, moments, districts)
def test_who_comes_later_is_not_served_earlier(one: datetime, other: datetime, district: str) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.next_office_moment(earlier, district) <= CALENDAR.next_office_moment(later, district)
    assert CALENDAR.last_office_moment(earlier, district) <= CALENDAR.last_office_moment(later, district)


@given(moments, districts)
def test_hours_come_in_order_as_aware_times_of_their_day(at: datetime, district: str) -> None:
    edges = [edge for span in CALENDAR.office_hours(beijing_day(at), district) for edge in span]
    assert edges == sorted(set(edges))
    assert {edge.utcoffset() for edge in edges} <= {timedelta(0)}
    assert {edge.astimezone(BEIJING).date() for edge in edges} <= {beijing_day(at)}
    assert bool(edges) is CALENDAR.is_working_day(beijing_day(at))
