"""The page of a draw: which public inputs are in, why one was given up, and what may be seen when."""

from hashlib import sha256

import httpx
import pytest

from actions.ceremony import enter_public_value, give_number
from actions.draws import announce_draw, run_draw, void_draw
from storage.store import Store
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Person, Scheme
from tests.builders import NOW, a_small_register
from tests.web.houses import House

DRAW = "D-S1-1"
LOTTERY = "示例彩票第1期"


@pytest.fixture
def announced(house: House, store: Store) -> Store:
    """A draw that waits for a witness and for a public value."""
    with store.transaction() as records:
        a_small_register(records).public_value = LOTTERY
        announce_draw(records, "S1", secret=bytes(32), by=records.get(Person, "OP"), at=NOW)
    return store


def _give_all(store: Store) -> None:
    with store.transaction() as records:
        give_number(records, DRAW, "31415926", by=records.get(Person, "W1"), at=NOW)
        for who in ("OP", "RV"):
            enter_public_value(records, DRAW, "2 7 1 8", by=records.get(Person, who), at=NOW)


def test_the_inputs_are_awaited_by_name_and_a_value_is_shown_only_after_the_draw(
    announced: Store, door: httpx.Client
) -> None:
    page = door.get(f"/draws/{DRAW}").text
    assert "人大代表 人员W1" in page
    assert LOTTERY in page
    assert page.count("还没有给出") == 2
    _give_all(announced)
    page = door.get(f"/draws/{DRAW}").text
    assert "还没有给出" not in page
    assert "31415926" not in page
    assert "2 7 1 8" not in page
    with announced.transaction() as records:
        run_draw(records, "S1", by=records.get(Person, "OP"), at=NOW)
    page = door.get(f"/draws/{DRAW}").text
    assert "<code>31415926</code>" in page
    assert "<code>2 7 1 8</code>" in page


def test_a_draw_that_was_given_up_says_why_and_the_next_one_names_it(
    announced: Store, door: httpx.Client
) -> None:
    with announced.transaction() as records:
        operator = records.get(Person, "OP")
        void_draw(records, "S1", reason="见证人<b>因故</b>不能参加", by=operator, at=NOW)
        announce_draw(records, "S1", secret=bytes(32), by=operator, at=NOW)
    page = door.get(f"/draws/{DRAW}").text
    assert "见证人&lt;b&gt;因故&lt;/b&gt;不能参加" in page
    assert f'<a href="/draws/{DRAW}">' in door.get("/draws/D-S1-2").text


def test_of_a_record_that_has_to_wait_the_digest_is_public_and_nothing_else(
    announced: Store, door: httpx.Client
) -> None:
    _give_all(announced)
    with announced.transaction() as records:
        records.get(Scheme, "S1").is_list_public = False
        run_draw(records, "S1", by=records.get(Person, "OP"), at=NOW)
    with announced.reading() as records:
        transcript = records.get(DrawRecord, DRAW).transcript
    assert transcript is not None
    page = door.get(f"/draws/{DRAW}").text
    assert sha256(transcript.encode()).hexdigest() in page
    assert door.get(f"/draws/{DRAW}/transcript.json").status_code == 404
