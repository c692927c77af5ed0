"""`/exchange`, for those who can mend it: what waits, what failed and why, and sending it again."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from actions.exchange import Attempt, hand_over, note_attempt, set_target
from inspection.exchange import DeliveryKind, Healing
from inspection.roles import Role
from inspection.states import DeliveryState
from storage.store import Store
from storage.tables.exchange import Delivery
from storage.tables.inspections import JournalLine
from tests.actions.story import rows_of
from tests.builders import a_person
from tests.web.houses import House, a_client, a_house


@pytest.fixture
def demo(store: Store, tmp_path: Path) -> House:
    house = a_house(store, tmp_path, is_demo=True)
    at = house.clock()
    with store.transaction() as records:
        records.add(
            a_person("AD", department="police", roles=(Role.ADMIN,)),
            a_person("LM", department="market", roles=(Role.LIAISON,), language="en"),
            a_person("OF", department="fire", roles=(Role.OPERATOR,)),
        )
        set_target(records, "region", "https://p.example/", secret_from="env:X_SECRET", at=at)
        for number in range(4):
            hand_over(records, DeliveryKind.PUBLICITY, f"S1.B{number}", 1, {}, at=at)
        for number in (1, 2):
            note_attempt(records, number, Attempt(Healing.NEVER, 422, "<b>缺字段</b>"), at=at)
        records.get(Delivery, 3).attempts = 1
        note_attempt(records, 3, Attempt(Healing.LATER, None, "ConnectTimeout"), at=at)
    return house


@pytest.fixture
def door(demo: House) -> Iterator[httpx.Client]:
    with a_client(demo) as client:
        yield client


def test_who_can_mend_it_sees_it_and_sends_it_again(demo: House, door: httpx.Client, store: Store) -> None:
    desk = door.get("/desk?chat=AD").text
    assert "/exchange?chat=AD" in desk
    assert "/exchange" not in door.get("/desk?chat=OF").text
    page = door.get("/exchange?chat=AD").text
    for words in (
        "region",
        "422 &lt;b&gt;缺字段",
        "ConnectTimeout",
        "全部重新发送（2 件）",
        "重新发送第 1 件",
    ):
        assert words in page, words
    assert "Send again" in door.get("/exchange?chat=LM").text

    again = door.post("/exchange/resend?chat=AD", data={"number": "1"})
    assert (again.status_code, again.headers["location"]) == (303, "/exchange?resent=1&chat=AD")
    assert "已安排重新发送" in door.get(again.headers["location"]).text
    assert _states(store) == ["pending", "dead", "pending", "pending"]
    door.post("/exchange/resend?chat=LM", data={"target": "region"})
    assert _states(store) == ["pending"] * 4
    with store.reading() as records:
        actors = [one.actor for one in rows_of(records, JournalLine, verb="delivery.resend")]
    assert actors == ["AD", "LM"]


def test_others_and_nonsense_change_nothing(door: httpx.Client, store: Store) -> None:
    assert door.get("/exchange?chat=OF").status_code == 404
    assert door.get("/exchange").status_code == 401
    assert door.post("/exchange/resend?chat=OF", data={"number": "1"}).status_code == 404
    assert door.post("/exchange/resend", data={"number": "1"}).status_code == 401
    for number in ("", "99", "x", "-1", "1" * 40, "１"):
        assert door.post("/exchange/resend?chat=AD", data={"number": number}).status_code in (404, 409), (
            number
        )
    forged = {"sec-fetch-site": "cross-site"}
    assert door.post("/exchange/resend?chat=AD", data={"number": "1"}, headers=forged).status_code == 403
    assert _states(store) == ["dead", "dead", "pending", "pending"]


def _states(store: Store) -> list[str]:
    with store.reading() as records:
        return [DeliveryState(one.state).value for one in rows_of(records, Delivery)]
