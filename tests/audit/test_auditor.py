"""What stands at two looks in a row is told once and turns `/health` red; when it is over it says so by itself."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from actions.audit_alarm import note_flaws
from bot.auditor import SILENT_AFTER, Auditor, Pulse, alarm_reasons, audit_lines
from bot.health import health
from bot.ticking import tick
from inspection.roles import Role
from storage import audit_alarms, due
from storage.audit_alarms import AuditAlarm
from storage.store import Store
from storage.tables.inspections import JournalLine
from tests.actions.story import Story, rows_of
from tests.audit.drawn import a_drawn_store
from tests.builders import NOW, a_person
from tests.journeys.town import Town
from tests.served import served
from tests.stores import DATABASES
from tests.web.houses import a_client, a_house


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with a_drawn_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


on_both = pytest.mark.parametrize("story", DATABASES, indirect=True)


class Watched:
    """A drawn scheme, its operators with a phone, and the auditor with two clocks that go together."""

    def __init__(self, story: Story) -> None:
        store = story.store
        self.story, self.town, self.seconds, self.wakes = story, Town(store), 0.0, 0
        with store.transaction("test") as records:
            records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
            records.add(a_person("AD", department="market", roles=(Role.ADMIN,), language="en"))
        officers = {one.person_id for one in self.story.assignments()}
        self.town.enrol_everybody("OP", "OP-fire", "AD", "W1", *officers)
        self.town.settle()
        for who in self.town.enrolled:
            for shown in (
                self.town.messenger.phones[who].messages if who in self.town.messenger.phones else []
            ):
                shown.is_read = True
        self.pulse = Pulse(lambda: self.seconds)
        url = store.engine.url.render_as_string(hide_password=False)
        self.auditor = Auditor(Store(url), self.town.clock, self.pulse, self._wake, now=lambda: self.seconds)

    def _wake(self) -> None:
        self.wakes += 1

    def look(self, *, minutes: float = 1, ticks: bool = True) -> dict[str, int]:
        """A minute later; gives what `/health` gives as reasons."""
        self.seconds += 60 * minutes
        self.town.now += timedelta(minutes=minutes)
        if ticks:
            self.pulse.beat()
            self.town.settle()
        self.auditor.look()
        if ticks:
            self.town.settle()
        return self.reasons()

    def reasons(self) -> dict[str, int]:
        found = health(self.story.store, (), self.auditor)
        assert found["ok"] is (not found["reasons"])
        assert found["status"] == ("red" if found["reasons"] else "ok")
        reasons = found["reasons"]
        assert isinstance(reasons, dict)
        return reasons

    def damage(self, statement: str) -> None:
        with self.story.store.engine.begin() as connection:
            connection.execute(text(statement))

    def verbs(self) -> list[str]:
        lines: list[JournalLine] = self.story.rows(JournalLine)
        return [one.verb for one in lines if one.verb.startswith("audit.")]


@pytest.fixture
def watched(story: Story) -> Iterator[Watched]:
    found = Watched(story)
    yield found
    found.auditor.close()


_STUCK, _WELL = (
    "UPDATE inspection SET state = 'ready'",
    "UPDATE inspection SET state = 'assembling'",
)


@on_both
def test_what_stands_at_two_looks_is_told_once_to_the_lead_department_and_edited_when_it_is_over(
    watched: Watched,
) -> None:
    assert watched.look() == {}
    watched.damage(_STUCK)
    assert watched.look() == {}
    for _ in range(3):
        assert watched.look() == {"stuck": 1}
    assert "停在谁也办不了的状态：1件（S1.B" in watched.town.hears("OP", "audit_alarm").text
    watched.town.nobody_hears_more()
    watched.damage(_WELL)
    assert watched.look() == {}
    watched.town.hears("OP", "audit_over")
    assert [one.outgoing.kind for one in watched.town.messenger.phones["OP"].messages].count(
        "audit_alarm"
    ) == 0
    watched.town.nobody_hears_more()
    assert (watched.verbs(), watched.wakes) == (["audit.alarm", "audit.over"], 2)


def test_the_same_again_later_is_told_again(watched: Watched) -> None:
    for _ in range(2):
        watched.damage(_STUCK)
        watched.look()
        watched.look()
        watched.town.hears("OP", "audit_alarm")
        watched.damage(_WELL)
        watched.look()
    assert watched.verbs() == ["audit.alarm", "audit.over"] * 2


def test_an_alarm_that_nobody_was_sent_yet_is_taken_back(watched: Watched) -> None:
    watched.town.messenger.unreachable.add("OP")
    watched.damage(_STUCK)
    watched.look(ticks=False)
    watched.look(ticks=False)
    watched.damage(_WELL)
    watched.look(ticks=False)
    watched.town.messenger.unreachable.clear()
    watched.town.settle()
    watched.town.nobody_hears_more()


@on_both
def test_what_lies_waiting_is_told_to_all_who_can_set_the_service_going(watched: Watched) -> None:
    [inspection] = watched.story.inspections()
    with watched.story.store.transaction() as records:
        due.plan(records, kind="live_progress", subject=inspection, due_at=watched.town.now)
    for _ in range(6):
        watched.look(ticks=False)
    assert watched.look(ticks=False) == {"late_work": 1, "tick_silent": 1}
    assert watched.look() == {}  # a tick has done it
    for who in ("AD", "OP", "OP-fire"):
        watched.town.hears(who, "audit_over")
    watched.town.nobody_hears_more()
    assert watched.verbs() == ["audit.alarm", "audit.over"]


def test_the_installations_alarm_reaches_operators_and_administrators(watched: Watched) -> None:
    watched.damage(
        "INSERT INTO inbox_update (channel, update_id, chat, body, state, attempts, error, received_at)"
        " VALUES ('gone', '1', 'x', '{}', 'pending', 0, '', '2026-11-24 00:00:00')"
    )
    watched.look(ticks=False)
    watched.look(ticks=False)
    with watched.story.store.reading() as records:
        assert alarm_reasons(records) == {"late_update": 1}
    watched.damage("DELETE FROM inbox_update WHERE channel = 'gone'")
    watched.town.settle()
    for who in ("AD", "OP", "OP-fire"):
        watched.town.hears(who, "audit_alarm")
    assert watched.look() == {}
    assert "What the auditor found is over" in watched.town.hears("AD", "audit_over").text


def test_a_tick_that_hangs_is_seen_by_the_auditor_alone(watched: Watched) -> None:
    assert watched.look(minutes=4, ticks=False) == {}
    assert watched.look(minutes=4, ticks=False) == {"tick_silent": 1}
    assert watched.look() == {}


def test_a_tick_that_stands_still_inside_a_transaction_hides_nothing(watched: Watched) -> None:
    """It holds the store's lock for writing: reading, and `/health`, go on all the same."""
    may_go, holds = threading.Event(), threading.Event()

    def hang() -> None:
        with watched.story.store.transaction() as records:
            records.journal("test", "it", by=None, at=watched.town.now)
            records.session.flush()
            holds.set()
            may_go.wait(20)

    hanging = threading.Thread(target=hang)
    hanging.start()
    assert holds.wait(10)
    assert watched.look(minutes=SILENT_AFTER / 60 + 1, ticks=False) == {"tick_silent": 1}
    may_go.set()
    hanging.join()


