"""What a door has answered for is on disk: a server killed in a hail of posts owes nobody anything."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.play.doors import Doors, update_id
from bot.play.server import PID_FILE, PlayServer
from bot.settings import read_settings
from storage.store import Store
from tests.play.small_scheme import prepare_small_scheme

_SAID = 160
_UNTIL = 60
"""So many answers have come when the server dies; some twenty more are under way."""


class _Hail:
    """Many posts at once into twenty chats; `answered` are those that a door has answered for."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self.answered: list[str] = []
        self.is_thick = asyncio.Event()
        self.tasks = [asyncio.create_task(self._say(number)) for number in range(_SAID)]

    async def _say(self, number: int) -> None:
        chat, id = f"fire-{number % 20 + 1}", update_id("said", number)
        await self._doors.say(chat, id, f"第{number}句")
        self.answered.append(f"{chat}:{id}")
        if len(self.answered) == _UNTIL:
            self.is_thick.set()


@pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)], indirect=True
)
async def test_what_was_acknowledged_is_on_disk_when_the_server_dies(store: Store, tmp_path: Path) -> None:
    prepare_small_scheme(store)
    url = store.engine.url.render_as_string(hide_password=False)
    server = PlayServer(read_settings(data_dir=tmp_path, database_url=url, port=0, demo=True))
    async with server.running(), Doors(server.url) as doors:
        await doors.cast()
        hail = _Hail(doors)
        await hail.is_thick.wait()
        os.kill(int((tmp_path / PID_FILE).read_text(encoding="ascii")), signal.SIGKILL)
        assert set(hail.answered) - _kept(store) == set()
        await asyncio.gather(*hail.tasks)
    assert server.starts == 2
    assert _kept(store) == set(hail.answered)
    assert _shown(store) == _SAID


def _kept(store: Store) -> set[str]:
    with store.reading() as records:
        return set(records.session.execute(text("SELECT update_id FROM inbox_update")).scalars())


def _shown(store: Store) -> int:
    """People's own words, as their chats show them."""
    with store.reading() as records:
        return int(
            records.session.execute(text("SELECT count(*) FROM web_message WHERE is_mine")).scalar_one()
        )
