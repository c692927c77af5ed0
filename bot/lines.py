"""The lines on which visitors of the pages come: one that does not say what it wants is hung up."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN = 20.0
"""Seconds for the head of a request, from the moment that the line is open or the request has begun. uvicorn itself
waits for ever, and a thousand lines that say one letter a minute would be all that a process can hold."""


class PatientLine(HttpToolsProtocol):
    """uvicorn's own, with an end to its patience; that for bodies is `web.patience`."""

    _waits: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_the_head()

    def on_message_begin(self) -> None:
        self._wait_for_the_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_here()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_here()
        super().connection_lost(exc)

    def _wait_for_the_head(self) -> None:
        if self._waits is None:
            self._waits = self.loop.call_later(HEAD_WITHIN, self._give_up)

    def _is_here(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> Any:
        self._waits = None
        self.transport.close()
