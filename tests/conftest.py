"""What every test stands on: closed sockets, and stores and browsers for those that ask."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from storage.store import Store
from tests.browser import a_browser
from tests.dialects import share_dialects
from tests.garbage import collect_seldom, leave_what_stands
from tests.logs import log_plainly, logging_put_back
from tests.loopback import keep_sockets_on_loopback
from tests.memory import temporary_folder
from tests.postgres import fresh_database
from tests.stores import DATABASES, an_empty_store

# What is compiled is kept, whatever the machine says: the tests start our program some sixty times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
tempfile.tempdir = temporary_folder()  # before the first test asks for a folder, pytest's own among them
collect_seldom()
share_dialects()
log_plainly()


_LONGEST = (
    "tests/serving/",
    "tests/play/",
    "tests/journeys/test_every_button.py",
    "tests/on_telegram/test_serve.py",
    "tests/draw/test_fairness.py",
    "tests/backup/",
    "tests/rights/",
    "tests/commands/",
    "tests/browser_pages/",
)
"""They go first, so that at the end nobody waits for one file alone (`--no-loadscope-reorder` keeps the order)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


def pytest_collection_finish() -> None:
    leave_what_stands()


@pytest.fixture(scope="session", autouse=True)
def _sockets_stay_on_loopback() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        keep_sockets_on_loopback(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own SHUANGSUIJI_… variables must not steer a test."""
    for name in list(os.environ):
        if name.startswith("SHUANGSUIJI_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging_is_put_back() -> Iterator[None]:
    """A command that ran in this process has set it up for itself, on an output that is closed by now."""
    with logging_put_back():
        yield


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty database on a real PostgreSQL, gone after the test."""
    with fresh_database() as url:
        yield url


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with all tables, once on SQLite and once on PostgreSQL."""
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, one for the whole run."""
    async with a_browser() as running:
        yield running
