"""A real S3 server on loopback, in a thread of its own."""

import logging
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from moto.server import ThreadedMotoServer

from storage.bucket import BucketStore, Credentials, Place

KEYS = Credentials("AKIDEXAMPLE", "a-secret-that-no-log-holds")
HURRY = timedelta(seconds=2)


@dataclass
class S3Server:
    """`address` is the endpoint; a bucket is there once it was made."""

    server: ThreadedMotoServer
    address: str

    def make_bucket(self, name: str) -> str:
        asked = urllib.request.Request(f"{self.address}/{name}", method="PUT")
        with urllib.request.urlopen(asked, timeout=5):
            return name

    def place(self, bucket: str, prefix: str = "证据/2026") -> Place:
        return Place(bucket, prefix, self.address)

    def url(self, bucket: str) -> str:
        return f"s3://{bucket}/evidence?endpoint={self.address}&region=us-east-1"


@contextmanager
def an_s3_server() -> Iterator[S3Server]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield S3Server(server, f"http://{host}:{port}")
    finally:
        server.stop()


@contextmanager
def a_plainer_server(s3: S3Server) -> Iterator[S3Server]:
    """The same behind a door that knows no conditions, as some S3-compatible storages."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or every answer waits 40 ms for a nod

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if "if-none-match" in self.headers:
                self._answer(501, b"<Error><Code>NotImplemented</Code></Error>", {})
            else:
                self._pass_on(body)

        def do_GET(self) -> None:
            self._pass_on(b"")

        def _pass_on(self, body: bytes) -> None:
            asked = httpx.request(
                self.command, s3.address + self.path, content=body, headers=dict(self.headers)
            )
            self._answer(asked.status_code, asked.content, dict(asked.headers))

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name in headers.keys() & {"etag", "last-modified", "content-type"}:
                self.send_header(name, headers[name])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield S3Server(s3.server, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


def a_bucket_store(s3: S3Server, bucket: str, keys: Credentials = KEYS) -> BucketStore:
    return BucketStore(s3.place(bucket), keys, patience=HURRY)
