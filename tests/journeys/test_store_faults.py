"""The store says no in the middle of an update, or its process dies there: nothing is half done, nothing done twice."""

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import col, select

from actions.enrolment import open_web_chats
from actions.menus import KIND
from actions.receiving import receive_updates
from bot.channels.channel import Report, Sent
from bot.delivering import Deliverer
from bot.working import work_batch
from handlers.turn import Tools
from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Outgoing
from storage import inbox
from storage.migrate import migrate
from storage.outbox import Letter
from storage.store import Store, StoreFault
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import Story, a_drawn_story
from tests.builders import NOW, a_small_register
from tests.journeys.town import CHANNEL, Messenger, Town
from tests.postgres import fresh_database
from tests.served import ROOT, Served, Visitor, served, until
from tests.stores import DATABASES, an_empty_store

_TOOLS = Tools(new_secret=lambda: bytes(range(32)))


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[tuple[Story, str]]:
    """A drawn scheme on SQLite, and an officer with a phone who was asked."""
    with an_empty_store("sqlite", tmp_path) as store:
        story = a_drawn_story(store)
        officer = story.assignments()[0].person_id
        Town(store).enrol_everybody(officer)
        yield story, officer


def _accepts(story: Story, officer: str) -> None:
    [seat] = story.assignments(person_id=officer)
    update = Incoming(CHANNEL, officer, "u1", IncomingKind.BUTTON, NOW, button=f"as:a:{seat.id}")
    assert receive_updates(story.store, [update], channel=update.channel, at=update.received_at) == 1


def _work(store: Store) -> int:
    return work_batch(store, _TOOLS, lambda: NOW)


