"""What a receiver stands on: the published vector, ids that are the same again, waits that grow."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from bot.platform_call import is_public
from inspection.exchange import (
    DeliveryKind,
    Healing,
    delivery_id,
    frozen_body,
    healing_of,
    signature,
    signatures,
    wait_after,
)
from tests.exchange.platform import the_receiver
from tests.house import ROOT

VECTOR = json.loads((ROOT / "tests/vectors/exchange/vector.json").read_text("utf-8"))
BODY = (ROOT / "tests/vectors/exchange/body.json").read_bytes()
PAGE = (ROOT / "docs/exchange.md").read_text("utf-8")
SECRET = VECTOR["secret"].encode()


def test_the_published_vector_holds_and_stands_on_the_page() -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    data = {"note": "示例 & <b>", "bundle": "{}"}
    assert frozen_body(DeliveryKind.PUBLICITY, "S1.B1", 1, data, at=at) == BODY
    assert sha256(BODY).hexdigest() == VECTOR["sha256"]
    made = signature(SECRET, timestamp=VECTOR["timestamp"], id=VECTOR["id"], body=BODY)
    assert made == VECTOR["signature"]
    assert all(str(VECTOR[name]) in PAGE for name in ("secret", "timestamp", "id", "signature"))


def test_the_receiver_of_the_page_takes_each_once_and_nothing_forged() -> None:
    receive = the_receiver()
    taken: list[dict[str, object]] = []
    seen: set[str] = set()
    stamp = VECTOR["timestamp"]
    both = signatures([b"an-older-secret-01234", SECRET], timestamp=stamp, id=VECTOR["id"], body=BODY)
    headers = {
        "shuangsuiji-delivery": VECTOR["id"],
        "shuangsuiji-timestamp": str(stamp),
        "shuangsuiji-signature": both,
    }

    def given(changed: dict[str, str], body: bytes = BODY, later: int = 0) -> int:
        return receive(headers | changed, body, [SECRET], seen, taken.append, now=lambda: stamp + later)

    assert given({}, BODY.replace(b"S1.B1", b"S1.B2")) == 401
    assert given({"shuangsuiji-delivery": "publicity:S1.B1:2"}) == 401
    assert given({"shuangsuiji-timestamp": str(stamp + 1)}) == 401
    assert given({"shuangsuiji-signature": "v1=" + "0" * 64}) == 401
    assert given({}, later=301) == 401
    assert taken == []
    assert [given({}), given({}, later=200)] == [200, 200]
    assert [one["id"] for one in taken] == [VECTOR["id"]]


def test_an_id_is_the_same_again_and_fits_a_header() -> None:
    assert delivery_id(DeliveryKind.TRANSFER, "S1.B1/T1", 2) == "transfer:S1.B1/T1:2"
    strange = delivery_id(DeliveryKind.PLAN, "计划 1\r\n{", 1)
    assert strange.isascii()
    assert not set(strange) & set(" \r\n{")


@pytest.mark.parametrize(
    ("statuses", "healing"),
    [
        ((200, 201, 202, 204), Healing.DONE),
        ((408, 409, 425, 429, 500, 502, 503, 504), Healing.LATER),
        ((301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422), Healing.NEVER),
    ],
)
def test_what_an_answer_means(statuses: tuple[int, ...], healing: Healing) -> None:
    assert {healing_of(status) for status in statuses} == {healing}


def test_waits_double_up_to_an_hour_and_a_platform_may_ask_for_more() -> None:
    waits = [wait_after(attempts).total_seconds() for attempts in range(1, 12)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert timedelta(days=2.9) <= sum((wait_after(n) for n in range(1, 80)), timedelta()) < timedelta(days=4)
    assert wait_after(5, timedelta(seconds=1)) == timedelta(seconds=160)
    assert wait_after(1, timedelta(hours=5)) == timedelta(hours=5)
    assert wait_after(1, timedelta(days=400)) == timedelta(days=1)
    assert wait_after(10**6) == timedelta(hours=1)


def test_an_address_of_the_office_is_no_platform_in_whatever_dress() -> None:
    inside = (
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
    )
    assert not any(is_public(one) for one in inside)
    assert not any(
        is_public(one) for one in ("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1")
    )
    assert not is_public("224.0.0.1")
    assert is_public("8.8.8.8")
    assert is_public("2606:4700::1111")
