"""Ed25519 over the bytes of a bundle: how a signature stands beside it, and how a stranger checks it.

What is signed is the canonical JSON of the bundle itself, nothing before or after it, so that OpenSSL alone can check a
downloaded file (docs/publicity.md).
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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


def fault_of(content: bytes, digest: str, signature: str, public_key: str | None) -> str:
    """What is wrong: `digest`, `unsigned`, `unknown_key` or `signature`; empty where all is right. `digest` empty is
    not compared; keys and signatures are hex."""
    if digest and hashlib.sha256(content).hexdigest() != digest:
        return "digest"
    if not signature:
        return "unsigned"
    if public_key is None:
        return "unknown_key"
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return "signature"
    return ""


def key_id_of(public_key: str) -> str:
    """The first 16 hex digits of the SHA-256 of the 32 raw bytes."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def pem_of(public_key: str) -> str:
    """A public key of 32 raw bytes in hex, as OpenSSL reads it."""
    body = base64.b64encode(_SPKI_HEAD + bytes.fromhex(public_key)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
