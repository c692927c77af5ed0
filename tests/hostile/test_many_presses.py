"""Hundreds of presses of one button at once, through the real doors, with two workers: one effect."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest

from actions.enrolment import open_web_chats
from bot.working import work_batch
from handlers.turn import Tools
from inspection.states import AssignmentState
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.messaging import InboxState, InboxUpdate, OutboxLine
from tests.actions.story import Story, a_drawn_story, rows_of
from tests.stores import an_empty_store
from tests.web.houses import House, a_house
from web.app import make_app

AT_ONCE, WORKERS = 50, 2
SEAT = "S1.B1/fire/1"


@pytest.mark.postgres
@pytest.mark.parametrize("presses", [250, pytest.param(1000, marks=pytest.mark.faults)])
async def test_many_presses_of_one_button_do_its_deed_once(tmp_path: Path, presses: int) -> None:
    """Each of them another update, as if as many phones had signed in for one person; on PostgreSQL, where several
    workers share the inbox."""
    with an_empty_store("postgresql", tmp_path) as store:
        story = a_drawn_story(store, objects=1)
        asked = story.held_by(SEAT)
        button = AssignmentButton(AssignmentAnswer.ACCEPT, asked.id).pack()
        house = a_house(store, tmp_path, is_demo=True)
        house.clock.now = story.at
        with store.transaction() as records:
            open_web_chats(records, at=story.at)
        before = _lines(store)
        heard = await _press_all(house, asked.person_id, button, presses)
        assert heard == Counter({202: presses})
        await asyncio.gather(*(asyncio.to_thread(_work, store, story) for _ in range(WORKERS)))

        assert story.held_by(SEAT).state is AssignmentState.ACCEPTED
        assert Counter(one.verb for one in _new(store, before)) == {
            "assignment.accept": 1,
            "deadline.meet": 1,
        }
        with store.reading() as records:
            updates = rows_of(records, InboxUpdate)
            replies = [one for one in rows_of(records, OutboxLine) if one.is_reply]
        assert Counter(one.state for one in updates) == Counter({InboxState.DONE: presses})
        assert Counter(one.kind for one in replies) == Counter(
            {"assignment_accepted": 1, "refused": presses - 1}
        )


async def _press_all(house: House, chat: str, button: str, presses: int) -> Counter[int]:
    gate, heard = asyncio.Semaphore(AT_ONCE), Counter[int]()
    transport = httpx.ASGITransport(make_app(house.web))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

        async def press(number: int) -> None:
            async with gate:
                sent = {"update_id": f"u{number}", "data": button, "message_id": "1"}
                heard[(await client.post(f"/chat/{chat}/press", json=sent)).status_code] += 1

        await asyncio.gather(*map(press, range(presses)))
    return heard


def _work(store: Store, story: Story) -> None:
    while work_batch(store, Tools(new_secret=lambda: b"s" * 32), lambda: story.at):
        pass


def _lines(store: Store) -> set[int | None]:
    with store.reading() as records:
        return {one.id for one in rows_of(records, JournalLine)}


def _new(store: Store, before: set[int | None]) -> list[JournalLine]:
    with store.reading() as records:
        return [one for one in rows_of(records, JournalLine) if one.id not in before]
