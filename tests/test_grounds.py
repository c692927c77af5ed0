"""The ground the other tests stand on: it must hold, or their green means nothing."""

import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.loopback import LeftTheMachine
from tests.postgres import PostgresWillNotStart, fresh_database, fresh_database_url, start


def _connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""))


def test_a_connection_to_another_machine_fails_the_test() -> None:
    with socket.socket() as outward, pytest.raises(LeftTheMachine, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


def test_a_port_open_to_other_machines_fails_the_test() -> None:
    with socket.socket() as listening, pytest.raises(LeftTheMachine):
        listening.bind(("0.0.0.0", 0))


def test_a_name_of_another_machine_is_not_even_looked_up() -> None:
    with pytest.raises(LeftTheMachine, match=r"elsewhere\.example"):
        httpx.get("http://elsewhere.example/")


async def test_a_connection_made_on_the_loop_is_held_too() -> None:
    with pytest.raises(LeftTheMachine):
        await asyncio.open_connection("192.0.2.1", 80)


def test_a_connection_to_this_machine_is_let_through() -> None:
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        here.listen()
        socket.create_connection(here.getsockname()).close()


@pytest.mark.postgres
def test_each_database_is_empty_and_leaves_nothing(postgres_url: str) -> None:
    with _connect(postgres_url) as db:
        assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        db.execute("CREATE TABLE left_behind (id int)")
    with fresh_database() as another, _connect(another) as db:
        assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.postgres
def test_a_database_is_prepared_once_and_copied_after() -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with _connect(url) as db:
            db.execute("CREATE TABLE object (id text PRIMARY KEY)")

    urls = {fresh_database_url(prepare) for _ in range(3)}
    assert len(urls) == 3
    assert len(prepared) == 1
    for url in urls:
        with _connect(url) as db:
            assert db.execute("SELECT count(*) FROM object").fetchone() == (0,)


@pytest.mark.postgres
def test_the_server_goes_with_the_process_that_started_it(tmp_path: Path) -> None:
    starter = "from tests.postgres import server; print(server().url('x'), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", starter],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout
        folder = Path(started.stdout.readline().strip().partition("host=")[2])
        assert folder.is_dir()
        started.kill()
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


@pytest.mark.postgres
def test_a_closed_temporary_folder_is_refused_and_left_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    tmp_path.chmod(0o700)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(PostgresWillNotStart, match="closed to other accounts"):
        start()
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []
