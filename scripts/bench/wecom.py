"""How soon WeCom hears that its callbacks are on disk, where each commit takes a second.

The program itself, whole, on SQLite; the fake WeCom brings words and presses of many people at once, one in twenty
twice, and cuts the line after five seconds as WeCom does. Receiving, working, sending and noting what was sent all
write to the same file, one at a time: with a second for each, what comes meanwhile must share commits.
"""

import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlmodel import select

from scripts.bench.measure import Measure
from storage import inbox
from storage.migrate import migrate
from storage.store import Store
from storage.tables.messaging import ChannelAccount, InboxState, OutboxLine
from storage.tables.registers import Person
from tests.served import ROOT, command, free_port
from tests.wecom.phones import Phone
from tests.wecom.server import FakeWecom
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Shown

PEOPLE = 300
CALLBACKS = 2_000
PER_SECOND = 25
DOUBLED = 20
"""One in so many is brought twice."""
COMMIT_SECONDS = 1.0
WECOM_SECONDS = 5.0
PATIENCE = 240.0
_CARD = Shown(
    "cbench", "card", card={"button_list": [{"type": 0, "text": "…", "key": "as:a:S1.B1/market/1"}]}
)


def measure_wecom() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder, FakeWecom(patience=WECOM_SECONDS) as wecom:
        store = _store_of(Path(folder))
        phones = [wecom.phone(f"P{one:05d}") for one in range(PEOPLE)]
        well = Path(folder) / "well"
        with _ours(wecom, Path(folder), well):
            _speak(wecom, phones)
            _wait(lambda: not wecom.pending)
            waits = sorted(wecom.waits)
            well.touch()
            _wait(lambda: _open_updates(store) == 0)
        _none_lost_none_twice(store, wecom)
        store.close()
    at_most = waits[math.ceil(0.999 * len(waits)) - 1]
    what = f"{len(waits)} callbacks, {PER_SECOND} a second, {COMMIT_SECONDS:g} s for each commit"
    yield Measure(f"{what}: p99.9", at_most, WECOM_SECONDS, "WeCom waits", at_most=1.0)
    yield Measure("the slowest", waits[-1], WECOM_SECONDS, "WeCom waits", at_most=1.0)
    yield Measure("the median", statistics.median(waits), COMMIT_SECONDS, "one commit")


def _speak(wecom: FakeWecom, phones: list[Phone]) -> None:
    dice, began = random.Random(1), time.monotonic()
    for number in range(CALLBACKS):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        if number % DOUBLED == 0:
            wecom.doubles += 1
        phone = dice.choice(phones)
        if dice.random() < 1 / 3:
            phone.presses_on(_CARD, "as:a:S1.B1/market/1")
        else:
            phone.types(f"第{number}句")


def _none_lost_none_twice(store: Store, wecom: FakeWecom) -> None:
    assert wecom.lost == [], f"{len(wecom.lost)} were lost"
    with store.reading() as records:
        assert inbox.counts(records) == {InboxState.DONE.value: CALLBACKS}
        keys = records.session.execute(select(OutboxLine.key)).scalars().all()
    answered = Counter(key.split(":")[1] for key in keys if key.startswith("reply:") and key.endswith(":0"))
    assert (len(answered), set(answered.values())) == (CALLBACKS, {1})


def _open_updates(store: Store) -> int:
    with store.reading() as records:
        return inbox.counts(records).get(InboxState.PENDING.value, 0)


def _wait(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up_at, "it never came to that"
        time.sleep(0.1)


def _store_of(folder: Path) -> Store:
    at = datetime.now(UTC)
    store = Store(f"sqlite:///{folder / 'shuangsuiji.db'}")
    migrate(store)
    with store.transaction("bench") as records:
        ids = [f"P{one:05d}" for one in range(PEOPLE)]
        records.add(
            *(
                Person(id=id, name=f"示例{id}", department="market", district="博乐市", roles=["officer"])
                for id in ids
            )
        )
        records.add(
            *(
                ChannelAccount(channel="wecom", chat=id, person_id=id, enrolled_at=at, last_used_at=at)
                for id in ids
            )
        )
    return store


@contextmanager
def _ours(wecom: FakeWecom, folder: Path, well: Path) -> Iterator[None]:
    """Its start has many commits of its own; who waits for them is not what is measured."""
    port = free_port()
    line, environment = command(
        "serve", data_dir=folder, port=port, demo=0, log_level="WARNING", wecom_corp_id=CORP_ID,
        wecom_agent_id=AGENT_ID, wecom_secret=SECRET, wecom_token=TOKEN, wecom_aes_key=AES_KEY,
        wecom_api_url=wecom.url,
    )  # fmt: skip
    slowed = [sys.executable, "-m", "scripts.bench.slow_commits", str(COMMIT_SECONDS), str(well), *line[3:]]
    process = subprocess.Popen(slowed, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(lambda: _answers(f"http://127.0.0.1:{port}/health"))
        wecom.door = f"http://127.0.0.1:{port}/webhooks/wecom"
        yield
    finally:
        well.touch()
        process.terminate()
        process.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
