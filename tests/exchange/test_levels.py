"""A program of a county's department: it reads and writes what that department's people in the county may."""

from typing import Any

import pytest

from actions.api_tokens import issue_token, valid_token
from inspection.departments import PREFECTURE
from inspection.refusals import Unacceptable
from inspection.roles import Role
from inspection.states import SchemeState
from storage.store import Store
from storage.tables.exchange import ApiToken
from storage.tables.registers import Person, Scheme
from tests.actions.story import rows_of
from tests.builders import NOW, a_person, a_scheme, an_object
from tests.exchange.test_api import Door, published
from tests.exchange.test_foreign_draws import WHOLE
from tests.web.houses import a_client, a_house

JINGHE, WENQUAN = "652722", "652723"
LEVELS = (PREFECTURE, JINGHE, WENQUAN)
SCOPES = ("read", "transfer", "draw")


def _a_town_with_a_county(store: Store) -> str:
    """What is drawn and published is Jinghe's, and so is a scheme that is a draft and one that is filed."""
    id, _ = published(store)
    with store.transaction() as records:
        records.get(Scheme, "S1").district = JINGHE
        for name, place in (("J1", JINGHE), ("W1", WENQUAN)):
            registered = an_object(name, district=place)
            registered.departments = ["market"]
            records.add(registered)
        for name, state in (("S2", SchemeState.DRAFTED), ("S3", SchemeState.FILED)):
            scheme = a_scheme(name)
            scheme.district, scheme.state = JINGHE, state
            records.add(scheme)
        for department in ("market", "housing"):
            for level in LEVELS:
                token = f"{department}-{level}"
                issue_token(records, token[:4] + level, token, department, SCOPES, district=level, at=NOW)
    return id


def test_it_reads_and_writes_what_is_the_countys_and_no_more(store: Store, tmp_path: Any) -> None:
    id, house = _a_town_with_a_county(store), a_house(store, tmp_path)
    house.clock.now = NOW
    with a_client(house) as client:
        above, jinghe, wenquan = (Door(client, f"market-{level}") for level in LEVELS)
        assert jinghe.get("/token")["district"] == JINGHE

        def seen(door: Door, path: str, **query: Any) -> list[str]:
            return [one["id"] for one in door.get(path, **query)["items"]]

        assert seen(above, "/objects") == ["B1", "B2", "B3", "J1", "W1"]
        assert (seen(jinghe, "/objects"), seen(jinghe, "/objects", district=WENQUAN)) == (["J1"], [])
        jinghe.get("/objects/B1", 404)
        for door, own in ((above, True), (jinghe, True), (wenquan, False)):
            assert seen(door, "/inspections") == ([id] if own else [])
            door.get(f"/inspections/{id}", 200 if own else 404)
            door.get("/schemes/S2", 200 if own else 404)
            assert "S1" in seen(door, "/schemes"), "what is announced everybody may read"

        receipt = f"/transfers/{id}/T-fire/receipt"
        above, jinghe, wenquan = (Door(client, f"housing-{level}") for level in LEVELS)
        assert jinghe.post(receipt, {"reference": "精建1"})["receipt"]["reference"] == "精建1"
        assert above.post(receipt, {"reference": "精建1"})["state"] == "received"
        for said in ({"reference": "精建1"}, {"reference": "另一号"}, {"outcome": "no_case"}):
            wenquan.post(receipt, said, 404)
        assert (len(seen(jinghe, "/transfers")), seen(wenquan, "/transfers")) == (1, [])
        wenquan.get(f"/transfers/{id}/T-fire", 404)


def test_it_brings_in_a_draw_for_its_own_county_of_objects_that_lie_there(
    store: Store, tmp_path: Any
) -> None:
    _a_town_with_a_county(store)
    house = a_house(store, tmp_path)
    house.clock.now = NOW
    draw = WHOLE | {"scheme": "S3"}
    with a_client(house) as client:
        above, jinghe, wenquan = (Door(client, f"market-{level}") for level in LEVELS)
        for other in (above, wenquan):
            other.post("/foreign-draws", draw, 404)
        (visit,) = draw["visits"]
        refused = jinghe.post("/foreign-draws", draw, 422)
        assert [(one["code"], one["pointer"]) for one in refused["errors"]] == [
            ("foreign_other_district", "/visits/0/object")
        ]
        taken = draw | {"visits": [visit | {"object": "J1"}]}
        assert jinghe.post("/foreign-draws", taken, 201)["inspections"] == ["S3.J1"]
        above.post("/foreign-draws", taken, 404)


def test_a_token_is_of_the_level_of_whoever_answers_for_it(store: Store) -> None:
    with store.transaction() as records:
        for id, level in (("LI-0", ""), ("LI-22", JINGHE), ("LI-23", WENQUAN)):
            records.add(a_person(id, roles=(Role.LIAISON,), district=level))

        def refused(**given: Any) -> str:
            with pytest.raises(Unacceptable) as found:
                issue_token(records, "x", "x", "market", given.pop("scopes", ["read"]), at=NOW, **given)
            return found.value.sentence

        assert refused(district="652799") == "token_district"
        assert refused(district=JINGHE, scopes=["exchange"], target="region") == "token_exchange_district"
        assert refused(district=JINGHE, person_id="LI-23") == "token_person"
        assert refused(district=PREFECTURE, person_id="LI-22") == "token_person"
        for id in ("LI-0", "LI-22"):
            issue_token(records, id, id, "market", ["read"], person_id=id, at=NOW)
        issue_token(records, "LENT", "LENT", "market", ["read"], person_id="LI-0", district=JINGHE, at=NOW)
        records.session.flush()
        levels = {one.id: one.district for one in rows_of(records, ApiToken)}
        assert levels == {"LI-0": PREFECTURE, "LI-22": JINGHE, "LENT": JINGHE}
        records.get(Person, "LI-22").district = WENQUAN
        records.session.flush()
        assert valid_token(records, "LI-22", at=NOW) is None
        assert valid_token(records, "LENT", at=NOW) is not None
