"""Where we may be made to call: addresses that lead inwards, however they are dressed."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.platform_call import call_platform, is_public
from inspection.exchange import Healing
from storage.exchange import Parcel

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
INWARDS = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "fe80::1", "fc00::1",
    "fec0::1", "ff02::1",
)  # fmt: skip


def test_what_leads_inwards_is_not_public_however_it_is_dressed() -> None:
    assert [one for one in INWARDS if is_public(one)] == []
    outside = ["1.1.1.1", "223.5.5.5", "2400:3200::1", "64:ff9b::101:101", "::ffff:1.1.1.1"]
    assert [one for one in outside if not is_public(one)] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "１２７.0.0.1"])
async def test_a_target_that_leads_inwards_is_not_called(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_TEST", "sixteen bytes or more")
    parcel = Parcel(
        1,
        "P:1",
        "publicity",
        b"{}",
        1,
        "region",
        f"https://{host}:9/in",
        "env:SECRET_OF_THE_TEST",
        is_internal=False,
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        attempt = await call_platform(client, parcel, lambda: NOW, seconds=5)
    assert (attempt.healing, attempt.status) == (Healing.NEVER, None)
    assert "private" in attempt.answer or "address is none" in attempt.answer
