"""The sender is killed as a power cut would, in the middle of its work."""

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from actions.exchange import hand_over, set_target
from inspection.exchange import DeliveryKind
from inspection.states import DeliveryState
from storage.store import Store
from storage.tables.exchange import Delivery
from tests.actions.story import rows_of
from tests.exchange.platform import NEVER, SECRET, a_platform
from tests.house import ROOT

DELIVERIES = 12
KILLS = 1
PATIENCE = 60.0


def _started(store: Store) -> subprocess.Popen[bytes]:
    url = store.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-m", "tests.exchange.sender_program", url], cwd=ROOT)


async def test_nothing_is_lost_and_nothing_is_done_twice_however_often_the_sender_dies(
    store: Store, tmp_path: Path
) -> None:
    """Each time it is killed while the platform has a body and has not answered yet."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    async with a_platform(lambda: datetime.now(UTC)) as region:
        with store.transaction() as records:
            at = datetime.now(UTC)
            set_target(records, "region", region.url, secret_from=f"file:{secret}", is_internal=True, at=at)
            for number in range(DELIVERIES):
                hand_over(records, DeliveryKind.PUBLICITY, f"S1.B{number}", 1, {"n": number}, at=at)
        for _ in range(KILLS):
            region.script[:] = [200, NEVER, NEVER, NEVER, NEVER, NEVER]
            before = len(region.requests)
            child = _started(store)
            try:
                async with asyncio.timeout(PATIENCE):
                    while len(region.requests) < before + 3:
                        region.arrived.clear()
                        await region.arrived.wait()
            finally:
                child.kill()
                child.wait()
        region.script.clear()
        child = _started(store)
        try:
            async with asyncio.timeout(PATIENCE):
                while await asyncio.to_thread(_open, store):  # noqa: ASYNC110 - another process writes
                    await asyncio.sleep(0.05)
        finally:
            child.terminate()
            child.wait()
        heard = Counter(region.ids)
        assert set(heard) == {f"publicity:S1.B{number}:1" for number in range(DELIVERIES)}
        assert sum(heard.values()) > DELIVERIES, "some came twice"
        assert Counter(one["id"] for one in region.taken) == Counter(dict.fromkeys(heard, 1))


def _open(store: Store) -> int:
    with store.reading() as records:
        return len(rows_of(records, Delivery, state=DeliveryState.PENDING))
