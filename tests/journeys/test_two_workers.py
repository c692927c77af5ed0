"""Several processes at one inbox: what one of them holds makes the others wait, and costs nobody an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from actions.receiving import receive_updates
from bot.working import work_batch
from handlers.turn import Tools
from inspection.states import AssignmentState
from notifications.incoming import Incoming, IncomingKind
from storage import inbox
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import InboxState, InboxUpdate
from tests.actions.story import a_drawn_story, rows_of
from tests.builders import NOW
from tests.journeys.town import CHANNEL, Town
from tests.served import ROOT, until
from tests.stores import an_empty_store


def _work(store: Store) -> int:
    return work_batch(store, Tools(new_secret=lambda: bytes(32)), lambda: NOW)


def _open(store: Store) -> list[str]:
    with store.reading() as records:
        return [one.update_id for one in rows_of(records, InboxUpdate) if one.state is InboxState.PENDING]


@pytest.mark.postgres
def test_a_person_who_must_wait_for_another_process_holds_up_nobody_and_is_answered(tmp_path: Path) -> None:
    """Neither is set aside for it: two batches that wait for each other end the same way."""
    with an_empty_store("postgresql", tmp_path) as store:
        story = a_drawn_story(store)
        seat, other = story.live()[:2]
        Town(store).enrol_everybody(seat.person_id, other.person_id)
        press = Incoming(CHANNEL, seat.person_id, "press", IncomingKind.BUTTON, NOW, button=f"as:a:{seat.id}")
        after = Incoming(CHANNEL, seat.person_id, "after", IncomingKind.TEXT, NOW, text="/tasks")
        asks = Incoming(CHANNEL, other.person_id, "asks", IncomingKind.TEXT, NOW, text="/tasks")
        receive_updates(store, [press, after, asks], channel=CHANNEL, at=NOW)
        with store.transaction() as elsewhere:
            elsewhere.lock(Assignment, seat.id)
            assert _work(store) == 3
            assert _open(store) == ["press", "after"]
        while _work(store):
            pass
        with store.reading() as records:
            assert inbox.quarantined(records) == []
            assert records.get(Assignment, seat.id).state is AssignmentState.ACCEPTED


_DIES_AT_WORK = """
import sys, time
from storage import inbox
from storage.store import Store
from tests.builders import NOW

with Store(sys.argv[1]).transaction() as records:
    inbox.finish(records, [one.id for one in inbox.take(records, 9)], at=NOW)
    print("at work", flush=True)
    time.sleep(600)
"""


@pytest.mark.faults
@pytest.mark.postgres
def test_a_worker_that_is_killed_leaves_its_chats_to_the_others(tmp_path: Path) -> None:
    """At once, for what it held goes with its connection."""
    with an_empty_store("postgresql", tmp_path) as store:
        asks = [Incoming(CHANNEL, chat, chat, IncomingKind.TEXT, NOW, text="/tasks") for chat in ("a", "b")]
        receive_updates(store, asks, channel=CHANNEL, at=NOW)
        url = store.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, "-c", _DIES_AT_WORK, url]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"at work\n"
            assert _work(store) == 0
            worker.kill()
        until(lambda: _work(store) == 2)
        assert _open(store) == []
