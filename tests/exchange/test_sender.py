"""Whatever a platform does, nothing is lost, nothing is done twice, and a person sees what cannot be helped."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.exchange import hand_over, resend_delivery, set_target, stop_target
from bot.exchanging import Sender
from bot.platform_call import CannotCall, secrets_of
from inspection.exchange import TRIES, DeliveryKind
from inspection.refusals import NotYours
from inspection.roles import Role
from inspection.states import DeliveryState
from storage import exchange
from storage.store import Store
from storage.tables.exchange import Delivery
from storage.tables.inspections import JournalLine
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import a_person
from tests.exchange.platform import CUT_SHORT, HANG_UP, NEVER, SECRET, Answer, a_platform
from tests.stores import on_both
from tests.web.houses import FakeClock

P, C, T = DeliveryKind.PUBLICITY, DeliveryKind.CORRECTION, DeliveryKind.TRANSFER


class Desk:
    """A store with one target or more, and a sender whose clock is moved by hand."""

    def __init__(self, store: Store, clock: FakeClock, secret: Path) -> None:
        self.store, self.clock, self.secret = store, clock, secret
        secret.write_text(SECRET, encoding="utf-8")
        self.woken = 0
        self.sender = Sender(store, clock, self._wake, whole_call=0.4)
        with store.transaction() as records:
            records.add(a_person("AD", roles=(Role.ADMIN,)), a_person("OP-fire", department="fire"))

    def _wake(self) -> None:
        self.woken += 1

    def target(self, name: str, url: str, *, is_internal: bool = True, kinds: tuple[str, ...] = ()) -> None:
        with self.store.transaction() as records:
            set_target(
                records,
                name,
                url,
                kinds=kinds,
                secret_from=f"file:{self.secret}",
                is_internal=is_internal,
                at=self.clock(),
            )

    def write(self, kind: DeliveryKind, subject: str, version: int = 1) -> int:
        with self.store.transaction() as records:
            return hand_over(records, kind, subject, version, {"what": f"示例 {subject}"}, at=self.clock())

    def rows(self) -> dict[str, Delivery]:
        with self.store.reading() as records:
            return {f"{one.target} {one.id}": one for one in rows_of(records, Delivery)}

    def states(self) -> list[str]:
        return [one.state.value for one in self.rows().values()]

    def told(self) -> list[OutboxLine]:
        with self.store.reading() as records:
            return rows_of(records, OutboxLine, kind="delivery_dead")

    def resend(self, *numbers: int, by: str | None = None) -> None:
        with self.store.transaction() as records:
            for number in numbers:
                who = records.get(Person, by) if by else None
                resend_delivery(records, number, by=who, at=self.clock())

    async def send(self, times: int = 1, *, after: timedelta = timedelta()) -> int:
        self.clock.move(after)
        return sum([await self.sender.send_batch() for _ in range(times)])


@pytest.fixture
async def desk(store: Store, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(store, clock, tmp_path / "region.secret")
    yield made
    await made.sender.close()


@on_both
async def test_what_is_written_arrives_signed_and_frozen_at_each_that_wants_it(desk: Desk) -> None:
    async with a_platform(desk.clock) as region, a_platform(desk.clock) as credit:
        desk.target("region", region.url)
        desk.target("credit", credit.url, kinds=(P, C))
        desk.target("gone", "https://platform.example/x")
        with desk.store.transaction() as records:
            stop_target(records, "gone", at=desk.clock())
        assert desk.write(P, "S1.B1") == 2
        assert desk.write(P, "S1.B1") == 0, "the same event once more"
        assert desk.write(T, "S1.B1/T1") == 1
        with desk.store.transaction() as records, contextlib.suppress(KeyError), records.attempt():
            hand_over(records, P, "S1.B9", 1, {}, at=desk.clock())
            raise KeyError  # the deed is undone, and so is what it would have handed over
        assert await desk.send() == 3
        assert await desk.send() == 0
        assert desk.states() == ["sent"] * 3
        assert [one["kind"] for one in credit.taken] == ["publicity"]
        assert sorted(region.ids) == ["publicity:S1.B1:1", "transfer:S1.B1/T1:1"]
        frozen = desk.rows()["region publicity:S1.B1:1"].body
        [sent] = [one for one in region.requests if one.headers["shuangsuiji-kind"] == "publicity"]
        assert sent.body == frozen
        assert (sent.path, sent.headers["host"]) == ("/take", region.url.split("/")[2])
        assert json.loads(frozen)["data"] == {"what": "示例 S1.B1"}
        assert desk.woken == 3
        with desk.store.reading() as records:
            verbs = [one.verb for one in rows_of(records, JournalLine)]
        assert verbs.count("delivery.write") == 2
        assert verbs.count("delivery.send") == 3


async def test_a_platform_that_is_not_well_gets_it_later_and_does_it_once(desk: Desk) -> None:
    """500, no answer in time, a line that breaks after the body, an answer that breaks off, too many at once."""
    too_many = (429, {"Retry-After": "7200"}, "slow down")
    dated = (503, {"Retry-After": "Mon, 02 Mar 2026 06:00:00 GMT"}, "")
    script = (500, NEVER, HANG_UP, too_many, dated, CUT_SHORT)
    async with a_platform(desk.clock, *script) as region:
        desk.target("region", region.url)
        desk.write(P, "S1.B1")
        said = []
        for wait in (0, 10, 20, 40, 7200):
            assert await desk.send(2, after=timedelta(seconds=wait)) == 1, f"once in {wait} s, not twice"
            [row] = desk.rows().values()
            said.append((row.last_status, row.last_answer[:12]))
            assert row.state is DeliveryState.PENDING
        assert said == [
            (500, ""),
            (None, "TimeoutError"),
            (None, "RemoteProtoc"),
            (429, "slow down"),
            (503, ""),
        ]
        [row] = desk.rows().values()
        assert row.next_try_at.isoformat()[:16] == "2026-03-02T06:00"
        assert await desk.send(after=timedelta(hours=1)) == 0
        assert await desk.send(after=timedelta(hours=1)) == 1
        [row] = desk.rows().values()
        assert (row.state, row.last_status, row.attempts) == (DeliveryState.SENT, 200, 6)
        assert len(region.requests) == 6
        assert len(region.taken) == 1, "it had it since the second try"
        assert len({one.body for one in region.requests}) == 1
        assert desk.told() == []


@on_both
async def test_what_cannot_heal_is_dead_at_once_told_once_and_sent_again_by_a_person(desk: Desk) -> None:
    moved = (302, {"Location": "http://127.0.0.1:1/elsewhere"}, "moved")
    script: tuple[Answer, ...] = ((422, {}, "字段 insDate 缺失"), moved, 410)
    async with a_platform(desk.clock, *script) as region:
        desk.target("region", region.url)
        for subject in ("S1.B1", "S1.B2", "S1.B3"):
            desk.write(P, subject)
            await desk.send()
        assert desk.states() == ["dead"] * 3
        [line] = desk.told()
        assert line.person_id == "AD"
        assert "字段 insDate 缺失" in json.dumps(line.body, ensure_ascii=False)
        numbers = [one.number or 0 for one in desk.rows().values()]
        with pytest.raises(NotYours):
            desk.resend(numbers[0], by="OP-fire")
        desk.resend(*numbers, by="AD")
        assert await desk.send() == 3
        assert desk.states() == ["sent"] * 3
        assert len(region.taken) == 3
        desk.resend(numbers[1])
        await desk.send()
        assert len(region.requests) == 7
        assert len(region.taken) == 3, "the same id is known"
        region.script.append(400)
        desk.write(P, "S1.B4")
        await desk.send()
        assert len(desk.told()) == 2, "after all was well, the next trouble is told again"


@on_both
async def test_what_is_about_one_thing_keeps_its_order_and_a_dead_one_lets_others_pass(desk: Desk) -> None:
    async with a_platform(desk.clock, 500) as region:
        desk.target("region", region.url)
        desk.write(P, "S1.B1")
        desk.write(C, "S1.B1", 2)
        assert await desk.send() == 1
        desk.write(P, "S1.B2")
        assert await desk.send(2) == 1, "the correction waits behind what it corrects, another thing does not"
        region.script.append(404)
        assert await desk.send(after=timedelta(seconds=10)) == 1
        assert await desk.send() == 1
        assert region.ids[-1] == "correction:S1.B1:2"
        assert desk.states() == ["dead", "sent", "sent"]


@on_both
async def test_a_platform_that_hangs_holds_up_nobody_else(desk: Desk) -> None:
    async with a_platform(desk.clock, *[NEVER] * 9) as slow, a_platform(desk.clock) as quick:
        desk.target("a-slow", slow.url)
        desk.target("quick", quick.url)
        for number in range(6):
            desk.write(P, f"S1.B{number}")
        running = asyncio.create_task(desk.sender.run())
        async with asyncio.timeout(5):
            while len(quick.taken) < 6:
                quick.arrived.clear()
                await quick.arrived.wait()
        assert len(slow.requests) <= 4
        desk.sender.stop()
        await running


async def test_a_private_address_or_a_missing_secret_is_said(desk: Desk) -> None:
    async with a_platform(desk.clock) as region:
        desk.target("region", region.url.replace("http:", "https:"), is_internal=False)
        desk.write(P, "S1.B1")
        await desk.send()
        [row] = desk.rows().values()
        assert (row.state, row.last_status) == (DeliveryState.DEAD, None)
        assert "private" in row.last_answer
        desk.target("region", region.url)
        desk.secret.unlink()
        desk.resend(row.number or 0)
        await desk.send()
        [row] = desk.rows().values()
        assert row.state is DeliveryState.PENDING
        assert "secret" in row.last_answer
        assert region.requests == []
        desk.secret.write_text(f"{SECRET}\n another-secret-of-ours \n", encoding="utf-8")
        assert await desk.send(after=timedelta(seconds=10)) == 1
        assert len(region.taken) == 1
        assert len(region.requests[0].headers["shuangsuiji-signature"].split()) == 2
        desk.secret.write_text("short", encoding="utf-8")
        with pytest.raises(CannotCall, match="shorter"):
            secrets_of(f"file:{desk.secret}")


async def test_after_three_days_of_silence_it_is_given_up(desk: Desk) -> None:
    desk.target("region", "http://127.0.0.1:9/nobody")
    desk.write(P, "S1.B1")
    with desk.store.transaction() as records:
        [row] = rows_of(records, Delivery)
        row.attempts = TRIES - 2
    await desk.send()
    assert desk.states() == ["pending"]
    await desk.send(after=timedelta(hours=1))
    [row] = desk.rows().values()
    assert (row.state, row.attempts) == (DeliveryState.DEAD, TRIES)
    assert "ConnectError" in row.last_answer
    with desk.store.reading() as records:
        assert exchange.counts(records) == {"dead": 1}


async def test_a_sender_that_was_cut_off_leaves_it_to_the_next(desk: Desk) -> None:
    """Cancelled while it waits for the answer: the other side has it, we do not know; it comes again as the same."""
    async with a_platform(desk.clock, NEVER) as region:
        desk.target("region", region.url)
        desk.write(P, "S1.B1")
        task = asyncio.create_task(desk.sender.send_batch())
        await region.arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert desk.states() == ["pending"]
        assert await desk.send() == 0, "somebody may still have it in hand"
        assert await desk.send(after=exchange.LEASE + timedelta(seconds=1)) == 1
        assert desk.states() == ["sent"]
        assert (len(region.requests), len(region.taken)) == (2, 1)
