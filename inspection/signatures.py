"""Ed25519 over the bytes of a bundle: how a signature and a public key are written (`actions.signatures` checks them).

What is signed is the canonical JSON of the bundle itself, nothing before or after it, so that OpenSSL alone can check a
downloaded file (docs/publicity.md).
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from inspection.publicity import canonical

DIGEST, SIGNATURE, KEY_ID = "sha256", "signature", "keyId"
_SPKI_HEAD = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410)."""


def fields_of_signature(digest: str, signature: str | None, key_id: str | None) -> dict[str, str]:
    """What an entry of open data carries beside the fields of its bundle."""
    return {DIGEST: digest, SIGNATURE: signature or "", KEY_ID: key_id or ""}


def signed_bytes(entry: Mapping[str, Any]) -> bytes:
    """The bytes that were signed, of an entry of open data: its own fields, without the three beside them."""
    own = {name: value for name, value in entry.items() if name not in (DIGEST, SIGNATURE, KEY_ID)}
    return canonical(own).encode()


def key_id_of(public_key: str) -> str:
    """The first 16 hex digits of the SHA-256 of the 32 raw bytes."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def pem_of(public_key: str) -> str:
    """A public key of 32 raw bytes in hex, as OpenSSL reads it."""
    body = base64.b64encode(_SPKI_HEAD + bytes.fromhex(public_key)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
