"""Pictures that are still to be fetched: written down once, claimed by one process at a time, told once."""

from datetime import timedelta

import pytest

from actions.awaited_files import await_file, file_arrived, file_lost
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage import awaited_files
from storage.store import Store
from storage.tables.messaging import AwaitedFile, AwaitedFileState, InboxUpdate, OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_person

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _somebody(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))


def _await(store: Store, name: str, *, album: str = "", caption: str = "") -> None:
    sent = Attachment(remote=name, file_name=f"{name}.jpg", is_original=True)
    update = Incoming(
        "phone", "P1", name, IncomingKind.PHOTO, NOW, text=caption, attachment=sent, album=album
    )
    with store.transaction() as records:
        await_file(records, update, None, None, by=records.get(Person, "P1"), at=NOW)


def _claim(store: Store, after: timedelta = timedelta(), limit: int = 100) -> list[str]:
    with store.transaction() as records:
        return [row.update_id for row in awaited_files.claim(records, at=NOW + after, limit=limit)]


def _number(store: Store) -> int:
    with store.reading() as records:
        return rows_of(records, AwaitedFile)[0].id or 0


def test_the_same_picture_twice_is_awaited_once(store: Store) -> None:
    _await(store, "a")
    _await(store, "a")
    assert _claim(store) == ["a"]


def test_whoever_claims_holds_and_a_dead_one_leaves_it_to_the_next(store: Store) -> None:
    _await(store, "a")
    assert _claim(store) == ["a"]
    assert _claim(store, awaited_files.LEASE - SECOND) == []
    assert _claim(store, awaited_files.LEASE) == ["a"]
    with store.reading() as records:
        assert [row.attempts for row in rows_of(records, AwaitedFile)] == [2]


def test_what_a_dead_one_held_may_be_let_go(store: Store) -> None:
    _await(store, "a")
    assert (_claim(store), _claim(store)) == (["a"], [])
    with store.transaction() as records:
        awaited_files.let_go(records)
    assert _claim(store) == ["a"]


def test_a_clock_that_was_set_back_holds_nothing_for_ever(store: Store) -> None:
    _await(store, "a")
    assert _claim(store, timedelta(days=1)) == ["a"]
    assert _claim(store) == ["a"]


def test_a_piece_of_an_album_waits_for_its_siblings_unless_it_names_its_question(store: Store) -> None:
    _await(store, "uncaptioned", album="A")
    _await(store, "captioned", album="A", caption="第3题")
    assert _claim(store) == ["captioned"]
    assert _claim(store, SECOND) == []
    assert _claim(store, 2 * SECOND) == ["uncaptioned"]


def test_what_is_put_off_comes_at_its_time(store: Store) -> None:
    _await(store, "a")
    _claim(store)
    number = _number(store)
    with store.transaction() as records:
        awaited_files.put_off(records, number, "no answer", retry_at=NOW + 9 * SECOND)
    assert _claim(store, 8 * SECOND) == []
    assert _claim(store, 9 * SECOND) == ["a"]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_second_process_takes_what_the_first_does_not_hold(store: Store) -> None:
    for name in ("a", "b", "c"):
        _await(store, name)
    with store.transaction() as first, store.transaction() as second:
        held = awaited_files.claim(first, at=NOW, limit=2)
        others = awaited_files.claim(second, at=NOW, limit=9)
        assert [row.update_id for row in held] == ["a", "b"]
        assert [row.update_id for row in others] == ["c"]


def test_the_inbox_hears_once_that_the_bytes_are_here_and_keeps_what_was_said_with_them(store: Store) -> None:
    _await(store, "a", caption="3")
    number = _number(store)
    for _ in range(2):
        with store.transaction() as records:
            file_arrived(records, number, Attachment(sha256="ab" * 32, size=7), at=NOW)
    with store.reading() as records:
        (update,) = rows_of(records, InboxUpdate)
        row = awaited_files.behind(records, update.update_id)
        assert row is not None
        assert row.update_id == "a"
    heard = Incoming.from_json(update.body)
    assert (heard.kind, heard.text, heard.chat) == (IncomingKind.FILE, "3", "P1")
    assert heard.attachment == Attachment(sha256="ab" * 32, size=7, file_name="a.jpg", is_original=True)
    assert _claim(store, timedelta(days=1)) == []


def test_a_lost_file_is_told_once_and_never_comes_back(store: Store) -> None:
    _await(store, "a", caption="3")
    number = _number(store)
    for _ in range(2):
        with store.transaction() as records:
            file_lost(records, number, "the messenger has it no more", at=NOW)
    with store.transaction() as records:
        file_arrived(records, number, Attachment(sha256="ab" * 32), at=NOW)
    with store.reading() as records:
        assert [line.kind for line in rows_of(records, OutboxLine)] == ["photo_lost"]
        assert rows_of(records, InboxUpdate) == []
        assert [row.state for row in rows_of(records, AwaitedFile)] == [AwaitedFileState.LOST]
        assert awaited_files.counts(records) == {"lost": 1}


@pytest.mark.parametrize("update_id", ["file:", "file:x", "file:99", "file:99999999999999999999", "99", ""])
def test_an_update_that_speaks_of_no_file_has_none_behind_it(store: Store, update_id: str) -> None:
    with store.reading() as records:
        assert awaited_files.behind(records, update_id) is None
