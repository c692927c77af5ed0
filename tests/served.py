"""The program as people run it: a process of its own, with its worker, its deliverer and its clock."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner, Result

from bot import cli
from bot.settings import PREFIX
from tests import nursery
from tests.logs import logging_put_back
from tests.nursery import Child
from tests.stores import lay_a_data_folder

ROOT = Path(__file__).parents[1]
PATIENCE = 30.0


@dataclass
class Served:
    """One running `shuangsuiji serve`; its log is a file."""

    process: Child
    url: str
    log: Path
    settings: dict[str, str]

    def keep_files_below(self, size: int) -> None:
        """As a full disk does: whatever would make a file longer than this fails from now on."""
        keep_files_below(self.process.pid, size)

    def let_files_grow(self) -> None:
        keep_files_below(self.process.pid, ANY_SIZE)


ANY_SIZE = resource.RLIM_INFINITY


def keep_files_below(process: int, size: int) -> None:
    """As a full disk does, for one process: whatever would make a file longer than this fails from now on."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def command(*words: str, **settings: object) -> tuple[list[str], dict[str, str]]:
    """What starts the command line with these settings, and nothing of this process's own."""
    given = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return [sys.executable, "-m", "bot", *words], {**ours, "COLUMNS": "100", **given}


def run(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """One command from beginning to end."""
    line, environment = command(*words, **settings)
    return subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def run_here(*words: str, **settings: object) -> Result:
    """The same in this process: for what a command answers, where it does not matter how it is started."""
    _line, environment = command(*words, **settings)
    with logging_put_back():
        return CliRunner().invoke(cli.app, list(words), env=environment)


@contextlib.contextmanager
def served(folder: Path, **settings: object) -> Iterator[Served]:
    """The service on a free port, with everything in `folder`; it is gone when the block ends. Started again in the
    same folder, it goes on with its store and its log."""
    if "database_url" not in settings and not (folder / "shuangsuiji.db").exists():
        lay_a_data_folder(folder)
    given: dict[str, object] = {"data_dir": folder, "port": free_port(), "demo": 1, **settings}
    _line, environment = command("serve", **given)
    log = folder / "log"
    log.touch()
    process = nursery.begin(["serve"], environment, log)
    try:
        here = Served(process, f"http://127.0.0.1:{given['port']}", log, environment)
        _wait_until_it_answers(here)
        yield here
    finally:
        process.terminate()
        process.wait(PATIENCE)


@dataclass
class Visitor:
    """One person's browser, at the doors of a demo."""

    client: httpx.Client
    chat: str

    def say(self, text: object, update_id: str) -> httpx.Response:
        return self._post("say", json={"update_id": update_id, "text": text})

    def press(self, data: str, update_id: str) -> httpx.Response:
        return self._post("press", json={"update_id": update_id, "data": data})

    def show(self, data: bytes, update_id: str, *, caption: str = "") -> httpx.Response:
        form = {"update_id": update_id, "caption": caption, "as_file": "1"}
        return self._post("photo", data=form, files={"file": ("a.jpg", data)})

    def messages(self) -> list[dict[str, Any]]:
        """All there is in the chat, in order of revisions."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["revision"] if found else 0
            more = self.client.get(f"/chat/{self.chat}/messages?after={after}").json()
            found += more
            if not more:
                return found

    def wait_for(self, words: str, *, times: int = 1) -> dict[str, Any]:
        """The newest message of ours that holds these words, as soon as there are so many of them."""
        give_up_at = time.monotonic() + PATIENCE
        while True:
            said = self.messages()
            found = [one for one in said if not one["mine"] and words in one["text"]]
            if len(found) >= times:
                return found[-1]
            assert time.monotonic() < give_up_at, f"{words} was never said; {[one['text'] for one in said]}"
            time.sleep(0.05)

    def _post(self, door: str, **given: Any) -> httpx.Response:
        return self.client.post(f"/chat/{self.chat}/{door}", **given)


def until(holds: Callable[[], bool]) -> None:
    """Waits, with patience, for what another process does."""
    give_up_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up_at, "it never came to that"
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_it_answers(here: Served) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{here.url}/health", trust_env=False).status_code == 200:
                return
        assert here.process.poll() is None, here.log.read_text("utf-8")
        assert time.monotonic() < give_up_at, here.log.read_text("utf-8")
        time.sleep(0.05)
