"""Several processes of `shuangsuiji serve` on one store, each in some of the roles."""

import contextlib
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import nursery
from tests.nursery import Child
from tests.served import PATIENCE, ROOT, command, free_port

STARTS_WITHIN = 120.0
"""Seconds, on a machine that has much else to do."""


@dataclass
class Member:
    """One process; its log is a file of its own."""

    roles: str
    url: str
    process: subprocess.Popen[bytes] | Child
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
    forks: bool = False
    """Whether its members come from the nursery, which spares each a few seconds."""
    members: list[Member] = field(default_factory=list)

    def start(self, roles: str, **settings: object) -> Member:
        """One more, as soon as it serves."""
        member = self.begin(roles, {}, **settings)
        self.wait_for(member)
        return member

    def begin(self, roles: str, environment: Mapping[str, str], **settings: object) -> Member:
        """One more, which has yet to come up; `environment` holds what is no setting of ours."""
        given = {"data_dir": self.folder, "port": free_port(), "language": "en", **self.settings, **settings}
        line, ours = command("serve", "--roles", roles, **given)
        log = self.folder / f"log-{len(self.members)}"
        log.touch()
        process: subprocess.Popen[bytes] | Child
        if self.forks and not environment:
            process = nursery.begin(["serve", "--roles", roles], ours, log)
        else:
            process = _program(line, {**ours, **environment}, log)
        member = Member(roles, f"http://127.0.0.1:{given['port']}", process, log)
        self.members.append(member)
        return member

    def stop(self) -> None:
        for one in self.members:
            one.process.terminate()
        for one in self.members:
            one.process.wait(PATIENCE)

    def wait_for(self, member: Member, within: float = STARTS_WITHIN) -> None:
        """Until it serves."""
        give_up_at = time.monotonic() + within
        while "Ctrl-C stops" not in member.said():
            assert member.process.poll() is None, member.said()
            assert time.monotonic() < give_up_at, member.said()
            time.sleep(0.05)


def _program(line: list[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as lines:
        return subprocess.Popen(
            line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines
        )


@contextlib.contextmanager
def a_crew(folder: Path, *, forks: bool = False, **settings: object) -> Iterator[Crew]:
    """Nobody at first; all are gone when the block ends."""
    crew = Crew(folder, settings, forks)
    try:
        yield crew
    finally:
        crew.stop()
