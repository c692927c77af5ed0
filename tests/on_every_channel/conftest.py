"""The town of the journeys, once on each messenger. A new channel adds its town to `TOWNS`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from inspection.roles import Role
from storage.store import Store
from tests.builders import a_person, a_small_register
from tests.journeys.stages import PEOPLE
from tests.on_every_channel.town import TownOnAMessenger
from tests.on_every_channel.web import a_web_town
from tests.on_telegram.town import TelegramTown
from tests.on_wecom.town import WecomTown
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram
from tests.wecom.server import FakeWecom

OFFICERS = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
Opening = Callable[[Store, Path], AbstractContextManager[TownOnAMessenger]]


_HARMLESS = ("not modified", "query is too old")
"""What Telegram answers to a change that is none, and to a press that is answered late, on a busy machine say."""


@contextmanager
def a_telegram_town(store: Store, folder: Path) -> Iterator[TelegramTown]:
    with FakeTelegram(patience=10) as telegram:
        town = TelegramTown(store, telegram, folder)
        with town.house:
            yield town
            telegram.faults.end()
        telegram.every_press_was_answered()
        refused = [call.description for call in telegram.calls if call.status == 400]
        assert [why for why in refused if not any(words in why for words in _HARMLESS)] == []


@contextmanager
def a_wecom_town(store: Store, folder: Path) -> Iterator[WecomTown]:
    with FakeWecom() as wecom:
        wecom.world.per_minute = 10_000  # the house is in a hurry; how fast we speak is tried by itself
        town = WecomTown(store, wecom, folder)
        with town.house:
            yield town
            wecom.faults.end()
        assert [(call.path, call.code, call.asked) for call in wecom.calls if call.code] == []
        assert wecom.lost == []


TOWNS: dict[str, Opening] = {"web": a_web_town, "telegram": a_telegram_town, "wecom": a_wecom_town}


AT_LENGTH = pytest.mark.parametrize(
    "opening",
    [*(pytest.param(name, marks=pytest.mark.faults) for name in ("web", "telegram")), "wecom"],
    indirect=True,
)
"""For a journey whose every step another one takes on all of them: on WeCom, and on the others with `make faults`."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """SQLite: what differs between the two is tried where the rows are."""
    with an_empty_store("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture(params=TOWNS)
def opening(request: pytest.FixtureRequest) -> Opening:
    return TOWNS[request.param]


@pytest.fixture
def town(opening: Opening, store: Store, tmp_path: Path) -> Iterator[TownOnAMessenger]:
    """Everybody enrolled as this messenger has it, and what that brought is read."""
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    with opening(store, tmp_path) as town:
        town.enrol_everybody(*PEOPLE, *OFFICERS, "OP-fire")
        yield town
