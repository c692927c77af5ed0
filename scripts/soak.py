"""`make soak`: the service for an hour at fifty updates a second, photos among them; does anything pile up?

Some hundred people on a fake Telegram say things, send photos and press buttons, evenly. Every ten seconds the memory
and the open files of the service are read from the system. After the warm-up the mean memory of each later window must
lie within 5 % of the first one's, and at the end, at rest, no more files and lines may be open than at the beginning.

`make soak MINUTES=60 PER_SECOND=50` are its settings; the table goes to the screen, all of it to `var/soak.json`.
"""

import contextlib
import io
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.table import Table

from bot.channels.lines import IDLE_SECONDS
from notifications.catalogue import label
from scripts.bench.measure import machine
from scripts.bench.telegram import store_of
from storage import inbox
from storage.store import Store
from tests.serving.crew import Member, a_crew
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram
from tests.telegram.world import Press

PEOPLE = 600
PHOTOS = 0.1
"""Of all updates; half of those who sent one press the button below the answer."""
WITHIN = 0.05
LOOK_SECONDS = 10.0
WINDOWS = 6
"""The time is cut into so many; the first is the warm-up."""
MORE_FILES = 3
"""May be open at rest after it all than before: a line that is kept for the next one."""
KEPT = Path("var") / "soak.json"
_REST_SECONDS = 60.0
_STORE = "shuangsuiji.db"


@dataclass(frozen=True)
class Look:
    """What the system says of the process at one moment, `second` after the beginning."""

    second: float
    memory_kb: int
    files: int
    """Open ones, and lines; without those to the store, of which a pool keeps some, fifteen at most."""


@dataclass
class Talk:
    """People who say things evenly; who has not been answered yet does not speak again."""

    telegram: FakeTelegram
    phones: list[Phone]
    dice: random.Random
    photo: bytes
    said: int = 0
    photos: int = 0
    presses: int = 0
    waits: list[float] = field(default_factory=list)
    _said_at: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        post = self.telegram.world.post

        def posted(chat: Any, *given: Any, **named: Any) -> dict[str, Any]:
            message = post(chat, *given, **named)
            if (said_at := self._said_at.pop(chat.id, None)) is not None:
                self.waits.append(time.monotonic() - said_at)
            return message

        self.telegram.world.post = posted  # type: ignore[method-assign]

    def speak(self) -> None:
        """One of those who are not waiting does something."""
        phone = self.dice.choice(self.phones)
        if phone.id in self._said_at:
            return
        self.said += 1
        if self.dice.random() < PHOTOS:
            self._shows(phone)
        elif not (self.dice.random() < PHOTOS and self._presses(phone)):
            self._said_at[phone.id] = time.monotonic()
            phone.types(f"第{self.said}句话")

    def _shows(self, phone: Phone) -> None:
        self.photos += 1
        self._said_at[phone.id] = time.monotonic()
        phone.sends_photo(_another(self.photo, self.photos))

    def _presses(self, phone: Phone) -> Press | None:
        """Puts away the photo that was asked about, in place: nothing new is said."""
        words = label("stray_discard", "zh")
        if not phone.has_button(words):
            return None
        self.presses += 1
        return phone.presses(words)

    @property
    def unanswered(self) -> int:
        return len(self._said_at)


