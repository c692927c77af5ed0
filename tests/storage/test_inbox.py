"""What comes in: once, in order, and closed in the transaction that applied it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from storage import inbox
from storage.inbox import Taken
from storage.store import Records, Store
from storage.tables.messaging import InboxState, InboxUpdate
from tests.builders import NOW


def _update(number: int, chat: str = "a") -> dict[str, Any]:
    return {"update_id": str(number), "chat": chat, "body": {"text": f"第{number}句 <b>🙂\u202e"}}


def _keep(store: Store, *updates: dict[str, Any], channel: str = "web") -> int:
    with store.transaction() as records:
        return inbox.keep(records, updates, channel=channel, at=NOW)


def test_an_update_that_comes_again_adds_nothing(store: Store) -> None:
    assert _keep(store, _update(1), _update(2)) == 2
    assert _keep(store, _update(2), _update(3)) == 1
    assert _keep(store, _update(4), _update(4)) == 1
    assert _keep(store) == 0
    with store.reading() as records:
        assert inbox.counts(records) == {"pending": 4}


def test_a_repeat_of_what_was_done_is_not_done_again(store: Store) -> None:
    _keep(store, _update(1))
    with store.transaction() as records:
        [update] = inbox.take(records, 10)
        inbox.finish(records, [update.id], at=NOW)
    assert _keep(store, _update(1)) == 0
    with store.transaction() as records:
        assert inbox.take(records, 10) == []


def test_two_channels_may_use_the_same_ids(store: Store) -> None:
    assert _keep(store, _update(1), channel="web") == _keep(store, _update(1), channel="telegram") == 1


def test_updates_are_taken_in_the_order_they_came(store: Store) -> None:
    _keep(store, _update(9, "a"), _update(3, "b"), _update(7, "a"))
    _keep(store, _update(1, "a"))
    with store.transaction() as records:
        assert [update.update_id for update in inbox.take(records, 3)] == ["9", "3", "7"]
        assert [update.body for update in inbox.take(records, 1)] == [_update(9)["body"]]


def test_an_update_whose_transaction_fails_is_taken_again(store: Store) -> None:
    _keep(store, _update(1))
    with store.transaction() as records:
        inbox.finish(records, [inbox.take(records, 1)[0].id], at=NOW)
        records.session.rollback()
    with store.transaction() as records:
        assert [update.update_id for update in inbox.take(records, 1)] == ["1"]


def test_a_poisoned_update_stands_in_nobodys_way_and_is_kept(store: Store) -> None:
    _keep(store, _update(1), _update(2))
    with store.transaction() as records:
        inbox.quarantine(records, inbox.take(records, 1)[0].id, "x" * 9000 + "ValueError", at=NOW)
    with store.transaction() as records:
        assert [update.update_id for update in inbox.take(records, 10)] == ["2"]
        [poisoned] = inbox.quarantined(records)
        assert (poisoned.body, len(poisoned.error), poisoned.attempts) == (_update(1)["body"], 4000, 1)
        assert poisoned.error.endswith("ValueError"), "a trace says at its end what went wrong"
        assert inbox.counts(records) == {"pending": 1, "quarantined": 1}


def test_a_released_update_comes_back_at_its_old_place(store: Store) -> None:
    _keep(store, _update(1), _update(2))
    with store.transaction() as records:
        poisoned = inbox.take(records, 1)[0]
        inbox.quarantine(records, poisoned.id, "error", at=NOW)
    with store.transaction() as records:
        assert inbox.release(records, poisoned.id)
        assert not inbox.release(records, poisoned.id)
    with store.transaction() as records:
        assert [update.update_id for update in inbox.take(records, 10)] == ["1", "2"]
        assert records.get(InboxUpdate, poisoned.id).state is InboxState.PENDING


def test_what_was_done_is_not_released(store: Store) -> None:
    _keep(store, _update(1))
    with store.transaction() as records:
        [update] = inbox.take(records, 1)
        inbox.finish(records, [update.id], at=NOW)
    with store.transaction() as records:
        assert not inbox.release(records, update.id)
        assert not inbox.release(records, 4711)
        assert inbox.take(records, 1) == []


def test_one_update_is_taken_only_while_it_is_the_first_open_one_of_its_chat(store: Store) -> None:
    _keep(store, _update(1), _update(2), _update(3, "b"))
    with store.transaction() as records:
        first, second, other = inbox.take(records, 3)
        assert inbox.take_one(records, second.id) is None
        assert inbox.take_one(records, other.id) == other
        inbox.finish(records, [first.id, other.id], at=NOW)
        assert inbox.take_one(records, second.id) == second
        assert inbox.take_one(records, first.id) is None
        assert [update.update_id for update in inbox.look(records, 9)] == ["2"]


@pytest.mark.parametrize(("numbers_return", "new"), [(True, [0, 1, 0]), (False, [0, 0, 0])])
def test_a_number_that_comes_again_after_a_week(store: Store, numbers_return: bool, new: list[int]) -> None:
    """Telegram chooses at random where to go on. A browser that was off for a week brings the same once more."""
    _keep(store, _update(1), _update(2))
    with store.transaction() as records:
        times = (NOW + timedelta(hours=1), NOW + timedelta(days=8), NOW + timedelta(days=8, hours=1))
        kept = [
            inbox.keep(records, [_update(1)], channel="web", at=at, numbers_return=numbers_return)
            for at in times
        ]
        assert kept == new
        assert len(inbox.take(records, 9)) == 2 + sum(new)


def _ids(updates: list[Taken]) -> list[str]:
    return [one.update_id for one in updates]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_workers_share_the_inbox_by_chats(store: Store) -> None:
    """A chat is in one hand until the commit, whatever comes in meanwhile, and however late."""
    _keep(store, _update(1, "a"), _update(2, "a"), _update(3, "b"))
    late, at_work = store.transaction(), store.transaction(patience=2)
    with late as receiver:
        inbox.keep(receiver, [_update(4, "b")], channel="web", at=NOW)  # has its number, and is not committed
        _keep(store, _update(5, "b"), _update(6, "c"))
        with at_work as first, store.transaction(patience=2) as second:
            assert _ids(inbox.take(first, 9, chats=1)) == ["1", "2"]
            assert _ids(inbox.take(second, 9, chats=1)) == ["3", "5"]
            receiver.session.commit()
            with store.transaction() as third:
                assert _ids(inbox.take(third, 9)) == ["6"], "of b and a nothing, though 4 is free"
                assert inbox.take_one(third, 4) is None
            inbox.finish(second, [3, 5], at=NOW)
            second.session.commit()
            with store.transaction() as third:
                assert _ids(inbox.take(third, 9)) == ["4", "6"]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_chats_of_a_worker_that_died_are_everybodys(store: Store) -> None:
    _keep(store, _update(1, "a"), _update(2, "b"))
    with store.engine.connect() as dying, store.transaction() as other:
        records = Records(Session(dying))
        inbox.finish(records, [inbox.take(records, 9, chats=1)[0].id], at=NOW)
        assert _ids(inbox.take(other, 9)) == ["2"]
        ends = text("SELECT pg_terminate_backend(:pid, 5000)")
        other.session.execute(ends, {"pid": dying.connection.driver_connection.info.backend_pid})  # type: ignore[union-attr]
        assert _ids(inbox.take(other, 9)) == ["1", "2"]
        dying.invalidate()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_what_is_open_is_found_without_a_look_at_what_is_done(store: Store) -> None:
    with store.transaction() as records:
        records.session.execute(
            text(
                "INSERT INTO inbox_update (channel, update_id, chat, body, state, attempts, error, received_at)"
                " SELECT 'web', n, n % 700, '{}', CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'done' END, 0, '', now()"
                " FROM generate_series(1, 20000) n"
            )
        )
    with store.engine.begin() as connection:
        connection.execute(text("ANALYZE inbox_update"))
    asked: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *given: asked.append(_explained(given[0], *given[2:4]))
    )
    with store.transaction() as records:
        assert len(inbox.take(records, 100, chats=100)) == 40
    plans = [plan for plan in asked if "inbox_update" in plan]
    assert len(plans) == 2
    assert all("using ix_inbox_update_" in plan and "Seq Scan" not in plan for plan in plans), plans


def _explained(connection: Any, statement: str, given: Any) -> str:
    with connection.connection.driver_connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", given)
        return "\n".join(line for (line,) in cursor)
