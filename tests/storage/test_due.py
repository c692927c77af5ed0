"""Deadlines are rows: planned once, done once, whoever ticks."""

import threading
from datetime import timedelta

import pytest

from storage import due
from storage.store import Store
from storage.tables.messaging import DueWork
from tests.actions.story import rows_of
from tests.builders import NOW

HOUR = timedelta(hours=1)


def _plan(
    store: Store, subject: str, after: timedelta = timedelta(), *, kind: str = "lapse", key: str | None = None
) -> None:
    with store.transaction() as records:
        due.plan(records, kind=kind, subject=subject, due_at=NOW + after, key=key)


def _claim(store: Store, after: timedelta = timedelta(), limit: int = 100) -> list[str]:
    with store.transaction() as records:
        works = due.claim(records, at=NOW + after, limit=limit)
        for work in works:
            due.finish(work, at=NOW + after)
        return [work.subject for work in works]


def test_the_same_plan_twice_is_one_and_keeps_its_time(store: Store) -> None:
    _plan(store, "a", HOUR)
    _plan(store, "a", HOUR * 2)
    assert _claim(store, HOUR * 3) == ["a"]
    with store.reading() as records:
        assert [work.due_at for work in rows_of(records, DueWork)] == [NOW + HOUR]


def test_two_plans_of_two_keys_are_two(store: Store) -> None:
    _plan(store, "a", key="first")
    _plan(store, "a", key="second")
    assert _claim(store) == ["a", "a"]


def test_what_is_due_comes_earliest_first_and_not_before_its_time(store: Store) -> None:
    for subject, hours in (("c", 3), ("a", 1), ("b", 2)):
        _plan(store, subject, HOUR * hours)
    assert _claim(store, HOUR - timedelta(microseconds=1)) == []
    assert _claim(store, HOUR * 2) == ["a", "b"]
    assert _claim(store, HOUR * 9) == ["c"]


def test_a_limit_leaves_the_rest_for_the_next_tick(store: Store) -> None:
    for number in range(5):
        _plan(store, str(number))
    assert _claim(store, limit=2) + _claim(store, limit=2) + _claim(store, limit=2) == list("01234")


def test_work_whose_transaction_fails_is_due_again(store: Store) -> None:
    _plan(store, "a")
    with store.transaction() as records:
        due.finish(due.claim(records, at=NOW, limit=1)[0], at=NOW)
        records.session.rollback()
    assert _claim(store) == ["a"]


def test_cancelling_takes_back_all_that_is_pending_for_a_subject(store: Store) -> None:
    _plan(store, "a", kind="done before")
    assert _claim(store) == ["a"]
    _plan(store, "a", HOUR, kind="remind_answer")
    _plan(store, "a", HOUR, kind="lapse")
    _plan(store, "b", HOUR)
    with store.transaction() as records:
        due.cancel(records, "a", at=NOW + HOUR)
    assert _claim(store, HOUR) == ["b"]
    with store.reading() as records:
        outcomes = {work.kind: work.outcome for work in rows_of(records, DueWork, subject="a")}
    assert outcomes == {"done before": "done", "remind_answer": "cancelled", "lapse": "cancelled"}


def test_the_next_moment_is_the_earliest_that_is_not_done(store: Store) -> None:
    with store.reading() as records:
        assert due.next_due_at(records) is None
    _plan(store, "a", HOUR)
    _plan(store, "b", HOUR * 2)
    _claim(store, HOUR)
    with store.reading() as records:
        assert due.next_due_at(records) == NOW + HOUR * 2


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_second_process_takes_what_the_first_does_not_hold(store: Store) -> None:
    for subject in ("a", "b", "c"):
        _plan(store, subject)
    with store.transaction() as first, store.transaction() as second:
        held = due.claim(first, at=NOW, limit=2)
        others = due.claim(second, at=NOW, limit=9)
        assert [work.subject for work in held] == ["a", "b"]
        assert [work.subject for work in others] == ["c"]


def test_many_hands_do_everything_once(store: Store) -> None:
    for number in range(40):
        _plan(store, str(number))
    done: list[str] = []

    def work() -> None:
        while subjects := _claim(store, limit=3):
            done.extend(subjects)

    hands = [threading.Thread(target=work) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(done, key=int) == [str(number) for number in range(40)]
