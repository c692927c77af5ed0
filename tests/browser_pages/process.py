"""The server as a process of its own, which can be killed as a power cut would kill it."""

import asyncio
import os
import socket
from pathlib import Path

import httpx

from tests import nursery
from tests.nursery import Child

PATIENCE = 60.0


class ServerProcess:
    """`shuangsuiji serve` as a demo on a port and a data folder that stay the same over every start."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, _a_free_port()
        self._child: Child | None = None
        self.address = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Gives control back when the server answers."""
        given = {"data_dir": self._folder, "port": self._port, "demo": 1, "log_level": "ERROR"}
        variables = {f"SHUANGSUIJI_{name.upper()}": str(value) for name, value in given.items()}
        self._child = nursery.begin(["serve"], {**os.environ, **variables}, self._folder / "log")
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as client:
            while not await self._answers(client):
                assert self._child.poll() is None, "the server ended by itself"
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """No good-bye: SIGKILL."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.address}/health")).is_success
        except httpx.TransportError:
            return False


def _a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
