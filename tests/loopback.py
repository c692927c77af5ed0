"""No test leaves this machine: every socket of the test process stays on loopback.

Programs that tests start (a browser, a server) are told the same in their own way.
"""

import ipaddress
import socket
from typing import Any

import pytest


class LeftTheMachine(AssertionError):
    """A test tried to reach another machine."""


def keep_sockets_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every connection, every open port and every look-up of a name outside loopback raise `LeftTheMachine`."""
    for verb in ("connect", "connect_ex", "bind"):
        monkeypatch.setattr(socket.socket, verb, _guarded(getattr(socket.socket, verb)))
    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *rest: Any, **named: Any) -> Any:
        _refuse_unless_here(host)
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)


def _guarded(verb: Any) -> Any:
    def only_here(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_here(address[0])
        return verb(self, address)

    return only_here


def _refuse_unless_here(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name == "localhost":
        return
    try:
        if ipaddress.ip_address(name).is_loopback:
            return
    except ValueError:
        pass
    raise LeftTheMachine(f"A test tried to reach {name!r}; tests speak to 127.0.0.1 only.")
