"""A port of their own for the doors that machines watch (`web.watching`), for a process that shows no pages."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from bot.lines import PatientLine, open_port
from bot.settings import Settings
from web.watching import Watch, make_watch_app


class WatchPortTaken(Exception):
    """Nothing can listen there; `reason` is the machine's own word for it."""

    def __init__(self, failure: OSError) -> None:
        self.reason = failure.strerror or str(failure)
        super().__init__(self.reason)


class _Server(uvicorn.Server):
    """Is told to stop by the house: signals are the business of whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(settings: Settings) -> socket.socket | None:
    """The port of the settings, None where they name none. Raises `WatchPortTaken`."""
    if settings.metrics_port is None:
        return None
    try:
        return open_port(settings.metrics_host, settings.metrics_port)
    except OSError as failure:
        raise WatchPortTaken(failure) from failure


@contextlib.asynccontextmanager
async def watched(watch: Watch, address: socket.socket | None) -> AsyncIterator[None]:
    """While the block runs, the doors are open at this address, which is closed after; where there is none, nothing."""
    if address is None:
        yield
        return
    config = uvicorn.Config(
        make_watch_app(watch),
        http=PatientLine,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[address]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        address.close()
