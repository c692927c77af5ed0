"""The server that the play speaks to: a child process, started again whenever it dies."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.settings import PREFIX, Settings

PID_FILE = "play-server.pid"
LOG_FILE = "play-server.log"
_LOOK = 0.1
_GRACE = 10.0


class PlayServer:
    """`url` is where it is; `starts` counts how often it had to be started."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = _free_port(settings.host, settings.port)
        self._child: subprocess.Popen[bytes] | None = None
        self.url = f"http://{settings.host}:{self._port}"
        self.starts = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the block runs the server runs; after it, it is gone."""
        self._start()
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.to_thread(self._stop)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            if self._child is not None and self._child.poll() is not None:
                _close_pipe(self._child)
                self._start()

    def _start(self) -> None:
        folder = self._settings.data_dir
        with (folder / LOG_FILE).open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bot.play.served"],
                cwd=Path(__file__).parents[2],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        (folder / PID_FILE).write_text(str(self._child.pid), encoding="ascii")
        self.starts += 1

    def _stop(self) -> None:
        child = self._child
        if child is None:
            return
        child.terminate()
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _close_pipe(child)
        (self._settings.data_dir / PID_FILE).unlink(missing_ok=True)

    def _environment(self) -> dict[str, str]:
        """This process's settings, whatever they came from, handed on by name."""
        settings = self._settings
        given = {
            "data_dir": settings.data_dir.resolve(),
            "database_url": _absolute(settings.database_url),
            "host": settings.host,
            "port": self._port,
            "language": settings.language,
            "demo": 1,
            "upload_limit_mb": settings.upload_limit_mb,
            "log_level": "WARNING",
        }
        return {**os.environ, **{f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}}


def _close_pipe(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()


def _absolute(url: str) -> str:
    """The child works in another folder: a relative SQLite path must mean the same file there."""
    kind, separator, path = url.partition("sqlite:///")
    return f"{kind}{separator}{Path(path).resolve()}" if separator and path else url


def _free_port(host: str, wanted: int) -> int:
    """The wanted port, or any free one when it is taken."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    raise OSError(f"no port is free on {host}")