def test_an_auditor_that_hangs_is_red_too(watched: Watched) -> None:
    watched.look()
    watched.seconds += SILENT_AFTER + 1
    watched.pulse.beat()
    assert watched.reasons() == {"auditor_silent": 1}
    watched.auditor.look()
    assert watched.reasons() == {}


def test_a_store_that_does_not_answer_twice_is_red(watched: Watched) -> None:
    watched.damage("ALTER TABLE due_work RENAME TO gone")
    assert watched.auditor.reasons() == {}
    watched.auditor.look()
    assert watched.auditor.reasons() == {}
    watched.auditor.look()
    assert watched.auditor.reasons() == {"store_unanswered": 2}
    watched.damage("ALTER TABLE gone RENAME TO due_work")
    watched.auditor.look()
    assert watched.auditor.reasons() == {}


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_was_moved_makes_nothing_red(watched: Watched, days: int) -> None:
    """Everything is late at once, and must have its minute: as when the demo's clock is pushed at each look."""
    for _ in range(4):
        watched.town.now += timedelta(days=days)
        assert watched.look(ticks=False) == {}
    watched.pulse.beat()
    assert watched.look() == {}
    assert watched.verbs() == []


def test_an_alarm_of_before_a_restart_goes_on_and_ends(watched: Watched) -> None:
    """A new process has seen nothing twice: what still stands stays red, and is not told again."""
    with watched.story.store.transaction() as records:
        audit_alarms.raise_once(records, AuditAlarm("market", watched.town.now, {"stuck": 1}))
    watched.damage(_STUCK)
    assert watched.look() == {"stuck": 1}
    assert watched.look() == {"stuck": 1}
    assert watched.verbs() == []
    watched.damage(_WELL)
    assert watched.look() == {}


