"""An echo by Telegram: ours, whole, beside bare echo bots of python-telegram-bot and aiogram, on one fake server.

Ours stores each update before it acknowledges it, finds out who speaks and what was asked, renders the answer, writes
it to the outbox, sends it from there and notes that it was sent: four commits to SQLite with synchronous FULL, shared
by all who speak at that moment. The bare bots do none of that. People wait for their answer before they speak again,
so many at once; how long they wait is the latency. Limits of Telegram are off, for there is nothing to measure below.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from actions.menus import offer_menus
from bot.roles import ALL_ROLES, roles_line
from bot.settings import PREFIX
from scripts.bench.measure import Measure
from storage import outbox
from storage.migrate import migrate
from storage.store import Store
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState
from storage.tables.registers import Person
from tests.telegram.clock import Clock
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

PEOPLE = 8_000
AT_ONCE = 200
PATIENCE = 120.0
WARM, COUNTED = 1_000, 6_000
NOTICES = 2_000
LIMIT_SECONDS = NOTICES / 30
HERE = Path(__file__).parent
WHOLE = roles_line(ALL_ROLES)
AIOGRAM = "aiogram>=3.31,<4"


Running = Callable[[FakeTelegram], contextlib.AbstractContextManager[None]]


@dataclass
class Echoed:
    """Echoes a second, and how long half of the people, and 99 of a hundred, waited at most, in seconds."""

    per_second: float
    p50: float
    p99: float


@dataclass
class Crowd:
    """People who each say something, wait for the answer, and let the next one speak."""

    telegram: FakeTelegram
    phones: list[Phone]
    said_at: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    spoken: int = 0
    began: float = 0.0
    ended: float = 0.0

    def __post_init__(self) -> None:
        post = self.telegram.world.post

        def posted(chat: Any, *given: Any, **named: Any) -> dict[str, Any]:
            message = post(chat, *given, **named)
            self._answered(chat.id)
            return message

        self.telegram.world.post = posted  # type: ignore[method-assign]

    def speak(self) -> None:
        phone = self.phones[self.spoken % len(self.phones)]
        self.spoken += 1
        self.said_at[phone.id] = time.perf_counter()
        phone.types(f"第{self.spoken}句话")

    def _answered(self, chat: int) -> None:
        said_at = self.said_at.pop(chat, None)
        if said_at is None:
            return
        now = time.perf_counter()
        self.waits.append(now - said_at)
        if len(self.waits) == WARM:
            self.began = now
        if len(self.waits) == WARM + COUNTED:
            self.ended = now
        if self.spoken < WARM + COUNTED:
            self.speak()

    def echoed(self) -> Echoed:
        for _ in range(AT_ONCE):
            self.speak()
        give_up_at = time.perf_counter() + PATIENCE
        while not self.ended:
            assert time.perf_counter() < give_up_at, f"only {len(self.waits)} were answered"
            time.sleep(0.05)
        shares = statistics.quantiles(self.waits[WARM:], n=100)
        return Echoed(COUNTED / (self.ended - self.began), shares[49], shares[98])


def measure_telegram() -> Iterator[Measure]:
    """Each in its turn and then each once more, the better run of two: what the machine does meanwhile disturbs all."""
    bots: list[Running] = [
        _ours,
        lambda telegram: bare(telegram, sys.executable, "bare_ptb"),
        lambda telegram: bare(telegram, aiogram_python(), "bare_aiogram"),
    ]
    runs = [[echoed(bot) for bot in bots] for _ in range(2)]
    ours, ptb, aiogram = (better(of_one) for of_one in zip(*runs, strict=True))
    for name, peer, bar in (("bare python-telegram-bot", ptb, 3.0), ("bare aiogram", aiogram, 1.5)):
        yield Measure("an echo by Telegram", 1e6 / ours.per_second, 1e6 / peer.per_second, name, unit="µs",
                      at_most=1 / bar)  # fmt: skip
    for name, peer in (("bare python-telegram-bot", ptb), ("bare aiogram", aiogram)):
        yield Measure(f"the 99th of a hundred waits, {AT_ONCE} at once", 1000 * ours.p99, 1000 * peer.p99, name,
                      unit="ms", at_most=1.0)  # fmt: skip
    yield from _fan_out()


@contextlib.contextmanager
def _ours(telegram: FakeTelegram) -> Iterator[None]:
    """On a store of its own: this Telegram counts its updates from the start, and one that is known is not answered."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'shuangsuiji.db'}"
        store_of(url, PEOPLE).close()
        with ours_beside(telegram, Path(folder), url, per_second=1_000_000):
            yield


