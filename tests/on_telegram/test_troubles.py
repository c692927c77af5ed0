"""What ails Telegram is written down and told, also when it goes fast, and when the store is in trouble as well."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import event

from actions.enrolment import enrol
from bot.channels.pace import Pace
from bot.messengers import make_telegram
from bot.settings import Settings
from inspection.roles import Role
from notifications.messages.channels import Ailment
from storage import troubles
from storage.files import FileStore
from storage.store import Store
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_person
from tests.on_telegram.house import PATIENCE
from tests.on_telegram.program import wait_until
from tests.telegram.server import FakeTelegram

OURS = "http://127.0.0.1:9/webhooks/telegram"
MINUTE = 0.3
"""Seconds that the receiver's waits last here, however long they are meant to be."""


@contextlib.asynccontextmanager
async def _receiving(store: Store, telegram: FakeTelegram, folder: Path, **more: Any) -> AsyncIterator[None]:
    """A receiver alone, who does not sleep long."""
    settings = Settings(
        data_dir=folder, telegram_token=SecretStr(telegram.token), telegram_api_url=telegram.url, **more
    )
    with store.transaction("test") as records:
        records.add(a_person("OP-web", roles=(Role.OPERATOR,)))
        enrol(records, records.get(Person, "OP-web"), channel="web", chat="OP-web", at=NOW)
    messenger = make_telegram(
        settings, store, FileStore(folder / "files"), _now, lambda: None, Pace(), sleep=_sleep
    )
    running = asyncio.create_task(messenger.receiver.run())
    yield
    messenger.receiver.stop()
    await running
    await messenger.close()


def _now() -> datetime:
    return NOW


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(min(seconds, MINUTE))


def _present(store: Store) -> list[str]:
    with store.reading() as records:
        return [one.ailment for one in troubles.present(records)]


def _told(store: Store) -> list[str]:
    with store.reading() as records:
        return [line.kind for line in rows_of(records, OutboxLine, person_id="OP-web")]


async def _until(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, holds, PATIENCE)


async def test_a_webhook_that_somebody_took_away_is_told_and_set_again(
    store: Store, telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with _receiving(store, telegram, tmp_path, telegram_webhook_url=OURS):
        await _until(lambda: telegram.world.webhook.url == OURS)
        async with httpx.AsyncClient(trust_env=False) as somebody:
            await somebody.post(f"{telegram.api_url}{telegram.token}/deleteWebhook", json={})
        await _until(
            lambda: (_present(store), _told(store)) == ([Ailment.WEBHOOK_UNSET], ["channel_trouble"])
        )
        await _until(lambda: telegram.world.webhook.url == OURS)
        await _until(lambda: _present(store) == [])
    assert not any(call.params.flag("drop_pending_updates") for call in telegram.calls_of("setWebhook"))


async def test_a_trouble_that_the_store_did_not_take_is_written_down_when_it_does(
    store: Store, telegram: FakeTelegram, tmp_path: Path
) -> None:
    refusing = True

    def refuse(connection: Any, *_: Any) -> None:
        if refusing:
            raise _StoreAway

    async with _receiving(store, telegram, tmp_path):
        await _until(lambda: len(telegram.calls_of("getUpdates")) > 0)
        event.listen(store.engine, "begin", refuse)
        telegram.goes_down()
        await asyncio.sleep(1.0)
        refusing = False
        await _until(lambda: _present(store) == [Ailment.NO_NETWORK])
        telegram.comes_up()
        await _until(lambda: _present(store) == [])
        event.remove(store.engine, "begin", refuse)


class _StoreAway(Exception):
    pass


async def test_of_what_changes_fast_the_last_word_stands(
    store: Store, telegram: FakeTelegram, tmp_path: Path
) -> None:
    """Each change is written in a thread: the threads must not overtake each other."""
    async with _receiving(store, telegram, tmp_path):
        await _until(lambda: len(telegram.calls_of("getUpdates")) > 0)
        slow = iter([2.0])
        event.listen(store.engine, "begin", lambda _: time.sleep(next(slow, 0.0)))
        telegram.goes_down()
        await asyncio.sleep(MINUTE)
        telegram.comes_up()
        await asyncio.sleep(4.0)
        assert _present(store) == []
        assert next(slow, None) is None, "the trouble was written, slowly"
