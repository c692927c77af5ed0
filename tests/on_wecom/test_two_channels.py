"""Somebody with WeCom and the web chat: each notice once, where they were last; what is answered on one is closed on
the other; and who can't be reached on one is reached on the other."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from actions.enrolment import enrol
from actions.receiving import receive_updates
from bot.channels.webchat import WebChat
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from notifications.incoming import Incoming, IncomingKind
from storage import web_chat
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_small_register
from tests.journeys.stages import PEOPLE
from tests.on_every_channel.conftest import OFFICERS
from tests.on_wecom.town import WecomTown
from tests.wecom.server import FakeWecom
from web.live import Live


class TwoChannels(WecomTown):
    """The town, in which everybody has the web chat too."""

    def __init__(self, store: Store, wecom: FakeWecom, folder: Path) -> None:
        super().__init__(store, wecom, folder, web=WebChat(store, Live(), self.clock))
        self._numbers = count(1)

    def enrol_everybody(self, *ids: str) -> None:
        with self.store.transaction("test") as records:
            for id in ids:
                earlier = NOW - timedelta(days=1)
                enrol(records, records.get(Person, id), channel="web", chat=f"w-{id}", at=earlier)
        super().enrol_everybody(*ids)

    def on_web(self, who: str, kind: IncomingKind, **said: Any) -> None:
        update = Incoming("web", f"w-{who}", f"w{next(self._numbers)}", kind, self.now, **said)
        assert receive_updates(self.store, [update], channel="web", at=self.now) == 1
        self.house.wake_worker()
        self.settle()

    def web_kinds(self, who: str) -> list[str]:
        """All but the news that WeCom was added, which everybody hears first."""
        with self.store.reading() as records:
            kinds = [one.body["kind"] for one in web_chat.page(records, f"w-{who}") if not one.is_mine]
        return [kind for kind in kinds if kind != "account_added"]

    def lines_of(self, kind: str, who: str) -> list[OutboxLine]:
        with self.store.reading() as records:
            return rows_of(records, OutboxLine, kind=kind, addressee=who)


@pytest.fixture
def town(store: Store, wecom: FakeWecom, tmp_path: Path) -> Iterator[TwoChannels]:
    with store.transaction("test") as records:
        a_small_register(records)
    town = TwoChannels(store, wecom, tmp_path)
    with town.house:
        town.enrol_everybody(*PEOPLE, *OFFICERS)
        yield town


def test_each_notice_once_and_an_answer_on_one_closes_the_card_on_the_other(town: TwoChannels) -> None:
    town.hold_draw()
    drawn = town.holders_who_hear("assignment_drawn")
    assert len(drawn) == 4
    one, other = (who for who in drawn if who.startswith("fire"))
    assert all("assignment_drawn" not in town.web_kinds(who) for who in drawn), (
        "where they were last, and once"
    )
    assert all(len(town.lines_of("assignment_drawn", who)) == 1 for who in drawn)
    _answers_on_the_web(town, one)
    _is_reached_on_the_other(town, other)


def _answers_on_the_web(town: TwoChannels, who: str) -> None:
    with town.store.reading() as records:
        [held] = rows_of(records, Assignment, person_id=who)
    [card] = [shown for shown in town.phones[who].messages if "接受" in shown.choices.values()]
    button = AssignmentButton(AssignmentAnswer.ACCEPT, held.id).pack()
    town.on_web(who, IncomingKind.BUTTON, button=button, message_id="1")
    assert town.web_kinds(who)[-1] == "assignment_accepted"
    assert card.choices == {}
    assert "已在网页聊天上办理" in card.text
    messages = len(town.phones[who].messages)
    town.on_web(who, IncomingKind.BUTTON, button=button, message_id="1")
    assert len(town.lines_of("handled_elsewhere", who)) == 1, "closed once"
    assert len(town.phones[who].messages) == messages
    town.press_data(who, AssignmentButton(AssignmentAnswer.WITHDRAW, held.id))
    assert town.phones[who].last.card["source"]["desc"] == "代替之前的那条消息"
    assert town.web_kinds(who) == ["handled_elsewhere", "refused"], "and back again"


def _is_reached_on_the_other(town: TwoChannels, who: str) -> None:
    """WeCom says so by an event, or when we write; what was for the phone goes to the web chat."""
    town.phones[who].leaves_range(says_so=False)
    town.wait(timedelta(hours=9))
    assert town.web_kinds(who) == ["answer_reminder"]
    [lead] = [
        one for one in town.phones if any("联系不上" in shown.text for shown in town.phones[one].messages)
    ]
    assert "通知已改由其他渠道送达" in town.hears(lead, "cannot_reach").text
    town.phones[who].enters_range()
    town.settle()
    town.hears(lead, "reachable_again")
    town.type(who, "/where")
    town.press_data(who, AssignmentButton(AssignmentAnswer.ACCEPT, _held(town, who)))
    town.hears(who, "assignment_accepted")


def _held(town: TwoChannels, who: str) -> str:
    with town.store.reading() as records:
        [held] = rows_of(records, Assignment, person_id=who)
    return str(held.id)
