"""What the tests of evidence share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.files import FileStore
from storage.tables.registers import Checklist
from tests.builders import checklist_of_markdown
from tests.evidence.s3 import S3Server, an_s3_server
from tests.journeys.stages import Stage, everybody_enrolled
from tests.journeys.town import Town
from tests.journeys.visit import ON_SITE, Team, Visit, begun
from tests.stores import DATABASES, a_prepared_store


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One server for the whole run; whoever wants to stop one starts one of its own."""
    with an_s3_server() as server:
        yield server


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    """A team on site, its visit under way; what was said so far is read."""
    with _a_visit("sqlite", tmp_path, ON_SITE) as visit:
        yield visit


@pytest.fixture(params=DATABASES)
def visit_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """The same on each database, for what the database decides."""
    with _a_visit(request.param, tmp_path, ON_SITE) as visit:
        yield visit


WITH_A_FILE = """
| survey | | | | |
| | type | name | label | department |
| | file | licence | 许可证 | market |
| | image | hall | 大厅 | market |
| | image | door | 门口 | fire |
"""


def _with_a_file(town: Town) -> Team:
    everybody_enrolled(town)
    with town.store.transaction("test") as records:
        made = checklist_of_markdown(WITH_A_FILE)
        row = records.get(Checklist, ("C1", 1))
        row.xform, row.digest = made.xform, made.digest
    return begun(town)


_FILE_ASKED = Stage(_with_a_file)


@pytest.fixture
def visit_with_a_file(tmp_path: Path) -> Iterator[Visit]:
    """Question 1 asks for a file, 2 and 3 for a photo."""
    with _a_visit("sqlite", tmp_path, _FILE_ASKED) as visit:
        yield visit


@contextmanager
def _a_visit(database: str, folder: Path, stage: Stage[Team]) -> Iterator[Visit]:
    with a_prepared_store(database, folder, stage) as store:
        yield Visit(stage.town(store), FileStore(folder / "files"), stage.cast(store))
