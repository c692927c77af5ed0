"""What can go wrong between Telegram and us: nothing is lost, nothing done twice, nobody else stopped."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage import inbox
from storage.store import Store
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.house import TelegramHouse
from tests.stores import an_empty_store, on_both
from tests.telegram.faults import Faults
from tests.telegram.server import FakeTelegram

SECOND = timedelta(seconds=1)


@pytest.fixture
def crowd(store: Store, telegram: FakeTelegram) -> Crowd:
    return Crowd(store, telegram)


@pytest.fixture
def house(crowd: Crowd, store: Store, telegram: FakeTelegram, tmp_path: Path) -> Iterator[TelegramHouse]:
    with TelegramHouse(store, telegram, tmp_path) as running:
        running.rests()
        yield running
        telegram.faults.end()


def _goes_on(house: TelegramHouse) -> None:
    """Long enough for every next try."""
    for _ in range(8):
        house.wait(timedelta(seconds=61))


@on_both
def test_every_update_comes_twice(house: TelegramHouse, crowd: Crowd) -> None:
    house.telegram.faults.doubles_updates(60)
    crowd.says(60)
    house.rests()
    crowd.all_were_answered_once()


@on_both
def test_updates_come_in_disorder(house: TelegramHouse, crowd: Crowd) -> None:
    """Within what comes at once the order of Telegram's own numbers is restored."""
    house.stops()
    house.telegram.faults.shuffles_updates(seed=7)
    crowd.says(90)
    house.starts()
    house.rests()
    crowd.all_were_answered_once()
    crowd.were_answered_in_order()


@on_both
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda faults: faults.floods("sendMessage", 3, times=3), id="429"),
        pytest.param(lambda faults: faults.refuses("sendMessage", times=5, status=502), id="502"),
        pytest.param(lambda faults: faults.refuses("sendMessage", times=5, status=500), id="500"),
        pytest.param(lambda faults: faults.closes("sendMessage", times=5), id="nothing"),
        pytest.param(lambda faults: faults.garbles("sendMessage", times=5), id="garbage"),
        pytest.param(lambda faults: faults.unauthorizes("sendMessage", times=5), id="401"),
    ],
)
def test_telegram_does_not_take_a_message(
    house: TelegramHouse, crowd: Crowd, fault: Callable[[Faults], None]
) -> None:
    fault(house.telegram.faults)
    crowd.says(30)
    _goes_on(house)
    crowd.all_were_answered_once()
    crowd.were_answered_in_order()


@on_both
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda faults: faults.floods("getUpdates", 1), id="429"),
        pytest.param(lambda faults: faults.refuses("getUpdates", status=502), id="502"),
        pytest.param(lambda faults: faults.closes("getUpdates"), id="nothing"),
        pytest.param(lambda faults: faults.garbles("getUpdates"), id="garbage"),
        pytest.param(lambda faults: faults.drops_reply("getUpdates"), id="lost on the way"),
        pytest.param(lambda faults: faults.conflicts(), id="409"),
    ],
)
def test_telegram_does_not_hand_over_updates(
    house: TelegramHouse, crowd: Crowd, fault: Callable[[Faults], None]
) -> None:
    crowd.says(10)
    house.rests()
    fault(house.telegram.faults)
    crowd.says(20)
    house.rests()
    crowd.all_were_answered_once()


@on_both
def test_the_answer_is_lost_after_telegram_has_acted(house: TelegramHouse, crowd: Crowd) -> None:
    """Nobody can know then; what may not happen is that it never comes, or comes a third time."""
    house.telegram.faults.drops_reply("sendMessage", times=4, after=5)
    crowd.says(30)
    _goes_on(house)
    crowd.all_were_answered_once(but_twice=4)


@on_both
def test_a_clock_set_back_an_hour_holds_up_nothing(house: TelegramHouse, crowd: Crowd) -> None:
    house.telegram.faults.refuses("sendMessage", times=3, status=502)
    crowd.says(20)
    house.telegram.waits_until(lambda: house.telegram.faults.are_over)
    house.now -= timedelta(hours=1)
    crowd.says(20)
    for _ in range(3):
        house.wait(SECOND * 61)
    crowd.all_were_answered_once()


