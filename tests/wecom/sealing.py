"""How the fake seals a callback: written against the documentation, apart from what opens it."""

import base64
import hashlib
import os
import struct
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sealed(message: bytes, *, aes_key: str, receive_id: str) -> str:
    key = base64.b64decode(aes_key + "=")
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + receive_id.encode()
    short = 32 - len(plain) % 32
    plain += bytes([short]) * short
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def signature(token: str, timestamp: str, nonce: str, content: str) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, content])).encode()).hexdigest()


def as_query(token: str, content: str, *, timestamp: str, nonce: str) -> Mapping[str, str]:
    """What stands in the address beside it."""
    told = {"timestamp": timestamp, "nonce": nonce}
    return {"msg_signature": signature(token, timestamp, nonce, content), **told}


def envelope(content: str, *, to: str, agent_id: int) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{content}]]></Encrypt>"
        f"<AgentID><![CDATA[{agent_id}]]></AgentID></xml>"
    ).encode()
