"""What rings at a commit, and who hears it."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from storage import bells, inbox, outbox, web_chat
from storage.bells import Bell, Hear, Ring
from storage.store import Records, Store, StoreFault
from tests.builders import NOW

PATIENCE = 5.0
on_postgresql = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


def _until(hear: Hear, last: Ring) -> list[Ring]:
    """All that is heard up to this ring, which is rung for the purpose."""
    heard = list[Ring]()
    while last not in heard:
        some = hear(PATIENCE)
        assert some, heard
        heard += some
    return heard[: heard.index(last)]


def _ring(store: Store, *rings: Callable[[Records], object]) -> None:
    with store.transaction() as records:
        for one in rings:
            one(records)


def _ends(records: Records) -> None:
    bells.ring(records, Bell.CHAT, "end")


def _takes_in(*ids: str) -> Callable[[Records], object]:
    updates = [{"update_id": id, "chat": "a", "body": {}} for id in ids]
    return lambda records: inbox.keep(records, updates, channel="web", at=NOW)


def _writes(key: str) -> Callable[[Records], object]:
    line = {"key": key, "channel": "web", "chat": "a", "addressee": "web:a", "is_reply": True, "kind": "help",
            "body": {}, "created_at": NOW, "due_at": NOW}  # fmt: skip
    return lambda records: outbox.write(records, line)


def _posts(chat: str) -> Callable[[Records], object]:
    return lambda records: web_chat.post(records, chat, {"text": "好"}, update_id="u1", at=NOW)


@on_postgresql
def test_a_commit_rings_each_bell_once_and_what_is_undone_rings_nothing(store: Store) -> None:
    with bells.listening(store) as hear:
        with store.transaction() as records:
            _writes("undone")(records)
            records.session.rollback()
        _ring(
            store, _takes_in("1", "2"), _takes_in("3"), _writes("k1"), _writes("k2"), _posts("a"), _posts("b")
        )
        _ring(store, _ends)
        heard = _until(hear, Ring(Bell.CHAT, "end"))
        assert sorted(heard, key=repr) == sorted(
            [Ring(Bell.INBOX), Ring(Bell.OUTBOX), Ring(Bell.CHAT, "a"), Ring(Bell.CHAT, "b")], key=repr
        )
        _ring(store, _takes_in("1"), _posts("a"), _ends)
        assert _until(hear, Ring(Bell.CHAT, "end")) == [], "a repeat leaves nobody anything to do"


@on_postgresql
def test_more_chats_than_go_into_one_notice_are_all_named(store: Store) -> None:
    chats = [f"{'很长的名字' * 20}{number}" for number in range(200)]
    with bells.listening(store) as hear:
        _ring(store, *(lambda records, chat=chat: bells.ring(records, Bell.CHAT, chat) for chat in chats))
        _ring(store, _ends)
        assert {ring.chat for ring in _until(hear, Ring(Bell.CHAT, "end"))} == set(chats)


@on_postgresql
def test_a_line_that_was_cut_is_found_out(store: Store) -> None:
    with bells.listening(store) as hear:
        with store.transaction() as records:
            records.session.execute(text("SELECT pg_notify('shuangsuiji', 'of a later version')"))
        assert hear(PATIENCE) == []
        with store.transaction() as records:
            records.session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN shuangsuiji'"
                )
            )
        with pytest.raises(StoreFault):
            hear(PATIENCE)


def test_a_store_that_carries_no_rings_is_written_all_the_same(store: Store) -> None:
    _ring(store, _takes_in("1"), _writes("k"), _posts("a"))
    with store.reading() as records:
        assert (inbox.counts(records), outbox.counts(records)) == ({"pending": 1}, {"pending": 1})
