"""The door of a bucket that can be told to answer 503, as a storage service does that has too much to do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.evidence.s3 import S3Server

_BUSY = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_SAID = ("etag", "last-modified", "content-type", "content-range", "accept-ranges")


@dataclass
class Door:
    """Stands before a server; `s3.address` is where to knock."""

    s3: S3Server
    is_busy: threading.Event = field(default_factory=threading.Event)
    refused: int = 0


@contextmanager
def a_door_before(s3: S3Server) -> Iterator[Door]:
    """Everything passes, until it is told to be busy."""
    with (
        httpx.Client(trust_env=False) as inside,
        ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server,
    ):
        door = Door(S3Server(s3.server, f"http://127.0.0.1:{server.server_address[1]}"))
        _Handler.door, _Handler.inside, _Handler.address = door, inside, s3.address
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield door
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for a nod
    door: Door
    inside: httpx.Client
    address: str

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.door.is_busy.is_set():
            self.door.refused += 1
            self._answer(503, {"content-type": "application/xml"}, _BUSY)
            return
        asked = self.inside.request(
            self.command, self.address + self.path, content=body, headers=dict(self.headers)
        )
        said = {name: asked.headers[name] for name in _SAID if name in asked.headers}
        self._answer(asked.status_code, said, asked.content)

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_PUT(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""
