"""Two processes with one bot: one of them asks Telegram, and when it is gone, however that came, the other does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.settings import Settings
from storage import settings as kept_settings
from storage import troubles
from storage.store import Store
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.house import TelegramHouse
from tests.on_telegram.program import Program, wait_until
from tests.served import PATIENCE
from tests.stores import an_empty_store, on_both
from tests.telegram.server import FakeTelegram


@pytest.fixture
def crowd(store: Store, telegram: FakeTelegram) -> Crowd:
    return Crowd(store, telegram)


@pytest.fixture
def houses(
    crowd: Crowd, store: Store, telegram: FakeTelegram, tmp_path: Path
) -> Iterator[list[TelegramHouse]]:
    """The first one owns the bot."""
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            found.append(TelegramHouse(store, telegram, tmp_path / name))
            stack.enter_context(found[-1])
            wait_until(lambda: _takings(telegram) == 1, PATIENCE)
        yield found


def _takings(telegram: FakeTelegram) -> int:
    """Whoever begins to ask takes a webhook away first, once."""
    return len(telegram.calls_of("deleteWebhook"))


def _nobody_was_in_the_way(store: Store) -> None:
    with store.reading() as records:
        assert troubles.present(records) == []


@on_both
@pytest.mark.parametrize("ends", [TelegramHouse.stops, TelegramHouse.dies])
def test_one_asks_and_the_other_goes_on_when_it_is_gone(
    houses: list[TelegramHouse], crowd: Crowd, store: Store, ends: Callable[[TelegramHouse], None]
) -> None:
    telegram = houses[0].telegram
    crowd.says(30)
    houses[1].rests()
    assert _takings(telegram) == 1
    crowd.says(30)
    ends(houses[0])
    crowd.says(30)
    wait_until(lambda: _takings(telegram) == 2, PATIENCE)
    houses[1].now = houses[1].now.replace(hour=23)  # what the dead one had in hand is free again
    houses[1].rests()
    crowd.all_were_answered_once(but_twice=30 if ends is TelegramHouse.dies else 0)
    _nobody_was_in_the_way(store)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_owner_whose_connection_is_cut_stops_before_another_begins(
    houses: list[TelegramHouse], crowd: Crowd, store: Store
) -> None:
    telegram = houses[0].telegram
    for times in (2, 3):
        crowd.says(20)
        with store.transaction() as records:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            records.session.execute(text(cut))
        crowd.says(20)
        wait_until(lambda times=times: _takings(telegram) >= times, PATIENCE)  # type: ignore[misc]
        houses[0].rests()
    crowd.all_were_answered_once()
    _nobody_was_in_the_way(store)


@pytest.mark.faults
@on_both
def test_a_process_that_is_killed_is_followed_by_another(
    store: Store, telegram: FakeTelegram, tmp_path: Path
) -> None:
    crowd = Crowd(store, telegram)
    with ExitStack() as stack:
        running = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            running.append(stack.enter_context(Program(store, telegram, tmp_path / name).running()))
            wait_until(lambda: _takings(telegram) == 1, PATIENCE)
        crowd.says(20)
        running[0].process.kill()
        wait_until(lambda: _takings(telegram) == 2, PATIENCE)
        crowd.says(20)
        wait_until(lambda: len(crowd.heard()) == 40, 2 * PATIENCE)
        with store.reading() as records:
            named = kept_settings.value(records, f"{kept_settings.RECEIVES}telegram")
        assert named.endswith(f"/{running[1].process.pid}")
        assert "waiting_to_own" in running[1].log.read_text()


def test_a_process_with_a_webhook_and_one_without_do_not_quarrel(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        asks, is_told = (TelegramHouse(store, telegram, tmp_path / name) for name in ("one", "two"))
        is_told._settings = Settings(
            data_dir=tmp_path,
            telegram_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            telegram_webhook_url="http://127.0.0.1:9/webhooks/telegram",
        )
        with asks:
            wait_until(lambda: _takings(telegram) == 1, PATIENCE)
            with is_told:
                is_told.pause(1.5)
                assert telegram.calls_of("setWebhook") == []
                asks.stops()
                wait_until(lambda: len(telegram.calls_of("setWebhook")) == 1, PATIENCE)
