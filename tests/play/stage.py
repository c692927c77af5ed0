"""A play in processes of its own, as `make demo PLAY=1` starts it, and the hand that kills them at chosen moments."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.play.run import SUMMARY
from bot.play.server import LOG_FILE, PID_FILE
from bot.settings import PREFIX
from storage.store import Store
from tests import nursery
from tests.nursery import Child
from tests.play.books import Books
from tests.play.moments import Moment

_LOOK = 0.02


@dataclass
class Stage:
    """A store with its folder, and the plays of one scheme upon it, one after the other."""

    url: str
    folder: Path
    scheme: str
    books: Books
    patience: float = 150.0
    """Seconds for a whole small play or the way to a moment: it takes some fifteen, and more where others compete."""
    kills: list[str] = field(default_factory=list)

    def play(self, *moments: Moment) -> "Played":
        """The whole play, its server killed at each of these moments."""
        with self._playing() as process:
            for moment in moments:
                self._kill_server(process, moment)
            return self._end(process)

    def play_until(self, moment: Moment) -> None:
        """Kills the play itself, the robot in it, and leaves the rest to whoever looks."""
        with self._playing() as process:
            server = self._server(process)
            self._kill(process, lambda: process.pid, moment)
            self._wait(lambda: not _runs(server), f"the server {server} has outlived its play")

    def _kill_server(self, process: Child, moment: Moment) -> None:
        killed = self._kill(process, lambda: self._server(process), moment)
        self._wait(lambda: self._server(process) != killed, "nobody started the server again")

    def _kill(self, process: Child, victim: Callable[[], int], moment: Moment) -> int:
        def try_it() -> bool:
            assert process.poll() is None, f"the play ended before {moment.name}:\n{self._words()}"
            return moment.is_near(self.books) and _killed_when(victim(), lambda: self._is_now(moment))

        pid = victim()
        self._wait(try_it, f"{moment.name}: it never came")
        self.kills.append(moment.name)
        return pid

    def _is_now(self, moment: Moment) -> bool:
        assert not self.books.half_applied(), (
            "an update was answered in one transaction and is closed in another"
        )
        return moment.is_now(self.books)

    def _server(self, process: Child) -> int:
        """The server's process id, as soon as the play has written it down."""
        path = self.folder / PID_FILE

        def is_written() -> bool:
            assert process.poll() is None, self._words()
            return path.exists() and path.read_text(encoding="ascii").isdigit()

        self._wait(is_written, "no server was started")
        return int(path.read_text(encoding="ascii"))

    def _wait(self, is_so: Callable[[], bool], words: str) -> None:
        give_up_at = time.monotonic() + self.patience
        while not is_so():
            assert time.monotonic() < give_up_at, f"{words}\n{self._words()}"
            time.sleep(_LOOK)

    @contextlib.contextmanager
    def _playing(self) -> Iterator[Child]:
        (self.folder / PID_FILE).unlink(
            missing_ok=True
        )  # a play that was killed left it, and the number is free
        log = self.folder / "play.log"
        log.unlink(missing_ok=True)
        process = nursery.begin(["demo", "--play", self.scheme], self._environment(), log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _environment(self) -> dict[str, str]:
        given = {"DATA_DIR": str(self.folder), "DATABASE_URL": self.url, "PORT": "0"}
        plain = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return {**plain, **{f"{PREFIX}{name}": value for name, value in given.items()}}

    def _end(self, process: Child) -> "Played":
        code = process.wait(self.patience)
        summary = json.loads((self.folder / SUMMARY).read_text(encoding="utf-8"))
        return Played(code, summary, self._words(), self.books, self.kills)

    def _words(self) -> str:
        logs = [self.folder / name for name in ("play.log", LOG_FILE)]
        return "\n".join(log.read_text(encoding="utf-8")[-20_000:] for log in logs if log.exists())


@dataclass(frozen=True)
class Played:
    """How a play ended: exit code, the summary it wrote, the words on the terminal, what stands in the store."""

    code: int
    summary: dict[str, Any]
    words: str
    books: Books
    kills: Sequence[str] = ()

    def lost(self) -> list[str]:
        """What was taken in or written and is not there, or is not done; empty when nothing is missing."""
        waiting = {
            "updates pending": self.books.updates("pending"),
            "updates set aside": self.books.updates("quarantined"),
            "letters pending": self.books.letters("pending"),
            "letters dead": self.books.letters("dead"),
        }
        left = [f"{name}: {number}" for name, number in waiting.items() if number]
        return [*left, *self.books.lost_letters(), *self.books.damaged_photos()]

    def doubled(self) -> list[str]:
        return self.books.doubled_letters()


@contextlib.contextmanager
def a_stage(
    url: str, folder: Path, scheme: str, *, prepare: Callable[[Store], None] = lambda _store: None
) -> Iterator[Stage]:
    """A stage on an empty store with its tables; where `prepare` does nothing the play loads the samples itself."""
    with contextlib.closing(Store(url)) as store:
        prepare(store)
        yield Stage(url, folder, scheme, Books(store, folder / "files"))


def _killed_when(pid: int, is_now: Callable[[], bool]) -> bool:
    """Holds the process still, looks, and kills it or lets it go on: so it dies in the very state that was seen."""
    os.kill(pid, signal.SIGSTOP)
    is_done = False
    try:
        is_done = is_now()
    finally:
        os.kill(pid, signal.SIGKILL if is_done else signal.SIGCONT)
    return is_done


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