@on_both
def test_two_processes_that_find_the_same_tell_it_once(watched: Watched) -> None:
    watched.damage(_STUCK)
    url = watched.story.store.engine.url.render_as_string(hide_password=False)
    other = Auditor(Store(url), watched.town.clock, watched.pulse, lambda: None, now=lambda: watched.seconds)
    for _ in range(2):
        watched.look()
        other.look()
    other.close()
    watched.town.settle()
    watched.town.hears("OP", "audit_alarm")
    watched.town.nobody_hears_more()


def test_the_counts_follow_what_is_found(watched: Watched) -> None:
    watched.damage("UPDATE assignment SET answer_by = NULL")
    watched.look()
    assert watched.look() == {"no_time": 4}
    watched.damage(_STUCK)
    watched.look()
    assert watched.look() == {"stuck": 1}
    watched.town.hears("OP", "audit_alarm")
    watched.town.nobody_hears_more()


def test_the_thread_looks_by_itself_and_ends(story: Story) -> None:
    looked = threading.Event()
    auditor = Auditor(story.store, lambda: story.at, Pulse(), lambda: None, daily=looked.set)
    auditor.start()
    assert looked.wait(10)
    auditor.close()
    assert auditor.reasons() == {}


def test_health_answers_503_with_kinds_and_numbers_only(watched: Watched, tmp_path: Path) -> None:
    house = a_house(watched.story.store, tmp_path)
    watch = house.web.watch
    assert watch is not None
    state = replace(watch, health=lambda: health(watched.story.store, (), watched.auditor))
    web = replace(house.web, watch=state)
    with a_client(replace(house, web=web)) as door:
        assert door.get("/health").status_code == 200
        watched.damage(_STUCK)
        watched.look()
        watched.look()
        answer = door.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "red")
        assert answer.json()["reasons"] == {"stuck": 1}
        assert "S1.B" not in answer.text
        watched.damage(_WELL)
        watched.look()
        assert door.get("/health").json()["reasons"] == {}
    with watched.story.store.transaction() as records:
        audit_alarms.keep(records, AuditAlarm("market", watched.town.now, {"stuck": 2, "no_owner": 1}))
        assert next(audit_lines(records, "en")).startswith(
            "The auditor found (market): In a state in which nobody can do anything 2, Nobody"
        )


def test_the_running_service_shows_what_stands_in_its_store(tmp_path: Path) -> None:
    with served(tmp_path) as here, httpx.Client(base_url=here.url, trust_env=False) as door:
        found = door.get("/health").json()
        assert (found["status"], found["reasons"], found["canary"]) == ("ok", {}, None)
        with closing(Store(f"sqlite:///{tmp_path / 'shuangsuiji.db'}")) as store:
            with store.transaction() as records:
                audit_alarms.keep(records, AuditAlarm("market", NOW, {"stuck": 1}))
            answer = door.get("/health")
            assert (answer.status_code, answer.json()["status"]) == (503, "red")
            with store.transaction() as records:
                audit_alarms.forget(records, "market")
        assert door.get("/health").status_code == 200


def test_nothing_found_and_nothing_raised_writes_nothing(watched: Watched) -> None:
    before = watched.story.everything()
    with watched.story.store.transaction() as records:
        assert note_flaws(records, (), (), at=watched.town.now) is False
        assert rows_of(records, JournalLine, verb="audit.over") == []
    assert tick(watched.story.store, watched.town.clock, lambda: None) == 0
    assert watched.story.everything() == before
