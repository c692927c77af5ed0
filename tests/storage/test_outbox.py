"""What goes out: once, in order, only while it is true, and never lost."""

from datetime import timedelta
from typing import Any

from storage import outbox
from storage.outbox import LEASE, Letter
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState
from tests.actions.story import a_drawn_story, rows_of
from tests.builders import NOW, a_person

SECOND = timedelta(seconds=1)


def _line(key: str, **other: Any) -> OutboxLine:
    given: dict[str, Any] = {
        "channel": "web",
        "chat": "a",
        "kind": "help",
        "body": {"text": key},
        "state": OutboxState.PENDING,
        "created_at": NOW,
        "due_at": NOW,
    }
    return OutboxLine(key=key, **(given | other))


def _write(store: Store, *lines: OutboxLine) -> list[bool]:
    with store.transaction() as records:
        return [outbox.write(records, line) for line in lines]


def _claim(store: Store, after: timedelta = timedelta(), limit: int = 100) -> list[Letter]:
    with store.transaction() as records:
        return outbox.claim(records, limit=limit, at=NOW + after)


def _keys(letters: list[Letter]) -> list[str]:
    return [letter.key for letter in letters]


def _state(store: Store, key: str) -> tuple[OutboxState, str]:
    with store.reading() as records:
        [line] = rows_of(records, OutboxLine, key=key)
        return line.state, line.error


def _fail(store: Store, letter: Letter, retry_after: timedelta | None) -> None:
    with store.transaction() as records:
        retry_at = None if retry_after is None else NOW + retry_after
        outbox.failed(records, letter, "no network", retry_at=retry_at)


def _sent(store: Store, letter: Letter, message_id: str = "m1") -> None:
    with store.transaction() as records:
        outbox.sent(records, [(letter, message_id)], at=NOW)


def _enrol(store: Store, person: str, chat: str, **other: Any) -> None:
    account: dict[str, Any] = {"channel": "web", "enrolled_at": NOW, "last_used_at": NOW}
    with store.transaction() as records:
        records.add(ChannelAccount(person_id=person, chat=chat, **(account | other)))


def test_a_second_line_of_the_same_cause_changes_nothing(store: Store) -> None:
    assert _write(store, _line("k", body={"text": "first"}), _line("k", body={"text": "second"})) == [
        True,
        False,
    ]
    [letter] = _claim(store)
    assert letter.body == {"text": "first"}


def test_lines_go_out_in_the_order_they_were_written(store: Store) -> None:
    _write(store, *(_line(str(number), chat="ab"[number % 2]) for number in range(5)))
    assert _keys(_claim(store, limit=3)) == ["0", "1", "2"]


def test_a_line_is_not_sent_before_its_time(store: Store) -> None:
    _write(store, _line("later", due_at=NOW + SECOND), _line("now"))
    assert _keys(_claim(store)) == ["now"]
    assert _keys(_claim(store, LEASE + SECOND)) == ["later", "now"]


def test_a_claimed_line_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    _write(store, _line("k"))
    assert _claim(store)[0].attempts == 1
    assert _claim(store, LEASE) == []
    [again] = _claim(store, LEASE + SECOND)
    assert (again.key, again.attempts) == ("k", 2)


def test_what_a_dead_deliverer_of_one_channel_held_may_be_let_go(store: Store) -> None:
    _write(store, _line("sent"), _line("held", chat="b"), _line("elsewhere", channel="telegram", chat="c"))
    sent, _held, _elsewhere = _claim(store)
    _sent(store, sent)
    with store.transaction() as records:
        outbox.let_go(records, "web")
    assert _keys(_claim(store)) == ["held"]


def test_a_sent_line_is_never_sent_again(store: Store) -> None:
    _write(store, _line("k"))
    _sent(store, _claim(store)[0])
    assert _claim(store, timedelta(days=9)) == []
    assert _state(store, "k") == (OutboxState.SENT, "")


def test_a_line_put_off_holds_back_the_later_ones_of_its_chat_only(store: Store) -> None:
    _write(store, _line("a1"), _line("b1", chat="b"))
    first, _ = _claim(store)
    _fail(store, first, SECOND * 10)
    _write(store, _line("a2"), _line("b2", chat="b"), _line("a of another", channel="telegram"))
    assert _keys(_claim(store, LEASE + SECOND)) == ["a1", "b1", "a2", "b2", "a of another"]


def test_nothing_overtakes_a_line_that_waits_for_its_next_try(store: Store) -> None:
    _write(store, _line("a1", slot="s"), _line("b1", chat="b"))
    first, second = _claim(store)
    _sent(store, second)
    _fail(store, first, SECOND * 10)
    _write(store, _line("a2", slot="s"), _line("b2", chat="b"), _line("telegram", channel="telegram"))
    assert _keys(_claim(store, SECOND * 9)) == ["b2", "telegram"]
    assert _keys(_claim(store, SECOND * 10)) == ["a1", "a2"]


