"""What comes in: once, in order, and closed in the transaction that applied it."""

from datetime import timedelta
from typing import Any

import pytest

from storage import inbox
from storage.store import Store
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


def test_one_update_is_taken_only_while_it_is_open(store: Store) -> None:
    _keep(store, _update(1), _update(2))
    with store.transaction() as records:
        second = inbox.take(records, 2)[1]
        assert inbox.take_one(records, second.id) == second
        inbox.finish(records, [second.id], at=NOW)
        assert inbox.take_one(records, second.id) is None
        assert [update.update_id for update in inbox.look(records, 9)] == ["1"]


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
