"""An officer's answer from the door to the message in the chat, beside two bare commits to the same disk.

Both write to a new SQLite file with synchronous FULL. The bare loop stores a row and closes it, each in a commit of its
own, and does nothing else; ours stores the update, applies it by all rules, journals it, answers and delivers.
"""

import asyncio
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from actions.ceremony import give_number
from actions.draws import announce_draw, run_draw
from actions.enrolment import open_web_chats
from actions.load_registers import load_folder
from actions.web_chat import take_in
from bot.channels.webchat import WebChat
from bot.delivering import Deliverer
from bot.demo import SAMPLES
from bot.working import work_batch
from handlers.turn import Tools
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from notifications.incoming import Incoming, IncomingKind
from scripts.bench.measure import Measure
from storage import web_chat
from storage.migrate import migrate
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.registers import Person, Scheme
from web.live import Live

_SCHEME, _OPERATOR = "S2601", "MKT-OP"
_AT_ONCE = 40
_TOOLS = Tools(new_secret=lambda: secrets.token_bytes(32))


def measure_answers() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'ours.db'}")
        migrate(store)
        presses = _drawn(store)
        ours = asyncio.run(_answer_all(store, presses))
        store.close()
        bare = _bare(Path(folder) / "bare.db", len(presses))
    yield Measure(
        "an answer, stored, applied, journalled, delivered",
        1000 * ours / len(presses),
        1000 * bare / len(presses),
        "two bare commits",
        unit="ms",
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _drawn(store: Store) -> list[Incoming]:
    """A drawn scheme, and everybody's acceptance as it will come in."""
    with store.transaction("cli") as records:
        load_folder(records, SAMPLES, strict=True, at=_now())
        open_web_chats(records, at=_now())
        operator = records.get(Person, _OPERATOR)
        records.get(Scheme, _SCHEME).public_value = ""
        announce_draw(records, _SCHEME, secret=secrets.token_bytes(32), by=operator, at=_now())
        for witness in records.get(Scheme, _SCHEME).witnesses:
            give_number(records, f"D-{_SCHEME}-1", "05271", by=records.get(Person, witness), at=_now())
        run_draw(records, _SCHEME, by=operator, at=_now())
        drawn = records.session.execute(select(Assignment)).scalars().all()
    return [
        Incoming(
            channel=web_chat.CHANNEL,
            chat=one.person_id,
            update_id=one.id,
            kind=IncomingKind.BUTTON,
            received_at=_now(),
            button=AssignmentButton(answer=AssignmentAnswer.ACCEPT, assignment=one.id).pack(),
        )
        for one in drawn
    ]


async def _answer_all(store: Store, presses: list[Incoming]) -> float:
    deliverer = Deliverer(store, {web_chat.CHANNEL: WebChat(store, Live(), _now)}, _now)
    await _until_none(deliverer)
    began = time.perf_counter()
    for start in range(0, len(presses), _AT_ONCE):
        for press in presses[start : start + _AT_ONCE]:
            with store.transaction(web_chat.CHANNEL) as records:
                take_in(records, press)
        work_batch(store, _TOOLS, _now)
        await _until_none(deliverer)
    return time.perf_counter() - began


async def _until_none(deliverer: Deliverer) -> None:
    while await deliverer.deliver_batch():
        pass


def _bare(path: Path, number: int) -> float:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, body TEXT, done INTEGER DEFAULT 0)")
    began = time.perf_counter()
    for one in range(number):
        _commit(database, "INSERT INTO line (id, body) VALUES (?, 'accept')", one)
        _commit(database, "UPDATE line SET done = 1 WHERE id = ?", one)
    seconds = time.perf_counter() - began
    database.close()
    return seconds


def _commit(database: sqlite3.Connection, statement: str, one: int) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.execute(statement, (one,))
    database.execute("COMMIT")