def _asked_of_each_connection(store: Store, pragma: str) -> None:
    """From now on; a pool gives out connections that are open already."""
    event.listen(store.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA {pragma}"))


def test_a_disk_that_is_full_in_the_middle_of_an_update(drawn: tuple[Story, str]) -> None:
    """Pages that lie free are written at first, so the fault comes anywhere between the first row and the commit."""
    story, officer = drawn
    _accepts(story, officer)
    before = story.everything()
    with story.store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    _asked_of_each_connection(story.store, f"max_page_count={pages}")
    _fill(story.store)
    with pytest.raises(
        StoreFault
    ):  # SQLite has given up the transaction by itself: the savepoint is gone as well
        _work(story.store)
    assert _without_filling(story.everything()) == _without_filling(before)
    _asked_of_each_connection(story.store, "max_page_count=1000000")
    assert _work(story.store) == 1
    assert _work(story.store) == 0
    assert [one.state.value for one in story.assignments(person_id=officer)] == ["accepted"]
    assert story.verbs(story.assignments(person_id=officer)[0].id).count("assignment.accept") == 1


def _fill(store: Store) -> None:
    """Uses up what room there is, in the tables that the update will write."""
    for size in (20_000, 3_000, 300, 30):
        with contextlib.suppress(StoreFault):
            for _ in range(200):
                with store.transaction("filling") as records:
                    records.journal("filled", "x" * size, by=None, at=NOW)


def _without_filling(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    filled = {line["id"] for line in rows.get("journal_line", ()) if line["channel"] == "filling"}
    kept = {
        name: [row for row in table if row.get("channel") != "filling" and row.get("line_id") not in filled]
        for name, table in rows.items()
    }
    return {name: table for name, table in kept.items() if table}


def test_a_store_that_somebody_else_holds(drawn: tuple[Story, str]) -> None:
    story, officer = drawn
    _accepts(story, officer)
    before = story.everything()
    _asked_of_each_connection(story.store, "busy_timeout=50")
    other = sqlite3.connect(str(story.store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFault, match="locked"):
        _work(story.store)
    other.execute("ROLLBACK")
    other.close()
    assert story.everything() == before
    assert (_work(story.store), _work(story.store)) == (1, 0)
    assert [one.state.value for one in story.assignments(person_id=officer)] == ["accepted"]


@pytest.mark.parametrize("database", DATABASES)
def test_an_update_whose_values_no_store_would_take_stands_in_nobodys_way(
    database: str, tmp_path: Path
) -> None:
    """Done again and again with its batch it would stop everybody; here not even the answer to it can be written."""
    with an_empty_store(database, tmp_path) as store:
        story = a_drawn_story(store)
        poisoned, officer = (one.person_id for one in story.assignments()[:2])
        Town(store).enrol_everybody(poisoned, officer)
        _refuse_answers_to(store, poisoned)
        words = Incoming(CHANNEL, poisoned, "u0", IncomingKind.TEXT, NOW, text="x")
        assert receive_updates(store, [words], channel=words.channel, at=words.received_at) == 1
        _accepts(story, officer)
        assert (_work(store), _work(store)) == (2, 0)
        assert [one.state.value for one in story.assignments(person_id=officer)] == ["accepted"]
        with store.reading() as records:
            [set_aside] = inbox.quarantined(records)
        assert (set_aside.chat, "IntegrityError" in set_aside.error) == (poisoned, True)


def _refuse_answers_to(store: Store, chat: str) -> None:
    with store.engine.begin() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql(
                f"CREATE TRIGGER t BEFORE INSERT ON outbox_line WHEN NEW.chat = '{chat}' AND NEW.kind <> '{KIND}'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        else:
            connection.exec_driver_sql(
                f"ALTER TABLE outbox_line ADD CHECK (chat <> '{chat}' OR kind = '{KIND}')"
            )


class _Careless:
    """A channel that fails on its own mistake, once."""

    name = CHANNEL

    def __init__(self) -> None:
        self.calls = 0

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        self.calls += 1
        if self.calls == 1:
            raise KeyError("a mistake of ours")
        for letter in letters:
            report(letter, Sent(str(letter.line_id)))


async def test_a_channel_that_breaks_delays_its_letters_only(drawn: tuple[Story, str]) -> None:
    story, officer = drawn
    with story.store.transaction() as records:
        for number, channel in enumerate(("other", CHANNEL)):
            records.add(_line(f"k{number}", channel, officer))
    other, careless, at = Messenger(), _Careless(), [NOW]
    deliverer = Deliverer(story.store, {"other": other, CHANNEL: careless}, lambda: at[0])
    await deliverer.deliver_batch()
    assert other.sent_keys == ["k0"]
    [late] = story.rows(OutboxLine, key="k1")
    assert (late.state, late.error) == (OutboxState.PENDING, "KeyError")
    at[0] += timedelta(minutes=1)
    await deliverer.deliver_batch()
    assert story.rows(OutboxLine, key="k1")[0].state is OutboxState.SENT


def _line(key: str, channel: str, chat: str) -> OutboxLine:
    return OutboxLine(
        key=key,
        addressee=f"{channel}:{chat}",
        channel=channel,
        chat=chat,
        kind="help",
        body=Outgoing("help", "x").to_json(),
        state=OutboxState.PENDING,
        created_at=NOW,
        due_at=NOW,
    )


_HOLDS_AN_UPDATE = """
import sys
from bot.working import _answer_all
from handlers.turn import Tools
from storage import inbox
from storage.store import Store
from tests.builders import NOW

with Store(sys.argv[1]).transaction() as records:
    updates = inbox.take(records, 10)
    done = _answer_all(records, updates, Tools(new_secret=lambda: bytes(32)), lambda: NOW)
    records.finish()
    print(len(done), inbox.counts(records), flush=True)
    input()
"""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)])
def test_a_worker_that_dies_between_taking_and_committing(database: str, tmp_path: Path) -> None:
    with an_empty_store(database, tmp_path) as store:
        story = a_drawn_story(store)
        officer = story.assignments()[0].person_id
        Town(store).enrol_everybody(officer)
        _accepts(story, officer)
        before = story.everything()
        url = store.engine.url.render_as_string(hide_password=False)
        with subprocess.Popen(
            [sys.executable, "-c", _HOLDS_AN_UPDATE, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdout
            assert worker.stdout.readline() == "1 {'done': 1}\n"
            worker.kill()
        assert story.everything() == before
        assert (_work(store), _work(store)) == (1, 0)
        assert [one.state.value for one in story.assignments(person_id=officer)] == ["accepted"]


CHATS, ROUNDS, LAST_BREATH = ("market-1", "market-2", "fire-1", "fire-2"), 25, 15


@pytest.mark.postgres
def test_two_processes_share_the_updates_and_one_dies(tmp_path: Path) -> None:
    """Whatever each of them takes, every update is answered once and every chat in its order; what the dead one held is
    done by the other."""
    with fresh_database(migrate) as url, contextlib.ExitStack() as running:
        store = Store(url)
        with store.transaction() as records:
            a_small_register(records)
            records.session.flush()
            open_web_chats(records, at=NOW)
        doors = [running.enter_context(_a_process(tmp_path / name, url)) for name in ("one", "two")]
        for number in range(ROUNDS):
            for chat in CHATS:
                door = doors[number % 2 if number < LAST_BREATH else 1][1]
                assert Visitor(door, chat).say(f"echo {number}", f"u{number}").status_code == 202
            if number == LAST_BREATH:
                doors[0][0].process.kill()
        until(lambda: _is_all_done(store))
        with store.reading() as records:
            assert inbox.counts(records) == {"done": len(CHATS) * ROUNDS}
            answers = records.session.exec(select(OutboxLine).order_by(col(OutboxLine.id))).all()
        for chat in CHATS:
            said = [line.body["text"] for line in answers if line.chat == chat]
            assert len(said) == ROUNDS
            assert [number for number, text in enumerate(said) if f"“echo {number}”" not in text] == []
        store.close()


@contextlib.contextmanager
def _a_process(folder: Path, url: str) -> Iterator[tuple[Served, httpx.Client]]:
    folder.mkdir()
    with served(folder, database_url=url) as here, httpx.Client(base_url=here.url, trust_env=False) as door:
        yield here, door


def _is_all_done(store: Store) -> bool:
    with store.reading() as records:
        return "pending" not in inbox.counts(records)
