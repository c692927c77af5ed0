"""A paper in the web chat of the real program, which is killed while it is at work on it."""

import asyncio
from pathlib import Path

import httpx
import pytest

from actions.enrolment import enrol
from bot.play.doors import Doors
from notifications.buttons.papers import PaperButton, PaperKind
from storage.store import Store
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.browser_pages.process import ServerProcess
from tests.on_telegram.program import wait_until
from tests.papers.kept_visits import Visit, a_kept_visit
from tests.papers.sheets import needs_a_font

PATIENCE = 60.0
KINDS = (PaperKind.RECORD, PaperKind.SUMMARY, PaperKind.WINDOW, PaperKind.CHECK)
"""What there is of a visit that needed no approval."""


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """Its lead has the web chat; the store lies where the program looks for it."""
    with a_kept_visit("sqlite", tmp_path) as (store, made), store.transaction("test") as records:
        enrol(records, records.get(Person, made.lead), channel="web", chat=made.lead, at=made.at)
    (tmp_path / "store.db").rename(tmp_path / "shuangsuiji.db")
    return made


@needs_a_font
async def test_a_killed_program_goes_on_with_the_papers_and_brings_each_once(
    visit: Visit, tmp_path: Path
) -> None:
    server = ServerProcess(tmp_path)
    try:
        await server.start()
        async with Doors(server.address) as doors:
            for number, kind in enumerate(KINDS):
                await doors.press(visit.lead, f"p{number}", PaperButton(kind, visit.id).pack(), 0)
        await asyncio.to_thread(_one_is_in_hand, tmp_path)
        server.kill()
        await server.start()
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=server.address) as client:
            documents = await _documents(client, visit.lead)
            answers = [await client.get(f"/chat/{visit.lead}/documents/{one}") for one in documents]
        assert sorted(one.content[:5] for one in answers) == [b"%PDF-", b"%PDF-", b"BEGIN", b"\x89PNG\r"]
    finally:
        server.kill()


def _one_is_in_hand(folder: Path) -> None:
    """Or made already, where the machine is quick."""
    store = Store(f"sqlite:///{folder / 'shuangsuiji.db'}")
    wait_until(lambda: bool(_attempts(store)), PATIENCE)
    store.close()


def _attempts(store: Store) -> int:
    with store.reading() as records:
        return sum(one.attempts for one in rows_of(records, PaperOrder))


async def _documents(client: httpx.AsyncClient, who: str) -> list[str]:
    """Digests of the papers in the chat, once all are there and nothing is left in hand."""
    while True:
        messages = (await client.get(f"/chat/{who}/messages", params={"after": "0"})).json()
        found = [one["document"]["sha256"] for one in messages if one["document"]]
        waiting = (await client.get("/health")).json()["outbox"].get("pending", 0)
        if len(found) >= len(KINDS) and not waiting:
            assert len(set(found)) == len(found) == len(KINDS)
            return found
        await asyncio.sleep(0.05)
