"""The file store on S3-compatible storage: the same promises as on a local folder, kept by a server."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from storage.files import Alarm, FileMissing, FileNotKept, FileStore, PlaceAway

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAMES = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MEANING = re.compile(r"<Code>(\w{3,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]{2,40})")
_CANNOT_BE_ASKED = frozenset({"NotImplemented", "501 Not Implemented"})
_PATIENCE = timedelta(seconds=20)
"""For one call with all its tries: a person waits for the answer."""


class WrongAddress(Exception):
    """The address of the storage says something that it can't mean; the words say what, and what would be right."""


@dataclass(frozen=True)
class Place:
    """Where in which bucket; `endpoint` empty means Amazon's own."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"


@dataclass(frozen=True)
class Credentials:
    """What lets us in; shown nowhere."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def place_of(url: str) -> Place:
    """From `s3://bucket/prefix?endpoint=https://…&region=…`. Raises `WrongAddress`, which repeats no user or password
    that somebody wrote into it."""
    parts = urlsplit(url)
    if parts.scheme != "s3":
        raise WrongAddress("should begin with s3://, such as s3://bucket/prefix?endpoint=https://…&region=…")
    if "@" in parts.netloc:
        raise WrongAddress("must hold no key: keys have settings of their own")
    if not _NAMES.fullmatch(parts.netloc):
        raise WrongAddress(
            "names no bucket after s3://: 3 to 63 small letters, digits, dots and hyphens would be right"
        )
    asked = parse_qsl(parts.query, keep_blank_values=True)
    unknown = [name for name, _ in asked if name not in {"endpoint", "region"}]
    if unknown:
        raise WrongAddress(f"knows endpoint and region after the question mark, not {unknown[0][:40]}")
    named = dict(asked)
    endpoint = named.get("endpoint", "").rstrip("/")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise WrongAddress("has an endpoint that should begin with http:// or https://")
    return Place(parts.netloc, parts.path.strip("/"), endpoint, named.get("region") or "us-east-1")


class BucketStore(FileStore):
    """Bytes as objects `<prefix>/<first two signs>/<sha256>`. The server answers a put only when it has the bytes for
    good, so nothing is acknowledged before. It is asked to take a name only once: two processes that bring the same
    picture write it once."""

    def __init__(
        self, place: Place, credentials: Credentials, *, on_alarm: Alarm | None = None,
        patience: timedelta = _PATIENCE,
    ) -> None:  # fmt: skip
        self.on_alarm = on_alarm
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            region=place.region,
            endpoint=place.endpoint or None,
            virtual_hosted_style_request=not place.endpoint,
            checksum_algorithm="SHA256",  # the server hashes what arrives: nothing that fell over on the way is kept
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "connect_timeout": min(timedelta(seconds=5), patience),
                "timeout": patience,
            },
            retry_config={
                "max_retries": 3,
                "retry_timeout": patience,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=2),
                    "base": 2,
                },
            },
            credential_provider=_provider(credentials),  # it wins over what else lies in the surroundings
        )

    def names(self) -> Iterator[str]:
        try:
            for batch in obstore.list(self._store):
                found = (str(one["path"]).rpartition("/")[2] for one in batch)
                yield from (name for name in found if _DIGEST.fullmatch(name))
        except BaseError as failure:
            raise PlaceAway(_words(failure)) from None

    def has(self, sha256: str) -> bool:
        try:
            obstore.head(self._store, _key(sha256))
        except FileNotFoundError:
            return False
        except BaseError as failure:
            raise PlaceAway(_words(failure)) from None
        return True

    def check(self) -> None:
        """As on a folder; what it tried with stays there, under its own digest."""
        self.read(self.put(b"shuangsuiji keeps evidence here"))

    def _keep(self, name: str, data: bytes) -> None:
        try:
            if not self._is_new(name, data):
                self._mend(name, data)
        except FileNotFoundError as failure:  # of a put, this is the bucket
            raise FileNotKept(f"{len(data)} bytes: {_words(failure)}") from None
        except BaseError as failure:
            raise FileNotKept(f"{len(data)} bytes: {_words(failure)}") from None

    def _is_new(self, name: str, data: bytes) -> bool:
        """Puts it where nothing is. Some servers can't be asked for that; for them nothing is new."""
        try:
            obstore.put(self._store, _key(name), data, mode="create")
        except AlreadyExistsError:
            return False
        except BaseError as failure:
            if _words(failure) not in _CANNOT_BE_ASKED:
                raise
            return False
        return True

    def _mend(self, name: str, data: bytes) -> None:
        """Puts it where other bytes are, or none."""
        try:
            there = obstore.get(self._store, _key(name)).bytes().to_bytes()
        except FileNotFoundError:
            there = None
        if there is None or sha256(there).hexdigest() != name:
            obstore.put(self._store, _key(name), data, mode="overwrite")

    def _load(self, name: str) -> bytes:
        try:
            return obstore.get(self._store, _key(name)).bytes().to_bytes()
        except FileNotFoundError as failure:
            if _words(failure) == "NoSuchBucket":
                raise PlaceAway("NoSuchBucket") from None
            raise FileMissing(name) from None
        except BaseError as failure:
            raise PlaceAway(_words(failure)) from None


def _provider(credentials: Credentials) -> Callable[[], Any]:
    def given() -> Any:  # obstore's own name for it is there for type checkers only

        return {
            "access_key_id": credentials.key,
            "secret_access_key": credentials.secret,
            "token": credentials.token or None,
            "expires_at": None,
        }

    return given


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"


def _words(failure: Exception) -> str:
    """The server's own name for it; never its whole answer, which may quote addresses and signatures."""
    said = str(failure)
    for found in (_MEANING.search(said), _STATUS.search(said)):
        if found:
            return found.group(1)
    return (
        "it does not answer"
        if "error sending request" in said or "timed out" in said
        else type(failure).__name__
    )
