"""A calendar file: what it says when it is right, and which line it is when it is not."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import EVERYWHERE, Level
from inspection.calendar.reading import CalendarReading, read_calendar
from notifications.load_report import problem_line

CALENDAR = Calendar.built_in()
SOUND = """\
calendar = "xinjiang"

[[notice]]                     # [[notice]]
year = 2027
level = "national"
source = '''国务院办公厅
year = 1999'''
published = 2026-11-05
off = [
  "2026-12-31..2027-01-03",
  2027-04-05, 2027-05-01, 2027-10-01,
]
on = [2027-02-20, "2027-02-21"]

[[office_hours]]
district = "652722"
from = "11-01"
to = "03-31"
spans = ["16:00 - 20:00", "10:00-14:00"]
source = "精河县通知"
"""


def _read(text: str, standing: Calendar = CALENDAR) -> CalendarReading:
    return read_calendar("2027.toml", text, standing)


def _faults(text: str, standing: Calendar = CALENDAR) -> list[tuple[int, str, str]]:
    reading = _read(text, standing)
    assert not (reading.problems and (reading.notices or reading.hours))
    for one in reading.problems:
        for language in ("zh", "en"):
            assert "2027.toml" in problem_line(one, language)
    return [(one.row, one.heading, one.code) for one in reading.problems]


def test_a_sound_file_is_read_whole() -> None:
    reading = _read(SOUND)
    assert reading.problems == ()
    (notice,), (hours,) = reading.notices, reading.hours
    assert (notice.year, notice.level) == (2027, Level.NATIONAL)
    assert notice.source == "国务院办公厅 year = 1999"
    assert notice.published == date(2026, 11, 5)
    single = (date(2027, 4, 5), date(2027, 5, 1), date(2027, 10, 1))
    assert notice.off == ((date(2026, 12, 31), date(2027, 1, 3)), *((day, day) for day in single))
    assert notice.on == (date(2027, 2, 20), date(2027, 2, 21))
    assert hours.district == "652722"
    assert hours.seasons[0].spans == ((time(10), time(14)), (time(16), time(20)))


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ('"xinjiang"', '"tibet"', [(1, "calendar", "calendar_unknown")]),
        ('calendar = "xinjiang"', "colour = 3", [(1, "colour", "calendar_unknown_key")]),
        ("year = 2027", "year = 1999", [(4, "year", "calendar_bad_year")]),
        ("year = 2027", 'year = "2027"', [(4, "year", "calendar_bad_year")]),
        ("year = 2027\n", "", [(3, "year", "calendar_missing")]),
        ('level = "national"', 'level = "county"', [(5, "level", "calendar_level")]),
        ('level = "national"', "level = []", [(5, "level", "calendar_level")]),
        ('level = "national"\n', "", [(3, "level", "calendar_missing")]),
        ('level = "national"', 'level = "national"\nplace = 3', [(6, "place", "calendar_unknown_key")]),
        ("published = 2026-11-05", "published = 5", [(8, "published", "calendar_bad_day")]),
        ("2026-12-31..2027-01-03", "2027-01-03..2026-12-31", [(10, "off", "calendar_backwards")]),
        ("2026-12-31..2027-01-03", "2026-12-01..2027-01-03", [(10, "off", "calendar_other_year")]),
        ("2026-12-31..2027-01-03", "2027-01-03..9999-12-31", [(10, "off", "calendar_other_year")]),
        ("2026-12-31..2027-01-03", "New Year", [(10, "off", "calendar_bad_span")]),
        ("2026-12-31..2027-01-03", "2026-12-31..2027-01-33", [(10, "off", "calendar_bad_span")]),
        ("  2027-04-05,", "  2028-04-05,", [(11, "off", "calendar_other_year")]),
        ("  2027-04-05,", "  2027-04-05T10:00:00,", [(9, "off", "calendar_bad_span")]),
        (" 2027-10-01,", "", [(9, "off", "calendar_incomplete")]),
        ("  2027-04-05,", "  2027-02-20,", [(13, "on", "calendar_off_and_on")]),
        ("off = [\n", "off = []\noff_ = [\n", [(9, "off", "calendar_missing"), (10, "off_", "calendar_unknown_key")]),
        ("on = [2027-02-20", "on = [2027-02-22", [(13, "on", "calendar_weekday")]),
        ("on = [2027-02-20", "on = [2025-02-22", [(13, "on", "calendar_other_year")]),
        ("on = [2027-02-20", "on = [true", [(13, "on", "calendar_bad_day")]),
        ('"652722"', '"659999"', [(16, "district", "calendar_district")]),
        ('"11-01"', '"13-01"', [(17, "from", "calendar_bad_season")]),
        ('"03-31"', '"02-30"', [(18, "to", "calendar_bad_season")]),
        ('"10:00-14:00"', '"10:00-24:00"', [(19, "spans", "calendar_bad_hours")]),
        ('"10:00-14:00"', '"14:00-10:00"', [(19, "spans", "calendar_backwards")]),
        ('"10:00-14:00"', '"10:00-16:30"', [(19, "spans", "calendar_hours_overlap")]),
        ('spans = ["16:00 - 20:00", "10:00-14:00"]\n', "", [(15, "spans", "calendar_missing")]),
        ('source = "精河县通知"', 'source = ""', [(20, "source", "calendar_bad_words")]),
        ("year = 2027", "year = ", [(4, "", "calendar_syntax")]),
        ('district = "652722"', 'district = "*"', [(15, "", "calendar_season_gap")]),
    ],
)  # fmt: skip
def test_a_fault_is_named_at_its_line(old: str, new: str, faults: list[tuple[int, str, str]]) -> None:
    assert SOUND.count(old) == 1
    assert _faults(SOUND.replace(old, new)) == faults


def test_two_notices_of_one_year_and_level_are_one_too_many() -> None:
    again = '[[notice]]\nyear = 2027\nlevel = "national"\nsource = "x"\noff = [2027-01-01, 2027-05-01, 2027-10-01]\n'
    assert _faults(SOUND + again) == [(22, "year", "calendar_twice")]
    assert _faults(SOUND + again.replace("national", "xinjiang")) == []


def test_two_seasons_of_one_place_may_not_share_a_day() -> None:
    again = SOUND[SOUND.index("[[office_hours]]") :].replace("11-01", "10-01").replace("03-31", "11-01")
    assert _faults(SOUND + again) == [(23, "from", "calendar_seasons_overlap")]
    assert _faults(SOUND + again.replace("11-01", "10-31")) == []


def test_nobody_works_in_the_region_on_a_holiday_of_the_country() -> None:
    region = (
        '[[notice]]\nyear = 2027\nlevel = "xinjiang"\nsource = "x"\noff = [2027-03-10]\non = [2027-01-02]\n'
    )
    assert _faults(SOUND + region) == [
        (10, "off", "calendar_work_on_holiday"),
        (26, "on", "calendar_work_on_holiday"),
    ]
    # The one that is loaded second is refused just so.
    standing = CALENDAR.overlaid(_read(region).notices, ())
    assert _faults(region) == []
    assert _faults(SOUND, standing) == [(10, "off", "calendar_work_on_holiday")]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(0, "", "calendar_nothing")]),
        ("# nothing yet\n", [(0, "", "calendar_nothing")]),
        ("notice = 3\n", [(1, "notice", "calendar_not_tables")]),
        ("\n[notice]\nyear = 2027\n", [(2, "notice", "calendar_not_tables")]),
        ("a = [", [(1, "", "calendar_syntax")]),
        ("[" * 3000, [(1, "", "calendar_syntax")]),
        ("x = " + "9" * 5000, [(1, "", "calendar_syntax")]),
    ],
)
def test_what_is_no_calendar_at_all_says_so(text: str, faults: list[tuple[int, str, str]]) -> None:
    assert _faults(text) == faults


def test_lines_are_told_in_files_of_the_other_system_too() -> None:
    assert _faults(SOUND.replace('"03-31"', '"02-30"').replace("\n", "\r\n")) == [
        (18, "to", "calendar_bad_season")
    ]


@given(st.lists(st.sampled_from(SOUND.splitlines()), max_size=30))
def test_lines_in_any_order_are_read_or_refused(lines: list[str]) -> None:
    reading = _read("\n".join(lines))
    assert reading.problems or reading.notices or reading.hours
    assert all(0 <= one.row <= len(lines) + 1 for one in reading.problems)


def test_the_hours_of_everywhere_make_a_whole_year() -> None:
    season = (
        '[[office_hours]]\ndistrict = "*"\nfrom = "{}"\nto = "{}"\nspans = ["10:00-14:00"]\nsource = "x"\n'
    )
    whole = season.format("05-01", "09-30") + season.format("10-01", "04-30")
    (hours,) = _read(whole).hours
    assert (hours.district, len(hours.seasons)) == (EVERYWHERE, 2)
    assert _faults(whole.replace("04-30", "02-28")) == [(1, "", "calendar_season_gap")]


def test_the_file_that_the_documentation_shows_is_sound() -> None:
    page = (Path(__file__).parents[2] / "docs" / "calendar.md").read_text(encoding="utf-8")
    reading = _read(page.partition("```toml\n")[2].partition("```")[0])
    assert reading.problems == ()
    assert [one.level for one in reading.notices] == [Level.NATIONAL, Level.XINJIANG]
    assert [one.district for one in reading.hours] == ["652722"]
