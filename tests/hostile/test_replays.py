"""Forged and replayed deliveries of a messenger: believed with the secret only, done once. Updates out of nowhere."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from enum import EnumType
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actions.receiving import Unreadable, receive_updates
from bot.channels.telegram.reading import CHANNEL, Raw, read_batch
from bot.channels.telegram.webhook import Webhook, secret_of
from bot.channels.telegram.wire import make_wire
from notifications.buttons.data import KINDS
from storage.store import Store
from storage.tables.messaging import InboxState, InboxUpdate
from tests.actions.story import rows_of
from tests.archive.published import a_published_visit
from tests.builders import NOW
from tests.hostile.siege import BOT_TOKEN, NASTY
from tests.journeys.town import Town
from tests.papers.sheets import needs_a_font
from tests.stores import an_empty_store

REPLAYS = 100
COMMANDS = ("/where", "/tasks", "/schemes", "/help", "/start", "/enrol", "/officers", "/due", "/groups")


async def test_a_delivery_is_believed_with_the_secret_only_and_done_once_however_often_it_comes(
    tmp_path: Path,
) -> None:
    with an_empty_store("sqlite", tmp_path) as store:

        async def keep(updates: list[Raw]) -> None:
            readable, unreadable = read_batch(updates, NOW)
            odd = [Unreadable(update_id, raw, reason) for update_id, reason, raw in unreadable]
            await asyncio.to_thread(receive_updates, store, readable, odd, channel=CHANNEL, at=NOW)

        wire = make_wire(BOT_TOKEN, "http://127.0.0.1:9")
        door = Webhook(wire, secret_of(BOT_TOKEN), keep)
        body = _says("到了")
        right = secret_of(BOT_TOKEN)
        for forged in (
            None,
            "",
            right[:-1],
            right.upper(),
            f"{right} ",
            secret_of("43:another"),
            "\xff",
            right * 2,
        ):
            assert await door.receive(forged, body) == 403
        assert _kept(store) == []
        heard = Counter(await asyncio.gather(*(door.receive(right, body) for _ in range(REPLAYS))))
        assert heard == {200: REPLAYS}
        assert len(_kept(store)) == 1
        for nothing in (b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe"):
            assert await door.receive(right, nothing) == 400
        assert await door.receive(right, b" " * 1_000_001) == 413
        assert len(_kept(store)) == 1
        await wire.shutdown()


def _says(text: str) -> bytes:
    somebody = {"id": 7, "is_bot": False, "first_name": "甲"}
    message = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 7, "type": "private"}, "from": somebody}
    return json.dumps({"update_id": 99, "message": {**message, "text": text}}).encode()


def _kept(store: Store) -> list[InboxUpdate]:
    with store.reading() as records:
        return rows_of(records, InboxUpdate)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with a_published_visit("sqlite", tmp_path_factory.mktemp("town"), is_archived=True) as case:
        town = Town(case.store)
        town.now = case.story.at
        town.enrol_everybody("OP", "RV", "HD-fire", "W1", case.lead, case.fire)
        yield town


_PARTS = st.one_of(
    st.sampled_from(("S1.B1", "S1", "D-S1-1", "S1.B1/fire/1", "A1", "q1", "T-fire", "a", "1", "0", "-1")),
    st.sampled_from(NASTY), st.text(max_size=8),
)  # fmt: skip
_BUTTONS = st.builds(
    lambda prefix, parts: ":".join((prefix, *parts)),
    st.sampled_from(sorted(KINDS)),
    st.lists(_PARTS, max_size=4),
)
_WORDS = st.one_of(
    st.sampled_from(NASTY), st.builds("{} {}".format, st.sampled_from(COMMANDS), _PARTS), st.text(max_size=40)
)
_PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def _of_what_is_not_there() -> Iterator[str]:
    """Each kind of button in each of its choices, well made, about nothing that exists."""
    for prefix, kind in sorted(KINDS.items()):
        choices = [
            [one.value for one in field.type] if isinstance(field.type, EnumType) else ["S9.B9"]
            for field in fields(kind)  # type: ignore[arg-type]
        ]
        yield from (":".join((prefix, *values)) for values in product(*choices))


@needs_a_font
@pytest.mark.parametrize("thrown_at_us", [100, pytest.param(500, marks=pytest.mark.faults)])
def test_no_update_is_set_aside_whatever_is_pressed_and_said(town: Town, thrown_at_us: int) -> None:
    """Buttons that nobody was given, words nobody asked for, by everybody and by a stranger; then every button there
    is, for what is not there."""

    @given(
        who=st.sampled_from([*town.enrolled, "stranger"]),
        thrown=st.one_of(_BUTTONS, _BUTTONS, _WORDS, _PLACES),
    )
    @settings(
        max_examples=thrown_at_us,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def throw(who: str, thrown: str | tuple[float, float]) -> None:
        if isinstance(thrown, tuple):
            town.send_place(who, *thrown)
        elif thrown.partition(":")[0] in KINDS:
            town.press_data(who, thrown)
        else:
            town.type(who, thrown)

    throw()
    for who, button in product(("OP", "W1"), _of_what_is_not_there()):
        town.press_data(who, button)
    updates = _kept(town.store)
    assert len(updates) > thrown_at_us * 0.9
    assert [(one.body, one.error[-300:]) for one in updates if one.state is not InboxState.DONE] == []
