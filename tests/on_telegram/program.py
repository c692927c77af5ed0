"""`shuangsuiji serve` itself on a fake Telegram: started, told to stop or killed, and started again in one folder."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from storage import inbox
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.served import PATIENCE, Served, run_here, served
from tests.telegram.server import FakeTelegram


class Program:
    """What is given here is given to each start; the log goes on from start to start."""

    def __init__(self, store: Store, telegram: FakeTelegram, folder: Path, **settings: object) -> None:
        self.store, self.telegram, self.folder = store, telegram, folder
        self.settings: dict[str, object] = {
            "data_dir": folder,
            "database_url": store.engine.url.render_as_string(hide_password=False),
            "telegram_token": telegram.token,
            "telegram_api_url": telegram.url,
            "telegram_per_second": 1000,
            "demo": 0,
            **settings,
        }
        self.start_seconds: list[float] = []

    @contextlib.contextmanager
    def running(self, **settings: object) -> Iterator[Served]:
        """It answers on its address when the block begins."""
        began = time.monotonic()
        given = {name: value for name, value in {**self.settings, **settings}.items() if name != "data_dir"}
        with served(self.folder, **given) as here:
            self.start_seconds.append(time.monotonic() - began)
            yield here

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def says(self, command: str) -> str:
        """What a command of the command line prints meanwhile."""
        told = run_here(command, **self.settings)
        assert told.exit_code == 0, told.output
        return told.stdout

    def rests(self, within: float = PATIENCE) -> None:
        """Until all is confirmed, answered and sent that is not for later."""
        wait_until(lambda: not any(self._left().values()), within, self._left)

    def _left(self) -> dict[str, int]:
        with self.store.reading() as records:
            waiting = rows_of(records, OutboxLine, state=OutboxState.PENDING)
            return {
                "telegram": self.telegram.pending,
                "inbox": inbox.counts(records).get("pending", 0),
                "outbox": sum(line.due_at <= line.created_at or line.attempts > 0 for line in waiting),
            }


def ailments(here: Served) -> Mapping[str, Any]:
    """What `/health` says of the channels; the pages are well all the while."""
    answer = httpx.get(f"{here.url}/health", trust_env=False)
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["status"]) == (200, "ok")
    return {name: one["ailment"] for name, one in told["channels"].items()}


def wait_until(holds: Callable[[], bool], within: float, left: Callable[[], object] = lambda: "") -> None:
    give_up_at = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up_at, f"it never came to that: {left()}"
        time.sleep(0.05)
