"""Whether a signature is good: what a stranger does who checks what is public."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


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
