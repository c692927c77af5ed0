"""The audit of what we depend on: licences offline, vulnerabilities by a database that may be away."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scripts.audit import LOCK, audit, is_allowed, licence_faults, locked

TODAY = date(2026, 12, 1)
AWAY = "http://127.0.0.1:9/"


@contextmanager
def a_database(*unsafe: tuple[str, str], answer: bytes | None = None) -> Iterator[str]:
    """Knows these packages with these ids."""
    known = dict(unsafe)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            names = [one["package"]["name"] for one in asked]
            results = [{"vulns": [{"id": known[name]}]} if name in known else {} for name in names]
            body = json.dumps({"results": results}).encode() if answer is None else answer
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/querybatch"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    file = tmp_path / "accepted.toml"
    file.touch()
    return file


def _audit(database: str, accepted: Path, *, is_required: bool = False) -> int:
    return audit(database=database, accepted=accepted, is_required=is_required, today=TODAY)


def test_every_licence_is_one_of_those_that_we_allow() -> None:
    packages = list(locked(LOCK.read_text("utf-8")))
    assert len(packages) > 100
    assert list(licence_faults(packages)) == []


@pytest.mark.parametrize(
    ("licence", "is_ours"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("GPL-3.0-only AND (Apache-2.0 OR MIT)", False),
        ("MIT AND (", False),
        ("MIT MIT", False),
        ("AGPL-3.0-or-later", False),
        ("BUSL-1.1", False),
        ("", False),
    ],
)
def test_a_licence_is_read_as_it_is_meant(licence: str, is_ours: bool) -> None:
    assert is_allowed(licence) is is_ours


def test_what_is_known_fails_until_it_is_accepted_and_again_after_its_last_day(
    accepted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_database(("starlette", "GHSA-1")) as database:
        assert _audit(database, accepted) == 1
        assert "starlette" in capsys.readouterr().err
        accepted.write_text('[GHSA-1]\nreason = "no such door here"\nuntil = 2026-12-01\n')
        assert _audit(database, accepted) == 0
        accepted.write_text('[GHSA-1]\nreason = "no such door here"\nuntil = 2026-11-30\n')
        assert _audit(database, accepted) == 1
    with a_database() as database:
        capsys.readouterr()
        assert _audit(database, accepted, is_required=True) == 0
        assert "NOT AUDITED" not in capsys.readouterr().err


def test_a_database_that_is_away_is_said_aloud(accepted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _audit(AWAY, accepted) == 0
    assert "NOT AUDITED" in capsys.readouterr().err
    assert _audit(AWAY, accepted, is_required=True) == 1
    for answer in (b"<html>", b"{}", b"[]", b'{"results": [{}]}', b'{"results": [{"vulns": [1]}]}'):
        with a_database(answer=answer) as database:
            assert _audit(database, accepted) == 0
            assert "NOT AUDITED" in capsys.readouterr().err
