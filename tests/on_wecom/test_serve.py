"""`shuangsuiji serve` itself on a fake WeCom: its address is proved, and killed in the middle it loses nothing."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from storage import inbox
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.on_telegram.program import ailments, wait_until
from tests.on_wecom.crowd import Crowd
from tests.served import Served, served
from tests.wecom.sealing import as_query, sealed
from tests.wecom.server import FakeWecom
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN

BREATH = 0.2
"""Seconds from one try of WeCom's to the next."""


@contextlib.contextmanager
def _running(store: Store, wecom: FakeWecom, folder: Path) -> Iterator[Served]:
    url = store.engine.url.render_as_string(hide_password=False)
    with served(
        folder, database_url=url, demo=0, wecom_corp_id=CORP_ID, wecom_agent_id=AGENT_ID, wecom_secret=SECRET,
        wecom_token=TOKEN, wecom_aes_key=AES_KEY, wecom_api_url=wecom.url,
    ) as here:  # fmt: skip
        wecom.door = f"{here.url}/webhooks/wecom"
        yield here


@pytest.mark.faults
def test_it_proves_its_address_and_killed_in_the_middle_it_loses_nothing(
    store: Store, wecom: FakeWecom, tmp_path: Path
) -> None:
    wecom.breath = BREATH
    crowd = Crowd(store, wecom)
    with _running(store, wecom, tmp_path) as here:
        echo = sealed(b"1616140317555161061", aes_key=AES_KEY, receive_id=CORP_ID)
        query = dict(as_query(TOKEN, echo, timestamp="1764210000", nonce="n1")) | {"echostr": echo}
        proved = httpx.get(wecom.door, params=query, trust_env=False)
        assert (proved.status_code, proved.text) == (200, "1616140317555161061")
        assert httpx.get(wecom.door, params=query | {"nonce": "n2"}, trust_env=False).status_code == 403
        assert ailments(here) == {}
        crowd.says(24)
        wait_until(lambda: len(wecom.calls_of("message/send")) > 3, 20)
        wecom.door = ""
        here.process.kill()
        here.process.wait()
        crowd.says(8)
    with _running(store, wecom, tmp_path):
        wait_until(lambda: not wecom.pending and not any(_left(store).values()), 40, lambda: _left(store))
    assert wecom.lost == []
    crowd.were_answered(but_twice=8)
    log = (tmp_path / "log").read_text("utf-8")
    assert "Traceback" not in log
    assert not any(secret in log for secret in (SECRET, TOKEN, AES_KEY, *wecom.world.tokens))


def _left(store: Store) -> dict[str, int]:
    with store.reading() as records:
        waiting = rows_of(records, OutboxLine, state=OutboxState.PENDING)
        return {
            "inbox": inbox.counts(records).get("pending", 0),
            "outbox": sum(line.due_at <= line.created_at or line.attempts > 0 for line in waiting),
        }
