"""A seat that no draw fills, on the phones: the officer recuses, the head names, the new one is asked."""

from actions.naming import VisitTakenIn, take_in
from inspection.leave import Ground, LeaveKind
from inspection.naming import Origin
from notifications.buttons.assignments import FileLeaveButton, GroundsButton
from notifications.buttons.naming import NameButton, NamesButton
from storage.store import Store
from storage.tables.registers import Person
from tests.builders import a_person, a_small_register, an_inspector
from tests.journeys.town import Town
from tests.stores import on_both

pytestmark = on_both

SEAT = "S1.B1/market/2"
OFFICERS = [f"market-{number}" for number in range(1, 13)]


def _town(store: Store) -> Town:
    with store.transaction("test") as records:
        a_small_register(records)
        for one in OFFICERS[4:]:
            records.add(a_person(one))
            records.add(an_inspector(one))
    town = Town(store)
    town.enrol_everybody("OP", "HD-market", "HD-fire", *OFFICERS, "fire-1", "fire-2")
    with store.transaction("test") as records:
        people = {"market/1": "market-1", "market/2": "market-2", "fire/1": "fire-1", "fire/2": "fire-2"}
        take_in(
            records,
            "S1",
            [VisitTakenIn("B1", people)],
            origin=Origin.NAMED,
            reason="举报核查",
            chosen_at=town.now,
            by=records.get(Person, "OP"),
            at=town.now,
        )
    town.settle()
    return town


def test_a_head_names_who_takes_over_and_the_new_officer_accepts(store: Store) -> None:
    town = _town(store)
    for one in ("market-1", "market-2", "fire-1", "fire-2"):
        assert "您被指定参加检查" in town.hears(one, "assignment_drawn").text
    town.press_data("market-2", GroundsButton(LeaveKind.RECUSAL, f"{SEAT}/1"))
    town.hears("market-2", "ask_ground")
    town.press_data("market-2", FileLeaveButton(Ground.SPOUSE, f"{SEAT}/1"))
    assert "由负责人另行指定人员" in town.hears("market-2", "recusal_held").text
    town.hears("HD-market", "recusal_noted")
    town.hears("HD-market", "seat_to_name")
    town.press("HD-market", "other_candidates")
    town.hears("HD-market", "seat_to_name")
    town.press_data("HD-fire", NameButton(SEAT, "market-5"))
    assert "不是给您的" in town.hears("HD-fire", "refused").text
    town.press_data("HD-market", NamesButton(SEAT, "x"))
    town.hears("HD-market", "refused")
    town.type("HD-market", "/where")
    assert "有席位空缺" in town.hears("HD-market", "where").text
    town.hears("HD-market", "seat_to_name")
    town.press_text("HD-market", "人员market-5（0）")
    assert "已指定人员market-5" in town.hears("HD-market", "seat_named").text
    assert "由您接替" in town.hears("market-5", "assignment_drawn").text
    town.press_data("HD-market", NameButton(SEAT, "market-6"))
    assert "没有重复办理" in town.hears("HD-market", "refused").text
    town.press("market-5", "accept")
    town.hears("market-5", "assignment_accepted")
    town.nobody_hears_more()
