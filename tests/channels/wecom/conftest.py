"""A fake WeCom for one test, our way to it, and a store for the codes of its cards."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.channels.pace import Pace
from bot.channels.wecom.card_book import CardBook
from bot.channels.wecom.faults import WecomFault
from bot.channels.wecom.speaking import WeCom
from bot.channels.wecom.wire import Wire
from storage.files import FileStore
from storage.store import Store
from tests.stores import an_empty_store
from tests.wecom.server import FakeWecom
from tests.wecom.world import AGENT_ID, CORP_ID, SECRET

HOME = "https://inspect.example"


@pytest.fixture
def wecom() -> Iterator[FakeWecom]:
    with FakeWecom() as running:
        yield running


@pytest.fixture
async def wire(wecom: FakeWecom) -> AsyncIterator[Wire]:
    wire = Wire(CORP_ID, SECRET, wecom.url, within=5)
    yield wire
    await wire.close()


@pytest.fixture(params=("sqlite",))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(request.param, tmp_path) as opened:
        yield opened


class Rig:
    """The channel, what it told of itself, and the files it sends."""

    def __init__(self, wecom: FakeWecom, wire: Wire, store: Store, folder: Path) -> None:
        self.wecom, self.store = wecom, store
        wecom.phone("WangWu")
        self.files = FileStore(folder / "files")
        self.faults: list[WecomFault | None] = []
        pace = Pace(clock=count(0, 10).__next__)  # which never waits
        book = CardBook(store, wecom.world.clock.now)
        self.channel = WeCom(wire, AGENT_ID, book, pace, self.files, HOME, self.faults.append)


@pytest.fixture
def rig(wecom: FakeWecom, wire: Wire, store: Store, tmp_path: Path) -> Rig:
    return Rig(wecom, wire, store, tmp_path)
