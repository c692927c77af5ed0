"""The database goes away in the middle of everything and comes back: nobody restarts us, and nothing is lost."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.pace import Pacing
from bot.channels.shared_pace import SharedPace
from bot.channels.telegram.reading import CHANNEL
from bot.messengers import Messenger, make_telegram
from storage.migrate import migrate
from storage.store import Store
from tests import postgres
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.house import TelegramHouse
from tests.telegram.server import FakeTelegram

_KEEPS_WHAT_IS_COMMITTED = "options=-csynchronous_commit%3Don"
"""As a real database does; that of the tests does not wait for its log."""


class _SharingHouse(TelegramHouse):
    """One of several that send, who count in the store."""

    def _messenger(self, wake: Callable[[], None]) -> Messenger:
        pace: Pacing = SharedPace(self.store, CHANNEL, self._seconds, 30 * self._hurry, self._sleep)
        return make_telegram(self._settings, self.store, self.files, self.clock, wake, pace)


@pytest.fixture
def server() -> Iterator[postgres.Postgres]:
    """One that nobody else uses."""
    running = postgres.start()
    yield running
    running.stop()


def _rests(house: TelegramHouse) -> None:
    """A claim that was written, and of which nobody heard, is free after its lease: then it is not as quick."""
    with contextlib.suppress(AssertionError):
        house.rests(within=10)
        return
    house.wait(timedelta(seconds=61))


@pytest.mark.faults
def test_the_database_is_restarted_while_we_ask_and_send(
    server: postgres.Postgres, telegram: FakeTelegram, tmp_path: Path
) -> None:
    url = f"{server.url(server.fresh_database(migrate))}&{_KEEPS_WHAT_IS_COMMITTED}"
    with closing(Store(url)) as store:
        crowd = Crowd(store, telegram)
        with _SharingHouse(store, telegram, tmp_path) as house:
            house.rests()
            for _ in range(3):
                crowd.says(60)
                house.pause(0.3)
                server.restart()
                crowd.says(20)
                _rests(house)
            crowd.all_were_answered_once()
            crowd.were_answered_in_order()
        assert len(telegram.calls_of("deleteWebhook")) == 4, "the owner lost it each time, and took it again"
