"""What the tests of evidence share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.files import FileStore
from storage.store import Store
from storage.tables.registers import Checklist
from tests.builders import a_small_register, checklist_of_markdown
from tests.evidence.s3 import S3Server, an_s3_server
from tests.journeys.town import Town
from tests.journeys.visit import Visit
from tests.stores import an_empty_store

PEOPLE = ("OP", "RV", "W1", "HD-market", "HD-fire")


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One server for the whole run; whoever wants to stop one starts one of its own."""
    with an_s3_server() as server:
        yield server


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    """A team on site, its visit under way; what was said so far is read."""
    with an_empty_store("sqlite", tmp_path) as store:
        yield _a_visit(store, tmp_path)


@pytest.fixture
def visit_on_both(store: Store, tmp_path: Path) -> Visit:
    """The same on each database, for what the database decides."""
    return _a_visit(store, tmp_path)


WITH_A_FILE = """
| survey | | | | |
| | type | name | label | department |
| | file | licence | 许可证 | market |
| | image | hall | 大厅 | market |
| | image | door | 门口 | fire |
"""


@pytest.fixture
def visit_with_a_file(tmp_path: Path) -> Iterator[Visit]:
    """Question 1 asks for a file, 2 and 3 for a photo."""
    with an_empty_store("sqlite", tmp_path) as store:
        yield _a_visit(store, tmp_path, WITH_A_FILE)


def _a_visit(store: Store, folder: Path, checklist: str = "") -> Visit:
    with store.transaction("test") as records:
        a_small_register(records)
        if checklist:
            made = checklist_of_markdown(checklist)
            row = records.get(Checklist, ("C1", 1))
            row.xform, row.digest = made.xform, made.digest
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody(*PEOPLE, *officers)
    visit = Visit(town, FileStore(folder / "files"))
    town.press(visit.lead, "start_visit")
    visit.read_all()
    return visit
