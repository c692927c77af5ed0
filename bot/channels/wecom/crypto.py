"""How WeCom seals what it brings (developer.work.weixin.qq.com, 加解密方案说明, 90968): a SHA-1 over the sorted token,
time, nonce and cipher text, and AES-256-CBC whose plain text is 16 random bytes, the length, the message, and for whom
it is."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_SIGNS = 43
_BLOCK = 32
_RANDOM, _LENGTH = 16, 4


class Untrusted(Exception):
    """Not WeCom's, not for us, or not whole. The reason quotes nothing of it."""


@dataclass(frozen=True)
class Seal:
    """What stands in the address beside a sealed message."""

    signature: str
    timestamp: str
    nonce: str


def key_of(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey. Raises `ValueError`."""
    if len(aes_key) != KEY_SIGNS:
        raise ValueError("an EncodingAESKey has 43 signs")
    try:
        key = base64.b64decode(f"{aes_key}=", validate=True)
    except binascii.Error:
        raise ValueError("an EncodingAESKey has letters, digits, + and / only") from None
    return key


class Envelope:
    """Opens what was sealed for `receive_id`: the CorpID."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        self._token, self._key, self._receive_id = token, key_of(aes_key), receive_id.encode()

    def opened(self, sealed: str, seal: Seal) -> bytes:
        """The message. Nothing is decrypted before the signature is right. Raises `Untrusted`."""
        if not hmac.compare_digest(self._signature(sealed, seal).encode(), seal.signature.encode()):
            raise Untrusted("the signature is wrong")
        message, receive_id = _parts(self._decrypted(sealed))
        if not hmac.compare_digest(receive_id, self._receive_id):
            raise Untrusted("it is for another organisation")
        return message

    def _signature(self, sealed: str, seal: Seal) -> str:
        signed = "".join(sorted((self._token, seal.timestamp, seal.nonce, sealed)))
        return hashlib.sha1(signed.encode()).hexdigest()

    def _decrypted(self, sealed: str) -> bytes:
        try:
            cipher_text = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise Untrusted("it is not base64") from None
        if not cipher_text or len(cipher_text) % 16:
            raise Untrusted("it is not whole")
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
        padded = decryptor.update(cipher_text) + decryptor.finalize()
        padding = padded[-1]
        if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise Untrusted("its end is wrong")
        return padded[:-padding]


def _parts(plain: bytes) -> tuple[bytes, bytes]:
    begin = _RANDOM + _LENGTH
    length = int.from_bytes(plain[_RANDOM:begin])
    if len(plain) < begin or length > len(plain) - begin:
        raise Untrusted("its length is wrong")
    return plain[begin : begin + length], plain[begin + length :]
