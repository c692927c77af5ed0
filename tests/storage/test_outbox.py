"""What goes out: once, in order, only while it is true, and never lost."""

from datetime import timedelta
from typing import Any

from storage import outbox
from storage.outbox import LEASE, Letter, Room
from storage.store import Records, Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState
from tests.actions.story import a_drawn_story, rows_of
from tests.builders import NOW, a_person

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def _line(key: str, **other: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "key": key,
        "channel": "web",
        "chat": "a",
        "kind": "help",
        "body": {"text": key},
        "created_at": NOW,
        "due_at": NOW,
    } | other
    queue = outbox.addressee(given.get("person_id"), given["channel"], given["chat"])
    return {"addressee": queue, "is_reply": given.get("person_id") is None, **given}


def _write(store: Store, *lines: dict[str, Any]) -> None:
    with store.transaction() as records:
        for line in lines:
            outbox.write(records, line)


def _claim(
    store: Store, after: timedelta = timedelta(), *, replies: int = 100, notices: int = 100, full: str = ""
) -> list[Letter]:
    closed = frozenset({full} - {""})
    with store.transaction() as records:
        return outbox.claim(
            records, at=NOW + after, replies=Room(replies, closed), notices=Room(notices, closed)
        )


def _keys(letters: list[Letter]) -> list[str]:
    return [letter.key for letter in letters]


def _state(store: Store, key: str) -> tuple[OutboxState, str]:
    with store.reading() as records:
        [line] = rows_of(records, OutboxLine, key=key)
        return line.state, line.error


def _put_off(store: Store, letter: Letter, retry_after: timedelta, **other: Any) -> None:
    with store.transaction() as records:
        outbox.put_off(records, letter, "no network", retry_at=NOW + retry_after, **other)


def _give_up(store: Store, letter: Letter) -> None:
    with store.transaction() as records:
        outbox.give_up(records, letter, "no network")


def _sent(store: Store, letter: Letter, message_id: str = "m1") -> None:
    with store.transaction() as records:
        outbox.sent(records, [(letter, message_id)], at=NOW)


def _people(store: Store, *ids: str) -> None:
    with store.transaction() as records:
        records.add(*(a_person(id) for id in ids))


def _enrol(store: Store, person: str, chat: str, **other: Any) -> None:
    account: dict[str, Any] = {"channel": "web", "enrolled_at": NOW, "last_used_at": NOW}
    with store.transaction() as records:
        records.add(ChannelAccount(person_id=person, chat=chat, **(account | other)))


def test_a_second_line_of_the_same_cause_changes_nothing(store: Store) -> None:
    _write(store, _line("k", body={"text": "first"}), _line("k", body={"text": "second"}))
    _write(store, _line("k", body={"text": "third"}))
    [letter] = _claim(store)
    assert letter.body == {"text": "first"}


def test_queues_go_out_in_the_order_their_lines_were_written(store: Store) -> None:
    _write(store, *(_line(str(number), chat="abc"[number % 3]) for number in range(5)))
    assert _keys(_claim(store, replies=2)) == ["0", "1"]


def test_of_a_queue_one_line_at_a_time_is_in_hand(store: Store) -> None:
    """What a line says may build on the one before; and a break after sending doubles one message, not five."""
    _write(store, *(_line(key) for key in ("a1", "a2", "a3")))
    [first] = _claim(store)
    assert _claim(store) == []
    _sent(store, first)
    [second] = _claim(store)
    assert (first.key, second.key) == ("a1", "a2")


def test_who_waits_for_a_reply_goes_before_notices(store: Store) -> None:
    _people(store, "P1", "P2")
    _write(
        store, _line("n1", person_id="P1"), _line("n2", person_id="P2", chat="b"), _line("reply", chat="c")
    )
    assert _keys(_claim(store, notices=0)) == ["reply"]
    assert _keys(_claim(store, replies=0)) == ["n1", "n2"]


