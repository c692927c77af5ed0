"""What only one process does at a time, and what two of them tell once."""

import threading

from bot.signing import Signer
from bot.signing_key import throwaway_key
from storage import file_alarms, publicity
from storage.alone import alone
from storage.file_alarms import Damage, FileAlarm
from storage.store import Store
from tests.builders import NOW
from tests.stores import on_both


@on_both
def test_of_two_one_is_alone_and_the_next_when_it_is_done(store: Store) -> None:
    with alone(store, "work") as first, alone(store, "other work") as other:
        assert first
        assert other
        with alone(store, "work") as second:
            assert second is store.is_sqlite
    with alone(store, "work") as again:
        assert again


@on_both
def test_of_two_signers_one_looks_what_changed(store: Store) -> None:
    """They would freeze the same, and the second find out at its commit."""
    signer = Signer(store, throwaway_key(), lambda: NOW, now=lambda: 0.0)
    other = Signer(store, throwaway_key(), lambda: NOW, now=lambda: 0.0)
    with alone(store, "publicity"):
        signer.turn()
        with store.reading() as records:
            assert len(publicity.keys(records)) == store.is_sqlite
    other.turn()
    with store.reading() as records:
        assert len(publicity.keys(records)) == 1 + store.is_sqlite


@on_both
def test_of_two_who_find_a_file_damaged_at_the_same_moment_one_raises_the_alarm(store: Store) -> None:
    alarm, raised = FileAlarm("ab" * 32, Damage.MISSING, NOW), list[bool]()

    def finds_it() -> None:
        with store.transaction() as records:
            raised.append(file_alarms.raise_once(records, alarm))

    with store.transaction() as records:
        assert file_alarms.raise_once(records, alarm)
        other = threading.Thread(target=finds_it)
        other.start()
        other.join(0.1)  # it waits for us, here or at its first line
        assert raised == []
    other.join()
    assert raised == [False]
    with store.transaction() as records:
        assert [file_alarms.forget(records, alarm.sha256) for _ in range(2)] == [True, False]