@on_both
def test_updates_of_a_kind_nobody_knows_are_set_aside_and_stop_nobody(
    house: TelegramHouse, crowd: Crowd
) -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"message": 5},
        {"message": {"message_id": "x", "chat": {"id": "seven"}}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 7001, "type": "private"}, "text": ["a"]}},
        {"callback_query": {"id": 5}},
        {"telepathy": {"thought": "\u0000 \ud83d"}},
        {"poll": {"id": "1", "question": "?", "options": []}},
        {
            "message": {
                "message_id": 1,
                "date": 1,
                "from": {"id": 7001},
                "chat": {"id": 7001},
                "text": "x" * 300_000,
            }
        },
    ]
    for one in odd:
        crowd.says()
        house.telegram.emits_raw(one)
    crowd.says()
    house.rests()
    with house.store.reading() as records:
        aside = inbox.quarantined(records)
        done = inbox.counts(records)["done"]
    assert (len(aside), done) == (len(odd), len(crowd.said))
    assert all(one.error for one in aside)
    assert {words for _, words in crowd.said} == set(crowd.heard()) & {words for _, words in crowd.said}


def test_many_that_waited_while_we_were_away(telegram: FakeTelegram, tmp_path: Path) -> None:
    _all_that_waited(telegram, tmp_path, 2_000)


@pytest.mark.faults
def test_ten_thousand_that_waited_while_we_were_away(telegram: FakeTelegram, tmp_path: Path) -> None:
    _all_that_waited(telegram, tmp_path, 10_000)


def _all_that_waited(telegram: FakeTelegram, folder: Path, number: int) -> None:
    with an_empty_store("sqlite", folder) as store:
        crowd = Crowd(store, telegram, size=400)
        crowd.says(number)
        with TelegramHouse(store, telegram, folder, hurry=20_000) as house:
            house.rests(within=120)
            crowd.all_were_answered_once()
            crowd.were_answered_in_order()


# The store says no.


@pytest.fixture
def on_sqlite(telegram: FakeTelegram, tmp_path: Path) -> Iterator[tuple[TelegramHouse, Crowd]]:
    with an_empty_store("sqlite", tmp_path) as store:
        event.listen(store.engine, "checkout", _impatient)
        crowd = Crowd(store, telegram)
        with TelegramHouse(store, telegram, tmp_path) as house:
            house.rests()
            yield house, crowd


def _impatient(connection: Any, *_: Any) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def test_somebody_else_holds_the_database(on_sqlite: tuple[TelegramHouse, Crowd]) -> None:
    house, crowd = on_sqlite
    crowd.says(10)
    house.rests()
    other = sqlite3.connect(str(house.store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    crowd.says(20)
    house.pause(2.5)
    assert house.telegram.pending == 20, "nothing may be confirmed that is not on disk"
    other.execute("ROLLBACK")
    other.close()
    house.rests()
    _goes_on(house)
    crowd.all_were_answered_once()


def test_the_database_is_read_only_for_a_while(on_sqlite: tuple[TelegramHouse, Crowd]) -> None:
    house, crowd = on_sqlite
    crowd.says(10)
    house.rests()
    listening = _each_connection(house.store, "query_only=ON")
    crowd.says(20)
    house.pause(2.5)
    assert house.telegram.pending == 20
    event.remove(house.store.engine, "checkout", listening)
    _each_connection(house.store, "query_only=OFF")
    house.rests()
    crowd.all_were_answered_once()


def test_the_disk_is_full_for_a_while(on_sqlite: tuple[TelegramHouse, Crowd]) -> None:
    house, crowd = on_sqlite
    crowd.says(10)
    house.rests()
    with house.store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    listening = _each_connection(house.store, f"max_page_count={pages}")
    crowd.says(400)
    house.pause(3.0)
    assert house.telegram.pending > 0, "the disk had room for all of it"
    event.remove(house.store.engine, "checkout", listening)
    _each_connection(house.store, "max_page_count=1000000")
    house.rests()
    crowd.all_were_answered_once()


def _each_connection(store: Store, pragma: str) -> Callable[..., None]:
    """From now on; a pool gives out connections that are open already."""

    def ask(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(store.engine, "checkout", ask)
    return ask


@pytest.mark.faults
@pytest.mark.parametrize("pragma", ["", "query_only"])
def test_the_database_says_no_for_twelve_seconds(telegram: FakeTelegram, tmp_path: Path, pragma: str) -> None:
    """With the patience that the program itself has: longer than a lock is waited for."""
    with an_empty_store("sqlite", tmp_path) as store:
        crowd = Crowd(store, telegram)
        with TelegramHouse(store, telegram, tmp_path) as house:
            crowd.says(10)
            house.rests()
            other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
            listening = _each_connection(store, "query_only=ON") if pragma else None
            if not pragma:
                other.execute("BEGIN IMMEDIATE")
            crowd.says(20)
            house.pause(12)
            assert house.telegram.pending == 20
            if listening is not None:
                event.remove(store.engine, "checkout", listening)
                _each_connection(store, "query_only=OFF")
            else:
                other.execute("ROLLBACK")
            other.close()
            house.rests(within=60)
            _goes_on(house)
            crowd.all_were_answered_once()
