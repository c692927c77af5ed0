"""The private key that public bundles are signed with: a file of its own, never in the store, never in a log line."""

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from inspection.signatures import key_id_of

FILE_NAME = "signing-key.pem"


class KeyUnusable(Exception):
    """The file holds no key for us, or cannot be read or made; `reason` says which, and nothing of what it holds."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True)
class SigningKey:
    """Ed25519. `id` is the first 16 hex digits of the SHA-256 of `public`, the 32 raw bytes in hex."""

    _private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def id(self) -> str:
        return key_id_of(self.public)

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(content)

    def __repr__(self) -> str:
        return f"SigningKey({self.id})"


def throwaway_key() -> SigningKey:
    """A key that is kept nowhere, for a trial."""
    return SigningKey(Ed25519PrivateKey.generate())


def signing_key(file: Path) -> SigningKey:
    """The key in this file, which is made when there is none; two processes that start together get the same one.
    Raises `KeyUnusable`."""
    try:
        if not file.exists():
            _write(file, _pem(Ed25519PrivateKey.generate()))
        return _read(file)
    except OSError as failure:
        raise KeyUnusable(file, failure.strerror or str(failure)) from failure


def rotate(file: Path) -> tuple[SigningKey, Path]:
    """A new key in the place of the old one, which is kept beside it under its id: what it signed stays good.
    Gives the new key, and where the old one is. Raises `KeyUnusable`."""
    old = signing_key(file)
    kept = file.with_name(f"{file.stem}-{old.id}{file.suffix}")
    try:
        file.replace(kept)
        _write(file, _pem(Ed25519PrivateKey.generate()))
    except OSError as failure:
        raise KeyUnusable(file, failure.strerror or str(failure)) from failure
    return _read(file), kept


def _read(file: Path) -> SigningKey:
    if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyUnusable(file, "others may read it; chmod 600")
    try:
        found = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as wrong:
        raise KeyUnusable(file, "not a PEM private key without a password") from wrong
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyUnusable(file, "not an Ed25519 key")
    return SigningKey(found)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: it is linked into its place when it is on the disk, and whoever comes second keeps the
    first one's."""
    made = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, file)
    finally:
        made.unlink()
