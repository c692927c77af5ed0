"""What a serving process holds in memory: at rest, and after ten thousand updates of people who talk with it; and what
each further process holds where the work is split over several."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from scripts.bench.measure import Measure

UPDATES, GROWTH = 10_000, 1.5
_SAID = ("/tasks", "/where", "/help")
_ROLES = ("receive", "work", "deliver", "tick", "web")
_REST_SECONDS = 3.0


def measure_memory() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        with _running(["demo"], Path(folder)) as (process, url):
            time.sleep(_REST_SECONDS)
            rest = _resident(process.pid)
            _talk(url)
            later = _resident(process.pid)
        bare = _bare()
        yield Measure(
            "a serving process at rest", rest, bare, "a bare interpreter with SQLAlchemy", unit="MB"
        )
        yield Measure(
            f"the same after {UPDATES:,} updates", later, rest, "at rest", unit="MB", at_most=GROWTH
        )
        for role in _ROLES if _has_roles() else ():
            with _running(["serve", "--roles", role], Path(folder)) as (process, _url):
                time.sleep(_REST_SECONDS)
                yield Measure(
                    f"a process that does `{role}` alone, at rest", _resident(process.pid), rest,
                    "one that does all", unit="MB",
                )  # fmt: skip


@contextlib.contextmanager
def _running(command: Sequence[str], folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process of the program in a store of its own, with the address that it says; ended after."""
    settings = {"SHUANGSUIJI_DATA_DIR": str(folder), "SHUANGSUIJI_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = (re.search(r"http://[\w.]+:\d+", line) for line in process.stdout)
        yield process, next(found[0] for found in said if found)
    finally:
        process.terminate()
        process.communicate()


def _talk(url: str) -> None:
    """Everybody of the demo says something in turn, and at the end all of it is answered."""
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=60) as client:
        people = re.findall(r'data-chat="([^"]+)"', client.get("/demo/people").text)
        for number in range(UPDATES):
            words = {"update_id": f"bench-{number}", "text": _SAID[number % len(_SAID)]}
            client.post(f"/chat/{people[number % len(people)]}/say", json=words).raise_for_status()
        while client.get("/health").json()["inbox"].get("pending", 0):
            time.sleep(0.2)
    time.sleep(_REST_SECONDS)


def _resident(pid: int) -> float:
    """MB of the process and of whatever it has started."""
    return sum(_held(one) for one in (pid, *_children(pid)))


def _held(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _bare() -> float:
    program = (
        "import re, sqlalchemy; print(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    ran = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True, text=True)
    return int(ran.stdout) / 1000


def _has_roles() -> bool:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--help"], stdout=subprocess.PIPE, text=True, check=True
    )
    return "--roles" in ran.stdout
