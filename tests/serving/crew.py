"""Several processes of `shuangsuiji serve` on one store, each in some of the roles."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.served import PATIENCE, ROOT, command, free_port

STARTS_WITHIN = 120.0
"""Seconds, on a machine that has much else to do."""


@dataclass
class Member:
    """One process; its log is a file of its own."""

    roles: str
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def said(self) -> str:
        return self.log.read_text("utf-8")


@dataclass
class Crew:
    """Everybody who serves this store. What is not theirs to choose is in `settings`."""

    folder: Path
    settings: dict[str, object]
    members: list[Member] = field(default_factory=list)

    def start(self, roles: str, **settings: object) -> Member:
        """One more, as soon as it serves."""
        port = free_port()
        given = {"data_dir": self.folder, "port": port, "language": "en", **self.settings, **settings}
        line, environment = command("serve", "--roles", roles, **given)
        log = self.folder / f"log-{len(self.members)}"
        with log.open("wb") as lines:
            process = subprocess.Popen(
                line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines
            )
        member = Member(roles, f"http://127.0.0.1:{port}", process, log)
        self.members.append(member)
        self._wait_for(member)
        return member

    def stop(self) -> None:
        for one in self.members:
            one.process.terminate()
        for one in self.members:
            one.process.wait(PATIENCE)

    def _wait_for(self, member: Member) -> None:
        give_up_at = time.monotonic() + STARTS_WITHIN
        while "Ctrl-C stops" not in member.said():
            assert member.process.poll() is None, member.said()
            assert time.monotonic() < give_up_at, member.said()
            time.sleep(0.05)


@contextlib.contextmanager
def a_crew(folder: Path, **settings: object) -> Iterator[Crew]:
    """Nobody at first; all are gone when the block ends."""
    crew = Crew(folder, settings)
    try:
        yield crew
    finally:
        crew.stop()