def _another(photo: bytes, number: int) -> bytes:
    """The same to look at, other bytes: with a comment behind the head, as JPEG allows."""
    words = f"{number:012d}".encode()
    return photo[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + photo[2:]


def _a_photo() -> bytes:
    """Of 960 by 720, as a messenger presses them: some 60 KB."""
    dice = random.Random(1)
    coarse = Image.frombytes("RGB", (96, 72), dice.randbytes(96 * 72 * 3))
    written = io.BytesIO()
    coarse.resize((960, 720), Image.Resampling.BICUBIC).save(written, "JPEG", quality=60)
    return written.getvalue()


def look_at(pid: int, second: float) -> Look:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    memory = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return Look(second, int(memory), sum(1 for target in _open_at(pid) if _STORE not in target))


def _open_at(pid: int) -> Iterator[str]:
    """What the process holds open; one that was closed at this moment is none."""
    for line in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield str(line.readlink())


@dataclass(frozen=True)
class Soaked:
    """What came of it; `faults` are the bars that were not kept, in words."""

    minutes: float
    per_second: float
    said: int
    photos: int
    presses: int
    p50: float
    p99: float
    memory_mb: Sequence[float]
    """The mean of each window, the warm-up first."""
    fewest_files: Sequence[int]
    """At any moment of each window."""
    files_before: int
    files_after: int
    unanswered: int
    inbox: dict[str, int]

    @property
    def faults(self) -> Iterator[str]:
        first = self.memory_mb[1]
        for number, mean in enumerate(self.memory_mb[2:], 2):
            if abs(mean / first - 1) > WITHIN:
                yield f"memory of window {number}: {mean:.0f} MB, {mean / first - 1:+.1%} of {first:.0f} MB"
        if self.files_after > self.files_before + MORE_FILES:
            yield f"{self.files_after} files are open at rest, {self.files_before} were before"
        if self.fewest_files[-1] > self.fewest_files[1] + MORE_FILES:
            yield f"never fewer than {self.fewest_files[-1]} files are open in the end, {self.fewest_files[1]} were"
        if self.unanswered:
            yield f"{self.unanswered} were never answered"
        if set(self.inbox) != {"done"}:
            yield f"the inbox holds {self.inbox}"


def soak(minutes: float, per_second: float) -> tuple[Soaked, list[Look]]:
    with tempfile.TemporaryDirectory() as folder, FakeTelegram(keeps_calls=False) as telegram:
        url = f"sqlite:///{Path(folder) / _STORE}"
        store = store_of(url, PEOPLE)
        phones = [telegram.phone(1_000 + number, has_started=True) for number in range(PEOPLE)]
        talk = Talk(telegram, phones, random.Random(2), _a_photo())
        channel = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        settings: dict[str, Any] = {
            **channel,
            "telegram_per_second": 1_000_000,
            "database_url": url,
            "log_level": "ERROR",
        }
        with a_crew(Path(folder), **settings) as crew:
            service = crew.start("receive,work,deliver,tick,web")
            return _soaked(service, talk, store, minutes, per_second)


def _soaked(
    service: Member, talk: Talk, store: Store, minutes: float, per_second: float
) -> tuple[Soaked, list[Look]]:
    pid = service.process.pid
    _speak_for(talk, 5, per_second)
    _rest(talk, store)
    before = look_at(pid, 0.0)
    looks = list(_looks_while(talk, pid, minutes * 60, per_second))
    _rest(talk, store)
    after = look_at(pid, minutes * 60)
    with store.reading() as records:
        counts = inbox.counts(records)
    shares = statistics.quantiles(talk.waits, n=100)
    windows = list(_windows(looks, minutes * 60))
    soaked = Soaked(
        minutes, per_second, talk.said, talk.photos, talk.presses, shares[49], shares[98],
        [statistics.fmean(one.memory_kb / 1024 for one in window) for window in windows],
        [min(one.files for one in window) for window in windows],
        before.files, after.files, talk.unanswered, counts,
    )  # fmt: skip
    return soaked, looks


def _looks_while(talk: Talk, pid: int, seconds: float, per_second: float) -> Iterator[Look]:
    began = time.monotonic()
    while (gone := time.monotonic() - began) < seconds:
        _speak_for(talk, min(LOOK_SECONDS, seconds - gone), per_second)
        yield look_at(pid, time.monotonic() - began)


def _speak_for(talk: Talk, seconds: float, per_second: float) -> None:
    """Evenly; what a busy machine makes late is made up for."""
    began, spoken = time.monotonic(), 0
    while (gone := time.monotonic() - began) < seconds:
        while spoken < gone * per_second:
            talk.speak()
            spoken += 1
        time.sleep(1 / per_second)


def _rest(talk: Talk, store: Store) -> None:
    """Until all is answered. A line to Telegram that was idle for some seconds is closed when the next one is asked
    for, so a few words are said after a while, as somebody always does."""
    _until_answered(talk, store)
    time.sleep(IDLE_SECONDS + 5)
    _speak_for(talk, 3, 2)
    _until_answered(talk, store)
    time.sleep(1)


def _until_answered(talk: Talk, store: Store) -> None:
    give_up_at = time.monotonic() + _REST_SECONDS
    while time.monotonic() < give_up_at:
        with store.reading() as records:
            if not talk.unanswered and not inbox.counts(records).get("pending"):
                return
        time.sleep(0.2)


def _windows(looks: Sequence[Look], seconds: float) -> Iterator[list[Look]]:
    for number in range(WINDOWS):
        yield [one for one in looks if number == min(WINDOWS - 1, int(one.second / seconds * WINDOWS))]


def _table(soaked: Soaked, title: str) -> Table:
    table = Table("what", "figure", title=title)
    updates = f"{soaked.said:,}, {soaked.photos:,} photos and {soaked.presses:,} presses among them"
    for what, figure in (
        ("updates", updates),
        ("half, and 99 of 100, waited at most", f"{soaked.p50 * 1000:.0f} ms, {soaked.p99 * 1000:.0f} ms"),
        ("memory, the mean of each window", ", ".join(f"{one:.0f}" for one in soaked.memory_mb) + " MB"),
        ("fewest files and lines open in each", ", ".join(str(one) for one in soaked.fewest_files)),
        ("files and lines open at rest", f"{soaked.files_before} before, {soaked.files_after} after"),
        ("never answered", str(soaked.unanswered)),
    ):
        table.add_row(what, figure)
    return table


def main(minutes: float, per_second: float) -> int:
    soaked, looks = soak(minutes, per_second)
    head = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    KEPT.parent.mkdir(exist_ok=True)
    kept = {**head, **asdict(soaked), "looks": [asdict(one) for one in looks]}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    Console().print(_table(soaked, f"{minutes:g} minutes at {per_second:g} a second, {head['machine']}"))
    faults = list(soaked.faults)
    for fault in faults:
        sys.stderr.write(f"not kept: {fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*(float(one) for one in sys.argv[1:])))
