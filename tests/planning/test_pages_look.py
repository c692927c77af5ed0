"""The pages of the year's plan and of what-ifs on a phone of 360 pixels, by day and by night."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.plan_filing import file_plan, put_line, read_line
from actions.plan_publishing import publish_plan
from actions.planning import open_planning
from inspection.roles import Role
from storage.store import Store
from storage.tables.registers import Person
from tests.browser_pages.visits import Visits, visits_of
from tests.builders import NOW, a_person, a_small_register
from tests.planning.test_year_plan import A_LINE
from tests.web.houses import a_house, serving

pytestmark = pytest.mark.browser
LOOK = (Path(__file__).parents[1] / "browser_pages" / "looks.js").read_text(encoding="utf-8")


_BY_NIGHT = ("/plans/2028", "/plans/2027/line?chat=LI-fire")
"""What has looks of its own; the others share theirs."""


@pytest.fixture
async def visits(browser: object) -> AsyncIterator[Visits]:
    async with visits_of(browser) as opened:  # type: ignore[arg-type]
        yield opened


def _a_plan(store: Store, year: int, *, is_published: bool) -> None:
    with store.transaction("test") as records:
        office = records.get(Person, "OP")
        open_planning(records, year, by=office, at=NOW)
        for department in ("market", "fire"):
            liaison = records.get(Person, f"LI-{department}")
            cells = {**A_LINE, "name": "<b>餐饮</b>检查", "items": f"T-{department}"}
            values = read_line(records, cells).values
            assert values is not None
            put_line(records, year, values, by=liaison, at=NOW)
            file_plan(records, year, by=liaison, at=NOW)
        if is_published:
            publish_plan(records, year, "博州示例发〔2027〕1号", by=office, at=NOW)


async def test_every_page_fits_a_phone(store: Store, visits: Visits, tmp_path: Path) -> None:
    with store.transaction("test") as records:
        a_small_register(records)
        records.add(
            *(a_person(f"LI-{one}", department=one, roles=(Role.LIAISON,)) for one in ("market", "fire"))
        )
    _a_plan(store, 2027, is_published=False)
    _a_plan(store, 2028, is_published=True)
    house = a_house(store, tmp_path, is_demo=True)
    house.clock.now = NOW
    async with serving(house) as address:
        for path in (
            "/plans",
            "/plans/2028",
            "/plans/desk?chat=OP",
            "/plans/2027/mine?chat=LI-fire",
            "/plans/2027/line?chat=LI-fire",
            "/plans/2027/merge?chat=OP",
            "/plans/2028/amend/P2028-01?chat=OP",
            "/schemes/S1/what-if?chat=OP",
        ):
            page = await visits.open(f"{address}{path}", color_scheme="light", java_script_enabled=True)
            assert await page.evaluate(LOOK) == [], path
            if path in _BY_NIGHT:
                await page.emulate_media(color_scheme="dark")
                assert await page.evaluate(LOOK) == [], path
            await page.close()
