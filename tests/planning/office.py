"""A small prefecture that makes a year's plan: two departments with liaisons, heads and phones, and the desk pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from inspection.roles import Role
from storage.store import Store
from storage.tables.registers import InspectionItem, RegisteredObject
from tests.actions.story import rows_of
from tests.builders import a_person, a_small_register, an_object
from tests.journeys.town import Town
from tests.web.houses import House, a_client, a_house

MARKET, FIRE = "LI-market", "LI-fire"


@dataclass
class Office:
    """Phones and pages over one store."""

    town: Town
    house: House
    door: httpx.Client

    def page(self, path: str, who: str = "") -> httpx.Response:
        self.house.clock.now = self.town.now
        return self.door.get(path, params={"chat": who} if who else None)

    def post(self, path: str, who: str, **fields: Any) -> httpx.Response:
        """Presses a button of a page; everything that follows on the phones has happened then."""
        self.house.clock.now = self.town.now
        answer = self.door.post(path, params={"chat": who}, data=fields)
        self.town.settle()
        return answer

    def upload(self, who: str, content: bytes, name: str = "计划.xlsx") -> httpx.Response:
        self.house.clock.now = self.town.now
        answer = self.door.post("/plans/2027/upload", params={"chat": who}, files={"file": (name, content)})
        self.town.settle()
        return answer

    def rows(self, kind: type[Any], **wanted: object) -> list[Any]:
        with self.town.store.reading() as records:
            return rows_of(records, kind, **wanted)


@contextmanager
def an_office(store: Store, folder: Path) -> Iterator[Office]:
    """Three catering firms of class B, one more of class C, and a shop; a county's liaisons, who have no part in it."""
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(
            *(a_person(f"LI-{one}", department=one, roles=(Role.LIAISON,)) for one in ("market", "fire")),
            a_person("LI-county", roles=(Role.LIAISON, Role.HEAD), district="652722"),
            a_person("HD-county", department="fire", roles=(Role.LIAISON, Role.HEAD), district="652722"),
            an_object("B4", credit_class="C"),
            an_object("B5"),
        )
        records.get(RegisteredObject, "B5").industry = "retail"
        records.get(InspectionItem, "T-fire").qualification = "建筑消防"
    town = Town(store)
    town.enrol_everybody("OP", "HD-market", "HD-fire", MARKET, FIRE, "LI-county", "HD-county")
    house = a_house(store, folder, is_demo=True, upload_limit=200_000)
    with a_client(house) as door:
        yield Office(town, house, door)


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
