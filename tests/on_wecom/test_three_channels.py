"""One inspection whose officers are on three messengers: the same story, and everybody hears of it where they are."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from actions.enrolment import enrol
from actions.receiving import receive_updates
from bot.channels.pace import Pace
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.wire import Wire
from bot.channels.webchat import WebChat
from inspection.roles import Role
from notifications.buttons.data import ButtonData
from notifications.catalogue import label
from notifications.incoming import Incoming, IncomingKind
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import a_person, a_small_register
from tests.journeys.stages import PEOPLE
from tests.journeys.whole_journey import Journey
from tests.on_every_channel.conftest import OFFICERS
from tests.on_telegram.house import HURRY
from tests.on_wecom.town import WecomTown
from tests.telegram.server import FakeTelegram
from tests.wecom.server import FakeWecom
from web.live import Live


def _seconds() -> float:
    return time.monotonic() * HURRY


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / HURRY)


class ThreeChannels(WecomTown):
    """Every third person is on WeCom, on Telegram, in the web chat. What those of the last two do is told to the inbox
    as their channels tell it; what they hear is sent."""

    def __init__(self, store: Store, wecom: FakeWecom, telegram: FakeTelegram, folder: Path) -> None:
        self.wire = Wire(telegram.token, telegram.url)
        by_telegram = Telegram(self.wire, Pace(30 * HURRY, _seconds, _sleep))
        super().__init__(store, wecom, folder, web=WebChat(store, Live(), self.clock), telegram=by_telegram)
        self.telegram = telegram
        self.at: dict[str, tuple[str, str]] = {}
        self._numbers = count(1)

    def enrol_everybody(self, *ids: str) -> None:
        with self.store.transaction("test") as records:
            for place, id in enumerate(ids):
                if place % 3:
                    number = 9000 + place
                    self.telegram.phone(number, has_started=True)
                    self.at[id] = ("telegram", str(number)) if place % 3 == 1 else ("web", f"w-{id}")
                    enrol(
                        records,
                        records.get(Person, id),
                        channel=self.at[id][0],
                        chat=self.at[id][1],
                        at=self.now,
                    )
        super().enrol_everybody(*ids[::3])

    def hangs_up(self) -> None:
        """Telegram's lines belong to the house's loop, and end with it."""

        async def end() -> None:
            await asyncio.sleep(
                0.2
            )  # buttons of older messages are taken away after the letter is told as sent
            await self.wire.shutdown()
            await asyncio.sleep(0.05)

        assert self.house._loop is not None
        asyncio.run_coroutine_threadsafe(end(), self.house._loop).result(10)

    def _says(self, who: str, kind: IncomingKind, **said: Any) -> None:
        channel, chat = self.at[who]
        update = Incoming(channel, chat, f"{next(self._numbers)}", kind, self.now, message_id="1", **said)
        assert receive_updates(self.store, [update], channel=channel, at=self.now) == 1
        self.house.wake_worker()
        self.settle()

    def type(self, who: str, text: str) -> None:
        if who in self.at:
            self._says(who, IncomingKind.TEXT, text=text)
        else:
            super().type(who, text)

    def press_data(self, who: str, data: ButtonData | str) -> None:
        if who in self.at:
            packed = data if isinstance(data, str) else data.pack()
            self._says(who, IncomingKind.BUTTON, button=packed)
        else:
            super().press_data(who, data)

    def button(self, who: str, words: str) -> str:
        if who not in self.at:
            return super().button(who, words)
        return next(data for data, said in reversed(self.ever(who)) if said == words)

    def has_button(self, who: str, name: str) -> bool:
        if who not in self.at:
            return super().has_button(who, name)
        return any(said == label(name, "zh") for _, said in self.ever(who))

    def lines(self, who: str) -> list[OutboxLine]:
        if who not in self.at:
            return super().lines(who)
        channel, chat = self.at[who]
        with self.store.reading() as records:
            lines = rows_of(records, OutboxLine, channel=channel, chat=chat, state=OutboxState.SENT)
        return sorted(lines, key=lambda line: line.id or 0)


@pytest.fixture
def town(store: Store, wecom: FakeWecom, tmp_path: Path) -> Iterator[ThreeChannels]:
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    with FakeTelegram() as telegram:
        town = ThreeChannels(store, wecom, telegram, tmp_path)
        with town.house:
            town.enrol_everybody(*PEOPLE, *OFFICERS, "OP-fire")
            yield town
            town.hangs_up()


def test_a_team_on_three_messengers_is_drawn_replaced_and_confirmed(town: ThreeChannels) -> None:
    journey = Journey(town, town.house.files)
    for stage in journey.stages():
        if stage == "the team is confirmed":
            break
    team = [*journey.holders("market"), *journey.holders("fire")]
    where = {town.at.get(who, ("wecom", ""))[0] for who in team}
    assert len(where) > 1, f"a team of one messenger shows nothing: {team}"
    for who in team:
        told = [line for line in town.lines(who) if line.kind == "visit_card"]
        assert len(told) == 1, f"{who} hears of the team once, where they are"
    with town.store.reading() as records:
        states = {line.state for line in rows_of(records, OutboxLine)}
    assert states <= {OutboxState.SENT, OutboxState.DROPPED}
    assert [call for call in town.wecom.calls if call.code] == []
    shown = {
        who: town.telegram.phone(int(chat)).messages
        for who, (name, chat) in town.at.items()
        if name == "telegram"
    }
    assert any(shown.values()), "what was sent stands on Telegram's phones"
