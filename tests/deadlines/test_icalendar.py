"""The window of a visit in a phone's calendar: its form by the standard, and who is given it."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.gone import report_object_gone
from actions.leave import file_leave_request
from actions.redraws import replace_gone_object
from inspection.icalendar import CalendarEntry, icalendar
from inspection.leave import Ground
from storage import web_sessions
from storage.store import Store
from tests.actions.story import Story, a_drawn_story
from tests.web.houses import House, a_client, a_house
from web.cookies import COOKIE

ENTRY = CalendarEntry(
    uid="S1.B1@shuangsuiji",
    sequence=2,
    changed_at=datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
    first_day=date(2026, 11, 26),
    last_day=date(2026, 12, 10),
    title="双随机检查：示例商户B1",
    address="示例路1号，二楼; 东侧, \\后门",
    description="第一行\n第二行",
    place=(44.9, 82.07),
)


def _unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_entry_has_the_form_of_the_standard() -> None:
    assert _unfolded(icalendar(ENTRY)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shuangsuiji//visits//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:S1.B1@shuangsuiji",
        "SEQUENCE:2",
        "DTSTAMP:20261124T020000Z",
        "DTSTART;VALUE=DATE:20261126",
        "DTEND;VALUE=DATE:20261211",
        "SUMMARY:双随机检查：示例商户B1",
        "LOCATION:示例路1号，二楼\\; 东侧\\, \\\\后门",
        "DESCRIPTION:第一行\\n第二行",
        "GEO:44.900000;82.070000",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_stands_in_it_no_line_is_too_long_and_none_is_smuggled_in(title: str, address: str) -> None:
    text = icalendar(
        CalendarEntry(**{**vars(ENTRY), "title": title, "address": address, "description": "", "place": None})
    )
    plain = icalendar(CalendarEntry(**{**vars(ENTRY), "description": "", "place": None}))
    assert len(_unfolded(text)) == len(_unfolded(plain))
    for line in text.encode("utf-8", "replace").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


# Who is given it.


@pytest.fixture
def story(store: Store) -> Story:
    story: Story = a_drawn_story(store, objects=2, officers=4)
    return story


@pytest.fixture
def house(story: Story, tmp_path: Path) -> House:
    made = a_house(story.store, tmp_path)
    made.clock.now = story.at
    return made


@pytest.fixture
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


def _sign_in(house: House, door: httpx.Client, person: str) -> None:
    token = f"token-of-{person}"
    with house.store.transaction() as records:
        expires = house.clock() + timedelta(days=1)
        digest = hashlib.sha256(token.encode()).hexdigest()
        web_sessions.open_session(records, digest, chat=person, at=house.clock(), expires_at=expires)
    door.cookies.set(COOKIE, token)


def _given(door: httpx.Client, inspection: str) -> list[str]:
    answer = door.get(f"/ics/{inspection}.ics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="visit.ics"'
    return _unfolded(answer.text)


def test_a_member_gets_the_window_and_a_changed_team_a_higher_number(
    story: Story, house: House, door: httpx.Client
) -> None:
    (inspection,) = story.inspections()
    story.confirm(inspection)
    lead = story.lead(inspection).person_id
    _sign_in(house, door, lead)
    lines = _given(door, inspection)
    assert f"UID:{inspection}@shuangsuiji" in lines
    assert {"SEQUENCE:0", "DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261211"} <= set(lines)
    assert "DESCRIPTION:检查任务：示例餐饮联合抽查。检查部门：市场监管局、消防救援支队。" in lines
    assert _given(door, inspection) == lines
    leaving = story.held_by(f"{inspection}/fire/1")
    story.do(file_leave_request, leaving.id, Ground.SPOUSE, "", by=leaving.person_id)
    assert door.get(f"/ics/{inspection}.ics").status_code == 409
    story.confirm(inspection)
    again = _given(door, inspection)
    assert f"UID:{inspection}@shuangsuiji" in again
    assert "SEQUENCE:1" in again


def test_a_visit_that_is_given_up_is_taken_out_of_the_calendar_again(
    story: Story, house: House, door: httpx.Client
) -> None:
    (inspection,) = story.inspections()
    story.confirm(inspection)
    lead = story.lead(inspection).person_id
    story.do(report_object_gone, inspection, "closed", by=lead)
    story.do(replace_gone_object, inspection, by="OP")
    _sign_in(house, door, lead)
    assert {"SEQUENCE:1", "STATUS:CANCELLED", f"UID:{inspection}@shuangsuiji"} <= set(
        _given(door, inspection)
    )


def test_nobody_else_gets_it(story: Story, house: House, door: httpx.Client) -> None:
    (inspection,) = story.inspections()
    story.confirm(inspection)
    assert door.get(f"/ics/{inspection}.ics").status_code == 401
    seated = {one.person_id for one in story.live(inspection)}
    stranger = next(one for one in ("fire-1", "fire-2", "fire-3", "fire-4") if one not in seated)
    for person in (stranger, "OP"):
        _sign_in(house, door, person)
        for id in (inspection, "S9.B9", "../x", "%00"):
            answer = door.get(f"/ics/{id}.ics")
            assert answer.status_code == 404, (person, id)
            assert "VCALENDAR" not in answer.text


def test_before_the_team_is_confirmed_there_is_no_window(
    story: Story, house: House, door: httpx.Client
) -> None:
    (inspection,) = story.inspections()
    _sign_in(house, door, story.lead(inspection).person_id)
    assert door.get(f"/ics/{inspection}.ics").status_code == 409