def test_a_line_that_is_dead_holds_nobody_back(store: Store) -> None:
    _write(store, _line("a1"))
    _fail(store, _claim(store)[0], None)
    _write(store, _line("a2"))
    assert _keys(_claim(store)) == ["a2"]
    assert _state(store, "a1") == (OutboxState.DEAD, "no network")


def test_a_notice_waits_for_the_persons_older_one_whatever_the_chat(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
    _enrol(store, "P1", "a")
    unaddressed = {"channel": None, "chat": None, "person_id": "P1"}
    _write(store, _line("first", **unaddressed))
    _fail(store, _claim(store)[0], SECOND * 10)
    _write(store, _line("second", **unaddressed))
    assert _claim(store, SECOND) == []
    assert _keys(_claim(store, SECOND * 10)) == ["first", "second"]


def test_a_later_message_of_a_slot_knows_the_one_it_replaces(store: Store) -> None:
    _write(store, _line("k1", slot="s"))
    [first] = _claim(store)
    assert first.replaces is None
    _sent(store, first, "m1")
    _write(store, _line("k2", slot="s"), _line("other", slot="t"), _line("elsewhere", slot="s", chat="b"))
    second, other, elsewhere = _claim(store)
    assert (second.replaces, other.replaces, elsewhere.replaces) == ("m1", None, None)
    for letter, message_id in ((second, "m2"), (other, "m3"), (elsewhere, "m4")):
        _sent(store, letter, message_id)
    _write(store, _line("k3", slot="s"))
    assert _claim(store)[0].replaces == "m2"


def test_a_line_whose_assignment_has_moved_on_is_dropped(store: Store) -> None:
    story = a_drawn_story(store)
    asked, other = story.live()[:2]
    with store.transaction() as records:
        records.session.execute(OutboxLine.__table__.delete())  # type: ignore[attr-defined]
    about = {"while_state": "notified"}
    _write(store, _line("old", subject=asked.id, **about), _line("true", subject=other.id, **about))
    with store.transaction() as records:
        records.get(Assignment, asked.id).state = type(asked.state)("accepted")
    assert _keys(_claim(store)) == ["true"]
    assert _state(store, "old") == (OutboxState.DROPPED, "")


def test_a_notice_goes_where_the_person_was_last_among_what_still_works(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
    _enrol(store, "P1", "old")
    _enrol(store, "P1", "blocked", last_used_at=NOW + SECOND * 3, unreachable_since=NOW)
    _enrol(store, "P1", "revoked", last_used_at=NOW + SECOND * 4, revoked_at=NOW)
    _enrol(store, "P1", "latest", channel="telegram", last_used_at=NOW + SECOND * 2)
    _write(store, _line("k", channel=None, chat=None, person_id="P1"))
    [letter] = _claim(store)
    assert (letter.channel, letter.chat) == ("telegram", "latest")


def test_who_has_no_channel_gets_the_notice_once_there_is_one(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"), a_person("P2"))
    unaddressed: dict[str, Any] = {"channel": None, "chat": None}
    _write(store, _line("mine", person_id="P1", **unaddressed), _line("other", person_id="P2", **unaddressed))
    assert _claim(store) == []
    assert _state(store, "mine") == (OutboxState.DEAD, "no channel")
    _enrol(store, "P1", "a")
    with store.transaction() as records:
        outbox.revive_for(records, "P1")
    [letter] = _claim(store)
    assert (letter.key, letter.chat) == ("mine", "a")
    assert _state(store, "other") == (OutboxState.DEAD, "no channel")


def test_what_is_dead_for_another_reason_is_not_revived(store: Store) -> None:
    with store.transaction() as records:
        records.add(a_person("P1"))
    _write(store, _line("k", person_id="P1"))
    _fail(store, _claim(store)[0], None)
    with store.transaction() as records:
        outbox.revive_for(records, "P1")
        assert outbox.counts(records) == {"dead": 1}


def test_two_deliverers_share_the_lines(store: Store) -> None:
    """The second comes while the first still holds its claim; on SQLite it waits for the first to end."""
    if store.is_sqlite:
        _write(store, _line("1"), _line("2", chat="b"))
        assert _keys(_claim(store, limit=1)) == ["1"]
        assert _keys(_claim(store)) == ["2"]
        return
    _write(store, _line("1"), _line("2", chat="b"))
    with store.transaction() as first, store.transaction() as second:
        assert _keys(outbox.claim(first, limit=1, at=NOW)) == ["1"]
        assert _keys(outbox.claim(second, limit=9, at=NOW)) == ["2"]
