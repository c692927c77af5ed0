"""What opens a sealed callback, beside the documentation's own example and an implementation of others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.exceptions import InvalidCorpIdException

from bot.channels.wecom.crypto import Envelope, Seal, Untrusted, key_of
from tests.wecom.sealing import as_query, sealed
from tests.wecom.world import AES_KEY, CORP_ID, TOKEN

DOCUMENTED = Envelope("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
"""The example of the documentation and of its sample code."""
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
OURS, THEIRS = Envelope(TOKEN, AES_KEY, CORP_ID), WeChatCrypto(TOKEN, AES_KEY, CORP_ID)


def _seal(content: str, token: str = TOKEN) -> Seal:
    told = as_query(token, content, timestamp="1764210000", nonce="n1")
    return Seal(told["msg_signature"], told["timestamp"], told["nonce"])


def test_the_documented_echo_is_opened() -> None:
    seal = Seal("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")
    assert DOCUMENTED.opened(ECHO, seal) == b"1616140317555161061"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_what_others_seal_we_open_and_what_we_believe_they_do(text: str) -> None:
    message = text.encode("utf-8", "replace").decode()
    theirs = THEIRS.encrypt_message(message, "n1", "1764210000")
    content = theirs.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    assert OURS.opened(content, _seal(content)) == message.encode()
    ours = sealed(message.encode(), aes_key=AES_KEY, receive_id=CORP_ID)
    seal = _seal(ours)
    told = {"Encrypt": ours}
    assert THEIRS.decrypt_message(told, seal.signature, seal.timestamp, seal.nonce) == message
    assert OURS.opened(ours, seal) == message.encode()


def test_what_is_not_wecoms_or_not_for_us_is_not_opened() -> None:
    good = sealed(b"<xml/>", aes_key=AES_KEY, receive_id=CORP_ID)
    other = sealed(b"<xml/>", aes_key=AES_KEY, receive_id="wwother")
    with pytest.raises(InvalidSignatureException):
        THEIRS.check_signature("x", "1", "n", good)
    seal = _seal(other)
    with pytest.raises(InvalidCorpIdException):
        THEIRS.check_signature(seal.signature, seal.timestamp, seal.nonce, other)
    for content, seal, why in (
        (good, _seal(good, "other"), "signature"),
        (good, Seal("", "1764210000", "n1"), "signature"),
        (other, _seal(other), "another organisation"),
        (good[:-8], _seal(good[:-8]), "whole"),
        ("!!!", _seal("!!!"), "base64"),
        ("", _seal(""), "whole"),
        ("A" * 64, _seal("A" * 64), "wrong"),
    ):
        with pytest.raises(Untrusted, match=why):
            OURS.opened(content, seal)


@pytest.mark.parametrize("key", ["", "short", "x" * 42, "x" * 44, "#" * 43])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"43|letters"):
        key_of(key)
