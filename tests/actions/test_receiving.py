"""What a messenger delivers is on disk before it is acknowledged, whatever it holds."""

from datetime import timedelta

from actions.receiving import Unreadable, receive_updates
from notifications.incoming import Incoming, IncomingKind
from storage import inbox
from storage.store import Store
from tests.builders import NOW


def _words(update_id: str, text: str) -> Incoming:
    return Incoming("telegram", "7", update_id, IncomingKind.TEXT, NOW, text=text)


def _receive(store: Store, *updates: Incoming, unreadable: tuple[Unreadable, ...] = ()) -> int:
    return receive_updates(store, updates, unreadable, channel="telegram", at=NOW)


def test_a_batch_is_kept_once(store: Store) -> None:
    assert _receive(store) == 0
    assert _receive(store, _words("1", "一"), _words("2", "二")) == 2
    assert _receive(store, _words("2", "二"), _words("3", "三")) == 1
    with store.reading() as records:
        assert [Incoming.from_json(one.body).text for one in inbox.look(records, 9)] == ["一", "二", "三"]


def test_after_a_quiet_week_telegram_may_count_anew(store: Store) -> None:
    assert _receive(store, _words("1", "一")) == 1
    later = NOW + timedelta(days=8)
    new = [receive_updates(store, [_words("1", "又一")], channel="telegram", at=later) for _ in range(2)]
    assert new == [1, 0]
    with store.reading() as records:
        assert [Incoming.from_json(one.body).text for one in inbox.look(records, 9)] == ["一", "又一"]


def test_what_could_not_be_read_is_kept_for_an_operator(store: Store) -> None:
    odd = Unreadable("9", {"update_id": 9, "telepathy": "\x00\ud83d"}, "unknown kind: telepathy")
    assert _receive(store, _words("1", "一"), unreadable=(odd,)) == 2
    assert _receive(store, unreadable=(odd,)) == 0
    with store.reading() as records:
        [kept] = inbox.quarantined(records)
        assert (kept.update_id, kept.error, len(inbox.look(records, 9))) == (
            "9",
            "unknown kind: telepathy",
            1,
        )
        assert "telepathy" in kept.body["raw"]


def test_an_update_that_no_database_takes_holds_back_no_other(store: Store) -> None:
    """PostgreSQL keeps neither a NUL nor half a sign; SQLite keeps both."""
    updates = [_words("1", "一"), _words("2", "a\x00b"), _words("3", "a\ud83d"), _words("4", "四")]
    assert _receive(store, *updates) == 4
    assert _receive(store, *updates) == 0
    with store.reading() as records:
        kept = {one.update_id for one in inbox.look(records, 9)}
        aside = {one.update_id for one in inbox.quarantined(records)}
    assert (kept | aside, kept & aside) == ({"1", "2", "3", "4"}, set())
    assert aside == (set() if store.is_sqlite else {"2", "3"})
