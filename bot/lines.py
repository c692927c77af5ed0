"""The lines on which visitors of the pages come: one that does not say what it wants is hung up, and nothing that is
said on one waits for the other side to nod."""

import socket
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN = 20.0
"""Seconds for the head of a request, from the moment that the line is open or the request has begun. uvicorn itself
waits for ever, and a thousand lines that say one letter a minute would be all that a process can hold."""


def open_port(host: str, port: int) -> socket.socket:
    """A port where visitors come, 0 for any that is free. Raises `OSError` where it is taken.

    Of an answer the head is sent first and the body next, and TCP holds a second small packet back until the first is
    confirmed (RFC 896), for which the other side may take its time (RFC 1122, 4.2.3.2): 40 ms on a good line. asyncio
    puts an end to that by itself, but not for a port that was handed to it. On Linux the lines take it over."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    port_of_ours = socket.create_server((host, port), family=family)
    port_of_ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return port_of_ours


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
