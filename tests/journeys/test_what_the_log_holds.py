"""A whole day of the running program at its most talkative, and then the log is searched for what must not be there."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from storage import inbox
from storage.migrate import migrate
from storage.store import Store
from storage.tables.inspections import Assignment, LeaveRequest
from storage.tables.messaging import DueWork, InboxUpdate
from storage.tables.registers import Person
from storage.traces import trace_of_update
from tests.actions.story import a_story_of_today
from tests.builders import NOW
from tests.field.pictures import a_picture
from tests.postgres import fresh_database
from tests.served import Visitor, run_here, served, until
from web.cookies import COOKIE

NAME, FIRM = "云砚岫", "博乐市云雀示例餐馆"
WORDS = "该店经营者是我表姐，她的电话13812345678，身份证652701199003071234"
PASSWORD = "geheim-4711"
PLACE = (44.90123, 82.07456)


@pytest.mark.postgres
def test_the_most_talkative_log_holds_no_name_no_words_no_code_and_no_password(tmp_path: Path) -> None:
    with fresh_database(migrate) as url:
        store = Store(url)
        seat = _drawn(store)
        secret_url = url.replace("postgres@", f"postgres:{PASSWORD}@")
        settings = {
            "database_url": secret_url,
            "log_level": "DEBUG",
            "log_form": "json",
            "data_dir": tmp_path,
        }
        code = run_here("enrol", seat.person_id, **settings).stdout.strip()
        with served(tmp_path, demo=0, **settings) as here:
            token = _a_day(here.url, code, seat, store)
            metrics = httpx.get(f"{here.url}/metrics", trust_env=False).text
        with store.reading() as records:
            assert len(records.session.exec(select(LeaveRequest)).all()) == 1, "the day was lived"
            [poisoned] = inbox.quarantined(records)
            assert NAME in poisoned.error, "what is kept for the operator says all"
        shown = run_here("status", **settings)
        store.close()
    log = here.log.read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"update_set_aside", "due_work_failed"} <= {line["event"] for line in lines}
    hidden = (
        NAME,
        FIRM,
        "云雀",
        WORDS[:6],
        "表姐",
        "13812345678",
        "652701199003071234",
        PASSWORD,
        "44.9012",
        code,
        token,
    )
    assert _followed(lines, f"{seat.person_id}:u6") == ["update_received", "update_handled", "letter_sent"]
    assert {'handler="/where"', 'outcome="set_aside"'} <= set(re.findall(r"\w+=\"[^\"]*\"", metrics))
    for text in (log, shown.stdout, shown.stderr, metrics):
        assert [one for one in hidden if one in text] == []


def _followed(lines: list[dict[str, Any]], update_id: str) -> list[str]:
    """What one search of the log finds of an update."""
    trace = trace_of_update("web", update_id)
    return [line["event"] for line in lines if line.get("trace") == trace]


def _drawn(store: Store) -> Assignment:
    """A scheme drawn today, a piece of due work that nobody can do, and the officer's own name and firm."""
    story = a_story_of_today(store, firm=FIRM)
    with store.transaction() as records:
        records.add(DueWork(key=f"x:{NAME}", kind="no_such_kind", subject="x", due_at=NOW))
    story.draw()
    seat = story.assignments()[0]
    with store.transaction() as records:
        records.get(Person, seat.person_id).name = NAME
    return seat


def _a_day(url: str, code: str, seat: Assignment, store: Store) -> str:
    """Signs in, is refused, says the reason, sends pictures and a place, and meets an update that breaks us."""
    with httpx.Client(base_url=url, headers={"origin": url}, trust_env=False) as browser:
        assert browser.post("/sign-in", data={"code": "WRONG-CODE-1"}).status_code == 403
        assert browser.post("/sign-in", data={"code": code}).status_code == 303
        token = browser.cookies[COOKIE]
        officer = Visitor(browser, seat.person_id)
        with store.transaction() as records:
            body = {"kind": "text", "received_at": NOW.isoformat(), NAME: WORDS}
            row = {"update_id": f"poison-{NAME}", "chat": seat.person_id, "body": body}
            inbox.keep(records, [row], channel="web", at=NOW)
        officer.wait_for("没能处理")
        assert (
            officer.show(a_picture(taken="2026:11:24 10:00:00", place=PLACE), "u1", caption=WORDS).status_code
            == 202
        )
        assert officer.show(f"no picture, {WORDS}".encode(), "u2").status_code == 202
        place = {"update_id": "u3", "latitude": PLACE[0], "longitude": PLACE[1]}
        assert browser.post(f"/chat/{seat.person_id}/locate", json=place).status_code == 202
        assert browser.post(f"/chat/{seat.person_id}/say", content=WORDS.encode("gb18030")).status_code == 400
        assert officer.press(f"gr:A2:{seat.id}", "u4").status_code == 202
        assert officer.say(WORDS, "u5").status_code == 202
        officer.say("/where", "u6")
        until(lambda: _is_answered(store, f"{seat.person_id}:u6"))
        until(lambda: _has_ticked(store))
        assert browser.get("/nowhere", params={"name": NAME, "token": token}).status_code == 404
    return token


def _has_ticked(store: Store) -> bool:
    with store.reading() as records:
        work = records.session.exec(select(DueWork).where(DueWork.kind == "no_such_kind")).one()
        return work.done_at is not None


def _is_answered(store: Store, update_id: str) -> bool:
    with store.reading() as records:
        found = records.session.exec(select(InboxUpdate).where(InboxUpdate.update_id == update_id)).one()
        return found.done_at is not None