def test_a_notice_before_a_reply_goes_as_fast_as_the_reply(store: Store) -> None:
    _people(store, "P1", "P2")
    mine = {"person_id": "P1"}
    _write(store, _line("n2", person_id="P2", chat="b"), _line("n1", **mine))
    _write(store, _line("reply", addressee="P1"))
    [notice] = _claim(store, notices=0)
    _sent(store, notice)
    assert (notice.key, _keys(_claim(store, notices=0))) == ("n1", ["reply"])


def test_a_channel_that_is_full_gets_no_more_and_stops_no_other(store: Store) -> None:
    _people(store, "P1", "P2")
    _enrol(store, "P1", "a", channel="telegram")
    unaddressed = {"channel": None, "chat": None}
    _write(
        store,
        _line("t", channel="telegram"),
        _line("notice", person_id="P1", **unaddressed),
        _line("w", chat="b"),
    )
    assert _keys(_claim(store, full="telegram")) == ["w"]
    assert _keys(_claim(store)) == ["t", "notice"]


def test_a_line_is_not_sent_before_its_time(store: Store) -> None:
    _write(store, _line("later", due_at=NOW + SECOND), _line("now"))
    [now] = _claim(store)
    _sent(store, now)
    assert (now.key, _keys(_claim(store, SECOND))) == ("now", ["later"])


def test_a_line_for_a_later_day_is_in_nobodys_way(store: Store) -> None:
    _write(store, _line("reminder", due_at=NOW + timedelta(days=1)), _line("now"))
    [now] = _claim(store)
    _sent(store, now)
    assert _keys(_claim(store, timedelta(days=1))) == ["reminder"]


def test_a_clock_that_was_set_back_delays_neither_what_is_for_now_nor_a_next_try(store: Store) -> None:
    """What is in hand stays there: to take it again would be to send it twice."""
    later = {"created_at": NOW + HOUR, "due_at": NOW + HOUR}
    _write(
        store, _line("held", **later), _line("put off", chat="b", **later), _line("new", chat="c", **later)
    )
    _write(store, _line("reminder", chat="d", due_at=NOW + HOUR * 2))
    _held, put_off = _claim(store, HOUR, replies=2)
    _put_off(store, put_off, HOUR + SECOND)
    assert _keys(_claim(store)) == ["put off", "new"]


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
    with store.transaction() as records:
        outbox.let_go(records)
    assert _keys(_claim(store)) == ["elsewhere"], "the other one was held by two who died"


def test_a_sent_line_is_never_sent_again(store: Store) -> None:
    _write(store, _line("k"))
    _sent(store, _claim(store)[0])
    assert _claim(store, timedelta(days=9)) == []
    assert _state(store, "k") == (OutboxState.SENT, "")


def test_nothing_overtakes_a_line_that_waits_for_its_next_try(store: Store) -> None:
    _write(store, _line("a1", slot="s"), _line("b1", chat="b"))
    first, second = _claim(store)
    _sent(store, second)
    _put_off(store, first, SECOND * 10)
    _write(store, _line("a2", slot="s"), _line("b2", chat="b"), _line("telegram", channel="telegram"))
    assert _keys(_claim(store, SECOND * 9)) == ["b2", "telegram"]
    assert _keys(_claim(store, SECOND * 10)) == ["a1"]


def test_how_many_parts_of_a_text_arrived_is_remembered(store: Store) -> None:
    _write(store, _line("long"))
    [first] = _claim(store)
    _put_off(store, first, SECOND, parts_sent=2)
    [second] = _claim(store, SECOND)
    _put_off(store, second, SECOND)
    assert (first.parts_sent, second.parts_sent) == (0, 2)
    assert _claim(store, SECOND)[0].parts_sent == 2


def test_a_line_that_is_dead_holds_nobody_back(store: Store) -> None:
    _write(store, _line("a1"))
    _give_up(store, _claim(store)[0])
    _write(store, _line("a2"))
    assert _keys(_claim(store)) == ["a2"]
    assert _state(store, "a1") == (OutboxState.DEAD, "no network")


