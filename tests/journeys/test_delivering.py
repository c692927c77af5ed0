"""Letters on their way: one that hangs holds up nobody else, and what was sent is never forgotten."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.channel import Channel, Fate, Report, SendError, Sent, Trouble, not_held
from bot.delivering import NOTICES, REPLIES, TRIES, Deliverer
from notifications.outgoing import Outgoing
from storage import outbox
from storage.outbox import Letter
from storage.store import Store
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.builders import NOW, a_person

PATIENCE = 5.0


class Post:
    """A channel by order: `fates` says for a chat how it goes (else well); chats in `held` hang until let go."""

    def __init__(self, name: str = "post") -> None:
        self.name = name
        self.sent: list[str] = []
        self.fates: dict[str, Fate] = {}
        self.held: dict[str, asyncio.Event] = {}

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        await asyncio.gather(*(self._send(letter, report) for letter in letters))

    async def _send(self, letter: Letter, report: Report) -> None:
        if letter.chat in self.held:
            await self.held[letter.chat].wait()
        if not letter.is_held():
            report(letter, not_held())
            return
        self.sent.append(letter.key)
        report(letter, self.fates.get(letter.chat, Sent(f"m{len(self.sent)}")))


class Round:
    """A deliverer that runs, on a clock moved by hand."""

    def __init__(self, store: Store, *channels: Channel) -> None:
        self.store, self.at, self.seconds = store, NOW, 0.0
        self.deliverer = Deliverer(
            store, {one.name: one for one in channels}, lambda: self.at, now=lambda: self.seconds
        )

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds
        self.deliverer.wake()

    async def __aenter__(self) -> "Round":
        self._running = asyncio.create_task(self.deliverer.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.deliverer.stop()
        await asyncio.wait_for(self._running, PATIENCE)

    def write(self, *keys: str, chat: str = "a", channel: str = "post", **other: Any) -> None:
        with self.store.transaction() as records:
            for key in keys:
                body = Outgoing("help", key).to_json()
                line = {"key": key, "addressee": f"{channel}:{chat}", "is_reply": True, "channel": channel,
                        "chat": chat, "kind": "help", "body": body, "created_at": NOW, "due_at": NOW}  # fmt: skip
                outbox.write(records, {**line, **other})
        self.deliverer.wake()

    def line(self, key: str) -> OutboxLine:
        with self.store.reading() as records:
            line: OutboxLine = rows_of(records, OutboxLine, key=key)[0]
        return line

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            # What is waited for happens in the store, which wakes nobody.
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_a_chat_that_hangs_holds_up_neither_its_channel_nor_another(store: Store) -> None:
    post, other = Post(), Post("other")
    post.held["a"] = asyncio.Event()
    async with Round(store, post, other) as around:
        around.write("a1", "a2")
        around.write("b1", chat="b")
        around.write("o1", channel="other")
        await around.until(lambda: post.sent == ["b1"] and other.sent == ["o1"])
        around.write("b2", chat="b")
        await around.until(lambda: post.sent == ["b1", "b2"])
        post.held["a"].set()
        await around.until(lambda: around.line("a2").state is OutboxState.SENT)
    assert post.sent == ["b1", "b2", "a1", "a2"]


async def test_a_channel_that_hangs_altogether_stops_no_other(store: Store) -> None:
    post, other, never = Post(), Post("other"), asyncio.Event()
    chats = [f"c{number}" for number in range(REPLIES + 10)]
    post.held = dict.fromkeys(chats, never)
    async with Round(store, post, other) as around:
        for chat in chats:
            around.write(f"k-{chat}", chat=chat)
        await around.until(lambda: around.line(f"k-c{REPLIES - 1}").attempts == 1)
        around.write("o1", channel="other")
        await around.until(lambda: other.sent == ["o1"])
        assert around.line(f"k-c{REPLIES}").attempts == 0
        never.set()
        await around.until(lambda: len(post.sent) == len(chats))


async def test_what_stands_before_a_reply_takes_the_room_of_replies(store: Store) -> None:
    """A notice that goes early for the reply behind it counts as one: or a channel that hangs would be given more and
    more of them to hold."""
    post, never = Post(), asyncio.Event()
    chats = [f"c{number}" for number in range(REPLIES + NOTICES + 70)]
    post.held = dict.fromkeys(chats, never)
    around = Round(store, post)
    for chat in chats:
        around.write(f"n-{chat}", chat=chat, is_reply=False)
        around.write(f"r-{chat}", chat=chat)
    async with around:
        await around.until(lambda: around.line(f"n-c{REPLIES + NOTICES - 1}").attempts == 1)
        await asyncio.sleep(0.3)  # what is not taken now would be taken within this time
        with store.reading() as records:
            in_hand = [line for line in rows_of(records, OutboxLine) if line.attempts]
        never.set()
    assert len(in_hand) == REPLIES + NOTICES


async def test_only_a_second_of_notices_stands_before_a_reply(store: Store) -> None:
    post = Post()
    chats = [f"c{number}" for number in range(NOTICES * 2)]
    post.held = {chat: asyncio.Event() for chat in chats}
    async with Round(store, post) as around:
        for chat in chats:
            around.write(f"k-{chat}", chat=chat, is_reply=False)
        await around.until(lambda: around.line(f"k-c{NOTICES - 1}").attempts == 1)
        around.write("reply", chat="me")
        await around.until(lambda: post.sent == ["reply"])
        assert around.line(f"k-c{NOTICES}").attempts == 0
        for event in post.held.values():
            event.set()
        await around.until(lambda: len(post.sent) == len(chats) + 1)


async def test_what_was_sent_while_the_store_is_locked_is_not_sent_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rounds.IDLE_SECONDS", 0.01)
    noted, locked = outbox.sent, [3]

    def sent(*given: object, **named: object) -> None:
        if given[1] and locked[0]:
            locked[0] -= 1
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        noted(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "sent", sent)
    post = Post()
    async with Round(store, post) as around:
        around.write("a1")
        await around.until(lambda: around.line("a1").state is OutboxState.SENT)
        around.at += outbox.LEASE * 2
        around.write("a2")
        await around.until(lambda: around.line("a2").state is OutboxState.SENT)
    assert (post.sent, locked) == (["a1", "a2"], [0])


async def test_when_it_stops_what_is_in_hand_is_sent_and_noted(store: Store) -> None:
    post = Post()
    post.held["a"] = asyncio.Event()
    async with Round(store, post) as around:
        around.write("a1", "a2")
        await around.until(lambda: around.line("a1").attempts == 1)
        asyncio.get_running_loop().call_later(0.05, post.held["a"].set)
    assert (post.sent, around.line("a1").state) == (["a1"], OutboxState.SENT)
    assert around.line("a2").state is OutboxState.PENDING


@pytest.mark.parametrize("trouble", [Trouble.AWAY, Trouble.LATER])
async def test_a_failure_that_may_pass_is_tried_again_later_and_later(store: Store, trouble: Trouble) -> None:
    post = Post()
    post.fates["a"] = SendError(trouble, "no network", parts_sent=1)
    around = Round(store, post)
    around.write("a1")
    waits, line = [], around.line("a1")
    for _ in range(TRIES):
        await around.deliverer.deliver_batch()
        line = around.line("a1")
        waits.append((line.due_at - around.at).total_seconds())
        around.at = max(around.at, line.due_at)
    assert (line.error, line.parts_sent, line.attempts) == ("no network", 1, TRIES)
    assert waits[:6] == [2, 4, 8, 16, 32, 60]
    assert (line.state is OutboxState.DEAD) == (trouble is Trouble.LATER), (
        "one that nobody else's letter shares ends"
    )


async def test_a_messenger_that_asks_for_time_gets_it(store: Store) -> None:
    post = Post()
    post.fates["a"] = SendError(Trouble.AWAY, "too many", timedelta(seconds=35))
    around = Round(store, post)
    around.write("a1")
    around.write("b1", chat="b")
    assert await around.deliverer.deliver_batch() == 2
    assert (around.line("a1").due_at, post.sent) == (NOW + timedelta(seconds=35), ["a1", "b1"])


async def test_what_the_messenger_does_not_take_is_dead_at_once(store: Store) -> None:
    post = Post()
    post.fates["a"] = SendError(Trouble.REFUSED, "can't parse entities")
    around = Round(store, post)
    around.write("a1", "a2")
    await around.deliverer.deliver_batch()
    assert (around.line("a1").state, around.line("a1").error) == (OutboxState.DEAD, "can't parse entities")
    assert await around.deliverer.deliver_batch() == 1, "the next of the queue has its turn"


async def test_who_blocked_us_here_hears_it_on_the_other_channel(store: Store) -> None:
    post, other = Post(), Post("other")
    post.fates["a"] = SendError(Trouble.UNREACHABLE, "bot was blocked by the user")
    around = Round(store, post, other)
    with store.transaction() as records:
        records.add(a_person("P1"))
        for channel, at in (("post", NOW), ("other", NOW - timedelta(days=1))):
            records.add(
                ChannelAccount(channel=channel, chat="a", person_id="P1", enrolled_at=at, last_used_at=at)
            )
    unaddressed: dict[str, Any] = {
        "person_id": "P1",
        "addressee": "P1",
        "is_reply": False,
        "channel": None,
        "chat": None,
    }
    around.write("n1", **unaddressed)
    while await around.deliverer.deliver_batch():
        pass
    assert (post.sent, other.sent) == (["n1"], ["n1"])
    with store.reading() as records:
        assert records.get(ChannelAccount, ("post", "a")).unreachable_since == NOW
        assert records.get(ChannelAccount, ("other", "a")).unreachable_since is None


async def test_a_letter_that_waits_long_for_its_turn_stays_in_the_same_hand(store: Store) -> None:
    """As often as its lease runs low, for as long as the process lives."""
    post, other = Post(), Post()
    post.held["a"] = asyncio.Event()
    async with Round(store, post) as around, Round(store, other) as beside:
        around.write("a1")
        await around.until(lambda: around.line("a1").attempts == 1)
        for _ in range(4):
            until = around.line("a1").claimed_until
            beside.passes(outbox.LEASE.total_seconds() / 2)
            around.passes(outbox.LEASE.total_seconds() / 2)
            await around.until(lambda until=until: around.line("a1").claimed_until != until)  # type: ignore[misc]
        post.held["a"].set()
        await around.until(lambda: around.line("a1").state is OutboxState.SENT)
    assert (post.sent, other.sent, around.line("a1").attempts) == (["a1"], [], 1)


async def test_a_letter_whose_lease_ran_out_is_left_to_whoever_took_it(store: Store) -> None:
    """The store did not answer for a minute: nobody knows then what others do."""
    post, other = Post(), Post()
    post.held["a"] = other.held["a"] = asyncio.Event()
    around, beside = Round(store, post), Round(store, other)
    around.write("a1")
    sending = asyncio.create_task(around.deliverer.deliver_batch())
    await around.until(lambda: around.line("a1").attempts == 1)
    around.passes(61)
    beside.at = around.at
    beside_sending = asyncio.create_task(beside.deliverer.deliver_batch())
    await around.until(lambda: around.line("a1").attempts == 2)
    post.held["a"].set()
    await asyncio.gather(sending, beside_sending)
    line = around.line("a1")
    assert (post.sent, other.sent, line.state, line.error) == ([], ["a1"], OutboxState.SENT, "")
