"""A store in which something of everything waits, each with its age."""

from datetime import timedelta
from typing import Any

from inspection.states import DeadlineState, DeliveryState, PaperOrderState
from storage import deadlines, inbox, troubles
from storage.store import Records, Store
from storage.tables.deadlines import Deadline
from storage.tables.exchange import Delivery, ExchangeTarget
from storage.tables.messaging import (
    AwaitedFile,
    AwaitedFileState,
    DueWork,
    OutboxLine,
    OutboxState,
    PaperOrder,
)
from storage.troubles import ChannelTrouble
from tests.builders import NOW, a_person

MINUTE = timedelta(minutes=1)
WAITING = """
shuangsuiji_store_up 1.0
shuangsuiji_inbox_updates{channel="web",state="pending"} 2.0
shuangsuiji_inbox_updates{channel="web",state="quarantined"} 1.0
shuangsuiji_inbox_age_seconds 120.0
shuangsuiji_outbox_lines{channel="any",state="due"} 1.0
shuangsuiji_outbox_lines{channel="any",state="later"} 0.0
shuangsuiji_outbox_lines{channel="telegram",state="due"} 1.0
shuangsuiji_outbox_lines{channel="telegram",state="later"} 1.0
shuangsuiji_outbox_lines{channel="telegram",state="dead"} 1.0
shuangsuiji_outbox_age_seconds{channel="any"} 60.0
shuangsuiji_outbox_age_seconds{channel="telegram"} 240.0
shuangsuiji_due_works{kind="remind",state="due"} 2.0
shuangsuiji_due_works{kind="remind",state="overdue"} 1.0
shuangsuiji_due_works{kind="remind",state="soon"} 1.0
shuangsuiji_due_age_seconds 300.0
shuangsuiji_deadlines{rule="answer",state="ends_today"} 1.0
shuangsuiji_deadlines{rule="answer",state="overdue"} 1.0
shuangsuiji_files_waiting 1.0
shuangsuiji_papers_waiting 1.0
shuangsuiji_exchange_deliveries{state="pending"} 1.0
shuangsuiji_exchange_deliveries{state="dead"} 1.0
shuangsuiji_flaws{kind="stuck"} 3.0
shuangsuiji_channel_ailing{ailment="no_network",channel="telegram"} 1.0
"""
"""What `/metrics` says of it."""


def fill(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
        _fill_inbox(records)
        records.add(*_lines())
        for minutes in (-5, 0, 30, 90):
            due_at = NOW + minutes * MINUTE
            records.add(DueWork(key=f"d{minutes}", kind="remind", subject="x", due_at=due_at))
        records.add(DueWork(key="old", kind="remind", subject="x", due_at=NOW - 9 * MINUTE, done_at=NOW))
        _fill_deadlines(records)
        _fill_beside(records)
        troubles.keep(records, ChannelTrouble("telegram", "no_network", NOW, "x"))


def _fill_inbox(records: Records) -> None:
    for number, minutes in enumerate((2, 1, 9, 99)):
        row = {"update_id": str(number), "chat": "P1", "body": {}}
        inbox.keep(records, [row], channel="web", at=NOW - minutes * MINUTE)
    *_, aside, done = [one.id for one in inbox.look(records, 9)]
    inbox.quarantine(records, aside, "KeyError: x", at=NOW)
    inbox.finish(records, [done], at=NOW)


def _lines() -> list[OutboxLine]:
    pending, telegram = OutboxState.PENDING, {"channel": "telegram", "chat": "7"}
    return [
        _line("a", 4, pending, **telegram),
        _line("b", 9, OutboxState.DEAD, **telegram),
        _line("c", 9, OutboxState.SENT, **telegram),
        _line("d", 9, pending, due_at=NOW + MINUTE, **telegram),
        _line("e", 1, pending),
    ]


def _line(key: str, minutes: int, state: OutboxState, **other: Any) -> OutboxLine:
    at = NOW - minutes * MINUTE
    given: dict[str, Any] = {"created_at": at, "due_at": at, **other}
    return OutboxLine(key=key, addressee="P1", person_id="P1", kind="help", body={}, state=state, **given)


def _fill_deadlines(records: Records) -> None:
    version, _ = deadlines.keep_rules(records, {}, at=NOW)
    for hours, state in ((-1, DeadlineState.RUNNING), (-1, DeadlineState.MET), (3, DeadlineState.RUNNING)):
        records.add(
            Deadline(
                rule="answer", version=version, subject=f"A{hours}", department="market", district="652701",
                started_at=NOW, due_at=NOW + timedelta(hours=hours), state=state,
            )
        )  # fmt: skip


def _fill_beside(records: Records) -> None:
    for number, state in enumerate((AwaitedFileState.AWAITED, AwaitedFileState.HERE)):
        records.add(
            AwaitedFile(
                channel="web", chat="P1", update_id=str(number), person_id="P1", body={}, state=state,
                received_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
    for paper in (PaperOrderState.AWAITED, PaperOrderState.MADE):
        records.add(
            PaperOrder(kind="record", person_id="P1", channel="web", chat="P1", state=paper, ordered_at=NOW,
                       due_at=NOW)
        )  # fmt: skip
    records.add(ExchangeTarget(name="up", changed_at=NOW))
    for number, sent in enumerate((DeliveryState.PENDING, DeliveryState.DEAD, DeliveryState.SENT)):
        records.add(
            Delivery(
                id=str(number), target="up", kind="result", subject="x", version=1, body=b"", sha256="", state=sent,
                created_at=NOW, next_try_at=NOW,
            )
        )  # fmt: skip
