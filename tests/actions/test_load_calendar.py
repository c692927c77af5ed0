"""A notice loaded: due dates that follow it, what is left alone, and who hears of it."""

import json
import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from actions.load_calendar import Change, LoadedCalendar, check_calendar, load_calendar
from actions.rule_check import check_scheme
from actions.visits import start_clocks_of_result
from inspection.calendar.calendar import Calendar
from inspection.calendar.notices import Level
from inspection.calendar.reading import CalendarReading, read_calendar
from inspection.states import InspectionStep, ResultState
from storage.calendars import calendar_as_of, calendar_of, held_calendar
from storage.store import Store
from storage.tables.calendars import CalendarNotice, CalendarVersion
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Inspection, JournalLine, Result
from storage.tables.messaging import DueWork
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, a_story, changing

ENDED = datetime(2026, 12, 18, 8, tzinfo=UTC)
"""20 working days later is 18 January by the estimate of 2027, in which only New Year's Day itself is off."""
OLD, NEW = date(2027, 1, 18), date(2027, 1, 20)
on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what asks nothing of a database that the other tests do not ask of both."""
COUNTRY = """
[[notice]]
year = 2027
level = "national"
source = "示例通知"
published = 2026-12-20
off = [
    "2027-01-01..2027-01-05", "2027-02-05..2027-02-10", 2027-04-05, "2027-05-01..2027-05-04",
    2027-06-09, 2027-09-15, "2027-10-01..2027-10-05",
]
on = [2027-02-20]
"""
REGION = """
[[notice]]
year = 2027
level = "xinjiang"
source = "示例通知"
off = [2027-03-10]
"""
HOURS = """
[[office_hours]]
district = "652722"
from = "10-01"
to = "04-30"
spans = ["10:30-14:00", "15:30-20:00"]
source = "示例通知"
"""


def _ended(story: Story) -> list[str]:
    """Every visit has ended; nothing is published."""
    for id in story.inspections():
        story.confirm(id)
        story.move_inspection(id, InspectionStep.START_VISIT, started_at=ENDED - timedelta(hours=2))
        story.move_inspection(id, InspectionStep.END_VISIT, ended_at=ENDED)
        with changing(story.store) as records:
            lead = records.get(Person, story.lead(id).person_id)
            start_clocks_of_result(records, records.get(Inspection, id), by=lead, at=ENDED)
    story.at = ENDED + timedelta(days=3)
    return story.inspections()


def _load(story: Story, text: str) -> LoadedCalendar:
    with story.store.transaction("cli") as records:
        reading = read_calendar("2027.toml", text, calendar_of(records))
        assert reading.problems == ()
        return load_calendar(records, reading, file="2027.toml", at=story.at)


def _planned(story: Story, inspection: str) -> list[tuple[date, int]]:
    (clock,) = story.rows(Deadline, subject=inspection, rule="publicity")
    works: list[DueWork] = story.rows(DueWork, subject=f"deadline:{clock.id}", kind="remind", done_at=None)
    return sorted({(work.due_at.date(), work.due_at.hour) for work in works})


def test_the_notice_of_the_next_year_moves_what_was_counted_without_it(store: Store) -> None:
    story = a_drawn_story(store)
    (inspection,) = _ended(story)
    assert story.row(Result, inspection).publicity_due == OLD
    assert _planned(story, inspection) == [(date(2027, 1, 11), 2), (date(2027, 1, 15), 2)]
    loaded = _load(story, COUNTRY)
    assert [(one.old, one.new, one.is_provisional) for one in loaded.moved] == [(OLD, NEW, True)]
    assert story.row(Result, inspection).publicity_due == NEW
    assert _planned(story, inspection) == [(date(2027, 1, 13), 2), (date(2027, 1, 19), 2)]
    (line,) = story.rows(JournalLine, subject=inspection, verb="calendar.recomputed")
    assert (line.details["old"], line.details["new"]) == ("2027-01-18", "2027-01-20")
    lead = story.lead(inspection).person_id
    for person in (lead, "RV"):
        (letter,) = story.letters(person, "publicity_moved")
        assert "由1月18日（周一）改为1月20日（周三）（暂定" in letter
    with store.reading() as records:
        assert not calendar_of(records).is_announced(2027, Level.XINJIANG)
        rules = {one.rule for one in check_scheme(records, "S1", story.at)}
    assert not rules & {"publicity_due", "legal_path"}


def test_each_person_hears_once_of_all_that_moved(store: Store) -> None:
    story = a_drawn_story(store, count=3)
    inspections = _ended(story)
    assert len(inspections) == 3
    assert len(_load(story, COUNTRY + REGION + HOURS).moved) == 3
    (letter,) = story.letters("RV", "publicity_moved")
    rows = json.loads(letter)["rows"]
    assert len(rows) == 3
    assert "暂定" not in letter
    assert sum(len(story.letters(f"market-{number}", "publicity_moved")) for number in range(1, 5)) >= 1


def test_what_is_public_keeps_its_date(store: Store) -> None:
    story = a_drawn_story(store, count=2)
    public, still_open = _ended(story)
    with changing(store) as records:
        result = records.get(Result, public)
        result.state, result.published_at = ResultState.PUBLISHED, story.at
    story.later(hours=1)
    assert [one.inspection for one in _load(story, COUNTRY).moved] == [still_open]
    assert story.row(Result, public).publicity_due == OLD
    assert story.verbs(public).count("calendar.recomputed") == 0
    with store.reading() as records:
        found = check_scheme(records, "S1", story.at)
    assert [one for one in found if one.rule == "publicity_due"] == []


def test_loading_the_same_again_changes_nothing(store: Store) -> None:
    story = a_drawn_story(store)
    _ended(story)
    _load(story, COUNTRY + HOURS)
    before = story.everything()
    story.later(days=1)
    again = _load(story, COUNTRY + HOURS)
    assert (again.version, again.moved, again.off, again.on) == (None, (), (), ())
    assert {change for _, change in (*again.notices, *again.hours)} == {Change.KNOWN}
    assert story.everything() == before


def test_a_mended_notice_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    story = a_drawn_story(store)
    (inspection,) = _ended(story)
    first = _load(story, COUNTRY)
    assert first.notices[0][1] is Change.NEW
    assert [f"{day:%m-%d}" for day in first.on] == ["02-20"]
    assert [f"{day:%m-%d}" for day in first.off] == ["01-04", "01-05"]
    story.later(hours=1)
    second = _load(story, COUNTRY.replace("2027-01-05", "2027-01-04"))
    assert (second.version, second.notices[0][1]) == (2, Change.CHANGED)
    assert [(one.old, one.new) for one in second.moved] == [(NEW, date(2027, 1, 19))]
    story.later(hours=1)
    assert [(one.old, one.new) for one in _load(story, COUNTRY).moved] == [(date(2027, 1, 19), NEW)]
    assert _planned(story, inspection) == [(date(2027, 1, 13), 2), (date(2027, 1, 19), 2)]
    new_year = [one.off[0] for one in story.rows(CalendarNotice)]
    assert new_year == ["2027-01-01/2027-01-05", "2027-01-01/2027-01-04", "2027-01-01/2027-01-05"]
    assert len(story.letters("RV", "publicity_moved")) == 3


@on_sqlite
def test_a_reminder_that_is_past_is_not_sent_again(store: Store) -> None:
    story = a_drawn_story(store)
    (inspection,) = _ended(story)
    story.at = datetime(2027, 1, 14, 3, tzinfo=UTC)
    _load(story, COUNTRY)
    assert _planned(story, inspection) == [(date(2027, 1, 19), 2)]
    story.at = datetime(2027, 1, 19, 2, tzinfo=UTC)
    assert story.tick()[-1] == "remind"
    assert "还剩1个工作日" in story.letters("RV", "publicity_nears")[-1]


@on_sqlite
def test_an_empty_reading_counts_again_what_an_upgrade_knows_better(store: Store) -> None:
    story = a_drawn_story(store)
    (inspection,) = _ended(story)
    with changing(store) as records:
        records.get(Result, inspection).publicity_due = OLD - timedelta(days=4)
    loaded = _load_nothing(story)
    assert (loaded.version, [one.new for one in loaded.moved]) == (None, [OLD])
    assert _load_nothing(story).moved == ()


def _load_nothing(story: Story) -> LoadedCalendar:
    with story.store.transaction("cli") as records:
        return load_calendar(records, CalendarReading((), ()), file="", at=story.at)


def test_a_store_gives_back_the_calendar_that_was_loaded(store: Store) -> None:
    story = a_story(store)
    text = COUNTRY + REGION + HOURS
    wanted = read_calendar("x", text, Calendar.built_in())
    _load(story, text)
    with store.reading() as records:
        calendar = calendar_of(records)
        assert calendar == Calendar.built_in().overlaid(wanted.notices, wanted.hours)
        assert calendar.version == records.get(CalendarVersion, 1).digest
        assert calendar_of(records) is calendar
        assert calendar_as_of(records, story.at) == calendar
        assert calendar_as_of(records, story.at - timedelta(seconds=1)) is Calendar.built_in()
    with store.reading() as records:
        assert calendar_of(records) is calendar


@on_sqlite
def test_a_load_that_is_given_up_leaves_the_calendar_as_it_was(store: Store) -> None:
    story = a_story(store)
    with store.transaction() as records:
        reading = read_calendar("x", COUNTRY, calendar_of(records))
        with suppress(LookupError), records.attempt():
            load_calendar(records, reading, file="x", at=story.at)
            raise LookupError
        assert calendar_of(records) is Calendar.built_in()


@on_sqlite
def test_the_end_of_a_visit_is_counted_by_what_was_loaded(store: Store) -> None:
    story = a_drawn_story(store)
    _load(story, COUNTRY)
    (inspection,) = _ended(story)
    assert story.row(Result, inspection).publicity_due == NEW
    assert story.row(Inspection, inspection).ended_at == ENDED


@on_sqlite
@pytest.mark.parametrize(
    ("bytes_", "code"),
    [(b"\xff\xfe\x00", "calendar_unreadable"), (b"", "calendar_nothing"), (b"#" * (1024**2 + 1), "file_too_large")],
)  # fmt: skip
def test_a_file_that_is_no_text_is_one_clear_problem(
    store: Store, tmp_path: Path, bytes_: bytes, code: str
) -> None:
    path = tmp_path / "2027.toml"
    path.write_bytes(bytes_)
    with store.reading() as records:
        assert [one.code for one in check_calendar(records, path).problems] == [code]
        missing = check_calendar(records, tmp_path / "none.toml")
        assert [one.code for one in missing.problems] == ["calendar_unreadable"]
        assert [one.code for one in check_calendar(records, tmp_path).problems] == ["calendar_unreadable"]


@on_sqlite
def test_a_byte_order_mark_is_no_fault(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text(COUNTRY, encoding="utf-8-sig")
    with store.reading() as records:
        assert check_calendar(records, path).problems == ()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_visit_that_ends_during_a_load_waits_for_what_it_brings(store: Store) -> None:
    story, counted = a_story(store), []

    def end() -> None:
        with store.transaction() as records:
            assert calendar_of(records) is Calendar.built_in()
            counted.append(held_calendar(records).publicity_due(ENDED))

    ending = threading.Thread(target=end)
    with store.transaction() as records:
        load_calendar(records, read_calendar("x", COUNTRY, calendar_of(records)), file="x", at=story.at)
        ending.start()
        _until_somebody_waits(store)
    ending.join()
    assert counted == [NEW]


def _until_somebody_waits(store: Store) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    with store.engine.connect() as connection:
        for _ in range(20_000):
            if connection.execute(waiting).scalar_one():
                return
    raise AssertionError("nobody waits")