def test_a_notice_waits_for_the_persons_older_one_whatever_the_chat(store: Store) -> None:
    _people(store, "P1")
    _enrol(store, "P1", "a")
    unaddressed = {"channel": None, "chat": None, "person_id": "P1"}
    _write(store, _line("first", **unaddressed))
    _put_off(store, _claim(store)[0], SECOND * 10)
    _write(store, _line("second", **unaddressed))
    assert _claim(store, SECOND) == []
    assert _keys(_claim(store, SECOND * 10)) == ["first"]


def test_a_later_message_of_a_slot_knows_the_one_it_replaces(store: Store) -> None:
    _write(store, _line("k1", slot="s"))
    [first] = _claim(store)
    assert first.replaces is None
    _sent(store, first, "m1")
    _write(store, _line("k2", slot="s"), _line("elsewhere", slot="s", chat="b"), _line("other", slot="t"))
    second, elsewhere = _claim(store)
    _sent(store, second, "m2")
    _sent(store, elsewhere, "m4")
    [other] = _claim(store)
    _sent(store, other, "m3")
    assert (second.replaces, other.replaces, elsewhere.replaces) == ("m1", None, None)
    _write(store, _line("k3", slot="s"))
    assert _claim(store)[0].replaces == "m2"


def test_a_line_whose_assignment_has_moved_on_is_dropped(store: Store) -> None:
    story = a_drawn_story(store)
    asked, other = story.live()[:2]
    with store.transaction() as records:
        records.session.execute(OutboxLine.__table__.delete())  # type: ignore[attr-defined]
    about = {"while_state": "notified"}
    _write(store, _line("old", subject=asked.id, **about), _line("true", subject=other.id, chat="b", **about))
    with store.transaction() as records:
        records.get(Assignment, asked.id).state = type(asked.state)("accepted")
    assert _keys(_claim(store)) == ["true"]
    assert _state(store, "old") == (OutboxState.DROPPED, "")


def test_a_notice_goes_where_the_person_was_last_among_what_still_works(store: Store) -> None:
    _people(store, "P1")
    _enrol(store, "P1", "old")
    _enrol(store, "P1", "blocked", last_used_at=NOW + SECOND * 3, unreachable_since=NOW)
    _enrol(store, "P1", "revoked", last_used_at=NOW + SECOND * 4, revoked_at=NOW)
    _enrol(store, "P1", "latest", channel="telegram", last_used_at=NOW + SECOND * 2)
    _write(store, _line("k", channel=None, chat=None, person_id="P1"))
    [letter] = _claim(store)
    assert (letter.channel, letter.chat) == ("telegram", "latest")


def test_who_has_no_channel_gets_the_notice_once_there_is_one(store: Store) -> None:
    _people(store, "P1", "P2")
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
    _people(store, "P1")
    _write(store, _line("k", person_id="P1"))
    _give_up(store, _claim(store)[0])
    with store.transaction() as records:
        outbox.revive_for(records, "P1")
        assert outbox.counts(records) == {"dead": 1}


def test_two_deliverers_share_the_lines(store: Store) -> None:
    """The second comes while the first still holds its claim; on SQLite it waits for the first to end."""
    if store.is_sqlite:
        _write(store, _line("1"), _line("2", chat="b"))
        assert _keys(_claim(store, replies=1)) == ["1"]
        assert _keys(_claim(store)) == ["2"]
        return
    _write(store, _line("1"), _line("2", chat="b"))
    with store.transaction() as first, store.transaction() as second:
        assert _keys(outbox.claim(first, at=NOW, replies=Room(1), notices=Room(0))) == ["1"]
        assert _keys(outbox.claim(second, at=NOW, replies=Room(9), notices=Room(9))) == ["2"]


