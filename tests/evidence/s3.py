"""A real S3 server on loopback, in a thread of its own."""

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

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


def a_bucket_store(s3: S3Server, bucket: str, keys: Credentials = KEYS) -> BucketStore:
    return BucketStore(s3.place(bucket), keys, patience=HURRY)