def better(runs: Sequence[Echoed]) -> Echoed:
    """The best of each figure: what the machine does meanwhile disturbs all."""
    return Echoed(
        max(one.per_second for one in runs), min(one.p50 for one in runs), min(one.p99 for one in runs)
    )


def echoed(running: Running) -> Echoed:
    with FakeTelegram(keeps_calls=False) as telegram:
        phones = [telegram.phone(1_000 + number, has_started=True) for number in range(PEOPLE)]
        crowd = Crowd(telegram, phones)
        with running(telegram):
            return crowd.echoed()


def _fan_out() -> Iterator[Measure]:
    clock = Clock(is_running=True)  # limits are counted by it
    with tempfile.TemporaryDirectory() as folder, FakeTelegram(clock=clock, keeps_calls=False) as telegram:
        url = f"sqlite:///{Path(folder) / 'shuangsuiji.db'}"
        store = store_of(url, NOTICES)
        _write_notices(store)
        store.close()
        phones = [telegram.phone(1_000 + number, has_started=True) for number in range(NOTICES)]
        telegram.world.flood.is_on = True
        with ours_beside(telegram, Path(folder), url):
            arrived = _arrivals(phones)
    assert telegram.world.flood.refused == 0, f"{telegram.world.flood.refused} were refused as too many"
    yield Measure(f"{NOTICES} notices to as many people", arrived, LIMIT_SECONDS, "Telegram's 30 a second",
                  at_most=1.05)  # fmt: skip


def _arrivals(phones: list[Phone]) -> float:
    """Seconds from the first to the last."""
    began = 0.0
    while True:
        there = sum(len(phone.messages) > 0 for phone in phones)
        now = time.perf_counter()
        began = began or (now if there else 0.0)
        if there == len(phones):
            return now - began
        assert not began or now - began < 2 * LIMIT_SECONDS, f"only {there} have arrived"
        time.sleep(0.05)


def store_of(url: str, number: int) -> Store:
    """So many officers, each with a phone of Telegram's."""
    at = datetime.now(UTC)
    store = Store(url)
    migrate(store)
    with store.transaction("bench") as records:
        people = [
            Person(
                id=f"P{one:05d}", name=f"示例{one}", department="market", district="博乐市", roles=["officer"]
            )
            for one in range(number)
        ]
        accounts = [
            ChannelAccount(
                channel="telegram",
                chat=str(1_000 + one),
                person_id=person.id,
                enrolled_at=at,
                last_used_at=at,
            )
            for one, person in enumerate(people)
        ]
        records.add(*people)
        records.add(*accounts)
        offer_menus(records, at=at)
    with store.transaction("bench") as records:  # their menus were sent on another day
        records.session.execute(update(OutboxLine).values(state=OutboxState.SENT))
    return store


def _write_notices(store: Store) -> None:
    at = datetime.now(UTC)
    with store.transaction("bench") as records:
        for one in range(NOTICES):
            body = {"kind": "help", "text": f"第{one}份通知", "rows": [], "is_fresh": True}
            line = {"key": f"n{one}", "addressee": f"P{one:05d}", "is_reply": False, "person_id": f"P{one:05d}",
                    "kind": "help", "body": body, "created_at": at, "due_at": at}  # fmt: skip
            outbox.write(records, line)


@contextlib.contextmanager
def ours_beside(
    telegram: FakeTelegram, folder: Path, url: str, *, per_second: float = 30, split: Sequence[str] = (WHOLE,)
) -> Iterator[None]:
    """One process for each part of `split`, which names its roles."""
    given = {
        "DATA_DIR": folder, "DATABASE_URL": url, "PORT": 0, "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url, "TELEGRAM_PER_SECOND": per_second, "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    environment = {f"{PREFIX}{name}": str(value) for name, value in given.items()}
    with contextlib.ExitStack() as running:
        for roles in split:
            line = [sys.executable, "-m", "bot", "serve", "--roles", roles]
            running.enter_context(_process(line, environment))
        yield


@contextlib.contextmanager
def bare(telegram: FakeTelegram, python: str, name: str) -> Iterator[None]:
    with _process([python, str(HERE / "peers" / f"{name}.py"), telegram.url, telegram.token], {}):
        yield


@contextlib.contextmanager
def _process(line: list[str], environment: dict[str, str]) -> Iterator[None]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with subprocess.Popen(line, env={**ours, **environment}, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def aiogram_python() -> str:
    """A Python with aiogram in it. It has a folder of its own, for it wants an older pydantic than we do."""
    folder = Path("var") / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", AIOGRAM], check=True)
    return str(python)