def test_an_account_that_is_gone_sends_its_notices_elsewhere_and_keeps_its_replies_to_itself(
    store: Store,
) -> None:
    _people(store, "P1")
    _enrol(store, "P1", "gone", channel="telegram")
    _enrol(store, "P1", "a", last_used_at=NOW - SECOND)
    _write(store, _line("n1", person_id="P1", channel=None, chat=None))
    _write(store, _line("reply", channel="telegram", chat="gone", addressee="P1"))
    [notice] = _claim(store)
    with store.transaction() as records:
        records.get(ChannelAccount, ("telegram", "gone")).unreachable_since = NOW
        outbox.send_elsewhere(records, "telegram", "gone")
    [again] = _claim(store)
    assert (notice.channel, again.channel, again.chat, again.attempts) == ("telegram", "web", "a", 1)
    assert _state(store, "reply") == (OutboxState.DEAD, "no channel")


def test_a_card_that_is_overtaken_is_dropped_and_what_must_be_heard_is_not(store: Store) -> None:
    card = {"slot": "s", "body": {"text": "card"}}
    _write(
        store,
        _line("in hand", **card),
        _line("overtaken", **card),
        _line("fresh", **{**card, "body": {"text": "news", "is_fresh": True}}),
        _line("other slot", **{**card, "slot": "t"}),
        _line("other chat", **card, chat="b"),
    )
    _claim(store, notices=1, replies=1)
    with store.transaction() as records:
        outbox.drop_overtaken(records, "web", "a", "s")
    assert _state(store, "overtaken")[0] is OutboxState.DROPPED
    for key in ("in hand", "fresh", "other slot", "other chat"):
        assert _state(store, key)[0] is OutboxState.PENDING, key


def test_a_line_that_was_committed_late_does_not_go_beside_a_younger_one_of_its_queue(store: Store) -> None:
    """Two deliverers, the first of which has not committed what it took when the older line comes to light."""
    if store.is_sqlite:
        return  # numbers are given in the order of commits there
    with store.transaction() as writer:
        outbox.write(writer, _line("older"))
        outbox.write_all(writer)
        _write(store, _line("younger"), _line("other", chat="b"))
        with store.transaction(patience=2) as first, store.transaction(patience=2) as second:
            assert _keys(_claim_in(first, replies=1)) == ["younger"]
            writer.session.commit()
            assert _keys(_claim_in(second)) == ["other"]
            first.session.commit()
            assert _keys(_claim_in(second)) == []
    with store.transaction() as records:
        [younger] = rows_of(records, OutboxLine, key="younger")
        younger.state = OutboxState.SENT
    assert _keys(_claim(store)) == ["older"]


def test_two_deliverers_never_hold_two_lines_of_one_queue(store: Store) -> None:
    """The first line is locked and its claim not committed: to the second deliverer it stands in the way."""
    _write(store, _line("a1"), _line("a2"), _line("b1", chat="b"))
    if store.is_sqlite:
        assert _keys(_claim(store, replies=1) + _claim(store)) == ["a1", "b1"]
        return
    with store.transaction(patience=2) as first, store.transaction(patience=2) as second:
        assert _keys(_claim_in(first, replies=1)) == ["a1"]
        assert _keys(_claim_in(second)) == ["b1"]


def test_a_lease_is_renewed_while_the_line_is_ours_and_to_be_sent(store: Store) -> None:
    _write(store, _line("mine"), _line("lost", chat="b"), _line("dropped", chat="c"))
    mine, lost, dropped = _claim(store)
    with store.transaction() as records:
        outbox.drop_for(records, "web", "c")
        assert [one.key for one in outbox.renew(records, [mine], at=NOW + LEASE / 2)] == ["mine"]
    assert _keys(_claim(store, LEASE + SECOND)) == ["lost"]
    with store.transaction() as records:
        assert outbox.renew(records, [mine, lost, dropped], at=NOW + LEASE) == [mine]
        outbox.give_up(records, lost, "late")
        outbox.give_up(records, dropped, "late")
    assert (_state(store, "lost"), _state(store, "dropped")) == (
        (OutboxState.PENDING, ""),
        (OutboxState.DROPPED, ""),
    )
    assert _keys(_claim(store, LEASE * 3 / 2)) == []


def _claim_in(records: Records, *, replies: int = 100) -> list[Letter]:
    return outbox.claim(records, at=NOW, replies=Room(replies), notices=Room(100))
