"""One of many owns a thing, and when it is gone another may, without anybody clearing up."""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.ownership import LockInPostgres, Ownership, ownership_of
from storage.store import Store
from tests.served import ROOT, until

PATIENCE = 20.0

Make = Callable[..., Ownership]


@pytest.fixture
def owning(store: Store) -> Iterator[Make]:
    """Makes owners, who give back what they have when the test ends."""
    with ExitStack() as stack:

        def make(thing: str = "telegram", secret: str = "1:token") -> Ownership:
            made = ownership_of(store, thing, secret)
            stack.callback(made.give_back)
            return made

        yield make


def test_one_owns_it_until_it_is_given_back(owning: Make) -> None:
    one, other = owning(), owning()
    assert (one.take(), other.take()) == (True, False)
    assert (one.is_kept(), other.is_kept()) == (True, False)
    assert owning(thing="archive").take(), "another thing"
    assert owning(secret="2:token").take(), "another token"
    one.give_back()
    assert not one.is_kept()
    until(other.take)  # PostgreSQL has still to hear that the line is closed
    assert not one.take()


_OWNS = """
import sys
from storage.ownership import ownership_of
from storage.store import Store

print(ownership_of(Store(sys.argv[1]), "telegram", "1:token").take(), flush=True)
input()
"""


@contextmanager
def _another_process(store: Store) -> Iterator[subprocess.Popen[str]]:
    url = store.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", _OWNS, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        yield process


def test_who_is_killed_owns_nothing_any_more(store: Store, owning: Make) -> None:
    one = owning()
    with _another_process(store) as process:
        assert not one.take()
        process.kill()
        process.wait()
        assert any(one.take() for _ in range(1_000))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_file_that_was_removed_is_owned_no_longer(store: Store, owning: Make) -> None:
    one, other = owning(), owning()
    assert one.take()
    (file,) = Path(store.engine.url.database or "").parent.glob("*.lock")
    file.unlink()
    assert not one.is_kept()
    assert other.take()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_is_heard_of_at_once(store: Store, owning: Make) -> None:
    one, other = owning(), owning()
    assert one.take()
    assert isinstance(one, LockInPostgres)
    line = one.line()
    assert line is not None
    assert select.select([line], [], [], 0)[0] == []
    with store.transaction() as records:
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert records.session.execute(cut).scalars().all() == [True]
    assert select.select([line], [], [], PATIENCE)[0] == [line]
    assert not one.is_kept()
    assert other.take()
    assert not one.take(), "it asks on a connection of its own again"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_who_waits_for_an_answer_that_does_not_come_can_be_torn_away(owning: Make) -> None:
    one, other = owning(), owning()
    assert one.take()
    one.abandon()
    assert not one.is_kept()
    assert any(other.take() for _ in range(1_000))
