"""One mark from what came in to what was sent, in the log and in the store, and what is counted on the way."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from structlog.testing import capture_logs

from actions.enrolment import enrol
from bot.channels.channel import Fate, Report, SendError, Sent, Trouble
from bot.delivering import Deliverer
from bot.logging import trace_added
from bot.metrics import Metrics
from bot.ticking import tick
from bot.working import work_batch
from handlers.turn import Tools
from notifications.incoming import Incoming, IncomingKind
from storage import due, inbox, outbox
from storage.outbox import Letter
from storage.store import Store
from storage.tables.messaging import OutboxLine, PaperOrder
from storage.tables.registers import Person
from storage.traces import bear, caused_by, trace, trace_of_update, trace_of_work
from tests.actions.story import rows_of
from tests.builders import NOW, a_person

TOOLS = Tools(new_secret=lambda: bytes(32))
LATER = NOW + timedelta(seconds=3)


class Post:
    """A channel that does with each letter what the test wants, and notes the mark it bears."""

    name = "post"

    def __init__(self, *fates: Fate) -> None:
        self._fates = list(fates)

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        for letter in letters:
            report(letter, self._fates.pop(0) if self._fates else Sent("m"))


def _say(store: Store, update_id: str, text: str, **other: Any) -> str:
    incoming = Incoming("post", "c1", update_id, IncomingKind.TEXT, NOW, text=text)
    row = {"update_id": update_id, "chat": "c1", "body": {**incoming.to_json(), **other}}
    with store.transaction() as records:
        inbox.keep(records, [row], channel="post", at=NOW)
    return trace_of_update("post", update_id)


def _a_person_with_a_phone(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
        enrol(records, records.get(Person, "P1"), channel="post", chat="c1", at=NOW)


async def _deliver(store: Store, metrics: Metrics, *fates: Fate) -> None:
    await Deliverer(store, {"post": Post(*fates)}, lambda: LATER, metrics).deliver_batch()


def _counted(metrics: Metrics, start: str) -> list[str]:
    lines = metrics.page()[0].decode().splitlines()
    return [line.removeprefix("shuangsuiji_") for line in lines if line.startswith(f"shuangsuiji_{start}")]


async def test_one_search_finds_an_update_its_answer_and_what_was_sent_for_it(store: Store) -> None:
    _a_person_with_a_phone(store)
    metrics = Metrics()
    await _deliver(store, Metrics())
    mark = _say(store, "u1", "/help")
    with capture_logs(processors=[trace_added]) as log:
        assert await asyncio.to_thread(work_batch, store, TOOLS, lambda: LATER, meter=metrics) == 1
        await _deliver(store, metrics)
    found = [line for line in log if line.get("trace") == mark]
    assert [line["event"] for line in found] == ["update_handled", "letter_sent"]
    assert found[0]["handler"] == "/help"
    with store.reading() as records:
        assert [line.kind for line in rows_of(records, OutboxLine, trace=mark)] == ["help"]
    assert trace() is None, "and nothing bears it any longer"
    assert _counted(metrics, "handler_seconds_count") == ['handler_seconds_count{handler="/help"} 1.0']
    assert _counted(metrics, "updates_total") == ['updates_total{channel="post",outcome="handled"} 1.0']
    assert _counted(metrics, "batch_updates_sum") == ["batch_updates_sum 1.0"]
    assert _counted(metrics, "reply_seconds_sum") == ['reply_seconds_sum{channel="post"} 3.0']


async def test_every_way_a_letter_can_go_is_counted_and_bears_its_mark(store: Store) -> None:
    troubles = [Trouble.LATER, Trouble.AWAY, Trouble.REFUSED, Trouble.UNREACHABLE]
    with store.transaction() as records:
        for number in range(6):
            line = {"key": f"k{number}", "addressee": f"post:{number}", "is_reply": number < 5, "channel": "post",
                    "chat": str(number), "kind": "help", "body": {}, "created_at": NOW, "due_at": NOW}  # fmt: skip
            with caused_by(f"mark{number}", NOW):
                outbox.write(records, line)
    metrics = Metrics()
    with capture_logs() as log:
        await _deliver(store, metrics, *(SendError(one, "secret words") for one in troubles), Sent("m"))
    assert sorted(_counted(metrics, "sends_total")) == [
        *(f'sends_total{{channel="post",result="{one}"}} 1.0' for one in sorted(troubles[:3])),
        'sends_total{channel="post",result="sent"} 2.0',
        'sends_total{channel="post",result="unreachable"} 1.0',
    ]
    assert [(line["trace"], line["result"]) for line in log if line["event"].startswith("letter_")] == [
        *((f"mark{number}", one.value) for number, one in enumerate(troubles)),
        ("mark4", "sent"),
        ("mark5", "sent"),
    ]
    assert "secret words" not in str(log)
    assert _counted(metrics, "reply_seconds_count") == ['reply_seconds_count{channel="post"} 1.0'], (
        "of those that came, the other was a notice"
    )


def test_what_breaks_bears_the_mark_of_its_own_update(store: Store) -> None:
    _a_person_with_a_phone(store)
    good, metrics = _say(store, "u1", "/help"), Metrics()
    bad = _say(store, "u2", "x", nothing_we_know=1)
    with capture_logs(processors=[trace_added]) as log:
        work_batch(store, TOOLS, lambda: LATER, meter=metrics)
    assert [(line["event"], line["trace"]) for line in log] == [
        ("update_handled", good),
        ("update_set_aside", bad),
    ]
    with store.reading() as records:
        assert [line.trace for line in rows_of(records, OutboxLine, kind="set_aside")] == [bad]
    assert _counted(metrics, "updates_total") == [
        'updates_total{channel="post",outcome="handled"} 1.0',
        'updates_total{channel="post",outcome="set_aside"} 1.0',
    ]


def test_due_work_has_a_mark_of_its_own_and_its_lateness_is_told(store: Store) -> None:
    with store.transaction() as records:
        due.plan(records, kind="live_progress", subject="x", due_at=NOW, key="k1")
        due.plan(records, kind="no_such_kind", subject="x", due_at=NOW, key="k2")
    metrics = Metrics()
    with capture_logs(processors=[trace_added]) as log:
        tick(store, lambda: LATER, lambda: None, meter=metrics)
    taken = {line["trace"]: line["outcome"] for line in log if line["event"] == "due_work_taken_up"}
    assert taken == {trace_of_work("k1"): "superseded", trace_of_work("k2"): "failed"}
    [failed] = [line for line in log if line["event"] == "due_work_failed"]
    assert failed["trace"] == trace_of_work("k2")
    assert _counted(metrics, "due_done_total") == [
        'due_done_total{kind="live_progress",outcome="superseded"} 1.0',
        'due_done_total{kind="unknown",outcome="failed"} 1.0',
    ]
    assert _counted(metrics, "tick_lag_seconds") == ["tick_lag_seconds 0.0"], "all is done by now"


async def test_a_mark_goes_no_further_than_its_errand() -> None:
    async def errand(mark: str) -> str:
        bear(mark)
        await asyncio.sleep(0)
        return trace() or ""

    assert [*await asyncio.gather(errand("a"), errand("b"))] == ["a", "b"]
    assert trace() is None
    with caused_by("c"):
        order = PaperOrder(kind="record", person_id="P1", channel="web", chat="c", ordered_at=NOW, due_at=NOW)
        assert order.trace == "c"
        assert await asyncio.to_thread(trace) == "c"
