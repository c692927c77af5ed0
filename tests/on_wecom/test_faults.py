"""What goes wrong at WeCom, on the way and at home: nothing is lost, nothing done twice, all answered in time."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from notifications.messages.channels import Ailment
from storage import troubles
from storage.store import Store
from tests.on_wecom.crowd import Crowd
from tests.on_wecom.house import WecomHouse
from tests.wecom.server import FakeWecom


@pytest.fixture
def house(store: Store, wecom: FakeWecom, tmp_path: Path) -> Iterator[WecomHouse]:
    with WecomHouse(store, wecom, tmp_path) as running:
        yield running


@pytest.fixture
def crowd(house: WecomHouse) -> Crowd:
    crowd = Crowd(house.store, house.wecom)
    house.rests()
    return crowd


def test_callbacks_come_again_the_program_dies_and_the_token_ends_in_mid_flight(
    house: WecomHouse, crowd: Crowd
) -> None:
    wecom = house.wecom
    wecom.doubles = 20
    crowd.says(20)
    house.rests()
    crowd.were_answered()
    wecom.breath = 0.3
    for _ in range(4):
        crowd.says(8)
        time.sleep(0.02)
        house.dies()
        house.starts()
    for _ in range(3):
        house.wait(timedelta(seconds=61))
    crowd.were_answered(but_twice=8 * 4)
    with wecom.world.lock:
        wecom.world.voided |= set(wecom.world.tokens)
    crowd.says(16)
    house.rests()
    crowd.were_answered(but_twice=8 * 4)


def test_what_wecom_can_not_do_just_now_is_done_later_and_told_to_the_operator(
    house: WecomHouse, crowd: Crowd
) -> None:
    wecom = house.wecom
    wecom.faults.garbles("message/send", times=3)
    wecom.faults.answers("message/send", 45009, times=2)
    wecom.faults.answers("message/send", -1, times=2)
    crowd.says(8)
    for _ in range(3):
        house.wait(timedelta(seconds=61))
    crowd.were_answered()
    wecom.world.is_trusted = False
    crowd.says(8)
    house.wait(timedelta(seconds=1))
    with house.store.reading() as records:
        [trouble] = troubles.present(records)
    assert (trouble.channel, trouble.ailment) == ("wecom", Ailment.UNTRUSTED_IP)
    assert "203.0.113.7" in trouble.reason
    wecom.world.is_trusted = True
    for _ in range(3):
        house.wait(timedelta(seconds=61))
    crowd.were_answered()
    with house.store.reading() as records:
        assert troubles.present(records) == []


def test_with_a_store_that_takes_a_quarter_of_a_second_wecom_need_not_come_again(
    house: WecomHouse, crowd: Crowd
) -> None:
    """One commit for each would last eight seconds; the store is held by one writer at a time, and those who work and
    send hold it too. How it goes with a whole second is measured by `make bench ARGS=wecom`."""

    def slowly(connection: object) -> None:
        time.sleep(0.25)

    house.wecom.waits.clear()
    event.listen(house.store.engine, "commit", slowly)
    try:
        for _ in range(2):
            crowd.says(16)
            time.sleep(0.3)
        house.rests()
    finally:
        event.remove(house.store.engine, "commit", slowly)
    crowd.were_answered()
    assert len(house.wecom.waits) == 32
    assert max(house.wecom.waits) < 5.0
