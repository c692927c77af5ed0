"""A head who orders an officer off all visits of a scheme, from the list to the officer's phone."""

from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord
from tests.actions.story import rows_of
from tests.builders import a_small_register
from tests.journeys.town import Town
from tests.stores import on_both

pytestmark = on_both


def _busy_town(store: Store) -> Town:
    """Three objects and four officers of each department: two of these hold two seats."""
    with store.transaction("test") as records:
        a_small_register(records, objects=3, count=3)
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody("OP", "W1", "HD-market", "HD-fire", *officers)
    town.hold_draw()
    return town


def _seats_of(town: Town, officer: str) -> list[Assignment]:
    with town.store.reading() as records:
        return [one for one in rows_of(records, Assignment) if one.person_id == officer]


def test_an_officer_is_ordered_off_a_whole_scheme_and_not_drawn_for_it_again(store: Store) -> None:
    town = _busy_town(store)
    officer = next(f"fire-{n}" for n in range(1, 5) if len(_seats_of(town, f"fire-{n}")) == 2)
    town.type("HD-fire", "/officers")
    assert f"人员{officer}：2户" in town.hears("HD-fire", "officer_list").text
    town.press_text("HD-fire", f"人员{officer}（2）")
    town.press("HD-fire", "order_all_off", scheme="S1", seats=2)
    asked = town.hears("HD-fire", "ask_order_words").text
    assert "不能撤回" in asked
    town.type("HD-fire", "与两户都有诉讼")
    assert "已转入补抽" in town.hears("HD-fire", "order_given").text
    for _ in range(2):
        assert "诉讼" not in town.hears(officer, "ordered_off").text
    assert {one.state.value for one in _seats_of(town, officer)} == {"ordered_off"}
    with store.reading() as records:
        [draw] = rows_of(records, DrawRecord)
    assert f'"excluded":[{{"inspector":"{officer}"}}]' in (draw.transcript or "")


def test_words_after_turning_to_something_else_are_no_order(store: Store) -> None:
    town = _busy_town(store)
    officer = next(f"fire-{n}" for n in range(1, 5) if len(_seats_of(town, f"fire-{n}")) == 2)
    town.type("HD-fire", "/officers")
    town.press_text("HD-fire", f"人员{officer}（2）")
    town.press("HD-fire", "order_all_off", scheme="S1", seats=2)
    town.press("HD-fire", "back")
    town.type("HD-fire", "好的")
    town.hears("HD-fire", "not_understood")
    assert {one.state.value for one in _seats_of(town, officer)} == {"notified"}
