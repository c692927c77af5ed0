"""One transaction: all or nothing, a step from the state it was read in, a journal line with each."""

import sqlite3
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from inspection.refusals import IllegalStep, NotFound, StateMoved
from inspection.states import SCHEME, SchemeState, SchemeStep
from storage import outbox
from storage.store import Records, Store, StoreFault, is_a_clash, is_about_values, reason, shown
from storage.tables.inspections import JournalLine
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person, Scheme
from tests.actions.story import rows_of
from tests.builders import NOW, a_person, a_scheme
from tests.stores import an_empty_store


class _Broken(Exception):
    """Something that goes wrong in the middle."""


def _add_and_break(records: Records, person: str) -> None:
    records.add(a_person(person))
    raise _Broken


def _with_a_scheme(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_scheme())


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(_Broken), store.transaction() as records:
        _add_and_break(records, "P1")
    with store.reading() as records:
        assert records.find(Person, "P1") is None


def test_an_attempt_that_raises_is_undone_while_the_rest_is_kept(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
        with pytest.raises(_Broken), records.attempt():
            _add_and_break(records, "P2")
    with store.reading() as records:
        assert records.find(Person, "P1") is not None
        assert records.find(Person, "P2") is None


def test_a_savepoint_that_raises_takes_its_lines_along_and_what_was_read_is_read_anew(store: Store) -> None:
    """Rows that were changed inside may stand in memory as they never were; nobody may go on with them."""
    with store.transaction() as records:
        records.add(a_person("P1"))
        _say(records, "before")
        before = records.get(Person, "P1")
        with pytest.raises(_Broken), records.step():
            _change_and_break(records, before)
        assert records.get(Person, "P1").name != "somebody else"
        with records.step():
            _say(records, "after")
            records.get(Person, "P1").name = "李"
    with store.reading() as records:
        assert records.get(Person, "P1").name == "李"
        assert records.find(Person, "P2") is None
        assert [line.key for line in rows_of(records, OutboxLine)] == ["before", "after"]


def test_an_attempt_that_raises_takes_its_lines_along(store: Store) -> None:
    with store.transaction() as records:
        _say(records, "before")
        with pytest.raises(_Broken), records.attempt():
            _change_and_break(records, a_person("P1"))
    with store.reading() as records:
        assert [line.key for line in rows_of(records, OutboxLine)] == ["before"]


def _change_and_break(records: Records, person: Person) -> None:
    person.name = "somebody else"
    _say(records, "undone")
    _add_and_break(records, "P2")


def _say(records: Records, key: str) -> None:
    line = {"key": key, "addressee": "a", "is_reply": True, "channel": "web", "chat": "a", "kind": "help",
            "body": {}, "created_at": NOW, "due_at": NOW}  # fmt: skip
    outbox.write(records, line)


def test_half_a_sign_is_kept_as_it_came(tmp_path: Path) -> None:
    """A broken phone may cut a sign in two; whatever writes JSON fast does not take it. PostgreSQL takes it never."""
    with an_empty_store("sqlite", tmp_path) as store:
        with store.transaction() as records:
            records.journal("test", "x", by=None, at=NOW, words="a\ud83d")
        with store.reading() as records:
            assert records.get(JournalLine, 1).details == {"words": "a\ud83d"}


def test_what_is_not_there_is_refused_in_the_words_of_what_is_not_yours(store: Store) -> None:
    with store.transaction() as records:
        for refusing in (records.get, records.lock):
            with pytest.raises(NotFound) as refused:
                refusing(Person, "nobody")
            assert refused.value.sentence == "not_yours"


def test_a_step_writes_the_state_and_one_line_of_the_journal(store: Store) -> None:
    _with_a_scheme(store)
    with store.transaction("telegram") as records:
        scheme = records.lock(Scheme, "S1")
        records.move(SCHEME, scheme, SchemeStep.ANNOUNCE, by="OP", at=NOW, digest="d")
        assert scheme.state is SchemeState.ANNOUNCED
    with store.reading() as records:
        assert records.get(Scheme, "S1").state is SchemeState.ANNOUNCED
        line = records.get(JournalLine, 1)
    assert (line.verb, line.subject, line.actor, line.channel, line.at) == (
        "scheme.announce",
        "S1",
        "OP",
        "telegram",
        NOW,
    )
    assert line.details == {"from": "filed", "to": "announced", "digest": "d"}


def test_a_step_that_does_not_exist_changes_nothing(store: Store) -> None:
    _with_a_scheme(store)
    with store.transaction() as records, pytest.raises(IllegalStep):
        records.move(SCHEME, records.get(Scheme, "S1"), SchemeStep.DRAW, by=None, at=NOW)
    with store.reading() as records:
        assert records.get(Scheme, "S1").state is SchemeState.FILED
        assert records.find(JournalLine, 1) is None


def test_a_row_that_somebody_moved_since_is_not_moved_again(store: Store) -> None:
    """On PostgreSQL another process may do that to a row read without its lock."""
    _with_a_scheme(store)
    with store.transaction() as records:
        scheme = records.get(Scheme, "S1")
        records.session.execute(
            update(Scheme).where(col(Scheme.id) == "S1").values(state=SchemeState.VOIDED),
            execution_options={"synchronize_session": False},
        )
        with pytest.raises(StateMoved) as refused:
            records.move(SCHEME, scheme, SchemeStep.ANNOUNCE, by=None, at=NOW)
        assert refused.value.facts == {"what": "scheme"}
    with store.reading() as records:
        assert records.get(Scheme, "S1").state is SchemeState.VOIDED


def test_a_lock_keeps_what_was_changed_just_before(store: Store) -> None:
    _with_a_scheme(store)
    with store.transaction() as records:
        records.get(Scheme, "S1").name = "改名"
        assert records.lock(Scheme, "S1").name == "改名"


def test_two_hands_on_one_row_come_one_after_the_other(store: Store) -> None:
    """Without the lock some of the twenty would be lost, in silence."""
    _with_a_scheme(store)

    def extend() -> None:
        for _ in range(5):
            with store.transaction() as records:
                records.lock(Scheme, "S1").answer_hours += 1

    hands = [threading.Thread(target=extend) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    with store.reading() as records:
        assert records.get(Scheme, "S1").answer_hours == 24 + 20


def test_rows_can_be_read_after_the_reading_has_ended_and_changes_are_not_kept(store: Store) -> None:
    _with_a_scheme(store)
    with store.reading() as records:
        scheme = records.get(Scheme, "S1")
        scheme.answer_hours = 1
    assert scheme.name
    with store.reading() as records:
        assert records.get(Scheme, "S1").answer_hours == 24


def test_times_come_back_aware_and_to_the_microsecond(store: Store) -> None:
    at = NOW + timedelta(microseconds=1)
    with store.transaction() as records:
        records.journal("test", "it", by=None, at=at)
    with store.reading() as records:
        read = records.get(JournalLine, 1).at
    assert read == at
    assert read.utcoffset() == timedelta(0)


def test_the_database_itself_refuses_a_state_that_does_not_exist(store: Store) -> None:
    _with_a_scheme(store)
    with pytest.raises(Exception, match=r"ck_scheme_schemestate|CHECK"), store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE scheme SET state = 'finito'")


def test_sqlite_is_opened_as_it_must_be_on_every_connection(tmp_path: Path) -> None:
    """`synchronous` 2 is FULL: what was acknowledged outlives a power cut (docs/decisions/0003)."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    with an_empty_store("sqlite", tmp_path) as store, ExitStack() as held:
        opened = [held.enter_context(store.reading()) for _ in range(3)]
        opened.append(held.enter_context(store.transaction()))
        for records in opened:
            connection = records.session.connection()
            assert wanted == {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted
            }


def test_a_transaction_holds_the_write_lock_from_its_beginning(tmp_path: Path) -> None:
    """Without BEGIN IMMEDIATE two of them could read the same and one would fail at its first write."""
    with an_empty_store("sqlite", tmp_path) as store, store.transaction() as records:
        assert records.find(Person, "P1") is None
        other = sqlite3.connect(tmp_path / "store.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM person").fetchone() == (0,)
        other.close()


def test_an_exception_of_the_store_quotes_no_value(store: Store) -> None:
    with pytest.raises(StoreFault) as failed, store.transaction() as records:
        records.session.execute(text("SELECT :words FROM nowhere"), {"words": "我与店主是亲戚"})
    assert "亲戚" not in f"{failed.value} {failed.value!r} {reason(failed.value)}"
    assert "nowhere" in reason(failed.value)


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("postgresql+psycopg://me:geheim@db/store") == "postgresql+psycopg://me:***@db/store"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize("patience", [None, 0.05])
def test_two_that_wait_for_each_other_clash_and_are_not_at_fault(
    store: Store, patience: float | None
) -> None:
    """PostgreSQL undoes one of them, and whoever is impatient ends before that."""
    with store.transaction() as records:
        records.add(a_person("P1"), a_person("P2"))
    both_hold, faults = threading.Barrier(2), list[Exception]()

    def lock_both(mine: str, other: str) -> None:
        try:
            with store.transaction(patience=patience) as records:
                records.session.execute(text("SET LOCAL deadlock_timeout = 200"))
                records.lock(Person, mine)
                both_hold.wait(10)
                records.lock(Person, other)
        except StoreFault as fault:
            faults.append(fault)

    hands = [threading.Thread(target=lock_both, args=pair) for pair in (("P1", "P2"), ("P2", "P1"))]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert faults
    assert all(is_a_clash(fault) and not is_about_values(fault) for fault in faults)
    assert not is_a_clash(ValueError())
